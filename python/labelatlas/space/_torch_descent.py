"""The map's optimiser in torch, for a GPU: the steps of `_descent`, all rows of a round at once.

What the compiled loop does one draw after the other, each seeing the last, a GPU does at once: the pulls and pushes on a row
are added up, and the row moves by the sum. Sums run over the edges of a row in their fixed order (a difference of running
sums), never by atomic additions, so a seed gives the same bytes again on the same device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.space._descent import schedule
from labelatlas.space._forces import forces
from labelatlas.space._kernel import NEGATIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    import scipy.sparse
    import torch

    from labelatlas._typing import Float32Array

_ROUNDS = 8
_LIMIT = 4.0


def descend_torch(
    start: Float32Array,
    graph: scipy.sparse.csr_matrix,
    seed: int,
    n_epochs: int,
    progress: Callable[[int, int], None] | None,
    frames: Callable[[Float32Array], None] | None,
    pace: float = 1.0,
    *,
    device: str,
) -> Float32Array:
    """Return the map that the descent makes of a start and a symmetric weighted graph.

    Parameters
    ----------
    start : ndarray of shape (n, 2), float32
        Left alone.
    graph : csr_matrix of shape (n, n), float32
        Symmetric.
    seed : int
    n_epochs : int
    progress : callable or None
        Told (epochs done, epochs in all).
    frames : callable or None
        Given the map as it stands, as often as `progress` is told.
    pace : float
        Length of the first steps, in (0, 1].
    device : {"cpu", "cuda"}

    Returns
    -------
    ndarray of shape (n, 2), float32
    """
    import torch

    indptr, tail, period = schedule(graph, n_epochs)
    n = len(start)
    curve = forces()
    rng = torch.Generator(device=device).manual_seed(seed)
    n_rounds = min(_ROUNDS, n)
    tell_every = max(1, n_epochs // 100)
    with torch.inference_mode():
        xy = torch.from_numpy(start.copy()).to(device)
        rounds = []
        for turn in range(n_rounds):
            rows = np.arange(turn, n, n_rounds)
            counts = indptr[rows + 1] - indptr[rows]
            edges = np.repeat(indptr[rows] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
            parts = (rows, np.repeat(np.arange(len(rows)), counts), tail[edges].astype(np.int64), period[edges])
            rounds.append([torch.from_numpy(part).to(device) for part in parts])
        due = [part[3].clone() for part in rounds]
        for epoch in range(n_epochs):
            alpha = pace * (1.0 - epoch / n_epochs)
            for (rows, owner, other, every), turn in zip(rounds, due, strict=True):
                now = (turn <= epoch + 1).nonzero()[:, 0]
                turn[now] += every[now]
                drawn = torch.randint(n, (len(now), NEGATIVES), generator=rng, device=device)
                own = owner[now]
                at = xy[rows[own]]
                towards = at - xy[other[now]]
                away = at[:, None] - xy[drawn]
                squared = towards.square().sum(dim=-1, keepdim=True).clamp(min=1e-12)
                pull = -2.0 * curve.a * curve.b * squared ** (curve.b - 1.0) / (1.0 + curve.a * squared**curve.b)
                step = 2.0 * (pull * towards).clamp(-_LIMIT, _LIMIT)
                squared = away.square().sum(dim=-1, keepdim=True)
                push = 2.0 * curve.b / ((0.001 + squared) * (1.0 + curve.a * squared**curve.b))
                step += (push * away).clamp(-_LIMIT, _LIMIT).sum(dim=1)
                xy[rows] += alpha * _row_sums(step, own, len(rows))
            if (epoch + 1) % tell_every == 0 or epoch + 1 == n_epochs:
                if progress is not None:
                    progress(epoch + 1, n_epochs)
                if frames is not None:
                    frames(xy.cpu().numpy())
        return xy.cpu().numpy()


def _row_sums(steps: torch.Tensor, owner: torch.Tensor, n: int) -> torch.Tensor:
    """Return the sums of steps by their owner, which ascends."""
    import torch

    running = torch.cat([torch.zeros(1, 2, device=steps.device, dtype=torch.float64), steps.double().cumsum(dim=0)])
    ends = torch.searchsorted(owner, torch.arange(n + 1, device=owner.device))
    return (running[ends[1:]] - running[ends[:-1]]).float()
