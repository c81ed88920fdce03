"""Distribution matching: the mix of the classes' histograms that looks most like the target's.

González-Castro, Alaiz-Rodríguez, Alegre, "Class Distribution Estimation Based on the Hellinger Distance" (2013); Firat,
"Unified Framework for Quantification" (2016). The histograms are of each class's probability; they are compared cumulated
(Cramér's distance), so that near misses count as near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._profiles import check_told_apart, class_profiles
from labelatlas.label_shift._simplex import mixing_proportions

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

_EDGES = np.arange(1, 8) / 8


def histogram_matching(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return the priors whose mix of histograms is nearest to the target's.

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
        When the histograms cannot tell some classes apart.
    """
    source, target = _cumulated(task.source), _cumulated(task.target)
    check_told_apart(task, source)
    return mixing_proportions(class_profiles(task, source, source_weights), target_weights @ target)


def _cumulated(probabilities: Float64Array) -> Float64Array:
    """Return for each row whether each class's probability exceeds each edge, (rows, 7 C), and the probabilities themselves."""
    steps = (probabilities[:, :, None] > _EDGES).reshape(len(probabilities), -1).astype(np.float64)
    return np.concatenate([steps / len(_EDGES), probabilities], axis=1)
