"""What is wrong with a journal, all of it: nothing here stops at the first fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from labelatlas.exceptions import JournalError
from labelatlas.journal.gesture import gesture_of
from labelatlas.journal.schema import gestures, streams
from labelatlas.journal.stream_key import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Select

    from labelatlas.journal.database import Database

_CHUNK = 64  # gestures in memory at once
_MANY = 1_000_000  # numbers to try one by one where the list of them cannot be read


@dataclass(frozen=True)
class Damage:
    """One thing that is wrong with a journal.

    Attributes
    ----------
    kind : "file", "stream", "gesture" or "missing"
        The database's own pages; the list of streams; a gesture that is not as it was written; one that is gone.
    stream : str
        Identity of the stream; "" = the whole journal.
    gesture : int
        Number of the gesture; 0 = none in particular.
    message : str
        In words.
    """

    kind: Literal["file", "stream", "gesture", "missing"]
    stream: str
    gesture: int
    message: str


def find_damage(database: Database) -> list[Damage]:
    """Return what is wrong with a journal.

    Parameters
    ----------
    database : Database
        An opened one.

    Returns
    -------
    list of Damage
        Empty when all is well.
    """
    found: list[Damage] = []
    with database.reading("verify") as connection:
        if database.is_sqlite:
            found += _find_file_damage(connection)
        lines = _attempt(connection, select(streams), found)
        counted = _attempt(connection, select(gestures.c.stream).distinct(), found)
    known: set[str] = set()
    for line in lines:
        identity = str(line["identity"])
        known.add(identity)
        if key_of(line) is None:
            found.append(Damage("stream", identity, 0, f"the line of stream {identity} contradicts its hash"))
        newest = line["newest"]
        if not isinstance(newest, int):
            found.append(Damage("stream", identity, 0, f"stream {identity} does not say how many gestures it has"))
            newest = 0
        found += _find_stream_damage(database, identity, newest)
    for identity in sorted({str(line["stream"]) for line in counted} - known):
        found.append(
            Damage("stream", identity, 0, f"stream {identity} has gestures and no line in the list of streams")
        )
    return found


def _find_file_damage(connection: Connection) -> list[Damage]:
    try:
        lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    except SQLAlchemyError as error:
        lines = [str(getattr(error, "orig", None) or error)]
    return [Damage("file", "", 0, part) for line in lines if line != "ok" for part in line.splitlines()]


def _attempt(connection: Connection, query: Select[Any], found: list[Damage]) -> list[Mapping[str, Any]]:
    try:
        return [dict(row) for row in connection.execute(query).mappings()]
    except SQLAlchemyError as error:
        found.append(Damage("file", "", 0, str(getattr(error, "orig", None) or error)))
        return []


def _find_stream_damage(database: Database, identity: str, newest: int) -> Iterator[Damage]:
    mine = gestures.c.stream == identity
    try:
        with database.reading("read") as connection:
            numbers = list(connection.execute(select(gestures.c.number).where(mine)).scalars())
    except JournalError as error:
        yield Damage("file", identity, 0, error.message)
        numbers = list(range(1, min(newest, _MANY) + 1))
    held = sorted({n for n in numbers if isinstance(n, int)})
    for last, number in zip([0, *held], [*held, newest + 1], strict=True):
        if number - last > 1:
            which = str(last + 1) if number - last == 2 else f"{last + 1} to {number - 1}"
            yield Damage("missing", identity, last + 1, f"gesture {which} of stream {identity} is missing")
    for number in (n for n in held if n > newest):
        yield Damage("stream", identity, number, f"stream {identity} does not count its gesture {number}")
    for start in range(0, len(held), _CHUNK):
        chunk = held[start : start + _CHUNK]
        try:
            wrong = _find_wrong(database, identity, chunk)
        except JournalError:  # one at a time, so that one that cannot be read hides no other
            wrong = {number: _say_wrong(database, identity, number) for number in chunk}
        for number, what in wrong.items():
            if what:
                yield Damage("gesture", identity, number, f"gesture {number} of stream {identity}: {what}")


def _find_wrong(database: Database, identity: str, numbers: list[int]) -> dict[int, str]:
    query = select(gestures).where(gestures.c.stream == identity, gestures.c.number.in_(numbers))
    with database.reading("read") as connection:
        rows = {row["number"]: row for row in connection.execute(query).mappings()}
    wrong: dict[int, str] = {}
    for number in numbers:
        try:
            held = gesture_of(identity, rows[number])
        except KeyError:
            wrong[number] = "it is in the index and not in the table"
        except (ValueError, JournalError) as error:
            wrong[number] = str(error)
        else:
            if held.undoes is not None and not 0 < held.undoes < number:
                wrong[number] = f"it undoes gesture {held.undoes}, which is none before it"
    return wrong


def _say_wrong(database: Database, identity: str, number: int) -> str:
    try:
        return _find_wrong(database, identity, [number]).get(number, "")
    except JournalError as error:
        return error.message
