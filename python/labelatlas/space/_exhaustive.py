"""Neighbours of a few hard rows by looking at everything, in float64.

Rows come here when rounding in float32 leaves a doubt. Equal rows have equal answers, so each distinct vector is searched
once however often it is repeated: ten thousand empty texts cost one search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array

_PAIR_VALUES = 1 << 22
"""Differences held at once (32 MB)."""
_TILE_VALUES = 1 << 22


def squared_differences(points: npt.NDArray[Any], rows: Int64Array, others: Int64Array) -> Float64Array:
    """Return squared euclidean distances from direct differences in float64; equal vectors give exactly 0.

    Parameters
    ----------
    points : ndarray of shape (n, d), float
    rows : ndarray of shape (b,), int64
    others : ndarray of shape (b, m), int64
        The rows that each of `rows` is measured against.

    Returns
    -------
    ndarray of shape (b, m), float64
    """
    result = np.empty(others.shape, dtype=np.float64)
    step = max(1, _PAIR_VALUES // max(1, others.shape[1] * points.shape[1]))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        difference = points[others[part]].astype(np.float64, copy=False) - points[rows[part], None].astype(np.float64)
        result[part] = np.einsum("bmd,bmd->bm", difference, difference)
    return result


def exhaustive_search(points: npt.NDArray[Any], rows: Int64Array, k: int) -> tuple[Int64Array, Float64Array]:
    """Return the k nearest other rows of `rows`, ties to the lower row.

    Parameters
    ----------
    points : ndarray of shape (n, d), float
    rows : ndarray of shape (b,), int64
        Row positions to answer for.
    k : int
        At most n - 1.

    Returns
    -------
    indices : ndarray of shape (b, k), int64
    squared : ndarray of shape (b, k), float64
        Squared euclidean distances.
    """
    chosen = np.ascontiguousarray(points[rows]) + 0.0  # -0.0 and 0.0 are one value but two byte patterns
    as_bytes = chosen.view(np.dtype((np.void, chosen.dtype.itemsize * chosen.shape[1]))).ravel()
    _, first, inverse = np.unique(as_bytes, return_index=True, return_inverse=True)
    indices, squared = _nearest_to(points, rows[first], k + 1)
    indices, squared = indices[inverse], squared[inverse]
    # The list of a vector holds its own row, unless k + 1 equal rows precede it; then the last entry goes instead.
    own = indices == rows[:, None]
    own[~own.any(axis=1), -1] = True
    return indices[~own].reshape(len(rows), k), squared[~own].reshape(len(rows), k)


def _nearest_to(points: npt.NDArray[Any], queries: Int64Array, m: int) -> tuple[Int64Array, Float64Array]:
    """Return the m rows nearest to each query row, the query itself included."""
    n, d = points.shape
    centre = points.mean(axis=0, dtype=np.float64)
    scale = float(np.abs(points - centre).max()) or 1.0
    indices = np.empty((len(queries), m), dtype=np.int64)
    squared = np.empty((len(queries), m), dtype=np.float64)
    block = max(1, _TILE_VALUES // n)
    columns = max(1, _TILE_VALUES // d)
    rounding = (8.0 * d + 64.0) * 2.0**-53
    for start in range(0, len(queries), block):
        part = queries[start : start + block]
        centred = (points[part] - centre) / scale
        norms = np.einsum("bd,bd->b", centred, centred)
        rough = np.empty((len(part), n), dtype=np.float64)
        for left in range(0, n, columns):
            others = (points[left : left + columns] - centre) / scale
            rough[:, left : left + columns] = np.einsum("nd,nd->n", others, others) - 2.0 * (centred @ others.T)
        rough += norms[:, None]
        limit = np.partition(rough, m - 1, axis=1)[:, m - 1]
        radius = np.sqrt(np.maximum(limit, 0.0))
        limit += 2.0 * rounding * (2.0 * np.sqrt(norms) + radius + 1e-12) ** 2
        for i, (row, bound) in enumerate(zip(rough, limit, strict=True)):
            candidates = np.flatnonzero(row <= bound)
            measured = squared_differences(points, part[i : i + 1].repeat(len(candidates)), candidates[:, None])[:, 0]
            order = np.argsort(measured, kind="stable")[:m]
            indices[start + i] = candidates[order]
            squared[start + i] = measured[order]
    return indices, squared
