"""The journal on disk: open, append, read again.

SQLite by default, in WAL mode with synchronous=FULL, so that a committed gesture survives the kernel and the machine.
Every method may be called from any thread.
"""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, func, insert, inspect, select
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from labelatlas.exceptions import JournalError
from labelatlas.journal.gesture import Edits, Gesture, NewGesture, checksum
from labelatlas.journal.schema import SCHEMA_VERSION, about, gestures, metadata, streams

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sqlalchemy import Row

BUSY_SECONDS = 5.0


@dataclass(frozen=True)
class StreamKey:
    """What makes a stream this one and no other.

    Attributes
    ----------
    dataset : str
        A name given by the user.
    label_column : str
        The column that is edited.
    key_recipe : str
        How rows are known.
    content_columns : tuple of str
        What the fingerprints cover.
    """

    dataset: str
    label_column: str
    key_recipe: str
    content_columns: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Return a short hash of the four facts."""
        text = json.dumps([self.dataset, self.label_column, self.key_recipe, list(self.content_columns)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Journal:
    """A journal of gestures.

    Parameters
    ----------
    where : str, Path or None
        A file (made when missing), an SQLAlchemy URL, or None for memory.
    busy_seconds : float or None
        How long a write waits for another process that holds the file, before it fails; None = `BUSY_SECONDS`.

    Raises
    ------
    JournalError
        It cannot be opened: no journal, a newer one, a read-only place, locked, an unknown URL.

    Examples
    --------
    >>> journal = Journal(None)
    >>> stream = journal.stream(StreamKey("d", "label", "column:id", ()))
    >>> list(stream.gestures())
    []
    """

    def __init__(self, where: str | Path | None, *, busy_seconds: float | None = None) -> None:
        self.where = where
        self._engine = _connect(where, BUSY_SECONDS if busy_seconds is None else busy_seconds)
        # a journal in memory is one connection, and one connection is one transaction at a time
        self._turn = threading.RLock() if where is None else nullcontext()
        with self._speaking("open"):
            self._prepare()

    @property
    def is_durable(self) -> bool:
        """Return whether gestures outlive this process."""
        return self.where is not None

    def __str__(self) -> str:
        """Return where the journal is, for people; never a password."""
        if self.where is None:
            return "memory only"
        if _is_url(self.where):
            return self._engine.url.render_as_string(hide_password=True)
        return str(self.where)

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
            The journal cannot be written.
        """
        with self._speaking("open a stream of"), self._engine.begin() as connection:
            found = connection.execute(select(streams.c.id).where(streams.c.identity == key.identity)).scalar()
            if found is None:
                row = {
                    "identity": key.identity,
                    "dataset": key.dataset,
                    "label_column": key.label_column,
                    "key_recipe": key.key_recipe,
                    "content_columns": json.dumps(list(key.content_columns)),
                    "created": now(),
                }
                found = connection.execute(insert(streams).values(row)).inserted_primary_key[0]  # pyright: ignore[reportOptionalSubscript]
        return Stream(self, int(found))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _prepare(self) -> None:
        names = set(inspect(self._engine).get_table_names())
        if about.name not in names:
            if names:
                message = f"journal {self} is a database of something else: its tables are {', '.join(sorted(names))}."
                raise JournalError(message, hint="Give the journal a file of its own: journal='labels.sqlite'.")
            metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            held = connection.execute(select(about.c.value).where(about.c.name == "schema")).scalar()
            if held is None:
                connection.execute(insert(about).values(name="schema", value=str(SCHEMA_VERSION)))
            elif int(held) > SCHEMA_VERSION:
                message = f"journal {self} has schema {held}; this labelatlas reads schemas up to {SCHEMA_VERSION}."
                raise JournalError(message, hint="Upgrade labelatlas.")

    @contextmanager
    def _speaking(self, act: str) -> Generator[None]:
        """Turn a database's errors into ours."""
        try:
            with self._turn:
                yield
        except SQLAlchemyError as error:
            raise _explain(error, act, self) from error


class Stream:
    """The gestures of one label column of one dataset; made by `Journal.stream`.

    Parameters
    ----------
    journal : Journal
        Where it is.
    stream_id : int
        Its number there.
    """

    def __init__(self, journal: Journal, stream_id: int) -> None:
        self.journal = journal
        self._id = stream_id

    def append(self, gesture: NewGesture) -> int:
        """Commit one gesture and return its number. When this returns, the gesture is on disk.

        Parameters
        ----------
        gesture : NewGesture
            What was done.

        Returns
        -------
        int

        Raises
        ------
        JournalError
            It could not be written; nothing of it is in the journal.
        """
        blob = gesture.edits.to_bytes()
        row = {
            "stream": self._id,
            "at": gesture.at,
            "author": gesture.author,
            "action": gesture.action,
            "source": gesture.source,
            "how": gesture.how,
            "arm": gesture.arm,
            "note": gesture.note,
            "undoes": gesture.undoes,
            "n_rows": len(gesture.edits),
            "edits": blob,
            "checksum": checksum(gesture, blob),
        }
        with self._speaking("write to"), self._engine.begin() as connection:
            return int(connection.execute(insert(gestures).values(row)).inserted_primary_key[0])  # pyright: ignore[reportOptionalSubscript]

    def gestures(self, *, after: int = 0, before: int | None = None) -> Iterator[Gesture]:
        """Yield gestures in order.

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
            One of them is damaged; the message names it.
        """
        query = select(gestures).where(gestures.c.stream == self._id, gestures.c.id > after).order_by(gestures.c.id)
        if before is not None:
            query = query.where(gestures.c.id < before)
        with self._speaking("read"), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield _gesture(row, self.journal)

    def gesture(self, gesture_id: int) -> Gesture | None:
        """Return one gesture.

        Parameters
        ----------
        gesture_id : int
            Its number.

        Returns
        -------
        Gesture or None
            None when this stream has no such number.
        """
        return next(self.gestures(after=gesture_id - 1, before=gesture_id + 1), None)

    def newest(self) -> int:
        """Return the number of the last gesture; 0 = there is none."""
        query = select(func.max(gestures.c.id)).where(gestures.c.stream == self._id)
        with self._speaking("read"), self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    @property
    def _engine(self) -> Engine:
        return self.journal._engine  # noqa: SLF001 - one class in two halves  # pyright: ignore[reportPrivateUsage]

    def _speaking(self, act: str) -> Any:
        return self.journal._speaking(act)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def now() -> str:
    """Return the time, UTC, to the millisecond, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _gesture(row: Row[Any], journal: Journal) -> Gesture:
    found = Gesture(
        id=row.id,
        at=row.at,
        author=row.author,
        action=row.action,
        source=row.source,
        how=row.how,
        arm=row.arm,
        note=row.note,
        undoes=row.undoes,
        edits=Edits.from_bytes(row.edits),
    )
    if checksum(found, row.edits) != row.checksum:
        message = f"gesture {row.id} of journal {journal} is damaged: its checksum does not fit."
        raise JournalError(message, hint="Restore the journal from a copy.")
    return found


def _is_url(where: str | Path) -> bool:
    return isinstance(where, str) and "://" in where


def _connect(where: str | Path | None, busy_seconds: float) -> Engine:
    if where is None:
        return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    if isinstance(where, str) and _is_url(where):
        try:
            return create_engine(where)
        except (ArgumentError, NoSuchModuleError) as error:
            message = f"journal must be a file or a database URL that SQLAlchemy knows. Got {where.split(':')[0]!r}."
            raise JournalError(message, hint="Use a path, or postgresql+psycopg://user@host/name.") from error
        except ImportError as error:
            message = f"the driver for this journal is not installed: {error}"
            raise JournalError(message, hint="Install it, for example: pip install psycopg.") from error
    path = Path(where)
    if path.is_dir() or not path.parent.is_dir():
        what = "a folder" if path.is_dir() else "in a folder that does not exist"
        message = f"journal must be a file. {path} is {what}."
        raise JournalError(message, hint="Name a file in a folder that exists: journal='labels.sqlite'.")
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def _explain(error: SQLAlchemyError, act: str, journal: Journal) -> JournalError:
    cause = str(getattr(error, "orig", None) or error)
    if "locked" in cause or "busy" in cause:
        message, hint = "another process holds it", "Close the other program that writes to it, then try again."
    elif "readonly" in cause or "read-only" in cause or "unable to open" in cause:
        message, hint = f"the place is not writable ({cause})", "Name a file you may write, or journal=None for memory."
    elif "not a database" in cause or "malformed" in cause:
        message, hint = f"it is no journal, or damaged ({cause})", "Name another file, or restore it from a copy."
    elif "full" in cause:
        message, hint = f"there is no space left ({cause})", "Make room, then try again; nothing saved is lost."
    else:
        message, hint = cause, "Nothing saved is lost; see the cause above."
    kind = "database" if isinstance(error, DatabaseError) else "journal"
    return JournalError(f"cannot {act} the {kind} {journal}: {message}.", hint=hint)
