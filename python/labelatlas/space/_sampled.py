"""A map of very many rows: a sample is laid out, and every other row is placed among its nearest rows of the sample.

A descent over a million rows takes minutes, and where a row lies among its neighbours shows on no screen of so many points. So
the sample makes the map, and the rest is placed as new rows on an old map are (`_place`). For that a row needs rows that are near, not
the very nearest: they are searched in as few cells (`_cells`) as hold nine tenths of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._in_threads import in_threads
from labelatlas._random import generator
from labelatlas._rows import unit_rows
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.space._cells import assign_cells, exact_rows, find_centres, rank_cells
from labelatlas.space._exhaustive import squared_differences
from labelatlas.space._layout import layout
from labelatlas.space._neighbors import search_neighbors
from labelatlas.space._place import place_rows
from labelatlas.space._queries import find_nearest
from labelatlas.space._tiles import smallest
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Device, Engine, Float32Array, Int64Array, Metric

_HELD = 0.9
"""Share of a row's nearest rows that the cells searched for it must hold."""
_MOST_CELLS = 0.25
"""But no more than this share of the cells: near rows will do where no rows are much nearer than others."""
_FEW = 1024
"""A sample of so few rows is compared whole."""
_ASKED = 512
_PORTION = 1 << 16
_TILE_VALUES = 1 << 23
_STREAM_SAMPLE = 108
_STREAM_NEAR = 109
_SHARES = (0.25, 0.45, 0.3)
"""Of the work: neighbours in the sample, its layout, placing the rest."""


def layout_sampled(
    X: Any,
    k: int = 15,
    *,
    sample: int,
    metric: Metric = "euclidean",
    seed: int = 0,
    engine: Engine = "auto",
    device: Device = "auto",
    start: Any = None,
    target: Any = None,
    target_weight: float = 0.5,
    exact: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
    frames: Callable[[Float32Array, Int64Array], None] | None = None,
) -> Float32Array:
    """Return a place in the plane for every row of very many.

    Parameters
    ----------
    X : array-like of shape (n, d)
        The vectors, finite.
    k : int
        Neighbours of a row in the sample, from 1 to sample - 1.
    sample : int
        How many rows are laid out, from 2 to n - 1.
    metric, seed, engine, device, start, target, target_weight
        As of `layout`.
    exact : bool or None
        As of `search_neighbors`.
    progress : callable or None
        Told (done, 1000) now and then.
    frames : callable or None
        Given places as they stand, (m, 2) float32, and which rows these are, (m,) int64.

    Returns
    -------
    ndarray of shape (n, 2), float32
        As of `layout`. The same seed gives the same places.

    Raises
    ------
    InputError
        As `layout` and `search_neighbors`, or the sample is no part of the rows.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(300, 3))
    >>> layout_sampled(rows, 5, sample=100).shape
    (300, 2)
    """
    vectors = check_matrix(X, "X")
    n = len(vectors)
    if not 2 <= sample < n:
        raise InputError(f"sample must be from 2 to {n - 1}, one below the rows. Got {sample!r} instead.")
    chosen = np.sort(generator(seed, _STREAM_SAMPLE).choice(n, sample, replace=False))
    rest = np.setdiff1d(np.arange(n), chosen)
    few = np.ascontiguousarray(vectors[chosen])

    def tell(stage: int) -> Callable[[int, int], None]:
        before, share = sum(_SHARES[:stage]), _SHARES[stage]

        def told(done: int, total: int) -> None:
            if progress is not None:
                progress(int(1000 * (before + share * done / total)), 1000)

        return told

    neighbors, _ = search_neighbors(few, k, metric=metric, device=device, exact=exact, seed=seed, progress=tell(0))
    made = layout(
        few,
        neighbors,
        metric=metric,
        seed=seed,
        engine=engine,
        device=device,
        start=None if start is None else np.asarray(start)[chosen],
        target=None if target is None else np.asarray(target)[chosen],
        target_weight=target_weight,
        progress=tell(1),
        frames=None if frames is None else lambda xy: frames(xy, chosen),
    )
    xy = np.empty((n, 2), dtype=np.float32)
    xy[chosen] = made
    search = _Near(few, metric, k, seed)
    placed = tell(2)
    for first in range(0, len(rest), _PORTION):
        part = rest[first : first + _PORTION]
        near = search.of(np.ascontiguousarray(vectors[part]))
        # By one seed, as if all came at once: a place depends on the row alone.
        xy[part] = place_rows(made, neighbors, near, seed=seed)
        placed(min(first + _PORTION, len(rest)), len(rest))
    return xy


class _Near:
    """Rows of a sample that are near other rows.

    Parameters
    ----------
    sample : ndarray of shape (m, d), float32 or float64
    metric : {"cosine", "euclidean"}
    k : int
    seed : int
    """

    def __init__(self, sample: Any, metric: Metric, k: int, seed: int) -> None:
        import torch

        self._sample, self._k = sample, min(k, len(sample))
        self._metric: Metric = metric
        self._few = len(sample) <= _FEW
        if self._few:
            return
        rows = self._directed(sample)
        self._centre = rows.mean(axis=0, dtype=np.float64)
        self._scale = float(np.abs(rows - self._centre).max()) or 1.0
        self._points = rows
        self._rows = self._tensor(rows)
        self._norms = self._rows.square().sum(dim=1)
        rng = generator(seed, _STREAM_NEAR)
        with torch.inference_mode():
            centres = find_centres(self._rows, rng)
            held = np.unique(assign_cells(self._rows, centres, n_votes=1)[0])
            self._centres = centres[torch.from_numpy(held)]  # an empty cell has nothing to offer
            cell, votes = assign_cells(self._rows, self._centres)
            self._ranking = rank_cells(cell, votes, len(self._centres))
            asked = np.sort(rng.choice(len(rows), min(len(rows), _ASKED), replace=False))
            truth = exact_rows(self._rows, asked, min(self._k, len(rows) - 1))
        place = np.argsort(self._ranking, axis=1, kind="stable")
        needed = place[cell[asked][:, None], cell[truth]]
        n_cells = min(int(np.quantile(needed, _HELD, method="higher")) + 1, int(_MOST_CELLS * len(self._centres)) + 1)
        self._order = np.argsort(cell, kind="stable")
        self._bounds = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(self._centres)))])
        enough = np.argmax(np.cumsum(np.diff(self._bounds)[self._ranking], axis=1) >= self._k, axis=1) + 1
        self._taken = np.maximum(enough, n_cells)

    def of(self, queries: Any) -> Neighbors:
        """Return k rows of the sample near each query, nearest first, at their exact distances."""
        import torch

        if self._few:
            return find_nearest(self._sample, queries, self._k, metric=self._metric)
        asked = self._directed(queries)
        n, k = len(asked), self._k
        indices, squared = np.empty((n, k), dtype=np.int64), np.empty((n, k), dtype=np.float64)
        with torch.inference_mode():
            tensor = self._tensor(asked)
            cell, _ = assign_cells(tensor, self._centres, n_votes=1)
            order = np.argsort(cell, kind="stable")
            bounds = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(self._centres)))])

        @torch.inference_mode()
        def search(own: int) -> None:
            named = self._ranking[own, : self._taken[own]]
            others = np.sort(np.concatenate([self._order[self._bounds[c] : self._bounds[c + 1]] for c in named]))
            near, norms = self._rows[others].T, self._norms[others]
            step = max(1, _TILE_VALUES // len(others))
            mine = order[bounds[own] : bounds[own + 1]]
            for part in np.split(mine, range(step, len(mine), step)):
                tile = torch.addmm(norms, tensor[part], near, alpha=-2.0)
                found = np.sort(others[smallest(tile, k)[1].numpy()], axis=1)
                both = np.concatenate([self._points[found].reshape(-1, asked.shape[1]), asked[part]])
                at = np.arange(found.size).reshape(found.shape)
                measured = squared_differences(both, found.size + np.arange(len(part)), at)
                first = np.argsort(measured, axis=1, kind="stable")
                indices[part] = np.take_along_axis(found, first, axis=1)
                squared[part] = np.take_along_axis(measured, first, axis=1)

        for _ in in_threads(search, np.unique(cell).tolist()):
            pass
        distances = squared / 2.0 if self._metric == "cosine" else np.sqrt(squared)
        return Neighbors(indices.astype(np.int32), distances.astype(np.float32))

    def _directed(self, rows: Any) -> Any:
        """Return rows as they are compared: those without length have a direction of their own."""
        if self._metric != "cosine":
            return rows
        zero: Any = ~rows.any(axis=1)
        return np.hstack([unit_rows(rows), zero[:, None]]).astype(np.float32)

    def _tensor(self, rows: Any) -> Any:
        import torch

        return torch.from_numpy(((rows - self._centre) / self._scale).astype(np.float32))
