"""Many small pieces of tensor work, each on one thread of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

_T = TypeVar("_T")
_R = TypeVar("_R")


class _Torch:
    """How many threads torch had before anybody asked for one, and how many callers ask for that just now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0
        self._before = 1

    @contextmanager
    def single(self) -> Generator[int]:
        """Let torch work on one thread in this thread, and give how many it had.

        The number is a thread's own, but a thread that asks for the first time takes the one that was set last anywhere, which is 1
        while others are at work: then what the first of these found is put back.
        """
        import torch

        with self._lock:
            own = torch.get_num_threads()
            if self._at_work == 0:
                self._before = own
            n_threads = self._before if own == 1 else own
            self._at_work += 1
            torch.set_num_threads(1)
        try:
            yield n_threads
        finally:
            with self._lock:
                self._at_work -= 1
                torch.set_num_threads(n_threads)


_torch = _Torch()


def _single_here() -> None:
    """Let torch work on one thread in a new thread, even if another search ends meanwhile and puts the number back for new threads."""
    import torch

    torch.get_num_threads()  # a thread takes over the number that was set last when it first asks: what it is told before is lost
    torch.set_num_threads(1)


def in_threads(work: Callable[[_T], _R], pieces: Iterable[_T]) -> Iterator[_R]:
    """Do the work on each piece, several at once, and give what comes out in the order of the pieces.

    torch would divide each small product among its threads, which then wait for one another, spinning: on a busy machine that took
    five times the CPU seconds (28 instead of 5.6 for the neighbours of 70,000 x 50). So its threads are one while this lasts, and
    as many pieces are at work as it had threads. An interrupt lands when a piece is done, so pieces should take less than a second.

    Parameters
    ----------
    work : callable
        May run in another thread; must write nothing that another piece writes.
    pieces : iterable

    Yields
    ------
    What `work` returns.
    """
    with _torch.single() as n_threads, ThreadPoolExecutor(n_threads, initializer=_single_here) as pool:
        running = [pool.submit(work, piece) for piece in pieces]
        try:
            for one in running:
                yield one.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)  # an interrupt need not wait for what has not begun
            raise
