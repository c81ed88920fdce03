"""The model behind classes from domains: p(domain | row) = sum over classes of p(class | row) p(domain | class).

Roberts, Mani, Garg, Lipton, "Unsupervised Learning under Latent Label Shift" (2022) factorise what a domain discriminator says.
Here its answer is the start of a climb: the likelihood of all domains, with p(class | row) a network, is raised from there,
so that rows that look alike share what they say. Several starts are climbed; the one that predicts the domains of rows that were
not fitted best is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import torch

from labelatlas._random import generator
from labelatlas.label_shift._factorise import cells, count_cells, mixes
from labelatlas.label_shift._network import Network

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_shift._network import Mode

Origin: TypeAlias = Literal["domains", "features", "both"]

_STREAM_CELLS, _STREAM_FIT = 53, 54
_WARM_EPOCHS = 6
_SHORT_EPOCHS = 12
_LONG_EPOCHS = 30
_CLIMBED_ON = 2
# Small cells are purer: a class may have many of them.
_FINE = 5
_NEARLY = 0.88
_SHARPEST = 1e-6


@dataclass(frozen=True)
class Climbed:
    """One start, climbed.

    Attributes
    ----------
    network : Network
        Scores of p(class | row).
    of_class : ndarray of shape (K, r), float64
        p(domain | class), rows of sum 1.
    loss : float
        Mean -log p(domain | row) over rows that were not fitted.
    origin : {"domains", "features", "both"}
        Whether the start came from what the discriminator says, from clusters of the vectors, or from both together.
    start : ndarray of shape (K, r), float64
        p(class | domain) of the start.
    plain : bool
        Whether the start was one cluster for each class.
    """

    network: Network
    of_class: Float64Array
    loss: float
    origin: Origin
    start: Float64Array
    plain: bool = False

    def chances(self, vectors: torch.Tensor) -> Float64Array:
        """Return p(class | row) of vectors (n, d)."""
        with torch.no_grad():
            return torch.softmax(self.network.scores(vectors).double(), dim=1).cpu().numpy()

    def posterior(self, vectors: torch.Tensor, domains: Int64Array) -> Float64Array:
        """Return p(class | row, domain) of rows in known domains, (n, K)."""
        joint = self.chances(vectors) * self.of_class[:, domains].T
        return joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)


def climb_starts(
    vectors: torch.Tensor, domains: Int64Array, said: Float64Array, n_classes: int, seed: int
) -> list[Climbed]:
    """Return every start climbed.

    Parameters
    ----------
    vectors : Tensor of shape (n, d), float32
    domains : ndarray of shape (n,), int64
    said : ndarray of shape (n, r), float64
        What the discriminator says of each row.
    n_classes : int
        K.
    seed : int

    Returns
    -------
    list of Climbed
        The one to use, then all by what they say of held-out domains.
    """
    n_domains = said.shape[1]
    share = np.bincount(domains, minlength=n_domains) / len(domains)
    even = said / share
    even /= even.sum(axis=1, keepdims=True)
    seen = vectors.double().cpu().numpy()
    seen = (seen - seen.mean(axis=0)) / max(float(seen.std(axis=0).mean()), 1e-12) / np.sqrt(seen.shape[1])
    leaning = np.sqrt(even)
    leaning = (leaning - leaning.mean(axis=0)) / max(float(np.sqrt(leaning.var(axis=0).sum())), 1e-12)
    points: list[tuple[Origin, Float64Array, int]] = [
        ("domains", even, n_classes),
        ("domains", even, 3 * n_classes),
        ("features", seen, n_classes),
        ("features", seen, _FINE * n_classes),
        ("both", np.column_stack([seen, leaning]), _FINE * n_classes),
    ]
    found: list[Climbed] = []
    for i, (origin, rows, m) in enumerate(points):
        random = generator(seed, _STREAM_CELLS, i)
        cell = cells(rows, m, random)
        counts = count_cells(cell, domains, m, n_domains)
        plain = origin == "features" and m == n_classes
        if plain:
            of_cell, mix = np.eye(n_classes), counts / counts.sum(axis=0)
        else:
            of_cell, mix = mixes(counts, n_classes, random)
        priors = mix @ share
        of_class = mix * share / np.maximum(priors, 1e-300)[:, None]
        belief = (of_cell * priors)[cell] * of_class[:, domains].T
        total = belief.sum(axis=1, keepdims=True)
        belief = np.where(total > 0, belief / np.where(total > 0, total, 1), 1 / n_classes)
        start = Climbed(_warm(vectors, belief, seed), np.maximum(of_class, _SHARPEST), np.inf, origin, mix, plain)
        found.append(_climb(vectors, domains, start, _SHORT_EPOCHS, seed))
    found.sort(key=lambda climbed: climbed.loss)
    found[:_CLIMBED_ON] = [_climb(vectors, domains, each, _LONG_EPOCHS, seed) for each in found[:_CLIMBED_ON]]
    found.sort(key=lambda climbed: climbed.loss)
    return [_chosen(found, share, n_classes), *found]


def _chosen(found: list[Climbed], share: Float64Array, n_classes: int) -> Climbed:
    """Return the best start; where domains are few for the classes, feature clusters that explain nearly as much.

    With hardly more domains than classes many factorisations explain the domains alike, and what looks alike has to decide.
    """
    chance = -float((share * np.log(np.maximum(share, 1e-300))).sum())
    nearly = chance - _NEARLY * (chance - found[0].loss)
    plain = [each for each in found if each.plain]
    return plain[0] if plain and len(share) < 2 * n_classes and plain[0].loss <= nearly else found[0]


def _warm(vectors: torch.Tensor, belief: Float64Array, seed: int) -> Network:
    """Return a network that says what is believed of each row, (n, K)."""
    wanted = torch.as_tensor(belief, dtype=torch.float32, device=vectors.device)
    network = Network(vectors.shape[1], belief.shape[1], seed=seed, device=str(vectors.device))

    def loss(rows: torch.Tensor, mode: Mode) -> torch.Tensor:
        logs = torch.log_softmax(network.scores(vectors[rows], mode), dim=1)
        return -(wanted[rows] * logs).sum(dim=1).mean()

    network.fit(len(belief), loss, epochs=_WARM_EPOCHS, random=generator(seed, _STREAM_FIT))
    return network


def _climb(vectors: torch.Tensor, domains: Int64Array, start: Climbed, epochs: int, seed: int) -> Climbed:
    """Return a start with the likelihood of the domains raised; its network is changed in place."""
    codes = torch.as_tensor(domains, device=vectors.device)
    logits = torch.as_tensor(start.of_class, dtype=torch.float32, device=vectors.device).log().requires_grad_()
    network = start.network

    def loss(rows: torch.Tensor, mode: Mode) -> torch.Tensor:
        logs = torch.log_softmax(network.scores(vectors[rows], mode), dim=1)
        return -torch.logsumexp(logs + torch.log_softmax(logits, dim=1)[:, codes[rows]].T, dim=1).mean()

    random = generator(seed, _STREAM_FIT)
    lowest = network.fit(len(domains), loss, epochs=epochs, random=random, others=(logits,))
    found = torch.softmax(logits.detach().double(), dim=1).cpu().numpy()
    return replace(start, of_class=np.maximum(found, 1e-12), loss=lowest)
