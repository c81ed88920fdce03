"""From a score to a chance: errors are planted, and what they score is compared with what the rows score.

A row's probabilities do not know its label, so a wrong label can be planted without fitting anything again: the score that
the row would have if its label were another class follows at once. Given the planted scores (density f1, classes drawn as
head and labels disagree now) and the scores as they are (density f = (1 - r) f0 + r f1), the chance of an error at score s is
r f1(s) / f(s): the two-groups model of Efron, "Large-Scale Simultaneous Hypothesis Testing" (2004), f0 never being needed. The
ratio is fitted without bins by isotonic regression. The rate r is what `_overlap` makes of the surest rows, and errors are planted
in a class as often as these say it is wrong. For the flags it is at most what the upper tails allow, min over s of
P(score > s) / P(planted > s), after Blanchard, Lee, Scott, "Semi-Supervised Novelty Detection" (2010), and next to nothing where
no errors at all are plausible too.

That account holds when errors come at a rate that depends on the class. It says little where errors sit just on the rows that
are hard to tell apart, for those score like honest rows: there, disagreement is all the evidence there is. The labels alone
cannot tell which account holds; the suspicion is the average over both, with a prior of 0.2 for the second. The prior was
chosen among 0, 0.2, 0.35 and 0.5 by the mean F1 of the flags on worlds with planted errors (nine data sets, six classifiers,
five kinds of noise, clean and noisy training): .64, .69, .66, .62. Under this account, too, a plausible share of the labels is wrong
(0.15, or what the first account says if that is more): where there are more disagreements, most of them are honest.

On 180 worlds with errors (digits, cancer, wine, three made ones; three classifiers; five kinds of noise), with and without
neighbours, and on 206 with clean labels and weak features (Gaussian groups, two to four principal components of digits and
Fashion-MNIST, one or two columns of cancer), beside what came of reading the rate off the surest rows as it is and taking every
disagreement for an error under the second account: mean F1 of the flags .747 (.744), of those where errors sit on hard rows .484
(.478), expected calibration error .043 (.045); rows flagged where none is wrong 9% (29%), mean suspicion there .10 (.22). The price
is paid where features are weak and labels wrong: fewer errors are found there (mean F1 .28 instead of .37 at 5 to 20%).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.label_errors._margin import every_log_odds, sigmoid
from labelatlas.label_errors._order import MAX_ASKED, spaced
from labelatlas.label_errors._overlap import share_wrong

if TYPE_CHECKING:
    from labelatlas._typing import BoolArray, Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence
    from labelatlas.label_errors._unmix import Lens

_PRIOR_HARD = 0.2
_MAX_ROWS = 50_000
_MAX_PLANTED = 200_000
_SPREAD = 0.5
_ROUNDS = 2
_TAILS = np.linspace(0, 0.9, 37)
_HIGHEST_RATE = 0.9
# Where nothing is wrong the best flags in expected F1 are silly ones: a row needs one chance in ten.
_LEAST_TO_FLAG = 0.1
# The share of labels that may be wrong under the second account, where more are disagreed with.
_PLAUSIBLE = 0.15
# Where the head agrees with the label the second account is silent; a trace of it keeps equal chances in order.
_TRACE = 1e-3
_SLOWLY = 8  # and keeps the order where the sigmoid is nought or one to sixteen digits


@dataclass(frozen=True)
class Calibration:
    """How a score becomes a suspicion.

    Attributes
    ----------
    scores, chances : ndarray of shape (m,), float64
        Ascending; the chance of an error under the first account, to be interpolated between.
    rate : float
        Estimated share of errors among the labelled rows, in [0, 0.9].
    cut : float
        A row counts as an error when its score is above.
    hard : float
        How much of a disagreement is plausibly an error under the second account, in [0, 1].
    judgeable : bool
        Whether labels and evidence go together at all; where not, nothing is suspected.
    """

    scores: Float64Array
    chances: Float64Array
    rate: float
    cut: float
    hard: float = 1.0
    judgeable: bool = True

    def suspicion(self, score: Float64Array) -> Float64Array:
        """Return the suspicion (n,) in [0, 1) of scores (n,), strictly increasing in the score; 0 at -inf."""
        hard = _PRIOR_HARD if self.judgeable else _TRACE
        return (1 - hard) * self.chance(score) + hard * _disagreement(score, self.hard)

    def chance(self, score: Float64Array) -> Float64Array:
        """Return the chance (n,) of an error when errors come at a rate for each class."""
        return np.where(np.isneginf(score), 0.0, np.interp(score, self.scores, self.chances))

    def flagged(self, score: Float64Array) -> BoolArray:
        """Return which scores (n,) count as errors."""
        return score > self.cut


def calibrate(evidence: Evidence, score: Float64Array, known: Int64Array, lens: Lens | None = None) -> Calibration:
    """Return how likely an error is at each score.

    Parameters
    ----------
    evidence : Evidence
        What the score was made from; verified rows are left aside.
    score : ndarray of shape (n,), float64
        Log-odds, as `log_odds` returns them.
    known : ndarray of shape (m,), int64
        The labelled rows in the order of their scores, as of `by_score`.
    lens : Lens or None
        The one through which `log_odds` made them.

    Returns
    -------
    Calibration
        From at most 50,000 rows, evenly spaced by score, and 200,000 planted labels: neither the order of rows nor that of
        classes matters.
    """
    rows = known if evidence.verified is None else known[~evidence.verified[known]]
    if not len(rows):
        return Calibration(np.zeros(1), np.zeros(1), 0.0, np.inf)
    rows = spaced(rows, _MAX_ROWS)
    own = score[rows]
    planted, weights, place = _plant(evidence, score, rows, lens)
    values, place_of = np.unique(np.concatenate([own, planted]), return_inverse=True)
    share = share_wrong(evidence, spaced(known, MAX_ASKED))
    likely, shown = min(_HIGHEST_RATE, share.rate), min(_HIGHEST_RATE, share.shown)
    against = float(np.where(own > 0, sigmoid(own), 0).mean())
    hard = min(1.0, max(_PLAUSIBLE, likely) / against) if against > 0 else 1.0
    found = Calibration(np.zeros(1), np.zeros(1), 0.0, np.inf, hard)
    trusted = weights
    for _ in range(_ROUNDS):
        # A label planted on a row that is wrong may be the right one: errors are of rows as far as these are right.
        right = 1 - found.chance(own)[place]
        if not right.any():
            break
        trusted = weights * right
        trusted /= trusted.sum()
        rate = min(_rate(own, planted, trusted), shown)
        found = Calibration(*_chances(values, place_of, trusted, rate), rate, np.inf, hard)
    told = Calibration(*_chances(values, place_of, trusted, likely), likely, np.inf, hard)
    doubt = found.suspicion(own)
    never = own[doubt < _LEAST_TO_FLAG]
    return replace(told, cut=max(best_cut(own, doubt), float(never[-1]) if len(never) else -np.inf))


UNJUDGED = Calibration(np.zeros(1), np.zeros(1), 0.0, np.inf, judgeable=False)
"""Of labels that go with nothing."""


def best_cut(score: Float64Array, suspicion: Float64Array) -> float:
    """Return the score above which to flag rows so that the expected F1 is highest.

    Parameters
    ----------
    score : ndarray of shape (m,), float64
        Ascending.
    suspicion : ndarray of shape (m,), float64
        Chance that a row is an error, ascending too.

    Returns
    -------
    float
        The highest score that is not flagged; -inf when all are.

    Notes
    -----
    With chances, the flags that are best in expected F1 are those above a threshold (Lipton, Elkan, Narayanaswamy, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure", 2014): 2 Σ flagged / (number flagged + Σ all).

    Examples
    --------
    >>> import numpy as np
    >>> best_cut(np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 0.1, 0.9, 1.0]))
    0.0
    """
    hits = np.cumsum(suspicion[::-1])
    flagged = np.arange(1, len(score) + 1)
    gain = 2 * hits / (flagged + hits[-1])
    # equal scores are flagged together
    gain[:-1][np.diff(score[::-1]) == 0] = -1
    best = int(np.argmax(gain))
    return float(score[::-1][best + 1]) if best + 1 < len(score) else -np.inf


def disagreements(evidence: Evidence, score: Float64Array, rows: Int64Array) -> Float64Array:
    """Return the share (C, C) of the errors of each class k that are expected to be given j; 0 on the diagonal, rows sum to 1.

    Counted where another class than the given one is more probable, each row by the sigmoid of its score, and half a row spread
    over all classes.
    """
    n_classes = evidence.n_classes
    against = rows[score[rows] > 0]
    likeliest = evidence.probabilities[against].argmax(axis=1)
    cells = likeliest * n_classes + evidence.labels[against]
    counts = np.bincount(cells, sigmoid(score[against]), minlength=n_classes**2).reshape(n_classes, n_classes)
    counts = counts + _SPREAD / n_classes  # without any disagreement they are whole numbers
    np.fill_diagonal(counts, 0)
    return counts / counts.sum(axis=1, keepdims=True)


def _plant(
    evidence: Evidence, score: Float64Array, rows: Int64Array, lens: Lens | None
) -> tuple[Float64Array, Float64Array, Int64Array]:
    """Return the scores of every wrong label of some rows, ascending, how often each is expected, and whose they are in `rows`."""
    pattern = disagreements(evidence, score, rows)
    place = spaced(np.arange(len(rows)), max(1, _MAX_PLANTED // evidence.n_classes))
    rows = rows[place]
    scores = every_log_odds(evidence.probabilities[rows], lens)
    weights = pattern[evidence.labels[rows]]
    if lens is not None:
        weights *= _wrong_of_class(lens)[evidence.labels[rows], None]
    planted = np.arange(evidence.n_classes) != evidence.labels[rows][:, None]
    flat, weight = scores[planted], weights[planted]
    order = np.argsort(flat, kind="stable")
    return flat[order], weight[order] / weight.sum(), place[np.nonzero(planted)[0]][order]


def _wrong_of_class(lens: Lens) -> Float64Array:
    """Return the share (C,) of wrong labels of each class, as counted among the rows that are surest."""
    wrong = lens.transition.astype(np.float64)
    np.fill_diagonal(wrong, 0)  # one minus the diagonal is nought in single precision where next to nothing is wrong
    return wrong.sum(axis=1)


def _rate(own: Float64Array, planted: Float64Array, weights: Float64Array) -> float:
    """Return the tail ratio whose upper bound (two standard errors) is lowest."""
    # Both tails begin with all rows of one score: what stands at the floor of the probabilities is told apart by nothing.
    reached = np.append(0.0, np.cumsum(weights))
    places = np.minimum(np.searchsorted(reached[1:], _TAILS), len(planted) - 1)
    share = 1 - reached[np.searchsorted(planted, planted[places], side="left")]
    count = len(own) - np.searchsorted(own, planted[places], side="left")
    kept = share > 0.05
    if not kept.any():
        return 0.0
    count, share = count[kept], share[kept]
    bound = (count + 2 * np.sqrt(count + 1)) / share
    best = int(np.argmin(bound))
    return float(np.clip(count[best] / share[best] / len(own), 0, _HIGHEST_RATE))


def _chances(
    values: Float64Array, place: Int64Array, weights: Float64Array, rate: float
) -> tuple[Float64Array, Float64Array]:
    """Return scores, ascending, and the chance rate · f1 / f at each, never falling; `place` is that of own scores, then planted."""
    from scipy.optimize import isotonic_regression

    n_own = len(place) - len(weights)
    planted = np.bincount(place[n_own:], weights + 1e-15, minlength=len(values))
    mass = np.bincount(place[:n_own], minlength=len(values)) / n_own + planted
    share = isotonic_regression(planted / mass, weights=mass).x
    starts = np.flatnonzero(np.diff(share, prepend=-1.0) > 0)
    held = np.add.reduceat(mass, starts)
    centres = np.add.reduceat(values * mass, starts) / held
    level = share[starts]
    level = np.minimum(
        level, 1 - 1e-9
    )  # where only planted labels score, an error is certain unless there are none at all
    ratio = level / (1 - level)
    return centres, np.minimum(rate * ratio, 1.0)


def _disagreement(score: Float64Array, hard: float) -> Float64Array:
    return np.where(score > 0, hard * (1 - _TRACE) * sigmoid(score), 0) + _TRACE * sigmoid(score / _SLOWLY)
