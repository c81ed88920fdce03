"""What a gesture says beside its rows: a new name, a colour, the name of a state.

Most gestures say it all by their rows. Those of a whole label may touch no row at all, and yet must outlive a restart: their
facts stand as one JSON object in the gesture's note, with the user's own note inside it. The actions `relabel`, `confirm`, `split`,
`undo` and `redo` have no facts; their note is the user's words as they are.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelatlas.frames.kind import LabelValue
    from labelatlas.journal import Gesture, GestureSummary

_PLAIN = frozenset({"relabel", "confirm", "split", "undo", "redo"})


@dataclass(frozen=True)
class Payload:
    """The facts of one gesture; those that do not apply are empty.

    Attributes
    ----------
    note : str
        The user's own words.
    old : tuple
        Labels that are given up: the one that is renamed or deleted, those that are merged.
    new : str, int, bool or None
        The label that is made, or takes over, or is recoloured.
    colour : str
        "#rrggbb".
    tag : str
        Name of a state.
    to : int or None
        The gesture whose state is gone back to.
    keep : str
        Whose label won a conflict: "journal" or "frame".
    """

    note: str = ""
    old: tuple[LabelValue, ...] = ()
    new: LabelValue | None = None
    colour: str = ""
    tag: str = ""
    to: int | None = None
    keep: str = ""

    def __str__(self) -> str:
        """Return the facts as they stand in the journal."""
        return json.dumps({k: v for k, v in asdict(self).items() if v not in ("", ()) and v is not None})


NOTHING = Payload()


def payload_of(gesture: GestureSummary | Gesture) -> Payload:
    """Return what a gesture says beside its rows; a note that another program wrote is a note."""
    if gesture.action in _PLAIN or not gesture.note:
        return Payload(note=gesture.note) if gesture.note else NOTHING
    try:
        said: dict[str, Any] = json.loads(gesture.note)
        old = tuple(said.pop("old", ()))
        return Payload(old=old, **said)
    except (ValueError, TypeError, AttributeError):
        return Payload(note=gesture.note)


def before_of(gesture: GestureSummary) -> tuple[LabelValue | None, ...]:
    """Return the labels that a gesture took away: from its rows, or given up without any."""
    return gesture.before or payload_of(gesture).old


def after_of(gesture: GestureSummary) -> tuple[LabelValue | None, ...]:
    """Return the labels that a gesture gave: to its rows, or made without any."""
    made = payload_of(gesture).new
    return gesture.after or (() if made is None else (made,))


def words_of(said: Payload) -> str:
    """Return what a gesture says beside labels and rows, as a person reads it."""
    parts = [said.note, said.colour, said.tag and repr(said.tag), said.keep and f"kept the {said.keep}'s label"]
    if said.to is not None:
        parts.append(f"back to gesture {said.to}")
    return "; ".join(part for part in parts if part)


def said_of(gesture: GestureSummary | Gesture) -> str:
    """Return what a gesture says beside labels and rows, as a person reads it."""
    return words_of(payload_of(gesture))
