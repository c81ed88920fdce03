"""Exact nearest neighbours, fast and with a proof for each row.

How it is thought. Squared distances from one matrix product in float32 are fast but rounded, so they only *nominate*: each
row keeps a few more candidates than it needs, and those are measured again from direct differences in float64. The rounding
of the product is bounded; a row whose k-th measured distance lies below everything that was not nominated by more than that
bound is proven right. The rare other rows (ties, more duplicates than candidates, tight groups far from the centre) are
answered by `_exhaustive`, in float64. So the result is exact, duplicates are at distance 0 exactly, and ties go to the lower
row, on the CPU and on CUDA alike.

Cosine is the same search: for unit vectors 1 - cos = |u - v|^2 / 2. A zero vector has no direction; it gets one of its own,
at right angles to all others, so that zero vectors are at distance 0 from each other and 1 from everything else.

Selection reads each tile once: minima of groups of 64 columns, then the best groups, then the best inside them; the m
smallest values lie in the m groups with the smallest minima, so nothing is lost. The CPU makes tiles that fit its cache, and for
up to 128 candidates each product only once (`_both_ways`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._in_threads import in_threads
from labelatlas._rows import unit_rows
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.space._both_ways import MAX_CANDIDATES, nominate_all
from labelatlas.space._cells import cell_search
from labelatlas.space._exhaustive import exhaustive_search, squared_differences
from labelatlas.space._half import half_search
from labelatlas.space._memory import or_on_cpu
from labelatlas.space._tiles import GROUP, group_minima, smallest_of
from labelatlas.space._tree import MAX_TREE_COLUMNS, tree_search
from labelatlas.space._validate import check_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    import torch

    from labelatlas._typing import BoolArray, Device, Float64Array, Int64Array, Metric

_TILE_COLUMNS = 65536
_TILE_VALUES = {"cpu": 1 << 24, "cuda": 1 << 28}
"""Values in one distance tile: 64 MB for each thread of the CPU, 1 GB on a GPU."""
_PIECE_COLUMNS = 512
"""Columns of a tile that the CPU makes and looks at before the next: few enough to stay in a core's own cache."""
_MOST_ROWS = {"cpu": 512, "cuda": 4096}
_PIECE_PRODUCTS = 1 << 34
"""Products of numbers in one piece of work, half a second of a core: an interrupt waits for no more."""
_MANY_ROWS = 30_000
_SPARE = 8
"""Candidates beyond k: more make proofs more frequent and re-measuring dearer."""


def find_neighbors(
    X: Any,
    k: int = 15,
    *,
    metric: Metric = "euclidean",
    device: Device = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Neighbors:
    """Return the k nearest other rows of every row, exactly.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Vectors; finite real numbers.
    k : int
        How many neighbours, from 1 to n - 1.
    metric : {"cosine", "euclidean"}
        Cosine distance is 1 - cosine, in [0, 2]; two zero vectors are at 0, a zero vector and any other at 1.
    device : {"auto", "cpu", "cuda"}
        Where the matrix products run.
    progress : callable or None
        Told (rows done, rows in all) now and then.

    Returns
    -------
    Neighbors
        `indices` (n, k) int32 and `distances` (n, k) float32, nearest first, equal distances by lower row. A row is never
        its own neighbour; its duplicates are, at distance 0.

    Raises
    ------
    InputError
        When X is not a finite 2-D numeric array, or k is not in 1 .. n - 1.

    Examples
    --------
    >>> find_neighbors(np.array([[0.0], [1.0], [3.0]]), k=1).indices.ravel().tolist()
    [1, 0, 1]
    """
    return search_neighbors(X, k, metric=metric, device=device, exact=True, progress=progress)[0]


def search_neighbors(
    X: Any,
    k: int = 15,
    *,
    metric: Metric = "euclidean",
    device: Device = "auto",
    exact: bool | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Neighbors, float]:
    """Return the k nearest other rows of every row, for many rows almost all of them, and the share that is right.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Vectors; finite real numbers.
    k : int
        How many neighbours, from 1 to n - 1.
    metric : {"cosine", "euclidean"}
        As in `find_neighbors`.
    device : {"auto", "cpu", "cuda"}
        Where the matrix products run.
    exact : bool or None
        True compares all pairs. False compares few of them where that is quicker. None = True up to 30,000 rows.
    seed : int
        Of the samples that say how many pairs are needed, and what recall came out.
    progress : callable or None
        Told (rows done, rows in all) now and then.

    Returns
    -------
    neighbors : Neighbors
        As of `find_neighbors`, its distances exact whichever rows were found.
    recall : float
        Share of the true neighbours that were found: 1 when all pairs were compared, else estimated on 512 rows; about .997.

    Raises
    ------
    InputError
        As `find_neighbors`.

    Examples
    --------
    >>> neighbors, recall = search_neighbors(np.array([[0.0], [1.0], [3.0]]), k=1)
    >>> neighbors.indices.ravel().tolist(), recall
    ([1, 0, 1], 1.0)
    """
    vectors = check_matrix(X, "X")
    n = len(vectors)
    if not _is_count(k):
        raise InputError(f"k must be a whole number of at least 1. Got {k!r} instead.")
    if n <= k:
        raise InputError(
            f"k must be below the number of rows. Got k={k} for {n} row(s) instead.",
            hint=f"Pass k={n - 1} or less." if n > 1 else "A single row has no neighbours: at least 2 rows are needed.",
        )
    if metric not in {"cosine", "euclidean"}:
        raise InputError(f"metric must be one of 'cosine', 'euclidean'. Got {metric!r} instead.")
    points = _directions(vectors) if metric == "cosine" else vectors
    place = resolve_device(device)
    recall = 1.0
    near = None
    if points.shape[1] <= MAX_TREE_COLUMNS:
        indices, squared = tree_search(points, int(k), progress)
    else:
        if exact is False or (exact is None and n > _MANY_ROWS):
            near = cell_search(points, int(k), progress, seed=seed) if place == "cpu" else None
            near = half_search(points, int(k), place, progress, seed=seed) if place == "cuda" else near
        if near is not None:
            indices, squared, recall = near
        else:
            indices, squared, proven = or_on_cpu(
                lambda where: _search(points, int(k), where, progress), place, "neighbour search"
            )
            doubtful = np.flatnonzero(~proven)
            if len(doubtful):
                indices[doubtful], squared[doubtful] = exhaustive_search(points, doubtful, int(k))
    distances = squared / 2.0 if metric == "cosine" else np.sqrt(squared)
    return Neighbors(indices.astype(np.int32), distances.astype(np.float32)), recall


def _is_count(value: object) -> bool:
    """Return whether a value is a whole number of at least 1."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 1


def _directions(vectors: npt.NDArray[Any]) -> Float64Array:
    """Return rows of length 1; zero rows become a direction of their own (one more column, only when there are any)."""
    zero: BoolArray = np.max(np.abs(vectors), axis=1) == 0.0
    rows = unit_rows(vectors)
    return np.hstack([rows, zero[:, None].astype(np.float64)]) if zero.any() else rows


@dataclass(frozen=True)
class _Tiles:
    """The vectors as float32 tensors on the device, centred and scaled to [-1, 1] so that rounding hurts least."""

    rows: torch.Tensor
    squared_norms: torch.Tensor
    scale: float


def _prepare(points: npt.NDArray[Any], device: str) -> _Tiles:
    import torch

    centre = points.mean(axis=0, dtype=np.float64)
    centred = points - centre
    scale = float(max(centred.max(), -centred.min())) or 1.0
    centred /= scale
    rows = torch.from_numpy(centred.astype(np.float32)).to(device)
    return _Tiles(rows, (rows * rows).sum(dim=1), scale)


def _search(
    points: npt.NDArray[Any],
    k: int,
    device: str,
    progress: Callable[[int, int], None] | None,
) -> tuple[Int64Array, Float64Array, BoolArray]:
    """Return indices (n, k), squared distances (n, k) and, per row, whether they are proven."""
    import torch

    n, d = points.shape
    tiles = _prepare(points, device)
    n_candidates = min(n - 1, k + _SPARE)
    columns = min(n, _TILE_COLUMNS)
    block = max(1, min(n, _TILE_VALUES[device] // columns, _MOST_ROWS[device]))
    if device == "cpu":
        block = max(1, min(block, _PIECE_PRODUCTS // (n * d)))
    indices = np.empty((n, k), dtype=np.int64)
    squared = np.empty((n, k), dtype=np.float64)
    proven = np.empty(n, dtype=np.bool_)
    # A dot product of d terms in float32 errs by about sqrt(d) roundings of |q||x| (N. J. Higham, T. Mary, "A New Approach
    # to Probabilistic Rounding Error Analysis", 2019); 4 is the margin, and the constant covers centring and the norms.
    rounding = (4.0 * np.sqrt(d) + 16.0) * 2.0**-24
    norms = tiles.squared_norms.double().sqrt().cpu().numpy()

    def settle(start: int, values: npt.NDArray[np.float32], candidates: Int64Array) -> int:
        stop = start + len(candidates)
        # Ascending rows, so that the stable sort by distance breaks ties by row.
        chosen = np.sort(candidates, axis=1)
        measured = squared_differences(points, np.arange(start, stop), chosen)
        order = np.argsort(measured, axis=1, kind="stable")[:, :k]
        indices[start:stop] = np.take_along_axis(chosen, order, axis=1)
        squared[start:stop] = np.take_along_axis(measured, order, axis=1)
        if n_candidates == n - 1:
            proven[start:stop] = True
        else:
            # A point farther out than norm + radius is no rival (triangle inequality), which bounds the rivals' norms.
            radius = np.sqrt(squared[start:stop, -1]) / tiles.scale
            outside = values.max(axis=1) - rounding * (2.0 * norms[start:stop] + radius) ** 2
            proven[start:stop] = radius**2 < outside
        return stop

    if device == "cpu" and n_candidates <= MAX_CANDIDATES:
        all_values, all_candidates = nominate_all(tiles.rows, tiles.squared_norms, n_candidates, progress)
        settled = in_threads(
            lambda start: settle(start, all_values[start : start + block], all_candidates[start : start + block]),
            range(0, n, block),
        )
        for _ in settled:
            pass
        return indices, squared, proven

    held = threading.local()  # a tile for each thread, used again and again

    @torch.inference_mode()
    def search(start: int) -> int:
        if not hasattr(held, "tile"):
            width = _PIECE_COLUMNS if device == "cpu" else -(-columns // GROUP) * GROUP
            held.tile = torch.empty((-(-columns // width), block, width), device=device)
        values, candidates = _nominate(tiles, start, min(start + block, n), n_candidates, columns, held.tile)
        return settle(start, values.cpu().numpy(), candidates.cpu().numpy())

    starts = range(0, n, block)
    for stop in in_threads(search, starts) if device == "cpu" else map(search, starts):
        if progress is not None:
            progress(stop, n)
    return indices, squared, proven


def _nominate(
    tiles: _Tiles,
    start: int,
    stop: int,
    n_candidates: int,
    columns: int,
    buffer: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rounded squared distances and rows of the candidates of rows start .. stop, in no order."""
    import torch

    queries = tiles.rows[start:stop]
    size = buffer.shape[2]
    best_values, best_rows = [], []
    for left in range(0, len(tiles.rows), columns):
        right = min(left + columns, len(tiles.rows))
        pieces = buffer[: -(-(right - left) // size), : stop - start]
        minima = []
        for piece, at in zip(pieces, range(left, right, size), strict=True):
            end = min(at + size, right)
            piece[:, end - at :] = torch.inf
            torch.addmm(
                tiles.squared_norms[at:end], queries, tiles.rows[at:end].T, alpha=-2.0, out=piece[:, : end - at]
            )
            own_left, own_right = max(start, at), min(stop, end)
            # A row is not its own neighbour: excluded by place, since duplicates share its distance.
            if own_left < own_right:
                own = torch.arange(own_left, own_right, device=piece.device)
                piece[own - start, own - at] = torch.inf
            minima.append(group_minima(piece))
        values, places = smallest_of(pieces, torch.cat(minima, dim=1), min(n_candidates, right - left))
        best_values.append(values)
        best_rows.append(places + left)
    values, rows = torch.cat(best_values, dim=1), torch.cat(best_rows, dim=1)
    if values.shape[1] > n_candidates:
        values, places = values.topk(n_candidates, dim=1, largest=False, sorted=False)
        rows = rows.gather(1, places)
    return values + tiles.squared_norms[start:stop, None], rows
