"""Which label names are in use, and how they are coloured: what the gestures say of names, folded.

A code never changes its meaning while a map is open, so a name that was renamed, merged or deleted keeps its code. It is
*retired*: no list shows it while no row holds it. A gesture that stands undone counts for nothing here, so that undoing the
first use of a new name takes the name away again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labelatlas._payload import payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelatlas._log import Log
    from labelatlas.frames.kind import LabelValue
    from labelatlas.journal import GestureSummary

_GIVE_NAMES = frozenset({"relabel", "split", "resolve"})  # by their rows
_TAKE_BACK = frozenset({"undo", "redo"})


@dataclass
class Names:
    """Names at one moment.

    Attributes
    ----------
    declared : set
        Names that are shown even while no row holds them.
    colours : dict
        Names with a colour of their own, "#rrggbb".
    heirs : dict
        Renamed labels, each with the name whose colour of the palette it took over.
    """

    declared: set[LabelValue]
    colours: dict[LabelValue, str] = field(default_factory=dict)
    heirs: dict[LabelValue, LabelValue] = field(default_factory=dict)


class Vocabulary:
    """The names of a label column, kept up to date gesture by gesture.

    Parameters
    ----------
    values : sequence
        The labels before the first gesture.
    """

    def __init__(self, values: Sequence[LabelValue]) -> None:
        self._base = frozenset(values)
        self._seen = 0
        self._names = Names(set(values))
        self._plain = True  # every gesture so far only gave rows names that the frame knew

    def at_present(self, log: Log) -> Names:
        """Return the names after the last gesture; not to be changed."""
        fresh = log.gestures[self._seen :]
        self._seen = len(log.gestures)
        self._plain = self._plain and all(self._is_plain(g) for g in fresh)
        if self._plain:
            return self._names
        if any(g.action in _TAKE_BACK or g.action == "restore" for g in fresh):
            self._names = self._folded(log, len(log.gestures))
        else:
            for gesture in fresh:
                self._step(self._names, gesture, log)
        return self._names

    def _is_plain(self, gesture: GestureSummary) -> bool:
        if gesture.action in _TAKE_BACK or gesture.action in {"tag", "confirm"}:
            return True
        return gesture.action == "relabel" and all(v is None or v in self._base for v in gesture.after)

    def _folded(self, log: Log, count: int) -> Names:
        names = Names(set(self._base))
        for gesture in log.gestures[:count]:
            if gesture.id not in log.book.undone:
                self._step(names, gesture, log)
        return names

    def _step(self, names: Names, gesture: GestureSummary, log: Log) -> None:
        if gesture.action in _GIVE_NAMES:
            names.declared.update(v for v in gesture.after if v is not None)
            return
        if gesture.action in _TAKE_BACK:
            return
        said = payload_of(gesture)
        if gesture.action == "restore" and said.to is not None:
            then = self._folded(log, log.place_after(said.to))
            names.declared, names.colours, names.heirs = then.declared, then.colours, then.heirs
            return
        names.declared.difference_update(said.old)
        if said.new is None:
            return
        names.declared.add(said.new)
        if gesture.action == "rename":
            names.heirs[said.new] = names.heirs.get(said.old[0], said.old[0])
            if said.old[0] in names.colours:
                names.colours[said.new] = names.colours[said.old[0]]
        if said.colour:
            names.colours[said.new] = said.colour


def shown_first(values: Iterable[LabelValue], limit: int = 12) -> str:
    """Return some names for a message."""
    names = [repr(v) for v in values]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
