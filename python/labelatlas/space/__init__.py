"""The room that turns vectors into a space: neighbour graph, map, clusters.

It takes arrays and gives arrays, and knows neither frames nor labels. It is the only room that imports umap-learn, hdbscan
and, for neighbours, torch; each inside the function that needs it, so that importing the room is free. Besides numpy, scipy
and scikit-learn it may import `labelatlas._typing`, `_random`, `_device`, `_in_threads`, `_rows` and `exceptions`, and no other room.

To add another way of doing a step, write one file with a function of the same signature as the step it can replace
(`find_neighbors`, `layout` or `find_clusters`), name it here, and test it with the same tests: the oracles are brute force,
umap-learn's trustworthiness and planted blobs.
"""

from __future__ import annotations

from labelatlas.space._clusters import (
    absorb_noise,
    default_min_cluster_size,
    find_clusters,
    grow_clusters,
    grow_clusters_of_vectors,
)
from labelatlas.space._clusters_of_graph import grow_clusters_of_graph
from labelatlas.space._layout import layout, prepare_layout
from labelatlas.space._neighbors import find_neighbors, search_neighbors
from labelatlas.space._place import place_rows
from labelatlas.space._quality import SpaceQuality, space_quality
from labelatlas.space._queries import find_nearest
from labelatlas.space._sampled import layout_sampled
from labelatlas.space._tree_of_clusters import ClusterTree

__all__ = [
    "ClusterTree",
    "SpaceQuality",
    "absorb_noise",
    "default_min_cluster_size",
    "find_clusters",
    "find_nearest",
    "find_neighbors",
    "grow_clusters",
    "grow_clusters_of_graph",
    "grow_clusters_of_vectors",
    "layout",
    "layout_sampled",
    "place_rows",
    "prepare_layout",
    "search_neighbors",
    "space_quality",
]
