"""One progress bar over the stages of a long step, in the terminal and in the notebook.

tqdm draws it in a terminal. In a notebook tqdm's bar is a widget of its own, and a widget that is saved with a notebook says
"model not found" when the notebook is opened again: there, plain text does, and it goes when the work is done.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

_WIDTH = 24
_EARLY = 0.02
"""Share of a stage below which nothing can be said of its end."""
_PAUSE = 0.1
"""Least seconds between two drawings."""


class StageBar:
    """A bar that names the stage at work; a context manager.

    Parameters
    ----------
    stages : sequence of str
        Their names, in order.
    enabled : bool
        False shows nothing.

    Examples
    --------
    >>> with StageBar(["read", "write"], enabled=False) as bar:
    ...     bar.stage(1, 0.5)
    """

    def __init__(self, stages: Sequence[str], *, enabled: bool) -> None:
        self._stages = tuple(stages)
        self._enabled = enabled
        self._shown: Any = None
        self._in_notebook = False
        self._number = -1
        self._began = self._drawn = 0.0

    def __enter__(self) -> Self:
        if not self._enabled:
            return self
        self._in_notebook = _in_notebook()
        if not self._in_notebook:
            from tqdm import tqdm

            self._shown = tqdm(total=len(self._stages), leave=False, bar_format="{desc} {bar} {n:.1f}/{total}")
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
        self._drawn = now
        done = number + part
        words = f"{self._stages[number]}{time_left(part, now - self._began)}"
        if self._in_notebook:
            full = round(done / len(self._stages) * _WIDTH)
            bar = "█" * full + "░" * (_WIDTH - full)
            self._write(f"{bar}  {words} ({number + 1} of {len(self._stages)})")
        else:
            self._shown.n = done
            self._shown.set_description_str(words)

    def _write(self, text: str) -> None:
        from IPython.display import display

        data = {"text/plain": text}
        if self._shown is None:
            self._shown = display(data, raw=True, display_id=True)
        else:
            self._shown.update(data, raw=True)


def time_left(part: float, seconds: float) -> str:
    """Return in words how much of a stage is done and how long the rest takes; nothing where that cannot be known yet.

    Parameters
    ----------
    part : float
        Share that is done, in [0, 1].
    seconds : float
        How long that took.

    Returns
    -------
    str

    Examples
    --------
    >>> time_left(0.25, 10.0), time_left(0.5, 200.0), time_left(0.0, 9.0)
    (' 25%, 30 s left', ' 50%, 3 min left', '')
    """
    if not _EARLY <= part < 1.0:
        return ""
    rest = seconds * (1.0 - part) / part
    return f" {part:.0%}, {rest / 60:.0f} min left" if rest >= 90.0 else f" {part:.0%}, {rest:.0f} s left"


def _in_notebook() -> bool:
    """Tell whether a kernel runs this, rather than a terminal."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and type(running).__name__ == "ZMQInteractiveShell"
