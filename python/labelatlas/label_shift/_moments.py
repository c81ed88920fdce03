"""A question about the rows that no change of the class mix can answer.

Under label shift a mean over the target is a mix of the source's means per class, whatever the mix is. Take any score of a row,
subtract the combination of its class probabilities that has the same means per class in the source: what is left has mean 0
in every class, so it has mean 0 in the target too, at any priors. A mean that is not 0 says that something else has changed.
This is the over-identification test of moment conditions (Hansen, "Large Sample Properties of Generalized Method of Moments
Estimators", 1982), the conditions being those of Lipton, Wang, Smola (2018): neither weights nor priors need be known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from scipy.stats import chi2

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

    Copies: TypeAlias = tuple[Int64Array, Int64Array]

_FEWEST = 2
_NOTHING = 1e-24
# A chi-square law is averaged over so many equally probable values.
_PARTS = 200


class Residual(NamedTuple):
    """What the target's means have beyond any class mix.

    Attributes
    ----------
    gap : ndarray of shape (d,), float64
        Its mean is 0 under label shift.
    error : ndarray of shape (d, d), float64
        Covariance of `gap`.
    spread : ndarray of shape (d, d), float64
        Covariance of a row inside its class, shrunk.
    """

    gap: Float64Array
    error: Float64Array
    spread: Float64Array


def residual(
    source_scores: Float64Array,
    source_probabilities: Float64Array,
    labels: Int64Array,
    target_scores: Float64Array,
    target_probabilities: Float64Array,
    priors: Float64Array,
    copies: Copies | None = None,
) -> Residual:
    """Return by how much the target's means of some scores are above what any class mix explains.

    Parameters
    ----------
    source_scores : ndarray of shape (n, d), float64
    source_probabilities : ndarray of shape (n, C), float64
    labels : ndarray of shape (n,), int64
        Classes without two rows do not take part.
    target_scores : ndarray of shape (m, d), float64
    target_probabilities : ndarray of shape (m, C), float64
    priors : ndarray of shape (C,), float64
        Roughly the target's, for the standard errors alone.
    copies : (ndarray of shape (n,), ndarray of shape (m,)), int64, or None
        Source and target rows of one number are taken for copies of one row, which are no more evidence than it is. None: there
        are none.

    Returns
    -------
    Residual
    """
    n_classes, d = source_probabilities.shape[1], source_scores.shape[1]
    counts = np.bincount(labels, minlength=n_classes)
    known = counts >= _FEWEST
    member = np.eye(n_classes)[labels][:, known]
    means = member.T @ np.column_stack([source_probabilities, source_scores]) / counts[known, None]
    explained = np.linalg.lstsq(means[:, :-d], means[:, -d:], rcond=1e-6)[0]
    of_source = source_scores - source_probabilities @ explained
    of_target = target_scores - target_probabilities @ explained
    of_class = member.T @ of_source / counts[known, None]
    off_source = (of_source - member @ of_class)[known[labels]]
    off_target = of_target - of_target.mean(axis=0)
    share = np.zeros(n_classes)
    share[known] = priors[known] / np.sqrt(counts[known] * np.maximum(counts[known] - 1, 1))
    part = off_source * share[labels[known[labels]], None]
    apart = off_target / len(of_target)
    if copies is not None:
        part, apart = _summed(part, copies[0][known[labels]]), _summed(apart, copies[1])
    error = apart.T @ apart + part.T @ part
    gap = of_target.mean(axis=0) - priors[known] @ of_class
    return Residual(gap, error, shrunk_covariance(np.concatenate([off_source, off_target])))


def _summed(rows: Float64Array, copies: Int64Array) -> Float64Array:
    """Return the sum of the rows of each number: errors of groups, as in Liang, Zeger, "Longitudinal Data Analysis" (1986)."""
    sums = np.zeros((int(copies.max(initial=0)) + 1, rows.shape[1]))
    np.add.at(sums, copies, rows)
    return sums


def residual_z(
    source_scores: Float64Array,
    source_probabilities: Float64Array,
    labels: Int64Array,
    target_scores: Float64Array,
    target_probabilities: Float64Array,
    priors: Float64Array,
    copies: Copies | None = None,
) -> float:
    """Return how many standard errors the target's mean of one score is above what any class mix explains.

    Parameters
    ----------
    source_scores : ndarray of shape (n,), float64
    target_scores : ndarray of shape (m,), float64
    source_probabilities, labels, target_probabilities, priors, copies
        As for `residual`.

    Returns
    -------
    float
        Normal under label shift; 0 where there is nothing to tell.
    """
    scores = source_scores[:, None], source_probabilities, labels, target_scores[:, None], target_probabilities
    found = residual(*scores, priors, copies)
    error = float(found.error[0, 0])
    return 0.0 if error <= _NOTHING else float(found.gap[0] / np.sqrt(error))


def learned_p(z: float, freedom: float, folds: int) -> float:
    """Return the chance of a z so high for a score that leans to where the target differs from the source on the other folds.

    Each product of two folds' differences counts twice, once by either's score, and the longer the differences are, the longer
    are the steps they are measured in: the law of z is not normal. In `freedom` directions let the folds' differences be
    independent and standard normal, and each fold's score be the sum of the others'. With X and S chi-square, of `freedom` and
    of (folds - 1) x `freedom` degrees, z is distributed as ((folds - 1) X - S) / sqrt((folds - 1)² X + S).

    Parameters
    ----------
    z : float
        As of `residual_z`.
    freedom : float
        As of `residual_p`, above 0.
    folds : int

    Returns
    -------
    float

    Examples
    --------
    >>> round(learned_p(2.5, 1e6, 5), 3), round(learned_p(2.5, 4, 5), 3), round(learned_p(-9, 4, 5), 3)
    (0.038, 0.014, 1.0)
    """
    others = folds - 1
    s = chi2.ppf((np.arange(_PARTS) + 0.5) / _PARTS, others * freedom)
    half = z * z * others / 2
    above = half + np.sign(z) * np.sqrt(half * half + z * z * folds * s)
    return float(chi2.sf(np.maximum(above + s, 0) / others, freedom).mean())


def residual_p(
    source_vectors: Float64Array,
    source_probabilities: Float64Array,
    labels: Int64Array,
    target_vectors: Float64Array,
    target_probabilities: Float64Array,
    priors: Float64Array,
    copies: Copies | None = None,
) -> tuple[float, float]:
    """Return the chance of means of all coordinates so far from what any class mix explains.

    The squared length of the gap, in the metric of the rows' shrunk covariance, as in Chen, Paul, Prentice, Wang, "A Regularized
    Hotelling's T² Test for Pathway Analysis in Proteomic Studies" (2011); its distribution is that of a scaled chi-square with
    the same mean and variance (Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", 1946).

    Parameters
    ----------
    source_vectors : ndarray of shape (n, d), float64
    target_vectors : ndarray of shape (m, d), float64
    source_probabilities, labels, target_probabilities, priors, copies
        As for `residual`.

    Returns
    -------
    (float, float)
        In [0, 1], 1 where there is nothing to tell; and the degrees of freedom, 0 there.
    """
    found = residual(source_vectors, source_probabilities, labels, target_vectors, target_probabilities, priors, copies)
    solved = np.linalg.lstsq(found.spread, np.column_stack([found.gap, found.error]), rcond=None)[0]
    length, mixed = float(found.gap @ solved[:, 0]), solved[:, 1:]
    mean, square = float(np.trace(mixed)), float((mixed * mixed.T).sum())
    if mean <= _NOTHING or square <= 0:
        return 1.0, 0.0
    freedom = mean**2 / square
    return float(chi2.sf(length * mean / square, freedom)), freedom


def shrunk_covariance(off: Float64Array) -> Float64Array:
    """Return the covariance (d, d) of centred rows (n, d), shrunk towards a multiple of the identity.

    Ledoit, Wolf, "A Well-Conditioned Estimator for Large-Dimensional Covariance Matrices" (2004).
    """
    n, d = off.shape
    covariance = off.T @ off / n
    level = np.trace(covariance) / d
    spread = ((covariance - level * np.eye(d)) ** 2).sum() / d
    squares = (off**2).sum(axis=1)
    noise = min(spread, float(squares @ squares / n - (covariance**2).sum()) / (n * d))
    toward = noise / spread if spread > 0 else 1.0
    return (1 - toward) * covariance + toward * level * np.eye(d)
