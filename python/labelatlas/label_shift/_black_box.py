"""Black-box shift estimation: weights of the classes from the inverse of the joint confusion matrix.

Lipton, Wang, Smola, "Detecting and Correcting for Label Shift with Black Box Predictors" (2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._counting import hard_votes
from labelatlas.label_shift._profiles import check_told_apart

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask


def bbse_hard(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
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
    return _invert(task, hard_votes(task.source), hard_votes(task.target), source_weights, target_weights)


def bbse_soft(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
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
    return _invert(task, task.source, task.target, source_weights, target_weights)


def joint_confusion(task: ShiftTask, votes: Float64Array, weights: Float64Array) -> Float64Array:
    """Return how much weight predictions and labels share, (B, predicted, label), for each weighting of the source rows."""
    joint = np.empty((len(weights), votes.shape[1], task.n_classes))
    for label in range(task.n_classes):
        rows = task.labels == label
        joint[:, :, label] = weights[:, rows] @ votes[rows]
    return joint


def as_priors(task: ShiftTask, class_weights: Float64Array, source_weights: Float64Array) -> Float64Array:
    """Return the priors (B, C) that class weights (B, C) make of the source; a weight below 0 counts as 0."""
    priors = np.maximum(class_weights, 0) * (source_weights @ task.membership)
    total = priors.sum(axis=1, keepdims=True)
    return np.where(total > 0, priors / np.where(total > 0, total, 1), 1 / task.n_classes)


def _invert(
    task: ShiftTask,
    source_votes: Float64Array,
    target_votes: Float64Array,
    source_weights: Float64Array,
    target_weights: Float64Array,
) -> Float64Array:
    check_told_apart(task, source_votes)
    joint = joint_confusion(task, source_votes, source_weights)
    # a replicate may be singular where the estimate is not
    found = np.linalg.pinv(joint) @ (target_weights @ target_votes)[:, :, None]
    return as_priors(task, found[:, :, 0], source_weights)
