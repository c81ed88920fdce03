"""How many labels are wrong where classes overlap, too: the share of disagreements that the surest rows still leave.

A head that disagrees with labels is right about wrong labels, and wrong where classes overlap. Wrong labels are as many at every
place in the order of sureness; mistakes become fewer the surer the head. Where classes stand apart the surest rows thus show the rate
of wrong labels bare; where features are weak even the surest rows are mistaken at times, and a rate that is read off them is too high.
So the curve of disagreement over place is compared with those of overlapping normal groups, whose log-odds are normal with a mean
of half their variance ("binormal"), or of more variance where some rows are harder than others; never of less. A level curve thus
means wrong labels, a falling one overlap, and between the two the data cannot decide: then the prior of rates speaks, and the
interval is wide. One wrong label in eight is the mean of the prior, after the reviews of real data by Northcutt, Athalye, Mueller,
"Pervasive Label Errors in Test Sets" (2021: 3.4%) and Song et al., "Learning From Noisy Labels With Deep Neural Networks" (2022: 8%
to 38.5%). The likelihood is tempered so that many rows do not make a rough shape certain (Miller, Dunson, "Robust Bayesian
Inference via Coarsening", 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._random import generator
from labelatlas.label_errors._margin import FLOOR

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence

_RATES = np.append(np.linspace(0, 0.1, 21), np.linspace(0.11, 0.95, 85))
_PRIOR = 7.0  # of Beta(1, 7)
# Shapes of the head's log-odds: means, from next to no signal to none to doubt, and how many times as wide as binormal ones.
_MEANS = np.geomspace(0.01, 60, 30)
_SPREADS = np.array([1.0, 1.4, 2.0, 3.0, 5.0])
_POINTS = 300
_BINS = 40
_FIRST = 5
_COARSE = 4000  # No number of rows says more than so many.
_MAX_ROWS = 20_000
_STREAM = 24
_LEVEL = 0.95
_TIMES_LEAST = 10  # Above a tenth of the mean the least plausible rate is no doubt of the mean.
_BLOCK = 1 << 12
_ROUNDING = 1e-5  # of probabilities in float32, and sums of them


@dataclass(frozen=True)
class Share:
    """How many labels are wrong.

    Attributes
    ----------
    rate : float
        Mean of the posterior, in [0, 0.95].
    low, high : float
        Ends of its 95% interval.
    """

    rate: float
    low: float
    high: float

    @property
    def shown(self) -> float:
        """The rate as far as rows show it: lower, down to nought, where hardly any errors are plausible too."""
        return min(self.rate, _TIMES_LEAST * self.low)


def share_wrong(evidence: Evidence, rows: Int64Array) -> Share:
    """Return the share of wrong labels among those of some rows that nobody has verified.

    Parameters
    ----------
    evidence : Evidence
        Head and neighbours joined.
    rows : ndarray of shape (m,), int64
        Labelled, at least one. Of more than 20,000 so many, drawn at random.

    Returns
    -------
    Share

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> row = np.arange(900)
    >>> found = share_wrong(Evidence(np.where(row < 90, (row + 1) % 3, row % 3), np.eye(3)[row % 3]), row)
    >>> round(found.rate, 1), found.low < 0.1 < found.high
    (0.1, True)
    """
    if len(rows) > _MAX_ROWS:
        rows = generator(0, _STREAM).choice(rows, _MAX_ROWS, replace=False)
    lead, against, rivals = _readings(evidence, rows)
    order = np.argsort(-lead, kind="stable")
    behind, against = -lead[order], against[order]
    n = len(rows)
    ends = np.round(np.geomspace(min(n, max(_FIRST, n // 400)), n, _BINS)).astype(np.int64)
    # Equal leads are one place, whatever the order of rows; but who says that no other class is possible claims to make no mistakes.
    certain = int(np.searchsorted(behind, np.log(2 * FLOOR)))
    against[:certain] = against[:certain].mean() if certain else 0
    last = np.where(ends <= certain, ends, np.searchsorted(behind, behind[ends - 1], side="right"))
    edges = np.unique(np.append(0, last))
    count = np.diff(edges)
    # What is wrong is wrong in rows that nobody verified.
    judged = np.ones(n) if evidence.verified is None else (~evidence.verified[rows[order]]).astype(np.float64)
    judged[:certain] = judged[:certain].mean() if certain else 0
    judged = np.add.reduceat(judged, edges[:-1]) / count
    bad = np.add.reduceat(against, edges[:-1])
    mistaken = _mistakes(edges / n, rivals)
    n_classes = evidence.n_classes
    likely = np.empty((len(_RATES), len(mistaken)))
    for place, rate in enumerate(_RATES):
        seen = np.clip(mistaken + rate * judged * (1 - mistaken * n_classes / (n_classes - 1)), FLOOR, 1 - FLOOR)
        likely[place] = np.log(seen) @ bad + np.log1p(-seen) @ (count - bad)
    likely *= _COARSE / (_COARSE + n)
    posterior = np.exp(likely - likely.max()).sum(axis=1)
    posterior *= (1 - _RATES) ** (_PRIOR - 1) * np.gradient(_RATES)
    posterior /= posterior.sum()
    below = np.cumsum(posterior)
    tail = (1 - _LEVEL) / 2
    low, high = (float(_RATES[np.searchsorted(below, level)]) for level in (tail, 1 - tail))
    return Share(float(posterior @ _RATES), low, high)


def _readings(evidence: Evidence, rows: Int64Array) -> tuple[Float64Array, Float64Array, float]:
    """Return the lead (m,) of the likeliest class in log-odds, whether it is another than the given (0 to 1), and how many rivals it has."""
    lead = np.empty(len(rows))
    against = np.empty(len(rows))
    rest = spread = 0.0
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        p = np.maximum(evidence.probabilities[block], 0).astype(np.float64)
        every = np.arange(len(p))
        own = p[every, evidence.labels[block]]
        first = p.argmax(axis=1)
        top = p[every, first]
        # Of several likeliest classes each may be the one: neither their order matters nor how sums of them were rounded.
        likeliest = top * (1 - _ROUNDING)
        against[start : start + _BLOCK] = 1 - (own >= likeliest) / (p >= likeliest[:, None]).sum(axis=1)
        p[every, first] = 0
        ahead = np.log(top + FLOOR) - np.log(p.max(axis=1) + FLOOR)
        lead[start : start + _BLOCK] = np.round(ahead / _ROUNDING) * _ROUNDING
        others = p.sum(axis=1)
        rest += others.sum()
        # as many even ones as would be as concentrated
        spread += (others**3 / np.maximum((p**2).sum(axis=1), FLOOR)).sum()
    return lead, against, max(1.0, spread / rest) if rest > 0 else 1.0


def _mistakes(edges: Float64Array, rivals: float) -> Float64Array:
    """Return how often (s, b) the head is wrong between places (b + 1,) for each shape of its log-odds."""
    from scipy.special import ndtr

    mean = np.repeat(_MEANS, len(_SPREADS))[:, None]
    deviation = np.sqrt(2 * mean) * np.tile(_SPREADS, len(_MEANS))[:, None]
    lead = (mean + 5 * deviation) * np.linspace(1, 0, _POINTS)
    beyond = ndtr((mean - lead) / deviation) + ndtr((-mean - lead) / deviation)
    wrong = rivals / (rivals + np.exp(np.minimum(lead, 500)))
    reached = np.cumsum(np.diff(beyond, axis=1, prepend=0) * wrong, axis=1)
    at = np.stack([np.interp(edges, place, mass, left=0) for place, mass in zip(beyond, reached, strict=True)])
    return np.diff(at, axis=1) / np.diff(edges)
