"""What each row is called now: the frame's labels plus the journal's gestures, folded.

Nothing but `Labels` writes a label. Every change is a gesture: it is committed to the journal first, then it is true here,
then the caller's frame and every listener hear of it. One lock guards all of it, because the widget's messages may arrive on
another thread than the cell that runs.
"""

from __future__ import annotations

import getpass
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._label_set import UNHOLDABLE, LabelSet
from labelatlas._replay import replay, step_of
from labelatlas.exceptions import InputError, JournalError, SyncError
from labelatlas.frames import KeyIndex, Provenance, fingerprints, with_labels
from labelatlas.journal import Edits, Gesture, NewGesture, now, undo_stacks, undone_gestures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Arm, BoolArray, Int32Array, Int64Array, Source, SyncState
    from labelatlas.frames import LabelColumn, LiveColumn, Table
    from labelatlas.journal import GestureSummary, Stream
    from labelatlas.journal.gesture import Action

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What one gesture did.

    Attributes
    ----------
    gesture : int or None
        Its number in the journal; None: nothing had to change, so there is no gesture.
    rows : ndarray of shape (m,), int64
        Positions whose label changed.
    skipped : int
        Rows that an undo left alone, because they were changed again since.
    """

    gesture: int | None
    rows: Int64Array
    skipped: int = 0


class Labels:
    """The labels of a frame, with their journal.

    Made by `LabelMap`; to be had as `m.labels`.

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
    ) -> None:
        self.table = table
        self.column = column
        self.keys = keys
        self.author = author or _user()
        self.revision = 0
        self.lock = threading.RLock()
        self._content = tuple(content)
        self._stream = stream
        self._live = live
        self._index = KeyIndex(keys)
        self._set = LabelSet(column)
        self._listeners: list[Callable[[Change], None]] = []
        self._sync_note = ""
        done = replay(table, self._set, keys, content, stream)
        self._codes, self._original = done.codes, done.original
        self._history = done.history
        self.problems = done.problems
        self.n_replayed = len(done.changed)
        if len(done.changed):
            self._write_live(done.changed, column.codes[done.changed], done.codes[done.changed])

    # ---- what is true now --------------------------------------------------------------------------------------------
    @property
    def codes(self) -> Int32Array:
        """Return the label code of each row: int32 (n,), -1 = unlabelled; a read-only view."""
        view = self._codes.view()
        view.flags.writeable = False
        return view

    @property
    def original(self) -> Int32Array:
        """Return each row's label before its first edit: int32 codes (n,), -1 = unlabelled; a read-only view."""
        view = self._original.view()
        view.flags.writeable = False
        return view

    @property
    def edited(self) -> BoolArray:
        """Return which rows differ from their original label: bool (n,)."""
        return self._codes != self._original

    @property
    def values(self) -> tuple[str | int | bool, ...]:
        """Return the label of each code, of the column's own type."""
        return tuple(self._set.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the display name of each code."""
        return tuple(str(value) for value in self._set.values)

    @property
    def sync(self) -> tuple[SyncState, str]:
        """Return whether edits reach the caller's frame ("live", "manual", "detached", "stopped"), and a sentence."""
        if self._live is None:
            return "manual", ""
        if self._live.is_detached:
            return "detached", "Nobody holds the frame any more: edits no longer reach it. Take m.to_frame()."
        return ("stopped", self._sync_note) if self._sync_note else ("live", "")

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
            origin = self._provenance() if provenance else None
            # a column that live sync writes is ours already when the cell runs again
            ours = self._live is not None and into is not None and into == self._live.into
            return with_labels(
                self.table, self.column, self._set.values, self._codes, into=into, provenance=origin, replace=ours
            )

    def _provenance(self) -> Provenance:
        n = len(self.keys)
        last = np.full(n, -1, dtype=np.int64)
        authors: list[str | None] = []
        times: list[str | None] = []
        for place, gesture in enumerate(self._stream.gestures()):
            rows = self._index.positions(gesture.edits.keys)
            last[rows[rows >= 0]] = place
            authors.append(gesture.author)
            times.append(gesture.at)
        # edits that were not applied changed nothing
        refused = np.array([p.row for p in self.problems if p.row >= 0], dtype=np.int64)
        last[refused[self._codes[refused] == self.column.codes[refused]]] = -1
        author, at = (np.array([*words, None], dtype=object)[last] for words in (authors, times))
        return Provenance(self.edited, self._original, author, at)

    # ---- gestures ----------------------------------------------------------------------------------------------------
    def assign(
        self,
        rows: npt.NDArray[np.integer],
        label: object,
        *,
        how: str = "api",
        source: Source = "human",
        arm: Arm = "none",
        note: str = "",
    ) -> Change:
        """Give rows a label: one gesture.

        Parameters
        ----------
        rows : ndarray of shape (m,), integer
            Positions, without repeats.
        label : str, int, bool or None
            A value of the label column, its name as typed, or None for unlabelled.
        how, source, arm, note
            What the journal keeps beside it; see `labelatlas.journal.NewGesture`.

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
        with self.lock:
            self.refresh()
            value = self.column.parse(label)
            known = len(self._set)
            code = self._set.add(value)
            rows = np.asarray(rows, dtype=np.int64)
            touched = rows[self._codes[rows] != code]
            after = np.full(len(touched), code, dtype=np.int32)
            try:
                return self._commit("relabel", touched, after, None, how=how, source=source, arm=arm, note=note)
            except JournalError:
                self._set.forget_from(known)
                raise

    def undo(self, gesture: int | None = None) -> Change:
        """Take a gesture back; rows that were changed again since are left alone and counted.

        Parameters
        ----------
        gesture : int or None
            Its number; None = this author's last one not yet undone.

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
        with self.lock:
            self.refresh()
            if gesture is None:
                stack = undo_stacks(self._history, self.author).undo
                if not stack:
                    message = f"{self.author} has no gesture left to undo."
                    raise InputError(message, hint="m.undo(number) takes back any gesture of m.history().")
                gesture = stack[-1]
            found = next((g for g in self._history if g.id == gesture), None)
            if found is None or found.action != "relabel":
                message = f"gesture must be the number of a relabelling. Got {gesture!r}."
                raise InputError(message, hint="m.history() lists them; m.redo() takes back an undo.")
            if gesture in undone_gestures(self._history):
                message = f"gesture {gesture} stands undone already."
                raise InputError(message, hint="m.redo() brings back what was undone last.")
            return self._reverse("undo", gesture)

    def redo(self) -> Change:
        """Bring back what this author undid last.

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
        with self.lock:
            self.refresh()
            stack = undo_stacks(self._history, self.author).redo
            if not stack:
                message = f"{self.author} has nothing to redo."
                raise InputError(message, hint="A new relabelling ends what can be redone.")
            return self._reverse("redo", stack[-1])

    def refresh(self) -> int:
        """Take over the gestures that others appended to the journal since we last looked.

        Returns
        -------
        int
            How many there were.
        """
        with self.lock:
            last = self._history[-1].id if self._history else 0
            return self._take_over(self._stream.gestures(after=last), but=np.empty(0, dtype=np.int64))

    # ---- what was done -----------------------------------------------------------------------------------------------
    def timeline(self) -> list[tuple[GestureSummary, bool]]:
        """Return every gesture in order, each with whether it stands undone."""
        with self.lock:
            undone = undone_gestures(self._history)
            return [(g, g.id in undone) for g in self._history]

    def can_undo_redo(self) -> tuple[bool, bool]:
        """Return whether this author has something to undo, and to redo."""
        stacks = undo_stacks(self._history, self.author)
        return bool(stacks.undo), bool(stacks.redo)

    def count_problems(self) -> tuple[int, int]:
        """Return how many edits of the journal are in conflict, and how many are orphans."""
        conflicts = sum(p.reason in ("label", "type") for p in self.problems)
        return conflicts, len(self.problems) - conflicts

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` after each change, whoever made it; return a function that ends this."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _reverse(self, action: Action, gesture: int) -> Change:
        found = self._stream.gesture(gesture)
        if found is None:
            message = f"gesture {gesture} is no longer in the journal."
            raise JournalError(message, hint="Something else removed it; the labels are unchanged.")
        rows, old, new = step_of(found.edits, self._index, self._set)
        still = (self._codes[rows] == new) & (old != UNHOLDABLE)
        change = self._commit(action, rows[still], old[still], gesture, how="api")
        return Change(change.gesture, change.rows, len(found.edits) - int(still.sum()))

    def _commit(
        self,
        action: Action,
        rows: Int64Array,
        after: Int32Array,
        undoes: int | None,
        *,
        how: str,
        source: Source = "human",
        arm: Arm = "none",
        note: str = "",
    ) -> Change:
        """Journal first, then memory, then the caller's frame, then the listeners."""
        if not len(rows) and action == "relabel":
            return Change(None, rows)
        before = self._codes[rows]
        used, places = np.unique(np.concatenate([before, after]), return_inverse=True)
        edits = Edits(
            keys=self.keys[rows],
            fingerprints=fingerprints(self.table, self._content, rows),
            values=tuple(self._set.of(used)),
            old=places[: len(rows)].astype(np.int32),
            new=places[len(rows) :].astype(np.int32),
        )
        gesture = NewGesture(
            at=now(),
            author=self.author,
            action=action,
            source=source,
            how=how,
            arm=arm,
            note=note,
            undoes=undoes,
            edits=edits,
        )
        number = self._stream.append(gesture)
        # another process may have slipped in between our last look and our own gesture: its edits come first
        last = self._history[-1].id if self._history else 0
        if number > last + 1:
            self._take_over(self._stream.gestures(after=last, before=number), but=rows)
        self._history.append(Gesture(id=number, **vars(gesture)).summary())
        change = Change(number, rows)
        self._apply(change, after)
        return change

    def _apply(self, change: Change, after: Int32Array) -> None:
        before = self._codes[change.rows]
        self._codes[change.rows] = after
        self.revision += 1
        self._write_live(change.rows, before, after)
        for listener in tuple(self._listeners):
            listener(change)

    def _write_live(self, rows: Int64Array, before: Int32Array, after: Int32Array) -> None:
        if self._live is None or self._live.is_detached or self._sync_note:
            return
        try:
            self._live.write(rows, before, after, self._set.values)
        except SyncError as error:
            self._sync_note = str(error)
            log.warning("Edits are journalled but no longer written to the frame: %s", error)

    def _take_over(self, gestures: Iterator[Gesture], but: Int64Array) -> int:
        """Apply gestures of others, except to rows that a later gesture of ours is about to own."""
        count = 0
        for gesture in gestures:
            count += 1
            self._history.append(gesture.summary())
            rows, _, new = step_of(gesture.edits, self._index, self._set)
            keep = ~np.isin(rows, but) & (self._codes[rows] != new)
            self._apply(Change(gesture.id, rows[keep]), new[keep])
        return count


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user database, as in some containers
        return "unknown"
