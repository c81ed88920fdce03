"""Exact neighbours in few dimensions, by a k-d tree.

J. L. Bentley, "Multidimensional binary search trees used for associative searching", 1975. Positions on a map have two
dimensions: there a tree answers a million rows in seconds, where comparing all pairs takes the better part of an hour. A tree
breaks ties as it likes, so each row asks for more rows than it needs; when the last of them is no farther than the k-th, a
tie may lie beyond, and the row asks for more. Where many rows lie at one place the tree is one of places (`_search_places`),
for a tree cannot divide what is equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.space._exhaustive import exhaustive_search, squared_differences

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int64Array

MAX_TREE_COLUMNS = 5
"""Up to here the tree is quicker than matrix products: 70,000 normal rows take it 1 CPU-s at 5 columns, 7 at 8."""
_BLOCK = 1 << 17
_SPARE = 5
_MOST_ASKED = 64
_CANDIDATES = 1 << 22
_CROWD = 16
"""Rows at one place from which on places are searched instead of rows."""


def tree_search(
    points: npt.NDArray[Any],
    k: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[Int64Array, Float64Array]:
    """Return the k nearest other rows of every row, ties to the lower row.

    Parameters
    ----------
    points : ndarray of shape (n, d), float
        d from 1 to 5.
    k : int
        At most n - 1.
    progress : callable or None
        Told (rows done, rows in all) now and then.

    Returns
    -------
    indices : ndarray of shape (n, k), int64
    squared : ndarray of shape (n, k), float64
        Squared euclidean distances.
    """
    from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

    n = len(points)
    centred = points - points.mean(axis=0, dtype=np.float64)
    scale = float(np.abs(centred).max()) or 1.0
    answers = np.empty((n, k), dtype=np.int64), np.empty((n, k), dtype=np.float64)
    order = np.lexsort(points.T)
    new = np.concatenate([[True], (points[order[1:]] != points[order[:-1]]).any(axis=1)])
    if np.diff(np.append(np.flatnonzero(new), n)).max() > _CROWD:
        inverse = np.empty(n, dtype=np.int64)
        inverse[order] = np.cumsum(new) - 1
        _search_places(points, order[new], inverse, k, scale, answers)
        return answers
    tree = cKDTree(centred / scale)
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        asked = k + 1 + _SPARE
        while len(rows):
            asked = min(asked, n)
            found = np.sort(tree.query(tree.data[rows], k=[*range(1, asked + 1)], workers=-1)[1], axis=1)
            measured = squared_differences(points, rows, found)
            measured[found == rows[:, None]] = np.inf
            rows = rows[~(_choose(found, measured, k, scale, answers, rows) | (asked == n))]
            if asked > k + _MOST_ASKED:
                break
            asked *= 2
        if len(rows):
            answers[0][rows], answers[1][rows] = exhaustive_search(points, rows, k)
        if progress is not None:
            progress(min(start + _BLOCK, n), n)
    return answers


def _choose(
    found: Int64Array,
    measured: Float64Array,
    k: int,
    scale: float,
    into: tuple[Int64Array, Float64Array],
    rows: Int64Array,
) -> BoolArray:
    """Keep the k nearest candidates of each row; return where nothing outside the candidates can be as near.

    Candidates come in ascending order of rows, so that the stable sort breaks ties by row; one at infinity is none.
    """
    order = np.argsort(measured, axis=1, kind="stable")[:, :k]
    into[0][rows] = np.take_along_axis(found, order, axis=1)
    into[1][rows] = np.take_along_axis(measured, order, axis=1)
    farthest = np.where(np.isfinite(measured), measured, -np.inf).max(axis=1)
    # The tree sees positions that were centred and scaled, each with a rounding of its own.
    rounding = 16.0 * np.finfo(np.float64).eps * scale
    return np.sqrt(into[1][rows, -1]) + rounding < np.sqrt(np.maximum(farthest, 0.0))


def _search_places(
    points: npt.NDArray[Any],
    first: Int64Array,
    inverse: Int64Array,
    k: int,
    scale: float,
    into: tuple[Int64Array, Float64Array],
) -> None:
    """Answer all rows by their places: each place offers its first k + 1 rows, and equal rows share an answer."""
    from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

    n_places = len(first)
    members = np.argsort(inverse, kind="stable")
    counts = np.bincount(inverse)
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    places = points[first].astype(np.float64)
    tree = cKDTree((places - places.mean(axis=0)) / scale)
    asked = min(n_places, k + 1 + _SPARE)
    width = min(int(counts.max()), k + 1)
    nearest = np.empty((n_places, k + 1), dtype=np.int64), np.empty((n_places, k + 1), dtype=np.float64)
    closed = np.empty(n_places, dtype=np.bool_)
    step = max(1, _CANDIDATES // (asked * width))
    for start in range(0, n_places, step):
        part = np.arange(start, min(start + step, n_places))
        near = tree.query(tree.data[part], k=[*range(1, asked + 1)], workers=-1)[1]
        offers = begins[near][:, :, None] + np.arange(width)
        real = np.arange(width) < counts[near][:, :, None]
        found = np.where(real, members[np.where(real, offers, 0)], -1).reshape(len(part), -1)
        found.sort(axis=1)
        measured = squared_differences(points, first[part], found)
        measured[found < 0] = np.inf
        closed[part] = _choose(found, measured, k + 1, scale, nearest, part) | (asked == n_places)
    listed, squared = (part[inverse] for part in nearest)
    # The list of a place holds the row itself, unless k + 1 equal rows precede it; then the last entry goes instead.
    own = listed == np.arange(len(points))[:, None]
    own[~own.any(axis=1), -1] = True
    into[0][:] = listed[~own].reshape(len(points), k)
    into[1][:] = squared[~own].reshape(len(points), k)
    left = np.flatnonzero(~closed[inverse])
    if len(left):
        into[0][left], into[1][left] = exhaustive_search(points, left, k)
