"""From a frame and its journal to the labels of now, with every edit that could not be applied listed by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from labelatlas._label_set import UNHOLDABLE, LabelSet, display_name
from labelatlas.exceptions import JournalError
from labelatlas.frames import KeyIndex, fingerprints
from labelatlas.journal import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int32Array, Int64Array
    from labelatlas.frames import Table
    from labelatlas.journal import Edits, GestureSummary, Stream

    Step = tuple[Int64Array, Int32Array, Int32Array]

_MANY = 20  # fewer disagreeing rows than this are changed rows, not another dataset

Reason = Literal["label", "content", "missing", "type"]


class Problem(NamedTuple):
    """An edit of the journal that was not applied.

    Attributes
    ----------
    key : str or int
        The row.
    row : int
        Its position; -1 = the row is missing.
    frame, journal : str
        Display names of what the frame holds and of what the journal says; "" = unlabelled.
    reason : "label", "content", "missing" or "type"
        The frame holds a label that no gesture put there; the row's content changed; the row is gone; the column can no
        longer hold the label.
    """

    key: Any
    row: int
    frame: str
    journal: str
    reason: Reason


@dataclass(frozen=True)
class Replay:
    """What a journal makes of a frame.

    Attributes
    ----------
    codes, original : ndarray of shape (n,), int32
        Labels now, and before the first edit; -1 = unlabelled.
    changed : ndarray of shape (m,), int64
        Rows whose label is now another than the frame's.
    history : list of GestureSummary
        All gestures.
    problems : list of Problem
        What could not be applied.
    """

    codes: Int32Array
    original: Int32Array
    changed: Int64Array
    history: list[GestureSummary]
    problems: list[Problem]


def step_of(edits: Edits, index: KeyIndex, labels: LabelSet) -> Step:
    """Return positions, codes before and codes after of the edits whose rows are here and whose label can be held."""
    positions = index.positions(edits.keys)
    lookup = labels.codes_of(edits.values)
    here = (positions >= 0) & (lookup[edits.new] != UNHOLDABLE)
    return positions[here], lookup[edits.old[here]], lookup[edits.new[here]]


def replay(
    table: Table,
    labels: LabelSet,
    keys: npt.NDArray[Any],
    content: Sequence[str],
    stream: Stream,
) -> Replay:
    """Fold a stream onto a frame.

    Parameters
    ----------
    table : Table
        The frame.
    labels : LabelSet
        Its labels; those of the journal are added.
    keys : ndarray of shape (n,)
        Its row keys.
    content : sequence of str
        The columns that fingerprints cover.
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
    index = KeyIndex(keys)
    history: list[GestureSummary] = []
    steps: list[Step] = []
    prints: dict[int, int] = {}
    lost: dict[Any, Problem] = {}
    for gesture in stream.gestures():
        history.append(gesture.summary())
        edits = gesture.edits
        positions = index.positions(edits.keys)
        steps.append(step_of(edits, index, labels))
        prints.update(zip(positions.tolist(), edits.fingerprints.tolist(), strict=True))
        holdable = labels.codes_of(edits.values)[edits.new] != UNHOLDABLE
        for key in edits.keys[(positions >= 0) & holdable].tolist() if lost else ():
            lost.pop(key, None)  # a later edit that can be applied settles it
        for i in np.flatnonzero((positions < 0) | ~holdable):
            row = int(positions[i])
            held = "" if row < 0 else display_name(labels.of(frame[[row]])[0])
            said = display_name(edits.values[edits.new[i]])
            key = edits.keys[[i]].tolist()[0]
            lost[key] = Problem(key, row, held, said, "missing" if row < 0 else "type")
    prints.pop(-1, None)
    altered = _altered_rows(table, content, prints, stream)
    folded = fold(frame, [_without(step, altered) for step in steps])
    whole = fold(frame, steps) if len(altered) else folded

    def problem(row: int, reason: Reason) -> Problem:
        held, said = labels.of([frame[row], whole.final[row]])
        return Problem(keys[row], row, display_name(held), display_name(said), reason)

    problems = [problem(int(row), "label") for row in np.flatnonzero(folded.conflict)]
    problems += [problem(int(row), "content") for row in altered]
    problems += lost.values()
    return Replay(folded.codes, folded.original, np.flatnonzero(folded.replayed), history, problems)


def _altered_rows(table: Table, content: Sequence[str], prints: dict[int, int], stream: Stream) -> Int64Array:
    """Return the edited rows whose content is no longer what it was; raise when that is most of them."""
    if not content or not prints:
        return np.empty(0, dtype=np.int64)
    rows = np.fromiter(prints, dtype=np.int64, count=len(prints))
    held = np.fromiter(prints.values(), dtype=np.uint64, count=len(prints))
    altered = rows[fingerprints(table, content, rows) != held]
    if len(altered) >= _MANY and 2 * len(altered) > len(rows):
        message = (
            f"journal {stream.journal} seems to belong to other data: of {len(rows)} edited rows, "
            f"{len(altered)} have another content here."
        )
        cure = "Pass dataset='another name' to keep this data's edits apart, or journal= to use another file."
        raise JournalError(message, hint=cure)
    return np.sort(altered)


def _without(step: Step, rows: Int64Array) -> Step:
    keep = ~np.isin(step[0], rows)
    return step[0][keep], step[1][keep], step[2][keep]
