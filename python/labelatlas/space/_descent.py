"""The map's optimiser on the CPU: stochastic gradient descent that gives the same bytes with any number of threads.

The steps are UMAP's (L. McInnes, J. Healy, J. Melville, 2018, algorithm 5): every edge is drawn as often as its weight says, its
ends pull each other, and each draw pushes from a few rows taken at random. Forces come from tables (`_forces`), and a random
stream belongs to a row and an epoch.

Many rows are divided among threads: there a row is moved by nobody but itself. Each edge is there in both directions, so
that two pulls on the own end are, over both, one on each; nothing has to be locked, and what comes out depends on how rows
are divided (by their number alone), not on who computes what. Within an epoch rows are taken in rounds: a thread sees its own
rows as they move, the others as they were when the round began. With one round an epoch maps are
worse (trustworthiness .977 on Fashion-MNIST at 200 epochs); with 8, 16 and 32 it was .983, .981 and .984, with a single thread
.982, one seed each.

Few rows are one thread's work, and both ends move at once: on digits that is worth .0015 of trustworthiness.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.space._compiled import keep_compiled
from labelatlas.space._forces import forces

if TYPE_CHECKING:
    from collections.abc import Callable

    import scipy.sparse

    from labelatlas._typing import Float32Array, Int64Array

_ROUNDS = 32
_CHUNKS = 4
_MIN_CHUNK = 256
"""Rows below which handing them to another thread costs more than moving them."""


@functools.cache
def load_kernel() -> Callable[..., None]:
    """Return the compiled pass over rows: read from numba's cache, or compiled (half a second) where it is not there."""
    from labelatlas.space import _kernel

    kernel: Any = _kernel.move_rows
    xy, edge = np.zeros((1, 2), dtype=np.float32), np.ones(1, dtype=np.float32)
    one, none = np.float32(1.0), np.zeros(0, dtype=np.int32)
    keep_compiled(
        kernel,
        lambda: kernel(xy, xy, 0, 0, 0, np.zeros(2, np.int64), none, edge, edge, forces()[2:], one, 0, 0, 2),
    )
    return kernel


def descend(
    start: Float32Array,
    graph: scipy.sparse.csr_matrix,
    seed: int,
    n_epochs: int,
    progress: Callable[[int, int], None] | None,
    frames: Callable[[Float32Array], None] | None,
    pace: float = 1.0,
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
        Given the map as it stands, as often as `progress` is told; it must copy what it keeps.
    pace : float
        Length of the first steps, in (0, 1].

    Returns
    -------
    ndarray of shape (n, 2), float32
    """
    xy, seen = start.copy(), start.copy()
    indptr, tail, period = schedule(graph, n_epochs)
    due = period.copy()
    n = len(xy)
    n_chunks = min(_CHUNKS, n // (_ROUNDS * _MIN_CHUNK)) or 1
    n_rounds = _ROUNDS if n_chunks > 1 else 1
    bounds = np.linspace(0, n, n_rounds * n_chunks + 1).astype(np.int64)
    pulls = 1 if n_chunks == 1 else 2
    kernel, tables = load_kernel(), forces()[2:]
    tell_every = max(1, n_epochs // 100)
    with ThreadPoolExecutor(min(n_chunks, n_threads())) as pool:
        for epoch in range(n_epochs):
            alpha = np.float32(pace * (1.0 - epoch / n_epochs))

            def move(chunk: int, alpha: np.float32 = alpha, epoch: int = epoch) -> None:
                low, high = int(bounds[chunk]), int(bounds[chunk + 1])
                kernel(
                    xy, seen, low, high, high, indptr, tail, period, due, tables, alpha, epoch + 1, seed, pulls
                )  # fmt: skip

            for turn in range(n_rounds):
                # Chunks of one round lie apart, so that rows that were given in some order move evenly.
                chunks = range(turn, n_rounds * n_chunks, n_rounds)
                if n_chunks == 1:
                    move(turn)
                else:
                    list(pool.map(move, chunks))
                for chunk in chunks:
                    moved = slice(bounds[chunk], bounds[chunk + 1])
                    seen[moved] = xy[moved]
            if (epoch + 1) % tell_every == 0 or epoch + 1 == n_epochs:
                if progress is not None:
                    progress(epoch + 1, n_epochs)
                if frames is not None:
                    frames(xy)
    return xy


def schedule(graph: scipy.sparse.csr_matrix, n_epochs: int) -> tuple[Int64Array, Any, Float32Array]:
    """Return the edges that are drawn at least once, by row, and every how many epochs each is drawn.

    Parameters
    ----------
    graph : csr_matrix of shape (n, m), float32
    n_epochs : int

    Returns
    -------
    indptr : ndarray of shape (n + 1,), int64
    tail : ndarray of shape (e,), int32
    period : ndarray of shape (e,), float32
        At least 1.
    """
    strongest = float(graph.data.max(initial=0.0))
    strong = graph.data >= strongest / n_epochs
    before = np.concatenate([[0], np.cumsum(strong)])
    indptr = before[graph.indptr].astype(np.int64)
    period = (strongest / graph.data[strong].astype(np.float64)).astype(np.float32)
    return indptr, np.ascontiguousarray(graph.indices[strong], dtype=np.int32), period


def n_threads() -> int:
    """Return how many threads numba may use here (NUMBA_NUM_THREADS, else the processors of this process)."""
    from numba import config

    return max(1, int(config.NUMBA_NUM_THREADS))  # pyright: ignore[reportAttributeAccessIssue]
