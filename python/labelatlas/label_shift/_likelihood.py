"""Maximum likelihood by expectation-maximisation, on probabilities as they are or calibrated; and the shrunk form of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_shift._calibration import curvature_of
from labelatlas.label_shift._mixture import climb, climb_all, shrink
from labelatlas.label_shift._task import torch_of

if TYPE_CHECKING:
    import torch

    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._calibration import Calibration, Family
    from labelatlas.label_shift._task import ShiftTask

_MOST_BENDS = 3
# The logarithm of what is believed of a class moves no further: beyond, the first order says nothing.
_MOST_MOVED = 2.0
# Rows for the shrinkage: it matters where rows are few, and fades as they grow.
_MOST_SHRUNK = 20_000


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
    return calibrated_em(task, source_weights, target_weights, "none")


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
    return calibrated_em(task, source_weights, target_weights, "temperature")


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
    return calibrated_em(task, source_weights, target_weights, "bcts")


def em_vector(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return maximum-likelihood priors after vector scaling: a slope and a bias for each class.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    return calibrated_em(task, source_weights, target_weights, "vector")


def em_adaptive(task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array) -> Float64Array:
    """Return priors by calibration as far as the labels speak for it, shrunk towards the source's or the even mix as far as the target lets.

    Replicates are not shrunk: their spread is that of the maximum-likelihood estimate.

    Parameters
    ----------
    task : ShiftTask
    source_weights : ndarray of shape (B, n), float64
    target_weights : ndarray of shape (B, m), float64

    Returns
    -------
    ndarray of shape (B, C), float64
    """
    return calibrated_em(task, source_weights, target_weights, "adaptive")


def believed_of(task: ShiftTask, calibration: Calibration) -> Float64Array:
    """Return the mean calibrated probability (C,) of each class in the source."""
    return calibration.apply(torch_of(task.source, task.device).log()).mean(dim=0).cpu().numpy()


def concentrate(task: ShiftTask, priors: Float64Array) -> tuple[Float64Array, float]:
    """Return priors (C,) shrunk towards the source's as far as the target lets them, and how many rows the source was worth."""
    calibration = task.calibration("adaptive")
    believed = torch_of(believed_of(task, calibration), task.device)
    every = max(1, len(task.target) // _MOST_SHRUNK)
    chances = calibration.apply(torch_of(task.target[::every], task.device).log())
    found, concentration = shrink(chances / believed, believed, torch_of(priors, task.device))
    # of so many rows that only a part is looked at, shrinking changes less than the rows left out would
    return (found.cpu().numpy() if every == 1 else priors), concentration


def calibrated_em(
    task: ShiftTask,
    source_weights: Float64Array,
    target_weights: Float64Array,
    family: Family,
) -> Float64Array:
    """Return priors (B, C) for each weighting of source and target rows."""
    import torch

    log_source = torch_of(task.source, task.device).log()
    of_source, of_target = (torch_of(w, task.device) for w in (source_weights, target_weights))
    calibration = task.calibration(family)
    # What the model believes of the source, not what its labels are: a bias of the model then cancels in the ratio.
    calibrated = calibration.apply(log_source)
    believed = torch.clamp(of_source @ calibrated, min=1e-12)
    if len(of_target) == 1 and bool((of_target == of_target[0, 0]).all()):
        # one number a row decides nothing when rows are many: half the width, half the time
        many = len(task.target) > _MOST_SHRUNK
        target = torch_of(task.target, task.device).to(torch.float32 if many else torch.float64)
        return climb_all(calibration.apply(target.log()), 1 / believed[0])[None].cpu().numpy()
    log_target = torch_of(task.target, task.device).log()
    slopes, bias = calibration.replicates(log_source, torch_of(task.labels, task.device), of_source)
    # A bias multiplies a class's likelihood in every row alike, so that replicates differ in it by one number per class.
    moved, turned = (
        now - torch.as_tensor(then).to(now) for now, then in ((slopes, calibration.slopes), (bias, calibration.bias))
    )
    if family != "none":
        # and moves what is believed of the source with it, which takes most of it back
        believed = believed * believed_moves(calibrated, log_source, torch.cat([moved, turned], dim=1))
    odds = torch.exp(turned) / believed
    priors = climb(calibration.apply(log_target), odds, of_target)
    if family != "none":
        priors = _follow_slopes(priors, calibration, moved, log_target, odds[:1], of_target[:1])
    return priors.cpu().numpy()


def believed_moves(calibrated: torch.Tensor, log_source: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """Return by what the mean calibrated probabilities of the source are multiplied as slopes and biases move, to first order.

    Parameters
    ----------
    calibrated, log_source : Tensor of shape (n, C), float64
    moved : Tensor of shape (B, 2C), float64
        Of the slopes, then of the biases.

    Returns
    -------
    Tensor of shape (B, C), float64
        Positive.
    """
    mean = calibrated.mean(dim=0).clamp(min=1e-12)
    change = curvature_of(calibrated, log_source)[calibrated.shape[1] :] / len(calibrated)
    return (moved @ change.T / mean).clamp(-_MOST_MOVED, _MOST_MOVED).exp()


def _follow_slopes(
    priors: torch.Tensor,
    calibration: Calibration,
    moved: torch.Tensor,
    log_target: torch.Tensor,
    odds: torch.Tensor,
    weights: torch.Tensor,
) -> torch.Tensor:
    """Return the priors moved to each replicate's slopes, to first order.

    Slopes bend every row. Two more climbs for each of the main directions in which they vary measure how.
    """
    import torch

    _, strengths, directions = torch.linalg.svd(moved, full_matrices=False)
    reaches = strengths / np.sqrt(len(moved))
    bent = priors.clone()
    for reach, direction in list(zip(reaches, directions, strict=True))[:_MOST_BENDS]:
        if float(reach) <= float(reaches[0]) * 1e-3 or float(reach) == 0:
            break
        most = float((torch.as_tensor(calibration.slopes).to(direction) / direction.abs().clamp(min=1e-12)).min()) / 2
        step = min(float(reach), most)
        ends: list[torch.Tensor] = []
        for sign in (-1, 1):
            slopes = calibration.slopes + sign * step * direction.cpu().numpy()
            there = type(calibration)(calibration.family, slopes, calibration.bias)
            ends.append(climb(there.apply(log_target), odds, weights)[0])
        bent += (moved @ direction)[:, None] * (ends[1] - ends[0]) / (2 * step)
    bent = bent.clamp(min=0)
    return bent / bent.sum(dim=1, keepdim=True)
