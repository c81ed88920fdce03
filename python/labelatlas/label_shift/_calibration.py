"""Probabilities made honest on the source, and how uncertain that correction is.

Expectation-maximisation trusts probabilities to the letter: uncalibrated ones send it far off. A slope on the log-probabilities
(temperature), and where it pays a bias per class, are fitted by log-loss on the labelled source.
Alexandari, Kundaje, Shrikumar, "Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat at Label Shift
Adaptation" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

Family: TypeAlias = Literal["none", "temperature", "bcts"]
FAMILIES: Final[tuple[Family, ...]] = ("none", "temperature", "bcts")
"""From the least to the most freedom."""


@dataclass(frozen=True)
class Calibration:
    """softmax(slope · log p + bias).

    Attributes
    ----------
    family : {"none", "temperature", "bcts"}
    slope : float
        Positive; below 1 when the model was too sure.
    bias : ndarray of shape (C,), float64
        Mean 0.
    """

    family: Family
    slope: float
    bias: Float64Array

    def apply(self, log_probabilities: Float64Array) -> Float64Array:
        """Return calibrated probabilities (rows, C)."""
        return _softmax(self.slope * log_probabilities + self.bias)

    def replicates(self, log_source: Float64Array, labels: Int64Array, weights: Float64Array) -> Float64Array:
        """Return (B, 1 + C) slopes and biases as they would be, had the source rows had these weights (B, n).

        One Newton step from the fitted values for each row of weights: the one-step bootstrap, which costs one matrix product.
        """
        n_classes = len(self.bias)
        fitted = np.tile(np.concatenate([[self.slope], self.bias]), (len(weights), 1))
        if self.family == "none":
            return fitted
        free = 1 if self.family == "temperature" else 1 + n_classes
        chances = self.apply(log_source)
        mean = (chances * log_source).sum(axis=1)
        rows = np.arange(len(labels))
        residual = chances.copy()
        residual[rows, labels] -= 1
        gradient = np.column_stack([mean - log_source[rows, labels], residual])[:, :free]
        spread = chances * (log_source - mean[:, None])
        curvature = np.empty((1 + n_classes, 1 + n_classes))
        curvature[0, 0] = (spread * log_source).sum() / len(labels)
        curvature[0, 1:] = curvature[1:, 0] = spread.mean(axis=0)
        curvature[1:, 1:] = np.diag(chances.mean(axis=0)) - chances.T @ chances / len(labels)
        curvature = curvature[:free, :free] + np.eye(free) / len(labels)
        moved = np.linalg.solve(curvature, ((weights - 1 / len(labels)) @ gradient).T).T
        # A step from a nearly flat likelihood may overshoot zero; a slope never changes its sign.
        fitted[:, :free] -= moved
        fitted[:, 0] = np.clip(fitted[:, 0], self.slope / 4, self.slope * 4)
        return fitted


def fit_calibration(log_probabilities: Float64Array, labels: Int64Array, family: Family) -> Calibration:
    """Return the calibration of one family with the lowest log-loss, slope and biases held by weak priors.

    Parameters
    ----------
    log_probabilities : ndarray of shape (n, C), float64
    labels : ndarray of shape (n,), int64
    family : {"none", "temperature", "bcts"}

    Returns
    -------
    Calibration

    Examples
    --------
    >>> import numpy as np
    >>> too_sure = np.log(np.tile([[0.99, 0.01], [0.01, 0.99]], (20, 1)))
    >>> labels = np.tile([0, 1, 1, 1], 10)
    >>> fit_calibration(too_sure, labels, "temperature").slope < 0.5
    True
    """
    n, n_classes = log_probabilities.shape
    if family == "none":
        return Calibration(family, 1.0, np.zeros(n_classes))
    rows = np.arange(n)
    free = 1 if family == "temperature" else 1 + n_classes

    def objective(values: Float64Array) -> tuple[float, Float64Array]:
        # The slope is fitted as exp(value): it stays positive, and log slope ~ N(0, 1) keeps separable rows finite.
        slope, bias = np.exp(values[0]), values[1:] if free > 1 else np.zeros(n_classes)
        scores = slope * log_probabilities + bias
        top = scores.max(axis=1)
        total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        residual = np.exp(scores - total[:, None])
        residual[rows, labels] -= 1
        loss = float((total - scores[rows, labels]).mean() + 0.5 * np.square(values).sum() / n)
        slopes = [slope * (residual * log_probabilities).sum() / n, *(residual.mean(axis=0) if free > 1 else [])]
        return loss, np.asarray(slopes) + values / n

    found = minimize(objective, np.zeros(free), jac=True, method="L-BFGS-B").x
    bias = found[1:] - found[1:].mean() if free > 1 else np.zeros(n_classes)
    return Calibration(family, float(np.exp(found[0])), bias)


def choose_family(log_probabilities: Float64Array, labels: Int64Array, half: Float64Array) -> Family:
    """Return the family with clearly the lowest loss on source rows that its fit had not seen.

    Parameters
    ----------
    log_probabilities : ndarray of shape (n, C), float64
    labels : ndarray of shape (n,), int64
    half : ndarray of shape (n,), float64
        Random numbers in [0, 1): rows below 0.5 judge what the others fit, and the other way round.

    Returns
    -------
    {"none", "temperature", "bcts"}
        More freedom is taken only when its gain exceeds its own standard error: calibration that is not needed costs.
    """
    best: Family = "none"
    losses = _held_out_losses(log_probabilities, labels, best, half < 0.5)
    for family in FAMILIES[1:]:
        rival = _held_out_losses(log_probabilities, labels, family, half < 0.5)
        gain = losses - rival
        if gain.mean() > gain.std() / np.sqrt(len(gain)):
            best, losses = family, rival
    return best


def _held_out_losses(
    log_probabilities: Float64Array,
    labels: Int64Array,
    family: Family,
    half: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Float64Array:
    losses = np.empty(len(labels))
    for fit, judge in ((half, ~half), (~half, half)):
        if not fit.any() or not judge.any():
            losses[judge] = -log_probabilities[judge, labels[judge]]
            continue
        chances = fit_calibration(log_probabilities[fit], labels[fit], family).apply(log_probabilities[judge])
        losses[judge] = -np.log(np.maximum(chances[np.arange(int(judge.sum())), labels[judge]], 1e-300))
    return losses


def _softmax(scores: Float64Array) -> Float64Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
