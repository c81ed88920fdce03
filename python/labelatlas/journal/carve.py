"""The gestures in the pages of an SQLite file, found without the help of the database.

A file whose first page is gone, or that ends too early, does not open at all. So its pages are read here, by the published
file format (https://www.sqlite.org/fileformat2.html): the leaves of every table, those of the write-ahead log over those of
the file. A record is believed only when its checksum fits: a gesture is as it was written, or it is not there.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import JournalError
from labelatlas.journal.gesture import Gesture, gesture_of
from labelatlas.journal.schema import gestures, streams
from labelatlas.journal.stream_key import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelatlas.journal.stream_key import StreamKey

_GESTURE = [column.name for column in gestures.columns]
_STREAM = [column.name for column in streams.columns]
_TABLE_LEAF = 0x0D
_FILE_HEADER = 100
_WAL_HEADER, _FRAME_HEADER = 32, 24
_COMMON_PAGE = 4096
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)  # bytes of the serial types 0 to 9


@dataclass
class Carved:
    """What was found.

    Attributes
    ----------
    keys : dict of str to StreamKey
        Streams by identity, those whose line is whole.
    counts : dict of str to int
        How many gestures these lines speak of.
    gestures : dict of str to dict of int to Gesture
        Whole gestures by stream and number.
    """

    keys: dict[str, StreamKey] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    gestures: dict[str, dict[int, Gesture]] = field(default_factory=lambda: defaultdict(dict))

    def empty(self) -> list[str]:
        """Return the streams that had gestures of which none was found."""
        return sorted(i for i, count in self.counts.items() if count > 0 and i not in self.gestures)


def carve(path: Path) -> Carved:
    """Read the pages of a journal file.

    Parameters
    ----------
    path : Path
        The file; its write-ahead log, if there is one, stands beside it.

    Returns
    -------
    Carved

    Raises
    ------
    JournalError
        There is no such file, or it cannot be read.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        content = path.read_bytes()
        logged = log.read_bytes() if log.is_file() else b""
    except OSError as error:
        raise JournalError(
            f"journal {path} cannot be read: {error.strerror or error}.", hint="Check the name."
        ) from error
    size = _page_size(content, logged)
    pages = {1 + i // size: content[i : i + size] for i in range(0, len(content), size)}
    pages.update(_logged_pages(logged))
    found = Carved()
    for number, page in pages.items():
        for record in _records(pages, page, size, _FILE_HEADER if number == 1 else 0):
            _take(found, record)
    return found


def _take(found: Carved, record: list[Any]) -> None:
    if len(record) == len(_STREAM):
        row = dict(zip(_STREAM, record, strict=True))
        key = key_of(row)
        if key is not None:
            count = row["newest"] if isinstance(row["newest"], int) else 0
            found.keys[key.identity] = key
            found.counts[key.identity] = max(count, found.counts.get(key.identity, 0))
    elif len(record) == len(_GESTURE):
        row = dict(zip(_GESTURE, record, strict=True))
        try:
            gesture = gesture_of(str(row["stream"]), row)
        except (ValueError, JournalError):
            return
        found.gestures[str(row["stream"])][gesture.id] = gesture


def _page_size(content: bytes, logged: bytes) -> int:
    """Return the page size, from whichever header still says a possible one."""
    said = [int.from_bytes(content[16:18], "big"), int.from_bytes(logged[8:12], "big")]
    sizes = [65536 if size == 1 else size for size in said]
    return next((s for s in sizes if 512 <= s <= 65536 and s & (s - 1) == 0), _COMMON_PAGE)


def _logged_pages(logged: bytes) -> dict[int, bytes]:
    """Return the committed pages of a write-ahead log, the newest of each."""
    pages: dict[int, bytes] = {}
    if len(logged) < _WAL_HEADER:
        return pages
    size = int.from_bytes(logged[8:12], "big")
    salt = logged[16:24]
    waiting: dict[int, bytes] = {}
    step = _FRAME_HEADER + size
    for start in range(_WAL_HEADER, len(logged) - step + 1, step):
        number, commit = struct.unpack_from(">II", logged, start)
        if logged[start + 8 : start + 16] != salt:
            break  # from here on, frames of an earlier round
        waiting[number] = logged[start + _FRAME_HEADER : start + step]
        if commit:
            pages.update(waiting)
            waiting.clear()
    return pages


def _records(pages: dict[int, bytes], page: bytes, size: int, start: int) -> Iterator[list[Any]]:
    if len(page) < start + 8 or page[start] != _TABLE_LEAF:
        return
    (count,) = struct.unpack_from(">H", page, start + 3)
    for i in range(min(count, (len(page) - start - 8) // 2)):
        (cell,) = struct.unpack_from(">H", page, start + 8 + 2 * i)
        try:
            yield _parse_record(_read_payload(pages, page, cell, size))
        except (IndexError, ValueError, KeyError, struct.error):
            continue


def _read_payload(pages: dict[int, bytes], page: bytes, cell: int, size: int) -> bytes:
    length, at = _varint(page, cell)
    _, at = _varint(page, at)  # the row's own number
    if length > size * len(pages):
        message = "longer than the file"
        raise ValueError(message)
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    local = least + (length - least) % (size - 4)
    local = length if length <= most else (local if local <= most else least)
    parts, got = [page[at : at + local]], local
    (following,) = struct.unpack_from(">I", page, at + local) if local < length else (0,)
    while got < length:
        overflow = pages[following]
        (following,) = struct.unpack_from(">I", overflow)
        parts.append(overflow[4 : 4 + length - got])
        got += size - 4
    return b"".join(parts)


def _parse_record(payload: bytes) -> list[Any]:
    end, at = _varint(payload, 0)
    body = end
    values: list[Any] = []
    while at < end:
        kind, at = _varint(payload, at)
        size = (kind - 12) // 2 if kind >= 12 else _SIZES[kind]
        raw = payload[body : body + size]
        body += size
        if len(raw) < size:
            message = "cut off"
            raise ValueError(message)
        if kind in (0, 8, 9):
            values.append({0: None, 8: 0, 9: 1}[kind])
        elif kind < 7:
            values.append(int.from_bytes(raw, "big", signed=True))
        elif kind == 7:
            values.append(struct.unpack(">d", raw)[0])
        else:
            values.append(raw.decode() if kind % 2 else raw)
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9
