"""Regularised learning of the class weights: black-box shift estimation, held back towards no shift.

Azizzadenesheli, Liu, Yang, Anandkumar, "Regularized Learning for Domain Adaptation under Label Shifts" (2019): the shift θ = w - 1
minimises ‖C θ - b‖ + Δ ‖θ‖, where Δ bounds the sampling error of the confusion matrix C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._black_box import as_priors, joint_confusion

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

_CONFIDENCE = 0.05
_SHARE_OF_BOUND = 0.01
_HALVINGS = 60


def rlls(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return priors from predicted probabilities, held back towards those of the source.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    joint = joint_confusion(task, task.source, source_weights)
    gap = target_weights @ task.target - joint.sum(axis=2)
    left, strengths, right = np.linalg.svd(joint)
    pull = (left.transpose(0, 2, 1) @ gap[:, :, None])[:, :, 0]
    # the leading term of the sampling error of a confusion matrix of n rows; whole, it would allow no shift at all
    bound = _SHARE_OF_BOUND * np.sqrt(np.log(2 * task.n_classes / _CONFIDENCE) / len(task.labels))
    # The minimum is a ridge solution whose strength equals Δ ‖residual‖ / ‖θ‖: found by halving on the logarithm.
    low, high = np.full(len(pull), -30.0), np.full(len(pull), 10.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        ridge = np.exp(middle)[:, None]
        size = np.linalg.norm(strengths * pull / (strengths**2 + ridge), axis=1)
        residual = np.linalg.norm(ridge * pull / (strengths**2 + ridge), axis=1)
        more = np.exp(middle) * size < bound * residual
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    ridge = np.exp((low + high) / 2)[:, None]
    shift = (right.transpose(0, 2, 1) @ (strengths * pull / (strengths**2 + ridge))[:, :, None])[:, :, 0]
    return as_priors(task, 1 + shift, source_weights)
