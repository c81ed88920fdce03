"""Labels as noisy readings of a truth that the probabilities describe.

The truth of row i is drawn from p̃_i ∝ p_i ** sharpness, the given label from row `truth` of a transition matrix. Both are
fitted by maximum likelihood to the given labels alone, by the EM of Dawid and Skene, "Maximum Likelihood Estimation of
Observer Error-Rates Using the EM Algorithm" (1979), with the head in the place of the other observers. The sharpness undoes
what training on noisy labels did to the probabilities: such a head is never surer than the labels are clean. Between sharp
probabilities with many wrong labels and flat ones with few the likelihood is nearly level, and small steps stop anywhere: so the
climb starts from sharp ones, which is where the wrong labels of a head that learned from them show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._random import generator
from labelatlas._typing import UNLABELLED, Float64Array, Int64Array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelatlas.label_errors._evidence import Evidence

_BLOCK = 1 << 14
_STREAM = 21
_STREAM_FEW = 23
_MAX_ROWS = 50_000
_FEWEST_ROWS = 5_000
_MANY_TIMES = 4
_MAX_CELLS = 1_000_000
_MAX_STEPS = 100
_TOLERANCE = 1e-4
_FLOOR = 1e-9
_START_RATE = 0.1
_START_SHARPNESS = 5.0
# Readings of the uniform pattern that each cell starts with: rarer confusions than this stay no rule.
_PSEUDO_READINGS = 5
_SHARPEST = 20.0


@dataclass(frozen=True)
class NoiseModel:
    """How labels go wrong.

    Attributes
    ----------
    sharpness : float
        Exponent of the probabilities, above 1 when they were unsure because of wrong labels.
    transition : ndarray of shape (C, C), float64
        Entry [k, j] is the chance that a row that is truly k is given j; rows sum to 1.
    matrix : ndarray of shape (C, C), float64
        Entry [j, k] is the chance that a row given j is truly k; rows sum to 1, and a class without rows has 1 on the
        diagonal.
    rate : float
        Estimated share of wrong labels, in [0, 1].
    """

    sharpness: float
    transition: Float64Array
    matrix: Float64Array
    rate: float

    def posterior(self, evidence: Evidence) -> Float64Array:
        """Return the distribution (n, C) of the truth given probabilities and label; unlabelled rows from the former only."""
        result = np.empty(evidence.probabilities.shape)
        for rows, chances in self.blocks(evidence):
            result[rows] = chances
        return result

    def doubt(self, evidence: Evidence) -> Float64Array:
        """Return the chance (n,) in [0, 1] that the given label is wrong; 0 for unlabelled rows."""
        result = np.zeros(len(evidence.labels))
        for rows, chances in self.blocks(evidence):
            given = evidence.labels[rows]
            own = chances[np.arange(len(given)), np.maximum(given, 0)]
            result[rows] = np.where(given == UNLABELLED, 0.0, np.clip(1 - own, 0, 1))
        return result

    def blocks(self, evidence: Evidence) -> Iterator[tuple[slice, Float64Array]]:
        """Yield, block by block, the rows and their distribution of the truth."""
        log_transition = np.log(self.transition)
        for start in range(0, len(evidence.labels), _BLOCK):
            rows = slice(start, start + _BLOCK)
            given = evidence.labels[rows]
            reading = np.where((given == UNLABELLED)[:, None], 0.0, log_transition[:, np.maximum(given, 0)].T)
            yield rows, _softmax(self.sharpness * _log(evidence.probabilities[rows]) + reading)


def noise_posterior(evidence: Evidence) -> Float64Array:
    """Return the chance that the given label is wrong under a class-dependent noise model.

    Parameters
    ----------
    evidence : Evidence
        Its neighbours are not asked.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 0 for unlabelled rows.
    """
    return fit_noise_model(evidence).doubt(evidence)


def fit_noise_model(evidence: Evidence) -> NoiseModel:
    """Return the noise model that makes the given labels most likely.

    Parameters
    ----------
    evidence : Evidence
        As many of its labelled rows, drawn at random, as make a million probabilities, and at most 50,000.

    Returns
    -------
    NoiseModel

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> p = np.tile([[0.99, 0.01], [0.01, 0.99]], (50, 1))
    >>> given = np.tile([0, 1], 50)
    >>> given[:10] = 1 - given[:10]
    >>> round(fit_noise_model(Evidence(given, p)).rate, 1)
    0.1
    """
    rows = evidence.labelled
    most = min(_MAX_ROWS, max(_FEWEST_ROWS, _MAX_CELLS // evidence.n_classes))
    if len(rows) > most:
        rows = np.sort(generator(0, _STREAM).choice(rows, most, replace=False))
    rows = rows[np.argsort(evidence.labels[rows], kind="stable")]
    scores = _log(evidence.probabilities[rows])
    given = evidence.labels[rows]
    n_classes = evidence.n_classes
    sharpness, transition = _START_SHARPNESS, _pattern(_START_RATE, n_classes)
    if len(rows) >= _MANY_TIMES * _FEWEST_ROWS:  # most of the way can be gone with few rows
        few = np.sort(generator(0, _STREAM_FEW).choice(len(rows), _FEWEST_ROWS, replace=False))
        sharpness, transition = _climb(scores[few], given[few], sharpness, transition)
    sharpness, transition = _climb(scores, given, sharpness, transition)
    counts = _count(_softmax(sharpness * scores + np.log(transition)[:, given].T), given, n_classes)
    rate = float(np.clip(1 - np.trace(counts) / len(given), 0, 1))
    empty = counts.sum(axis=1) == 0
    counts[empty, empty] = 1
    return NoiseModel(sharpness, transition, counts / counts.sum(axis=1, keepdims=True), rate)


def _climb(
    scores: Float64Array, given: Int64Array, sharpness: float, transition: Float64Array
) -> tuple[float, Float64Array]:
    """Return the sharpness and the transition at which steps of EM from the given ones end."""
    n_classes = len(transition)
    for _ in range(_MAX_STEPS):
        truth = _softmax(sharpness * scores + np.log(transition)[:, given].T)
        counts = _count(truth, given, n_classes)
        rate = 1 - float(np.trace(counts)) / len(given)
        believed = _pattern(float(np.clip(rate, 1e-4, 1 - 1 / n_classes)), n_classes)
        smoothed = counts.T + _PSEUDO_READINGS * n_classes * believed
        smoothed /= smoothed.sum(axis=1, keepdims=True)
        sharper = _sharpen(scores, truth, sharpness)
        moved = max(float(np.abs(smoothed - transition).max()), abs(sharper - sharpness))
        transition, sharpness = smoothed, sharper
        if moved < _TOLERANCE:
            break
    return sharpness, transition


def _pattern(rate: float, n_classes: int) -> Float64Array:
    pattern = np.full((n_classes, n_classes), rate / (n_classes - 1))
    np.fill_diagonal(pattern, 1 - rate)
    return pattern


def _count(truth: Float64Array, given: Int64Array, n_classes: int) -> Float64Array:
    """Return the expected number (C, C) of rows given j and truly k; the rows of each given class lie together."""
    starts = np.flatnonzero(np.diff(given, prepend=-1))
    counts = np.zeros((n_classes, n_classes))
    counts[given[starts]] = np.add.reduceat(truth, starts, axis=0)
    return counts


def _sharpen(scores: Float64Array, truth: Float64Array, sharpness: float) -> float:
    """Return one Newton step of the exponent towards the lowest cross-entropy with the expected truth."""
    chances = _softmax(sharpness * scores)
    mean = np.einsum("nk,nk->n", chances, scores)
    slope = float((mean.sum() - np.vdot(truth, scores)) / len(mean))
    chances *= scores
    curvature = float((np.vdot(chances, scores) - mean @ mean) / len(mean))
    if curvature <= 0:
        return sharpness
    # At most a factor of 2 at a time: far from the optimum the quadratic does not hold.
    return float(np.clip(sharpness - slope / curvature, sharpness / 2, min(sharpness * 2, _SHARPEST)))


def _log(probabilities: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Float64Array:
    return np.log(np.maximum(probabilities, _FLOOR, dtype=np.float64))


def _softmax(scores: Float64Array) -> Float64Array:
    powers = scores - scores.max(axis=1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
