"""Rows, columns and pictures as bytes for the page, and back. No widget is known here."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._change import row_set
from labelatlas.exceptions import InputError
from labelatlas.widget.protocol import (
    CHUNK_BYTES,
    MAX_U16_LABELS,
    UNLABELLED_U16,
    UNLABELLED_U32,
    Column,
    ColumnDtype,
    ColumnName,
    LabelWidth,
    RowsEncoding,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int32Array, Int64Array

_DTYPES: dict[str, ColumnDtype] = {"<f4": "f32", "|u1": "u8", "<u2": "u16", "<u4": "u32", "<i4": "i32"}
_THUMBNAIL = 256  # pixels of the longer side


def encode_rows(rows: npt.NDArray[np.integer], n: int) -> tuple[RowsEncoding, bytes]:
    r"""Return a sorted row set in the smaller of its two encodings.

    Parameters
    ----------
    rows : ndarray of shape (m,), integer
        Sorted positions without repeats.
    n : int
        Number of rows of the map.

    Returns
    -------
    tuple of str and bytes

    Examples
    --------
    >>> encode_rows(np.array([0, 2]), 1000)
    ('u32', b'\x00\x00\x00\x00\x02\x00\x00\x00')
    """
    if len(rows) * 32 <= n:
        return "u32", rows.astype("<u4").tobytes()
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return "bitmap", np.packbits(mask, bitorder="little").tobytes()


def decode_rows(encoding: RowsEncoding, buffer: Any, n: int) -> Int64Array:
    r"""Return the row set that a buffer holds, checked.

    Raises
    ------
    InputError
        The buffer is of the wrong length, or names a row that the map does not have.

    Examples
    --------
    >>> decode_rows("bitmap", b"\x05", 3).tolist()
    [0, 2]
    """
    raw = bytes(buffer)
    if encoding == "bitmap":
        if len(raw) != (n + 7) // 8:
            message = f"a bitmap of {n} rows has {(n + 7) // 8} bytes. Got {len(raw)}."
            raise InputError(message, hint="Reload the page; it speaks of another map.")
        bits = np.unpackbits(np.frombuffer(raw, dtype=np.uint8), bitorder="little")
        rows = np.flatnonzero(bits)
    else:
        if len(raw) % 4:
            message = f"row numbers have 4 bytes each. Got {len(raw)} bytes."
            raise InputError(message, hint="Reload the page.")
        rows = row_set(np.frombuffer(raw, dtype="<u4").astype(np.int64))
    if len(rows) and rows[-1] >= n:
        message = f"rows must be below {n}. Got {rows[-1]}."
        raise InputError(message, hint="Reload the page; it speaks of another map.")
    return rows


def encode_codes(codes: Int32Array, n_labels: int) -> tuple[LabelWidth, npt.NDArray[Any]]:
    """Return label codes as they travel: u16 with 0xFFFF for unlabelled, u32 when there are more than 65,535 labels.

    Examples
    --------
    >>> encode_codes(np.array([0, -1], dtype=np.int32), 2)
    ('u16', array([    0, 65535], dtype=uint16))
    """
    if n_labels <= MAX_U16_LABELS:
        return "u16", np.where(codes < 0, UNLABELLED_U16, codes).astype("<u2")
    return "u32", np.where(codes < 0, UNLABELLED_U32, codes.astype(np.int64)).astype("<u4")


def column_messages(request: int, name: ColumnName, values: npt.NDArray[Any]) -> Iterator[tuple[Column, bytes]]:
    """Yield a column in chunks that the server lets through.

    Parameters
    ----------
    request : int
        The hello that is answered.
    name : str
        The column.
    values : ndarray of shape (m,)
        float32, uint8, uint16, uint32 or int32.

    Yields
    ------
    tuple of Column and bytes
    """
    flat = np.ascontiguousarray(values).reshape(-1)
    dtype = _DTYPES[flat.dtype.newbyteorder("<").str]
    step = CHUNK_BYTES // flat.dtype.itemsize
    for offset in range(0, max(len(flat), 1), step):
        chunk = flat[offset : offset + step].astype(flat.dtype.newbyteorder("<"))
        message: Column = {
            "kind": "column",
            "id": request,
            "name": name,
            "dtype": dtype,
            "length": len(flat),
            "offset": offset,
        }
        yield message, chunk.tobytes()


def text_cells(values: Sequence[object], length: int = 2000) -> list[str | None]:
    """Return cells as text, never as HTML; None = missing. Numbers are written short, long text is cut at `length`."""
    out: list[str | None] = []
    for value in values:
        if value is None:
            out.append(None)
        elif isinstance(value, (float, np.floating)):
            out.append(f"{float(value):.6g}")
        else:
            out.append(str(value)[:length])
    return out


def png(image: object, peak: float | None = None) -> bytes:
    """Return an image of any supported kind as a PNG whose longer side is at most 256 pixels.

    Parameters
    ----------
    image : array, PIL image, bytes or path
        See `labelatlas.embed.decode_image`.
    peak : float or None
        What counts as white; None = judged by this image alone.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        It cannot be read.
    """
    from PIL import Image

    from labelatlas.embed import decode_image

    picture = Image.fromarray(decode_image(image, peak=peak))
    if max(picture.size) > _THUMBNAIL:
        picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()
