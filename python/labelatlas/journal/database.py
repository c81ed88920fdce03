"""The way to the database: opened once, read and written in short transactions, its errors told in our words.

SQLite and PostgreSQL take one road. Here is all in which they differ: how a connection is made durable, and how a
transaction that will write says so from its first statement (SQLite takes its one write lock then, and never has to give
up half way).
"""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    from collections.abc import Generator

_CONNECT_SECONDS = 10
_PAUSE = 0.01  # between two attempts to put a new file into WAL mode while another process does so
_WRITES = "labelatlas_writes"

# what the cause of an error says (SQLite's words, PostgreSQL's words or codes) -> what it means, what to do
_CAUSES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("locked", "busy", "55P03"),
        "another process holds it",
        "Close the other program that writes to it, then try again.",
    ),
    (
        ("readonly", "read-only", "unable to open", "25006", "42501", "permission denied"),
        "the place is not writable",
        "Name a journal you may write, or journal=None for memory.",
    ),
    (
        ("not a database", "malformed", "no such column", "no such table", "UNIQUE", "decode", "unsupported"),
        "it is no journal, or damaged",
        "Restore it from a copy, or save what can be read: labelatlas journal salvage.",
    ),
    (
        ("full", "No space left", "53100", "disk I/O"),
        "there is no space left, or the disk fails",
        "Make room, then try again; nothing saved is lost.",
    ),
    (
        ("28P01", "28000", "password authentication", "no password supplied", "authentication failed"),
        "the server refuses this user or password",
        "Check user and password of the URL; keep the password in the environment (PGPASSWORD) or in ~/.pgpass.",
    ),
    (
        ("3D000", 'database "', "unknown database"),
        "the server has no such database",
        "Make it first: createdb NAME.",
    ),
    (
        ("connection refused", "translate host name", "resolve", "is the server running", "timeout", "connection"),
        "the server does not answer",
        "Check host and port of the URL, and that the server runs.",
    ),
)


class Database:
    """A database that can be read and written from any thread.

    Parameters
    ----------
    where : str, Path or None
        A file, an SQLAlchemy URL, or None for memory.
    busy_seconds : float
        How long to wait for another process that holds the lock.

    Raises
    ------
    JournalError
        There is no such place, driver or kind of database.
    """

    def __init__(self, where: str | Path | None, busy_seconds: float) -> None:
        self.path: Path | None = None
        if where is None:
            self.name = "memory only"
            self.engine = create_engine(
                "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
            )
        elif isinstance(where, str) and "://" in where:
            url = _parse_url(where)
            self._secret = url.password
            # a password may also stand among the options behind the "?"
            self.name = url.difference_update_query(["password", "passfile"]).render_as_string(hide_password=True)
            self.engine = _connect_url(url)
            if url.get_backend_name() == "sqlite" and url.database:
                self.path = Path(url.database)
        else:
            self.path = _check_path(Path(where))
            self.name = str(where)
            url = URL.create("sqlite", database=str(self.path))
            self.engine = create_engine(url, connect_args={"timeout": busy_seconds}, hide_parameters=True)
        # a journal in memory is one connection, and one connection is one transaction at a time
        self._turn = threading.RLock() if where is None else nullcontext()
        _prepare_connections(self.engine, busy_seconds)
        # a journal that nobody holds any more holds no file and no place at a server
        weakref.finalize(self, self.engine.dispose)

    _secret: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Return whether it is SQLite, in a file or in memory."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self, act: str) -> Generator[Connection]:
        """Yield a connection to read with; `act` is what an error says could not be done."""
        try:
            with self._turn, self.engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, UnicodeDecodeError) as error:  # the latter from a message that quotes a damaged page
            raise self._explain(error, act) from error

    @contextmanager
    def writing(self, act: str) -> Generator[Connection]:
        """Yield a connection in a transaction that is committed at the end, or leaves no trace."""
        try:
            with self._turn, self.engine.execution_options(**{_WRITES: True}).begin() as connection:
                yield connection
        except (SQLAlchemyError, UnicodeDecodeError) as error:  # the latter from a message that quotes a damaged page
            raise self._explain(error, act) from error

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()

    def _explain(self, error: Exception, act: str) -> JournalError:
        origin = getattr(error, "orig", None) or error
        cause = " ".join(str(origin).split())
        if self._secret:
            cause = cause.replace(self._secret, "***")
        telltale = f"{getattr(origin, 'sqlstate', None) or ''} {cause}".lower()
        for words, meaning, cure in _CAUSES:
            if any(word.lower() in telltale for word in words):
                return JournalError(f"cannot {act} journal {self.name}: {meaning} ({cause}).", hint=cure)
        return JournalError(
            f"cannot {act} journal {self.name}: {cause}.", hint="Nothing saved is lost; see the cause above."
        )


def _parse_url(where: str) -> URL:
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        message = f"journal must be a file or a database URL. Got a {where.split(':', maxsplit=1)[0]} URL that cannot be read."
        raise JournalError(message, hint="Write it as postgresql://user@host:5432/name.") from error
    # SQLAlchemy's own choice of a driver for PostgreSQL differs from version to version
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _connect_url(url: URL) -> Engine:
    arguments: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _CONNECT_SECONDS
    try:
        return create_engine(url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        message = f"journal must be a file or a database URL that SQLAlchemy knows. Got {url.drivername!r}."
        raise JournalError(message, hint="Use a path, or postgresql://user@host/name.") from error
    except ImportError as error:
        message = f"the driver for this journal is not installed: {error}"
        raise JournalError(message, hint="pip install 'labelatlas[postgres]'") from error


def _check_path(path: Path) -> Path:
    if path.is_dir() or not path.parent.is_dir():
        what = "a folder" if path.is_dir() else "in a folder that does not exist"
        message = f"journal must be a file. {path} is {what}."
        raise JournalError(message, hint="Name a file in a folder that exists: journal='labels.sqlite'.")
    return path


def _prepare_connections(engine: Engine, busy_seconds: float) -> None:
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # transactions begin where we say so, not where the driver thinks
            _use_wal(connection, busy_seconds)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA fullfsync=ON")  # on a Mac a plain fsync leaves the data in the disk's own cache

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get(_WRITES)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    elif engine.dialect.name == "postgresql":

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {max(1, round(busy_seconds * 1000))}")
                # a commit that is acknowledged before it is on disk is none; stricter settings are left alone
                cursor.execute(
                    "SELECT set_config('synchronous_commit', 'on', false) "
                    "WHERE current_setting('synchronous_commit') = 'off'"
                )
            connection.commit()


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Put the file into WAL mode; two processes that do so at once do not wait for each other by themselves."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
