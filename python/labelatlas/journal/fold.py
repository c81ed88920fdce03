"""What a list of gestures amounts to: pure functions, no database, no frame.

Folding is what makes replay idempotent. For each row the journal is a chain of labels: what it held before its first edit,
then what each edit made of it. A frame whose label is the last of the chain is already there; one whose label is an earlier
link is brought to the last; any other label was not put there by us and is a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelatlas._typing import BoolArray, Int32Array, Int64Array
    from labelatlas.journal.gesture import GestureSummary

    Step = tuple[Int64Array, Int32Array, Int32Array]


@dataclass(frozen=True)
class Fold:
    """Where a journal leads a frame.

    Attributes
    ----------
    codes : ndarray of shape (n,), int32
        Labels after the fold; rows in conflict keep the frame's.
    original : ndarray of shape (n,), int32
        Label before the first edit; the frame's for rows never edited.
    replayed : ndarray of shape (n,), bool
        Rows whose label the fold changed.
    conflict : ndarray of shape (n,), bool
        Rows whose label in the frame is no link of their chain.
    final, first : ndarray of shape (n,), int32
        Last and first label of the chain, in conflict or not; -2 = never edited.
    """

    codes: Int32Array
    original: Int32Array
    replayed: BoolArray
    conflict: BoolArray
    final: Int32Array
    first: Int32Array


NEVER = -2
STILL: frozenset[str] = frozenset({"tag"})
"""Actions that change nothing: there is nothing to take back, and what was undone can still be redone after them."""


def fold(frame: Int32Array, steps: Iterable[Step]) -> Fold:
    """Fold chains of edits onto the labels of a frame.

    Parameters
    ----------
    frame : ndarray of shape (n,), int32
        Codes that the frame holds; -1 = unlabelled.
    steps : iterable of (rows, old, new)
        The edits of each gesture, in order: positions, codes before, codes after. A code before that is below -1 stands
        for a label that the frame cannot hold.

    Returns
    -------
    Fold

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([0]); a, b = np.array([0], dtype="i4"), np.array([1], dtype="i4")
    >>> fold(np.array([0, 0], dtype="i4"), [(rows, a, b)]).codes.tolist()
    [1, 0]
    """
    n = len(frame)
    rows, old, new = joined(steps)
    place = np.arange(len(rows))
    # `at` and not plain assignment: numpy promises no order when an index is repeated
    last, earliest = np.full(n, -1, dtype=np.int64), np.full(n, len(rows), dtype=np.int64)
    np.maximum.at(last, rows, place)
    np.minimum.at(earliest, rows, place)
    edited = last >= 0
    final, first = (np.full(n, NEVER, dtype=np.int32) for _ in range(2))
    final[edited], first[edited] = new[last[edited]], old[earliest[edited]]
    known = np.zeros(n, dtype=bool)
    known[rows[(frame[rows] == old) | (frame[rows] == new)]] = True
    codes = np.where(edited & known, final, frame).astype(np.int32)
    original = np.where(edited & known & (first >= UNLABELLED), first, frame).astype(np.int32)
    return Fold(codes, original, codes != frame, edited & ~known, final, first)


def joined(steps: Iterable[Step]) -> Step:
    """Return the edits of many gestures as one, in order.

    Parameters
    ----------
    steps : iterable of (rows, old, new)
        As for `fold`.

    Returns
    -------
    tuple of ndarray
        int64, int32, int32.
    """
    parts = [*steps]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    rows, old, new = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return rows.astype(np.int64, copy=False), old.astype(np.int32, copy=False), new.astype(np.int32, copy=False)


@dataclass(frozen=True)
class UndoStacks:
    """What one author can take back, and bring again; the last element is next.

    Attributes
    ----------
    undo : tuple of int
        Gestures not yet undone.
    redo : tuple of int
        Undo gestures that nothing new has followed.
    """

    undo: tuple[int, ...]
    redo: tuple[int, ...]


class UndoBook:
    """Who can take back what, kept up to date gesture by gesture.

    A new act clears its author's redo stack, as in every editor. Whoever undoes a gesture takes it off its author's stack;
    a redo puts it back there in its place, and on top of the stack of whoever asked for it.
    """

    def __init__(self) -> None:
        self.undone: set[int] = set()
        self._undo: defaultdict[str, dict[int, None]] = defaultdict(dict)  # a dict is an ordered set
        self._redo: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._facts: dict[int, tuple[str, int | None]] = {}

    def add(self, gesture: GestureSummary) -> None:
        """Take in the next gesture.

        Parameters
        ----------
        gesture : GestureSummary
            Later than all before it.
        """
        author, target = gesture.author, gesture.undoes
        self._facts[gesture.id] = (author, target)
        if target is not None:
            self.undone.add(target)
        if gesture.action == "undo" and target is not None:
            for stack in self._undo.values():
                stack.pop(target, None)
            self._redo[author][gesture.id] = None
        elif gesture.action == "redo" and target is not None:
            for stack in self._redo.values():
                stack.pop(target, None)
            maker, again = self._facts.get(target, ("", None))
            if again is not None:
                self.undone.discard(again)
                maker = self._facts[again][0] if again in self._facts else author
                if maker != author:
                    stack = self._undo[maker]
                    earlier = [g for g in stack if g < again]
                    later = [g for g in stack if g > again]
                    self._undo[maker] = dict.fromkeys([*earlier, again, *later])
                self._undo[author][again] = None
        elif gesture.action not in STILL:
            self._undo[author][gesture.id] = None
            self._redo[author].clear()

    def next_undo(self, author: str) -> int | None:
        """Return the gesture that this author's undo takes back.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        int or None
            None = there is none.
        """
        return next(reversed(self._undo[author]), None)

    def next_redo(self, author: str) -> int | None:
        """Return the undo gesture that this author's redo takes back.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        int or None
            None = there is none.
        """
        return next(reversed(self._redo[author]), None)

    def stacks(self, author: str) -> UndoStacks:
        """Return both stacks of an author.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        UndoStacks
        """
        return UndoStacks(tuple(self._undo[author]), tuple(self._redo[author]))


def undo_stacks(gestures: Sequence[GestureSummary], author: str) -> UndoStacks:
    """Return the undo and redo stacks of an author.

    Parameters
    ----------
    gestures : sequence of GestureSummary
        All of a stream, in order.
    author : str
        Whose.

    Returns
    -------
    UndoStacks
    """
    return _booked(gestures).stacks(author)


def undone_gestures(gestures: Sequence[GestureSummary]) -> frozenset[int]:
    """Return the gestures that stand undone, undos that a redo took back among them.

    Parameters
    ----------
    gestures : sequence of GestureSummary
        All of a stream, in order.

    Returns
    -------
    frozenset of int
    """
    return frozenset(_booked(gestures).undone)


def _booked(gestures: Sequence[GestureSummary]) -> UndoBook:
    book = UndoBook()
    for gesture in gestures:
        book.add(gesture)
    return book
