"""What a row says, boiled down to a number that stays the same from one day, one machine and one frame kind to the next.

Row content is written down in one canonical way (a tag for the type, then the bytes), then hashed with BLAKE2b. A whole
number is written the same whether the column holds it as int or as float, because a column of ints that meets one missing
value becomes a column of floats, and its rows are still the same rows.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames.table import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from labelatlas.frames.table import Table


def canonical_bytes(item: object) -> bytes:
    """Return one value as bytes: equal values give equal bytes, whatever kind of column held them."""
    if is_missing(item):
        return b"n"
    if isinstance(item, str):
        return b"s" + item.encode("utf-8", "surrogatepass")
    if isinstance(item, (bool, np.bool_)):
        return b"b1" if item else b"b0"
    if isinstance(item, (int, np.integer)):
        return b"i%d" % int(item)
    if isinstance(item, (float, np.floating)):
        number = float(item)
        return b"n" if number != number else _number(number)  # noqa: PLR0124 - NaN
    if isinstance(item, (bytes, bytearray, memoryview)):
        return b"y" + bytes(item)
    return _composite(item)


def _number(number: float) -> bytes:
    return b"i%d" % int(number) if number.is_integer() else b"f" + repr(number).encode()


def _composite(item: Any) -> bytes:
    if hasattr(item, "to_numpy"):  # a nested series
        item = item.to_numpy()
    elif hasattr(item, "tobytes") and hasattr(item, "size") and hasattr(item, "mode"):  # a PIL image
        item = np.asarray(item)
    if isinstance(item, np.ndarray) and item.dtype == object:
        item = item.tolist()
    if isinstance(item, (list, tuple)):
        if all(isinstance(x, (int, float, np.number)) for x in item):
            item = np.asarray(item)  # a list of numbers and the same numbers as an array are one content
        else:
            parts = [canonical_bytes(x) for x in item]
            return b"l" + b"".join(len(p).to_bytes(8, "little") + p for p in parts)
    if isinstance(item, np.ndarray):
        whole = item.astype(np.float64)
        return b"a" + repr(item.shape).encode() + whole.tobytes()
    if hasattr(item, "isoformat"):
        return b"t" + item.isoformat().encode()
    return b"o" + str(item).encode("utf-8", "surrogatepass")


def hash_rows(columns: Sequence[Iterable[object]], size: int) -> list[bytes]:
    """Return one hash of `size` bytes for each row of the given columns."""
    hashes: list[bytes] = []
    for row in zip(*columns, strict=True):
        digest = hashlib.blake2b(digest_size=size)
        for item in row:
            piece = canonical_bytes(item)
            digest.update(len(piece).to_bytes(8, "little"))
            digest.update(piece)
        hashes.append(digest.digest())
    return hashes


def fingerprints(table: Table, columns: Sequence[str], rows: npt.NDArray[np.integer]) -> npt.NDArray[np.uint64]:
    """Return the 64-bit fingerprint of the content of some rows.

    Parameters
    ----------
    table : Table
        The frame.
    columns : sequence of str
        The declared content columns (text, image, features); never the label.
    rows : ndarray of shape (m,), integer
        Positions.

    Returns
    -------
    ndarray of shape (m,), uint64
        BLAKE2b of the row's content; 0 for every row when there are no content columns.

    Examples
    --------
    >>> from labelatlas.frames import Table
    >>> t = Table.from_any({"text": ["a", "b", "a"]})
    >>> f = fingerprints(t, ["text"], np.array([0, 1, 2]))
    >>> bool(f[0] == f[2]), bool(f[0] == f[1])
    (True, False)
    """
    if not columns:
        return np.zeros(len(rows), dtype=np.uint64)
    part = table.take(rows)
    picked = [part.values(name) for name in columns]
    return np.frombuffer(b"".join(hash_rows(picked, 8)), dtype="<u8").astype(np.uint64)
