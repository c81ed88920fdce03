"""Groups of rows in the original space, along the edges of the neighbour graph that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.space._clusters import MIN_SAMPLES, check_size, tree_from_edges
from labelatlas.space._tree_of_clusters import ClusterTree, single_cluster

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Neighbors


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
    size = check_size(min_cluster_size, n)
    if n < size:
        return single_cluster(n, is_cluster=False)
    edges, n_parts = _spanning_edges(neighbors, size)
    if n_parts == 1 and not neighbors.distances.any():
        return single_cluster(n, is_cluster=True)
    return tree_from_edges(edges, n, size)


def _spanning_edges(neighbors: Neighbors, size: int) -> tuple[Float64Array, int]:
    """Return the spanning tree of least mutual reachability, (n - 1, 3), ascending, and how many parts the graph was in."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    n, k = neighbors.indices.shape
    distances = neighbors.distances.astype(np.float64)
    core = distances[:, min(MIN_SAMPLES, size, k) - 1]
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
