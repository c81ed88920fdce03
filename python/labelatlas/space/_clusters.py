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

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.space._tree_of_clusters import NOISE, ClusterTree, single_cluster, tree_from_condensed
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int32Array, Level, Neighbors

_MIN_SAMPLES = 5
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


def grow_clusters(xy: Any, *, min_cluster_size: int | None = None, seed: int = 0) -> ClusterTree:
    """Return the hierarchy of clusters on a map, which can then be cut at any level.

    Parameters
    ----------
    xy : array-like of shape (n, 2)
        Places on the map, finite.
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.
    seed : int
        Of the sample that stands for more than 200,000 rows.

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
    places = check_matrix(xy, "xy", n_columns=2).astype(np.float64)
    n = len(places)
    size = _check_size(min_cluster_size, n)
    if n < size or not (places != places[0]).any():
        return single_cluster(n, is_cluster=n >= size)
    if n > _MOST_ROWS:
        return _from_sample(places, size, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hdbscan calls scikit-learn by names that are going away
        from hdbscan import HDBSCAN

        found: Any = HDBSCAN(
            min_cluster_size=size,
            min_samples=min(_MIN_SAMPLES, size),
            core_dist_n_jobs=1,  # more would start processes, dearer than the work
        ).fit(places)
    return tree_from_condensed(found.condensed_tree_.to_numpy(), n)


def grow_clusters_of_graph(neighbors: Neighbors, *, min_cluster_size: int | None = None) -> ClusterTree:
    """Return the hierarchy of clusters in the original space, from the neighbour graph that is there already.

    The tree is grown along the edges of the graph. Where the graph falls apart its parts are clusters from the root on; how far
    apart they are it cannot tell.

    Parameters
    ----------
    neighbors : Neighbors
        From `find_neighbors`; indices of shape (n, k).
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.

    Returns
    -------
    ClusterTree

    Raises
    ------
    InputError
        When min_cluster_size is below 2.

    References
    ----------
    R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013.

    Examples
    --------
    >>> from labelatlas.space import find_neighbors
    >>> places = np.repeat([[0.0, 0.0], [9.0, 9.0]], [7, 6], axis=0) + np.arange(13)[:, None] / 100
    >>> grow_clusters_of_graph(find_neighbors(places, 5)).cut("leaf").tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    n = len(neighbors.indices)
    size = _check_size(min_cluster_size, n)
    if n < size:
        return single_cluster(n, is_cluster=False)
    edges, n_parts = _spanning_edges(neighbors, size)
    if n_parts == 1 and not neighbors.distances.any():
        return single_cluster(n, is_cluster=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hdbscan._hdbscan_linkage import label
        from hdbscan._hdbscan_tree import condense_tree

        with np.errstate(divide="ignore"):
            condensed: Any = condense_tree(label(edges), size)
    return tree_from_condensed(condensed, n)


def _spanning_edges(neighbors: Neighbors, size: int) -> tuple[Float64Array, int]:
    """Return the spanning tree of least mutual reachability, (n - 1, 3), ascending, and how many parts the graph was in."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    n, k = neighbors.indices.shape
    distances = neighbors.distances.astype(np.float64)
    core = distances[:, min(_MIN_SAMPLES, size, k) - 1]
    reach = np.maximum(np.maximum(distances, core[:, None]), core[neighbors.indices])
    tiny = reach[reach > 0.0].min(initial=1.0) * 1e-9  # a sparse matrix takes 0 for no edge
    rows = np.repeat(np.arange(n), k)
    graph = csr_matrix((np.maximum(reach, tiny).ravel(), (rows, neighbors.indices.ravel())), shape=(n, n))
    spanning = minimum_spanning_tree(graph).tocoo()
    edges = np.stack([spanning.row, spanning.col, spanning.data], axis=1).astype(np.float64)
    n_parts, part = connected_components(graph, directed=False)
    first = np.unique(part, return_index=True)[1]
    far = np.full(n_parts - 1, edges[:, 2].max(initial=1.0) * 1e9)
    edges = np.concatenate([edges, np.stack([first[:-1], first[1:], far], axis=1)])
    edges = edges[np.argsort(edges[:, 2], kind="stable")]
    edges[edges[:, 2] <= tiny, 2] = 0.0
    return np.ascontiguousarray(edges), int(n_parts)


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
    from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

    places = check_matrix(xy, "xy")
    absorbed = np.array(clusters, dtype=np.int32)
    if absorbed.shape != (len(places),):
        raise InputError(f"clusters must be {len(places)} numbers, one a row. Got shape {absorbed.shape} instead.")
    noise = absorbed == NOISE
    if noise.any() and not noise.all():
        absorbed[noise] = absorbed[~noise][cKDTree(places[~noise]).query(places[noise])[1]]
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


def _check_size(min_cluster_size: int | None, n: int) -> int:
    if min_cluster_size is not None and min_cluster_size < 2:
        raise InputError(f"min_cluster_size must be at least 2. Got {min_cluster_size} instead.")
    return default_min_cluster_size(n) if min_cluster_size is None else int(min_cluster_size)


def _from_sample(places: npt.NDArray[Any], size: int, seed: int) -> ClusterTree:
    """Return the hierarchy of a sample, each other row beside the nearest row of it."""
    from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

    n = len(places)
    sample = np.sort(generator(seed, _STREAM_CLUSTERS).choice(n, _MOST_ROWS, replace=False))
    tree = grow_clusters(places[sample], min_cluster_size=max(2, round(size * _MOST_ROWS / n)))
    nearest = cKDTree(places[sample]).query(places, workers=-1)[1]
    sizes = np.round(tree.size * (n / _MOST_ROWS)).astype(np.int32)
    return replace(tree, size=sizes, node=tree.node[nearest], row_density=tree.row_density[nearest])
