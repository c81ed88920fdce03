"""Long work that the page asks for: beside the messages, with its progress told, and stopped once nobody wants it.

A piece of work calls its `Step` between two parts that take well under a second. The call tells the page how far it is, and
raises `Stopped` when the answer is wanted no more: whatever the work holds is let go of on the way out.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Send = Callable[[Any, list[bytes]], None]

_PAUSE = 0.1
"""Least seconds between two words about one piece of work: the page hears of it ten times a second at most."""


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Take no notice: the `Step` of work that nobody watches."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong: nobody waits for the answer
    """The answer is wanted no more.

    Parameters
    ----------
    replaced : bool
        Whether a newer question took its place, so that the asker is still to be told.
    """

    def __init__(self, *, replaced: bool) -> None:
        self.replaced = replaced
        super().__init__("replaced" if replaced else "cancelled")


class Job:
    """One piece of work; called, it is the `Step` of that work.

    Parameters
    ----------
    number : int
        Of the request.
    send : callable
        Takes a message and its buffers.
    """

    def __init__(self, number: int, send: Send) -> None:
        self._number = number
        self._send = send
        self._told = time.monotonic()  # what ends within the first pause is not spoken of
        self._stage = ""
        self._stopped: bool | None = None  # whether it was replaced

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far the work is; `total` 0 = that is not known.

        Raises
        ------
        Stopped
            It is not wanted any more.
        """
        self.check()
        now = time.monotonic()
        unmeasured = total == 0 and stage != self._stage  # it may be long until its next word
        if now - self._told < _PAUSE and not unmeasured:
            return
        self._told, self._stage = now, stage
        self._send({"kind": "progress", "id": self._number, "stage": stage, "done": done, "total": total}, [])

    def check(self) -> None:
        """Go on, or raise `Stopped`."""
        if self._stopped is not None:
            raise Stopped(replaced=self._stopped)

    def stop(self, *, replaced: bool) -> None:
        """Have the next step raise `Stopped`; the first reason holds."""
        if self._stopped is None:
            self._stopped = replaced


class Works:
    """The pieces of work of a map, each in a thread of its own.

    Parameters
    ----------
    send : callable
        Takes a message and its buffers.

    Examples
    --------
    >>> works = Works(lambda message, buffers: None)
    >>> works.start(1, lambda job: job("counting", 1, 2))
    >>> works.wait()
    True
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._jobs: dict[int, tuple[Job, str | None]] = {}
        self._idle = threading.Event()
        self._idle.set()

    def start(self, number: int, run: Callable[[Job], None], *, place: str | None = None) -> None:
        """Begin a piece of work.

        Parameters
        ----------
        number : int
            Of the request, by which it can be cancelled.
        run : callable
            Does it; `Stopped` may leave it.
        place : str or None
            What it sets, of which there is only one: older work for the same place is replaced. None = nothing.
        """
        job = Job(number, self._send)
        with self._lock:
            if place is not None:
                self._replace(place)
            self._jobs[number] = (job, place)
            self._idle.clear()
        threading.Thread(target=self._run, args=(number, job, run), daemon=True, name="labelatlas-work").start()

    def replace(self, place: str) -> None:
        """Stop the work for a place: what it was to set is set otherwise."""
        with self._lock:
            self._replace(place)

    def cancel(self, number: int) -> None:
        """Stop a piece of work, if it runs still."""
        with self._lock:
            if number in self._jobs:
                self._jobs[number][0].stop(replaced=False)

    def close(self) -> None:
        """Stop all of them."""
        with self._lock:
            for job, _ in self._jobs.values():
                job.stop(replaced=False)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until none runs; say whether that came to pass."""
        return self._idle.wait(seconds)

    def _replace(self, place: str) -> None:
        for job, held in self._jobs.values():
            if held == place:
                job.stop(replaced=True)

    def _run(self, number: int, job: Job, run: Callable[[Job], None]) -> None:
        try:
            run(job)
        finally:
            with self._lock:
                if self._jobs.get(number, (None, None))[0] is job:
                    del self._jobs[number]
                if not self._jobs:
                    self._idle.set()
