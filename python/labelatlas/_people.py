"""Several people on one journal: what each said, how far they agree, who was overwritten, and seeing each other soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._agreement import SILENT, Agreement, place_of
from labelatlas._change import BY_HAND, Change
from labelatlas._label_set import UNHOLDABLE, display_name
from labelatlas._payload import payload_of
from labelatlas._watch import Watcher, running_loop
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.journal import undone_gestures

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Collection, Sequence

    import numpy.typing as npt

    from labelatlas._change import Notice, Said
    from labelatlas._ledger import Ledger
    from labelatlas._typing import BoolArray, Int32Array, Int64Array

_OPINIONS = frozenset({"relabel", "confirm", "split", "resolve"})  # what is said of single rows
_WORDS = frozenset({"rename", "merge", "delete"})  # what is said of names, and holds for everybody


class People:
    """The authors of a journal; to be had as `m.labels.people`.

    Parameters
    ----------
    ledger : Ledger
        What they write in.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def authors(self) -> tuple[str, ...]:
        """Return everybody who made a gesture, in order of their first."""
        with self._ledger.lock:
            return tuple(dict.fromkeys(g.author for g in self._ledger.log.gestures))

    def by_author(self, author: str) -> Int32Array:
        """Return an author's last word on each row.

        Their relabellings count, but for those that they took back themselves. A label that anybody renamed, merged or
        deleted is so in everybody's words.

        Parameters
        ----------
        author : str
            Who.

        Returns
        -------
        ndarray of shape (n,), int32
            Label codes; -1 = they said that the row has no label, -2 = they said nothing.

        Raises
        ------
        InputError
            There is no such author.
        """
        with self._ledger.lock:
            place_of(self.authors(), author)
            return _words(self._ledger, author)

    def agreement(self, authors: Sequence[str] | None = None) -> Agreement:
        """Return how far people agree.

        Parameters
        ----------
        authors : sequence of str or None
            Whom to compare; None = all.

        Returns
        -------
        Agreement
            `.to_frame()` has a line for each pair; `.fleiss()` is of all together.

        Raises
        ------
        InputError
            There is no such author.
        NotApplicable
            There are fewer than two.
        """
        ledger = self._ledger
        with ledger.lock:
            chosen = self.authors() if authors is None else tuple(authors)
            if len(chosen) < 2:
                message = f"agreement needs two authors. There are {len(chosen)}."
                raise NotApplicable(message, hint="LabelMap(..., author='name') says who edits.")
            words = np.stack([self.by_author(author) for author in chosen])
            names = tuple(display_name(v) for v in ledger.set.values)
        return Agreement(authors=chosen, words=words, names=names, frame_kind=ledger.table.kind)

    def disagreements(self, authors: Sequence[str] | None = None) -> Int64Array:
        """Return the rows on which authors differ: the adjudication list, to be handed to `m.selection`.

        A row leaves it when its authors say the same, or when anybody confirms its label. What anybody took back, by an undo or by
        going back to an earlier state, counts for nothing here.

        Parameters
        ----------
        authors : sequence of str or None
            Whom to compare; None = all.

        Returns
        -------
        ndarray of shape (m,), int64
            Sorted positions.

        Raises
        ------
        InputError
            There is no such author.
        """
        with self._ledger.lock:
            chosen = self.authors() if authors is None else tuple(authors)
            said = np.full(len(self._ledger.codes), SILENT, dtype=np.int32)
            differ = np.zeros(len(said), dtype=bool)
            for author in chosen:
                place_of(self.authors(), author)
                words = _standing(self._ledger, author)
                differ |= (words > SILENT) & (said > SILENT) & (words != said)
                said = np.where(said > SILENT, said, words)
            return np.flatnonzero(differ & ~_confirmed(self._ledger))

    def confirm(self, rows: npt.NDArray[np.integer], *, said: Said = BY_HAND) -> Change:
        """Say of rows that their label is right as it is: one gesture, by which no label changes.

        Parameters
        ----------
        rows : ndarray of shape (m,), integer
            Positions, without repeats.
        said : Said
            See `Labels`.

        Returns
        -------
        Change
            With these rows. It is this author's word on them, and closes the case for `disagreements`.

        Raises
        ------
        JournalError
            It could not be saved.
        """
        ledger = self._ledger
        with ledger.lock:
            ledger.refresh()
            chosen = np.asarray(rows, dtype=np.int64)
            if not len(chosen):
                return Change(None, chosen)
            return ledger.commit("confirm", chosen, ledger.codes[chosen], said)

    def verified(self) -> BoolArray:
        """Return which rows somebody judged one by one: their newest word is a `confirm`, or a verdict of a review.

        Whoever looks for wrong labels leaves them alone. What was taken back, or relabelled otherwise since, is not among them.

        Returns
        -------
        ndarray of shape (n,), bool
        """
        with self._ledger.lock:
            return _confirmed(self._ledger, how="queue")

    def notices(self) -> tuple[Notice, ...]:
        """Return who overwrote this author's labels, oldest first; on opening, since this author's last gesture."""
        with self._ledger.lock:
            return tuple(self._ledger.notices)

    def watch(self, seconds: float = 1.0) -> Callable[[], None]:
        """Take over what others append to the journal, soon after they do.

        In a notebook their gestures arrive between two cells, never while one runs; elsewhere from a thread of its own.
        The watch ends with the map, and does not keep the process alive.

        Parameters
        ----------
        seconds : float
            How often to look; above 0.

        Returns
        -------
        callable
            Call it to end the watch.

        Raises
        ------
        InputError
            `seconds` is not above 0.
        """
        if not seconds > 0:
            raise InputError(f"seconds must be above 0. Got {seconds!r} instead.")
        return self.watcher(seconds, running_loop()).end

    def watcher(self, seconds: float, loop: AbstractEventLoop | None) -> Watcher:
        """Return a running watch that takes gestures over in an event loop; None = in its own thread."""
        watcher = Watcher(self._ledger, seconds, loop)
        watcher.start()
        return watcher


def _confirmed(ledger: Ledger, how: str | None = None) -> BoolArray:
    """Return on which rows the newest word is that the label is right, or was said in that way."""
    confirmed = np.zeros(len(ledger.codes), dtype=bool)
    for gesture in ledger.log.gestures:
        if gesture.action in _OPINIONS and gesture.id not in ledger.log.book.undone:
            confirmed[ledger.log.step(gesture.id)[0]] = gesture.action == "confirm" or gesture.how == how
    return confirmed


def _words(ledger: Ledger, author: str) -> Int32Array:
    """Return an author's last word on each row, whatever others made of it."""
    own = [g for g in ledger.log.gestures if g.author == author]
    return _spoken(ledger, author, undone_gestures(own), len(ledger.log.gestures))


def _standing(ledger: Ledger, author: str) -> Int32Array:
    """Return those of an author's words that nobody took back."""
    return _spoken(ledger, author, ledger.log.book.undone, len(ledger.log.gestures), heed_restores=True)


def _spoken(
    ledger: Ledger, author: str, withdrawn: Collection[int], count: int, *, heed_restores: bool = False
) -> Int32Array:
    words = np.full(len(ledger.codes), SILENT, dtype=np.int32)
    for gesture in ledger.log.gestures[:count]:
        if gesture.action in _OPINIONS and gesture.author == author and gesture.id not in withdrawn:
            rows, _, new = ledger.log.step(gesture.id)
            holdable = new != UNHOLDABLE
            words[rows[holdable]] = new[holdable]
        elif gesture.action in _WORDS and gesture.id not in ledger.log.book.undone:
            said = payload_of(gesture)
            old = [ledger.set.code_or_unholdable(v) for v in said.old]
            words[np.isin(words, [c for c in old if c >= 0])] = ledger.set.code_or_unholdable(said.new)
        elif heed_restores and gesture.action == "restore" and gesture.id not in withdrawn:
            then = ledger.log.place_after(payload_of(gesture).to or 0)
            rows = ledger.log.step(gesture.id)[0]
            words[rows] = _spoken(ledger, author, withdrawn, then, heed_restores=True)[rows]
    words[words == UNHOLDABLE] = SILENT
    return words
