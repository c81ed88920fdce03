"""Probabilities made honest on the source, and how uncertain that correction is.

Expectation-maximisation trusts probabilities to the letter: uncalibrated ones send it far off. Slopes on the log-probabilities
and a bias per class are fitted by log-loss on the labelled source. Each family is a linear part of the same space, slopes (C,)
and biases (C,), so that one Newton method fits all: Alexandari, Kundaje, Shrikumar, "Maximum Likelihood with Bias-Corrected
Calibration is Hard-To-Beat at Label Shift Adaptation" (2020).

How much freedom to give is a question of evidence, not of a test: the corrections under prior widths from none to wide are
averaged by how likely each width makes the source labels (MacKay, "Bayesian Interpolation", 1992; Hoeting, Madigan, Raftery,
Volinsky, "Bayesian Model Averaging: A Tutorial", 1999). Where nothing speaks for a correction it fades, so that a calibrated
model is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import torch

    from labelatlas._typing import Float64Array

Family: TypeAlias = Literal["none", "temperature", "bcts", "vector", "adaptive"]
FAMILIES: Final[tuple[Family, ...]] = ("none", "temperature", "bcts", "vector")
"""From the least to the most freedom; "adaptive" is "bcts" with prior widths by evidence."""

_MAX_STEPS = 50
_TOLERANCE = 1e-8
_LEAST_SLOPE = 1e-2
_VECTOR_PRECISION = 10.0
# Prior precisions of slope and biases that are tried, from nearly no freedom of the biases to much: each starts the next.
_WIDTHS: Final = tuple((slope, bias) for slope in (100.0, 1.0) for bias in (1e8, 16.0, 2.0))
# Logarithms of class shares so near to their mean are as good as equal.
_NEARLY_EVEN = 0.2


@dataclass(frozen=True)
class Calibration:
    """softmax(slopes · log p + bias).

    Attributes
    ----------
    family : {"none", "temperature", "bcts", "vector", "adaptive"}
    slopes : ndarray of shape (C,), float64
        Positive; below 1 when the model was too sure. All equal but for "vector".
    bias : ndarray of shape (C,), float64
        Mean 0.
    freedom : float
        How many numbers the labels have settled, 0 (nothing to correct) to 1 + C, or 2C for "vector".
    """

    family: Family
    slopes: Float64Array
    bias: Float64Array
    freedom: float = 0.0

    @property
    def slope(self) -> float:
        """Mean slope."""
        return float(self.slopes.mean())

    def apply(self, log_probabilities: torch.Tensor) -> torch.Tensor:
        """Return calibrated probabilities (rows, C)."""
        import torch

        slopes, bias = (torch.as_tensor(v).to(log_probabilities) for v in (self.slopes, self.bias))
        return torch.softmax(torch.addcmul(bias, log_probabilities, slopes), dim=1)

    def replicates(
        self, log_source: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return slopes (B, C) and biases (B, C) as they would be, had the source rows had these weights (B, n).

        One Newton step from the fitted values for each row of weights: the one-step bootstrap, which costs one matrix product.
        """
        import torch

        n, n_classes = log_source.shape
        slopes, bias = (torch.as_tensor(v).to(log_source) for v in (self.slopes, self.bias))
        if self.family == "none":
            return slopes.expand(len(weights), -1), bias.expand(len(weights), -1)
        free = _free(self.family, n_classes, log_source)
        residual = self.apply(log_source)
        curvature = free.T @ curvature_of(residual, log_source) @ free / n + torch.eye(free.shape[1]).to(log_source) / n
        residual[_rows(labels), labels] -= 1
        rows = torch.cat([residual * log_source, residual], dim=1) @ free
        moved = torch.linalg.solve(curvature, ((weights - 1 / n) @ rows).T).T @ free.T
        # A step from a nearly flat likelihood may overshoot zero; a slope never changes its sign.
        ends = slopes / 4, slopes * 4
        return torch.clamp(slopes - moved[:, :n_classes], *ends), bias - moved[:, n_classes:]


def fit_calibration(log_probabilities: torch.Tensor, labels: torch.Tensor, family: Family) -> Calibration:
    """Return the calibration of one family with the lowest log-loss, slopes and biases held by normal priors.

    Parameters
    ----------
    log_probabilities : Tensor of shape (n, C), float64
    labels : Tensor of shape (n,), int64
    family : {"none", "temperature", "bcts", "vector", "adaptive"}

    Returns
    -------
    Calibration

    Examples
    --------
    >>> import torch
    >>> too_sure = torch.log(torch.tensor([[0.99, 0.01], [0.01, 0.99]], dtype=torch.float64)).repeat(20, 1)
    >>> labels = torch.tensor([0, 1, 1, 1]).repeat(10)
    >>> fit_calibration(too_sure, labels, "temperature").slope < 0.5
    True
    """
    import torch

    n_classes = log_probabilities.shape[1]
    if family == "none":
        return _unchanged(family, n_classes)
    if family != "adaptive":
        precision = _VECTOR_PRECISION if family == "vector" else 1.0
        found = _fit(log_probabilities, labels, family, (precision, 1.0))
        return _as_calibration(family, found)
    # No test decides whether to calibrate: each width of the priors counts as much as its evidence says, around the model as it is,
    # and around a model that judges as if classes were equally frequent though in the source they are not.
    said, parts = [], []
    for centre in _centres(labels, n_classes, log_probabilities):
        logs = torch.log_softmax(log_probabilities + centre[n_classes:], dim=1)
        found = _Fit(centre, float(logs[_rows(labels), labels].sum()), torch.zeros(1))
        fits = [found]
        for precisions in _WIDTHS:
            found = _fit(log_probabilities, labels, "bcts", precisions, found.values, centre)
            fits.append(found)
        said += [fit.evidence for fit in fits]
        parts += [_as_calibration(family, fit) for fit in fits]
    share = np.exp(np.array(said) - max(said))
    share /= share.sum()
    return Calibration(
        family,
        sum((w * part.slopes for w, part in zip(share, parts, strict=True)), np.zeros(n_classes)),
        sum((w * part.bias for w, part in zip(share, parts, strict=True)), np.zeros(n_classes)),
        float(share @ [part.freedom for part in parts]),
    )


def _unchanged(family: Family, n_classes: int) -> Calibration:
    return Calibration(family, np.ones(n_classes), np.zeros(n_classes))


def _centres(labels: torch.Tensor, n_classes: int, like: torch.Tensor) -> list[torch.Tensor]:
    """Return the slopes and biases (2C,) around which to look: none, and the logarithm of the shares of the labels."""
    import torch

    shares = torch.bincount(labels, minlength=n_classes).to(like).clamp(min=0.5).log()
    bias = shares - shares.mean()
    plain = _identity(n_classes, like)
    if float(bias.abs().max()) < _NEARLY_EVEN:
        return [plain]
    return [plain, torch.cat([plain[:n_classes], bias])]


@dataclass(frozen=True)
class _Fit:
    """Slopes and biases (2C,), the log-evidence for them, and how many of them the labels have settled."""

    values: torch.Tensor
    evidence: float
    settled: torch.Tensor


def _as_calibration(family: Family, fit: _Fit) -> Calibration:
    found = fit.values.cpu().numpy()
    slopes, bias = np.split(found, 2)
    freedom = float(fit.settled.clamp(0, 1).sum())
    return Calibration(family, np.maximum(slopes, _LEAST_SLOPE), bias - bias.mean(), freedom)


def _fit(
    log_probabilities: torch.Tensor,
    labels: torch.Tensor,
    family: Family,
    precisions: tuple[float, float],
    start: torch.Tensor | None = None,
    centre: torch.Tensor | None = None,
) -> _Fit:
    """Return the most probable values under prior precisions of slopes and of biases, and the evidence by Laplace."""
    import torch

    n_classes = log_probabilities.shape[1]
    free = _free(family, n_classes, log_probabilities)
    n_slopes = n_classes if family == "vector" else 1
    held = torch.full((free.shape[1],), precisions[1]).to(log_probabilities)
    held[:n_slopes] = precisions[0]
    middle = _identity(n_classes, log_probabilities) if centre is None else centre
    values, loss, covariance = _newton(
        log_probabilities, labels, middle if start is None else start, free, held, middle
    )
    evidence = -loss + 0.5 * float(torch.logdet(covariance)) + 0.5 * float(held.log().sum())
    return _Fit(values, evidence, 1 - held * covariance.diagonal())


def _rows(labels: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.arange(len(labels), device=labels.device)


def _identity(n_classes: int, like: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.cat([torch.ones(n_classes), torch.zeros(n_classes)]).to(like)


def _free(family: Family, n_classes: int, like: torch.Tensor) -> torch.Tensor:
    """Return the directions (2C, F) in slopes and biases that a family may move along, slopes first."""
    import torch

    everything = torch.eye(2 * n_classes)
    common = everything[:, :n_classes].sum(dim=1, keepdim=True)
    biases = everything[:, n_classes:]
    parts = {
        "temperature": [common],
        "bcts": [common, biases],
        "adaptive": [common, biases],
        "vector": [everything],
    }[family]
    return torch.cat(parts, dim=1).to(like)


def _newton(
    log_probabilities: torch.Tensor,
    labels: torch.Tensor,
    values: torch.Tensor,
    free: torch.Tensor,
    held: torch.Tensor,
    middle: torch.Tensor,
) -> tuple[torch.Tensor, float, torch.Tensor]:
    """Return the most probable slopes and biases (2C,) around a middle, from a start, the loss and the covariance (F, F) there.

    The log-loss is convex in slopes and biases; a step that does not lower it is halved.
    """
    import torch

    n, n_classes = log_probabilities.shape
    rows = _rows(labels)
    scale = (free * free).sum(dim=0)
    at = (values - middle) @ free / scale

    def loss_of(point: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        full = middle + free @ point
        logs = torch.log_softmax(full[:n_classes] * log_probabilities + full[n_classes:], dim=1)
        return -logs[rows, labels].sum() + 0.5 * (held * point.square()).sum(), logs

    loss, logs = loss_of(at)
    covariance = torch.diag(1 / held)
    for _ in range(_MAX_STEPS):
        chances = logs.exp()
        covariance = torch.linalg.inv(free.T @ curvature_of(chances, log_probabilities) @ free + torch.diag(held))
        chances[rows, labels] -= 1
        gradient = torch.cat([(chances * log_probabilities).sum(dim=0), chances.sum(dim=0)]) @ free + held * at
        step = covariance @ gradient
        size = 1.0
        while size > _TOLERANCE:
            rival, rival_logs = loss_of(at - size * step)
            if rival <= loss:
                break
            size /= 2
        else:
            break
        gain = float(loss - rival)
        at, loss, logs = at - size * step, rival, rival_logs
        if gain <= _TOLERANCE * n:
            break
    return middle + free @ at, float(loss), covariance


def curvature_of(chances: torch.Tensor, log_probabilities: torch.Tensor) -> torch.Tensor:
    """Return the second derivative (2C, 2C) of the summed log-loss in slopes and biases."""
    import torch

    pull = chances * log_probabilities
    both = torch.cat([pull, chances], dim=1)
    n_classes = chances.shape[1]
    found = -(both.T @ both)
    k = torch.arange(n_classes, device=chances.device)
    found[k, k] += (pull * log_probabilities).sum(dim=0)
    found[k + n_classes, k + n_classes] += chances.sum(dim=0)
    found[k, k + n_classes] += pull.sum(dim=0)
    found[k + n_classes, k] += pull.sum(dim=0)
    return found
