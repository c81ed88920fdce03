"""The map: rows placed in the plane so that neighbours stay neighbours.

UMAP (L. McInnes, J. Healy, J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction",
2018): a fuzzy graph over the neighbours we already have (`_fuzzy`), a start on the two principal components, which keeps
what is far apart far apart (D. Kobak, G. C. Linderman, "Initialization is critical for preserving global data structure in
both t-SNE and UMAP", 2021), then a descent: ours on the CPU (`_descent`) or in torch (`_torch_descent`), or another library's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.space._descent import descend, load_kernel
from labelatlas.space._forces import forces
from labelatlas.space._fuzzy import fuzzy_graph
from labelatlas.space._memory import or_on_cpu
from labelatlas.space._start import map_scale, principal_plane, start_from
from labelatlas.space._target import with_target
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    import scipy.sparse

    from labelatlas._typing import Device, Engine, Float32Array, Float64Array, Metric

ENGINES = ("auto", "numba", "torch", "umap-learn", "cuml")
_MIN_ROWS = 11
"""Below this a neighbour graph says nothing that the principal components do not."""
_MANY_ROWS = 10_000
_START_EXTENT = 10.0
_START_DECIMALS = 5
_START_NOISE = 1e-4
_RESUMED_PACE = 0.25
"""Length of the first steps from an earlier map: enough to make room for new rows, too little to turn the map."""
_STREAM_LAYOUT = 101


def layout(
    X: Any,
    neighbors: Neighbors | None,
    *,
    metric: Metric = "euclidean",
    seed: int = 0,
    n_epochs: int | None = None,
    engine: Engine = "auto",
    device: Device = "auto",
    start: Any = None,
    target: Any = None,
    target_weight: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
    frames: Callable[[Float32Array], None] | None = None,
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
        The same seed gives the same map on the same machine, bit for bit, whatever the number of threads (with "cuml" as
        far as it keeps that itself).
    n_epochs : int or None
        Passes over the graph, at least 1; None means 500 up to 10,000 rows and 300 above ("umap-learn": 200).
    engine : {"auto", "numba", "torch", "umap-learn", "cuml"}
        What moves the rows. "auto" is "torch" on a GPU and "numba" elsewhere, both our own; the other two are those libraries.
    device : {"auto", "cpu", "cuda"}
        Where "torch" runs, and what "auto" chooses by.
    start : array-like of shape (n, 2) or None
        An earlier map to begin with, so that the two can be compared: rows stay about where they were, and the result is in
        the units of `start`. A row of NaN has no place yet and begins among its neighbours. None begins with the principal
        components.
    target : array-like of shape (n,), int, or None
        Label codes, -1 = unlabelled: rows of one label are drawn together, rows of different labels apart.
    target_weight : float
        How much the labels count against the vectors, in [0, 1]: 1 cuts all edges between labels, 0 weakens them as umap-learn does
        with its weight 0.
    progress : callable or None
        Told (epochs done, epochs in all), about a hundred times.
    frames : callable or None
        Given the map as it stands, (n, 2) float32 framed like the result, as often as `progress` is told.

    Returns
    -------
    ndarray of shape (n, 2), float32
        Finite; centred on 0, the larger side spanning [-1, 1], the aspect kept (without `start`). A single row, or rows that
        are all equal, lie at the origin. Fewer than 11 rows are placed on their principal components.

    Raises
    ------
    InputError
        When X is not a finite 2-D numeric array, the graph, the start or the target does not fit it, n_epochs is below 1, or
        target_weight is not in [0, 1].
    MissingDependencyError
        When "cuml" is asked for and not installed.

    Examples
    --------
    >>> layout(np.array([[0.0, 0.0], [2.0, 0.0]]), None).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    vectors = check_matrix(X, "X")
    n = len(vectors)
    if n_epochs is not None and (not isinstance(n_epochs, int | np.integer) or n_epochs < 1):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"n_epochs must be at least 1, and whole. Got {n_epochs!r} instead.")
    if engine not in ENGINES:
        raise InputError(f"engine must be one of {ENGINES}. Got {engine!r} instead.")
    if n == 0:
        return np.zeros((0, 2), dtype=np.float32)
    if neighbors is not None:
        neighbors = Neighbors(*neighbors)  # a plain pair of arrays will do
    if start is None:
        plane, scale = principal_plane(vectors, metric, seed), None
    else:
        plane = start_from(start, n, neighbors)
        scale = map_scale(plane, neighbors) if neighbors is not None else 1.0
    if n < _MIN_ROWS or not (plane != plane[0]).any():
        return _frame(plane) if scale is None else plane.astype(np.float32)
    graph = fuzzy_graph(_check_graph(neighbors, n))
    if target is not None:
        graph = with_target(graph, target, target_weight)
    rng = generator(seed, _STREAM_LAYOUT)
    begin = _begin(plane, rng) if scale is None else _resume(plane, scale, rng)

    def framed(xy: npt.NDArray[Any]) -> Float32Array:
        return _frame(xy.astype(np.float64)) if scale is None else (xy / scale + plane.mean(axis=0)).astype(np.float32)

    watch = None if frames is None else lambda xy: frames(framed(xy))
    pace = 1.0 if scale is None else _RESUMED_PACE
    return framed(_run(engine, device, begin, graph, neighbors, rng, n_epochs, progress, watch, pace))


def prepare_layout() -> None:
    """Load the compiled optimiser, so that the first `layout` starts at once.

    The first time on a machine this compiles for a second or two; later it reads numba's cache. Calling it in a thread while
    something else runs (reading, embedding) hides the cost; calling it twice costs nothing.

    Examples
    --------
    >>> prepare_layout()
    """
    load_kernel()


def _run(
    engine: Engine,
    device: Device,
    begin: Float32Array,
    graph: scipy.sparse.csr_matrix,
    neighbors: Any,
    rng: np.random.Generator,
    n_epochs: int | None,
    progress: Callable[[int, int], None] | None,
    frames: Callable[[Any], None] | None,
    pace: float,
) -> Float32Array:
    """Return the places that an engine finds."""
    if engine == "auto":
        engine = "torch" if resolve_device(device) == "cuda" else "numba"
    few = len(begin) <= _MANY_ROWS
    epochs = n_epochs or (500 if few else 200 if engine == "umap-learn" else 300)
    if engine == "umap-learn":
        from labelatlas.space._umap import optimize

        stream = rng.integers(-(2**31) + 1, 2**31 - 1, size=3, dtype=np.int64)
        return optimize(begin, graph, forces()[:2], stream, epochs, progress, frames, pace)
    number = int(rng.integers(2**62))
    if engine == "cuml":
        from labelatlas.space._cuml import optimize_cuml

        return optimize_cuml(begin, neighbors, number, epochs)
    if engine == "torch":
        from labelatlas.space._torch_descent import descend_torch

        def drawn(place: str) -> Float32Array:
            return descend_torch(begin, graph, number, epochs, progress, frames, pace, device=place)

        return or_on_cpu(drawn, resolve_device(device), "map")
    return descend(begin, graph, number, epochs, progress, frames, pace)


def _begin(plane: Float64Array, rng: np.random.Generator) -> Float32Array:
    """Return the start stretched to fill a square; equal rows a hair apart, since at the very same place nothing could part them."""
    places = np.round(plane * _START_EXTENT / np.abs(plane).max(), _START_DECIMALS)
    places += rng.normal(scale=_START_NOISE, size=places.shape)
    span = places.max(axis=0) - places.min(axis=0)
    places = _START_EXTENT * (places - places.min(axis=0)) / np.where(span > 0.0, span, 1.0)
    return np.ascontiguousarray(places, dtype=np.float32)


def _resume(plane: Float64Array, scale: float, rng: np.random.Generator) -> Float32Array:
    """Return an earlier map in the optimiser's units."""
    places = (plane - plane.mean(axis=0)) * scale
    return (places + rng.normal(scale=_START_NOISE, size=places.shape)).astype(np.float32)


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


def _frame(xy: Float64Array) -> Float32Array:
    """Return the places centred on their bounding box, the larger half-side 1."""
    centred = xy - (xy.max(axis=0) + xy.min(axis=0)) / 2.0
    extent = float(np.abs(centred).max())
    scaled = centred / extent if extent > 0.0 else np.zeros_like(centred)
    return np.ascontiguousarray(scaled + 0.0, dtype=np.float32)
