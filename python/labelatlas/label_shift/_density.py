"""Density matching: kernel densities of the classes on the simplex, mixed by maximum likelihood.

Moreo, González, del Coz, "Kernel Density Estimation for Multiclass Quantification" (2025). Nothing is asked of the
probabilities but that a class looks the same in source and target: no calibration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._mixture import climb

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

_BANDWIDTH = 0.1
# Kernels are pairs of rows: of more source rows every k-th is looked at.
_MOST_SOURCE = 2_000
# So many different weightings of the source; each is used by a block of replicates.
_BLOCKS = 16
_MOST_ROWS = 4_096


def density_matching(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return the priors under which the target is most likely as a mix of the classes' densities.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    import torch

    every = -(-len(task.labels) // _MOST_SOURCE)
    rows = np.union1d(np.arange(0, len(task.labels), every), np.unique(task.labels, return_index=True)[1])
    source = torch.as_tensor(task.source[rows], device=task.device)
    member = torch.as_tensor(task.membership[rows], device=task.device)
    target = torch.as_tensor(task.target, device=task.device)
    n_blocks = min(_BLOCKS, len(source_weights))
    # the first weighting is the estimate's own: it shares its source with nobody but its block
    blocks = np.array_split(np.arange(len(source_weights)), n_blocks)
    shares = torch.as_tensor(source_weights[[block[0] for block in blocks]][:, rows], device=task.device)
    by_class = shares[:, :, None] * member  # (blocks, rows, C)
    by_class = (by_class / by_class.sum(dim=1, keepdim=True)).permute(1, 0, 2).reshape(len(rows), -1)
    densities = torch.empty((len(target), by_class.shape[1]), dtype=torch.float64, device=task.device)
    for start in range(0, len(target), _MOST_ROWS):
        part = target[start : start + _MOST_ROWS]
        kernels = torch.exp(-torch.cdist(part, source).square() / (2 * _BANDWIDTH**2))
        densities[start : start + _MOST_ROWS] = kernels @ by_class
    # a row far from every kernel says nothing about the classes
    densities = densities.reshape(len(target), n_blocks, -1).clamp(min=1e-12)
    found = np.empty((len(source_weights), task.n_classes))
    for i, block in enumerate(blocks):
        weights = torch.as_tensor(target_weights[block], device=task.device)
        odds = torch.ones((len(block), task.n_classes), dtype=torch.float64, device=task.device)
        found[block] = climb(densities[:, i], odds, weights).cpu().numpy()
    return found
