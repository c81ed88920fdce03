"""Every gesture of a stream, in memory, so that each question about the past is answered without reading the journal again.

Beside the summaries stand the edits themselves as three growing arrays (12 bytes an edit): that is what makes a state at any
gesture, an undo or a comparison of authors a matter of milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.journal import UndoBook, first_and_last

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labelatlas._typing import BoolArray, Int32Array, Int64Array
    from labelatlas.journal import GestureSummary

    Step = tuple[Int64Array, Int32Array, Int32Array]


class Log:
    """Gestures in order, with those of their edits whose rows are here and whose labels can be held.

    Parameters
    ----------
    n : int
        Number of rows.
    """

    def __init__(self, n: int) -> None:
        self.gestures: list[GestureSummary] = []
        self.book = UndoBook()
        self.last_author: Int32Array = np.full(n, -1, dtype=np.int32)
        self._places: dict[int, int] = {}
        self._settlements: dict[int, int] = {}
        self._authors: dict[str, int] = {}
        self._ends: list[int] = []
        self._rows = np.empty(0, dtype=np.int32)
        self._old = np.empty(0, dtype=np.int32)
        self._new = np.empty(0, dtype=np.int32)

    @property
    def last_id(self) -> int:
        """Return the number of the newest gesture; 0 = there is none."""
        return self.gestures[-1].id if self.gestures else 0

    @property
    def n_authors(self) -> int:
        """Return how many people made gestures."""
        return len(self._authors)

    def note(self, gesture: GestureSummary) -> int:
        """Take in a gesture without its edits; return its author's number."""
        self._places[gesture.id] = len(self.gestures)
        self.gestures.append(gesture)
        self.book.add(gesture)
        if gesture.action == "resolve":
            self._settlements[gesture.id] = gesture.id
        elif gesture.undoes in self._settlements:
            self._settlements[gesture.id] = self._settlements[gesture.undoes]
        return self._authors.setdefault(gesture.author, len(self._authors))

    def add(self, gesture: GestureSummary, step: Step) -> None:
        """Take in the next gesture."""
        author = self.note(gesture)
        self._grow(step, [len(step[0])])
        self.last_author[step[0]] = author

    def add_all(self, gestures: Sequence[GestureSummary], step: Step, sizes: Int64Array) -> None:
        """Take in many gestures at once: their edits one after the other, and how many are of each."""
        authors = np.repeat(np.array([self.note(g) for g in gestures], dtype=np.int32), sizes)
        self._grow(step, sizes)
        _, last = first_and_last(step[0])
        self.last_author[step[0][last]] = authors[last]

    def _grow(self, step: Step, sizes: Sequence[int] | Int64Array) -> None:
        start = self._ends[-1] if self._ends else 0
        end = start + len(step[0])
        if end > len(self._rows):
            room = max(end, 2 * len(self._rows), 1024)
            self._rows, self._old, self._new = (
                np.concatenate([held[:start], np.empty(room - start, dtype=np.int32)])
                for held in (self._rows, self._old, self._new)
            )
        for held, given in zip((self._rows, self._old, self._new), step, strict=True):
            held[start:end] = given
        self._ends += (start + np.cumsum(sizes)).tolist()

    # ---- questions ---------------------------------------------------------------------------------------------------
    def find(self, gesture: int) -> GestureSummary | None:
        """Return the gesture of that number, if there is one."""
        place = self._places.get(gesture)
        return None if place is None else self.gestures[place]

    def settlement(self, gesture: int | None) -> int | None:
        """Return the `resolve` that a gesture is, takes back or brings back; None = it has to do with none."""
        return None if gesture is None else self._settlements.get(gesture)

    def step(self, gesture: int) -> Step:
        """Return rows, codes before and codes after of one gesture."""
        place = self._places[gesture]
        start = self._ends[place - 1] if place else 0
        part = slice(start, self._ends[place])
        return self._rows[part].astype(np.int64), self._old[part], self._new[part]

    def place_after(self, gesture: int) -> int:
        """Return how many gestures have this number or a smaller one."""
        low, high = 0, len(self.gestures)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.gestures[middle].id <= gesture else (low, middle)
        return low

    def codes_after(self, count: int, original: Int32Array) -> Int32Array:
        """Return the label codes, int32 (n,), after the first `count` gestures."""
        end = self._ends[count - 1] if count else 0
        last = _last_places(self._rows[:end], len(original))
        touched = last >= 0
        codes = original.copy()
        codes[touched] = self._new[:end][last[touched]]
        return codes

    def is_last_of(self, author: str, rows: Int64Array) -> BoolArray:
        """Return on which rows this author had the last word."""
        return self.last_author[rows] == self._authors.get(author, -2)

    def overwritten(self, author: str) -> Iterator[tuple[GestureSummary, Int64Array]]:
        """Yield the gestures of others since an author's newest one, each with the rows on which it took the last word."""
        own = [place for place, g in enumerate(self.gestures) if g.author == author]
        if not own or own[-1] == len(self.gestures) - 1:
            return
        end = self._ends[own[-1]]
        last = _last_places(self._rows[:end], len(self.last_author))
        authors = np.array([g.author == author for g in self.gestures], dtype=bool)
        mine = np.zeros(len(last), dtype=bool)
        mine[last >= 0] = authors[np.searchsorted(self._ends, last[last >= 0], side="right")]
        for gesture in self.gestures[own[-1] + 1 :]:
            rows, old, new = self.step(gesture.id)
            yield gesture, rows[mine[rows] & (old != new)]
            mine[rows] = False

    def timeline(self, limit: int | None = None) -> list[tuple[GestureSummary, bool]]:
        """Return gestures in order, each with whether it stands undone: the newest `limit`, or all."""
        part = self.gestures if limit is None else self.gestures[max(len(self.gestures) - limit, 0) :]
        return [(g, g.id in self.book.undone) for g in part]

    def can_undo_redo(self, author: str) -> tuple[bool, bool]:
        """Return whether an author has something to undo, and to redo."""
        return self.book.next_undo(author) is not None, self.book.next_redo(author) is not None


def _last_places(rows: Int32Array, n: int) -> Int64Array:
    """Return where each of n rows comes last in a long history: int64 (n,), -1 = nowhere."""
    last = np.full(n, -1, dtype=np.int64)
    np.maximum.at(last, rows, np.arange(len(rows)))
    return last
