"""Counting: the share of each predicted class, or the mean probability. Biased by every mistake of the model; the yardsticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask


def hard_votes(probabilities: Float64Array) -> Float64Array:
    """Return the predicted class of each row as an indicator (rows, C); equal maxima share the vote."""
    top = probabilities == probabilities.max(axis=1, keepdims=True)
    return top / top.sum(axis=1, keepdims=True)


def counting(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return the weighted share of each predicted class in the target.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
        Not used: counting learns nothing from the source.
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_shift import ShiftTask
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6]])
    >>> counting(ShiftTask(p, np.array([0, 1, 1, 1]), p), np.full((1, 4), 0.25), np.full((1, 4), 0.25))
    array([[0.25, 0.75]])
    """
    del source_weights
    return np.asarray(target_weights @ hard_votes(task.target))


def pcc(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return the weighted mean probability of each class in the target: probabilistic classify and count.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
        Not used: counting learns nothing from the source.
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_shift import ShiftTask
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6]])
    >>> pcc(ShiftTask(p, np.array([0, 1, 1, 1]), p), np.full((1, 4), 0.25), np.full((1, 4), 0.25)).round(6)
    array([[0.45, 0.55]])
    """
    del source_weights
    return np.asarray(target_weights @ task.target)
