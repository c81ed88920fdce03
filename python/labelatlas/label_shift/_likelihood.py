"""Maximum likelihood by expectation-maximisation, on probabilities as they are or calibrated.

Saerens, Latinne, Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities: A Simple Procedure"
(2002). All bootstrap replicates climb at once: each step is two matrix products for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._calibration import fit_calibration

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._calibration import Calibration, Family
    from labelatlas.label_shift._task import ShiftTask

_MAX_STEPS = 1_000
_TOLERANCE = 1e-6


def em(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return maximum-likelihood priors, the probabilities taken at their word.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    return _calibrated_em(task, source_weights, target_weights, "none")


def em_temperature(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return maximum-likelihood priors after temperature scaling.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    return _calibrated_em(task, source_weights, target_weights, "temperature")


def em_bcts(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return maximum-likelihood priors after bias-corrected temperature scaling.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    return _calibrated_em(task, source_weights, target_weights, "bcts")


def _calibrated_em(
    task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array, family: Family
) -> Float64Array:
    log_source, log_target = np.log(task.source), np.log(task.target)
    calibration = fit_calibration(log_source, task.labels, family)
    chances = calibration.apply(log_source)
    # What the model believes of the source, not what its labels are: a bias of the model then cancels in the ratio.
    believed = np.maximum(source_weights @ chances, 1e-12)
    values = calibration.replicates(log_source, task.labels, source_weights)
    # A bias multiplies a class's likelihood in every row alike, so that replicates differ in it by one number per class.
    odds = np.exp(values[:, 1:] - calibration.bias) / believed
    priors = _climb(calibration.apply(log_target), odds, target_weights)
    if family == "none":
        return priors
    return _follow_slope(
        priors, calibration, values[:, 0] - calibration.slope, log_target, odds[:1], target_weights[:1]
    )


def _follow_slope(
    priors: Float64Array,
    calibration: Calibration,
    moved: Float64Array,
    log_target: Float64Array,
    odds: Float64Array,
    weights: Float64Array,
) -> Float64Array:
    """Return the priors moved to each replicate's slope, to first order: the slope bends every row, two more climbs measure how."""
    reach = float(moved.std())
    if reach == 0:
        return priors
    ends = [
        _climb(type(calibration)(calibration.family, slope, calibration.bias).apply(log_target), odds, weights)[0]
        for slope in (calibration.slope - min(reach, calibration.slope / 2), calibration.slope + reach)
    ]
    bend = (ends[1] - ends[0]) / (reach + min(reach, calibration.slope / 2))
    bent = np.maximum(priors + moved[:, None] * bend, 0)
    return bent / bent.sum(axis=1, keepdims=True)


def _climb(chances: Float64Array, odds: Float64Array, weights: Float64Array) -> Float64Array:
    """Return for each of B replicates the priors that make the target most likely.

    `chances` (m, C) are the probabilities, `odds` (B, C) multiply them into likelihoods, `weights` (B, m) sum to 1.
    """
    q = 1 / odds
    q /= q.sum(axis=1, keepdims=True)
    running = np.arange(len(q))
    for _ in range(_MAX_STEPS):
        scaled = q[running] * odds[running]
        better = scaled * ((weights[running] / (scaled @ chances.T)) @ chances)
        better /= better.sum(axis=1, keepdims=True)
        moving = np.abs(better - q[running]).max(axis=1) > _TOLERANCE
        q[running] = better
        running = running[moving]
        if len(running) == 0:
            break
    return q
