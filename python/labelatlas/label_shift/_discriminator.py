"""From which domain is a row? Answered for each row by who has not seen it, and honest in the long run.

Linear, network and neighbour frequencies are tried on one fold; the one with the lowest held-out log-loss judges all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import torch

from labelatlas._random import generator
from labelatlas.label_shift._calibration import fit_calibration
from labelatlas.label_shift._network import Network

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_shift._network import Mode

Kind: TypeAlias = Literal["linear", "network", "neighbours"]
KINDS: tuple[Kind, ...] = ("linear", "network", "neighbours")

_FOLDS = 3
_EPOCHS = 25
_NEIGHBOURS = 40
_PRIOR_COUNT = 0.5
_BLOCK = 2_048
_STREAM = 52


def domain_probabilities(
    vectors: torch.Tensor, domains: Int64Array, n_domains: int, seed: int
) -> tuple[Float64Array, Kind, float]:
    """Return out-of-fold, calibrated probabilities of the domains.

    Parameters
    ----------
    vectors : Tensor of shape (n, d), float32
    domains : ndarray of shape (n,), int64
    n_domains : int
    seed : int

    Returns
    -------
    (ndarray of shape (n, r), str, float)
        Probabilities, the kind that made them, and its held-out log-loss in nats.
    """
    n = len(domains)
    fold = generator(seed, _STREAM).permutation(n) % _FOLDS
    codes = torch.as_tensor(domains, device=vectors.device)
    first = {kind: _judge(kind, vectors, codes, n_domains, fold, 0, seed) for kind in KINDS}
    kind = min(KINDS, key=lambda k: _loss(first[k], domains[fold == 0]))
    logs = np.empty((n, n_domains))
    for f in range(_FOLDS):
        logs[fold == f] = first[kind] if f == 0 else _judge(kind, vectors, codes, n_domains, fold, f, seed)
    scores = torch.as_tensor(logs)
    found = fit_calibration(scores, torch.as_tensor(domains), "temperature").apply(scores).numpy()
    return found, kind, _loss(np.log(found), domains)


def _loss(logs: Float64Array, domains: Int64Array) -> float:
    return -float(logs[np.arange(len(domains)), domains].mean())


def _judge(
    kind: Kind, vectors: torch.Tensor, codes: torch.Tensor, n_domains: int, fold: Int64Array, f: int, seed: int
) -> Float64Array:
    fitted, judged = (torch.as_tensor(np.flatnonzero(rows), device=vectors.device) for rows in (fold != f, fold == f))
    if kind == "neighbours":
        return _by_neighbours(vectors[fitted], codes[fitted], vectors[judged], n_domains)
    hidden = {} if kind == "network" else {"hidden": 0}
    network = Network(vectors.shape[1], n_domains, seed=seed + f, device=str(vectors.device), **hidden)

    def loss(rows: torch.Tensor, mode: Mode) -> torch.Tensor:
        chosen = fitted[rows]
        scores = network.scores(vectors[chosen], mode)
        return torch.nn.functional.cross_entropy(scores, codes[chosen])

    network.fit(len(fitted), loss, epochs=_EPOCHS, random=generator(seed, _STREAM, f))
    with torch.no_grad():
        return torch.log_softmax(network.scores(vectors[judged]).double(), dim=1).cpu().numpy()


def _by_neighbours(known: torch.Tensor, codes: torch.Tensor, judged: torch.Tensor, n_domains: int) -> Float64Array:
    k = min(_NEIGHBOURS, len(known))
    parts: list[Float64Array] = []
    for block in judged.split(_BLOCK):
        rows = torch.cdist(block, known).topk(k, largest=False).indices
        counts = torch.nn.functional.one_hot(codes[rows], n_domains).sum(dim=1).double() + _PRIOR_COUNT
        parts.append((counts / counts.sum(dim=1, keepdim=True)).log().cpu().numpy())
    return np.concatenate(parts)
