"""The map in the page while it is made: the widget is shown at once, forms in sight, and becomes the map in its place.

While a cell runs, a kernel's messages reach the page and the page's wait until the cell ends. So the page asks nothing before the
map is made, and is told all it shows: how far the making is (trait `forming`) and a few pictures a second (message `frame`).
Only where that is known to work: elsewhere the progress bar draws a small picture (`_forming`).
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._progress import in_notebook
from labelatlas._typing import UNLABELLED
from labelatlas.widget.encode import encode_codes

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from labelatlas._typing import Float32Array, Int32Array
    from labelatlas.widget.label_map import LabelMap

_FEW = 2_000
_SOON = 0.3
"""Seconds after which a map of few rows that is still in the making is shown: most are made by then."""
_MOST = 350_000
"""Rows of a frame: of more every k-th is sent, so that a message stays below 4 MB."""
_ROWS_A_SECOND = 500_000
"""Rows that are sent a second at most."""
_PAUSE = 0.4
"""Least seconds between two frames."""


def can_show_early() -> bool:
    """Tell whether the page shows what a kernel says while a cell runs.

    That is so of JupyterLab and Jupyter Notebook, whose server names the session to the kernel. Of other hosts it is not known,
    and in some a view that is replaced while its cell runs leaves a "model not found" behind.

    Returns
    -------
    bool
    """
    return (
        in_notebook()
        and "JPY_SESSION_NAME" in os.environ
        and not any(name.startswith("VSCODE_") for name in os.environ)
        and "google.colab" not in sys.modules
        and threading.current_thread() is threading.main_thread()
    )


class EarlyView:
    """A map's first view, from the making on; a context manager around the making.

    It is the view of the cell in which the map is made: displayed there, the map has its place already; not displayed there, it
    goes when the cell ends. When the making fails, a sentence says what to do.

    Parameters
    ----------
    widget : LabelMap
        Its comm is open.
    bundle : callable
        What displays it, as IPython asks for it: data and metadata, or None.
    codes : ndarray of shape (n,), int32
        What the rows are called in the frame.
    n_labels : int
        How many labels there are.
    """

    def __init__(self, widget: LabelMap, bundle: Callable[[], Any], codes: Int32Array, n_labels: int) -> None:
        self._widget = widget
        self._bundle = bundle
        self._codes = codes
        self._n_labels = n_labels
        self._handle: Any = None
        self._free = False  # whether the view stands and nobody has asked for it yet
        self._stage = ""
        self._due = time.monotonic() + (_SOON if len(codes) < _FEW else 0.0)
        self._next = 0.0  # when another frame may be sent

    # ---- as a progress bar is told ---------------------------------------------------------------------------------------
    def tell(self, words: str, part: float) -> None:
        """Say how far the making is: in words, and as a share of the whole in [0, 1]."""
        self._stage = words.split(" ", 1)[0]
        self._widget.forming = {"stage": words, "part": part}
        if self._handle is None and time.monotonic() >= self._due:
            self._show()

    def picture(self, xy: Float32Array) -> None:
        """Show the map as it stands, (m, 2) float32: of all rows, or of a sample."""
        now = time.monotonic()
        if self._handle is None or now < self._next:
            return
        codes = self._codes if len(xy) == len(self._codes) else np.full(len(xy), UNLABELLED, dtype=np.int32)
        every = -(-len(xy) // _MOST)
        sent = np.ascontiguousarray(xy[::every], dtype="<f4")
        self._next = now + max(_PAUSE, len(sent) / _ROWS_A_SECOND)
        width, labels = encode_codes(codes[::every], self._n_labels)
        self._widget.send({"kind": "frame", "width": width}, buffers=[sent.tobytes(), labels.tobytes()])

    # ---- the view ----------------------------------------------------------------------------------------------------------
    def claim(self) -> bool:
        """Say whether a display of the map is served by this view, which then is no early one any more."""
        claimed, self._free = self._free, False
        return claimed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self._widget.forming = {}
            return
        if self.claim():
            self._handle.update({"text/plain": _regret(error, self._stage)}, raw=True)
        self._widget.close()

    def _show(self) -> None:
        from IPython import get_ipython
        from IPython.display import display

        bundle = self._bundle()
        shell = get_ipython()
        if bundle is None or shell is None:
            return
        self._handle = display(bundle[0], metadata=bundle[1], raw=True, display_id=True)
        self._free = True
        shell.events.register("post_run_cell", self._end_cell)

    def _end_cell(self, _result: object) -> None:
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            shell.events.unregister("post_run_cell", self._end_cell)
        if self.claim():
            self._handle.update({"text/plain": ""}, raw=True)


def _regret(error: BaseException, stage: str) -> str:
    """Return what stands where the map was to be."""
    if isinstance(error, KeyboardInterrupt):
        return f"The map was stopped at: {stage}. Run the cell again: it goes on with that stage."
    return f"The map could not be made; the error below says why. It was at: {stage}."
