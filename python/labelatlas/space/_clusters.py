"""Groups of rows on the map, by density.

HDBSCAN (R. J. G. B. Campello, D. Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates",
2013) as the `hdbscan` library computes it, with what it leaves open closed here: NaN is refused (the library would call
every row noise without a word), rows that are all equal and fewer rows than one cluster needs have defined answers, and
clusters are numbered by size, so that a number means the same however the library found them.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from labelatlas._typing import Int32Array

_NOISE = -1
_MIN_SAMPLES = 5
"""Rows whose distance says how dense a place is; maps are even enough that a few suffice."""


def find_clusters(xy: Any, *, min_cluster_size: int | None = None) -> Int32Array:
    """Return the cluster of every row of the map.

    Parameters
    ----------
    xy : array-like of shape (n, 2)
        Places on the map, finite.
    min_cluster_size : int or None
        Fewest rows that make a cluster, at least 2; None means 1% of the rows, but at least 5 and at most 200.

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
    places = check_matrix(xy, "xy", n_columns=2)
    n = len(places)
    if min_cluster_size is not None and min_cluster_size < 2:
        raise InputError(f"min_cluster_size must be at least 2. Got {min_cluster_size} instead.")
    size = default_min_cluster_size(n) if min_cluster_size is None else int(min_cluster_size)
    if n < size:
        return np.full(n, _NOISE, dtype=np.int32)
    if not (places != places[0]).any():
        return np.zeros(n, dtype=np.int32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hdbscan calls scikit-learn by names that are going away
        from hdbscan import HDBSCAN

        found = HDBSCAN(
            min_cluster_size=size,
            min_samples=min(_MIN_SAMPLES, size),
            core_dist_n_jobs=1,  # more would start processes, dearer than the work
        ).fit(places.astype(np.float64))
    return _by_size(np.asarray(found.labels_))


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


def _by_size(labels: Any) -> Int32Array:
    """Return the same partition, numbered from the largest cluster down; equal sizes by first row."""
    names, first, sizes = np.unique(labels[labels != _NOISE], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    renamed = np.full(len(labels), _NOISE, dtype=np.int32)
    for number, i in enumerate(order):
        renamed[labels == names[i]] = number
    return renamed
