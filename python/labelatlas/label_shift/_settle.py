"""How many labels would settle it: which rows to label for the share of one class, and what the labels then say.

Angelopoulos, Bates, Fannjiang, Jordan, Zrnic, "Prediction-Powered Inference" (2023), with the tuning of Angelopoulos, Duchi,
Zrnic, "PPI++" (2023): predictions of all rows and labels of a few give an interval that is valid however wrong the predictions
are, and short where they are right. The few are drawn by strata of the prediction: Neyman, "On the Two Different Aspects of the
Representative Method" (1934), with the borders of Dalenius, Hodges, "Minimum Variance Stratification" (1959).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.label_shift._task import on_simplex

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array

_STREAM = 61
_STRATA = 5
_FEWEST_IN_STRATUM = 2
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, kw_only=True)
class LabelPlan:
    """Rows to label for the share of one class.

    Attributes
    ----------
    rows : ndarray of shape (k,), int64
        Positions, in random order: whoever stops early has labelled a fair part of every stratum, but should plan anew.
    label : int
        Code of the class.
    strata : ndarray of shape (m,), int64
        Stratum of each row.
    chances : ndarray of shape (m,), float64
        Predicted probability of the class.
    """

    rows: Int64Array
    label: int
    strata: Int64Array
    chances: Float64Array

    def expected_width(self, level: float = 0.95) -> float:
        """Return how wide the interval will be when the predictions are calibrated.

        Parameters
        ----------
        level : float

        Returns
        -------
        float

        Raises
        ------
        InputError
            When `level` is out of range.
        """
        _check_level(level)
        spread = self.chances * (1 - self.chances)
        variance = sum(
            (np.mean(self.strata == h)) ** 2 * spread[self.strata == h].mean() / (self.strata[self.rows] == h).sum()
            for h in np.unique(self.strata)
        )
        m, share = len(self.strata), self.chances.mean()
        return float(2 * student.ppf((1 + level) / 2, len(self.rows)) * np.sqrt(variance + share * (1 - share) / m))


@dataclass(frozen=True, kw_only=True)
class SettledShare:
    """Share of one class by predictions and labels together.

    Attributes
    ----------
    share, low, high : float
        Estimate and ends of its interval, in [0, 1].
    trust : float
        What the predictions were multiplied by: 1 when they are as good as they say, 0 when they say nothing.
    """

    share: float
    low: float
    high: float
    trust: float


def plan_labels(probabilities: npt.ArrayLike, label: int, budget: int, *, seed: int = 0) -> LabelPlan:
    """Return which rows to label, so that the interval of one class shrinks most.

    Parameters
    ----------
    probabilities : array-like of shape (m, C)
        Of the target rows, better after `ShiftEstimate.correct`.
    label : int
        Code of the class that matters.
    budget : int
        Number of rows to label; at least 4, at most m.
    seed : int

    Returns
    -------
    LabelPlan

    Raises
    ------
    InputError
        When a row is off the simplex, or `label` or `budget` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.linspace(0.01, 0.99, 200)
    >>> plan = plan_labels(np.column_stack([1 - p, p]), 1, 20)
    >>> len(set(plan.rows.tolist()))
    20
    """
    p = on_simplex("probabilities", probabilities)
    m = len(p)
    if not isinstance(label, int | np.integer) or not 0 <= label < p.shape[1]:  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"label must be a code in 0..{p.shape[1] - 1}. Got {label!r} instead."
        raise InputError(message, hint="Pass the column of the class: names.index('refund') of a ShiftEstimate.")
    if not isinstance(budget, int | np.integer) or not 2 * _FEWEST_IN_STRATUM <= budget <= m:  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"budget must be a whole number in {2 * _FEWEST_IN_STRATUM}..{m}. Got {budget!r} instead."
        raise InputError(message, hint="A few labels for each kind of row are needed; all rows are the most there are.")
    chances = p[:, label]
    spread = np.maximum(np.sqrt(chances * (1 - chances)), _LEAST_SPREAD)
    order = np.argsort(chances, kind="stable")
    # equal steps of the summed square root of the density: here of the spread, which is what the labels will vary by
    reached = np.cumsum(spread[order])
    n_strata = min(_STRATA, budget // (2 * _FEWEST_IN_STRATUM))
    strata = np.empty(m, dtype=np.int64)
    strata[order] = np.minimum((reached / reached[-1] * n_strata * (1 - 1e-12)).astype(np.int64), n_strata - 1)
    _, strata = np.unique(strata, return_inverse=True)
    sizes = np.bincount(strata)
    wanted = _shared_out(budget, sizes, np.bincount(strata, weights=spread).astype(np.float64))
    random = generator(seed, _STREAM)
    rows = np.concatenate(
        [random.choice(np.flatnonzero(strata == h), count, replace=False) for h, count in enumerate(wanted)]
    )
    return LabelPlan(rows=random.permutation(rows), label=label, strata=strata, chances=chances)


def settle(plan: LabelPlan, labels: npt.ArrayLike, *, level: float = 0.95) -> SettledShare:
    """Return the share of the plan's class in the population that the rows were drawn from.

    Parameters
    ----------
    plan : LabelPlan
    labels : array-like of shape (k,), int
        Codes of `plan.rows`, in their order.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    SettledShare

    Raises
    ------
    InputError
        When there is not one label for each row of the plan, or `level` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.linspace(0.01, 0.99, 200)
    >>> plan = plan_labels(np.column_stack([1 - p, p]), 1, 20)
    >>> found = settle(plan, (p[plan.rows] > 0.5).astype(int))
    >>> found.low < 0.5 < found.high
    True
    """
    codes = np.asarray(labels)
    if codes.shape != plan.rows.shape or codes.dtype.kind not in "iu" or (codes < 0).any():
        message = f"labels must be {len(plan.rows)} codes. Got dtype {codes.dtype}, shape {codes.shape} instead."
        raise InputError(
            message, hint="Label every row of the plan; a row that cannot be labelled needs a class of its own."
        )
    _check_level(level)
    seen, said, stratum = (codes == plan.label).astype(np.float64), plan.chances[plan.rows], plan.strata[plan.rows]
    sizes = np.bincount(plan.strata)
    m, share_of = len(plan.strata), sizes / sizes.sum()
    count = np.bincount(stratum, minlength=len(sizes))
    weight = (share_of / count)[stratum]
    off_said, off_seen = (v - (np.bincount(stratum, weights=v) / count)[stratum] for v in (said, seen))
    above, below = float(weight @ (off_said * off_seen)), float(weight @ off_said**2)
    trust = float(np.clip(above / below, 0, 1)) if below > 0 else 0.0
    everywhere = np.bincount(plan.strata, weights=plan.chances) / sizes
    residual = seen - trust * said
    of_stratum = np.bincount(stratum, weights=residual) / count
    share = float(share_of @ (trust * everywhere + of_stratum))
    squares = np.bincount(stratum, weights=(residual - of_stratum[stratum]) ** 2)
    # Labels that happen to agree do not vary at all: two more rows, as Agresti and Coull (1998) count them, keep the interval wide.
    hits = np.bincount(stratum, weights=seen)
    guess = (hits + 1) / (count + 2)
    variance = (squares + 2 * guess * (1 - guess)) / np.maximum(count - 1 + 2, 1)
    left = 1 - count / sizes
    error = np.sqrt((share_of**2 * left * variance / count).sum() + max(share * (1 - share), 0.0) / m)
    reach = float(student.ppf((1 + level) / 2, max(len(codes) - len(sizes), 1)) * error)
    share = float(np.clip(share, 0, 1))
    return SettledShare(share=share, low=max(share - reach, 0.0), high=min(share + reach, 1.0), trust=trust)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1. Got {level!r} instead.", hint="Pass level=0.95.")


def _shared_out(budget: int, sizes: Int64Array, spreads: Float64Array) -> Int64Array:
    """Return a number of rows for each stratum, in proportion to its summed spread, at least two and at most all of it."""
    least = np.minimum(_FEWEST_IN_STRATUM, sizes)
    wanted = least.copy()
    while wanted.sum() < budget:
        room = wanted < sizes
        # the stratum that is furthest behind its share gets the next row
        behind = np.where(room, spreads / (wanted + 0.5), -np.inf)
        wanted[int(behind.argmax())] += 1
    return wanted
