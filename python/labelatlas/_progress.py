"""One progress bar over the stages of a long step, in the terminal and in the notebook.

tqdm draws it in a terminal. In a notebook tqdm's bar is a widget of its own, and a widget that is saved with a notebook says
"model not found" when the notebook is opened again: there, plain text does, with the map above it while it forms, and both go
when the work is done.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from labelatlas._forming import forming_html

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from labelatlas._typing import Float32Array

_WIDTH = 24
_EARLY = 0.02
"""Share of a stage below which nothing can be said of its end."""
_PAUSE = 0.1
"""Least seconds between two drawings."""
_PICTURE_PAUSE = 0.4
"""And between two pictures of the map: they go over the wire."""


@runtime_checkable
class Watcher(Protocol):
    """Shows how far a long step is, in the bar's stead."""

    def tell(self, words: str, part: float) -> None:
        """Take what is being done, with rate and time left, and the share of the whole that is done, in [0, 1]."""
        ...

    def picture(self, xy: Float32Array) -> None:
        """Take the map as it stands, shape (m, 2)."""
        ...


class StageBar:
    """A bar that names the stage at work; a context manager.

    Parameters
    ----------
    stages : sequence of str
        Their names, in order.
    enabled : bool or Watcher
        False shows nothing; a watcher shows it instead.
    n_rows : int
        How many rows the first stages go through.
    n_by_row : int
        How many stages that are: how many rows a second they take is told.
    after : float
        Seconds before which nothing is shown: work that is mostly done at once needs no bar.

    Examples
    --------
    >>> with StageBar(["read", "write"], enabled=False) as bar:
    ...     bar.stage(1, 0.5)
    """

    def __init__(
        self,
        stages: Sequence[str],
        *,
        enabled: bool | Watcher,
        n_rows: int = 0,
        n_by_row: int = 0,
        after: float = 0.0,
    ) -> None:
        self._stages = tuple(stages)
        self._watcher = enabled if isinstance(enabled, Watcher) else None
        self._enabled = bool(enabled)
        self._shown: Any = None
        self._in_notebook = False
        self._number = -1
        self._began = self._drawn = self._pictured = 0.0
        self._n_rows, self._n_by_row = n_rows, n_by_row
        self._after, self._entered = after, 0.0
        self._line = ""
        self._picture = ""

    def __enter__(self) -> Self:
        if not self._enabled:
            return self
        self._in_notebook = in_notebook()
        self._entered = time.monotonic()
        self.stage(0)
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown is None:
            return
        if self._in_notebook:
            self._shown.update({"text/plain": ""}, raw=True)
        else:
            self._shown.close()

    def stage(self, number: int, part: float = 0.0) -> None:
        """Say which stage is at work, and how much of it is done.

        Parameters
        ----------
        number : int
            Its place among the stages.
        part : float
            In [0, 1].
        """
        if not self._enabled:
            return
        now = time.monotonic()
        if number != self._number:
            self._number, self._began = number, now
        elif now - self._drawn < _PAUSE and part < 1.0:
            return
        if now - self._entered < self._after:
            return
        self._drawn = now
        done = number + part
        rows = self._n_rows if number < self._n_by_row else 0
        words = f"{self._stages[number]}{time_left(part, now - self._began, rows)}"
        place = f"({number + 1} of {len(self._stages)})"
        if self._watcher is not None:
            self._watcher.tell(f"{words} {place}", done / len(self._stages))
        elif self._in_notebook:
            full = round(done / len(self._stages) * _WIDTH)
            bar = "█" * full + "░" * (_WIDTH - full)
            self._write(f"{bar}  {words} {place}")
        else:
            if self._shown is None:
                from tqdm import tqdm

                self._shown = tqdm(total=len(self._stages), leave=False, bar_format="{desc} {bar} {n:.1f}/{total}")
            self._shown.n = done
            self._shown.set_description_str(words)

    @property
    def shows_pictures(self) -> bool:
        """Tell whether `picture` shows anything: only where there is a page."""
        return self._enabled and (self._in_notebook or self._watcher is not None)

    def picture(self, xy: Float32Array) -> None:
        """Show the map as it stands, a few times a second at most.

        Parameters
        ----------
        xy : ndarray of shape (n, 2), float32
        """
        if self._watcher is not None:
            self._watcher.picture(xy)
            return
        now = time.monotonic()
        if not self.shows_pictures or now - self._pictured < _PICTURE_PAUSE:
            return
        self._pictured = now
        self._picture = forming_html(xy)
        self._write(self._line)

    def _write(self, text: str) -> None:
        from IPython.display import display

        self._line = text
        data = {"text/plain": text}
        if self._picture:
            data["text/html"] = f'{self._picture}<pre style="margin:0">{text}</pre>'
        if self._shown is None:
            self._shown = display(data, raw=True, display_id=True)
        else:
            self._shown.update(data, raw=True)


def time_left(part: float, seconds: float, n_rows: int = 0) -> str:
    """Return in words how much of a stage is done, how fast, and how long the rest takes; nothing where that is not known yet.

    Parameters
    ----------
    part : float
        Share that is done, in [0, 1].
    seconds : float
        How long that took.
    n_rows : int
        How many rows the whole stage goes through; 0 = it does not go by rows.

    Returns
    -------
    str

    Examples
    --------
    >>> time_left(0.25, 10.0), time_left(0.5, 200.0), time_left(0.0, 9.0), time_left(0.25, 10.0, 2000)
    (' 25%, 30 s left', ' 50%, 3 min left', '', ' 25%, 50 rows/s, 30 s left')
    """
    if not _EARLY <= part < 1.0:
        return ""
    rest = seconds * (1.0 - part) / part
    rate = f" {part * n_rows / seconds:,.0f} rows/s," if n_rows and seconds > 0.0 else ""
    left = f"{rest / 60:.0f} min left" if rest >= 90.0 else f"{rest:.0f} s left"
    return f" {part:.0%},{rate} {left}"


def in_notebook() -> bool:
    """Tell whether a kernel runs this, rather than a terminal.

    Returns
    -------
    bool
    """
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and type(running).__name__ == "ZMQInteractiveShell"
