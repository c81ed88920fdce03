"""Seeing what others append to the journal, soon after they do, and with next to no work while they do nothing."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from typing import TYPE_CHECKING

from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    from labelatlas._ledger import Ledger

log = logging.getLogger(__name__)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop of the calling thread, as a notebook cell has one; None = there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Watcher(threading.Thread):
    """Looks for new gestures of others: one small query each time, and nothing more while there are none.

    Parameters
    ----------
    ledger : Ledger
        Held weakly: the watch ends when nobody else holds it.
    seconds : float
        How often.
    loop : event loop or None
        Where to take gestures over: a kernel's own loop runs between cells, so that a frame never changes under running
        code. None = here.
    """

    def __init__(self, ledger: Ledger, seconds: float, loop: asyncio.AbstractEventLoop | None) -> None:
        super().__init__(name="labelatlas-watch", daemon=True)
        self._ledger = weakref.ref(ledger)
        self._seconds = seconds
        self._loop = loop
        self._ended = threading.Event()
        self._asked = 0  # the newest gesture that was asked for already

    def run(self) -> None:
        """Look, until the end."""
        while not self._ended.wait(self._seconds):
            ledger = self._ledger()
            if ledger is None:
                return
            self.look(ledger)
            del ledger  # or this thread would keep it alive

    def look(self, ledger: Ledger) -> None:
        """Look once."""
        try:
            newest = ledger.stream.newest()
        except JournalError as error:
            log.info("The journal cannot be looked at now: %s", error)
            return
        if newest <= max(ledger.log.last_id, self._asked):
            return
        self._asked = newest
        if self._loop is None or self._loop.is_closed():
            self._take_over()
        else:
            self._loop.call_soon_threadsafe(self._take_over)

    def _take_over(self) -> None:
        ledger = self._ledger()
        if ledger is None or self._ended.is_set():
            return
        try:
            ledger.refresh()
        except JournalError as error:
            log.warning("The gestures of others could not be taken over: %s", error)

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
