"""Where a map begins: on the principal components, or where an earlier map was."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.space._forces import forces, similarity
from labelatlas.space._fuzzy import memberships

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Metric, Neighbors

_STREAM_PCA = 102
_STREAM_SCALE = 103
_COVARIANCE_COLUMNS = 1024
"""Up to here the components come from the covariance, one pass over the rows; above from a randomised decomposition."""
_BLOCK = 1 << 14
_SAMPLE = 4096
_PUSHES = 5.0
_SPREADING_STEPS = 20


def principal_plane(vectors: npt.NDArray[Any], metric: Metric, seed: int) -> Float64Array:
    """Return the rows on their first two principal components.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32 or float64
    metric : {"cosine", "euclidean"}
    seed : int
        Of the randomised decomposition (above 1,024 columns).

    Returns
    -------
    ndarray of shape (n, 2), float64
        Zeros where there is no spread.
    """
    n, d = vectors.shape
    plane = np.zeros((n, 2))
    if n == 1 or not (vectors != vectors[0]).any():
        return plane
    peak = float(np.abs(vectors).max()) or 1.0
    # float64, block by block: the last bits of a float32 product depend on the number of threads, and the descent would carry
    # such a difference over the whole map.
    if d > _COVARIANCE_COLUMNS or n < d:
        return _by_decomposition(_ready(vectors, peak, metric), seed)
    blocks = [slice(first, first + _BLOCK) for first in range(0, n, _BLOCK)]
    mean = np.zeros(d)
    for block in blocks:
        mean += _ready(vectors[block], peak, metric).sum(axis=0) / n
    scatter = np.zeros((d, d))
    for block in blocks:
        centred = _ready(vectors[block], peak, metric) - mean
        scatter += centred.T @ centred
    _, axes = np.linalg.eigh(scatter)
    axes = axes[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    for block in blocks:
        plane[block, : axes.shape[1]] = (_ready(vectors[block], peak, metric) - mean) @ axes
    return plane


def _ready(rows: npt.NDArray[Any], peak: float, metric: Metric) -> Float64Array:
    points = rows.astype(np.float64) / peak
    if metric == "cosine":
        norms = np.linalg.norm(points, axis=1, keepdims=True)
        points /= np.where(norms > 0.0, norms, 1.0)
    return points


def _by_decomposition(points: Float64Array, seed: int) -> Float64Array:
    from sklearn.decomposition import PCA

    plane = np.zeros((len(points), 2))
    n_components = min(2, *points.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        state = int(generator(seed, _STREAM_PCA).integers(2**31))
        plane[:, :n_components] = PCA(n_components, random_state=state).fit_transform(points - points.mean(axis=0))
    return plane


def start_from(start: Any, n: int, neighbors: Neighbors | None) -> Float64Array:
    """Return an earlier map with a place for every row: those without one begin at the mean of their neighbours.

    Parameters
    ----------
    start : array-like of shape (n, 2)
        A row of NaN has no place.
    n : int
    neighbors : Neighbors or None

    Returns
    -------
    ndarray of shape (n, 2), float64

    Raises
    ------
    InputError
        When it has another shape, holds infinity, or has no place at all.
    """
    places = np.array(start, dtype=np.float64)
    if places.shape != (n, 2) or np.isinf(places).any():
        raise InputError(f"start must have shape ({n}, 2), finite or NaN. Got shape {places.shape} instead.")
    known = np.asarray(np.isfinite(places).all(axis=1))
    if not known.any():
        raise InputError("start must say where some rows are. Got NaN alone instead.", hint="Leave it out.")
    middle = places[known].mean(axis=0)
    for _ in range(_SPREADING_STEPS):
        rows = np.flatnonzero(~known)
        if neighbors is None or not len(rows):
            break
        near = neighbors.indices[rows]
        placed = known[near]
        sums = np.where(placed[:, :, None], places[near], 0.0).sum(axis=1)
        found = placed.any(axis=1)
        places[rows[found]] = sums[found] / placed[found].sum(axis=1)[:, None]
        known[rows[found]] = True
    places[~known] = middle
    return places


def map_scale(xy: npt.NDArray[Any], neighbors: Neighbors) -> float:
    """Return the factor that brings a map to the units in which the descent balances pulls and pushes.

    A finished map is a point where the cross-entropy between graph and map is least, along its scale too: so the scale of a
    map that was stretched to fill a frame, or drawn by another program, is found again by minimising over that one number.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float
        Not all equal.
    neighbors : Neighbors
        The graph of its rows.

    Returns
    -------
    float
        Above 0.
    """
    from scipy.optimize import minimize_scalar

    rng = generator(0, _STREAM_SCALE)
    n, k = neighbors.indices.shape
    rows = rng.choice(n, _SAMPLE, replace=False) if n > _SAMPLE else np.arange(n)
    weights = memberships(neighbors.distances[rows]).astype(np.float64)
    near = ((xy[rows][:, None] - xy[neighbors.indices[rows]]) ** 2).sum(axis=2)
    far = ((xy[rows][:, None] - xy[rng.integers(n, size=(len(rows), k))]) ** 2).sum(axis=2)
    extent = float(np.ptp(np.asarray(xy, dtype=np.float64), axis=0).max()) or 1.0
    curve = forces()

    def loss(log_scale: float) -> float:
        square = np.exp(2.0 * log_scale) / extent**2
        pull = -(weights * np.log(similarity(near * square, curve.a, curve.b))).sum()
        push = -np.log(1.001 - similarity(far * square, curve.a, curve.b)).sum() * weights.mean()
        return float(pull + _PUSHES * push)

    tried = np.linspace(np.log(0.1), np.log(1e4), 60)
    best = tried[int(np.argmin([loss(value) for value in tried]))]
    found: Any = minimize_scalar(loss, bounds=(best - 0.25, best + 0.25), method="bounded")
    return float(np.exp(found.x)) / extent
