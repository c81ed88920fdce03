"""Adjusted counting: undo the confusion of classes.

The mean prediction of the target is a mixture of the source's mean predictions per class; the mixing proportions are the
priors sought. Instead of an inverse, which leaves the simplex when classes are confused, the least-squares point on the simplex
is taken. Forman, "Quantifying Counts and Costs via Classification" (2008) for predicted classes; Bella, Ferri,
Hernandez-Orallo, Ramirez-Quintana, "Quantification via Probability Estimators" (2010) for probabilities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelatlas.label_shift._counting import hard_votes
from labelatlas.label_shift._profiles import check_told_apart, class_profiles
from labelatlas.label_shift._simplex import mixing_proportions

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask


def acc(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return priors from predicted classes.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64

    Raises
    ------
    NotApplicable
        When the predictions cannot tell some classes apart.
    """
    return _unmix(task, hard_votes(task.source), hard_votes(task.target), source_weights, target_weights)


def pacc(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return priors from predicted probabilities.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64

    Raises
    ------
    NotApplicable
        When the predictions cannot tell some classes apart.
    """
    return _unmix(task, task.source, task.target, source_weights, target_weights)


def _unmix(
    task: ShiftTask,
    source_votes: Float64Array,
    target_votes: Float64Array,
    source_weights: Float64Array,
    target_weights: Float64Array,
) -> Float64Array:
    check_told_apart(task, source_votes)
    return mixing_proportions(class_profiles(task, source_votes, source_weights), target_weights @ target_votes)
