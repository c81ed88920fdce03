"""Two maps of the same rows, joined: what is selected, pointed at or relabelled in one is so in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex
from labelatlas.labels import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Int64Array
    from labelatlas.labels import Change
    from labelatlas.widget.session import Session


T = TypeVar("T")


def link(a: Session, b: Session) -> Callable[[], None]:
    """Join two sessions; return what parts them.

    Parameters
    ----------
    a, b : Session
        Maps of rows with the same keys, in any order.

    Raises
    ------
    InputError
        The maps do not hold the same rows, or it is one map.
    """
    if a is b:
        raise InputError("a map cannot be linked to itself.", hint="Make another one, with other positions.")
    to_b = _place_of(a, b)
    to_a = np.empty_like(to_b)
    to_a[to_b] = np.arange(len(to_b))
    ways = (_Way(a, b, to_b), _Way(b, a, to_a))
    for way in ways:
        way.open()
    ways[0].carry_selection(a.selection)

    def part() -> None:
        for way in ways:
            way.close()

    return part


def _place_of(a: Session, b: Session) -> Int64Array:
    """Return where each row of one map is in the other."""
    if a.n_rows == b.n_rows:
        found = KeyIndex(b.atlas.keys).positions(a.atlas.keys.tolist())
        if bool((found >= 0).all()):
            return found.astype(np.int64)
    message = f"linked maps must hold the same rows. They have {a.n_rows:,} and {b.n_rows:,}, and not the same keys."
    raise InputError(message, hint="Make both from the same frame, with the same key=.")


def _forget(heard: list[T], listener: T) -> None:
    if listener in heard:
        heard.remove(listener)


class _Way:
    """One direction of a link. What comes over it is not sent back: both ends hold it then."""

    def __init__(self, here: Session, there: Session, places: Int64Array) -> None:
        self._here = here
        self._there = there
        self._places = places

    def open(self) -> None:
        self._here.listeners.append(self.carry_selection)
        self._here.pointed.append(self._carry_pointer)
        self._here.labels.listeners.append(self._carry_labels)

    def close(self) -> None:
        _forget(self._here.listeners, self.carry_selection)
        _forget(self._here.pointed, self._carry_pointer)
        _forget(self._here.labels.listeners, self._carry_labels)

    def carry_selection(self, rows: Int64Array) -> None:
        moved = np.sort(self._places[rows])
        if not np.array_equal(moved, self._there.selection):
            self._there.select(moved, how=self._here.selected_how, origin="kernel")

    def _carry_pointer(self, row: int | None) -> None:
        self._there.send({"kind": "view", "ring": None if row is None else int(self._places[row])}, [])

    def _carry_labels(self, change: Change) -> None:
        mine, theirs = self._here.labels, self._there.labels
        if theirs is mine:
            return
        theirs.refresh()  # over one journal that is all: the gesture is theirs too
        values = [*mine.values, None]
        codes = mine.codes[change.rows]
        for code in np.unique(codes).tolist():
            wanted = values[code]
            rows = np.sort(self._places[change.rows[codes == code]])
            held = [*theirs.values, None]
            differ = np.array([held[c] != wanted for c in theirs.codes[rows].tolist()], dtype=bool)
            if differ.any():
                theirs.assign(rows[differ], wanted, **Said(how="api")._asdict())
