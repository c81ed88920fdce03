"""What a list of gestures amounts to: pure functions, no database, no frame.

Folding is what makes replay idempotent. For each row the journal is a chain of labels: what it held before its first edit,
then what each edit made of it. A frame whose label is the last of the chain is already there; one whose label is an earlier
link is brought to the last; any other label was not put there by us and is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelatlas._typing import BoolArray, Int32Array, Int64Array
    from labelatlas.journal.gesture import GestureSummary


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
    final : ndarray of shape (n,), int32
        Last label of the chain, in conflict or not; -2 = never edited.
    """

    codes: Int32Array
    original: Int32Array
    replayed: BoolArray
    conflict: BoolArray
    final: Int32Array


NEVER = -2


def fold(frame: Int32Array, steps: Iterable[tuple[Int64Array, Int32Array, Int32Array]]) -> Fold:
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
    final = np.full(n, NEVER, dtype=np.int32)
    first = np.full(n, NEVER, dtype=np.int32)
    known = np.zeros(n, dtype=bool)
    for rows, old, new in steps:
        fresh = first[rows] == NEVER
        first[rows[fresh]] = old[fresh]
        known[rows] |= (frame[rows] == old) | (frame[rows] == new)
        final[rows] = new
    edited = final != NEVER
    conflict = edited & ~known
    codes = np.where(edited & known, final, frame).astype(np.int32)
    original = np.where(edited & known & (first >= UNLABELLED), first, frame).astype(np.int32)
    return Fold(codes, original, codes != frame, conflict, final)


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


def undo_stacks(gestures: Sequence[GestureSummary], author: str) -> UndoStacks:
    """Return the undo and redo stacks of an author.

    A new relabel clears the author's redo stack, as in every editor.

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
    undo: list[int] = []
    redo: list[int] = []
    undone_by = {g.id: g.undoes for g in gestures if g.undoes is not None}
    for gesture in gestures:
        if gesture.action == "undo":
            if gesture.undoes in undo:
                undo.remove(gesture.undoes)
            if gesture.author == author:
                redo.append(gesture.id)
        elif gesture.action == "redo":
            if gesture.undoes in redo:
                redo.remove(gesture.undoes)
            again = undone_by.get(gesture.undoes) if gesture.undoes is not None else None
            if again is not None and gesture.author == author:
                undo.append(again)
        elif gesture.author == author:
            undo.append(gesture.id)
            redo.clear()
    return UndoStacks(tuple(undo), tuple(redo))


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
    undone: set[int] = set()
    undoes = {g.id: g.undoes for g in gestures}
    for gesture in gestures:
        if gesture.undoes is None:
            continue
        undone.add(gesture.undoes)
        if gesture.action == "redo":
            again = undoes.get(gesture.undoes)
            if again is not None:
                undone.discard(again)
    return frozenset(undone)
