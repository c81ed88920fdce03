"""Gestures as lines, one for each edited row, and back: what every file format is made of.

A label keeps its type: the text "3", the number 3, true and missing stay four things. In formats that know only text, a
cell is JSON where the bare text would be read as something else, and the bare text everywhere else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.journal.edits import Edits, LabelValue
from labelatlas.journal.gesture import SAID, NewGesture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from labelatlas._typing import Int32Array
    from labelatlas.journal.gesture import Gesture

Key: TypeAlias = str | int

_JSON = re.compile(r'true|false|-?(0|[1-9][0-9]*)|".*', re.DOTALL)
_PRINT = re.compile(r"[0-9a-f]{16}|")


class Line(NamedTuple):
    """One edited row.

    A gesture that touched no row has one line without a key; so has each label that a gesture names and no row of it holds.

    Attributes
    ----------
    gesture : int
        Number of the gesture in its stream.
    at, author, action, source, how, arm, note, undoes
        As in `Gesture`, the same on all lines of one.
    key : str, int or None
        The row.
    fingerprint : str
        Its content then, as 16 hexadecimal digits; "" = there was nothing to compare.
    old, new : str, int, bool or None
        The label before and after; None = unlabelled.
    """

    gesture: int
    at: str
    author: str
    action: str
    source: str
    how: str
    arm: str
    note: str
    undoes: int | None
    key: Key | None
    fingerprint: str
    old: LabelValue | None
    new: LabelValue | None


COLUMNS = Line._fields
CELLS = ("key", "old", "new")
"""The columns whose type is kept."""


def lines_of(gesture: Gesture) -> Iterator[Line]:
    """Yield the lines of a gesture, its rows in their order."""
    g, edits = gesture, gesture.edits

    def line(key: Key | None, fingerprint: str, old: LabelValue | None, new: LabelValue | None) -> Line:
        said = (g.at, g.author, g.action, g.source, g.how, g.arm, g.note, g.undoes)
        return Line(g.id, *said, key, fingerprint, old, new)

    prints = [f"{p:016x}" if p else "" for p in edits.fingerprints.tolist()]
    old, new = ([edits.values[i] for i in places.tolist()] for places in (edits.old, edits.new))
    for row in zip(edits.keys.tolist(), prints, old, new, strict=True):
        yield line(*row)
    used = set(np.concatenate([edits.old, edits.new]).tolist())
    idle = [value for i, value in enumerate(edits.values) if i not in used and value is not None]
    for value in idle or ([] if len(edits) else [None]):
        yield line(None, "", None, value)


@dataclass(frozen=True)
class Numbered:
    """A gesture that was read from a file: its number there, what it took back there, and the rest."""

    number: int
    undoes: int | None
    gesture: NewGesture


def gestures_of(lines: Iterable[Line], name: str) -> Iterator[Numbered]:
    """Yield the gestures that lines tell of.

    Parameters
    ----------
    lines : iterable of Line
        Those of one gesture stand together.
    name : str
        Where they come from, for messages.

    Raises
    ------
    InputError
        Lines contradict each other or hold what no gesture can.
    """
    seen: set[int] = set()
    for number, group in groupby(lines, key=lambda line: line.gesture):
        items = list(group)
        first = items[0]
        if number in seen or any(line[1:9] != first[1:9] for line in items):
            message = f"{name} must tell of each gesture in one place and in one way. Gesture {number} is told in two."
            raise InputError(message, hint="Import the file as it was exported, in its order.")
        if first.undoes is not None and first.undoes not in seen:
            message = f"gesture {number} of {name} takes back gesture {first.undoes}, which does not stand before it."
            raise InputError(message, hint="Import the whole file as it was exported.")
        seen.add(number)
        said = {field: getattr(first, field) for field in SAID}
        edits = _edits_of(items, f"gesture {number} of {name}")
        yield Numbered(number, first.undoes, NewGesture(**said, undoes=None, edits=edits))


def _edits_of(lines: Sequence[Line], name: str) -> Edits:
    places: dict[tuple[type, LabelValue | None], int] = {}

    def place(value: LabelValue | None) -> int:
        return places.setdefault((type(value), value), len(places))

    rows = [line for line in lines if line.key is not None]
    old = np.array([place(line.old) for line in rows], dtype=np.int32)
    new = np.array([place(line.new) for line in rows], dtype=np.int32)
    for line in lines:
        if line.key is None and line.new is not None:
            place(line.new)
    keys = [line.key for line in rows]
    if all(type(key) is str for key in keys) and keys:
        array = np.empty(len(keys), dtype=object)
        array[:] = keys
    elif all(type(key) is int and -(2**63) <= key < 2**63 for key in keys):
        array = np.array(keys, dtype=np.int64)
    else:
        message = f"{name} must have keys of one type, text or whole numbers below 2**63."
        raise InputError(message, hint="Import the file as it was exported.")
    prints = np.array([int(line.fingerprint or "0", 16) for line in rows], dtype=np.uint64)
    return Edits(array, prints, tuple(value for _, value in places), old, new)


# ---- cells -----------------------------------------------------------------------------------------------------------
def to_cell(value: Key | None) -> str:
    """Return a value as text that `from_cell` reads back, type and all; "" = missing."""
    if value is None:
        return ""
    plain = isinstance(value, str) and value != "" and value.isprintable() and not _JSON.fullmatch(value)
    return str(value) if plain else json.dumps(value)


def from_cell(cell: str) -> Any:
    """Return the value that a cell stands for; raise ValueError when it begins like JSON and is none."""
    if cell == "":
        return None
    return json.loads(cell) if _JSON.fullmatch(cell) else cell


def check_line(values: Sequence[Any], place: str) -> Line:
    """Return the line that values of the columns make, in the order of `COLUMNS`.

    Parameters
    ----------
    values : sequence
        One for each column, typed.
    place : str
        Where they come from, for messages.

    Raises
    ------
    InputError
        A value is of a wrong type.
    """
    line = Line(*values)
    wrong = [name for name in SAID if not isinstance(getattr(line, name), str)]
    wrong += [name for name in ("old", "new") if type(getattr(line, name)) not in (str, int, bool, type(None))]
    wrong += [] if type(line.gesture) is int and line.gesture > 0 else ["gesture"]
    wrong += [] if line.undoes is None or type(line.undoes) is int else ["undoes"]
    wrong += [] if line.key is None or type(line.key) in (str, int) else ["key"]
    wrong += [] if _PRINT.fullmatch(str(line.fingerprint)) else ["fingerprint"]
    if wrong:
        shown = ", ".join(f"{name} {getattr(line, name)!r}" for name in wrong)
        message = f"{place} must hold the edits of a journal, as they were exported. Got {shown}."
        raise InputError(message, hint=f"The columns are {', '.join(COLUMNS)}.")
    return line


# ---- is this gesture there already? ----------------------------------------------------------------------------------
class Contents:
    """Knows gestures by what they are, whatever their numbers: the second of two equal ones is the second one anywhere."""

    def __init__(self) -> None:
        self._by_number: dict[int, bytes] = {}
        self._number: dict[bytes, int] = {}
        self._counts: Counter[bytes] = Counter()

    def add(self, number: int, undoes: int | None, gesture: NewGesture) -> bytes:
        """Return the hash of a gesture; its number and `undoes` are those of the journal that it comes from."""
        undone = self._by_number.get(undoes, b"") if undoes is not None else b""
        words = json.dumps([getattr(gesture, name) for name in SAID]).encode()
        plain = hashlib.blake2b(len(words).to_bytes(8, "little") + words + undone + _canonical(gesture.edits)).digest()
        self._counts[plain] += 1
        whole = hashlib.blake2b(plain + self._counts[plain].to_bytes(8, "little"), digest_size=16).digest()
        self._by_number[number] = whole
        self._number[whole] = number
        return whole

    def number(self, content: bytes) -> int | None:
        """Return the number of the gesture with this hash."""
        return self._number.get(content)


def _canonical(edits: Edits) -> bytes:
    """Return the same bytes for the same rows and labels, however the dictionary of labels is ordered."""
    merged: dict[tuple[type, LabelValue | None], int] = {}
    same = np.array([merged.setdefault((type(v), v), len(merged)) for v in edits.values], dtype=np.int32)
    values = [value for _, value in merged]
    codes: Int32Array = same[np.concatenate([edits.old, edits.new])] if len(edits) else np.empty(0, dtype=np.int32)
    used, first, places = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(used), dtype="<i4")
    rank[order] = np.arange(len(used))
    names = [values[i] for i in used[order]]
    names += [v for i, v in enumerate(values) if i not in set(used.tolist()) and v is not None]
    is_text = edits.keys.dtype == object and len(edits)
    keys = json.dumps(edits.keys.tolist()).encode() if is_text else edits.keys.astype("<i8").tobytes()
    parts = [
        json.dumps(names).encode(),
        b"t" if is_text else b"i",
        keys,
        edits.fingerprints.astype("<u8").tobytes(),
        rank[places].tobytes(),
    ]
    return b"".join(len(part).to_bytes(8, "little") + part for part in parts)


def numbered(gestures: Iterable[Gesture]) -> Iterator[Numbered]:
    """Yield gestures of a journal as if they came from a file."""
    for gesture in gestures:
        fields = {name: getattr(gesture, name) for name in (*SAID, "edits")}
        yield Numbered(gesture.id, gesture.undoes, NewGesture(**fields, undoes=None))
