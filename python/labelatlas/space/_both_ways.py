"""All rows against all rows on the CPU: each product is made once and read from both sides.

The distance from a to b is that from b to a, so half of the products do. They are made in square tiles that stay in a core's cache.
What a tile holds for its rows and for its columns is wanted only where it lies below the m-th least value that a row or column has so
far (its limit), and that is seldom if limits are low from the start: rows are put in order by which of a few of them is nearest, and
the tiles on the diagonal come first.

Whatever the order, the m values that remain are the least of all: a limit only falls, and what is not below it cannot be among them.
Neighbours of 50,000 x 128 took 11.1 CPU seconds, 13.9 when each product was made twice, both at a load of 5. To
look first at minima of groups of 16 opened too many groups to gain anything.
"""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._in_threads import in_threads
from labelatlas._random import generator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt
    import torch

    from labelatlas._typing import BoolArray, Float32Array, Int64Array

MAX_CANDIDATES = 128
"""More than these may not be among the rows of a tile on the diagonal."""
_SIDE = 512
_TILES = 16
"""At once, between which no limit of their rows falls."""
_SPARE = 40
"""Places of a row for what came since its limit was last set."""
_PIECE_PRODUCTS = 1 << 34
"""Products of numbers in one piece of work, half a second of a core: an interrupt waits for no more."""
_MERGED = 512
_STREAM = 106
_NONE = np.iinfo(np.int64).max


def nominate_all(
    rows: torch.Tensor,
    squared_norms: torch.Tensor,
    m: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[Float32Array, Int64Array]:
    """Return the m least squared distances of every row to others, as float32 products give them, and whose they are.

    Parameters
    ----------
    rows : tensor of shape (n, d), float32
    squared_norms : tensor of shape (n,), float32
    m : int
        At most n - 1 and 128.
    progress : callable or None
        Told (rows done, rows in all), each row counted as far as its products are made.

    Returns
    -------
    values : ndarray of shape (n, m), float32
        Not negative; in no order.
    candidates : ndarray of shape (n, m), int64
    """
    n = len(rows)
    order = _near_together(rows, squared_norms)
    tiles = _Tiles(rows[order], squared_norms[order])
    held = _Held(n, m)
    done = 0

    def tell(pairs: int) -> None:
        nonlocal done
        done += pairs
        if progress is not None:
            progress(n * done // (n * (n - 1) // 2), n)

    for start, keys in in_threads(lambda edge: (edge[0], tiles.diagonal(*edge, m)), tiles.edges):
        held.begin(start, keys)
        tell(len(keys) * (len(keys) - 1) // 2)
    for pairs, target, keys in in_threads(lambda piece: tiles.below(*piece, held.limits), tiles.pieces()):
        held.add(target, keys)
        tell(pairs)
    values, places = held.least()
    back = np.argsort(order)
    return values[back], order[places[back]]


def _near_together(rows: torch.Tensor, squared_norms: torch.Tensor) -> Int64Array:
    """Return an order of rows, as many of them at a time as fill a tile mostly near to each other."""
    import torch

    n = len(rows)
    at = torch.from_numpy(generator(0, _STREAM).permutation(n)[: -(-n // _SIDE)])
    nearest = torch.empty(n, dtype=torch.int64)
    for start in range(0, n, _SIDE * _TILES):
        part = slice(start, start + _SIDE * _TILES)
        nearest[part] = torch.addmm(squared_norms[at], rows[part], rows[at].T, alpha=-2.0).argmin(dim=1)
    return np.argsort(nearest.numpy(), kind="stable")


class _Tiles:
    """Rows in pieces of about equal length, each against each."""

    def __init__(self, rows: torch.Tensor, squared_norms: torch.Tensor) -> None:
        self._rows, self._squared_norms = rows, squared_norms
        n = len(rows)
        ends = np.linspace(0, n, -(-n // _SIDE) + 1).round().astype(np.int64).tolist()
        self.edges: list[tuple[int, int]] = list(pairwise(ends))
        self._held = threading.local()  # a tile for each thread, used again and again

    def diagonal(self, start: int, stop: int, m: int) -> Int64Array:
        """Return the keys (stop - start, m) of the least values of rows start .. stop among each other."""
        tile = self._tile((start, stop), (start, stop))
        # A row is not its own neighbour: excluded by place, since duplicates share its distance.
        np.fill_diagonal(tile, np.inf)
        return np.partition(_keys(tile, np.arange(start, stop)), m - 1, axis=1)[:, :m]

    def pieces(self) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
        """Yield rows and the tiles of columns beyond them, as many at once as make a piece of work."""
        most = min(_TILES, max(1, _PIECE_PRODUCTS // (_SIDE**2 * self._rows.shape[1])))
        for place, edge in enumerate(self.edges):
            for first in range(place + 1, len(self.edges), most):
                yield edge, self.edges[first : first + most]

    def below(
        self, across: tuple[int, int], downs: list[tuple[int, int]], limits: Float32Array
    ) -> tuple[int, Int64Array, Int64Array]:
        """Return how many pairs were looked at, and for which rows, ascending, there are keys below their limit."""
        start, stop = across
        own = limits[start:stop, None].copy()
        target: list[npt.NDArray[np.int16]] = []
        near: list[Int64Array] = []
        beyond: list[tuple[Int64Array, Int64Array]] = []
        for at, end in downs:
            tile = self._tile(across, (at, end))
            row, column, values = self._lower(tile, own)
            target.append(row.astype(np.int16))
            near.append(_keys(values, column + at))
            row, column, values = self._lower(tile, limits[at:end])
            turn = np.argsort(column.astype(np.int16), kind="stable")
            beyond.append((column[turn] + at, _keys(values, row + start)[turn]))
        local = np.concatenate(target)
        turn = np.argsort(local, kind="stable")
        targets = np.concatenate([local[turn].astype(np.int64) + start, *(rows for rows, _ in beyond)])
        keys = np.concatenate([np.concatenate(near)[turn], *(part for _, part in beyond)])
        return (stop - start) * (downs[-1][1] - downs[0][0]), targets, keys

    def _lower(self, tile: Float32Array, limits: Float32Array) -> tuple[Int64Array, Int64Array, Float32Array]:
        """Return row, column and value of what is below its limit, by rows."""
        if not hasattr(self._held, "low"):
            self._held.low = np.empty(_SIDE**2, dtype=np.bool_)
        low: BoolArray = self._held.low[: tile.size]
        np.less(tile, limits, out=low.reshape(tile.shape))
        at = np.flatnonzero(low)
        row = at // tile.shape[1]
        return row, at - row * tile.shape[1], tile.ravel()[at]

    def _tile(self, across: tuple[int, int], down: tuple[int, int]) -> Float32Array:
        """Return squared distances of rows to rows, in memory that the next tile of this thread takes."""
        import torch

        (start, stop), (at, end) = across, down
        if not hasattr(self._held, "values"):
            self._held.values = torch.empty(_SIDE**2)
        tile: torch.Tensor = self._held.values[: (stop - start) * (end - at)].view(stop - start, end - at)
        with torch.inference_mode():
            torch.addmm(self._squared_norms[at:end], self._rows[start:stop], self._rows[at:end].T, alpha=-2.0, out=tile)
            tile += self._squared_norms[start:stop, None]
        return tile.numpy()


class _Held:
    """What each row has so far: keys, of which the first m are the least when its limit was last set."""

    def __init__(self, n: int, m: int) -> None:
        self._m = m
        self._keys = np.full((n, m + _SPARE), _NONE)
        self._count = np.zeros(n, dtype=np.int64)
        self.limits = np.empty(n, dtype=np.float32)

    def begin(self, start: int, keys: Int64Array) -> None:
        """Take the first keys (b, m) of rows from start on."""
        self._set(np.arange(start, start + len(keys)), keys)

    def add(self, target: Int64Array, keys: Int64Array) -> None:
        """Take keys (h,) for rows `target` (h,), ascending."""
        if not len(target):
            return
        first = np.flatnonzero(np.diff(target, prepend=-1))
        rows = target[first]
        more = np.diff(first, append=len(target))
        had = self._count[rows]
        full = had + more > self._keys.shape[1]
        fits = ~np.repeat(full, more)
        place = np.arange(len(target)) - np.repeat(first - had, more)
        self._keys[target[fits], place[fits]] = keys[fits]
        self._count[rows[~full]] += more[~full]
        over = np.flatnonzero(full)
        for left in range(0, len(over), _MERGED):
            part = over[left : left + _MERGED]
            self._lower(rows[part], had[part], more[part], keys, first[part])

    def least(self) -> tuple[Float32Array, Int64Array]:
        """Return the m least values (n, m) and whose they are."""
        keys = np.partition(self._keys, self._m - 1, axis=1)[:, : self._m]
        return _values(keys), keys & 0xFFFFFFFF

    def _lower(self, rows: Int64Array, had: Int64Array, more: Int64Array, keys: Int64Array, first: Int64Array) -> None:
        """Keep the m least of what rows had and of the keys that begin for each at `first`, and set their limits."""
        width = self._keys.shape[1]
        both = np.full((len(rows), int((width + more).max())), _NONE)
        both[:, :width] = self._keys[rows]
        each = np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more)
        both[np.repeat(np.arange(len(rows)), more), np.repeat(had, more) + each] = keys[np.repeat(first, more) + each]
        self._set(rows, np.partition(both, self._m - 1, axis=1)[:, : self._m])

    def _set(self, rows: Int64Array, least: Int64Array) -> None:
        self._keys[rows, : self._m] = least
        self._keys[rows, self._m :] = _NONE
        self._count[rows] = self._m
        limit = _values(least.max(axis=1))
        # Below nought is only rounding: rows that are equal must not go on to underbid each other.
        self.limits[rows] = np.where(limit > 0, limit, -np.inf)


def _keys(values: Float32Array, places: Int64Array) -> Int64Array:
    """Return whole numbers, ordered as the values and then as the places: bits of floats that are not negative are ordered as these."""
    return np.maximum(values, np.float32(0)).view(np.int32).astype(np.int64) << 32 | places


def _values(keys: Int64Array) -> Float32Array:
    return (keys >> 32).astype(np.int32).view(np.float32)
