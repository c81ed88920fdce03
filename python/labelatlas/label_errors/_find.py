"""The room's public functions: suspicion, flags, and the full findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from labelatlas._typing import UNLABELLED, Decision
from labelatlas.exceptions import InputError
from labelatlas.label_errors._ensemble import judge
from labelatlas.label_errors._errors import LabelErrors
from labelatlas.label_errors._evidence import check_evidence
from labelatlas.label_errors._noise import estimate_noise, unknown_noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int32Array, Neighbors
    from labelatlas.label_errors._evidence import Evidence

_KEEP, _RELABEL, _DROP, _AMBIGUOUS = get_args(Decision)
_SURE = 0.6
_FEWEST_TO_ESTIMATE = 20


def suspicion(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    neighbors: Neighbors | None = None,
    verified: npt.ArrayLike | None = None,
) -> Float64Array:
    """Return how probably each label is wrong.

    Of the rows with suspicion 0.8 about 80% are wrong, where errors come at a rate for each class; where they sit only on
    rows that are hard to tell apart, no score can know how many there are (see the notes of `flag`).

    Parameters
    ----------
    labels : array-like of shape (n,), int
        Codes 0..C-1 of the probability columns; -1 = unlabelled.
    probabilities : array-like of shape (n, C)
        Made without the row's own label (out of fold); each row sums to 1.
    neighbors : Neighbors or None
        Nearest rows of every row; a second view, which finds more.
    verified : array-like of shape (n,), bool, or None
        Rows that somebody found to be right: never suspected, and trusted as neighbours.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1], high = suspicious; 0 for unlabelled and verified rows.

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
    return judge(check_evidence(labels, probabilities, neighbors, verified)).suspicion()


def flag(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    neighbors: Neighbors | None = None,
    verified: npt.ArrayLike | None = None,
) -> BoolArray:
    """Return which labels to count as errors.

    Parameters
    ----------
    labels, probabilities, neighbors, verified
        As for `suspicion`.

    Returns
    -------
    ndarray of shape (n,), bool
        Never True for an unlabelled or a verified row.

    Raises
    ------
    InputError, NotApplicable
        As `suspicion`.

    Notes
    -----
    Flagged are the most suspicious rows, as many as make the expected F1 highest (Lipton, Elkan, Narayanaswamy, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure", 2014); nothing is to be set. The expectation is over two accounts of how
    labels go wrong, between which labels and probabilities cannot decide: at a rate for each class (prior 0.8), or just where
    classes are hard to tell apart (0.2), and then at most 15% of the labels, or as many as the surest rows show. Where features are
    weak, honest disagreements are many and few labels are flagged. Where labels go with probabilities and neighbours no more than labels dealt out
    anew would (by three standard deviations), as when features say nothing of them, none can be judged and none is flagged.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    >>> given = np.tile([0, 1], 20)
    >>> given[5] = 0
    >>> np.flatnonzero(flag(given, p))
    array([5])
    """
    return judge(check_evidence(labels, probabilities, neighbors, verified)).flagged()


def find(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    neighbors: Neighbors | None = None,
    verified: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
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
    verified : array-like of shape (n,), bool, or None
        Rows that somebody found to be right: never suspected, and trusted as neighbours.
    groups : array-like of shape (n,) or None
        What a row belongs to (author, session, case): neighbours of its own group do not vote on it, and `LabelErrors.explain`
        shows the group. Make the probabilities with folds that hold groups together, too.
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
    evidence = check_evidence(labels, probabilities, neighbors, verified, groups=groups)
    _check_length("keys", keys, len(evidence.labels))
    _check_length("names", names, evidence.n_classes)
    verdict = judge(evidence)
    flagged, doubt = verdict.flagged(), verdict.suspicion()
    suggested, confidence, decision = _decide(verdict.evidence, flagged)
    judgeable = verdict.calibration.judgeable
    noise = (estimate_noise if judgeable else unknown_noise)(verdict.evidence)
    rows = evidence.labelled
    sizes = np.bincount(evidence.labels[rows], minlength=evidence.n_classes)
    fewest = _FEWEST_TO_ESTIMATE if judgeable else np.inf
    return LabelErrors(
        frame_kind=frame_kind,
        given=evidence.labels.astype(np.int32),
        suspicion=doubt,
        suggested=suggested,
        confidence=confidence,
        flagged=flagged,
        decision=decision,
        ranking=rows[np.argsort(-doubt[rows], kind="stable")],
        noise_rate=noise.rate,
        noise_interval=noise.interval,
        noise_matrix=noise.matrix,
        noise_low=noise.low,
        noise_high=noise.high,
        noise_counts=noise.counts,
        not_estimable=np.flatnonzero(sizes < fewest).astype(np.int32),
        judgeable=judgeable,
        evidence=evidence,
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
