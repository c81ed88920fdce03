"""The one place where a label changes: journal first, then memory, then the caller's frame, then whoever listens.

`Labels` is the public face over it; `_operations`, `_states` and `_people` ask it questions and hand it gestures. One lock
guards all of it, because the widget's messages may arrive on another thread than the cell that runs.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._change import Change, Notice
from labelatlas._label_set import UNHOLDABLE, LabelSet, display_name
from labelatlas._payload import payload_of
from labelatlas._problems import Problem
from labelatlas._replay import replay, step_of, unheld
from labelatlas._row_prints import RowPrints
from labelatlas._vocabulary import Vocabulary
from labelatlas.exceptions import SyncError
from labelatlas.frames import KeyIndex
from labelatlas.journal import Edits, Gesture, NewGesture, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from labelatlas._change import Said
    from labelatlas._typing import Float32Array, Int32Array, Int64Array
    from labelatlas._vocabulary import Names
    from labelatlas.frames import LabelColumn, LiveColumn, Table
    from labelatlas.frames.kind import LabelValue
    from labelatlas.journal import Action, GestureSummary, Stream

log = logging.getLogger(__name__)


class Ledger:
    """Codes, journal and caller's frame, kept the same.

    Parameters
    ----------
    table, column, keys, content, stream, live, author, vectors
        As for `Labels`.
    """

    def __init__(
        self,
        table: Table,
        column: LabelColumn,
        keys: npt.NDArray[Any],
        content: Sequence[str],
        stream: Stream,
        live: LiveColumn | None,
        author: str,
        vectors: Float32Array | None = None,
    ) -> None:
        self.table, self.column, self.keys, self.author = table, column, keys, author
        self.stream, self.live = stream, live
        self.prints = RowPrints(table, content, vectors)
        self.lock = threading.RLock()
        self.revision = 0
        self.listeners: list[Callable[[Change], None]] = []
        self.notices: list[Notice] = []
        self.kin: dict[LabelValue, tuple[LabelValue, ...]] = {}
        self.sync_note = ""
        self.index = KeyIndex(keys)
        self.set = LabelSet(column)
        done = replay(self.prints, self.set, keys, self.index, stream)
        self.codes, self.original = done.codes, done.original
        self.log, self.problems = done.log, done.problems
        self._vocabulary = Vocabulary(self._first_names())
        self.n_replayed = len(done.changed)
        for gesture in self.log.gestures:
            self._learn(gesture)
        self._counts = np.zeros(0, dtype=np.int64)
        self._count(self.codes, 1)
        for gesture, rows in self.log.overwritten(author):
            self._notice(gesture, rows)
        if len(done.changed):
            self._write_live(done.changed, column.codes[done.changed], done.codes[done.changed])

    def _first_names(self) -> list[LabelValue]:
        """Return the names before the first gesture: a frame that was written back may have lost some and gained others."""
        unused = np.setdiff1d(np.arange(len(self.column.values)), self.column.codes)
        codes = np.union1d(unused, self.original)
        return [self.set.values[code] for code in codes if code >= 0]

    # ---- questions ---------------------------------------------------------------------------------------------------
    def names(self) -> Names:
        """Return the names in use, those that no row holds among them."""
        return self._vocabulary.at_present(self.log)

    def rows_with(self, code: int) -> Int64Array:
        """Return the positions of the rows that hold a label."""
        return np.flatnonzero(self.codes == code)

    def retired(self) -> tuple[int, ...]:
        """Return the codes that no row holds and no list shows: labels renamed, merged, deleted, or never kept."""
        declared = self.names().declared
        self._count(np.empty(0, dtype=np.int32), 1)
        empty = np.flatnonzero(self._counts[1 : len(self.set) + 1] == 0).tolist()
        return tuple(code for code in empty if self.set.values[code] not in declared)

    # ---- acts --------------------------------------------------------------------------------------------------------
    def commit(
        self, action: Action, rows: Int64Array, after: Int32Array, said: Said, *, undoes: int | None = None
    ) -> Change:
        """Make one gesture; the rows must hold another label than `after` says."""
        before = self.codes[rows]
        used, places = np.unique(np.concatenate([before, after]), return_inverse=True)
        edits = Edits(
            keys=self.keys[rows],
            fingerprints=self.prints.of(rows),
            values=tuple(self.set.of(used)),
            old=places[: len(rows)].astype(np.int32),
            new=places[len(rows) :].astype(np.int32),
        )
        return self.commit_edits(action, edits, (rows, before, after), said, undoes=undoes)

    def commit_edits(
        self,
        action: Action,
        edits: Edits,
        step: tuple[Int64Array, Int32Array, Int32Array],
        said: Said,
        *,
        undoes: int | None = None,
    ) -> Change:
        """Make one gesture of edits as they are to be journalled; `step` is what they mean here."""
        gesture = NewGesture(
            at=now(),
            author=self.author,
            action=action,
            source=said.source,
            how=said.how,
            arm=said.arm,
            note=said.note,
            undoes=undoes,
            edits=edits,
        )
        number = self.stream.append(gesture)
        # another process may have slipped in between our last look and our own gesture: its edits come first
        last = self.log.last_id
        if number > last + 1:
            self._take_over(self.stream.gestures(after=last, before=number), but=step[0])
        self._enter(Gesture(id=number, **vars(gesture)).summary(), step)
        if action == "undo" and self.log.settlement(undoes) is not None:
            self._reopen(number, edits, step[0])
        else:
            self._settle(edits)
        change = Change(number, step[0])
        self._apply(change, step[2])
        return change

    def refresh(self) -> int:
        """Take over the gestures that others appended since we last looked; return how many."""
        with self.lock:
            return self._take_over(self.stream.gestures(after=self.log.last_id), but=np.empty(0, dtype=np.int64))

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _enter(self, gesture: GestureSummary, step: tuple[Int64Array, Int32Array, Int32Array]) -> None:
        rows, old, _ = step
        fresh = (self.log.last_author[rows] < 0) & (old >= -1) & ~self.problems.on_row[rows]
        self.original[rows[fresh]] = old[fresh]
        self.log.add(gesture, step)
        self._learn(gesture)

    def _learn(self, gesture: GestureSummary) -> None:
        """Give a code to a label that was made without any row, and remember what was renamed to what."""
        said = payload_of(gesture)
        if said.new is not None:
            self.set.code_or_unholdable(said.new)
        if gesture.action == "rename" and said.new is not None:
            group = tuple(dict.fromkeys(name for v in (*said.old, said.new) for name in self.kin.get(v, (v,))))
            self.kin |= dict.fromkeys(group, group)

    def _settle(self, edits: Edits) -> None:
        """Let go of the conflicts of rows that somebody has spoken of."""
        for problem in self.problems.settle(edits.keys.tolist()) if len(self.problems) else ():
            if problem.row >= 0 and problem.first >= -1:
                self.original[problem.row] = problem.first

    def _reopen(self, undo: int, edits: Edits, rows: Int64Array) -> Int32Array:
        """Put back the conflicts that a settlement had closed; return the codes that its rows hold then."""
        # rare, and it alone knows what stood before
        done = replay(self.prints, self.set, self.keys, self.index, self.stream, upto=undo)
        standing = done.problems.by_key
        self.problems.put(standing[key] for key in edits.keys.tolist() if key in standing)
        self.original[rows] = done.original[rows]
        return done.codes[rows]

    def _apply(self, change: Change, after: Int32Array, *, live: bool = True) -> None:
        before = self.codes[change.rows]
        self._count(before, -1)
        self._count(after, 1)
        self.codes[change.rows] = after
        self.revision += 1
        if live:
            self._write_moved(change.rows, before, after)
        for listener in tuple(self.listeners):
            try:
                listener(change)
            except Exception:  # somebody's callback; it must not keep the others from hearing
                log.exception("A listener of the labels failed.")

    def _count(self, codes: Int32Array, sign: int) -> None:
        """Keep how many rows hold each label: place 0 counts the unlabelled, place c + 1 the label of code c."""
        counts = np.bincount(codes + 1, minlength=len(self.set) + 1)
        if len(self._counts) < len(counts):
            self._counts = np.concatenate([self._counts, np.zeros(len(counts) - len(self._counts), dtype=np.int64)])
        self._counts[: len(counts)] += sign * counts

    def _write_moved(self, rows: Int64Array, before: Int32Array, after: Int32Array) -> None:
        moved = before != after
        self._write_live(rows[moved], before[moved], after[moved])

    def _write_live(self, rows: Int64Array, before: Int32Array, after: Int32Array) -> None:
        if self.live is None or self.live.is_detached or self.sync_note or not len(rows):
            return
        try:
            self.live.write(rows, before, after, self.set.values, kin=self.kin)
        except SyncError as error:
            self._stop_sync(str(error))
        except (
            Exception
        ) as error:  # the gesture is committed: whatever the frame's library says, all others must hear of it
            log.exception("Writing to the frame failed.")
            self._stop_sync(f"{type(error).__name__}: {error}")

    def _stop_sync(self, why: str) -> None:
        self.sync_note = f"Edits are saved in the journal, but no longer written to the frame: {why}"
        log.warning("%s", self.sync_note)

    def _take_over(self, gestures: Iterator[Gesture], but: Int64Array) -> int:
        """Apply gestures of others, except to rows that a later gesture of ours is about to own."""
        count = 0
        before = self.codes
        for gesture in gestures:
            if not count:
                before = self.codes.copy()  # only when there is something to take over: every edit asks
            count += 1
            step, away = step_of(gesture.edits, self.index, self.set)
            settles = gesture.action == "resolve" or self.log.settlement(gesture.undoes) is not None
            if settles and gesture.action == "undo":
                self._take_reopened(gesture, step[0])
                continue
            if len(away):
                let_go = (gesture.edits.old == gesture.edits.new) & settles
                self.problems.put(unheld(gesture.edits, away[~let_go[away]], self.index, self.set, self.codes))
                self.problems.settle(gesture.edits.keys[away[let_go[away]]].tolist())
            rows, _, new = step
            ready = self._ready(gesture.edits, step) & (self.codes[rows] != new)
            keep = ready & ~np.isin(rows, but)
            summary = gesture.summary()
            if gesture.author != self.author:
                self._notice(summary, rows[keep][self.log.is_last_of(self.author, rows[keep])])
            self._enter(summary, step)
            self._apply(Change(gesture.id, rows[keep]), new[keep], live=False)
        if count:
            # in one go: another map on the same frame may have written the last of these labels there already
            rows = np.flatnonzero(self.codes != before)
            self._write_live(rows, before[rows], self.codes[rows])
        return count

    def _take_reopened(self, gesture: Gesture, rows: Int64Array) -> None:
        """Take over the undo of a settlement: each row is here what it was here before it."""
        codes = self._reopen(gesture.id, gesture.edits, rows)
        self._enter(gesture.summary(), (rows, self.codes[rows], codes))
        self._apply(Change(gesture.id, rows), codes, live=False)

    def _ready(self, edits: Edits, step: tuple[Int64Array, Int32Array, Int32Array]) -> npt.NDArray[np.bool_]:
        """Return which edits of others can be applied: the row is the one they saw, and no conflict stands on it."""
        rows, old, new = step
        ready = np.ones(len(rows), dtype=bool)
        lookup = self.set.codes_of(edits.values)
        prints = edits.fingerprints[(self.index.positions(edits.keys) >= 0) & (lookup[edits.new] != UNHOLDABLE)]
        # a row that holds their label already needs nothing, whatever became of its content
        altered = self.prints.changed(rows, prints) & (self.codes[rows] != new)
        stuck = self.problems.on_row[rows] & ~altered
        if not (altered.any() or stuck.any()):
            return ready
        for i in np.flatnonzero(altered | stuck).tolist():
            row, key = int(rows[i]), self.keys[rows[[i]]].tolist()[0]
            held = int(self.codes[row])
            standing = self.problems.by_key.get(key)
            first = int(old[i]) if standing is None else standing.first
            if not altered[i] and held in (old[i], new[i]):
                self.problems.settle([key])  # they held the same label as we do, and settled it
                self.original[row] = first if first >= -1 else self.original[row]
                continue
            ready[i] = False
            reason = "content" if altered[i] else "label"
            before, after = self.set.of([held, int(new[i])])
            self.problems.put([Problem(key, row, before, after, reason, first, int(prints[i]))])
        return ready

    def _notice(self, gesture: GestureSummary, rows: Int64Array) -> None:
        if len(rows):
            names = tuple(display_name(v) for v in gesture.after)
            self.notices.append(Notice(gesture.id, gesture.at, gesture.author, gesture.action, rows, names))
