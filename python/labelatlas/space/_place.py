"""New rows on a map that stays as it is.

A new row begins at the mean of its neighbours, weighted by how strongly it belongs to them, and is then moved by the forces of the
map's own descent while all others stand still, as UMAP places new rows (L. McInnes, J. Healy, J. Melville, 2018). Its place
depends on no other new row, so it does not matter in how many portions rows come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.space._descent import load_kernel
from labelatlas.space._forces import forces
from labelatlas.space._fuzzy import memberships
from labelatlas.space._start import map_scale
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, Neighbors

_EPOCHS = 30
_PACE = 0.25
_TWIN = 1e-3
"""A row this much nearer to one row than to its last neighbour is taken for the same row again."""
_STREAM_PLACE = 107


def place_rows(xy: Any, neighbors: Neighbors, near: Neighbors, *, seed: int = 0) -> Float32Array:
    """Return places for new rows on an old map.

    Parameters
    ----------
    xy : array-like of shape (n, 2)
        The map.
    neighbors : Neighbors
        The graph of its rows: says how far the map is stretched.
    near : Neighbors
        For each of m new rows its nearest rows of the map, of shape (m, k), nearest first.
    seed : int
        The same seed gives the same places.

    Returns
    -------
    ndarray of shape (m, 2), float32
        A row that equals one of the map's lies on it.

    Raises
    ------
    InputError
        When the map is no finite array of two columns, or `near` names rows that it does not have.

    Examples
    --------
    >>> from labelatlas._typing import Neighbors
    >>> from labelatlas.space import find_neighbors
    >>> line = np.arange(20.0)[:, None].repeat(2, axis=1)
    >>> near = Neighbors(np.array([[3, 4]], dtype=np.int32), np.array([[0.0, 1.0]], dtype=np.float32))
    >>> place_rows(line, find_neighbors(line, 3), near).tolist()
    [[3.0, 3.0]]
    """
    places = check_matrix(xy, "xy", n_columns=2).astype(np.float64)
    indices, distances = np.asarray(near.indices), np.asarray(near.distances, dtype=np.float32)
    if indices.ndim != 2 or indices.shape != distances.shape or indices.shape[1] < 1:
        raise InputError(f"near must have indices and distances of shape (m, k). Got {indices.shape} instead.")
    if not len(indices):
        return np.zeros((0, 2), dtype=np.float32)
    if indices.min() < 0 or indices.max() >= len(places):
        raise InputError(f"near must name rows 0 to {len(places) - 1}. Got others instead.")
    weights = memberships(distances).astype(np.float64)
    weights = np.maximum(weights, 1e-12)
    begin = (weights[:, :, None] * places[indices]).sum(axis=1) / weights.sum(axis=1, keepdims=True)
    twin = distances[:, 0] <= _TWIN * distances[:, -1]
    placed = begin.copy()
    free = np.flatnonzero(~twin)
    if len(free) and (places != places[0]).any():
        scale = map_scale(places, neighbors)
        middle = places.mean(axis=0)
        moving = ((begin[free] - middle) * scale).astype(np.float32)
        standing = ((places - middle) * scale).astype(np.float32)
        _settle(moving, standing, indices[free], weights[free], seed)
        placed[free] = moving / scale + middle
    placed[twin] = places[indices[twin, 0]]
    return placed.astype(np.float32)


def _settle(moving: Float32Array, standing: Float32Array, indices: Any, weights: Any, seed: int) -> None:
    """Move rows among others that stand still, in place."""
    m, k = indices.shape
    period = (1.0 / np.maximum(weights, 1e-6)).astype(np.float32).ravel()
    due = period.copy()
    indptr = np.arange(0, m * k + 1, k, dtype=np.int64)
    tail = np.ascontiguousarray(indices, dtype=np.int32).ravel()
    number = int(generator(seed, _STREAM_PLACE).integers(2**62))
    kernel, tables = load_kernel(), forces()[2:]
    for epoch in range(_EPOCHS):
        alpha = np.float32(_PACE * (1.0 - epoch / _EPOCHS))
        kernel(moving, standing, 0, m, 0, indptr, tail, period, due, tables, alpha, epoch + 1, number, 1)
