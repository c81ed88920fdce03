"""The journal on disk: open it, hand out its streams, check it.

SQLite by default, in WAL mode with synchronous=FULL, so that a committed gesture survives the kernel and the machine; any
database that SQLAlchemy knows by URL. Every method may be called from any thread.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, inspect, select

from labelatlas.exceptions import JournalError
from labelatlas.journal.clock import now
from labelatlas.journal.database import Database
from labelatlas.journal.migrate import MIGRATIONS, migrate
from labelatlas.journal.schema import SCHEMA_VERSION, about, gestures, metadata, streams
from labelatlas.journal.stream import Stream
from labelatlas.journal.stream_key import StreamKey, check_text, key_of
from labelatlas.journal.verify import find_damage

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from labelatlas.journal.verify import Damage

BUSY_SECONDS = 5.0
_OURS = frozenset(metadata.tables)
_LOCK = 0x6C_61_62_65_6C  # "label": whoever makes or changes the tables of a PostgreSQL journal holds this lock
_CURE = "Restore it from a copy, or save what can be read: labelatlas journal salvage."


class Journal:
    """A journal of gestures.

    Parameters
    ----------
    where : str, Path or None
        A file (made when missing), an SQLAlchemy URL, or None for memory.
    busy_seconds : float or None
        How long a write waits for another process that holds the journal, before it fails; None = `BUSY_SECONDS`.

    Raises
    ------
    JournalError
        It cannot be opened: no journal, a newer or a damaged one, a read-only place, locked, an unknown URL.

    Notes
    -----
    A journal of an older schema is brought to the one of today, in one transaction. A file is copied first, to a name that
    ends in `.schema1`; in another database the old tables stay, under names that end in `_schema1`.

    Examples
    --------
    >>> journal = Journal(None)
    >>> stream = journal.stream(StreamKey("d", "label", "column:id", ()))
    >>> list(stream.gestures()), journal.verify()
    ([], [])
    """

    def __init__(self, where: str | Path | None, *, busy_seconds: float | None = None) -> None:
        self._database = Database(where, BUSY_SECONDS if busy_seconds is None else busy_seconds)
        self._is_durable = where is not None
        with self._database.reading("open") as connection:
            version = self._read_version(connection)
        if version != SCHEMA_VERSION:
            self._make_or_migrate()

    @property
    def is_durable(self) -> bool:
        """Return whether gestures outlive this process."""
        return self._is_durable

    def __str__(self) -> str:
        """Return where the journal is, for people; never a password."""
        return self._database.name

    def streams(self) -> list[StreamKey]:
        """Return what the journal holds, in the order in which it was begun.

        Returns
        -------
        list of StreamKey

        Raises
        ------
        JournalError
            The list of streams is damaged.
        """
        with self._database.reading("read") as connection:
            return [key for _, key in sorted(self._read_streams(connection), key=lambda pair: pair[0])]

    def stream(self, key: StreamKey) -> Stream:
        """Return the stream of a dataset's label column, made when it is not there yet.

        Parameters
        ----------
        key : StreamKey
            Which one.

        Returns
        -------
        Stream

        Raises
        ------
        JournalError
            The journal is damaged, or cannot be written.
        """
        for name, fact in zip(
            ("dataset", "label", "key"), (key.dataset, key.label_column, key.key_recipe), strict=True
        ):
            check_text(fact, name)
        with self._database.reading("open") as connection:
            found = key in [held for _, held in self._read_streams(connection)]
        if not found:
            with self._database.writing("begin a stream of") as connection:
                self._begin_stream(connection, key)
        return Stream(self._database, key.identity)

    def verify(self) -> list[Damage]:
        """Read everything and return what is wrong.

        Returns
        -------
        list of Damage
            Empty: every gesture that was ever acknowledged is there, in order, as it was written.

        Raises
        ------
        JournalError
            The database does not answer.
        """
        return find_damage(self._database)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _read_version(self, connection: Connection) -> int:
        """Return the schema of the journal; 0 = there is no journal yet."""
        names = set(inspect(connection).get_table_names())
        if about.name not in names:
            self._refuse_foreign(connection, names)
            return 0
        if lost := sorted(_OURS - names):
            raise JournalError(f"journal {self} is damaged: its tables {', '.join(lost)} are gone.", hint=_CURE)
        held = connection.execute(select(about.c.value).where(about.c.name == "schema")).scalar()
        if not str(held).isdecimal() or not (int(str(held)) in MIGRATIONS or int(str(held)) >= SCHEMA_VERSION):
            raise JournalError(f"journal {self} is damaged: its schema reads {held!r}.", hint=_CURE)
        if int(str(held)) > SCHEMA_VERSION:
            message = f"journal {self} has schema {held}; this labelatlas reads schemas up to {SCHEMA_VERSION}."
            raise JournalError(message, hint="Upgrade labelatlas.")
        return int(str(held))

    def _refuse_foreign(self, connection: Connection, names: set[str]) -> None:
        """Refuse a file of something else; a database of a server may well hold other tables."""
        if not self._database.is_sqlite:
            return
        if names:
            message = f"journal {self} is a database of something else: its tables are {', '.join(sorted(names))}."
            raise JournalError(message, hint="Give the journal a file of its own: journal='labels.sqlite'.")
        path = self._database.path
        page = int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)
        if path is not None and path.is_file() and path.stat().st_size > page:
            raise JournalError(f"journal {self} is damaged: it has content, and yet no table.", hint=_CURE)

    def _make_or_migrate(self) -> None:
        with self._database.writing("open") as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            version = self._read_version(connection)  # another process may have done it while we waited
            if version == 0:
                metadata.create_all(connection)
                connection.execute(insert(about).values(name="schema", value=str(SCHEMA_VERSION)))
            elif version < SCHEMA_VERSION:
                migrate(connection, self._database, version)

    def _read_streams(self, connection: Connection) -> list[tuple[str, StreamKey]]:
        """Return when each stream was begun and what it is.

        The whole list is read and each line is checked: a stream that were overlooked would be taken for an empty one.
        """
        found: list[tuple[str, StreamKey]] = []
        for row in connection.execute(select(streams)).mappings():
            key = key_of(row)
            if key is None:
                message = f"journal {self} is damaged: its list of streams does not fit itself."
                raise JournalError(message, hint=_CURE)
            found.append((str(row["created"]), key))
        return found

    def _begin_stream(self, connection: Connection, key: StreamKey) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if key in [held for _, held in self._read_streams(connection)]:
            return  # another process was quicker
        orphans = select(func.count()).select_from(gestures).where(gestures.c.stream == key.identity)
        if connection.execute(orphans).scalar():
            raise JournalError(f"journal {self} is damaged: its list of streams has lost one.", hint=_CURE)
        row: dict[str, Any] = {
            "identity": key.identity,
            "dataset": key.dataset,
            "label_column": key.label_column,
            "key_recipe": key.key_recipe,
            "content_columns": json.dumps(list(key.content_columns)),
            "created": now(),
            "newest": 0,
        }
        connection.execute(insert(streams).values(row))
