"""The map as it forms, for a notebook: a small picture that takes the place of the one before."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, UInt8Array

_SIZE = 240
_MARGIN = 6
_INK = (78, 121, 167)
_FEW = 20_000
"""Up to so many points each is three pixels wide, or they would hardly be seen."""
_FULL = 6.0
"""Points on a pixel that make it opaque."""


def forming_html(xy: Float32Array) -> str:
    """Return a picture of a map.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float32
        The map as it stands, finite.

    Returns
    -------
    str
        HTML that holds all it shows; nothing is drawn where no point is, so that it suits a light page and a dark one.

    Examples
    --------
    >>> forming_html(np.zeros((2, 2), dtype=np.float32))[:30]
    '<img alt="the map as it forms"'
    """
    encoded = base64.b64encode(_png(_drawn(xy))).decode()
    return f'<img alt="the map as it forms" width="{_SIZE}" height="{_SIZE}" src="data:image/png;base64,{encoded}">'


def _drawn(xy: Float32Array) -> UInt8Array:
    """Return pixels, (size, size, 4) uint8: one colour, the more opaque the more points there are."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    span = max(float((high - low).max()), 1e-9)
    place = np.rint((xy - (low + high) / 2) / span * (_SIZE - 2 * _MARGIN) + _SIZE / 2).astype(np.int64)
    reach = (-1, 0, 1) if len(xy) <= _FEW else (0,)
    counts = np.zeros(_SIZE * _SIZE)
    for across in reach:
        for up in reach:
            column, row = (place + np.array([across, up])).clip(0, _SIZE - 1).T
            counts += np.bincount((_SIZE - 1 - row) * _SIZE + column, minlength=len(counts))
    pixels = np.empty((_SIZE * _SIZE, 4), dtype=np.uint8)
    pixels[:, :3] = _INK
    pixels[:, 3] = 255.0 * np.sqrt(np.minimum(counts / _FULL, 1.0))
    return pixels.reshape(_SIZE, _SIZE, 4)


def _png(pixels: UInt8Array) -> bytes:
    """Return RGBA pixels as a PNG file (ISO/IEC 15948): a library for it would have to be loaded before the first map."""
    height, width = pixels.shape[:2]
    lines = np.zeros((height, 1 + 4 * width), dtype=np.uint8)  # each line begins with its filter, none
    lines[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(lines.tobytes(), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
