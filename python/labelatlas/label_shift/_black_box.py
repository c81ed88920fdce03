"""Black-box shift estimation: undo the confusion matrix.

Lipton, Wang, Smola, "Detecting and Correcting for Label Shift with Black Box Predictors" (2018). The mean prediction of the
target is a mixture of the source's mean predictions per class; the mixing proportions are the priors sought. Instead of
an inverse, which leaves the simplex when classes are confused, the least-squares point on the simplex is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import NotApplicable
from labelatlas.label_shift._counting import hard_votes

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

_MAX_STEPS = 2_000
_TOLERANCE = 1e-7
_SINGULAR = 1e-6


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
    return _unmix(task, hard_votes(task.source), hard_votes(task.target), source_weights, target_weights)


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
    return _unmix(task, task.source, task.target, source_weights, target_weights)


def _unmix(
    task: ShiftTask,
    source_votes: Float64Array,
    target_votes: Float64Array,
    source_weights: Float64Array,
    target_weights: Float64Array,
) -> Float64Array:
    counts = np.bincount(task.labels, minlength=task.n_classes)
    _check_regular(task.membership.T @ source_votes / counts[:, None])
    profiles = np.empty((len(source_weights), task.n_classes, task.n_classes))
    for label in range(task.n_classes):
        rows = task.labels == label
        weights = source_weights[:, rows]
        profiles[:, label] = weights @ source_votes[rows] / weights.sum(axis=1, keepdims=True)
    return _mixing_proportions(profiles, target_weights @ target_votes)


def _check_regular(profiles: Float64Array) -> None:
    """Refuse classes whose mean predictions are (nearly) mixtures of one another."""
    left, strengths, _ = np.linalg.svd(profiles)
    if strengths[-1] < _SINGULAR * strengths[0]:
        confused = np.flatnonzero(np.abs(left[:, -1]) > np.abs(left[:, -1]).max() / 2).tolist()
        message = (
            f"The predictions must tell all classes apart. Got equal mean predictions among classes {confused} instead."
        )
        raise NotApplicable(message, hint="Merge these classes, use a better model, or method='em_temperature'.")


def _mixing_proportions(profiles: Float64Array, means: Float64Array) -> Float64Array:
    """Return argmin over the simplex of ‖qᵀ profiles - mean‖² for each of B problems.

    Accelerated projected gradient: Beck, Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse
    Problems" (2009).
    """
    gram = profiles @ profiles.transpose(0, 2, 1)
    pull = np.einsum("bkc,bc->bk", profiles, means)
    step = 1 / np.linalg.eigvalsh(gram)[:, -1:]
    q = np.full_like(pull, 1 / pull.shape[1])
    ahead, momentum = q, 1.0
    for _ in range(_MAX_STEPS):
        moved = _project(ahead - step * (np.einsum("bkl,bl->bk", gram, ahead) - pull))
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved + (momentum - 1) / faster * (moved - q)
        change = float(np.abs(moved - q).max())
        q, momentum = moved, faster
        if change < _TOLERANCE:
            break
    return q


def _project(points: Float64Array) -> Float64Array:
    """Return the nearest points of the simplex.

    Duchi, Shalev-Shwartz, Singer, Chandra, "Efficient Projections onto the l1-Ball for Learning in High Dimensions" (2008).
    """
    ranked = -np.sort(-points, axis=1)
    excess = (np.cumsum(ranked, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
    last = (ranked > excess).sum(axis=1) - 1
    return np.maximum(points - excess[np.arange(len(points)), last][:, None], 0)
