"""Neighbours on a GPU in half the precision: products in bfloat16 nominate, differences in float32 decide.

A product of eight-bit mantissas is eight times as fast there and errs by a percent, so twice as many candidates are kept as are
asked for, and measured again. What is missed that way is measured on a sample. When the memory of the GPU does not suffice, tiles
are halved; when not even small ones fit, the caller is told and works on the CPU.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.space._cells import NearAnswer, sample_recall
from labelatlas.space._tiles import GROUP, smallest

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    import torch

_logger = logging.getLogger(__name__)

_STREAM_HALF = 105
_SAMPLE = 512
_BLOCK = 4096
_MIN_BLOCK = 64
_COLUMNS = 1 << 16


def half_search(
    points: npt.NDArray[Any],
    k: int,
    device: str,
    progress: Callable[[int, int], None] | None,
    *,
    seed: int = 0,
) -> NearAnswer | None:
    """Return about the k nearest other rows of every row.

    Parameters
    ----------
    points : ndarray of shape (n, d), float
    k : int
        At most n - 1.
    device : {"cpu", "cuda"}
    progress : callable or None
        Told (rows done, rows in all) now and then.
    seed : int
        Of the sample that says what recall came out.

    Returns
    -------
    NearAnswer or None
        None where the device has too little memory; a warning is logged.
    """
    import torch

    n = len(points)
    centre = points.mean(axis=0, dtype=np.float64)
    scale = float(np.abs(points - centre).max()) or 1.0
    indices, squared = np.empty((n, k), dtype=np.int64), np.empty((n, k), dtype=np.float64)
    start, block = 0, min(n, _BLOCK)
    try:
        rows = torch.from_numpy(((points - centre) / scale).astype(np.float32)).to(device)
        with torch.inference_mode():
            half, norms = rows.bfloat16(), rows.square().sum(dim=1)
            while start < n:
                stop = min(start + block, n)
                try:
                    found, measured = _answer(rows, half, norms, start, stop, k)
                except torch.OutOfMemoryError:
                    if block <= _MIN_BLOCK:
                        raise
                    block //= 2
                    continue
                indices[start:stop] = found.cpu().numpy()
                squared[start:stop] = measured.double().cpu().numpy() * scale**2
                start = stop
                if progress is not None:
                    progress(start, n)
            checked = np.sort(generator(seed, _STREAM_HALF).choice(n, min(n, _SAMPLE), replace=False))
            recall = sample_recall(points, rows, checked, k, squared)
    except torch.OutOfMemoryError as error:
        _logger.warning("the GPU has too little memory for %d rows, so all pairs are compared without it: %s", n, error)
        return None
    return NearAnswer(indices, squared, recall)


def _answer(
    rows: torch.Tensor, half: torch.Tensor, norms: torch.Tensor, start: int, stop: int, k: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the nearest rows of start .. stop, ascending by distance then by row, and their squared distances."""
    import torch

    n = len(rows)
    m = min(n - 1, 2 * k)
    values, candidates = [], []
    for left in range(0, n, _COLUMNS):
        right = min(left + _COLUMNS, n)
        width = -(-(right - left) // GROUP) * GROUP
        tile = torch.full((stop - start, width), torch.inf, device=rows.device)
        tile[:, : right - left] = norms[left:right] - 2.0 * (half[start:stop] @ half[left:right].T).float()
        if max(start, left) < min(stop, right):
            own = torch.arange(max(start, left), min(stop, right), device=rows.device)
            tile[own - start, own - left] = torch.inf
        near, places = smallest(tile, min(m, right - left))
        values.append(near)
        candidates.append(places + left)
    near, chosen = torch.cat(values, dim=1), torch.cat(candidates, dim=1)
    chosen = chosen.gather(1, near.topk(m, dim=1, largest=False, sorted=False).indices).sort(dim=1).values
    measured = torch.stack([(rows[start:stop] - rows[chosen[:, i]]).square().sum(dim=1) for i in range(m)], dim=1)
    own = chosen == torch.arange(start, stop, device=rows.device)[:, None]
    measured = measured.masked_fill(own, torch.inf)
    measured, order = measured.sort(dim=1, stable=True)
    return chosen.gather(1, order)[:, :k], measured[:, :k]
