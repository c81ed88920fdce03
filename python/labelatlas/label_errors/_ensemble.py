"""The default: two views of a row, and two accounts of why a label may disagree with them.

Views. The head's probabilities and the neighbours' votes are averaged. A neighbour votes with what the noise model believes of
it, so that a wrong label among the neighbours counts little.

Accounts. When a label disagrees, either people mislabel at a rate that depends on the class only (the noise model), or errors
sit just where classes are hard to tell apart, and the disagreement itself is the evidence (the margin). The labels alone
cannot tell which account holds: measured on planted noise, each wins where it holds and fails where the other does. The suspicion
is the mean of both chances, that is, a Bayesian average over two accounts of equal prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelatlas._typing import UNLABELLED, Float64Array
from labelatlas.label_errors._evidence import Evidence
from labelatlas.label_errors._margin import margin
from labelatlas.label_errors._noise_model import NoiseModel, fit_noise_model
from labelatlas.label_errors._votes import pool_votes, vote_weights


@dataclass(frozen=True)
class Verdict:
    """What the ensemble found, and from what.

    Attributes
    ----------
    suspicion : ndarray of shape (n,), float64
        In [0, 1], high = suspicious; 0 for unlabelled rows.
    evidence : Evidence
        Its probabilities are both views averaged.
    noise : NoiseModel
        Fitted to that evidence.
    """

    suspicion: Float64Array
    evidence: Evidence
    noise: NoiseModel


def judge(evidence: Evidence) -> Verdict:
    """Return the default suspicion together with the evidence and the noise model behind it."""
    noise = fit_noise_model(evidence)
    if evidence.neighbors is not None:
        evidence = _with_votes(evidence, noise)
        noise = fit_noise_model(evidence)
    return Verdict((margin(evidence) + noise.doubt(evidence)) / 2, evidence, noise)


def ensemble(evidence: Evidence) -> Float64Array:
    """Return the mean chance of a wrong label over two accounts of how labels go wrong.

    Parameters
    ----------
    evidence : Evidence
        Neighbours are asked when there are any.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 0 for unlabelled rows.
    """
    return judge(evidence).suspicion


def _with_votes(evidence: Evidence, noise: NoiseModel) -> Evidence:
    if evidence.neighbors is None:
        return evidence
    head = np.asarray(evidence.probabilities, dtype=np.float64)
    weights = vote_weights(evidence.neighbors, voters=evidence.labels != UNLABELLED)
    votes = pool_votes(evidence.neighbors, weights, noise.posterior(evidence), fallback=head)
    return Evidence(evidence.labels, (head + votes) / 2, evidence.neighbors)
