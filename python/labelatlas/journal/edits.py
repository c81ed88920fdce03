"""The rows that one gesture touched, as one compact blob.

A hundred thousand edits as rows of a table take seconds; as columns in one blob, milliseconds. Layout of the blob: a
4-byte magic word, the length of a JSON header (u32), the header, then zlib-compressed columns: keys, fingerprints (left as
they are: hashes do not compress), old and new labels as places in the header's dictionary of values.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Int32Array

LabelValue: TypeAlias = str | int | bool

_MAGIC = b"LAE2"
_MAGIC_1 = b"LAE1"  # text keys were measured in bytes; now in letters, so that all of them are encoded at once
_LEVEL = 1  # zlib's quickest: the point is milliseconds, not the last byte


@dataclass(frozen=True)
class Edits:
    """The rows that one gesture touched.

    Attributes
    ----------
    keys : ndarray of shape (m,), int64 or object (str)
        Row keys.
    fingerprints : ndarray of shape (m,), uint64
        Content of the rows when they were edited; 0 = there is no content to compare.
    values : tuple
        Dictionary of labels; None = unlabelled.
    old, new : ndarray of shape (m,), int32
        Places in `values`: the label before and after.
    """

    keys: npt.NDArray[Any]
    fingerprints: npt.NDArray[np.uint64]
    values: tuple[LabelValue | None, ...]
    old: Int32Array
    new: Int32Array

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.keys)

    def to_bytes(self) -> bytes:
        """Return the blob."""
        is_text = self.keys.dtype == object
        if is_text:
            texts: list[str] = self.keys.tolist()
            sizes = np.fromiter(map(len, texts), dtype="<u4", count=len(texts))
            raw_keys = sizes.tobytes() + "".join(texts).encode("utf-8", "surrogatepass")
        else:
            # differences: keys of neighbouring rows are near each other, and compress to almost nothing
            raw_keys = np.diff(self.keys.astype("<i8"), prepend=np.int64(0)).tobytes()
        columns = [
            zlib.compress(raw_keys, _LEVEL),
            self.fingerprints.astype("<u8").tobytes() if self.fingerprints.any() else b"",
            zlib.compress(self.old.astype("<i4").tobytes(), _LEVEL),
            zlib.compress(self.new.astype("<i4").tobytes(), _LEVEL),
        ]
        header = json.dumps(
            {
                "n": len(self),
                "keys": "text" if is_text else "int",
                "values": self.values,
                "sizes": [len(c) for c in columns],
            }
        ).encode()
        return b"".join([_MAGIC, struct.pack("<I", len(header)), header, *columns])

    @classmethod
    def from_bytes(cls, blob: bytes) -> Edits:
        """Return the edits that a blob holds.

        Parameters
        ----------
        blob : bytes
            From `to_bytes`.

        Returns
        -------
        Edits

        Raises
        ------
        JournalError
            It is no such blob.
        """
        try:
            return cls._parse(blob)
        except (ValueError, KeyError, struct.error, zlib.error) as error:
            message = f"the edits of a gesture cannot be read: {error}"
            raise JournalError(message, hint="The journal file is damaged; restore it from a copy.") from error

    @classmethod
    def _parse(cls, blob: bytes) -> Edits:
        if blob[:4] not in (_MAGIC, _MAGIC_1):
            msg = "no edits begin here"
            raise ValueError(msg)
        (length,) = struct.unpack_from("<I", blob, 4)
        header = json.loads(blob[8 : 8 + length])
        n: int = header["n"]
        columns: list[bytes] = []
        start = 8 + length
        for size in header["sizes"]:
            columns.append(blob[start : start + size])
            start += size
        raw_keys = zlib.decompress(columns[0])
        if header["keys"] == "text":
            keys = np.empty(n, dtype=object)
            keys[:] = _parse_texts(raw_keys, n, in_bytes=blob[:4] == _MAGIC_1)
        else:
            keys = np.cumsum(np.frombuffer(raw_keys, dtype="<i8", count=n), dtype=np.int64)
        prints = np.frombuffer(columns[1], dtype="<u8") if columns[1] else np.zeros(n, dtype=np.uint64)
        old = np.frombuffer(zlib.decompress(columns[2]), dtype="<i4", count=n)
        new = np.frombuffer(zlib.decompress(columns[3]), dtype="<i4", count=n)
        if len(prints) != n:
            msg = "columns of different lengths"
            raise ValueError(msg)
        return cls(keys, prints.astype(np.uint64), tuple(header["values"]), old.astype(np.int32), new.astype(np.int32))


def _parse_texts(raw: bytes, n: int, *, in_bytes: bool) -> list[str]:
    sizes = np.frombuffer(raw, dtype="<u4", count=n)
    ends = np.cumsum(sizes, dtype=np.int64).tolist()
    starts = [0, *ends[:-1]]
    if in_bytes:
        body = raw[4 * n :]
        return [body[a:b].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=False)]
    letters = raw[4 * n :].decode("utf-8", "surrogatepass")
    return [letters[a:b] for a, b in zip(starts, ends, strict=False)]
