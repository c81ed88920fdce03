"""From the schema of an older labelatlas to that of this one, with a backup.

To add a step: raise `SCHEMA_VERSION` in schema.py, write here what makes the new tables out of the old ones, add it to
`MIGRATIONS`, and keep code that writes a journal of the old schema in tests/python/journal.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, inspect, text, update

from labelatlas.exceptions import JournalError
from labelatlas.journal.gesture import SAID, checksum
from labelatlas.journal.schema import SCHEMA_VERSION, about, gestures, metadata, streams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from labelatlas.journal.database import Database

_CHUNK = 64
_OLD = "_schema1"  # what the names of the old tables end in
_COLUMNS_1 = {
    streams.name: {"id", "identity", "dataset", "label_column", "key_recipe", "content_columns", "created"},
    gestures.name: {"id", "stream", *SAID, "undoes", "n_rows", "edits", "checksum"},
}


def migrate(connection: Connection, database: Database, version: int) -> None:
    """Bring a journal to the schema of today.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes; what goes wrong leaves the journal as it was.
    database : Database
        The journal.
    version : int
        The schema it has.

    Raises
    ------
    JournalError
        It is damaged, or the backup cannot be written.
    """
    for step in range(version, SCHEMA_VERSION):
        MIGRATIONS[step](connection, database)
    connection.execute(update(about).where(about.c.name == "schema").values(value=str(SCHEMA_VERSION)))


def _from_schema_1(connection: Connection, database: Database) -> None:
    """Gestures were numbered through the whole journal; now each stream counts its own, without a gap."""
    for table, columns in _COLUMNS_1.items():
        if {column["name"] for column in inspect(connection).get_columns(table)} != columns:
            message = f"journal {database.name} is damaged: it says schema 1 and has other tables."
            raise JournalError(message, hint="Restore it from a copy.")
    if database.path is not None:
        _back_up(database.path, f"{database.path.name}.schema1")
    for table in _COLUMNS_1:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}{_OLD}"))
    metadata.create_all(connection)
    identities: dict[int, str] = {}
    for row in connection.execute(text(f"SELECT * FROM {streams.name}{_OLD} ORDER BY id")).mappings():  # noqa: S608
        identities[row["id"]] = row["identity"]
        connection.execute(insert(streams).values(_stream_row(row)))
    _number_anew(connection, database, identities)
    if database.is_sqlite:  # the copy has them; in another database they are the backup
        for table in reversed(_COLUMNS_1):
            connection.execute(text(f"DROP TABLE {table}{_OLD}"))


def _number_anew(connection: Connection, database: Database, identities: dict[int, str]) -> None:
    numbers: dict[int, int] = {}
    newest: dict[str, int] = defaultdict(int)
    last = 0
    query = text(f"SELECT * FROM {gestures.name}{_OLD} WHERE id > :last ORDER BY id LIMIT {_CHUNK}")  # noqa: S608
    while rows := connection.execute(query, {"last": last}).mappings().all():
        for row in rows:
            last = row["id"]
            stream = identities.get(row["stream"], "")
            said = [*(row[name] for name in SAID), row["undoes"]]
            blob = bytes(row["edits"])
            if not stream or _checksum_1(said, blob) != bytes(row["checksum"]):
                message = f"gesture {last} of journal {database.name} is damaged: its checksum does not fit."
                raise JournalError(message, hint="Restore the journal from a copy.")
            newest[stream] += 1
            numbers[last] = newest[stream]
            said[-1] = None if row["undoes"] is None else numbers.get(row["undoes"])
            new: dict[str, Any] = {name: row[name] for name in (*SAID, "n_rows")}
            new |= {"stream": stream, "number": newest[stream], "undoes": said[-1], "edits": blob}
            new["checksum"] = checksum(stream, newest[stream], said, blob)
            connection.execute(insert(gestures).values(new))
    for stream, count in newest.items():
        connection.execute(update(streams).where(streams.c.identity == stream).values(newest=count))


MIGRATIONS: dict[int, Callable[[Connection, Database], None]] = {1: _from_schema_1}
"""Schema -> what leads from it to the next."""


def _stream_row(row: Any) -> dict[str, Any]:
    names = ("identity", "dataset", "label_column", "key_recipe", "content_columns", "created")
    return {name: row[name] for name in names} | {"newest": 0}


def _checksum_1(said: list[object], blob: bytes) -> bytes:
    text_ = json.dumps(said).encode()
    return hashlib.blake2b(len(text_).to_bytes(8, "little") + text_ + blob, digest_size=16).digest()


def _back_up(path: Path, name: str) -> Path:
    """Copy the journal, with what is still in its write-ahead log, beside itself; an older backup is kept."""
    place, count = path.with_name(name), 1
    while place.exists():
        count += 1
        place = path.with_name(f"{name}.{count}")
    try:
        # a second connection: readers see the last commit while we hold the write lock
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(place)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        place.unlink(missing_ok=True)
        message = f"journal {path} has an older schema, and no backup of it can be written: {error}."
        raise JournalError(message, hint="Make room beside it; the journal is unchanged.") from error
    return place
