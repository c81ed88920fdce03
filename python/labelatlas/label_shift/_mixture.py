"""In which proportions known densities are mixed: maximum likelihood, and how far the likelihood lets a prior pull.

Expectation-maximisation for the proportions alone is a concave problem: Saerens, Latinne, Decaestecker, "Adjusting the Outputs of
a Classifier to New a Priori Probabilities: A Simple Procedure" (2002). All bootstrap replicates climb at once: each step is two
matrix products for all of them.

Shrinkage: the target's proportions are given Dirichlet priors around the source's and around the even mix; they are
averaged by how likely each makes the target, by the bound of variational Bayes (Blei, Ng, Jordan, "Latent Dirichlet Allocation", 2003, for one
document; Bishop, "Pattern Recognition and Machine Learning", 2006, section 10.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import torch

_MAX_STEPS = 1_000
_TOLERANCE = 1e-6
_REPLICATE_TOLERANCE = 1e-5
_LEAST_START = 1e-3
CONCENTRATIONS: Final = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""How many target rows a class the source's mix may be worth: from few classes holding all rows, over any mix, to the source's."""

# From so many rows on, all rows are only looked at to correct what a part of them has said.
_PART = 20_000
_MAX_CORRECTIONS = 8
_LEAST_FREE = 1e-5
_BLOCK = 65_536
_TINY = 1e-30


def climb(chances: torch.Tensor, odds: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return for each of B replicates the proportions that make the rows most likely.

    Parameters
    ----------
    chances : Tensor of shape (m, C), float64
        Class probabilities, or densities up to a factor per row.
    odds : Tensor of shape (B, C), float64
        Multiply the probabilities into likelihoods.
    weights : Tensor of shape (B, m), float64
        Of the rows, each replicate of sum 1.

    Returns
    -------
    Tensor of shape (B, C), float64
        Each row on the simplex.
    """
    import torch

    q, kept = 1 / odds, odds.dtype
    q = q / q.sum(dim=1, keepdim=True)
    tolerance, first = _TOLERANCE, None
    if len(q) > 1:  # the others are near the first: they begin there, and nobody reads a replicate to the last digit
        first = climb(chances, odds[:1], weights[:1])
        # half the digits are half the time, and enough for what is read as a spread; a factor per row changes nothing
        chances = chances / chances.amax(dim=1, keepdim=True).clamp(min=torch.finfo(chances.dtype).tiny)
        chances, odds, weights, q = (part.to(torch.float32) for part in (chances, odds, weights, q))
        q = first.clamp(min=_LEAST_START).to(q).repeat(len(q), 1)
        q[0], tolerance = first[0], _REPLICATE_TOLERANCE
    running = torch.arange(len(q), device=q.device)
    for _ in range(_MAX_STEPS):
        scaled = q[running] * odds[running]
        better = scaled * ((weights[running] / (scaled @ chances.T)) @ chances)
        better = better / better.sum(dim=1, keepdim=True)
        moving = (better - q[running]).abs().amax(dim=1) > tolerance
        q[running] = better
        running = running[moving]
        if len(running) == 0:
            break
    if first is None:
        return q
    return torch.cat([first, q[1:].to(kept)])


def climb_all(chances: torch.Tensor, odds: torch.Tensor) -> torch.Tensor:
    """Return the proportions that make all rows, evenly weighted, most likely.

    Of many rows every k-th climbs first; Newton steps with the curvature of that part then correct for all rows, each in one
    look at them.

    Parameters
    ----------
    chances : Tensor of shape (m, C), float32 or float64
    odds : Tensor of shape (C,), float64

    Returns
    -------
    Tensor of shape (C,), float64
    """
    import torch

    every = max(1, len(chances) // _PART)
    part = chances[::every].double()
    even = torch.full((1, len(part)), 1 / len(part)).to(part)
    q = climb(part, odds[None], even)[0]
    if every == 1:
        return q
    for _ in range(_MAX_CORRECTIONS):
        slope = _slope(chances, q * odds) * odds
        free = q > _LEAST_FREE
        bent = part[:, free] * odds[free] / (part @ (q * odds)).clamp(min=_TINY)[:, None]
        # the step stays on the plane of sum 1: one more equation, with its multiplier
        k = int(free.sum())
        system = torch.zeros((k + 1, k + 1)).to(q)
        system[:k, :k] = bent.T @ bent / len(part) + 1e-9 * torch.eye(k).to(q)
        system[:k, k] = system[k, :k] = 1
        wish = torch.cat([slope[free], torch.zeros(1).to(q)])
        step = torch.linalg.solve(system, wish)[:k]
        better = q * slope  # what expectation-maximisation would do: the rare classes go by it
        better[free] = torch.maximum(q[free] + step, q[free] / 10)
        better = better / better.sum()
        change = float((better - q).abs().max())
        q = better
        if change < _REPLICATE_TOLERANCE:
            break
    return q


def _slope(chances: torch.Tensor, scaled: torch.Tensor) -> torch.Tensor:
    """Return the mean over rows of chances / density, (C,), summed in float64 block by block."""
    import torch

    total = torch.zeros_like(scaled)
    for block in chances.split(_BLOCK):
        density = (block @ scaled.to(block)).clamp(min=_TINY)
        total += ((1 / density) @ block).double()
    return total / len(chances)


def shrink(likelihoods: torch.Tensor, centre: torch.Tensor, start: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Return proportions (C,) drawn towards a centre or the even mix as far as the rows let them, and the mean concentration.

    The even mix stands beside the centre because a target need not resemble its source at all.

    Parameters
    ----------
    likelihoods : Tensor of shape (m, C), float64
        Density of each row under each class, up to a factor per row.
    centre : Tensor of shape (C,), float64
        Positive, of sum 1.
    start : Tensor of shape (C,), float64
        Proportions from which the climb begins.

    Returns
    -------
    (Tensor of shape (C,), float)
    """
    import torch

    m = len(likelihoods)
    concentrations = len(centre) * torch.tensor(CONCENTRATIONS).to(likelihoods)
    even = torch.full_like(centre, 1 / len(centre))
    prior = torch.cat([concentrations[:, None] * middle for middle in (centre, even)])
    counts = (m * start).expand_as(prior)
    for _ in range(_MAX_STEPS // 2):
        weight = _mean_log(counts + prior).exp()
        density = weight @ likelihoods.T
        better = weight * ((1 / density) @ likelihoods)
        change = float((better - counts).abs().max())
        counts = better
        if change < 1e-6 * m:
            break
    posterior = counts + prior
    log_weight = _mean_log(posterior)
    evidence = torch.log(log_weight.exp() @ likelihoods.T).sum(dim=1)
    kept = (
        torch.lgamma(posterior.sum(dim=1))
        - torch.lgamma(posterior).sum(dim=1)
        - torch.lgamma(prior.sum(dim=1))
        + torch.lgamma(prior).sum(dim=1)
        + ((posterior - prior) * log_weight).sum(dim=1)
    )
    bound = evidence - kept
    share = torch.softmax(bound, dim=0)
    found = share @ counts
    return found / found.sum(), float(torch.exp(share @ concentrations.log().repeat(2)))


def _mean_log(posterior: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.digamma(posterior) - torch.digamma(posterior.sum(dim=1, keepdim=True))
