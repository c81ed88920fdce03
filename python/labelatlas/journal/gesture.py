"""One act of a person or program: what it says, the rows it touched, and the checksum over both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from labelatlas.journal.edits import Edits, LabelValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelatlas._typing import Arm, Source

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

SAID = ("at", "author", "action", "source", "how", "arm", "note")
"""What a gesture says in words: the names of its fields and of their columns, in the order that the checksum takes them."""


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


def gesture_of(stream: str, row: Mapping[Any, Any]) -> Gesture:
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
