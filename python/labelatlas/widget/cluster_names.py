"""What the clusters of a map are called: by what their texts speak of, else by their label."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Int32Array


def cluster_names(
    clusters: Int32Array, codes: Int32Array, labels: Sequence[str], terms: Sequence[Sequence[str]] = ()
) -> list[str]:
    """Return a name for each cluster: its terms, else the label of most of its labelled rows, else its number.

    Parameters
    ----------
    clusters : ndarray of shape (n,), int32
        -1 = in none.
    codes : ndarray of shape (n,), int32
        Labels now; -1 = unlabelled.
    labels : sequence of str
        Their names.
    terms : sequence of sequence of str
        Of each cluster, what its rows speak of; none at all where the rows hold no text.

    Returns
    -------
    list of str
        Of clusters that would have one name the number stands behind it, so that no two names are the same.

    Examples
    --------
    >>> cluster_names(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, -1, 0, 1]), ["cat", "dog"])
    ['cat (0)', 'cat (1)', 'cluster 2']
    >>> cluster_names(np.array([0, 0, 1]), np.array([0, 0, 0]), ["cat", "dog"], [("fur", "paw"), ()])
    ['fur, paw', 'cat']
    """
    number = int(clusters.max(initial=-1)) + 1
    known = (clusters >= 0) & (codes >= 0)
    pairs, counts = np.unique(clusters[known].astype(np.int64) * len(labels) + codes[known], return_counts=True)
    totals = np.bincount(clusters[known], minlength=number)
    names: list[str | None] = [None] * number
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        cluster, code = divmod(pair, len(labels))
        if 2 * count > totals[cluster]:
            names[cluster] = labels[code]
    for cluster, words in enumerate(terms):
        names[cluster] = ", ".join(words) or names[cluster]
    times = Counter(names)
    return [
        f"cluster {at}" if name is None else name if times[name] == 1 else f"{name} ({at})"
        for at, name in enumerate(names)
    ]
