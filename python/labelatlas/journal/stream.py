"""One stream of a journal: append a gesture, read them again.

Two rules make many writers safe. Whoever appends first raises the stream's `newest` number in the same transaction: the
database lets one at a time do so, so that numbers become visible in their order, and nobody who has seen gesture 7 can find
a gesture 6 later. And a reader counts: a number that is not there is an error, never a shorter history.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from labelatlas.exceptions import JournalError
from labelatlas.journal.files import read_edits, write_edits
from labelatlas.journal.gesture import SAID, checksum, gesture_of
from labelatlas.journal.lines import Contents, numbered
from labelatlas.journal.schema import gestures, streams
from labelatlas.journal.stream_key import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from labelatlas.journal.database import Database
    from labelatlas.journal.gesture import Gesture, NewGesture
    from labelatlas.journal.lines import Numbered

_CHUNK = 64  # gestures in memory at once while many are read
_CURE = "Restore the journal from a copy, or save what can be read: labelatlas journal salvage."


class _OvertakenError(JournalError):
    """Another writer was quicker."""


class Stream:
    """The gestures of one label column of one dataset; made by `Journal.stream`.

    Parameters
    ----------
    database : Database
        Where it is.
    identity : str
        Which one; from `StreamKey.identity`.
    """

    def __init__(self, database: Database, identity: str) -> None:
        self._database = database
        self.identity = identity

    @property
    def journal(self) -> str:
        """Return where the journal is, for messages."""
        return self._database.name

    def append(self, gesture: NewGesture) -> int:
        """Commit one gesture and return its number. When this returns, the gesture is on disk.

        Parameters
        ----------
        gesture : NewGesture
            What was done.

        Returns
        -------
        int
            1 for the first of a stream, then one more each time.

        Raises
        ------
        JournalError
            It could not be written; nothing of it is in the journal.
        """
        return self.append_all([gesture])[0]

    def append_all(self, new: list[NewGesture], *, after: int | None = None) -> list[int]:
        """Commit several gestures, all or none, with no gesture of anybody else among them.

        Parameters
        ----------
        new : list of NewGesture
            What was done, in order.
        after : int or None
            Fail when the last gesture has become another one.

        Returns
        -------
        list of int
            Their numbers.

        Raises
        ------
        JournalError
            They could not be written; nothing of them is in the journal.
        """
        encoded = [(gesture, _checked_words(gesture), gesture.edits.to_bytes()) for gesture in new]
        if not new:
            return []
        with self._database.writing("write to") as connection:
            last = self._raise_newest(connection, len(new))
            if after is not None and last != after + len(new):
                raise _OvertakenError("somebody else appended to the journal at this moment.", hint="Try again.")
            numbers = list(range(last - len(new) + 1, last + 1))
            for number, (gesture, words, blob) in zip(numbers, encoded, strict=True):
                row = words | {
                    "stream": self.identity,
                    "number": number,
                    "undoes": gesture.undoes,
                    "n_rows": len(gesture.edits),
                    "edits": blob,
                    "checksum": checksum(self.identity, number, [*words.values(), gesture.undoes], blob),
                }
                connection.execute(insert(gestures).values(row))
        return numbers

    def gestures(self, *, after: int = 0, before: int | None = None) -> Iterator[Gesture]:
        """Yield gestures in order: all that were committed when the reading began.

        Parameters
        ----------
        after : int
            Only those with a larger number.
        before : int or None
            Only those with a smaller number.

        Returns
        -------
        iterator of Gesture

        Raises
        ------
        JournalError
            One of them is damaged or missing; the message names it.
        """
        last = self.newest() if before is None else min(self.newest(), before - 1)
        number = max(after, 0)
        query = select(gestures).where(gestures.c.stream == self.identity, gestures.c.number <= last)
        query = query.order_by(gestures.c.number).limit(_CHUNK)
        while number < last:
            with self._database.reading("read") as connection:
                rows = connection.execute(query.where(gestures.c.number > number)).all()
            for row in rows:
                number += 1
                yield self._read(row, number)
            if not rows:
                raise self._damage(number + 1, "is missing")

    def gesture(self, number: int) -> Gesture | None:
        """Return one gesture.

        Parameters
        ----------
        number : int
            Its number.

        Returns
        -------
        Gesture or None
            None when this stream has no such number.
        """
        return next(self.gestures(after=number - 1, before=number + 1), None) if number > 0 else None

    def newest(self) -> int:
        """Return the number of the last gesture; 0 = there is none."""
        last = select(func.max(gestures.c.number)).where(gestures.c.stream == self.identity).scalar_subquery()
        query = select(streams.c.newest, last).where(streams.c.identity == self.identity)
        with self._database.reading("read") as connection:
            found = connection.execute(query).one_or_none()
        if found is None or found[0] != (found[1] or 0):
            counted = "nothing of it" if found is None else f"{found[0]} gestures, the last one there is {found[1]}"
            message = f"journal {self.journal} is damaged: its list of streams says {counted}."
            raise JournalError(message, hint=_CURE)
        return int(found[0])

    # ---- files -------------------------------------------------------------------------------------------------------
    def export(self, path: str | Path) -> int:
        """Write every edit into a file, one line for each edited row of each gesture.

        Parameters
        ----------
        path : str or Path
            Ends in .csv or .jsonl. Columns gesture, at, author, action, source, how, arm, note, undoes, key, fingerprint,
            old, new.

        Returns
        -------
        int
            Number of gestures.

        Raises
        ------
        InputError
            The file is to be of another kind; for Parquet see `labelatlas journal export`.
        JournalError
            The file cannot be written, or the journal is damaged.
        """
        return write_edits(self.gestures(), Path(path))

    def import_(self, path: str | Path) -> int:
        """Append the gestures of an exported file, but for those that are here already: all of them or none.

        Parameters
        ----------
        path : str or Path
            From `export`.

        Returns
        -------
        int
            Number of gestures that were new.

        Raises
        ------
        InputError
            There is no such file, or it does not hold the edits of a journal.
        JournalError
            The journal cannot be written.
        """
        return self.append_new(read_edits(Path(path)))

    def append_new(self, found: Iterable[Numbered]) -> int:
        """Append gestures that come from elsewhere, but for those that are here already: all of them or none.

        Two gestures are the same when they say the same about the same rows and take back the same.

        Parameters
        ----------
        found : iterable of Numbered
            In order, with the numbers of where they come from.

        Returns
        -------
        int
            Number of gestures that were new.

        Raises
        ------
        JournalError
            The journal cannot be written.
        """
        gestures = list(found)
        while True:
            here = Contents()
            last = 0
            for held in numbered(self.gestures()):
                last = held.number
                here.add(held.number, held.undoes, held.gesture)
            there = Contents()
            new: list[NewGesture] = []
            moved: dict[int, int] = {}
            for item in gestures:
                number = here.number(there.add(item.number, item.undoes, item.gesture))
                if number is None:
                    undoes = None if item.undoes is None else moved[item.undoes]
                    new.append(replace(item.gesture, undoes=undoes))
                    number = last + len(new)
                moved[item.number] = number
            try:
                return len(self.append_all(new, after=last))
            except _OvertakenError:
                continue  # somebody appended while we compared: their gestures may be among ours

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _raise_newest(self, connection: Connection, by: int) -> int:
        """Take the next numbers, which nobody else can take or overtake until this transaction ends."""
        mine = streams.c.identity == self.identity
        connection.execute(update(streams).where(mine).values(newest=streams.c.newest + by))
        last = connection.execute(select(streams.c.newest).where(mine)).scalar()
        if not isinstance(last, int):
            message = f"journal {self.journal} is damaged: its list of streams has lost one."
            raise JournalError(message, hint=_CURE)
        return last

    def _read(self, row: Any, number: int) -> Gesture:
        if row.number != number:
            raise self._damage(number, "is missing")
        try:
            return gesture_of(self.identity, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the row as a mapping
        except ValueError as error:
            raise self._damage(number, f"is damaged: {error}") from error

    def _damage(self, number: int, what: str) -> JournalError:
        return JournalError(f"gesture {number} of journal {self.journal} {what}.", hint=_CURE)


def _checked_words(gesture: NewGesture) -> dict[str, str]:
    """Return the words of a gesture by column, when every database can hold them."""
    words = {name: getattr(gesture, name) for name in SAID}
    for name, word in words.items():
        check_text(word, name)
    return words
