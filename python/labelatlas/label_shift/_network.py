"""A small network and how it is fitted: the one learner of this room."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal, TypeAlias

import torch

from labelatlas._random import generator

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Mode: TypeAlias = Literal["fit", "judge"]

_HIDDEN = 256
_DROPPED = 0.3
_RATE = 1e-3
_FAST = 30
_DECAY = 1e-4
_BATCH = 256


class Network:
    """Two hidden layers with rectifiers and dropout; scores of shape (rows, outputs).

    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting" (2014).

    Parameters
    ----------
    inputs, outputs : int
    hidden : int
        0 = none: a linear map.
    seed : int
    device : {"cpu", "cuda"}
    """

    def __init__(self, inputs: int, outputs: int, *, hidden: int = _HIDDEN, seed: int, device: str) -> None:
        self._random = torch.Generator(device=device).manual_seed(int(generator(seed, 51).integers(2**31)))
        sizes = [inputs, outputs] if hidden == 0 else [inputs, hidden, hidden, outputs]
        self.parameters: list[torch.Tensor] = []
        for wide, narrow in itertools.pairwise(sizes):
            bound = wide**-0.5
            for shape in ((wide, narrow), (narrow,)):
                drawn = torch.rand(shape, generator=self._random, device=device) * 2 - 1
                self.parameters.append((drawn * bound).requires_grad_())

    def scores(self, vectors: torch.Tensor, mode: Mode = "judge") -> torch.Tensor:
        """Return the scores (rows, outputs) of vectors (rows, inputs); "fit" drops units."""
        layers = list(zip(self.parameters[::2], self.parameters[1::2], strict=True))
        for weight, bias in layers[:-1]:
            vectors = torch.relu(torch.addmm(bias, vectors, weight))
            if mode == "fit":
                kept = torch.rand(vectors.shape, generator=self._random, device=vectors.device) >= _DROPPED
                vectors = vectors * kept / (1 - _DROPPED)
        weight, bias = layers[-1]
        return torch.addmm(bias, vectors, weight)

    def fit(
        self,
        n: int,
        loss: Callable[[torch.Tensor, Mode], torch.Tensor],
        *,
        epochs: int,
        random: np.random.Generator,
        others: tuple[torch.Tensor, ...] = (),
    ) -> float:
        """Lower a loss, and keep what was best on a fifth of the rows that was not fitted.

        Parameters
        ----------
        n : int
            Number of rows.
        loss : callable
            Of row positions and "fit" (units are dropped) or "judge"; the mean over these rows.
        epochs : int
        random : numpy.random.Generator
            Of the order of rows.
        others : tuple of Tensor
            Further parameters of the loss.

        Returns
        -------
        float
            The lowest held-out loss.
        """
        device = self.parameters[0].device
        order = torch.as_tensor(random.permutation(n), device=device)
        judged, fitted = order[: max(1, n // 5)], order[n // 5 :]
        free = [*self.parameters, *others]
        # a single matrix has a few numbers, each with much to say: it may move as fast as the whole network does
        rates = [_RATE] * len(self.parameters) + [_FAST * _RATE] * len(others)
        adam = _Adam(free, rates, [_DECAY] * len(self.parameters) + [0.0] * len(others))
        lowest, kept = float("inf"), [p.detach().clone() for p in free]
        for _ in range(epochs):
            shuffled = fitted[torch.as_tensor(random.permutation(len(fitted)), device=device)]
            for batch in shuffled.split(_BATCH):
                adam.step(torch.autograd.grad(loss(batch, "fit"), free))
            with torch.no_grad():
                now = float(loss(judged, "judge"))
            if now < lowest:
                lowest, kept = now, [p.detach().clone() for p in free]
        with torch.no_grad():
            for parameter, best in zip(free, kept, strict=True):
                parameter.copy_(best)
        return lowest


class _Adam:
    """Kingma, Ba, "Adam: A Method for Stochastic Optimization" (2015), in a few lines: torch.optim takes seconds to import."""

    def __init__(self, free: list[torch.Tensor], rates: list[float], decays: list[float]) -> None:
        self._free, self._rates, self._decays = free, rates, decays
        self._means = [torch.zeros_like(p) for p in free]
        self._squares = [torch.zeros_like(p) for p in free]
        self._steps = 0

    @torch.no_grad()
    def step(self, gradients: tuple[torch.Tensor, ...]) -> None:
        """Move the parameters against their gradients."""
        self._steps += 1
        first, second = 1 - 0.9**self._steps, 1 - 0.999**self._steps
        for i, gradient in enumerate(gradients):
            pull = gradient + self._decays[i] * self._free[i] if self._decays[i] else gradient
            self._means[i].lerp_(pull, 0.1)
            self._squares[i].lerp_(pull.square(), 0.001)
            size = (self._squares[i] / second).sqrt_().add_(1e-8)
            self._free[i].sub_(self._rates[i] / first * self._means[i] / size)
