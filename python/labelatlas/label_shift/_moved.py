"""A score for rows of which a part has moved: the same classes, some of the rows shifted by one common step.

Where a fifth of the rows has moved, the means of all move by a fifth of the step, and much of that may look like another mix
of the classes. The moved rows themselves stand out more. Rows of a class are taken for normal around the class's mean, with one
covariance (Fisher, "The Use of Multiple Measurements in Taxonomic Problems", 1936); the step, how many took it and the class mix
are found together by expectation-maximisation (Dempster, Laird, Rubin, "Maximum Likelihood from Incomplete Data via the EM
Algorithm", 1977). Rows need not be normal: the score is only a score, and is judged by `residual_z` on other rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._moments import shrunk_covariance

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

_STEPS = 25
_STARTS_AT = 0.2
_SHARES = 0.02, 0.6
# A class mean counts as if so many rows more lay at the mean of all.
_PULL = 2.0
# So many moved rows are held to have stayed: a step is not made of three outliers.
_HELD = 5.0
# One far row shall not decide: the logarithm of a ratio goes no further.
_HIGHEST = 3.0


def moved_scores(
    source: Float64Array, labels: Int64Array, target: Float64Array, judged: Float64Array, n_classes: int
) -> Float64Array:
    """Return how much more probable each judged row is when some rows have moved.

    Parameters
    ----------
    source : ndarray of shape (n, d), float64
        Rows to learn from.
    labels : ndarray of shape (n,), int64
    target : ndarray of shape (m, d), float64
        Rows to learn from.
    judged : ndarray of shape (j, d), float64
        Other rows.
    n_classes : int

    Returns
    -------
    ndarray of shape (j,), float64
        Logarithm of a ratio.
    """
    counts = np.bincount(labels, minlength=n_classes)
    sums = np.eye(n_classes)[labels].T @ source
    means = (sums + _PULL * source.mean(axis=0)) / (counts + _PULL)[:, None]
    spread, axes = np.linalg.eigh(shrunk_covariance(source - means[labels]))
    whiten = axes / np.sqrt(np.maximum(spread, max(float(spread[-1]), 1e-12) * 1e-6))
    means, target, judged = means @ whiten, target @ whiten, judged @ whiten
    seen = counts > 0
    means, mix = means[seen], counts[seen] / counts.sum()

    stayed = _off(target, means)
    for _ in range(_STEPS):
        mix = np.exp(_posterior(stayed, mix)[0]).mean(axis=0)
    belief, density = _posterior(stayed, mix)
    off = target - np.exp(belief) @ means
    strange = density <= np.quantile(density, _STARTS_AT)
    fits = [_climb(target, means, mix, step) for step in (off.mean(axis=0) / _STARTS_AT, off[strange].mean(axis=0))]
    _, mix, step, share = max(fits, key=lambda fit: fit[0])
    before = _posterior(_off(judged, means), mix)[1]
    after = _posterior(_off(judged - step, means), mix)[1]
    return np.minimum(np.logaddexp(np.log(1 - share), np.log(share) + after - before), _HIGHEST)


def _off(rows: Float64Array, means: Float64Array) -> Float64Array:
    """Return the log-density (rows, C) of each row under each class, up to a constant."""
    return -0.5 * ((rows**2).sum(axis=1)[:, None] - 2 * rows @ means.T + (means**2).sum(axis=1))


def _posterior(logs: Float64Array, mix: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return log-probabilities of the classes (rows, C), and the log-density of each row."""
    joint = logs + np.log(np.maximum(mix, 1e-12))
    density = np.logaddexp.reduce(joint, axis=1)
    return joint - density[:, None], density


def _climb(
    target: Float64Array, means: Float64Array, mix: Float64Array, step: Float64Array
) -> tuple[float, Float64Array, Float64Array, float]:
    """Return the log-likelihood, the mix, the step and the share of rows that took it, from a first step."""
    share, likelihood = _STARTS_AT, -np.inf
    stayed = _off(target, means)
    for _ in range(_STEPS):
        of_stayed, before = _posterior(stayed, mix)
        of_moved, after = _posterior(_off(target - step, means), mix)
        both = np.logaddexp(np.log(1 - share) + before, np.log(share) + after)
        likelihood = float(both.sum())
        took = np.exp(np.log(share) + after - both)
        each = took[:, None] * np.exp(of_moved)
        mix = (each + (1 - took)[:, None] * np.exp(of_stayed)).mean(axis=0)
        step = (took @ target - each.sum(axis=0) @ means) / (took.sum() + _HELD)
        share = float(np.clip(took.mean(), *_SHARES))
    return likelihood, mix, step, share
