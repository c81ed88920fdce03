"""What makes a stream this one and no other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class StreamKey:
    """What makes a stream this one and no other.

    Attributes
    ----------
    dataset : str
        A name given by the user.
    label_column : str
        The column that is edited.
    key_recipe : str
        How rows are known.
    content_columns : tuple of str
        What the fingerprints cover.
    """

    dataset: str
    label_column: str
    key_recipe: str
    content_columns: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Return a short hash of the four facts."""
        text = json.dumps([self.dataset, self.label_column, self.key_recipe, list(self.content_columns)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def __str__(self) -> str:
        """Return the facts in a line."""
        content = f", content {', '.join(self.content_columns)}" if self.content_columns else ""
        return f"dataset {self.dataset!r}, label {self.label_column!r}, key {self.key_recipe}{content}"


def key_of(row: Mapping[Any, Any]) -> StreamKey | None:
    """Return what a line of the list of streams says; None when it contradicts its own hash.

    Parameters
    ----------
    row : mapping
        Column -> value, whatever a damaged file may hold there.

    Returns
    -------
    StreamKey or None
    """
    try:
        columns = tuple(json.loads(row["content_columns"]))
        key = StreamKey(row["dataset"], row["label_column"], row["key_recipe"], columns)
        return key if key.identity == row["identity"] else None
    except (TypeError, ValueError, KeyError):
        return None


def check_text(text: object, name: str) -> None:
    """Refuse what not every database can hold as text.

    Parameters
    ----------
    text : object
        A word of a gesture or of a stream.
    name : str
        What it is, for the message.

    Raises
    ------
    JournalError
        It is no text, or has a NUL or half a surrogate pair in it.
    """
    if not isinstance(text, str):
        raise JournalError(f"{name} must be text. Got {type(text).__name__} instead.", hint="Nothing was saved.")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        message = f"{name} must be text that a database can hold. Got {text[:60]!r} instead."
        raise JournalError(message, hint="Take out the NUL or the broken character; nothing was saved.")
