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
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Arm, Int32Array, Source

LabelValue: TypeAlias = str | int | bool
Action: TypeAlias = Literal["relabel", "undo", "redo"]

SAID = ("at", "author", "action", "source", "how", "arm", "note")
"""What a gesture says in words: the names of its fields and of their columns, in the order that the checksum takes them."""

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


@dataclass(frozen=True, kw_only=True)
class NewGesture:
    """A gesture that is not in the journal yet.

    Attributes
    ----------
    at : str
        ISO 8601 time, UTC.
    author : str
        Who.
    action : "relabel", "undo" or "redo"
        What.
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


def checksum(stream: str, number: int, said: Sequence[object], blob: bytes) -> bytes:
    """Return the 16-byte BLAKE2b of all that a gesture is: its place, what it says, the rows.

    Parameters
    ----------
    stream : str
        Identity of its stream.
    number : int
        Its number there.
    said : sequence
        The values of `SAID`, then `undoes`.
    blob : bytes
        Its edits.

    Returns
    -------
    bytes
    """
    text = json.dumps([stream, number, *said]).encode()
    return hashlib.blake2b(len(text).to_bytes(8, "little") + text + blob, digest_size=16).digest()


def gesture_of(stream: str, row: Mapping[str, Any]) -> Gesture:
    """Return the gesture that a row of the database holds, when it is whole.

    Parameters
    ----------
    stream : str
        Identity of the stream that it should belong to.
    row : mapping
        Column -> value, whatever a damaged file may hold there.

    Returns
    -------
    Gesture

    Raises
    ------
    ValueError
        It is not as it was written.
    """
    said = [row[name] for name in SAID]
    number, undoes, blob = row["number"], row["undoes"], row["edits"]
    try:
        fits = checksum(stream, number, [*said, undoes], blob) == bytes(row["checksum"])
    except (TypeError, ValueError) as error:  # no text, no bytes, no number where one should be
        message = f"its checksum cannot be computed ({error})"
        raise ValueError(message) from error
    if not fits or row["stream"] != stream:
        message = "its checksum does not fit"
        raise ValueError(message)
    edits = Edits.from_bytes(bytes(blob))
    if len(edits) != row["n_rows"]:
        message = f"it should have {row['n_rows']} rows and has {len(edits)}"
        raise ValueError(message)
    return Gesture(id=number, undoes=undoes, edits=edits, **dict(zip(SAID, said, strict=True)))


def _parse_texts(raw: bytes, n: int, *, in_bytes: bool) -> list[str]:
    sizes = np.frombuffer(raw, dtype="<u4", count=n)
    ends = np.cumsum(sizes, dtype=np.int64).tolist()
    starts = [0, *ends[:-1]]
    if in_bytes:
        body = raw[4 * n :]
        return [body[a:b].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=False)]
    letters = raw[4 * n :].decode("utf-8", "surrogatepass")
    return [letters[a:b] for a, b in zip(starts, ends, strict=False)]
