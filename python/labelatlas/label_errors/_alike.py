"""Rows of which much the same is said, and what they are called: a second head for nothing.

The probabilities of a row, taken as its place, are as good an embedding as any: a head that draws straight lines where classes are
bent, or that learned wrong labels, is wrong alike about rows that lie together there, and their labels say so. So rows
near in log-probabilities vote like neighbours in the space of vectors do (`_votes`), each the less the more its own label is in
doubt, and the votes join the head as views (`_views`). That is stacking (Wolpert, "Stacked generalization", 1992) by nearest
neighbours: nothing is fitted but the shares of the views, and no row votes on itself (it has a small say in who is in doubt).

Mean average precision over worlds with planted errors: 180 small ones (digits, cancer, wine, made ones; at most 900 rows) and 243
larger ones (Fashion-MNIST, banking77, made ones; 1,500 to 5,000 rows), eight kinds of head, eleven of noise. The plain log-odds of the
head .773 / .744, through the lens of `_unmix` .782 / .748, with this .790 / .761; head and neighbours in the space of vectors
.848 / .878, with this .854 / .878. On 20,000 rows of Fashion-MNIST a linear head gains .015 to .041, with neighbours up to .002, so
beside neighbours only few rows are worth the time. Of 2,000 rows that vote almost as much is learned as of all. A second round, the
roots of the probabilities instead of their logarithms, trusting only rows above even odds gained nothing or less; with two
classes there is but one line to lie on, and nothing is gained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_errors._margin import log_odds, sigmoid
from labelatlas.label_errors._views import mix, sharpened

if TYPE_CHECKING:
    from scipy import sparse

    from labelatlas._typing import Float32Array, Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence
    from labelatlas.label_errors._unmix import Lens

_K = 20
_NEAREST = -(-_K // 3)
_FEWEST_CLASSES = 3
# Below it a head's certainty is a matter of its rounding.
_FLOOR = 1e-4
_VOTERS = 2_000
_VOTERS_OF_CLASS = 40
_MOST_PAIRS = 150_000_000
_MOST_PAIRS_BESIDE_NEIGHBORS = 20_000_000
_BLOCK = 1 << 7
_GROUPS = 40
# What single precision leaves between equal rows; below it they lie on one spot.
_SAME = np.float32(2e-3)
_TIED = np.float32(1 + 1e-4)


def ask_alike(evidence: Evidence, lens: Lens | None = None) -> Evidence:
    """Return the evidence with the votes of rows alike joined in its probabilities.

    Parameters
    ----------
    evidence : Evidence
        Its neighbours are not asked.
    lens : Lens or None
        Through which the labels of those who vote are doubted; None = all are trusted, and no row's own label has any say.

    Returns
    -------
    Evidence
        Its probabilities are float32 of shape (n, C). As it is with two classes, without enough labelled rows, and where the pairs
        of rows and voters (2,000, or 40 a class when that is more) exceed 150 million, or 20 million beside neighbours.
    """
    n, n_classes = evidence.probabilities.shape
    voters = evidence.labelled
    most = max(_VOTERS, _VOTERS_OF_CLASS * n_classes)
    pairs = _MOST_PAIRS if evidence.neighbors is None else _MOST_PAIRS_BESIDE_NEIGHBORS
    if n_classes < _FEWEST_CLASSES or len(voters) <= _K or n * min(most, len(voters)) > pairs:
        return evidence
    score = log_odds(evidence, lens)
    doubt = np.zeros(n) if lens is None else sigmoid(score)
    if evidence.verified is not None:
        doubt[evidence.verified] = 0
    if len(voters) > most:
        order = voters[np.argsort(score[voters], kind="stable")]
        voters = np.sort(order[np.linspace(0, len(order) - 1, most).round().astype(np.int64)])
    head = np.maximum(evidence.probabilities, 0).astype(np.float32)
    return mix(evidence, [head, sharpened(head), *_pool(evidence, head, voters, 1 - doubt[voters])])


def _pool(
    evidence: Evidence, head: Float32Array, voters: Int64Array, trust: Float64Array
) -> tuple[Float32Array, Float32Array]:
    """Return the shares (n, C) of the votes of the 20 nearest voters, and of the 7 nearest; the head where nobody is trusted."""
    n = len(head)
    place = np.log(head + np.float32(_FLOOR))
    place -= place.mean(axis=1, keepdims=True)
    length = np.square(place).sum(axis=1, keepdims=True)
    # One product gives all squared distances, |a|² - 2ab + |b|²; those who fill up the last group are infinitely far.
    left = np.hstack([place, length, np.ones_like(length)])
    right = np.hstack([-2 * place[voters], np.ones_like(length[voters]), length[voters]])
    right = np.vstack([right, np.tile(np.r_[np.zeros(place.shape[1]), 1, np.inf], (-len(voters) % _GROUPS, 1))])
    right = np.ascontiguousarray(right.T, dtype=np.float32)
    ballots = np.zeros((right.shape[1], head.shape[1]), dtype=np.float32)
    ballots[np.arange(len(voters)), evidence.labels[voters]] = trust
    seat = np.full(n, -1)
    seat[voters] = np.arange(len(voters))
    pooled, nearest = np.empty_like(head), np.empty_like(head)
    for start in range(0, n, _BLOCK):
        rows = slice(start, start + _BLOCK)
        apart = left[rows] @ right
        own = np.flatnonzero(seat[rows] >= 0)
        apart[own, seat[rows][own]] = np.inf
        if evidence.groups is not None:
            group = evidence.groups[rows][:, None]
            apart[:, : len(voters)][(group == evidence.groups[voters]) & (group >= 0)] = np.inf
        links = _nearest(apart)
        pooled[rows] = _shares(_links_within(links, _K) @ ballots, head[rows])
        nearest[rows] = _shares(_links_within(links, _NEAREST) @ ballots, head[rows])
    return pooled, nearest


def _nearest(apart: Float32Array) -> sparse.csr_matrix:
    """Return the squared distances (m, v) of the nearest 20, those tied with the last too, ascending in each row; none are infinite."""
    from scipy import sparse

    # Of v columns in 40 groups, the 20th of the groups' least is at most the 20th of all: few pass it.
    least = apart.reshape(len(apart), -1, _GROUPS).min(axis=1)
    bound = np.partition(least, _K - 1, axis=1)[:, _K - 1, None] * _TIED + _SAME
    row, column = np.nonzero(apart <= bound)
    value = np.maximum(apart[row, column], _SAME)
    order = np.lexsort((value, row))
    order = order[np.isfinite(value[order])]
    row, column, value = row[order], column[order], value[order]
    starts = np.searchsorted(row, np.arange(len(apart) + 1))
    return sparse.csr_matrix((value, column, starts), shape=apart.shape)


def _links_within(links: sparse.csr_matrix, count: int) -> sparse.csr_matrix:
    """Return the weights of the votes of the nearest `count` of each row; whoever is tied with the last votes too."""
    from scipy import sparse

    apart = np.asarray(links.data, dtype=np.float32)
    starts = np.asarray(links.indptr[:-1])
    spans = np.diff(links.indptr)
    full = np.append(apart, np.float32(1))  # rows without any may point past the last
    within, last = (full[np.maximum(starts + np.minimum(most, spans) - 1, 0)] * _TIED for most in (count, _K))
    weights = np.exp(-apart / np.repeat(last, spans)) * (apart <= np.repeat(within, spans))
    return sparse.csr_matrix((weights, links.indices, links.indptr), shape=links.shape)


def _shares(votes: Float32Array, otherwise: Float32Array) -> Float32Array:
    total = votes.sum(axis=1, keepdims=True)
    return np.divide(votes, total, out=otherwise.copy(), where=total > 0)
