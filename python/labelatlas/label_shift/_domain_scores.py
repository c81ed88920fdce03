"""Scores that are high for rows that look like the target rather than the source, learned on rows other than those judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._task import torch_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelatlas._typing import Float64Array

_NEIGHBOURS = 15
_NEAREST_SOURCE = 5
_MOST_REFERENCES = 2_000
_BLOCK = 4_096


def domain_scores(
    source: Float64Array, weights: Float64Array, target: Float64Array, judged: Float64Array, device: str
) -> Mapping[str, Float64Array]:
    """Return for each judged row the share of the target among its "neighbours", and its distance to the source, "novelty".

    Parameters
    ----------
    source : ndarray of shape (n, d), float64
        Rows to learn from.
    weights : ndarray of shape (n,), float64
        That give the source the class mix of the target; mean 1.
    target : ndarray of shape (m, d), float64
        Rows to learn from.
    judged : ndarray of shape (j, d), float64
        Other rows.
    device : {"cpu", "cuda"}

    Returns
    -------
    dict of ndarray of shape (j,), float64
    """
    import torch

    references = source[:: max(1, len(source) // _MOST_REFERENCES)]
    step = max(1, len(source) // _MOST_REFERENCES)
    rivals = target[:: max(1, len(target) // _MOST_REFERENCES)]
    both = torch_of(np.concatenate([references, rivals]), device)
    # a neighbour counts so that source and target have the same sum
    count = torch_of(
        np.concatenate([weights[::step] / weights[::step].sum(), np.full(len(rivals), 1 / len(rivals))]), device
    )
    is_target = torch.arange(len(both), device=both.device) >= len(references)
    k = min(_NEIGHBOURS, len(both))
    near = min(_NEAREST_SOURCE, len(references))
    share, distance = np.empty(len(judged)), np.empty(len(judged))
    for start in range(0, len(judged), _BLOCK):
        stop = start + _BLOCK
        far = torch.cdist(torch_of(judged[start:stop], device), both)
        rows = far.topk(k, largest=False).indices
        said = count[rows]
        share[start:stop] = ((said * is_target[rows]).sum(dim=1) / said.sum(dim=1).clamp(min=1e-300)).cpu().numpy()
        nearest = far[:, : len(references)].topk(near, largest=False).values
        distance[start:stop] = nearest.mean(dim=1).cpu().numpy()
    return {"neighbours": share, "novelty": distance}
