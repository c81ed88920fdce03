"""The room's public function: priors of the target with intervals and weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import beta

from labelatlas._findings import Findings
from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.label_shift._calibration import choose_family
from labelatlas.label_shift._estimators import ESTIMATORS
from labelatlas.label_shift._task import ShiftTask, check_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_shift._calibration import Family
    from labelatlas.label_shift._estimators import Method

_REPLICATES = 400
# Beyond so many rows the bootstrap runs on a part of them, and its spread is scaled to the whole.
_MAX_ROWS = 10_000
_STREAM_HALVES, _STREAM_SOURCE, _STREAM_TARGET = 31, 32, 33
_EM_OF_FAMILY: Mapping[Family, str] = {"none": "em", "temperature": "em_temperature", "bcts": "em_bcts"}


@dataclass(frozen=True, kw_only=True, repr=False)
class ShiftEstimate(Findings):
    """Class priors of a target.

    Attributes
    ----------
    priors : ndarray of shape (C,), float64
        Estimated share of each class in the population that the target rows were drawn from; sums to 1.
    low, high : ndarray of shape (C,), float64
        Ends of the interval of each class; it holds the prior and always has width.
    weights : ndarray of shape (C,), float64
        priors / source_priors: a source row of class k weighted so, the source has the target's mix.
    source_priors : ndarray of shape (C,), float64
        Share of each class among the source labels; positive.
    method : str
        Name of the estimator in `ESTIMATORS`, also where "auto" chose it.
    level : float
        Of the intervals.
    names : tuple or None
        Class names; codes stand for them when None.
    left_out : tuple
        Classes that there are and that the source has no label of: the target may hold some of them, and nothing here says
        so. Filled in by who knows of such classes; `estimate` itself refuses them.
    """

    priors: Float64Array
    low: Float64Array
    high: Float64Array
    weights: Float64Array
    source_priors: Float64Array
    method: str
    level: float
    names: tuple[Any, ...] | None = None
    left_out: tuple[Any, ...] = ()

    def columns(self) -> Mapping[str, Any]:
        """Return one line per class, in the order of the codes."""
        return {
            "label": np.arange(len(self.priors)) if self.names is None else list(self.names),
            "source": self.source_priors,
            "target": self.priors,
            "low": self.low,
            "high": self.high,
            "weight": self.weights,
        }


def estimate(
    source_probabilities: npt.ArrayLike,
    source_labels: npt.ArrayLike,
    target_probabilities: npt.ArrayLike,
    *,
    method: Method = "auto",
    level: float = 0.95,
    seed: int = 0,
    names: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
) -> ShiftEstimate:
    """Return the class priors of the target with intervals.

    Parameters
    ----------
    source_probabilities : array-like of shape (n, C)
        Of labelled rows, made without their labels (out of fold); each row sums to 1.
    source_labels : array-like of shape (n,), int
        Codes 0..C-1, every class present.
    target_probabilities : array-like of shape (m, C) or (H, m, C)
        Of the unlabelled rows, by the same model; where several models judged the source (one for each fold), by each of
        these. Their mean is another model than each of them, of which the source says nothing.
    method : str
        A name in `ESTIMATORS`, or "auto": expectation-maximisation, calibrated when that clearly lowers the log-loss of held-out
        source rows. Probabilities that were calibrated on these same labels always look calibrated: pass "em_bcts".
    level : float
        Of the intervals, in (0, 1).
    seed : int
        Of the bootstrap, and of the halves by which "auto" chooses.
    names : sequence of length C or None
        Class names for `ShiftEstimate.columns`.
    frame_kind : str
        Kind of frame that `ShiftEstimate.to_frame` returns.

    Returns
    -------
    ShiftEstimate

    Raises
    ------
    InputError
        When source or target is empty, shapes do not fit, a row is off the simplex, a source row is unlabelled, a class has no
        source row, or `method` or `level` is unknown or out of range.
    NotApplicable
        When there are fewer than two classes, or the predictions cannot tell classes apart ("bbse_hard", "bbse_soft").

    Notes
    -----
    Intervals: percentiles over 400 random weightings of source and target rows (Rubin, "The Bayesian Bootstrap", 1981), never
    inside the interval that as many rows with known labels would give (Jeffreys' interval; Brown, Cai, DasGupta, "Interval
    Estimation for a Binomial Proportion", 2001): a class that no target row shows may still have a prior above 0.

    They are conditional on the model, as if it had been made elsewhere. A model that was fitted to the source's own rows, out
    of fold, and calibrated on their labels, differs in two ways, both of which matter where labels are few: the mean of its
    heads is not what judged the source (pass the heads, (H, m, C): the priors are the mean of their estimates), and its
    calibration has spent the labels ("auto" sees nothing left to calibrate, "em_bcts" counts what calibration does not know).
    Measured on Gaussian classes with even source labels, as (rows, dimensions, classes): the truth held at level 0.95, the mean
    of the heads with "auto" -> head by head with "em_bcts", and the width of the latter against 3.92 standard errors:
    (200, 100, 2) .63 -> .94, 1.00; (200, 20, 2) .68 -> 1.0, 1.12; (300, 50, 4) .87 -> .97, 1.19; (2000, 50, 4) .93 -> .96, 1.04;
    (400, 50, 10) .92 -> .98, 1.29.

    Examples
    --------
    >>> import numpy as np
    >>> source = np.repeat([[0.9, 0.1], [0.1, 0.9]], 50, axis=0)
    >>> target = np.repeat([[0.9, 0.1], [0.1, 0.9]], [30, 90], axis=0)
    >>> found = estimate(source, np.repeat([0, 1], 50), target)
    >>> found.priors.sum().round(6).item(), bool(found.priors[1] > 0.7)
    (1.0, True)
    """
    if not 0 < level < 1:
        message = f"level must lie between 0 and 1. Got {level!r} instead."
        raise InputError(message, hint="Pass level=0.95.")
    if method != "auto" and method not in ESTIMATORS:
        message = f"method must be 'auto' or one of {sorted(ESTIMATORS)}. Got {method!r} instead."
        raise InputError(message, hint="Pass method='auto'.")
    heads = [
        check_task(source_probabilities, source_labels, target, names) for target in _one_for_each(target_probabilities)
    ]
    task = replace(heads[0], target=np.mean([head.target for head in heads], axis=0)) if len(heads) > 1 else heads[0]
    name = _choose(task, seed) if method == "auto" else method
    priors, low, high = _with_interval(task, heads, name, level=level, seed=seed)
    return ShiftEstimate(
        frame_kind=frame_kind,
        priors=priors,
        low=low,
        high=high,
        weights=priors / task.source_priors,
        source_priors=task.source_priors,
        method=name,
        level=level,
        names=None if names is None else tuple(names),
    )


def _one_for_each(target_probabilities: npt.ArrayLike) -> Sequence[npt.ArrayLike]:
    """Return the target's matrices, one for each head; what is neither one nor several is passed on to be refused."""
    several: npt.NDArray[Any] = np.asarray(target_probabilities)
    return list(several) if several.ndim == 3 and len(several) else [several]


def _choose(task: ShiftTask, seed: int) -> str:
    half = generator(seed, _STREAM_HALVES).random(len(task.labels))
    return _EM_OF_FAMILY[choose_family(np.log(task.source), task.labels, half)]


def _with_interval(
    task: ShiftTask, heads: Sequence[ShiftTask], name: str, *, level: float, seed: int
) -> tuple[Float64Array, Float64Array, Float64Array]:
    estimator = ESTIMATORS[name]
    n, m = len(task.labels), len(task.target)
    source_rows = _some_rows(n, generator(seed, _STREAM_SOURCE, 1), task.labels)
    target_rows = _some_rows(m, generator(seed, _STREAM_TARGET, 1))
    part = ShiftTask(task.source[source_rows], task.labels[source_rows], task.target[target_rows])
    replicates = estimator(
        part,
        _weightings(len(source_rows), generator(seed, _STREAM_SOURCE), shrink=np.sqrt(len(source_rows) / n)),
        _weightings(len(target_rows), generator(seed, _STREAM_TARGET), shrink=np.sqrt(len(target_rows) / m)),
    )
    priors = replicates[0]
    if len(source_rows) < n or len(target_rows) < m or len(heads) > 1:
        # The spread is that of one matrix, the mean of the heads': the same to 5%, and a climb for each head is spared.
        even = np.full((1, n), 1 / n), np.full((1, m), 1 / m)
        priors = np.mean([estimator(head, *even)[0] for head in heads], axis=0)
    spread = replicates[1:] - replicates[0] + priors
    tail = (1 - level) / 2
    low, high = np.quantile(spread, [tail, 1 - tail], axis=0)
    seen = priors * m
    known_low = np.where(seen < 0.5, 0.0, beta.ppf(tail, seen + 0.5, m - seen + 0.5))
    known_high = np.where(seen > m - 0.5, 1.0, beta.ppf(1 - tail, seen + 0.5, m - seen + 0.5))
    low = np.clip(np.minimum(np.minimum(low, known_low), priors), 0, 1)
    high = np.clip(np.maximum(np.maximum(high, known_high), priors), 0, 1)
    return priors, low, high


def _weightings(rows: int, random: np.random.Generator, *, shrink: float) -> Float64Array:
    """Return even weights first, then random ones of sum 1; `shrink` draws these towards even as more rows would."""
    weights = random.standard_exponential((_REPLICATES + 1, rows))
    weights /= weights.sum(axis=1, keepdims=True)
    weights[0] = 1 / rows
    return 1 / rows + shrink * (weights - 1 / rows)


def _some_rows(rows: int, random: np.random.Generator, labels: Int64Array | None = None) -> Int64Array:
    """Return at most 10,000 positions in order, at least one of each class where there are labels."""
    if rows <= _MAX_ROWS:
        return np.arange(rows)
    chosen = random.choice(rows, _MAX_ROWS, replace=False)
    if labels is not None:
        chosen = np.concatenate([chosen, np.unique(labels, return_index=True)[1]])
    return np.unique(chosen)
