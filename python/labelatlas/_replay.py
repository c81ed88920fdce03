"""From a frame and its journal to the labels of now, with every edit that could not be applied listed by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._label_set import UNHOLDABLE, LabelSet
from labelatlas._log import Log, last_places
from labelatlas._problems import Problem, Problems
from labelatlas.exceptions import JournalError
from labelatlas.frames import KeyIndex
from labelatlas.journal import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._log import Step
    from labelatlas._row_prints import RowPrints
    from labelatlas._typing import Int32Array, Int64Array
    from labelatlas.journal import Edits, Gesture, Stream

_MANY = 20  # fewer disagreeing rows than this are changed rows, not another dataset


@dataclass(frozen=True)
class Replay:
    """What a journal makes of a frame.

    Attributes
    ----------
    codes, original : ndarray of shape (n,), int32
        Labels now, and before the first edit; -1 = unlabelled.
    changed : ndarray of shape (m,), int64
        Rows whose label is now another than the frame's.
    log : Log
        All gestures.
    problems : Problems
        What could not be applied.
    """

    codes: Int32Array
    original: Int32Array
    changed: Int64Array
    log: Log
    problems: Problems


def step_of(edits: Edits, index: KeyIndex, labels: LabelSet) -> tuple[Step, Int64Array]:
    """Return the edits whose rows are here and whose label can be held, and the places of the others in `edits`."""
    positions = index.positions(edits.keys)
    lookup = labels.codes_of(edits.values)
    here = (positions >= 0) & (lookup[edits.new] != UNHOLDABLE)
    return (positions[here], lookup[edits.old[here]], lookup[edits.new[here]]), np.flatnonzero(~here)


def unheld(edits: Edits, places: Int64Array, index: KeyIndex, labels: LabelSet, frame: Int32Array) -> list[Problem]:
    """Return the problems of edits that `step_of` left out: the row is missing, or cannot hold the label."""
    found: list[Problem] = []
    keys = edits.keys[places].tolist()
    for place, key, row in zip(places, keys, index.positions(edits.keys[places]).tolist(), strict=True):
        held = None if row < 0 else labels.of([int(frame[row])])[0]
        said = edits.values[edits.new[place]]
        reason = "missing" if row < 0 else "type"
        found.append(Problem(key, row, held, said, reason, print_=int(edits.fingerprints[place])))
    return found


def replay(
    prints: RowPrints,
    labels: LabelSet,
    keys: npt.NDArray[Any],
    stream: Stream,
) -> Replay:
    """Fold a stream onto a frame.

    Parameters
    ----------
    prints : RowPrints
        What tells whether a row of the frame is still the one that was edited.
    labels : LabelSet
        The frame's labels; those of the journal are added.
    keys : ndarray of shape (n,)
        Its row keys.
    stream : Stream
        The gestures.

    Returns
    -------
    Replay

    Raises
    ------
    JournalError
        A gesture is damaged, or most edited rows have another content here: the journal seems to be another dataset's.
    """
    frame = labels.column.codes
    log, problems = Log(len(keys)), Problems(len(keys))
    index = KeyIndex(keys)
    gestures = list(stream.gestures())
    if not gestures:
        return Replay(frame.copy(), frame.copy(), np.empty(0, dtype=np.int64), log, problems)
    joined = _Joined(gestures, index, labels)
    log.add_all([g.summary() for g in gestures], joined.steps())
    last = last_places(np.where(joined.rows < 0, len(keys), joined.rows), len(keys) + 1)[:-1]
    edited = np.flatnonzero(last >= 0)
    altered = _altered_rows(prints, edited, joined.prints[last[edited]], stream)
    steps = [(joined.rows[joined.here], joined.old[joined.here], joined.new[joined.here])]
    whole = fold(frame, steps)
    folded = fold(frame, [_without(steps[0], altered)]) if len(altered) else whole

    def problem(row: int, reason: Any) -> Problem:
        held, said = labels.of([int(frame[row]), int(whole.final[row])])
        print_ = int(joined.prints[last[row]])
        return Problem(keys[[row]].tolist()[0], row, held, said, reason, int(whole.first[row]), print_)

    problems.put(problem(row, "label") for row in np.flatnonzero(folded.conflict).tolist())
    problems.put(problem(row, "content") for row in altered.tolist() if whole.final[row] >= -1)
    problems.put(joined.problems(labels, frame))
    return Replay(folded.codes, folded.original, np.flatnonzero(folded.replayed), log, problems)


class _Joined:
    """All edits of a stream, one after the other; `here` = the row is in the frame and can hold the new label."""

    def __init__(self, gestures: Sequence[Gesture], index: KeyIndex, labels: LabelSet) -> None:
        edits = [g.edits for g in gestures]
        self.gestures = gestures
        self.sizes = [len(e) for e in edits]
        kinds = {e.keys.dtype for e in edits if len(e)} or {np.dtype(np.int64)}
        text = len(kinds) > 1 or np.dtype(object) in kinds
        self.keys = np.concatenate([e.keys.astype(object) if text else e.keys.astype(np.int64) for e in edits])
        self.prints = np.concatenate([e.fingerprints for e in edits])
        lookups = [labels.codes_of(e.values) for e in edits]
        self.old, self.new = (
            np.concatenate([look[getattr(e, side)] for look, e in zip(lookups, edits, strict=True)]).astype(np.int32)
            for side in ("old", "new")
        )
        self.rows = index.positions(self.keys)
        self.here = (self.rows >= 0) & (self.new != UNHOLDABLE)

    def steps(self) -> list[Step]:
        """Return the edits that are here, gesture by gesture."""
        ends = np.cumsum(self.sizes)
        parts = [slice(end - size, end) for end, size in zip(ends.tolist(), self.sizes, strict=True)]
        if self.here.all():
            return [(self.rows[p], self.old[p], self.new[p]) for p in parts]
        return [(self.rows[p][self.here[p]], self.old[p][self.here[p]], self.new[p][self.here[p]]) for p in parts]

    def problems(self, labels: LabelSet, frame: Int32Array) -> list[Problem]:
        """Return the edits that no row here can take: of each key the last one, unless a later edit settled it."""
        away = np.flatnonzero(~self.here)
        if not len(away):
            return []
        number = np.repeat(np.arange(len(self.sizes)), self.sizes)
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        newest: dict[Any, int] = dict(zip(self.keys[away].tolist(), away.tolist(), strict=True))
        settled = last_places(np.where(self.here, self.rows, len(frame)), len(frame) + 1)
        found: list[Problem] = []
        for key, place in newest.items():
            gesture, row = self.gestures[number[place]], int(self.rows[place])
            inside = place - starts[number[place]]
            let_go = gesture.action == "resolve" and gesture.edits.old[inside] == gesture.edits.new[inside]
            if let_go or (row >= 0 and settled[row] > place):
                continue  # by a person; or a later edit could be applied
            said = gesture.edits.values[gesture.edits.new[inside]]
            held = None if row < 0 else labels.of([int(frame[row])])[0]
            reason = "missing" if row < 0 else "type"
            found.append(Problem(key, row, held, said, reason, print_=int(self.prints[place])))
        return found


def _altered_rows(now: RowPrints, rows: Int64Array, before: npt.NDArray[np.uint64], stream: Stream) -> Int64Array:
    """Return the edited rows whose content is no longer what it was; raise when that is most of them."""
    altered = rows[now.changed(rows, before)]
    if len(altered) >= _MANY and 2 * len(altered) > len(rows):
        message = (
            f"journal {stream.journal} seems to belong to other data: of {len(rows)} edited rows, "
            f"{len(altered)} have another content here."
        )
        cure = "Pass dataset='another name' to keep this data's edits apart, or journal= to use another file."
        raise JournalError(message, hint=cure)
    return altered


def _without(step: Step, rows: Int64Array) -> Step:
    keep = ~np.isin(step[0], rows)
    return step[0][keep], step[1][keep], step[2][keep]
