"""How many labels are wrong, which classes are taken for which, and how sure that is.

The counts are those of the noise model; an interval is that of a proportion (Jeffreys: quantiles of a Beta distribution) at the
number of rows that leaves the same variance once it is added how unsure each row's own verdict is.

The noise model takes what the head gets wrong for wrong labels where classes overlap. So it is believed as far as it agrees with
what the surest rows leave (`_overlap`): where these show errors and its rate is within their interval. Elsewhere the rate is theirs,
the counts are brought to it, and the intervals reach as far as theirs do. Mean error of the rate and share of the intervals that
hold the truth, beside those of the noise model alone when it began at the head's own probabilities: 180 worlds with errors .030,
75% (.033, 64%); weak features with none to 20% wrong .059, 85% (.074, 22%); heads that learned from 5 to 40% wrong labels .033,
88% (.060, 70%). Where one class of two is wrong in half of its rows, the surest rows are those of the other, and the rate is too low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.label_errors._noise_model import fit_noise_model
from labelatlas.label_errors._overlap import share_wrong

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_errors._evidence import Evidence

_LEVEL = 0.95


@dataclass(frozen=True)
class NoiseEstimate:
    """How labels go wrong, with 95% intervals.

    Attributes
    ----------
    rate : float
        Share of wrong labels among the labelled rows, in [0, 1].
    interval : tuple of float
        Lower and upper end for the rate.
    counts : ndarray of shape (C, C), float64
        Entry [j, k] is the expected number of rows given j and truly k.
    matrix, low, high : ndarray of shape (C, C), float64
        Entry [j, k] is the chance that a row given j is truly k, and the ends of its interval; rows of `matrix` sum to 1. A class
        without rows has 1 on the diagonal and intervals from 0 to 1.
    """

    rate: float
    interval: tuple[float, float]
    counts: Float64Array
    matrix: Float64Array
    low: Float64Array
    high: Float64Array


def estimate_noise(evidence: Evidence) -> NoiseEstimate:
    """Return the noise estimate from both views joined; verified rows count as right.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> p = np.tile([[0.99, 0.01], [0.01, 0.99]], (100, 1))
    >>> given = np.tile([0, 1], 100)
    >>> given[:20] = 1 - given[:20]
    >>> found = estimate_noise(Evidence(given, p))
    >>> round(found.rate, 1), found.interval[0] < 0.1 < found.interval[1]
    (0.1, True)
    """
    model = fit_noise_model(evidence)
    n_classes = evidence.n_classes
    counts = np.zeros((n_classes, n_classes))
    unsure = np.zeros((n_classes, n_classes))
    wrong_unsure = 0.0
    for rows, chances in model.blocks(evidence):
        labels = evidence.labels[rows]
        if evidence.verified is not None:
            sure = np.flatnonzero(evidence.verified[rows] & (labels != UNLABELLED))
            chances[sure] = 0
            chances[sure, labels[sure]] = 1
        known = labels != UNLABELLED
        truth, given = chances[known], labels[known]
        np.add.at(counts, given, truth)
        np.add.at(unsure, given, truth * (1 - truth))
        own = truth[np.arange(len(given)), given]
        wrong_unsure += float((own * (1 - own)).sum())
    total = counts.sum()
    rate = float(np.clip(1 - np.trace(counts) / total, 0, 1))
    low, high = (float(end) for end in _interval(np.array(rate), np.array(total), np.array(wrong_unsure)))
    sizes = counts.sum(axis=1, keepdims=True)
    matrix = np.divide(counts, sizes, out=np.eye(n_classes), where=sizes > 0)
    lows, highs = _interval(matrix, np.broadcast_to(sizes, matrix.shape), unsure)
    if rate > 0 and len(evidence.judged):
        share = share_wrong(evidence, evidence.labelled)
        part = float(len(evidence.judged) / total)
        least, mean, most = share.low * part, share.rate * part, share.high * part
        if share.shown < share.rate or not least <= rate <= most:
            edges = [_times(matrix, end / rate) for end in (least, most)]
            lows, highs = np.minimum.reduce([lows, *edges]), np.maximum.reduce([highs, *edges])
            matrix = _times(matrix, mean / rate)
            counts = matrix * sizes
            rate, low, high = float(1 - np.trace(counts) / total), min(low, least), max(high, most)
    empty = sizes[:, 0] == 0
    lows[empty], highs[empty] = 0.0, 1.0
    return NoiseEstimate(rate, (low, high), counts, matrix, lows, highs)


def unknown_noise(evidence: Evidence) -> NoiseEstimate:
    """Return what is known of the noise where labels do not go with the evidence: nothing, intervals are from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> unknown_noise(Evidence(np.array([0, 1]), np.full((2, 2), 0.5))).interval
    (0.0, 1.0)
    """
    n_classes = evidence.n_classes
    counts = np.diag(np.bincount(evidence.labels[evidence.labelled], minlength=n_classes).astype(np.float64))
    edges = np.zeros((n_classes, n_classes)), np.ones((n_classes, n_classes))
    return NoiseEstimate(0.0, (0.0, 1.0), counts, np.eye(n_classes), *edges)


def _times(matrix: Float64Array, times: float) -> Float64Array:
    """Return the matrix with so many times as many wrong labels, as far as rows go."""
    wrong = matrix * times
    np.fill_diagonal(wrong, 0)
    wrong /= np.maximum(1, wrong.sum(axis=1, keepdims=True))
    np.fill_diagonal(wrong, 1 - wrong.sum(axis=1))
    return wrong


def _interval(share: Float64Array, rows: Float64Array, unsure: Float64Array) -> tuple[Float64Array, Float64Array]:
    from scipy.special import betaincinv

    spread = share * (1 - share)
    variance = spread * rows + unsure  # of the count
    shrink = np.divide(spread * rows, variance, out=np.ones_like(spread), where=variance > 0)
    alike = rows * shrink
    wrong, right = share * alike + 0.5, (1 - share) * alike + 0.5
    tail = (1 - _LEVEL) / 2
    # where nothing was counted at all the lower quantile would be above it
    return np.minimum(betaincinv(wrong, right, tail), share), np.maximum(betaincinv(wrong, right, 1 - tail), share)
