"""What can still be read of a damaged journal file, into a new journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from labelatlas.exceptions import JournalError
from labelatlas.journal.carve import carve
from labelatlas.journal.lines import numbered
from labelatlas.journal.store import Journal
from labelatlas.journal.stream_key import StreamKey
from labelatlas.journal.verify import Damage

if TYPE_CHECKING:
    from labelatlas.journal.gesture import Gesture


@dataclass(frozen=True)
class Salvage:
    """What was saved.

    Attributes
    ----------
    gestures : int
        How many.
    streams : tuple of StreamKey
        Those that the new journal has; one whose facts were lost has the dataset name "salvaged" and its hash.
    problems : tuple of Damage
        What was lost, as far as the rest tells.
    """

    gestures: int
    streams: tuple[StreamKey, ...]
    problems: tuple[Damage, ...]


def salvage(damaged: str | Path, into: str | Path) -> Salvage:
    """Save every readable gesture of a journal file into a new journal.

    Gestures are numbered anew where some are lost; an undo of a lost gesture keeps its rows and forgets what it took back.

    Parameters
    ----------
    damaged : str or Path
        A journal file, in whatever state; it is only read.
    into : str or Path
        The new journal; there must be no such file yet.

    Returns
    -------
    Salvage

    Raises
    ------
    JournalError
        There is no such file, nothing in it can be read, or the new one cannot be written.
    """
    damaged, into = Path(damaged), Path(into)
    if into.exists():
        raise JournalError(
            f"the salvaged journal must be a new file. {into} is there already.", hint="Name another one."
        )
    carved = carve(damaged)
    if not carved.gestures:
        message = f"no gesture can be read from {damaged}."
        raise JournalError(message, hint="Restore it from a copy; is it a journal of this labelatlas?")
    journal = Journal(into)
    problems: list[Damage] = []
    saved: list[StreamKey] = []
    for identity, gestures in sorted(carved.gestures.items()):
        key = carved.keys.get(identity)
        if key is None:
            problems.append(Damage("stream", identity, 0, f"what stream {identity} is about is lost"))
            key = StreamKey("salvaged", identity, "", ())
        held = [gestures[number] for number in sorted(gestures)]
        ends = [0, *sorted(gestures), max(*gestures, carved.counts.get(identity, 0)) + 1]
        for last, number in pairwise(ends):
            if number - last > 1:
                which = str(last + 1) if number - last == 2 else f"{last + 1} to {number - 1}"
                problems.append(Damage("missing", identity, last + 1, f"gesture {which} of stream {identity} is lost"))
        journal.stream(key).append_new(numbered(_without_dangling_undo(gesture, gestures) for gesture in held))
        saved.append(key)
    lost = [Damage("missing", i, 0, f"every gesture of {carved.keys[i]} is lost") for i in carved.empty()]
    journal.close()
    return Salvage(sum(map(len, carved.gestures.values())), tuple(saved), tuple(problems + lost))


def _without_dangling_undo(gesture: Gesture, held: dict[int, Gesture]) -> Gesture:
    return gesture if gesture.undoes is None or gesture.undoes in held else replace(gesture, undoes=None)
