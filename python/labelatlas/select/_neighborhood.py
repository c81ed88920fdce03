"""Selections over the neighbour graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import NotApplicable

if TYPE_CHECKING:
    from labelatlas._typing import BoolArray, Float32Array, Int64Array, Neighbors

FEW_INSIDE = 0.2
"""A row of which at most this share of neighbours is selected is a straggler: with 15 neighbours, three or fewer."""


@dataclass(frozen=True)
class Cohesion:
    """How well a selection holds together in the original space.

    Attributes
    ----------
    rows : ndarray of shape (m,), int64
        The selection, sorted.
    inside : ndarray of shape (m,), float32
        Of each row, the share of its nearest neighbours that are selected too, in [0, 1]; high = it belongs.
    share : float
        The mean of `inside`, in [0, 1].
    by_chance : float
        The share that so many rows, picked blindly, would have: (m - 1) / (n - 1).
    stragglers : ndarray of shape (s,), int64
        The rows of which at most a fifth of the neighbours is selected, sorted.
    """

    rows: Int64Array
    inside: Float32Array
    share: float
    by_chance: float
    stragglers: Int64Array


def cohesion(rows: Int64Array, neighbors: Neighbors) -> Cohesion:
    """Return how well a selection holds together where its rows lie in truth.

    Parameters
    ----------
    rows : ndarray of shape (m,), integer
        Sorted positions without repeats.
    neighbors : Neighbors
        The nearest rows of each row, none of them the row itself.

    Returns
    -------
    Cohesion

    Raises
    ------
    NotApplicable
        There are fewer than two rows.

    Examples
    --------
    >>> from labelatlas._typing import Neighbors
    >>> near = np.array([[1, 2], [0, 2], [0, 1], [2, 1]], dtype=np.int32)
    >>> found = cohesion(np.array([0, 1, 3]), Neighbors(near, np.ones_like(near, dtype=np.float32)))
    >>> found.inside.tolist(), found.share, found.stragglers.tolist()
    ([0.5, 0.5, 0.5], 0.5, [])
    """
    n = len(neighbors.indices)
    if len(rows) < 2:
        raise NotApplicable(f"how rows hold together needs at least 2 of them. Got {len(rows)}.")
    inside = _mask(rows, n)[neighbors.indices[rows]].mean(axis=1, dtype=np.float32)
    return Cohesion(
        rows=rows,
        inside=inside,
        share=float(inside.mean(dtype=np.float64)),
        by_chance=(len(rows) - 1) / (n - 1),
        stragglers=rows[inside <= FEW_INSIDE],
    )


def grow(rows: Int64Array, neighbors: Neighbors) -> Int64Array:
    """Return a selection with every row that one of its rows has as a neighbour.

    Parameters
    ----------
    rows : ndarray of shape (m,), integer
        Sorted positions without repeats.
    neighbors : Neighbors
        The nearest rows of each row.

    Returns
    -------
    ndarray of shape (p,), int64
        Sorted; holds `rows`.

    Examples
    --------
    >>> from labelatlas._typing import Neighbors
    >>> near = np.array([[1], [2], [1]], dtype=np.int32)
    >>> grow(np.array([0]), Neighbors(near, np.ones((3, 1), dtype=np.float32))).tolist()
    [0, 1]
    """
    mask = _mask(rows, len(neighbors.indices))
    mask[neighbors.indices[rows]] = True
    return np.flatnonzero(mask)


def shrink(rows: Int64Array, neighbors: Neighbors) -> Int64Array:
    """Return a selection without its rim: the rows that have a neighbour outside.

    Parameters
    ----------
    rows : ndarray of shape (m,), integer
        Sorted positions without repeats.
    neighbors : Neighbors
        The nearest rows of each row.

    Returns
    -------
    ndarray of shape (p,), int64
        Sorted; a part of `rows`.

    Examples
    --------
    >>> from labelatlas._typing import Neighbors
    >>> near = np.array([[1], [0], [1]], dtype=np.int32)
    >>> shrink(np.array([0, 2]), Neighbors(near, np.ones((3, 1), dtype=np.float32))).tolist()
    []
    """
    inside = _mask(rows, len(neighbors.indices))[neighbors.indices[rows]].all(axis=1)
    return np.asarray(rows, dtype=np.int64)[inside]


def _mask(rows: Int64Array, n: int) -> BoolArray:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask
