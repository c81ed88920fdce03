"""The room's first public function: priors of the target with intervals, weights, and what to do about the shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas.exceptions import InputError
from labelatlas.label_shift._estimators import ESTIMATORS
from labelatlas.label_shift._interval import change_p_values, interval, replicate
from labelatlas.label_shift._likelihood import believed_of
from labelatlas.label_shift._profiles import check_told_apart
from labelatlas.label_shift._shift_estimate import ExpectedAccuracy, ShiftEstimate, move_to_priors
from labelatlas.label_shift._task import as_array, check_task, on_simplex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array
    from labelatlas.label_shift._calibration import Calibration, Family
    from labelatlas.label_shift._estimators import Method
    from labelatlas.label_shift._task import ShiftTask

_AUTO = "em_adaptive"
# What corrects single predictions: the calibration of the estimator itself, where it has one.
_CALIBRATED_BY: Mapping[str, Family] = {
    "em": "none",
    "em_bcts": "bcts",
    "em_temperature": "temperature",
    "em_vector": "vector",
}
# Accuracies are means over at most so many rows.
_MOST_JUDGED = 20_000


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
    device: Device = "auto",
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
        A name in `ESTIMATORS`, or "auto": "em_adaptive", expectation-maximisation that calibrates as far as the source labels
        speak for it, and draws the priors towards the source's as far as the target lets them; `calibration` and
        `concentration` of the result say how far. Probabilities that were calibrated on these same labels always look
        calibrated: pass "em_bcts".
    level : float
        Of the intervals, in (0, 1).
    seed : int
        Of the bootstrap.
    names : sequence of length C or None
        Class names for `ShiftEstimate.columns`.
    frame_kind : str
        Kind of frame that `ShiftEstimate.to_frame` returns.
    device : {"auto", "cpu", "cuda"}
        Where expectation-maximisation, calibration and bootstrap run, in float64.

    Returns
    -------
    ShiftEstimate

    Raises
    ------
    InputError
        When source or target is empty, shapes do not fit, a row is off the simplex, a source row is unlabelled, a class has no
        source row, or `method`, `level` or `device` is unknown or out of range.
    NotApplicable
        When there are fewer than two classes, or the predictions cannot tell some classes apart, which are named ("auto", all of
        "em", "acc", "pacc", "bbse_hard", "bbse_soft", "histogram_matching").

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
    place = resolve_device(device)
    several = _one_for_each(target_probabilities)
    task = check_task(source_probabilities, source_labels, several[0], names, place)
    name = _AUTO if method == "auto" else method
    if name.startswith("em"):
        # the likelihood is as high for every share between classes that look alike: the climb would end where it began
        check_told_apart(task, task.source)
    calibration = task.calibration(_CALIBRATED_BY.get(name, "adaptive"))
    heads = [task, *(task.with_target(on_simplex("target_probabilities", target)) for target in several[1:])]
    found = replicate(heads, ESTIMATORS[name], shrunk=name == _AUTO, seed=seed)
    low, high = interval(found, len(task.target), level)
    believed = believed_of(task, calibration)
    return ShiftEstimate(
        frame_kind=frame_kind,
        priors=found.priors,
        low=low,
        high=high,
        weights=found.priors / task.source_priors,
        source_priors=task.source_priors,
        p_values=change_p_values(found, task.source_priors, len(task.labels), len(task.target)),
        calibration=calibration,
        believed=believed,
        concentration=found.concentration,
        accuracy=_accuracy(heads, calibration, found.priors / believed),
        method=name,
        level=level,
        names=task.names,
    )


def _one_for_each(target_probabilities: npt.ArrayLike) -> Sequence[npt.ArrayLike]:
    """Return the target's matrices, one for each head; what is neither one nor several is passed on to be refused."""
    several = as_array("target_probabilities", target_probabilities)
    return list(several) if several.ndim == 3 and len(several) else [several]


def _accuracy(heads: Sequence[ShiftTask], calibration: Calibration, ratio: Float64Array) -> ExpectedAccuracy:
    source = heads[0].source.argmax(axis=1) == heads[0].labels
    as_it_is, corrected = [], []
    for head in heads:
        target = head.target[:: max(1, len(head.target) // _MOST_JUDGED)]
        moved = move_to_priors(target, calibration, ratio)
        as_it_is.append(moved[np.arange(len(moved)), target.argmax(axis=1)].mean())
        corrected.append(moved.max(axis=1).mean())
    return ExpectedAccuracy(
        source=float(source.mean()), target=float(np.mean(as_it_is)), corrected=float(np.mean(corrected))
    )
