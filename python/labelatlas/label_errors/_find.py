"""The room's public functions: suspicion, flags, and the full findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from labelatlas._findings import Findings
from labelatlas._typing import UNLABELLED, BoolArray, Decision, Float64Array, Int32Array, Int64Array, Neighbors
from labelatlas.exceptions import InputError
from labelatlas.label_errors._ensemble import judge
from labelatlas.label_errors._evidence import check_evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas.label_errors._evidence import Evidence

_KEEP, _RELABEL, _DROP, _AMBIGUOUS = get_args(Decision)
_SURE = 0.6
# The cut with the best F1 is half of the best F1 (see `flag`); 0.9 is what clean evidence reaches.
_CUT = 0.45
_FEWEST_TO_ESTIMATE = 20


@dataclass(frozen=True, kw_only=True, repr=False)
class LabelErrors(Findings):
    """Suspected label errors.

    Attributes
    ----------
    given : ndarray of shape (n,), int32
        The labels that were judged; -1 = unlabelled.
    suspicion : ndarray of shape (n,), float64
        In [0, 1], high = suspicious; 0 for unlabelled rows.
    suggested : ndarray of shape (n,), int32
        Most probable other class of a flagged row, the given one of a row that is not flagged, the most probable class of an
        unlabelled row.
    confidence : ndarray of shape (n,), float64
        Probability of the suggested class by head and neighbours, the given label left aside.
    flagged : ndarray of shape (n,), bool
        Whether the row counts as an error; never an unlabelled row.
    decision : ndarray of shape (n,), str
        "keep" (not flagged), "relabel" (another class is likely), "drop" (no class is), "ambiguous" (the given one is possible).
    ranking : ndarray of shape (n_labelled,), int64
        Positions of the labelled rows, most suspicious first; equal ones by position.
    noise_rate : float
        Estimated share of wrong labels among the labelled rows, in [0, 1].
    noise_matrix : ndarray of shape (C, C), float64
        Entry [j, k] is the estimated chance that a row given j is truly k; rows sum to 1.
    not_estimable : ndarray of shape (u,), int32
        Classes with fewer than 20 labelled rows: their rows of `noise_matrix` say little.
    keys : tuple or None
        Row keys; positions stand for them when None.
    names : tuple or None
        Class names; codes stand for them when None.
    """

    given: Int32Array
    suspicion: Float64Array
    suggested: Int32Array
    confidence: Float64Array
    flagged: BoolArray
    decision: npt.NDArray[np.str_]
    ranking: Int64Array
    noise_rate: float
    noise_matrix: Float64Array
    not_estimable: Int32Array
    keys: tuple[Any, ...] | None = None
    names: tuple[Any, ...] | None = None

    def columns(self) -> Mapping[str, Any]:
        """Return one line per labelled row, most suspicious first."""
        rows = self.ranking
        return {
            "key": rows if self.keys is None else [self.keys[row] for row in rows],
            "row": rows,
            "given": self._named(self.given[rows]),
            "suggested": self._named(self.suggested[rows]),
            "suspicion": self.suspicion[rows],
            "confidence": self.confidence[rows],
            "decision": self.decision[rows].tolist(),
            "flagged": self.flagged[rows],
        }

    def _named(self, codes: Int32Array) -> Int32Array | list[Any]:
        return codes if self.names is None else [self.names[code] for code in codes]


def suspicion(
    labels: npt.ArrayLike, probabilities: npt.ArrayLike, *, neighbors: Neighbors | None = None
) -> Float64Array:
    """Return how probably each label is wrong.

    Parameters
    ----------
    labels : array-like of shape (n,), int
        Codes 0..C-1 of the probability columns; -1 = unlabelled.
    probabilities : array-like of shape (n, C)
        Made without the row's own label (out of fold); each row sums to 1.
    neighbors : Neighbors or None
        Nearest rows of every row; a second view, which finds more.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1], high = suspicious; 0 for unlabelled rows.

    Raises
    ------
    InputError
        When an argument cannot be used: shapes, NaN, rows that do not sum to 1, labels outside the columns.
    NotApplicable
        When fewer than two classes are among the labels.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    >>> given = np.tile([0, 1], 20)
    >>> given[5] = 0
    >>> int(suspicion(given, p).argmax())
    5
    """
    return judge(check_evidence(labels, probabilities, neighbors)).suspicion


def flag(labels: npt.ArrayLike, probabilities: npt.ArrayLike, *, neighbors: Neighbors | None = None) -> BoolArray:
    """Return which labels to count as errors.

    A label is flagged when its suspicion is above 0.45, on every data set (see Notes).

    Parameters
    ----------
    labels, probabilities, neighbors
        As for `suspicion`.

    Returns
    -------
    ndarray of shape (n,), bool
        Never True for an unlabelled row.

    Raises
    ------
    InputError, NotApplicable
        As `suspicion`.

    Notes
    -----
    Where suspicions are chances, the threshold with the highest F1 is half of that F1 (Lipton, Elkan, Narayanaswamy, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure", 2014). An F1 of 0.9 is what finding label errors reaches on clean evidence; the cut is not fitted to the data at hand.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    >>> given = np.tile([0, 1], 20)
    >>> given[5] = 0
    >>> np.flatnonzero(flag(given, p))
    array([5])
    """
    return judge(check_evidence(labels, probabilities, neighbors)).suspicion > _CUT


def find(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    neighbors: Neighbors | None = None,
    keys: Sequence[Any] | None = None,
    names: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
) -> LabelErrors:
    """Return the suspected label errors with suggestion, decision and noise estimate.

    Parameters
    ----------
    labels : array-like of shape (n,), int
        Codes 0..C-1 of the probability columns; -1 = unlabelled.
    probabilities : array-like of shape (n, C)
        Made without the row's own label (out of fold); each row sums to 1.
    neighbors : Neighbors or None
        Nearest rows of every row; a second view, which finds more.
    keys : sequence of length n or None
        Row keys for `LabelErrors.columns`.
    names : sequence of length C or None
        Class names, or labels of any type, for `LabelErrors.columns`.
    frame_kind : str
        Kind of frame that `LabelErrors.to_frame` returns.

    Returns
    -------
    LabelErrors

    Raises
    ------
    InputError
        As `suspicion`, and when `keys` or `names` have the wrong length.
    NotApplicable
        As `suspicion`.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    >>> given = np.tile([0, 1], 20)
    >>> given[5] = 0
    >>> found = find(given, p, names=["cat", "dog"]).columns()
    >>> found["row"][0].item(), found["given"][0], found["suggested"][0], found["decision"][0]
    (5, 'cat', 'dog', 'relabel')
    """
    evidence = check_evidence(labels, probabilities, neighbors)
    _check_length("keys", keys, len(evidence.labels))
    _check_length("names", names, evidence.n_classes)
    verdict = judge(evidence)
    flagged = verdict.suspicion > _CUT
    suggested, confidence, decision = _decide(verdict.evidence, flagged)
    rows = evidence.labelled
    sizes = np.bincount(evidence.labels[rows], minlength=evidence.n_classes)
    return LabelErrors(
        frame_kind=frame_kind,
        given=evidence.labels.astype(np.int32),
        suspicion=verdict.suspicion,
        suggested=suggested,
        confidence=confidence,
        flagged=flagged,
        decision=decision,
        ranking=rows[np.argsort(-verdict.suspicion[rows], kind="stable")],
        noise_rate=verdict.noise.rate,
        noise_matrix=verdict.noise.matrix,
        not_estimable=np.flatnonzero(sizes < _FEWEST_TO_ESTIMATE).astype(np.int32),
        keys=None if keys is None else tuple(keys),
        names=None if names is None else tuple(names),
    )


def _decide(evidence: Evidence, flagged: BoolArray) -> tuple[Int32Array, Float64Array, npt.NDArray[np.str_]]:
    """Return suggestion, its probability and the decision.

    The rule is that of Qin et al., "CAPro: Webly Supervised Learning with Cross-Modality Aligned Prototypes" (2023): relabel when
    a class is likely enough, else leave it when the given one is above chance, else the row belongs to no class.
    """
    p = np.array(evidence.probabilities, dtype=np.float64)
    every = np.arange(len(p))
    labelled = evidence.labels != UNLABELLED
    given = np.maximum(evidence.labels, 0)
    own = p[every, given]
    p[flagged, given[flagged]] = -1
    suggested = np.where(labelled & ~flagged, given, p.argmax(axis=1))
    confidence = p[every, suggested]
    decision = np.full(len(p), _KEEP, dtype="<U9")
    decision[flagged] = _DROP
    decision[flagged & (own >= 1 / evidence.n_classes)] = _AMBIGUOUS
    decision[flagged & (confidence >= _SURE)] = _RELABEL
    return suggested.astype(np.int32), confidence, decision


def _check_length(name: str, values: Sequence[Any] | None, length: int) -> None:
    if values is not None and len(values) != length:
        message = f"{name} must have length {length}. Got {len(values)} instead."
        raise InputError(message, hint=f"Pass one entry of {name} each, in the same order.")
