"""How much would be found: errors planted in a copy of the user's own labels.

No user knows how many wrong labels a detector misses; of errors that were planted one does. Three kinds are planted, because
they are not equally hard: any other class (uniform), the class that is confused most with the right one (pairs), and rows that
are hard to tell apart taken for their likeliest rival (hard). What is found of the last kind is the honest figure where people, and
not slips of the hand, made the errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from labelatlas._findings import Findings
from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors._detectors import DETECTORS
from labelatlas.label_errors._ensemble import ensemble, judge
from labelatlas.label_errors._evidence import check_evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int64Array, Neighbors
    from labelatlas.label_errors._evidence import Evidence

Planting: TypeAlias = Literal["uniform", "pairs", "hard"]
"""How errors are planted."""

Refit: TypeAlias = Callable[["Int64Array"], "npt.ArrayLike"]
"""Takes labels (n,), returns out-of-fold probabilities (n, C) of heads that learned from these."""

_STREAM = 31


@dataclass(frozen=True, kw_only=True, repr=False)
class PlantedTruth(Findings):
    """What each detector found of the planted errors; one entry for each detector and kind, means over the repeats.

    Attributes
    ----------
    detector, kind : tuple of str
    average_precision, recall, precision : ndarray of shape (m,), float64
        In [0, 1]. Recall and precision at as many rows as there are planted errors; rows that were flagged before anything was
        planted may be wrong themselves and take no part.
    flag_recall : float
        Share of the planted errors that `flag` would flag, in the mean over all kinds.
    not_applicable : mapping
        Detectors that could not say, and why.
    """

    detector: tuple[str, ...]
    kind: tuple[str, ...]
    average_precision: Float64Array
    recall: Float64Array
    precision: Float64Array
    flag_recall: float
    not_applicable: Mapping[str, str]

    @property
    def best(self) -> str:
        """The detector with the highest mean average precision over the kinds."""
        means = {name: self.average_precision[np.array(self.detector) == name].mean() for name in self.detector}
        return max(means, key=lambda name: means[name])

    def columns(self) -> Mapping[str, Any]:
        """Return one line per detector and kind."""
        return {
            "detector": list(self.detector),
            "kind": list(self.kind),
            "average_precision": self.average_precision,
            "recall": self.recall,
            "precision": self.precision,
        }


def planted_truth(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike | Refit,
    *,
    neighbors: Neighbors | None = None,
    groups: npt.ArrayLike | None = None,
    vectors: npt.ArrayLike | None = None,
    detectors: Sequence[str] | None = None,
    kinds: Sequence[Planting] = get_args(Planting),
    rate: float = 0.05,
    repeats: int = 3,
    seed: int = 0,
    frame_kind: str = "pandas",
) -> PlantedTruth:
    """Return what detectors find of errors that were planted in a copy of the labels.

    Parameters
    ----------
    labels : array-like of shape (n,), int
        Codes 0..C-1; -1 = unlabelled.
    probabilities : array-like of shape (n, C), or callable
        Out of fold. A callable takes the labels with the planted errors and returns the probabilities of heads that learned from
        them: slower, and more honest.
    neighbors, groups, vectors
        As for `find` and `Evidence`.
    detectors : sequence of str or None
        Names in `DETECTORS`; None = all.
    kinds : sequence of "uniform", "pairs", "hard"
    rate : float
        Share of the labelled rows that get a wrong label, above 0 and at most 0.5.
    repeats : int
        At least 1.
    seed : int
    frame_kind : str
        Kind of frame that `PlantedTruth.to_frame` returns.

    Returns
    -------
    PlantedTruth

    Raises
    ------
    InputError
        As `suspicion`, and for an unknown detector or kind, or a rate or number of repeats out of range.
    NotApplicable
        As `suspicion`, and when no detector can say anything.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.tile([[0.95, 0.05], [0.05, 0.95]], (100, 1))
    >>> found = planted_truth(np.tile([0, 1], 100), p, detectors=["ensemble"], kinds=["uniform"])
    >>> found.recall.tolist()
    [1.0]
    """
    chosen = tuple(DETECTORS) if detectors is None else tuple(detectors)
    _check(chosen, kinds, rate, repeats)
    refit = probabilities if callable(probabilities) else None
    first = refit(np.asarray(labels, dtype=np.int64)) if refit is not None else probabilities
    evidence = check_evidence(labels, first, neighbors, groups=groups, vectors=vectors)  # pyright: ignore[reportArgumentType]
    judged = judge(evidence)
    doubtful = judged.flagged()
    scores: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    silent: dict[str, str] = {}
    flagged: list[float] = []
    for number, kind in enumerate(kinds):
        for repeat in range(repeats):
            random = generator(seed, _STREAM, number, repeat)
            planted, wrong = plant(judged.evidence, kind=kind, rate=rate, seed=random, but=doubtful)
            changed = replace(evidence, labels=planted)
            if refit is not None:
                again = check_evidence(planted, refit(planted), neighbors, groups=groups, vectors=vectors)
                changed = replace(again, groups=evidence.groups)
            seen = (planted >= 0) & ~doubtful
            verdict = judge(changed)
            flagged.append(float(verdict.flagged()[wrong].mean()))
            for name in chosen:
                try:
                    suspicion = verdict.suspicion() if DETECTORS[name] is ensemble else DETECTORS[name](changed)
                except NotApplicable as error:
                    silent[name] = error.message
                    continue
                scores.setdefault((name, kind), []).append(_quality(suspicion[seen], wrong[seen]))
    if not scores:
        raise NotApplicable("None of the detectors can say anything here.", hint=" ".join(silent.values()))
    means = np.array([np.mean(runs, axis=0) for runs in scores.values()])
    return PlantedTruth(
        frame_kind=frame_kind,
        detector=tuple(name for name, _ in scores),
        kind=tuple(kind for _, kind in scores),
        average_precision=means[:, 0],
        recall=means[:, 1],
        precision=means[:, 2],
        flag_recall=float(np.mean(flagged)),
        not_applicable=silent,
    )


def plant(
    evidence: Evidence, *, kind: Planting, rate: float, seed: np.random.Generator, but: BoolArray | None = None
) -> tuple[Int64Array, BoolArray]:
    """Return labels (n,) with planted errors, and which rows (n,) they are.

    Parameters
    ----------
    evidence : Evidence
    kind : "uniform", "pairs" or "hard"
    rate : float
        Share of the labelled rows.
    seed : Generator
    but : ndarray of shape (n,), bool, or None
        Rows to leave alone.
    """
    rows = evidence.labelled if but is None else evidence.labelled[~but[evidence.labelled]]
    n_classes = evidence.n_classes
    count = min(len(rows), max(1, round(rate * len(evidence.labelled))))
    given = evidence.labels[rows]
    rivals = np.maximum(evidence.probabilities[rows], 0).astype(np.float64)
    rivals[np.arange(len(rows)), given] = -1  # below the noughts of a model that is sure of one class
    if kind == "hard":
        chance = rivals.max(axis=1) + 1e-9
        picked = seed.choice(len(rows), count, replace=False, p=chance / chance.sum())
        other = rivals[picked].argmax(axis=1)
    else:
        picked = seed.choice(len(rows), count, replace=False)
        if kind == "uniform":
            other = (given[picked] + seed.integers(1, n_classes, count)) % n_classes
        else:
            mass = np.zeros((n_classes, n_classes))
            np.add.at(mass, given, rivals)
            mass[np.arange(n_classes), np.arange(n_classes)] = -1
            other = mass.argmax(axis=1)[given[picked]]
    labels = evidence.labels.copy()
    labels[rows[picked]] = other
    return labels, labels != evidence.labels


def _quality(suspicion: Float64Array, wrong: BoolArray) -> tuple[float, float, float]:
    """Return average precision (equal suspicions as one block), and recall and precision at as many rows as are wrong."""
    order = np.argsort(-suspicion, kind="stable")
    hits = np.cumsum(wrong[order])
    last = np.append(np.flatnonzero(np.diff(suspicion[order])), len(order) - 1)
    total = int(wrong.sum())
    gained = np.diff(hits[last], prepend=0)
    average = float((gained * hits[last] / (last + 1)).sum() / total)
    share = float(hits[total - 1] / total)
    return average, share, share


def _check(chosen: Sequence[str], kinds: Sequence[str], rate: float, repeats: int) -> None:
    for given, known, what in ((chosen, tuple(DETECTORS), "detectors"), (kinds, get_args(Planting), "kinds")):
        unknown = [name for name in given if name not in known]
        if unknown or not given:
            message = f"{what} must be among {', '.join(known)}. Got {unknown or 'none'} instead."
            raise InputError(message, hint=f"Leave {what} out for all of them.")
    if not 0 < rate <= 0.5:
        raise InputError(f"rate must be above 0 and at most 0.5. Got {rate} instead.", hint="Pass rate=0.05.")
    if repeats < 1:
        raise InputError(f"repeats must be at least 1. Got {repeats} instead.", hint="Pass repeats=3.")
