"""Scores made honest: one temperature, and one bias per class where it pays.

Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks" (2017): divide the logits by a temperature.
Alexandari, Kundaje, Shrikumar, "Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat at Label Shift
Adaptation" (2020): add a bias per class (BCTS). Both are fitted by log-loss on logits of rows that the heads had not seen.
More freedom is not always better, so a family must earn its place on rows that its own fit had not seen either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

FAMILIES: Final = ("none", "temperature", "bcts")
"""From the least to the most freedom; a later one is taken only for a lower held-out loss."""

_MAX_STEPS = 60


@dataclass(frozen=True)
class Calibration:
    """softmax(logits / temperature + bias).

    Attributes
    ----------
    temperature : float
        Above 1 when the heads were too sure.
    bias : Tensor of shape (C,), float64
        Mean 0.
    """

    temperature: float
    bias: torch.Tensor

    def apply(self, logits: torch.Tensor) -> torch.Tensor:
        """Return calibrated log-probabilities of shape (m, C)."""
        return torch.log_softmax(logits / self.temperature + self.bias.to(logits), dim=1)

    def loss(self, logits: torch.Tensor, codes: torch.Tensor) -> float:
        """Return the mean negative log-probability of the codes."""
        return float(torch.nn.functional.nll_loss(self.apply(logits), codes))


def calibrate(logits: torch.Tensor, codes: torch.Tensor, folds: torch.Tensor) -> Calibration:
    """Return the calibration with the lowest held-out log-loss.

    Parameters
    ----------
    logits : Tensor of shape (m, C), float64
        Out-of-fold and finite.
    codes : Tensor of shape (m,), int64
    folds : Tensor of shape (m,), int64
        The two halves of the gate are even and odd folds.

    Returns
    -------
    Calibration
        The identity when nothing else lowers the loss, so calibration never makes the held-out loss worse.

    Examples
    --------
    >>> import torch
    >>> logits = torch.tensor([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0]] * 8, dtype=torch.float64)
    >>> codes, folds = torch.tensor([0, 1, 1] * 8), torch.tensor([0, 0, 0, 1, 1, 1] * 4)
    >>> calibrate(logits, codes, folds).temperature > 2
    True
    """
    half = folds % 2 == 0
    best, lowest = FAMILIES[0], _held_out_loss(FAMILIES[0], logits, codes, half)
    for family in FAMILIES[1:]:
        loss = _held_out_loss(family, logits, codes, half)
        if loss < lowest:
            best, lowest = family, loss
    return fit_calibration(logits, codes, family=best)


def fit_calibration(logits: torch.Tensor, codes: torch.Tensor, *, family: str) -> Calibration:
    """Return the calibration of one family that fits best, biases held by a standard normal prior."""
    n_classes = logits.shape[1]
    identity = Calibration(1.0, torch.zeros(n_classes, dtype=torch.float64, device=logits.device))
    if family == "none" or len(codes) == 0:
        return identity
    # The slope 1 / temperature is fitted as exp(a): it stays positive, and a ~ N(0, 1) keeps separable rows finite.
    log_slope = torch.zeros(1, dtype=torch.float64, device=logits.device, requires_grad=True)
    bias = torch.zeros(n_classes, dtype=torch.float64, device=logits.device, requires_grad=family == "bcts")
    free = [log_slope, bias] if family == "bcts" else [log_slope]
    optimiser = torch.optim.LBFGS(free, max_iter=_MAX_STEPS, tolerance_grad=1e-7, line_search_fn="strong_wolfe")

    def objective() -> torch.Tensor:
        optimiser.zero_grad()
        prior = 0.5 * (log_slope.square().sum() + bias.square().sum()) / len(codes)
        loss = torch.nn.functional.cross_entropy(logits * log_slope.exp() + bias, codes) + prior
        loss.backward()
        return loss

    optimiser.step(objective)
    fitted = Calibration(float(torch.exp(-log_slope.detach())), (bias - bias.mean()).detach())
    return fitted if fitted.loss(logits, codes) <= identity.loss(logits, codes) else identity


def _held_out_loss(family: str, logits: torch.Tensor, codes: torch.Tensor, half: torch.Tensor) -> float:
    total = 0.0
    for fit, judge in ((half, ~half), (~half, half)):
        calibration = fit_calibration(logits[fit], codes[fit], family=family)
        total += calibration.loss(logits[judge], codes[judge]) * int(judge.sum())
    return total / len(codes)
