"""Who can take back what: the undo and redo of many authors over one list of gestures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas.journal.gesture import GestureSummary

STILL: frozenset[str] = frozenset({"tag"})
"""Actions that change nothing: there is nothing to take back, and what was undone can still be redone after them."""


@dataclass(frozen=True)
class UndoStacks:
    """What one author can take back, and bring again; the last element is next.

    Attributes
    ----------
    undo : tuple of int
        Gestures not yet undone.
    redo : tuple of int
        Undo gestures that nothing new has followed.
    """

    undo: tuple[int, ...]
    redo: tuple[int, ...]


class UndoBook:
    """Who can take back what, kept up to date gesture by gesture.

    A new act clears its author's redo stack, as in every editor. Whoever undoes a gesture takes it off its author's stack;
    a redo puts it back there in its place, and on top of the stack of whoever asked for it.
    """

    def __init__(self) -> None:
        self.undone: set[int] = set()
        self._undo: defaultdict[str, dict[int, None]] = defaultdict(dict)  # a dict is an ordered set
        self._redo: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._facts: dict[int, tuple[str, int | None]] = {}

    def add(self, gesture: GestureSummary) -> None:
        """Take in the next gesture.

        Parameters
        ----------
        gesture : GestureSummary
            Later than all before it.
        """
        author, target = gesture.author, gesture.undoes
        self._facts[gesture.id] = (author, target)
        if target is not None:
            self.undone.add(target)
        if gesture.action == "undo" and target is not None:
            for stack in self._undo.values():
                stack.pop(target, None)
            self._redo[author][gesture.id] = None
        elif gesture.action == "redo" and target is not None:
            for stack in self._redo.values():
                stack.pop(target, None)
            maker, again = self._facts.get(target, ("", None))
            if again is not None:
                self.undone.discard(again)
                maker = self._facts[again][0] if again in self._facts else author
                if maker != author:
                    stack = self._undo[maker]
                    earlier = [g for g in stack if g < again]
                    later = [g for g in stack if g > again]
                    self._undo[maker] = dict.fromkeys([*earlier, again, *later])
                self._undo[author][again] = None
        elif gesture.action not in STILL:
            self._undo[author][gesture.id] = None
            self._redo[author].clear()

    def next_undo(self, author: str) -> int | None:
        """Return the gesture that this author's undo takes back.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        int or None
            None = there is none.
        """
        return next(reversed(self._undo[author]), None)

    def next_redo(self, author: str) -> int | None:
        """Return the undo gesture that this author's redo takes back.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        int or None
            None = there is none.
        """
        return next(reversed(self._redo[author]), None)

    def stacks(self, author: str) -> UndoStacks:
        """Return both stacks of an author.

        Parameters
        ----------
        author : str
            Whose.

        Returns
        -------
        UndoStacks
        """
        return UndoStacks(tuple(self._undo[author]), tuple(self._redo[author]))


def undo_stacks(gestures: Sequence[GestureSummary], author: str) -> UndoStacks:
    """Return the undo and redo stacks of an author.

    Parameters
    ----------
    gestures : sequence of GestureSummary
        All of a stream, in order.
    author : str
        Whose.

    Returns
    -------
    UndoStacks
    """
    return _booked(gestures).stacks(author)


def undone_gestures(gestures: Sequence[GestureSummary]) -> frozenset[int]:
    """Return the gestures that stand undone, undos that a redo took back among them.

    Parameters
    ----------
    gestures : sequence of GestureSummary
        All of a stream, in order.

    Returns
    -------
    frozenset of int
    """
    return frozenset(_booked(gestures).undone)


def _booked(gestures: Sequence[GestureSummary]) -> UndoBook:
    book = UndoBook()
    for gesture in gestures:
        book.add(gesture)
    return book
