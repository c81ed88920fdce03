"""What each row is called now: the frame's labels plus the journal's gestures, folded.

Nothing but `Labels` writes a label. Every change is a gesture: it is committed to the journal first, then it is true here,
then the caller's frame and every listener hear of it. `Labels` is what a user holds; the work stands in `_ledger` (the one
place that writes), `_operations` (what can be done), `_states` (what was) and `_people` (who did it). This file is long
because each public act has its docstring here; there is next to no code in it.
"""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from labelatlas import _operations, _settle, _states
from labelatlas._agreement import Agreement
from labelatlas._change import BY_HAND, Change, Notice, Said
from labelatlas._ledger import Ledger
from labelatlas._people import People
from labelatlas._provenance import provenance_of
from labelatlas._states import LabelState
from labelatlas.frames import with_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from labelatlas._log import Log
    from labelatlas._problems import Keep, Problem
    from labelatlas._states import When
    from labelatlas._typing import Arm, BoolArray, Float32Array, Int32Array, Source, SyncState
    from labelatlas.frames import LabelColumn, LiveColumn, Table
    from labelatlas.journal import Stream

__all__ = ["Agreement", "Change", "LabelState", "Labels", "Notice", "Said"]


class Labels:
    """The labels of a frame, with their journal.

    Made by `LabelMap`; to be had as `m.labels`. Each act is one gesture and returns a `Change` with the rows it touched;
    with `plan=True` nothing is done, and the `Change` says which rows it would touch. `said` is what the journal keeps beside it:
    `Said(how="menu", source="llm", arm="shown", note="...")`.

    Parameters
    ----------
    table : Table
        The frame as it came in.
    column : LabelColumn
        Its label column.
    keys : ndarray of shape (n,)
        Row keys.
    content : sequence of str
        Columns that the fingerprints cover.
    stream : Stream
        Where gestures are kept.
    live : LiveColumn or None
        The caller's own column, when edits are to be written there.
    author : str or None
        Who edits; None = the name of the operating system's user.
    vectors : ndarray of shape (n, d), float32, or None
        What tells rows from those of other data when there are no content columns; None = keys alone are trusted.

    Raises
    ------
    JournalError
        The journal cannot be read, or belongs to other data.
    """

    def __init__(
        self,
        table: Table,
        column: LabelColumn,
        keys: npt.NDArray[Any],
        content: Sequence[str],
        stream: Stream,
        *,
        live: LiveColumn | None = None,
        author: str | None = None,
        vectors: Float32Array | None = None,
    ) -> None:
        self._ledger = Ledger(table, column, keys, content, stream, live, author or _user(), vectors)
        self.table, self.column, self.keys = table, column, keys
        self.author = self._ledger.author
        self.lock = self._ledger.lock
        self.people = People(self._ledger)

    # ---- what is true now --------------------------------------------------------------------------------------------
    @property
    def codes(self) -> Int32Array:
        """Return the label code of each row: int32 (n,), -1 = unlabelled; a read-only view."""
        return _read_only(self._ledger.codes)

    @property
    def original(self) -> Int32Array:
        """Return each row's label before its first edit: int32 codes (n,), -1 = unlabelled; a read-only view."""
        return _read_only(self._ledger.original)

    @property
    def edited(self) -> BoolArray:
        """Return which rows differ from their original label: bool (n,)."""
        return self._ledger.codes != self._ledger.original

    @property
    def revision(self) -> int:
        """Return how many changes there were since this object was made."""
        return self._ledger.revision

    @property
    def values(self) -> tuple[str | int | bool, ...]:
        """Return the label of each code, of the column's own type."""
        return tuple(self._ledger.set.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the display name of each code."""
        return tuple(str(value) for value in self._ledger.set.values)

    @property
    def retired(self) -> tuple[int, ...]:
        """Return the codes that no row holds and no list should show: labels renamed, merged, deleted or undone."""
        with self.lock:
            return self._ledger.retired()

    @property
    def colours(self) -> dict[int, str | int]:
        """Return codes with a colour of their own: "#rrggbb", or the code whose place in the palette they took over."""
        with self.lock:
            names, code = self._ledger.names(), self._ledger.set.code
            taken: dict[Any, str | int] = {v: code(old) or 0 for v, old in names.heirs.items()}
            return {c: colour for v, colour in (taken | names.colours).items() if (c := code(v)) is not None}

    @property
    def sync(self) -> tuple[SyncState, str]:
        """Return whether edits reach the caller's frame ("live", "manual", "detached", "stopped"), and a sentence."""
        live, note = self._ledger.live, self._ledger.sync_note
        if live is None:
            return "manual", ""
        if live.is_unseen:
            return "detached", "No variable holds the frame any more: edits no longer reach it. Take m.to_frame()."
        return ("stopped", note) if note else ("live", "")

    @property
    def log(self) -> Log:
        """Return every gesture so far: `.timeline()`, `.can_undo_redo(author)`."""
        return self._ledger.log

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the edits of the journal that were not applied."""
        with self.lock:
            return tuple(self._ledger.problems.by_key.values())

    @property
    def n_problems(self) -> tuple[int, int]:
        """Return how many edits of the journal are in conflict, and how many are orphans."""
        with self.lock:
            return self._ledger.problems.count()

    @property
    def n_replayed(self) -> int:
        """Return how many rows of the frame the journal changed when it was opened."""
        return self._ledger.n_replayed

    @property
    def listeners(self) -> list[Callable[[Change], None]]:
        """Return the functions that are called after each change, whoever made it; add to it, remove from it."""
        return self._ledger.listeners

    def to_frame(self, *, into: str | None = None, provenance: bool = False) -> Any:
        """Return a new frame of the caller's kind with the labels as they are now; all else as it came in.

        Parameters
        ----------
        into : str or None
            A new column for them, which comes last; the label column is left alone then.
        provenance : bool
            Whether to add the columns edited, old_label (the label before the first edit), author and at (of the gesture that
            changed the row last, undos too; missing = none did).

        Returns
        -------
        frame of the caller's kind

        Raises
        ------
        InputError
            A new column has the name of one that is there.
        JournalError
            The journal cannot be read.
        """
        with self.lock:
            ledger = self._ledger
            origin = provenance_of(ledger) if provenance else None
            # a column that live sync writes is ours already when the cell runs again
            ours = ledger.live is not None and into is not None and into == ledger.live.into
            values = ledger.set.values
            return with_labels(
                self.table,
                self.column,
                values,
                ledger.codes,
                into=into,
                provenance=origin,
                replace=ours,
                kin=ledger.kin,
            )

    # ---- rows --------------------------------------------------------------------------------------------------------
    def assign(
        self,
        rows: npt.NDArray[np.integer],
        label: object,
        *,
        where: object = ...,
        plan: bool = False,
        how: str = "api",
        source: Source = "human",
        arm: Arm = "none",
        note: str = "",
    ) -> Change:
        """Give rows a label.

        Parameters
        ----------
        rows : ndarray of shape (m,), integer
            Positions, without repeats.
        label : str, int, bool or None
            A value of the label column, its name as typed, or None for unlabelled.
        where : str, int, bool or None
            Only those of the rows that hold this label now; None = that are unlabelled; left out = all.
        plan, how, source, arm, note
            See `Labels` and `labelatlas.journal.NewGesture`.

        Returns
        -------
        Change
            Only rows that held another label are touched; when there are none, there is no gesture.

        Raises
        ------
        LabelTypeError
            The column cannot hold the label.
        JournalError
            It could not be saved; then nothing has changed.
        """
        with self._now() as ledger:
            held = None if where is ... else -1 if where is None else _operations.existing(ledger, where)
            return _operations.assign(ledger, rows, label, Said(how, source, arm, note), where=held, plan=plan)

    def split(
        self, label: object, rows: npt.NDArray[np.integer], new: object, *, plan: bool = False, said: Said = BY_HAND
    ) -> Change:
        """Give a label's rows inside a selection a label of their own.

        Parameters
        ----------
        label : str, int or bool
            The label that is split.
        rows : ndarray of shape (m,), integer
            Positions; those that hold another label are left alone.
        new : str, int or bool
            Their label from now on.
        plan, said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is no such label, or the column cannot hold the new one.
        """
        with self._now() as ledger:
            held = _operations.existing(ledger, label)
            return _operations.assign(ledger, rows, new, said, where=held, action="split", plan=plan)

    # ---- whole labels ------------------------------------------------------------------------------------------------
    def create(self, name: object, colour: str = "", *, said: Said = BY_HAND) -> Change:
        """Make a label that no row holds yet.

        Parameters
        ----------
        name : str, int or bool
            Of the column's type.
        colour : str
            "#rrggbb"; "" = the palette's next.
        said : Said
            See `Labels`.

        Returns
        -------
        Change
            Without rows.

        Raises
        ------
        InputError
            There is one of that name; the column cannot hold it; it is no colour.
        """
        with self._now() as ledger:
            return _operations.create(ledger, name, colour, said)

    def rename(self, old: object, new: object, *, plan: bool = False, said: Said = BY_HAND) -> Change:
        """Give a label another name, on every row; it keeps its colour, and in a categorical column its place.

        Parameters
        ----------
        old, new : str, int or bool
            An existing label, and a name that is free.
        plan, said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is no such label, or there is one of the new name already (`merge` joins them).
        """
        with self._now() as ledger:
            return _operations.rename(ledger, old, new, said, plan=plan)

    def merge(self, labels: Iterable[object], into: object, *, plan: bool = False, said: Said = BY_HAND) -> Change:
        """Give the rows of several labels one label.

        Parameters
        ----------
        labels : iterable of str, int or bool
            Existing labels; `into` may be among them.
        into : str, int or bool
            An existing label or a new name.
        plan, said
            See `Labels`.

        Returns
        -------
        Change
            With the rows that held another label than `into`.

        Raises
        ------
        InputError
            There is no such label, or none besides `into`.
        """
        with self._now() as ledger:
            return _operations.merge(ledger, labels, into, said, plan=plan)

    def delete(self, label: object, *, plan: bool = False, said: Said = BY_HAND) -> Change:
        """Take a label away; its rows are unlabelled.

        Parameters
        ----------
        label : str, int or bool
            An existing label.
        plan, said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is no such label; `LabelTypeError`: the column cannot hold unlabelled rows.
        """
        with self._now() as ledger:
            return _operations.delete(ledger, label, said, plan=plan)

    def recolour(self, label: object, colour: str, *, said: Said = BY_HAND) -> Change:
        """Give a label a colour of its own.

        Parameters
        ----------
        label : str, int or bool
            An existing label.
        colour : str
            "#rrggbb".
        said : Said
            See `Labels`.

        Returns
        -------
        Change
            Without rows.

        Raises
        ------
        InputError
            There is no such label, or it is no colour.
        """
        with self._now() as ledger:
            return _operations.recolour(ledger, label, colour, said)

    # ---- back and forth ----------------------------------------------------------------------------------------------
    def undo(self, gesture: int | None = None, *, said: Said = BY_HAND) -> Change:
        """Take a gesture back; rows that were changed again since are left alone and counted.

        Parameters
        ----------
        gesture : int or None
            Its number; None = this author's last one not yet undone.
        said : Said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is nothing to undo, no such gesture, or it stands undone already.
        JournalError
            It could not be saved; then nothing has changed.
        """
        with self._now() as ledger:
            return _operations.undo(ledger, gesture, said)

    def redo(self, *, said: Said = BY_HAND) -> Change:
        """Bring back what this author undid last.

        Parameters
        ----------
        said : Said
            See `Labels`.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is nothing to redo.
        JournalError
            It could not be saved; then nothing has changed.
        """
        with self._now() as ledger:
            return _operations.redo(ledger, said)

    def at(self, when: When = None) -> LabelState:
        """Return the labels as they were.

        Parameters
        ----------
        when : int, str, datetime or None
            After that gesture (0 = before the first); a state's name, or a time in ISO 8601 (UTC unless it says otherwise);
            None = now.

        Returns
        -------
        LabelState
            `.codes`, `.to_frame()`, and `.restore()` to go back there.

        Raises
        ------
        InputError
            There is no such gesture or state.
        """
        with self._now() as ledger:
            return _states.state_at(ledger, when)

    def diff(self, a: When, b: When = None) -> Any:
        """Return the rows whose label differs between two states.

        Parameters
        ----------
        a, b : int, str, datetime, LabelState or None
            As for `at`; None = now.

        Returns
        -------
        frame of the caller's kind
            Columns key, row, before (in a), after (in b): label names, "" = unlabelled.

        Raises
        ------
        InputError
            There is no such gesture or state.
        """
        with self._now() as ledger:
            return _states.diff_frame(ledger, a, b)

    def tag(self, name: str, *, said: Said = BY_HAND) -> Change:
        """Name the state of now, for `at` and `diff`.

        Parameters
        ----------
        name : str
            Not yet taken.
        said : Said
            See `Labels`.

        Returns
        -------
        Change
            Without rows; an undo does not take it back.

        Raises
        ------
        InputError
            It is empty or taken.
        """
        with self._now() as ledger:
            return _states.tag(ledger, name, said)

    # ---- other hands -------------------------------------------------------------------------------------------------
    def resolve(
        self, keys: Iterable[Any] | None = None, *, keep: Keep, plan: bool = False, said: Said = BY_HAND
    ) -> Change:
        """Settle conflicts and orphans, so that they do not come back.

        Parameters
        ----------
        keys : iterable or None
            Keys of rows in `m.conflicts()`; None = all of it.
        keep : "journal" or "frame"
            Whose label a row gets. A row that is missing, or whose column cannot hold the journal's label, can only be let
            go of: keep="frame".
        plan, said
            See `Labels`.

        Returns
        -------
        Change
            `rows`: those settled that are here; `skipped`: those that cannot be settled that way. An undo makes them
            conflicts again, but for rows that somebody has spoken of since.

        Raises
        ------
        InputError
            `keep` is neither.
        """
        with self._now() as ledger:
            return _settle.resolve(ledger, keys, keep, said, plan=plan)

    def refresh(self) -> int:
        """Take over the gestures that others appended to the journal since we last looked.

        Returns
        -------
        int
            How many there were.
        """
        return self._ledger.refresh()

    @contextmanager
    def _now(self) -> Generator[Ledger]:
        """Hold the lock, knowing what others did."""
        with self.lock:
            self._ledger.refresh()
            yield self._ledger


def _read_only(codes: Int32Array) -> Int32Array:
    view = codes.view()
    view.flags.writeable = False
    return view


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user database, as in some containers
        return "unknown"
