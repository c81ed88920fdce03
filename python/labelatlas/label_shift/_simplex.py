"""Least squares on the simplex, and the nearest point of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array

_MAX_STEPS = 2_000
_TOLERANCE = 1e-7


def mixing_proportions(profiles: Float64Array, means: Float64Array) -> Float64Array:
    """Return argmin over the simplex of ‖qᵀ profiles - mean‖² for each of B problems.

    Accelerated projected gradient: Beck, Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse
    Problems" (2009).

    Parameters
    ----------
    profiles : ndarray of shape (B, C, F), float64
        What is expected of F features under each class.
    means : ndarray of shape (B, F), float64
        What is seen.

    Returns
    -------
    ndarray of shape (B, C), float64

    Examples
    --------
    >>> import numpy as np
    >>> mixing_proportions(np.eye(2)[None], np.array([[0.25, 0.75]])).round(4)
    array([[0.25, 0.75]])
    """
    gram = profiles @ profiles.transpose(0, 2, 1)
    pull = (profiles @ means[:, :, None])[:, :, 0]
    step = 1 / np.maximum(np.linalg.eigvalsh(gram)[:, -1:], 1e-300)
    q = np.full_like(pull, 1 / pull.shape[1])
    ahead, momentum = q, 1.0
    for _ in range(_MAX_STEPS):
        moved = nearest_mix(ahead - step * ((gram @ ahead[:, :, None])[:, :, 0] - pull))
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved + (momentum - 1) / faster * (moved - q)
        change = float(np.abs(moved - q).max())
        q, momentum = moved, faster
        if change < _TOLERANCE:
            break
    return q


def nearest_mix(points: Float64Array) -> Float64Array:
    """Return the nearest points of the simplex.

    Duchi, Shalev-Shwartz, Singer, Chandra, "Efficient Projections onto the l1-Ball for Learning in High Dimensions" (2008).

    Parameters
    ----------
    points : ndarray of shape (B, C), float64

    Returns
    -------
    ndarray of shape (B, C), float64

    Examples
    --------
    >>> import numpy as np
    >>> nearest_mix(np.array([[1.5, 0.5], [0.2, 0.2]])).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    ranked = -np.sort(-points, axis=1)
    excess = (np.cumsum(ranked, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
    last = (ranked > excess).sum(axis=1) - 1
    return np.maximum(points - excess[np.arange(len(points)), last][:, None], 0)
