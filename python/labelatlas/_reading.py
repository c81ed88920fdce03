"""A journal read from its first gesture to its last, onto what is known of each row: the same memory for any length.

An undo of a `resolve` is no edit like others: it reopens the conflict, so that each of its rows stands again as it stood
before it was settled. That is the one thing for which an earlier state is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from labelatlas._label_set import UNHOLDABLE
from labelatlas.journal import Folding, first_and_last

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from labelatlas._label_set import LabelSet
    from labelatlas._log import Log
    from labelatlas._typing import Int32Array, Int64Array
    from labelatlas.frames import KeyIndex
    from labelatlas.frames.kind import LabelValue
    from labelatlas.journal import Edits, Gesture
    from labelatlas.journal.fold import Chains

_BATCH_GESTURES, _BATCH_EDITS = 256, 65_536


class Away(NamedTuple):
    """The newest edit of a key that no row here can take: the row is missing, or its column cannot hold the label.

    Attributes
    ----------
    row : int
        Its position; -1 = missing.
    said : str, int, bool or None
        The label.
    print_ : int
        The row's fingerprint then.
    """

    row: int
    said: LabelValue | None
    print_: int


class _Before(NamedTuple):
    """How rows and keys stood before a `resolve`."""

    rows: Int64Array
    chains: Chains
    prints: npt.NDArray[np.uint64]
    away: dict[Any, Away]


class Reading:
    """What the gestures of a stream say, taken in one after the other.

    Parameters
    ----------
    labels : LabelSet
        The frame's labels; those of the journal are added.
    index : KeyIndex
        Over the frame's keys.
    log : Log
        Gets every gesture.
    """

    def __init__(self, labels: LabelSet, index: KeyIndex, log: Log) -> None:
        n = len(labels.column.codes)
        self.folding = Folding(labels.column.codes)
        self.prints = np.zeros(n, dtype=np.uint64)
        self.away: dict[Any, Away] = {}
        self._labels, self._index, self._log = labels, index, log
        self._closed: dict[Any, int] = {}  # keys, here or not, each with the settlement that had the last word on it
        self._followed = np.zeros(n, dtype=bool)  # rows whose key is in `away` or `_closed`, or was
        self._before: dict[int, _Before] = {}

    def take_all(self, gestures: Iterable[Gesture]) -> None:
        """Take in every gesture."""
        batch: list[Gesture] = []
        size = 0
        for gesture in gestures:
            special = gesture.action == "resolve" or self._log.settlement(gesture.undoes) is not None
            if batch and (special or len(batch) == _BATCH_GESTURES or size + len(gesture.edits) > _BATCH_EDITS):
                self._take(batch)
                batch, size = [], 0
            if special:
                self._take_settlement(gesture)
            else:
                batch.append(gesture)
                size += len(gesture.edits)
        if batch:
            self._take(batch)

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _take(self, gestures: Sequence[Gesture], *, settles: bool = False) -> None:
        edits = [gesture.edits for gesture in gestures]
        positions = self._index.positions(_joined_keys(edits))
        prints = np.concatenate([e.fingerprints for e in edits])
        old, new = (self._codes(edits, side) for side in ("old", "new"))
        here = (positions >= 0) & (new != UNHOLDABLE)
        sizes = np.array([len(e) for e in edits])
        upto = np.concatenate([[0], np.cumsum(here)])
        ends = np.cumsum(sizes)
        step = positions[here], old[here], new[here]
        self._log.add_all([g.summary() for g in gestures], step, upto[ends] - upto[ends - sizes])
        self.folding.add(step)
        _, last = first_and_last(step[0])
        self.prints[step[0][last]] = prints[here][last]
        followed = ~here
        inside = positions >= 0
        followed[inside] |= self._followed[positions[inside]]
        if followed.any():
            for e, part in zip(edits, np.split(np.arange(len(here)), ends[:-1]), strict=True):
                places = np.flatnonzero(followed[part])
                self._follow(e, places, positions[part][places], here[part][places], settles=settles)

    def _codes(self, edits: Sequence[Edits], side: str) -> Int32Array:
        parts = [self._labels.codes_of(e.values)[getattr(e, side)] for e in edits]
        return np.concatenate(parts).astype(np.int32, copy=False)

    def _follow(
        self, edits: Edits, places: Int64Array, rows: Int64Array, here: npt.NDArray[np.bool_], *, settles: bool
    ) -> None:
        """Keep the newest edit of a key that no row here can take, until a later one can be taken, or it is let go."""
        parts = (edits.keys, edits.old, edits.new, edits.fingerprints)
        columns = (rows, here, *(part[places] for part in parts))
        for row, is_here, key, old, new, print_ in zip(*(c.tolist() for c in columns), strict=True):
            self._closed.pop(key, None)
            if is_here or (settles and old == new):
                self.away.pop(key, None)
                continue
            self.away[key] = Away(row, edits.values[new], print_)
            if row >= 0:
                self._followed[row] = True

    def _take_settlement(self, gesture: Gesture) -> None:
        """Take in a `resolve`, or what takes it back or brings it back."""
        keys = gesture.edits.keys.tolist()
        positions = self._index.positions(gesture.edits.keys)
        root = self._log.settlement(gesture.undoes) or gesture.id
        if gesture.action == "undo":
            self._put_back(gesture, root, positions)
            return
        if gesture.action == "resolve":
            rows = np.unique(positions[positions >= 0])
            away = {key: self.away[key] for key in keys if key in self.away}
            self._before[root] = _Before(rows, self.folding.chains(rows), self.prints[rows], away)
        self._take([gesture], settles=True)
        self._closed |= dict.fromkeys(keys, root)
        self._followed[positions[positions >= 0]] = True

    def _put_back(self, gesture: Gesture, root: int, positions: Int64Array) -> None:
        """Reopen what a settlement had closed, wherever nobody has spoken since."""
        before = self._before[root]
        keys = gesture.edits.keys.tolist()
        opened = np.array([self._closed.get(key) == root for key in keys], dtype=bool)
        stood = {key: self.away[key] for key in keys if key in self.away}
        self._take([gesture])
        for key, is_open in zip(keys, opened.tolist(), strict=True):
            self.away.pop(key, None)
            earlier = before.away if is_open else stood
            if key in earlier:
                self.away[key] = earlier[key]
        rows = np.unique(positions[opened & (positions >= 0)])
        chosen = np.isin(before.rows, rows)
        final, first, known = before.chains
        self.folding.put_back(before.rows[chosen], (final[chosen], first[chosen], known[chosen]))
        self.prints[before.rows[chosen]] = before.prints[chosen]


def _joined_keys(edits: Sequence[Edits]) -> npt.NDArray[Any]:
    kinds = {e.keys.dtype for e in edits if len(e)}
    text = len(kinds) > 1 or np.dtype(object) in kinds
    return np.concatenate([e.keys.astype(object if text else np.int64, copy=False) for e in edits])
