"""From a frame and its journal to the labels of now, with every edit that could not be applied listed by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._label_set import UNHOLDABLE, LabelSet
from labelatlas._log import Log
from labelatlas._problems import Problem, Problems
from labelatlas._reading import Reading
from labelatlas.exceptions import JournalError

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._log import Step
    from labelatlas._row_prints import RowPrints
    from labelatlas._typing import Int32Array, Int64Array
    from labelatlas.frames import KeyIndex
    from labelatlas.journal import Edits, Stream

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
    index: KeyIndex,
    stream: Stream,
    *,
    upto: int | None = None,
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
    index : KeyIndex
        Over them.
    stream : Stream
        The gestures.
    upto : int or None
        The last one that counts; None = all.

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
    reading = Reading(labels, index, log)
    reading.take_all(stream.gestures(before=None if upto is None else upto + 1))
    whole = reading.folding.done()
    edited = np.flatnonzero(whole.final >= -1)
    altered = _altered_rows(prints, edited, reading.prints[edited], stream)
    # a row that holds the journal's label needs nothing, whatever became of its content
    altered = altered[whole.final[altered] != frame[altered]]
    folded = reading.folding.done(apart=altered) if len(altered) else whole

    def problem(row: int, reason: Any) -> Problem:
        held, said = labels.of([int(frame[row]), int(whole.final[row])])
        print_ = int(reading.prints[row])
        return Problem(keys[[row]].tolist()[0], row, held, said, reason, int(whole.first[row]), print_)

    problems.put(problem(row, "label") for row in np.flatnonzero(folded.conflict).tolist())
    problems.put(problem(row, "content") for row in altered.tolist())
    for key, away in reading.away.items():
        held = None if away.row < 0 else labels.of([int(frame[away.row])])[0]
        reason = "missing" if away.row < 0 else "type"
        problems.put([Problem(key, away.row, held, away.said, reason, print_=away.print_)])
    return Replay(folded.codes, folded.original, np.flatnonzero(folded.replayed), log, problems)


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
