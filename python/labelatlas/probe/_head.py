"""A linear head: multinomial logistic regression by full-batch L-BFGS.

Vectors are centred and divided by one number, never column by column: the head then sees the geometry that the map and
the neighbour graph see, a rotation changes nothing, and a nearly constant pixel is not blown up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MAX_STEPS = 100
_HISTORY = 10
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Head:
    """Weights of a fitted head.

    Attributes
    ----------
    weight : Tensor of shape (d, C), float32
    bias : Tensor of shape (C,), float32
        Minus infinity for a class that the head was not shown.
    """

    weight: torch.Tensor
    bias: torch.Tensor

    def logits(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return the class scores of shape (m, C) of vectors of shape (m, d)."""
        return torch.addmm(self.bias, vectors, self.weight)


def standardise(vectors: torch.Tensor) -> torch.Tensor:
    """Return the vectors centred, with mean square 1 over all entries; constant vectors become zeros."""
    centred = vectors - vectors.mean(dim=0)
    scale = centred.square().mean().sqrt()
    return centred / scale if float(scale) > 0 else centred


def fit_head(
    vectors: torch.Tensor,
    codes: torch.Tensor,
    *,
    n_classes: int,
    decay: float,
    start: Head | None = None,
    weights: torch.Tensor | None = None,
    heard: Callable[[], None] | None = None,
) -> Head:
    """Return the head that minimises mean cross-entropy + decay / 2 · ‖weight‖².

    Parameters
    ----------
    vectors : Tensor of shape (m, d), float32
    codes : Tensor of shape (m,), int64
        In 0..n_classes-1.
    n_classes : int
    decay : float
        Positive; the bias is not decayed.
    start : Head or None
        Where to begin, for a walk along a grid of decays.
    weights : Tensor of shape (m,), float32, or None
        How much each row counts in the mean; None = all alike.
    heard : callable or None
        Called at each look at all rows; what it raises ends the fit.

    Returns
    -------
    Head
        A class without a row has weight 0 and bias minus infinity: it takes no part in the softmax.

    Examples
    --------
    >>> import torch
    >>> head = fit_head(torch.tensor([[-1.0], [1.0]]), torch.tensor([0, 1]), n_classes=2, decay=0.1)
    >>> head.logits(torch.tensor([[2.0]])).argmax().item()
    1
    """
    seen = torch.bincount(codes, minlength=n_classes) > 0
    absent = torch.zeros(n_classes, device=vectors.device).masked_fill(~seen, -torch.inf)
    if start is None:
        weight = torch.zeros(vectors.shape[1], n_classes, device=vectors.device)
        bias = torch.zeros(n_classes, device=vectors.device)
    else:
        weight, bias = start.weight.clone(), start.bias.masked_fill(~seen, 0.0)
    weight.requires_grad_()
    bias.requires_grad_()
    optimiser = torch.optim.LBFGS(
        [weight, bias],
        max_iter=_MAX_STEPS,
        history_size=_HISTORY,
        tolerance_grad=_TOLERANCE,
        tolerance_change=1e-7,
        line_search_fn="strong_wolfe",
    )

    def objective() -> torch.Tensor:
        if heard is not None:
            heard()
        optimiser.zero_grad()
        scores = torch.addmm(bias + absent, vectors, weight)
        loss = _mean_loss(scores, codes, weights) + 0.5 * decay * weight.square().sum()
        loss.backward()
        return loss

    optimiser.step(objective)
    return Head(weight.detach() * seen, bias.detach() + absent)


def _mean_loss(scores: torch.Tensor, codes: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    if weights is None:
        return torch.nn.functional.cross_entropy(scores, codes)
    return (torch.nn.functional.cross_entropy(scores, codes, reduction="none") * weights).sum() / weights.sum()


def fit_path(
    vectors: torch.Tensor,
    codes: torch.Tensor,
    *,
    n_classes: int,
    decays: Sequence[float],
    weights: torch.Tensor | None = None,
    heard: Callable[[], None] | None = None,
) -> list[Head]:
    """Return a head for each decay, each fit begun where the one before ended: from strong to weak, few steps each."""
    heads: list[Head] = []
    for decay in decays:
        start = heads[-1] if heads else None
        heads.append(
            fit_head(vectors, codes, n_classes=n_classes, decay=decay, start=start, weights=weights, heard=heard)
        )
    return heads
