"""What the clusters of a map are called: by what their texts speak of, else by their label."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.taxonomy import region_terms
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Int32Array, Step
    from labelatlas.frames import Table


class ClusterTerms:
    """What the rows of each cluster speak of, found once for as long as the clusters stay the same.

    Parameters
    ----------
    table : Table
        The rows.
    text : str or None
        Their column of text; None = there is none, and no term.
    seed : int
        Of the rows that are read of a large cluster.
    """

    def __init__(self, table: Table, text: str | None, seed: int) -> None:
        self._table = table
        self._text = text
        self._seed = seed
        self._found: tuple[Int32Array, list[tuple[str, ...]]] | None = None

    def of(self, clusters: Int32Array, step: Step = quiet) -> list[tuple[str, ...]]:
        """Return the terms of each cluster, the strongest first."""
        if self._text is None:
            return []
        found = self._found
        if found is None or not np.array_equal(found[0], clusters):
            texts = self._table.values(self._text)
            found = self._found = (clusters, region_terms(texts, clusters, seed=self._seed, progress=step))
        return found[1]


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
