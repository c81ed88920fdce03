"""One progress bar over the stages of a long step, in the terminal and in the notebook.

tqdm draws it in a terminal. In a notebook tqdm's bar is a widget of its own, and a widget that is saved with a notebook says
"model not found" when the notebook is opened again: there, plain text does, and it goes when the work is done.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

_WIDTH = 24


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
        done = number + part
        if self._in_notebook:
            full = round(done / len(self._stages) * _WIDTH)
            bar = "█" * full + "░" * (_WIDTH - full)
            self._write(f"{bar}  {self._stages[number]} ({number + 1} of {len(self._stages)})")
        else:
            self._shown.n = done
            self._shown.set_description_str(self._stages[number])

    def _write(self, text: str) -> None:
        from IPython.display import display

        data = {"text/plain": text}
        if self._shown is None:
            self._shown = display(data, raw=True, display_id=True)
        else:
            self._shown.update(data, raw=True)


def _in_notebook() -> bool:
    """Tell whether a kernel runs this, rather than a terminal."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and type(running).__name__ == "ZMQInteractiveShell"
