"""What a class looks like on average: mean features per class, under many weightings of the source rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

_SINGULAR = 1e-6


def class_profiles(task: ShiftTask, features: Float64Array, weights: Float64Array) -> Float64Array:
    """Return mean features (B, C, F) of each class.

    Parameters
    ----------
    task : ShiftTask
    features : ndarray of shape (n, F), float64
        Of the source rows.
    weights : ndarray of shape (B, n), float64
        Of the source rows.

    Returns
    -------
    ndarray of shape (B, C, F), float64
    """
    profiles = np.empty((len(weights), task.n_classes, features.shape[1]))
    for label in range(task.n_classes):
        rows = task.labels == label
        inside = weights[:, rows]
        profiles[:, label] = inside @ features[rows] / inside.sum(axis=1, keepdims=True)
    return profiles


def check_told_apart(task: ShiftTask, features: Float64Array) -> None:
    """Refuse classes whose mean features are (nearly) mixtures of one another, and name them; nothing is merged.

    Parameters
    ----------
    task : ShiftTask
    features : ndarray of shape (n, F), float64
        Of the source rows.

    Raises
    ------
    NotApplicable
        When a mix of some classes looks like a mix of others.
    """
    even = np.full((1, len(task.labels)), 1 / len(task.labels))
    left, strengths, _ = np.linalg.svd(class_profiles(task, features, even)[0])
    if strengths[-1] < _SINGULAR * strengths[0]:
        confused: Sequence[Any] = np.flatnonzero(np.abs(left[:, -1]) > np.abs(left[:, -1]).max() / 2).tolist()
        if task.names is not None:
            confused = [task.names[label] for label in confused]
        message = (
            f"The predictions must tell all classes apart. Got equal mean predictions among classes {confused} instead."
        )
        raise NotApplicable(message, hint="Merge these classes yourself, or use a model that tells them apart.")
