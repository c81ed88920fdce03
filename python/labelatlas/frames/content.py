"""What a row says, boiled down to a number that stays the same from one day, one machine and one frame kind to the next.

Row content is written down in one canonical way (a tag for the type, then the bytes), then hashed with BLAKE2b. A whole
number is written the same whether the column holds it as int or as float, because a column of ints that meets one missing
value becomes a column of floats, and its rows are still the same rows.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames.kind import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from labelatlas.frames.table import Table


def canonical_bytes(item: object) -> bytes:
    """Return one value as bytes: equal values give equal bytes, whatever kind of column held them."""
    if isinstance(item, str):  # first: it is what most content is
        return b"s" + item.encode("utf-8", "surrogatepass")
    if is_missing(item):
        return b"n"
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
    if isinstance(item, np.datetime64):
        return b"t%d" % int(item.astype("datetime64[ns]").astype(np.int64))
    if isinstance(item, date):
        return b"t%d" % _nanoseconds(item)
    return b"o" + str(item).encode("utf-8", "surrogatepass")


def _nanoseconds(item: Any) -> int:
    """Return a moment as nanoseconds since 1970 (UTC when it has a zone; a date is its midnight)."""
    if hasattr(item, "nanosecond"):  # pandas.Timestamp counts finer than datetime
        return int(item.as_unit("ns").value)
    moment = item if isinstance(item, datetime) else datetime(item.year, item.month, item.day)  # noqa: DTZ001 - a date has none
    start = datetime(1970, 1, 1, tzinfo=UTC if moment.tzinfo else None)
    return (moment - start) // timedelta(microseconds=1) * 1000


def hash_rows(columns: Sequence[Iterable[object]], size: int) -> list[bytes]:
    """Return one hash of `size` bytes for each row of the given columns."""
    hashes: list[bytes] = []
    blake = hashlib.blake2b
    cells: list[Any] = [_python_items(column) for column in columns]
    if len(cells) == 1 and isinstance(cells[0], list) and set(map(type, cells[0])) == {str}:
        # the usual case, written out: the same bytes in half the time
        for text in cells[0]:
            raw = text.encode("utf-8", "surrogatepass")
            hashes.append(blake((len(raw) + 1).to_bytes(8, "little") + b"s" + raw, digest_size=size).digest())
        return hashes
    for row in zip(*cells, strict=True):
        whole = b"".join([len(p).to_bytes(8, "little") + p for p in map(canonical_bytes, row)])
        hashes.append(blake(whole, digest_size=size).digest())
    return hashes


def _python_items(column: Iterable[object]) -> Iterable[object]:
    """Python's own numbers: a numpy scalar a cell would cost more than its hash."""
    if isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype.kind in "biufO":
        return column.tolist()
    return column


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
    whole = len(rows) == table.n_rows and bool(np.array_equal(rows, np.arange(len(rows))))
    part = table if whole else table.take(rows)
    picked = [part.values(name) for name in columns]
    return np.frombuffer(b"".join(hash_rows(picked, 8)), dtype="<u8").astype(np.uint64)
