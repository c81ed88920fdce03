"""The labels as they were at any gesture, time or named state; what lies between two of them; and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas._change import BY_HAND, Change
from labelatlas._label_set import display_name
from labelatlas._payload import Payload, payload_of
from labelatlas.exceptions import InputError
from labelatlas.frames import build_frame, with_labels

if TYPE_CHECKING:
    from labelatlas._change import Said
    from labelatlas._ledger import Ledger
    from labelatlas._typing import Int32Array

When: TypeAlias = "int | str | datetime | LabelState | None"


@dataclass(frozen=True)
class LabelState:
    """The labels at one moment; it never changes. To be had as `m.labels.at(...)`.

    Attributes
    ----------
    gesture : int
        The newest gesture that counts; 0 = before the first.
    codes : ndarray of shape (n,), int32
        Label codes, -1 = unlabelled; read-only. They are the codes of `m.labels.values`.
    ledger : Ledger
        The labels that it is a state of.
    """

    gesture: int
    codes: Int32Array = field(repr=False)
    ledger: Ledger = field(repr=False, compare=False)

    def to_frame(self) -> Any:
        """Return a new frame of the caller's kind with the labels of then; all else as it came in."""
        with self.ledger.lock:
            ledger = self.ledger
            return with_labels(ledger.table, ledger.column, ledger.set.values, self.codes, kin=ledger.kin)

    def restore(self, *, plan: bool = False, said: Said = BY_HAND) -> Change:
        """Go back to this state, as one new gesture.

        Parameters
        ----------
        plan, said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        JournalError
            It could not be saved; then nothing has changed.
        """
        with self.ledger.lock:
            self.ledger.refresh()
            return _restore(self.ledger, self, said, plan=plan)


def state_at(ledger: Ledger, when: When) -> LabelState:
    """Return the labels after a gesture, at a time, or at a named state; None = now."""
    if isinstance(when, LabelState):
        if when.ledger is not ledger:
            raise InputError("the state belongs to another map.", hint="Take it from this one: m.labels.at(...).")
        return when
    log = ledger.log
    place = len(log.gestures) if when is None else _place(ledger, when)
    codes = log.codes_after(place, ledger.original) if place < len(log.gestures) else ledger.codes.copy()
    stuck = ledger.problems.rows()
    codes[stuck] = ledger.codes[stuck]  # what the journal says of a row in conflict was never true here
    codes.flags.writeable = False
    return LabelState(log.gestures[place - 1].id if place else 0, codes, ledger)


def _place(ledger: Ledger, when: int | str | datetime) -> int:
    """Return how many gestures count."""
    log = ledger.log
    if isinstance(when, (int, np.integer)) and not isinstance(when, bool):
        if when != 0 and log.find(int(when)) is None:
            message = f"there is no gesture {when}."
            raise InputError(message, hint="m.history() lists them; 0 is the state before the first.")
        return log.place_after(int(when))
    moment = when
    if isinstance(moment, str):
        tags = tags_of(ledger)
        if moment in tags:
            return log.place_after(tags[moment])
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            known = ", ".join(map(repr, tags)) or "none yet"
            message = f"there is no state {when!r}, and it is no time in ISO 8601."
            raise InputError(message, hint=f"Named states: {known}; m.labels.tag(name) makes one.") from None
    if not isinstance(moment, datetime):
        message = f"a state is a gesture's number, a name or a time. Got {when!r} instead."
        raise InputError(message, hint='m.labels.at(17), at("before merging") or at("2026-11-03T10:00").')
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((i + 1 for i, g in enumerate(log.gestures) if datetime.fromisoformat(g.at) <= moment), default=0)


def tags_of(ledger: Ledger) -> dict[str, int]:
    """Return the named states, each with its gesture."""
    return {payload_of(g).tag: g.id for g in ledger.log.gestures if g.action == "tag"}


def tag(ledger: Ledger, name: str, said: Said) -> Change:
    """Name the state of now."""
    if not isinstance(name, str) or not name.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"a state's name must be text. Got {name!r} instead.", hint='m.labels.tag("before merging")')
    if name in tags_of(ledger):
        message = f"there is a state {name!r} already: gesture {tags_of(ledger)[name]}."
        raise InputError(message, hint="Choose another name; states are never moved.")
    nothing = np.empty(0, dtype=np.int64)
    payload = Payload(note=said.note, tag=name)
    return ledger.commit("tag", nothing, nothing.astype(np.int32), said._replace(note=str(payload)))


def _restore(ledger: Ledger, state: LabelState, said: Said, *, plan: bool) -> Change:
    """Go back to a state, as one new gesture."""
    rows = np.flatnonzero(state.codes != ledger.codes)
    if plan:
        return Change(None, rows)
    payload = Payload(note=said.note, to=state.gesture)
    return ledger.commit("restore", rows, state.codes[rows], said._replace(note=str(payload)))


def diff_frame(ledger: Ledger, a: When, b: When) -> Any:
    """Return the rows whose label differs between two states: columns key, row, before, after."""
    before, after = state_at(ledger, a), state_at(ledger, b)
    rows = np.flatnonzero(before.codes != after.codes)
    columns: dict[str, Any] = {
        "key": ledger.keys[rows].tolist() if ledger.keys.dtype == object else ledger.keys[rows],
        "row": rows.astype(np.int64),
        "before": [display_name(v) for v in ledger.set.of(before.codes[rows])],
        "after": [display_name(v) for v in ledger.set.of(after.codes[rows])],
    }
    return build_frame(columns, ledger.table.kind)
