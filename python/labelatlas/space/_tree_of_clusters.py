"""The hierarchy of clusters, built once and cut at any level in an instant.

HDBSCAN (R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", 2013)
makes a tree: a cluster begins where it parts from its sibling and ends where it parts itself or dissolves. Which of its nodes are
*the* clusters is a question of taste, so that is asked afterwards: those that persist longest ("eom", excess of mass), the
finest ("leaf"), or about k. For the last the smallest size that counts as a cluster is raised until k are left, which needs no
second tree: a split whose smaller side is below that size is no split, but rows falling off its larger side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float32Array, Float64Array, Int32Array, Int64Array, Level

NOISE = -1


@dataclass(frozen=True, eq=False)
class ClusterTree:
    """Clusters within clusters.

    Attributes
    ----------
    parent : ndarray of shape (c,), int32
        Node that each node is a part of; -1 for node 0, the root. A parent comes before its children.
    density : ndarray of shape (c,), float64
        1 / distance at which each node parted from its sibling; 0 for the root.
    size : ndarray of shape (c,), int32
        Rows of each node.
    stability : ndarray of shape (c,), float64
        How long its rows stay together: the sum over rows of the density at which they leave less that at which it began.
    end : ndarray of shape (c,), float64
        Largest density at which something leaves the node.
    node : ndarray of shape (n,), int32
        The last node that each row is in; -1 where there are too few rows for a cluster.
    row_density : ndarray of shape (n,), float64
        The density at which each row leaves it.

    Examples
    --------
    >>> places = np.repeat([[0.0, 0.0], [9.0, 9.0]], [7, 6], axis=0) + np.arange(13)[:, None] / 100
    >>> from labelatlas.space import grow_clusters
    >>> grow_clusters(places).cut("leaf").tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """

    parent: Int32Array
    density: Float64Array
    size: Int32Array
    stability: Float64Array
    end: Float64Array
    node: Int32Array
    row_density: Float64Array

    def __repr__(self) -> str:
        """Return the sizes."""
        return f"ClusterTree({len(self.node):,} rows, {len(self.parent)} nodes, {self.n_leaves} leaves)"

    @property
    def n_leaves(self) -> int:
        """Return how many clusters there are at the finest level."""
        return int(self._leaves(0).sum())

    def cut(self, level: Level = "eom") -> Int32Array:
        """Return the cluster of every row.

        Parameters
        ----------
        level : "eom", "leaf" or int
            Those that persist, the finest, or about that many (at least 1; as many as the tree has where it has fewer, more
            where equal sizes leave no choice).

        Returns
        -------
        ndarray of shape (n,), int32
            0 is the largest cluster, 1 the next; equal sizes are ordered by their first row. -1 is noise.

        Raises
        ------
        InputError
            When the level is none of these.
        """
        return by_size(self._numbers(level)[0])

    def strength(self, level: Level = "eom") -> Float32Array:
        """Return how firmly each row belongs to its cluster.

        Parameters
        ----------
        level : "eom", "leaf" or int
            As in `cut`.

        Returns
        -------
        ndarray of shape (n,), float32
            In [0, 1]: 1 in the densest part of a cluster, 0 for noise.

        Raises
        ------
        InputError
            When the level is none of these.
        """
        _, chosen = self._numbers(level)
        top = np.where(chosen >= 0, self.end[chosen], 1.0)
        held = np.where(top > 0.0, np.minimum(self.row_density, top) / np.where(top > 0.0, top, 1.0), 1.0)
        return np.where(chosen >= 0, held, 0.0).astype(np.float32)

    def _numbers(self, level: Level) -> tuple[Int32Array, Int32Array]:
        """Return a number for the cluster of each row, and its node; -1 for none."""
        picked = self._pick(level)
        owner = np.full(len(self.parent) + 1, NOISE, dtype=np.int32)  # the last entry is for rows without a node
        for i, above in enumerate(self.parent):
            owner[i] = i if picked[i] else owner[above] if above >= 0 else NOISE
        chosen = owner[self.node]
        return chosen, chosen

    def _pick(self, level: Level) -> BoolArray:
        if level == "eom":
            return self._persistent()
        if level == "leaf":
            return self._leaves(0)
        if isinstance(level, bool) or not isinstance(level, int | np.integer) or level < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"level must be 'eom', 'leaf' or a number of clusters from 1 on. Got {level!r} instead.")
        if level == 1:
            picked = np.zeros(len(self.parent), dtype=np.bool_)
            picked[:1] = True
            return picked
        smaller = np.sort(self._smaller_sides()[0])[::-1]
        return self._leaves(int(smaller[min(level - 1, len(smaller)) - 1]) if len(smaller) else 0)

    def _smaller_sides(self) -> tuple[Int32Array, Int32Array]:
        """Return for each split the size of its smaller side, and the node that splits."""
        splitting = np.unique(self.parent[1:])
        least = np.full(len(self.parent), np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(least, self.parent[1:], self.size[1:])
        return least[splitting], splitting

    def _leaves(self, least: int) -> BoolArray:
        """Return the nodes that begin at a split with two sides of `least` rows, and have no such split within."""
        picked = np.zeros(len(self.parent), dtype=np.bool_)
        smaller, splitting = self._smaller_sides()
        real = np.zeros(len(self.parent), dtype=np.bool_)
        real[splitting[smaller >= least]] = True
        within = real.copy()
        for i in range(len(self.parent) - 1, 0, -1):
            within[self.parent[i]] |= within[i]
        picked[1:] = real[self.parent[1:]] & ~within[1:]
        return picked

    def _persistent(self) -> BoolArray:
        """Return the nodes of greatest total stability of which none is within another; the root is none of them."""
        best = self.stability.copy()
        below = np.zeros(len(self.parent))
        kept = np.zeros(len(self.parent), dtype=np.bool_)
        for i in range(len(self.parent) - 1, 0, -1):
            kept[i] = below[i] <= best[i]
            best[i] = max(best[i], below[i])
            below[self.parent[i]] += best[i]
        covered = np.zeros(len(self.parent), dtype=np.bool_)
        for i in range(1, len(self.parent)):
            above = self.parent[i]
            covered[i] = covered[above] or kept[above]
        return kept & ~covered


def tree_from_condensed(condensed: npt.NDArray[Any], n: int) -> ClusterTree:
    """Return the hierarchy that the hdbscan library's condensed tree describes.

    Parameters
    ----------
    condensed : structured ndarray with fields parent, child, lambda_val, child_size
        Rows are 0 .. n - 1, nodes n and up.
    n : int

    Returns
    -------
    ClusterTree
    """
    above: Int64Array = condensed["parent"] - n
    child: Int64Array = condensed["child"].copy()
    density: Float64Array = condensed["lambda_val"].astype(np.float64)
    sizes: Int64Array = condensed["child_size"]
    equal = (child >= n) & np.isinf(density)
    if equal.any():  # parts of what lies at one place: no clusters
        home = np.arange(int(max(above.max(), child.max() - n)) + 1)
        for node, outer in sorted(zip((child[equal] - n).tolist(), above[equal].tolist(), strict=True)):
            home[node] = home[outer]
        kept, number = np.unique(home[above], return_inverse=True)
        above, child, density, sizes = number[~equal], child[~equal], density[~equal], sizes[~equal]
        inner = child >= n
        child[inner] = n + np.searchsorted(kept, child[inner] - n)
    finite = density[np.isfinite(density)]
    # Equal rows part at distance 0. Any density above all others says the same, and can be reckoned with.
    density = np.where(np.isfinite(density), density, 2.0 * finite.max(initial=1.0))
    count = int(max(above.max(), child.max() - n)) + 1
    inner = child >= n
    parent = np.full(count, NOISE, dtype=np.int32)
    parent[child[inner] - n] = above[inner]
    began = np.zeros(count)
    began[child[inner] - n] = density[inner]
    size = np.zeros(count, dtype=np.int32)
    size[child[inner] - n] = sizes[inner]
    size[0] = n
    stability = np.bincount(above, (density - began[above]) * sizes, minlength=count).astype(np.float64)
    end = np.zeros(count)
    np.maximum.at(end, above, density)
    node, leaves = np.zeros(n, dtype=np.int32), np.zeros(n)
    node[child[~inner]] = above[~inner]
    leaves[child[~inner]] = density[~inner]
    return ClusterTree(parent, began, size, stability, end, node, leaves)


def single_cluster(n: int, *, is_cluster: bool) -> ClusterTree:
    """Return the hierarchy of rows that are one cluster, or none.

    Parameters
    ----------
    n : int
    is_cluster : bool

    Returns
    -------
    ClusterTree
    """
    if not is_cluster:
        node, parent = np.full(n, NOISE, dtype=np.int32), np.full(1, NOISE, dtype=np.int32)
        return ClusterTree(parent, np.zeros(1), np.array([n], np.int32), np.zeros(1), np.zeros(1), node, np.zeros(n))
    parent = np.array([NOISE, 0], dtype=np.int32)  # a root that is no cluster, and in it the one that is
    size, one = np.array([n, n], dtype=np.int32), np.array([0.0, 1.0])
    return ClusterTree(parent, one, size, one, one, np.ones(n, dtype=np.int32), np.ones(n))


def by_size(labels: npt.NDArray[Any]) -> Int32Array:
    """Return the same partition, numbered from the largest cluster down; equal sizes by first row.

    Parameters
    ----------
    labels : ndarray of shape (n,), int
        -1 is noise.

    Returns
    -------
    ndarray of shape (n,), int32
    """
    names, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    order = order[names[order] != NOISE]
    renamed = np.full(len(names), NOISE, dtype=np.int32)
    renamed[order] = np.arange(len(order))
    return renamed[inverse]
