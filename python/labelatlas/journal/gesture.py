"""One act of a person or program, and the rows it touched, as one compact checksummed blob.

A hundred thousand edits as rows of a table take seconds; as columns in one blob, milliseconds. Layout of the blob: a
4-byte magic word, the length of a JSON header (u32), the header, then zlib-compressed columns: keys, fingerprints (left as
they are: hashes do not compress), old and new labels as places in the header's dictionary of values.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Arm, Int32Array, Source

LabelValue: TypeAlias = str | int | bool
Action: TypeAlias = Literal[
    "relabel",
    "confirm",
    "split",
    "rename",
    "merge",
    "delete",
    "create",
    "recolour",
    "restore",
    "resolve",
    "tag",
    "undo",
    "redo",
]

_MAGIC = b"LAE1"
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
            parts = [str(k).encode("utf-8", "surrogatepass") for k in self.keys]
            sizes = np.array([len(p) for p in parts], dtype="<u4")
            raw_keys = sizes.tobytes() + b"".join(parts)
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
        if blob[:4] != _MAGIC:
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
            sizes = np.frombuffer(raw_keys, dtype="<u4", count=n).astype(np.int64)
            ends = 4 * n + np.cumsum(sizes)
            keys = np.empty(n, dtype=object)
            keys[:] = [raw_keys[e - s : e].decode("utf-8", "surrogatepass") for s, e in zip(sizes, ends, strict=True)]
        else:
            keys = np.cumsum(np.frombuffer(raw_keys, dtype="<i8", count=n), dtype=np.int64)
        prints = np.frombuffer(columns[1], dtype="<u8") if columns[1] else np.zeros(n, dtype=np.uint64)
        old = np.frombuffer(zlib.decompress(columns[2]), dtype="<i4", count=n)
        new = np.frombuffer(zlib.decompress(columns[3]), dtype="<i4", count=n)
        if len(prints) != n:
            msg = "columns of different lengths"
            raise ValueError(msg)
        return cls(keys, prints.astype(np.uint64), tuple(header["values"]), old.astype(np.int32), new.astype(np.int32))


@dataclass(frozen=True, kw_only=True)
class NewGesture:
    """A gesture that is not in the journal yet.

    Attributes
    ----------
    at : str
        ISO 8601 time, UTC.
    author : str
        Who.
    action : str
        What: one of `Action`.
    source : "human", "head", "llm" or "rule"
        Who or what chose the label.
    how : str
        How the rows were selected (lasso, label, suspects, api, ...).
    arm : "shown", "hidden" or "none"
        Whether suggestions were to be seen; "none" = there were none.
    note : str
        Free text.
    undoes : int or None
        The gesture that this one takes back.
    edits : Edits
        The rows.
    """

    at: str
    author: str
    action: Action
    source: Source
    how: str
    arm: Arm
    note: str
    undoes: int | None
    edits: Edits


@dataclass(frozen=True, kw_only=True)
class Gesture(NewGesture):
    """A gesture of the journal.

    Attributes
    ----------
    id : int
        Its number: later gestures have larger ones.
    """

    id: int

    def summary(self) -> GestureSummary:
        """Return what the history shows of it: everything but the rows."""
        e = self.edits  # every label once, in the dictionary's order
        before, after = (tuple(e.values[i] for i in np.unique(codes)) for codes in (e.old, e.new))
        return GestureSummary(
            id=self.id,
            at=self.at,
            author=self.author,
            action=self.action,
            source=self.source,
            how=self.how,
            arm=self.arm,
            note=self.note,
            undoes=self.undoes,
            rows=len(e),
            before=before,
            after=after,
        )


@dataclass(frozen=True, kw_only=True)
class GestureSummary:
    """A gesture without its rows.

    Attributes
    ----------
    id, at, author, action, source, how, arm, note, undoes
        As in `Gesture`.
    rows : int
        How many rows it touched.
    before, after : tuple
        The different labels before and after; None = unlabelled.
    """

    id: int
    at: str
    author: str
    action: Action
    source: Source
    how: str
    arm: Arm
    note: str
    undoes: int | None
    rows: int
    before: tuple[LabelValue | None, ...]
    after: tuple[LabelValue | None, ...]


def checksum(gesture: NewGesture, blob: bytes) -> bytes:
    """Return the 16-byte BLAKE2b of everything that a gesture says, its number apart."""
    said = [gesture.at, gesture.author, gesture.action, gesture.source, gesture.how, gesture.arm, gesture.note]
    text = json.dumps([*said, gesture.undoes]).encode()
    return hashlib.blake2b(len(text).to_bytes(8, "little") + text + blob, digest_size=16).digest()
