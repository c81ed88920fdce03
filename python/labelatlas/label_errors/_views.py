"""Head and neighbours made one: how much of each, the given labels themselves decide.

Every view of a row is made of other rows' labels, so its own is a held-out reading of them (but for its small say in which
neighbours are in doubt: log-odds move by about 0.15 when it is another), and their shares in a mixture can
be fitted by maximum likelihood: EM over a few numbers. A weak head on a good space leaves the word to the neighbours, a
strong head keeps it. Four views: the head, the head sharpened (squared: heads that learned from wrong labels are never sure),
the votes over the whole graph of neighbours and those of the nearest third.

Twice: the head and the raw votes first say which neighbours' labels are doubtful, and then these count little; doubted through the lens
of `_unmix`, for a head that learned that one class is taken for another doubts none of these. Chosen on worlds with planted
errors (twelve data sets, five kinds of noise, heads trained on clean and on noisy labels). Mean average precision, clean /
noisy, over three to six classifiers: the head alone .824 / .782, an even mixture of head and votes .862 / .838, head and votes by
likelihood .867 / .844. Over three of the classifiers: head and votes by likelihood .862 / .851, all four views .864 / .854; with the
lens .003 / .001 more on the small and the large worlds of `_alike`. A third round, a floor under the mixture, a product of the views, the
probabilities of the neighbours and voters who are either trusted or not gained nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.label_errors._margin import FLOOR, log_odds, sigmoid
from labelatlas.label_errors._unmix import grind
from labelatlas.label_errors._votes import pool_graph, pool_votes, vote_graph, vote_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float32Array, Float64Array
    from labelatlas.label_errors._evidence import Evidence

_STEPS = 100
_LEAST = 0.02
_MOVED = 1e-4


def join_views(evidence: Evidence) -> tuple[Evidence, Evidence]:
    """Return the evidence with head and neighbours joined in its probabilities; as it is when there are no neighbours.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    raw, joined : Evidence
        Their probabilities are float32 of shape (n, C). In the first all neighbours count alike, so that no row's own label
        reaches it; in the second those whose label is in doubt count little, and a row has a small say in that.
    """
    if evidence.neighbors is None:
        return evidence, evidence
    head = np.maximum(evidence.probabilities, 0).astype(np.float32)
    graph = vote_graph(evidence.neighbors, evidence.groups)
    raw = mix(evidence, [head, pool_graph(evidence, graph, np.ones(len(head), dtype=np.float32))])
    doubt = sigmoid(log_odds(raw, grind(raw)))
    if evidence.verified is not None:
        doubt[evidence.verified] = 0
    trust = (1 - doubt).astype(np.float32)
    weights = vote_weights(evidence.neighbors, voters=evidence.labels != UNLABELLED, groups=evidence.groups)
    weights *= trust[evidence.neighbors.indices]
    weights[:, -(-weights.shape[1] // 3) :] = 0
    nearest = pool_votes(evidence, evidence.neighbors, weights)
    return raw, mix(evidence, [head, sharpened(head), pool_graph(evidence, graph, trust), nearest])


def sharpened(head: Float32Array) -> Float32Array:
    """Return the squares of probabilities (n, C), made to sum to 1 again: heads that learned from wrong labels are never sure."""
    sharp = np.square(head)
    sharp /= np.maximum(sharp.sum(axis=1, keepdims=True), np.float32(FLOOR))
    return sharp


def shares(readings: npt.NDArray[np.floating]) -> Float64Array:
    """Return the share of each view in the mixture that makes the given labels most likely.

    Parameters
    ----------
    readings : ndarray of shape (m, v)
        What each of v views says of the given label of m rows, in [0, 1].

    Returns
    -------
    ndarray of shape (v,), float64
        At least 0.02 each before they are made to sum to 1: no view is ever silenced.

    Examples
    --------
    >>> import numpy as np
    >>> shares(np.array([[0.9, 0.5], [0.8, 0.5]])).round(2)
    array([0.98, 0.02])
    """
    share = np.full(readings.shape[1], 1 / readings.shape[1])
    for _ in range(_STEPS):
        held = readings * share + FLOOR
        moved = (held / held.sum(axis=1, keepdims=True)).mean(axis=0)
        step = float(np.abs(moved - share).max())
        share = moved
        if step < _MOVED:
            break
    share = np.maximum(share, _LEAST)
    return share / share.sum()


def mix(evidence: Evidence, views: Sequence[Float32Array]) -> Evidence:
    """Return the evidence with the views (n, C) of it mixed, in the shares that make the given labels most likely."""
    rows = evidence.labelled
    given = evidence.labels[rows]
    share = shares(np.stack([view[rows, given].astype(np.float64) for view in views], axis=1))
    mixture = np.zeros_like(views[0])
    for view, part in zip(views, share, strict=True):
        mixture += np.float32(part) * view
    return replace(evidence, probabilities=mixture)
