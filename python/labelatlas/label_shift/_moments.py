"""A question about the rows that no change of the class mix can answer.

Under label shift a mean over the target is a mix of the source's means per class, whatever the mix is. Take any score of a row,
subtract the combination of its class probabilities that has the same means per class in the source: what is left has mean 0
in every class, so it has mean 0 in the target too, at any priors. A mean that is not 0 says that something else has changed.
This is the over-identification test of moment conditions (Hansen, "Large Sample Properties of Generalized Method of Moments
Estimators", 1982), the conditions being those of Lipton, Wang, Smola (2018): neither weights nor priors need be known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

_FEWEST = 2


def residual_z(
    source_scores: Float64Array,
    source_probabilities: Float64Array,
    labels: Int64Array,
    target_scores: Float64Array,
    target_probabilities: Float64Array,
    priors: Float64Array,
) -> float:
    """Return how many standard errors the target's mean of a score is above what any class mix explains.

    Parameters
    ----------
    source_scores : ndarray of shape (n,), float64
    source_probabilities : ndarray of shape (n, C), float64
    labels : ndarray of shape (n,), int64
        Classes without two rows do not take part.
    target_scores : ndarray of shape (m,), float64
    target_probabilities : ndarray of shape (m, C), float64
    priors : ndarray of shape (C,), float64
        Roughly the target's, for the standard error alone.

    Returns
    -------
    float
        Normal under label shift; 0 where there is nothing to tell.
    """
    n_classes = source_probabilities.shape[1]
    counts = np.bincount(labels, minlength=n_classes)
    known = counts >= _FEWEST
    member = np.eye(n_classes)[labels][:, known]
    means = member.T @ np.column_stack([source_probabilities, source_scores]) / counts[known, None]
    explained = np.linalg.lstsq(means[:, :-1], means[:, -1], rcond=1e-6)[0]
    of_source = source_scores - source_probabilities @ explained
    of_target = target_scores - target_probabilities @ explained
    off = of_source - member @ (member.T @ of_source / counts[known])
    variances = member.T @ off**2 / np.maximum(counts[known] - 1, 1)
    error = of_target.var() / len(of_target) + (priors[known] ** 2 * variances / counts[known]).sum()
    gap = of_target.mean() - float((priors[known] * (member.T @ of_source / counts[known])).sum())
    return 0.0 if error <= 1e-24 else float(gap / np.sqrt(error))
