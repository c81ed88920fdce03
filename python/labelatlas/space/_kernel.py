"""The one compiled function of this house: a pass over some rows of the map. Importing this module imports numba.

It runs without Python's lock, on float32, and writes nothing but the rows that it is given, so that several threads may each
have rows of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from labelatlas.space._forces import TABLE_FIRST, TABLE_SHIFT, TABLE_SIZE

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, Int32Array, Int64Array

NEGATIVES = 5
"""Rows drawn at random to be pushed from, for each neighbour that pulls."""


@njit(nogil=True, fastmath=True)
def move_rows(
    xy: Float32Array,
    seen: Float32Array,
    first: int,
    last: int,
    live: int,
    indptr: Int64Array,
    tail: Int32Array,
    period: Float32Array,
    due: Float32Array,
    tables: tuple[Float32Array, Float32Array],
    alpha: Any,
    epoch: int,
    seed: int,
    pulls: int,
) -> None:  # pragma: no cover - compiled
    """Move rows first .. last of `xy` by the neighbours whose turn it is in this epoch.

    Others are where `seen` says, but those from first to `live` where they are just now in `xy`. With `pulls` of 1 the other
    end of a pull moves as well, where it is one of those; with 2 it moves in its own turn, and this end takes a second pull
    from where the first left it.
    """
    pull, push = tables
    n_others = np.uint64(len(seen))
    limit = np.float32(4.0)
    nothing = np.float32(0.0)
    for i in range(first, last):
        x, y = xy[i, 0], xy[i, 1]
        # A stream for each row and epoch: splitmix64 (G. L. Steele, D. Lea, C. H. Flood, 2014) starts a xorshift
        # (G. Marsaglia, "Xorshift RNGs", 2003), so that no draw depends on the order in which rows are visited.
        state = np.uint64(seed) + np.uint64(i) * np.uint64(0x9E3779B97F4A7C15)
        state += np.uint64(epoch) * np.uint64(0xD1B54A32D192ED03)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = (state ^ (state >> np.uint64(31))) | np.uint64(1)
        for edge in range(indptr[i], indptr[i + 1]):
            if due[edge] > epoch:
                continue
            due[edge] += period[edge]
            for draw in range(-pulls, NEGATIVES):
                if draw < 0:
                    j = np.int64(tail[edge])
                else:
                    state ^= state << np.uint64(13)
                    state ^= state >> np.uint64(7)
                    state ^= state << np.uint64(17)
                    j = np.int64(((state >> np.uint64(32)) * n_others) >> np.uint64(32))
                if first <= j < live:
                    dx, dy = x - xy[j, 0], y - xy[j, 1]
                else:
                    dx, dy = x - seen[j, 0], y - seen[j, 1]
                if first <= j < live and j == i:
                    continue
                squared = np.float32(dx * dx + dy * dy)
                if squared == nothing:
                    continue
                place = (squared.view(np.int32) >> np.int32(TABLE_SHIFT)) - np.int32(TABLE_FIRST)
                place = min(max(place, 0), TABLE_SIZE - 1)
                force = pull[place] if draw < 0 else push[place]
                dx = alpha * min(max(force * dx, -limit), limit)
                dy = alpha * min(max(force * dy, -limit), limit)
                x += dx
                y += dy
                if draw == -1 and pulls == 1 and first <= j < live:
                    xy[j, 0] -= dx
                    xy[j, 1] -= dy
        xy[i, 0], xy[i, 1] = x, y
