"""The default: head and neighbours joined, scored by the log-odds margin, and made a chance by planted errors.

The log-odds are read through what the surest rows say about which class is given for which (`_unmix`), once rows alike have been
heard (`_alike`). Other recalibrations
that were tried on labels and probabilities alone (temperature and bias, a full matrix, votes among equal probabilities, the
noise model of `_noise_model`, class priors) ranked no better than the plain log-odds on worlds with planted errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelatlas.label_errors._alike import ask_alike
from labelatlas.label_errors._margin import log_odds
from labelatlas.label_errors._order import MAX_ASKED, by_score, spaced
from labelatlas.label_errors._planting import UNJUDGED, Calibration, calibrate
from labelatlas.label_errors._together import LEAST_AGREEMENT, agreement
from labelatlas.label_errors._unmix import grind
from labelatlas.label_errors._views import join_views

if TYPE_CHECKING:
    from labelatlas._typing import BoolArray, Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence


@dataclass(frozen=True)
class Verdict:
    """What the ensemble found, and from what.

    Attributes
    ----------
    evidence : Evidence
        Its probabilities are both views joined.
    score : ndarray of shape (n,), float64
        Log-odds through the lens; -inf for unlabelled rows and verified ones.
    calibration : Calibration
    """

    evidence: Evidence
    score: Float64Array
    calibration: Calibration

    def suspicion(self) -> Float64Array:
        """Return the suspicion (n,), in [0, 1], 0 for unlabelled and verified rows."""
        return self.calibration.suspicion(self.score)

    def flagged(self) -> BoolArray:
        """Return which rows (n,) count as errors."""
        return self.calibration.flagged(self.score)


def judge(evidence: Evidence) -> Verdict:
    """Return the default findings together with the evidence behind them."""
    raw, joined = join_views(evidence)
    # Most honest about wrong labels is what was not yet asked to agree with them.
    lens = grind(joined)
    joined = ask_alike(joined, lens)
    score = log_odds(joined, lens)
    known = by_score(joined.labelled, score)
    together = not len(joined.judged) or _go_together(raw, spaced(known, MAX_ASKED))
    calibration = calibrate(joined, score, known, lens) if together else UNJUDGED
    if evidence.verified is not None:
        score[evidence.verified] = float("-inf")
    return Verdict(joined, score, calibration)


def _go_together(raw: Evidence, rows: Int64Array) -> bool:
    """Return whether the labels of some rows go with what none of them had a say in.

    Where there are no neighbours and the head knows neither for nor against, rows alike are heard; a head that speaks against
    its labels has its columns in another order.
    """
    together = agreement(raw, rows)
    if raw.neighbors is None and abs(together) < LEAST_AGREEMENT:
        together = agreement(ask_alike(raw), rows)
    return together >= LEAST_AGREEMENT


def ensemble(evidence: Evidence) -> Float64Array:
    """Return the chance that each label is wrong.

    Parameters
    ----------
    evidence : Evidence
        Neighbours are asked when there are any.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 0 for unlabelled rows and verified ones.
    """
    return judge(evidence).suspicion()
