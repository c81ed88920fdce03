"""The nearest rows of one set for each row of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.space._exhaustive import squared_differences
from labelatlas.space._tiles import smallest
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from labelatlas._typing import Metric

_TILE_VALUES = 1 << 23
_SPARE = 8


def find_nearest(X: Any, queries: Any, k: int = 15, *, metric: Metric = "euclidean") -> Neighbors:
    """Return the k rows of X nearest to each query.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Vectors; finite real numbers.
    queries : array-like of shape (m, d)
        Other vectors, or some of the same: a row of X among them finds itself, at distance 0.
    k : int
        From 1 to n.
    metric : {"cosine", "euclidean"}
        As in `find_neighbors`.

    Returns
    -------
    Neighbors
        `indices` (m, k) int32 and `distances` (m, k) float32, nearest first. Candidates are nominated in float32 and measured in
        float64; of rows closer to each other than float32 can tell another one may be named.

    Raises
    ------
    InputError
        When X or queries are no finite 2-D arrays of equal width, or k is not in 1 .. n.

    Examples
    --------
    >>> find_nearest([[0.0], [1.0], [3.0]], [[2.9]], k=2).indices.tolist()
    [[2, 1]]
    """
    import torch

    rows, asked = check_matrix(X, "X"), check_matrix(queries, "queries", n_columns=np.shape(X)[1])
    n, m = len(rows), len(asked)
    if not 1 <= k <= n:
        raise InputError(f"k must be from 1 to the {n} rows of X. Got {k!r} instead.")
    points = np.concatenate([rows, asked])
    if metric == "cosine":
        zero = np.asarray(~points.any(axis=1))
        points = np.hstack([unit_rows(points), zero[:, None]]) if zero.any() else unit_rows(points)
    centre = points[:n].mean(axis=0, dtype=np.float64)
    scale = float(np.abs(points - centre).max()) or 1.0
    single = torch.from_numpy(((points - centre) / scale).astype(np.float32))
    norms = single[:n].square().sum(dim=1)
    indices, squared = np.empty((m, k), dtype=np.int64), np.empty((m, k), dtype=np.float64)
    step = max(1, _TILE_VALUES // n)
    with torch.inference_mode():
        for start in range(0, m, step):
            part = np.arange(start, min(start + step, m))
            tile = torch.addmm(norms, single[n + part], single[:n].T, alpha=-2.0)
            chosen = np.sort(smallest(tile, min(n, k + _SPARE))[1].numpy(), axis=1)
            measured = squared_differences(points, n + part, chosen)
            order = np.argsort(measured, axis=1, kind="stable")[:, :k]
            indices[part] = np.take_along_axis(chosen, order, axis=1)
            squared[part] = np.take_along_axis(measured, order, axis=1)
    distances = squared / 2.0 if metric == "cosine" else np.sqrt(squared)
    return Neighbors(indices.astype(np.int32), distances.astype(np.float32))
