"""Finding suspects again in the background, one search at a time, while labels go on changing."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from labelatlas._device import sparing_a_core
from labelatlas.exceptions import NotApplicable
from labelatlas.widget.work import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Step
    from labelatlas.label_errors import LabelErrors

log = logging.getLogger(__name__)

_MOST_REST = 60.0
"""Seconds. A search is followed by a rest as long as itself, so that of many rows it takes half of the kernel at most."""


class Refit:
    """A search that is asked for often and runs as often as it can.

    Parameters
    ----------
    find : callable
        Finds the suspects; takes long, and calls what it is given between its parts.
    take : callable
        Is given what was found, in the thread that found it.
    """

    def __init__(self, find: Callable[[Step], LabelErrors], take: Callable[[LabelErrors], None]) -> None:
        self._find = find
        self._take = take
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._wanted = False
        self._end = threading.Event()

    @property
    def running(self) -> bool:
        """Whether a search runs now."""
        return not self._idle.is_set()

    def ask(self) -> None:
        """Search soon; while one search runs, the next begins when it ends."""
        with self._lock:
            self._wanted = not self._end.is_set()
            if not self._wanted or self.running:
                return
            self._idle.clear()
        threading.Thread(target=self._work, daemon=True, name="labelatlas-refit").start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until no search runs; say whether that came to pass."""
        return self._idle.wait(seconds)

    def end(self) -> None:
        """Search no more; a search that runs is given up."""
        with self._lock:
            self._end.set()
            self._wanted = False

    def _step(self, _stage: str, _done: int, _total: int) -> None:
        if self._end.is_set():
            raise Stopped(replaced=False)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._idle.set()
                    return
                self._wanted = False
            began = time.monotonic()
            try:
                with sparing_a_core():
                    found = self._find(self._step)
                if not self._end.is_set():
                    self._take(found)
            except Stopped:
                log.debug("The search for suspects was given up: the review is closed.")
            except NotApplicable as error:  # the corrections have left nothing to compare: the queue stands as it is
                log.info("Suspects cannot be found again: %s", error)
            except Exception:  # nobody waits for this thread; the log must hold it
                log.exception("Finding suspects again failed.")
            self._end.wait(min(_MOST_REST, time.monotonic() - began))
