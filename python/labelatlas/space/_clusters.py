"""Groups of rows by density, on the map or in the original space.

HDBSCAN (R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates",
2013) as the `hdbscan` library computes it, with what it leaves open closed here: NaN is refused (the library would call
every row noise without a word), rows that are all equal and fewer rows than one cluster needs have defined answers, and
clusters are numbered by size, so that a number means the same however the library found them.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._random import generator
from labelatlas._rows import unit_rows
from labelatlas.exceptions import InputError
from labelatlas.space._queries import find_nearest
from labelatlas.space._spanning import spanning_edges
from labelatlas.space._tree import MAX_TREE_COLUMNS
from labelatlas.space._tree_of_clusters import NOISE, ClusterTree, single_cluster, tree_from_condensed
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array, Int32Array, Level, Metric

MIN_SAMPLES = 5
"""Rows whose distance says how dense a place is; maps are even enough that a few suffice."""
_MOST_ROWS = 200_000
"""Above, the tree is grown from a sample of so many rows; the others go with the nearest of these."""
_STREAM_CLUSTERS = 106


def find_clusters(xy: Any, *, min_cluster_size: int | None = None, level: Level = "eom") -> Int32Array:
    """Return the cluster of every row of the map.

    Parameters
    ----------
    xy : array-like of shape (n, 2)
        Places on the map, finite.
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.
    level : "eom", "leaf" or int
        As in `ClusterTree.cut`.

    Returns
    -------
    ndarray of shape (n,), int32
        0 is the largest cluster, 1 the next; equal sizes are ordered by their first row. -1 is noise. Fewer rows than
        `min_cluster_size` are all noise; otherwise rows that all lie at one place are one cluster.

    Raises
    ------
    InputError
        When xy is not a finite array of two columns, or min_cluster_size is below 2.

    References
    ----------
    R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013.

    Examples
    --------
    >>> find_clusters(np.repeat([[0.0, 0.0], [9.0, 9.0]], [7, 6], axis=0) + np.arange(13)[:, None] / 100).tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    return grow_clusters(xy, min_cluster_size=min_cluster_size).cut(level)


def grow_clusters(
    xy: Any,
    *,
    min_cluster_size: int | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> ClusterTree:
    """Return the hierarchy of clusters on a map, which can then be cut at any level.

    Parameters
    ----------
    xy : array-like of shape (n, 2)
        Places on the map, finite.
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.
    seed : int
        Of the sample that stands for more than 200,000 rows.
    progress : callable or None
        Told the share that is done, in [0, 1], now and then.

    Returns
    -------
    ClusterTree

    Raises
    ------
    InputError
        When xy is not a finite array of two columns, or min_cluster_size is below 2.

    References
    ----------
    R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013.

    Examples
    --------
    >>> tree = grow_clusters(np.repeat([[0.0, 0.0], [9.0, 9.0]], [7, 6], axis=0) + np.arange(13)[:, None] / 100)
    >>> tree.cut(2).tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    return _grown(check_matrix(xy, "xy", n_columns=2).astype(np.float64), min_cluster_size, seed, tell=progress)


def grow_clusters_of_vectors(
    X: Any,
    *,
    metric: Metric = "euclidean",
    min_cluster_size: int | None = None,
    seed: int = 0,
    device: Device = "auto",
    progress: Callable[[float], None] | None = None,
) -> ClusterTree:
    """Return the hierarchy of clusters in the original space, exactly.

    All pairs count, so that it takes minutes for 50,000 rows of many columns; `grow_clusters_of_graph` takes the neighbours that are
    there already, and a second.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Vectors, finite.
    metric : {"cosine", "euclidean"}
        With "cosine" rows are compared at length 1; zero rows lie at right angles to all others.
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.
    seed : int
        Of the sample that stands for more than 200,000 rows.
    device : {"auto", "cpu", "cuda"}
        Where distances are computed.
    progress : callable or None
        Told the share that is done, in [0, 1], now and then.

    Returns
    -------
    ClusterTree

    Raises
    ------
    InputError
        When X is not a finite 2-D array, the metric is unknown, or min_cluster_size is below 2.

    References
    ----------
    R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013.

    Examples
    --------
    >>> corners = np.repeat(np.eye(3), 6, axis=0) + np.arange(18)[:, None] / 1000
    >>> grow_clusters_of_vectors(corners).cut("leaf").tolist()
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    """
    if metric not in {"cosine", "euclidean"}:
        raise InputError(f"metric must be one of 'cosine', 'euclidean'. Got {metric!r} instead.")
    rows = check_matrix(X, "X")
    if metric == "euclidean":
        return _grown(rows.astype(np.float64), min_cluster_size, seed, resolve_device(device), progress)
    zero = np.asarray(~rows.any(axis=1))
    points = np.hstack([unit_rows(rows), zero[:, None].astype(np.float64)])
    return _grown(points, min_cluster_size, seed, resolve_device(device), progress)


def _grown(
    places: Float64Array,
    min_cluster_size: int | None,
    seed: int,
    device: str = "cpu",
    tell: Callable[[float], None] | None = None,
) -> ClusterTree:
    """Return the hierarchy that the hdbscan library finds."""
    n = len(places)
    size = check_size(min_cluster_size, n)
    if n < size or not (places != places[0]).any():
        return single_cluster(n, is_cluster=n >= size)
    if n > _MOST_ROWS:
        return _from_sample(places, size, seed, device, tell)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hdbscan calls scikit-learn by names that are going away
        edges = spanning_edges(places, min(MIN_SAMPLES, size, n - 1), device=device, tell=tell)
        return tree_from_edges(edges, n, size)


def tree_from_edges(edges: Float64Array, n: int, size: int) -> ClusterTree:
    """Return the hierarchy of a spanning tree, as the hdbscan library condenses it.

    Parameters
    ----------
    edges : ndarray of shape (n - 1, 3), float64
        Row, row, reachability; ascending by the last.
    n : int
        How many rows there are.
    size : int
        Fewest rows that make a cluster.

    Returns
    -------
    ClusterTree
    """
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("ignore")
        from hdbscan._hdbscan_linkage import label
        from hdbscan._hdbscan_tree import condense_tree

        condensed: Any = condense_tree(label(edges), size)
    return tree_from_condensed(condensed, n)


def absorb_noise(clusters: Any, xy: Any) -> Int32Array:
    """Return the clusters with every noise row in that of the nearest row that has one.

    Parameters
    ----------
    clusters : ndarray of shape (n,), int
        -1 = noise.
    xy : array-like of shape (n, d)
        Where the rows are, finite.

    Returns
    -------
    ndarray of shape (n,), int32
        Without -1, unless all rows are noise.

    Raises
    ------
    InputError
        When the two do not fit each other.

    Examples
    --------
    >>> absorb_noise([0, 1, -1], [[0.0, 0.0], [9.0, 9.0], [8.0, 8.0]]).tolist()
    [0, 1, 1]
    """
    places = check_matrix(xy, "xy")
    given = np.asarray(clusters)
    if given.shape != (len(places),) or given.dtype.kind not in "iu":
        message = (
            f"clusters must be {len(places)} whole numbers, one a row. Got shape {given.shape}, dtype {given.dtype}."
        )
        raise InputError(message)
    absorbed = given.astype(np.int32)
    noise = absorbed == NOISE
    if noise.any() and not noise.all():
        absorbed[noise] = absorbed[~noise][_nearest_of(places[~noise], places[noise])]
    return absorbed


def default_min_cluster_size(n: int) -> int:
    """Return the `min_cluster_size` that n rows get when none is given.

    Parameters
    ----------
    n : int

    Returns
    -------
    int
        1% of n, from 5 to 200.

    Examples
    --------
    >>> [default_min_cluster_size(n) for n in (0, 1797, 1_000_000)]
    [5, 17, 200]
    """
    return min(max(n // 100, 5), 200)


def check_size(min_cluster_size: int | None, n: int) -> int:
    """Return the fewest rows that make a cluster.

    Parameters
    ----------
    min_cluster_size : int or None
        None = the default.
    n : int
        How many rows there are.

    Returns
    -------
    int

    Raises
    ------
    InputError
        It is below 2.
    """
    if min_cluster_size is not None and (not isinstance(min_cluster_size, int | np.integer) or min_cluster_size < 2):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"min_cluster_size must be at least 2, and whole. Got {min_cluster_size!r} instead.")
    return default_min_cluster_size(n) if min_cluster_size is None else int(min_cluster_size)


def _from_sample(
    places: npt.NDArray[Any], size: int, seed: int, device: str, tell: Callable[[float], None] | None
) -> ClusterTree:
    """Return the hierarchy of a sample, each other row beside the nearest row of it."""
    n = len(places)
    sample = np.sort(generator(seed, _STREAM_CLUSTERS).choice(n, _MOST_ROWS, replace=False))
    tree = _grown(places[sample], max(2, round(size * _MOST_ROWS / n)), seed, device, tell)
    nearest = _nearest_of(places[sample], places)
    sizes = np.round(tree.size * (n / _MOST_ROWS)).astype(np.int32)
    return replace(tree, size=sizes, node=tree.node[nearest], row_density=tree.row_density[nearest])


def _nearest_of(places: npt.NDArray[Any], asked: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the row of `places` nearest to each that is asked about."""
    if places.shape[1] > MAX_TREE_COLUMNS:
        return find_nearest(places, asked, 1).indices[:, 0]
    from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

    return cKDTree(places).query(asked, workers=-1)[1]
