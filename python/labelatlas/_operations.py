"""What can be done to labels: rows relabelled, whole labels renamed, merged, deleted, made, coloured, and all of it undone.

Each function is one gesture, or only the plan of it, and is called by `Labels` under the ledger's lock, after a look at what
others did meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np

from labelatlas._change import Change, Said, row_set
from labelatlas._label_set import UNHOLDABLE
from labelatlas._payload import Payload
from labelatlas._settle import reopen, settle_again
from labelatlas._vocabulary import shown_first
from labelatlas.exceptions import InputError, JournalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from labelatlas._ledger import Ledger
    from labelatlas._typing import Int64Array
    from labelatlas.frames.kind import LabelValue
    from labelatlas.journal import Action

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_DOING = frozenset({"undo", "redo", "tag"})


def existing(ledger: Ledger, label: object) -> int:
    """Return the code of a label that is in use.

    Raises
    ------
    InputError
        There is none of that name.
    """
    value = ledger.column.parse(label)
    code = None if value is None else ledger.set.code(value)
    if value is None or code is None or code in set(ledger.retired()):
        gone = set(ledger.retired())
        known = shown_first(v for c, v in enumerate(ledger.set.values) if c not in gone)
        raise InputError(f"there is no label {label!r}.", hint=f"The labels are {known}.")
    return code


def assign(
    ledger: Ledger,
    rows: npt.NDArray[np.integer],
    label: object,
    said: Said,
    *,
    where: int | None = None,
    action: Action = "relabel",
    plan: bool = False,
) -> Change:
    """Give rows a label; `where` = only those that hold this code now."""
    value = ledger.column.parse(label)
    rows = row_set(np.asarray(rows, dtype=np.int64))
    if len(rows) and (rows[0] < 0 or rows[-1] >= len(ledger.codes)):
        message = f"rows must be positions from 0 to {len(ledger.codes) - 1}. Got {rows[0]} to {rows[-1]}."
        raise InputError(message, hint="m.relabel(keys=[...], label=...) takes keys.")
    if where is not None:
        rows = rows[ledger.codes[rows] == where]
    code = ledger.set.code(value)
    touched = rows if code is None else rows[ledger.codes[rows] != code]
    if plan or not len(touched):
        return Change(None, touched)
    return _to_label(ledger, action, touched, value, said)


def rename(ledger: Ledger, old: object, new: object, said: Said, *, plan: bool) -> Change:
    """Give a label another name, on every row."""
    code = existing(ledger, old)
    value = _new_name(ledger, new, "m.labels.merge(old, new) joins two labels.")
    rows = ledger.rows_with(code)
    if plan:
        return Change(None, rows)
    payload = Payload(note=said.note, old=(ledger.set.values[code],), new=value)
    return _to_label(ledger, "rename", rows, value, said._replace(note=str(payload)))


def merge(ledger: Ledger, labels: Iterable[object], into: object, said: Said, *, plan: bool) -> Change:
    """Give the rows of several labels one label."""
    value = ledger.column.parse(into)
    if value is None:
        raise InputError("labels are merged into a label. Got None.", hint="m.labels.delete(label) unlabels its rows.")
    codes = sorted({existing(ledger, label) for label in labels} - {ledger.set.code(value)})
    if not codes:
        raise InputError("there is nothing to merge.", hint="Name at least one other label.")
    rows = np.flatnonzero(np.isin(ledger.codes, codes))
    if plan:
        return Change(None, rows)
    payload = Payload(note=said.note, old=tuple(ledger.set.values[c] for c in codes), new=value)
    return _to_label(ledger, "merge", rows, value, said._replace(note=str(payload)))


def delete(ledger: Ledger, label: object, said: Said, *, plan: bool) -> Change:
    """Take a label away: its rows are unlabelled."""
    code = existing(ledger, label)
    rows = ledger.rows_with(code)
    if len(rows):
        ledger.column.parse(None)  # says so when the column cannot hold unlabelled rows
    if plan:
        return Change(None, rows)
    payload = Payload(note=said.note, old=(ledger.set.values[code],))
    return _to_label(ledger, "delete", rows, None, said._replace(note=str(payload)))


def create(ledger: Ledger, name: object, colour: str, said: Said) -> Change:
    """Make a label that no row holds yet."""
    value = _new_name(ledger, name, "Choose another name.")
    if colour:
        _check_colour(colour)
    payload = Payload(note=said.note, new=value, colour=colour)
    return _to_label(ledger, "create", np.empty(0, dtype=np.int64), value, said._replace(note=str(payload)))


def recolour(ledger: Ledger, label: object, colour: str, said: Said) -> Change:
    """Give a label a colour of its own."""
    code = existing(ledger, label)
    _check_colour(colour)
    payload = Payload(note=said.note, new=ledger.set.values[code], colour=colour)
    nothing = np.empty(0, dtype=np.int64)
    return ledger.commit("recolour", nothing, nothing.astype(np.int32), said._replace(note=str(payload)))


def undo(ledger: Ledger, gesture: int | None, said: Said) -> Change:
    """Take a gesture back where its labels still stand."""
    if gesture is None:
        gesture = ledger.log.book.next_undo(ledger.author)
        if gesture is None:
            message = f"{ledger.author} has no gesture left to undo."
            raise InputError(message, hint="m.undo(number) takes back any gesture of m.history().")
    found = ledger.log.find(gesture)
    if found is None or found.action in _DOING:
        message = f"gesture must be the number of a gesture that changed labels. Got {gesture!r}."
        raise InputError(message, hint="m.history() lists them; m.redo() takes back an undo.")
    if gesture in ledger.log.book.undone:
        message = f"gesture {gesture} stands undone already."
        raise InputError(message, hint="m.redo() brings back what was undone last.")
    return _reverse(ledger, "undo", gesture, said)


def redo(ledger: Ledger, said: Said) -> Change:
    """Bring back what this author undid last."""
    gesture = ledger.log.book.next_redo(ledger.author)
    if gesture is None:
        message = f"{ledger.author} has nothing to redo."
        raise InputError(message, hint="A new gesture ends what can be redone.")
    return _reverse(ledger, "redo", gesture, said)


# ---- inside ----------------------------------------------------------------------------------------------------------
def _to_label(ledger: Ledger, action: Action, rows: Int64Array, value: LabelValue | None, said: Said) -> Change:
    """Commit one label for all rows; when that fails, a name that was new for it is forgotten again."""
    known = len(ledger.set)
    code = ledger.set.add(value)
    try:
        return ledger.commit(action, rows, np.full(len(rows), code, dtype=np.int32), said)
    except JournalError:
        ledger.set.forget_from(known)
        raise


def _reverse(ledger: Ledger, action: Literal["undo", "redo"], gesture: int, said: Said) -> Change:
    if ledger.log.settlement(gesture) is not None:
        return (reopen if action == "undo" else settle_again)(ledger, gesture, said)
    rows, old, new = ledger.log.step(gesture)
    real = (old != new) & (old != UNHOLDABLE)
    still = (ledger.codes[rows] == new) & real
    change = ledger.commit(action, rows[still], old[still], said, undoes=gesture)
    found = ledger.log.find(gesture)
    away = 0 if found is None else found.rows - len(rows)
    return Change(change.gesture, change.rows, int(real.sum()) - int(still.sum()) + away)


def _new_name(ledger: Ledger, name: object, cure: str) -> LabelValue:
    value = ledger.column.parse(name)
    if value is None:
        raise InputError("a label needs a name. Got None.", hint="Type a name.")
    code = ledger.set.code(value)
    if code is not None and code not in set(ledger.retired()):
        raise InputError(f"there is a label {value!r} already.", hint=cure)
    return value


def _check_colour(colour: str) -> None:
    if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f'colour must be "#rrggbb" in small hexadecimal digits. Got {colour!r}.', hint='"#e69f00"')
