"""What a list of gestures amounts to: pure functions, no database, no frame.

Folding is what makes replay idempotent. For each row the journal is a chain of labels: what it held before its first edit,
then what each edit made of it. A frame whose label is the last of the chain is already there; one whose label is an earlier
link is brought to the last; any other label was not put there by us and is a conflict. A chain is never kept: what is known
of each row is its first label, its last one, and whether the frame's own was met on the way, so that a journal of any length
folds in the same memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelatlas._typing import BoolArray, Int32Array, Int64Array

    Step = tuple[Int64Array, Int32Array, Int32Array]
    Chains = tuple[Int32Array, Int32Array, BoolArray]


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


class Folding:
    """A fold that is given the edits bit by bit.

    Parameters
    ----------
    frame : ndarray of shape (n,), int32
        Codes that the frame holds; -1 = unlabelled.

    Examples
    --------
    >>> import numpy as np
    >>> folding = Folding(np.array([0, 0], dtype="i4"))
    >>> folding.add((np.array([0]), np.array([0], dtype="i4"), np.array([1], dtype="i4")))
    >>> folding.done().codes.tolist()
    [1, 0]
    """

    def __init__(self, frame: Int32Array) -> None:
        self._frame = frame
        self._final, self._first = (np.full(len(frame), NEVER, dtype=np.int32) for _ in range(2))
        self._known = np.zeros(len(frame), dtype=bool)

    def add(self, step: Step) -> None:
        """Take in edits that are later than those before.

        Parameters
        ----------
        step : tuple of ndarray
            Rows, codes before, codes after, as for `fold`.
        """
        rows, old, new = step
        starts, ends = first_and_last(rows)
        beginners = starts[self._final[rows[starts]] == NEVER]
        self._first[rows[beginners]] = old[beginners]
        self._final[rows[ends]] = new[ends]
        held = self._frame[rows]
        self._known[rows[(held == old) | (held == new)]] = True

    def chains(self, rows: Int64Array) -> Chains:
        """Return what is known of some rows, to be given to `put_back`.

        Parameters
        ----------
        rows : ndarray of shape (m,), int64
            Positions.

        Returns
        -------
        tuple of ndarray
            Last and first labels of their chains, and whether the frame's own was met.
        """
        return self._final[rows], self._first[rows], self._known[rows]

    def put_back(self, rows: Int64Array, chains: Chains) -> None:
        """Forget what was added for some rows since `chains` was asked of them.

        Parameters
        ----------
        rows : ndarray of shape (m,), int64
            Positions.
        chains : tuple of ndarray
            From `chains`, for the same rows.
        """
        self._final[rows], self._first[rows], self._known[rows] = chains

    def done(self, *, apart: Int64Array | None = None) -> Fold:
        """Return where it leads.

        Parameters
        ----------
        apart : ndarray of shape (m,), int64, or None
            Rows that are left as the frame has them, and are in no conflict.

        Returns
        -------
        Fold
        """
        edited = self._final != NEVER
        if apart is not None:
            edited[apart] = False
        met = edited & self._known
        codes = np.where(met, self._final, self._frame)
        original = np.where(met & (self._first >= UNLABELLED), self._first, self._frame)
        return Fold(codes, original, codes != self._frame, edited & ~self._known, self._final, self._first)


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
    folding = Folding(frame)
    for step in steps:
        folding.add(step)
    return folding.done()


def first_and_last(rows: Int32Array | Int64Array) -> tuple[Int64Array, Int64Array]:
    """Return the places in `rows` where each row comes first, and where it comes last.

    Parameters
    ----------
    rows : ndarray of shape (m,), integer
        Positions, with or without repeats.

    Returns
    -------
    tuple of ndarray of shape (k,), int64
        For each of the k different rows, in order of the rows.

    Examples
    --------
    >>> import numpy as np
    >>> [places.tolist() for places in first_and_last(np.array([7, 5, 7]))]
    [[1, 0], [1, 2]]
    """
    # numpy promises no order when a repeated index is assigned to, so nobody is given one
    if bool(np.all(rows[1:] > rows[:-1])):
        places = np.arange(len(rows))
        return places, places
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    new = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return order[np.concatenate([[0], new])], order[np.concatenate([new - 1, [len(rows) - 1]])]
