"""The map: rows placed in the plane so that neighbours stay neighbours.

UMAP (L. McInnes, J. Healy, J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction",
2018): a fuzzy graph over the neighbours we already have (`_fuzzy`), a start on the two principal components, which keeps
what is far apart far apart (D. Kobak, G. C. Linderman, "Initialization is critical for preserving global data structure in
both t-SNE and UMAP", 2021), then umap-learn's optimiser (`_umap`). One thread, so that a seed gives the same map.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.space._fuzzy import fuzzy_graph
from labelatlas.space._umap import load_epoch, optimize
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import Float32Array, Float64Array, Metric, Neighbors

_MIN_ROWS = 11
"""Below this a neighbour graph says nothing that the principal components do not."""
_MANY_ROWS = 10_000
_MIN_DISTANCE = 0.1
_START_EXTENT = 10.0
_START_DECIMALS = 5
_START_NOISE = 1e-4
_DOUBLE_VALUES = 1 << 26
_STREAM_LAYOUT = 101
_STREAM_PCA = 102


def layout(
    X: Any,
    neighbors: Neighbors | None,
    *,
    metric: Metric = "euclidean",
    seed: int = 0,
    n_epochs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Float32Array:
    """Return a place in the plane for every row.

    Parameters
    ----------
    X : array-like of shape (n, d)
        The vectors, finite; they give the start.
    neighbors : Neighbors or None
        Their graph, from `find_neighbors`; indices of shape (n, k). Not looked at below 11 rows, where it may be None.
    metric : {"cosine", "euclidean"}
        The metric of the graph; with "cosine" the start is made from rows of length 1.
    seed : int
        The same seed gives the same map on the same machine, bit for bit.
    n_epochs : int or None
        Passes over the graph, at least 1; None means 500 up to 10,000 rows and 200 above.
    progress : callable or None
        Told (epochs done, epochs in all), about a hundred times.

    Returns
    -------
    ndarray of shape (n, 2), float32
        Finite; centred on 0, the larger side spanning [-1, 1], the aspect kept. A single row, or rows that are all equal,
        lie at the origin. Fewer than 11 rows are placed on their principal components.

    Raises
    ------
    InputError
        When X is not a finite 2-D numeric array, the graph does not fit it, or n_epochs is below 1.

    Examples
    --------
    >>> layout(np.array([[0.0, 0.0], [2.0, 0.0]]), None).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    vectors = check_matrix(X, "X")
    n = len(vectors)
    if n_epochs is not None and n_epochs < 1:
        raise InputError(f"n_epochs must be at least 1. Got {n_epochs} instead.")
    if n == 0:
        return np.zeros((0, 2), dtype=np.float32)
    start = _principal_plane(vectors, metric, seed)
    if n < _MIN_ROWS or not start.any():
        return _frame(start)
    graph = fuzzy_graph(_check_graph(neighbors, n))
    rng = generator(seed, _STREAM_LAYOUT)
    # Equal rows start a hair apart: at the very same place no gradient could part them, and they would share their draws.
    start = np.round(start * _START_EXTENT / np.abs(start).max(), _START_DECIMALS)
    start += rng.normal(scale=_START_NOISE, size=start.shape)
    span = start.max(axis=0) - start.min(axis=0)
    start = (_START_EXTENT * (start - start.min(axis=0)) / np.where(span > 0.0, span, 1.0)).astype(np.float32)
    stream = rng.integers(-(2**31) + 1, 2**31 - 1, size=3, dtype=np.int64)
    epochs = n_epochs if n_epochs is not None else (500 if n <= _MANY_ROWS else 200)
    xy = optimize(np.ascontiguousarray(start), graph, _curve(), stream, epochs, progress)
    return _frame(xy.astype(np.float64))


def prepare_layout() -> None:
    """Load umap-learn and its compiled optimiser, so that the first `layout` starts at once.

    The first time on a machine this compiles for some seconds; later it reads numba's cache. Calling it in a thread while
    something else runs (reading, embedding) hides the cost; calling it twice costs nothing.

    Examples
    --------
    >>> prepare_layout()
    """
    load_epoch()
    _curve()


def _check_graph(neighbors: Neighbors | None, n: int) -> Neighbors:
    """Return the graph if it is one of n rows."""
    if neighbors is None:
        raise InputError(
            f"neighbors must be the graph of the {n} rows. Got None instead.",
            hint="Pass find_neighbors(X, k=15).",
        )
    indices, distances = np.asarray(neighbors.indices), np.asarray(neighbors.distances)
    if indices.ndim != 2 or len(indices) != n or indices.shape[1] < 1 or distances.shape != indices.shape:
        raise InputError(
            f"neighbors must have indices and distances of shape ({n}, k), k >= 1. "
            f"Got {indices.shape} and {distances.shape} instead.",
            hint="Pass the result of find_neighbors on the same X.",
        )
    if indices.min() < 0 or indices.max() >= n or not np.isfinite(distances).all():
        raise InputError(f"neighbors must hold rows 0 to {n - 1} at finite distances. Got others instead.")
    return neighbors


def _principal_plane(vectors: npt.NDArray[Any], metric: Metric, seed: int) -> Float64Array:
    """Return the rows on their first two principal components, (n, 2); zeros where there is no spread."""
    # float64 while that fits: the last bits of a float32 product depend on the number of threads, and the optimiser would
    # carry such a difference over the whole map.
    points = vectors.astype(np.float64) if vectors.size <= _DOUBLE_VALUES else vectors
    points = points / (float(np.abs(points).max()) or 1.0)
    if metric == "cosine":
        norms = np.linalg.norm(points, axis=1, keepdims=True)
        points = points / np.where(norms > 0.0, norms, 1.0)
    plane = np.zeros((len(points), 2))
    centred = points - points.mean(axis=0)
    if not (points != points[0]).any():
        return plane
    n_components = min(2, *points.shape)
    from sklearn.decomposition import PCA

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        state = int(generator(seed, _STREAM_PCA).integers(2**31))
        plane[:, :n_components] = PCA(n_components, random_state=state).fit_transform(centred)
    return plane


@functools.cache
def _curve() -> tuple[float, float]:
    """Return a and b of 1 / (1 + a x^(2b)) for the usual least distance, by umap-learn's own fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap.umap_ import find_ab_params

        a, b = find_ab_params(1.0, _MIN_DISTANCE)
    return float(a), float(b)


def _frame(xy: Float64Array) -> Float32Array:
    """Return the places centred on their bounding box, the larger half-side 1."""
    centred = xy - (xy.max(axis=0) + xy.min(axis=0)) / 2.0
    extent = float(np.abs(centred).max())
    scaled = centred / extent if extent > 0.0 else np.zeros_like(centred)
    return np.ascontiguousarray(scaled + 0.0, dtype=np.float32)
