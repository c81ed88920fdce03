"""A still picture of the map, with its summary: what a reopened notebook shows, where no kernel answers.

A widget's view says only "model not found" there. So each display of a map is followed by a second output, plain HTML, which
the page hides while a live view stands in the same output area, and which is written again a moment after each change.
"""

from __future__ import annotations

import base64
import html
import io
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.widget.palette import PALETTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Float32Array, Int32Array

_SIZE = 320  # pixels; the picture is kept small because it is saved with the notebook
_FEW = 50_000
_REST_SECONDS = 1.0
_LISTED = 12


def picture(xy: Float32Array, codes: Int32Array) -> bytes:
    """Return the map as a PNG of 320 x 320 pixels: each pixel in the colour of the label most common in it.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float32
        Positions.
    codes : ndarray of shape (n,), int32
        Labels; -1 = unlabelled.

    Returns
    -------
    bytes
    """
    from PIL import Image

    low, high = xy.min(axis=0), xy.max(axis=0)
    span = max(float((high - low).max()), 1e-9)
    place = np.rint((xy - (low + high) / 2) / span * (_SIZE - 12) + _SIZE / 2).astype(np.int64)
    # few points are three pixels wide, or a thousand rows would hardly be seen
    reach = (-1, 0, 1) if len(xy) <= _FEW else (0,)
    offsets = np.array([(x, y) for x in reach for y in reach])
    spots = (place[:, None, :] + offsets).clip(0, _SIZE - 1)
    pixels = ((_SIZE - 1 - spots[..., 1]) * _SIZE + spots[..., 0]).ravel()
    colours = np.where(codes < 0, len(PALETTE), codes % len(PALETTE))
    votes = np.unique(pixels * (len(PALETTE) + 1) + np.repeat(colours, len(offsets)), return_counts=True)
    by_count = np.argsort(votes[1], kind="stable")  # the last write to a pixel is its most common label
    table = np.array([*(_rgb(c) for c in PALETTE), (150, 150, 150)], dtype=np.uint8)
    image = np.full((_SIZE * _SIZE, 3), 255, dtype=np.uint8)
    pixel, colour = np.divmod(votes[0][by_count], len(PALETTE) + 1)
    image[pixel] = table[colour]
    out = io.BytesIO()
    Image.fromarray(image.reshape(_SIZE, _SIZE, 3)).quantize(64).save(out, format="PNG", optimize=True)
    return out.getvalue()


def page(xy: Float32Array, codes: Int32Array, names: tuple[str, ...], words: str) -> str:
    """Return the picture and a summary as HTML; every word of the data is escaped.

    Parameters
    ----------
    xy, codes
        As for `picture`.
    names : tuple of str
        Label names by code.
    words : str
        What the map says of itself.

    Returns
    -------
    str
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    most = [code for code in np.argsort(-counts, kind="stable")[:_LISTED] if counts[code]]
    lines = "".join(f"<tr><td>{html.escape(names[code])}</td><td>{counts[code]:,}</td></tr>" for code in most)
    source = base64.b64encode(picture(xy, codes)).decode()
    said = html.escape(words)
    return (
        '<div class="labelatlas-still">'
        f"<p>{said}</p><p>This is a picture of the map as it was last saved; run the cell for the map itself.</p>"
        f'<img alt="{said}" width="{_SIZE}" height="{_SIZE}" src="data:image/png;base64,{source}">'
        f"<table><tr><th>label</th><th>rows</th></tr>{lines}</table></div>"
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


class Still:
    """The second outputs of a map, kept up to date.

    Parameters
    ----------
    make : callable
        Returns the HTML of now.
    """

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._handles: list[Any] = []
        self._timer: threading.Timer | None = None

    def show(self) -> None:
        """Write the picture below the map that was just displayed."""
        from IPython.display import HTML, display

        self._handles.append(display(HTML(self._make()), display_id=True))

    def refresh(self) -> None:
        """Write the pictures again once nothing has changed for a second."""
        if not self._handles:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_REST_SECONDS, self._write)
        self._timer.daemon = True
        self._timer.start()

    def _write(self) -> None:
        from IPython.display import HTML

        for handle in self._handles:
            handle.update(HTML(self._make()))
