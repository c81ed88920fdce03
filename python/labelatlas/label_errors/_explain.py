"""Why a label is suspected: the evidence of one row, as values first and as words at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError
from labelatlas.label_errors._duplicates import near_duplicates
from labelatlas.label_errors._reasons import reasons_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import BoolArray, Int32Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence

_SHOWN_CLASSES = 3


@dataclass(frozen=True)
class Explanation:
    """What speaks about the label of one row.

    Attributes
    ----------
    row : int
        Its position.
    given, suggested : object
        Names; None = unlabelled.
    head : tuple of (name, probability)
        The three most probable classes by the head, most probable first, and the given one.
    neighbors : tuple of int
        Positions of its neighbours, nearest first.
    neighbor_labels : tuple
        Their names; None = unlabelled.
    duplicates : tuple of int
        Those of the neighbours that are near-duplicates and carry another label.
    group : tuple of (name, int)
        How the other labelled rows of its group are called, most frequent first.
    reasons : tuple of str
        All of this in sentences, the strongest first.
    """

    row: int
    given: Any
    suggested: Any
    head: tuple[tuple[Any, float], ...]
    neighbors: tuple[int, ...]
    neighbor_labels: tuple[Any, ...]
    duplicates: tuple[int, ...]
    group: tuple[tuple[Any, int], ...]
    reasons: tuple[str, ...]


class Explainer:
    """Explains row after row; what is needed for all of them is made once.

    Parameters
    ----------
    evidence : Evidence
        As the detectors saw it, head and neighbours apart.
    suggested : ndarray of shape (n,), int32
    names : sequence of length C or None
    """

    def __init__(self, evidence: Evidence, suggested: Int32Array, names: Sequence[Any] | None) -> None:
        self._evidence = evidence
        self._suggested = suggested
        self._names = names
        self._twins = None if evidence.neighbors is None else near_duplicates(evidence.neighbors)
        self._members = None if evidence.groups is None else _by_group(evidence.groups)

    def explain(self, row: int) -> Explanation:
        """Return what speaks about a row; `InputError` when there is no such row."""
        evidence = self._evidence
        n = len(evidence.labels)
        if not isinstance(row, int | np.integer) or not 0 <= row < n:  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"row must be a position in 0..{n - 1}. Got {row!r} instead."
            raise InputError(message, hint="Take it from the column row of to_frame().")
        given, suggested = int(evidence.labels[row]), int(self._suggested[row])
        p = evidence.probabilities[row]
        top = np.argsort(-p, kind="stable")[:_SHOWN_CLASSES].tolist()
        shown = top if given in top or given == UNLABELLED else [*top, given]
        near, called, twins = self._around(row)
        against = near[twins & (called != UNLABELLED) & (called != given)]
        likely = suggested if suggested != given else top[0]
        group = self._group(row)
        head = tuple((self._name(code), float(p[code])) for code in shown)
        return Explanation(
            row,
            self._name(given),
            self._name(suggested),
            head,
            tuple(near.tolist()),
            tuple(self._name(code) for code in called.tolist()),
            tuple(against.tolist()),
            tuple((self._name(code), count) for code, count in group),
            reasons_for(given, likely, float(p[likely]), called, twins, names=self._names, group=group),
        )

    def _around(self, row: int) -> tuple[Int64Array, Int64Array, BoolArray]:
        near, twin = self._evidence.neighbors, self._twins
        if near is None or twin is None:
            nobody = np.empty(0, dtype=np.int64)
            return nobody, nobody, np.empty(0, dtype=bool)
        indices = near.indices[row].astype(np.int64)
        return indices, self._evidence.labels[indices], twin[row]

    def _group(self, row: int) -> list[tuple[int, int]]:
        groups, members = self._evidence.groups, self._members
        if groups is None or members is None or groups[row] < 0:
            return []
        others = members[int(groups[row])]
        codes = self._evidence.labels[others[others != row]]
        found, counts = np.unique(codes[codes != UNLABELLED], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return [(int(found[i]), int(counts[i])) for i in order]

    def _name(self, code: int) -> Any:
        if code == UNLABELLED:
            return None
        return code if self._names is None else self._names[code]


def _by_group(groups: Int64Array) -> dict[int, Int64Array]:
    order = np.argsort(groups, kind="stable")
    found, starts = np.unique(groups[order], return_index=True)
    return dict(zip(found.tolist(), np.split(order, starts[1:]), strict=True))
