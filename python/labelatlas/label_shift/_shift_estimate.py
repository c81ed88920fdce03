"""The finding: priors of a target, how sure they are, and what to do about the shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas.exceptions import InputError
from labelatlas.label_shift._plot import Picture, draw_mixes
from labelatlas.label_shift._task import on_simplex

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._assumption import ShiftVerdict
    from labelatlas.label_shift._calibration import Calibration


@dataclass(frozen=True, kw_only=True)
class ExpectedAccuracy:
    """Share of right predictions, expected under the estimated priors.

    Attributes
    ----------
    source : float
        Of the predictions on the labelled source, counted.
    target : float
        Of the same predictions on the target, as they are.
    corrected : float
        Of the predictions on the target after `ShiftEstimate.correct`.
    """

    source: float
    target: float
    corrected: float


@dataclass(frozen=True, kw_only=True, repr=False)
class ShiftEstimate(Findings):
    """Class priors of a target.

    Attributes
    ----------
    priors : ndarray of shape (C,), float64
        Estimated share of each class in the population that the target rows were drawn from; sums to 1.
    low, high : ndarray of shape (C,), float64
        Ends of the interval of each class; it holds the prior and always has width.
    weights : ndarray of shape (C,), float64
        priors / source_priors: a source row of class k weighted so, the source has the target's mix.
    source_priors : ndarray of shape (C,), float64
        Share of each class among the source labels; positive.
    p_values : ndarray of shape (C,), float64
        Of "this share has not changed", held for all classes together (Holm): below .05 the class has changed.
    calibration : Calibration
        What the labels said about the probabilities: slopes, biases, and how many such numbers they have settled (`freedom`).
    believed : ndarray of shape (C,), float64
        Mean calibrated probability of each class in the source.
    concentration : float or None
        How many target rows the mix that the priors were drawn towards was worth (geometric mean); None where none was.
    accuracy : ExpectedAccuracy
        Expected before and after correction.
    method : str
        Name of the estimator in `ESTIMATORS`, also where "auto" chose it.
    level : float
        Of the intervals.
    names : tuple or None
        Class names; codes stand for them when None.
    left_out : tuple
        Classes that there are and that the source has no label of: the target may hold some of them, and nothing here says
        so. Filled in by who knows of such classes; `estimate` itself refuses them.
    verdict : ShiftVerdict or None
        Whether a change of the mix is all that happened, by `check_assumption`. Filled in by who has vectors; None where nobody
        asked, and where there are too few rows to say.
    """

    priors: Float64Array
    low: Float64Array
    high: Float64Array
    weights: Float64Array
    source_priors: Float64Array
    p_values: Float64Array
    calibration: Calibration
    believed: Float64Array
    concentration: float | None
    accuracy: ExpectedAccuracy
    method: str
    level: float
    names: tuple[Any, ...] | None = None
    left_out: tuple[Any, ...] = ()
    verdict: ShiftVerdict | None = None

    @property
    def change(self) -> Float64Array:
        """Target share minus source share of each class, (C,)."""
        return self.priors - self.source_priors

    def columns(self) -> Mapping[str, Any]:
        """Return one line per class, in the order of the codes."""
        return {
            "label": np.arange(len(self.priors)) if self.names is None else list(self.names),
            "source": self.source_priors,
            "target": self.priors,
            "low": self.low,
            "high": self.high,
            "change": self.change,
            "p_value": self.p_values,
            "weight": self.weights,
        }

    def correct(self, probabilities: npt.ArrayLike) -> Float64Array:
        """Return probabilities of target rows, calibrated and moved to the target's priors.

        Parameters
        ----------
        probabilities : array-like of shape (rows, C)
            By the model that judged the source; each row sums to 1.

        Returns
        -------
        ndarray of shape (rows, C), float64

        Raises
        ------
        InputError
            When the columns are not the classes, or a row is off the simplex.
        """
        p = on_simplex("probabilities", probabilities)
        if p.shape[1] != len(self.priors):
            message = f"probabilities must have {len(self.priors)} columns. Got {p.shape[1]} instead."
            raise InputError(message, hint="Pass what the model that judged the source says of these rows.")
        return move_to_priors(p, self.calibration, self.priors / self.believed)

    def plot(self) -> Picture:
        """Return a picture: source and target share of each class, the latter with its interval."""
        names = range(len(self.priors)) if self.names is None else self.names
        return draw_mixes([str(name) for name in names], self.source_priors, self.priors, self.low, self.high)


def move_to_priors(p: Float64Array, calibration: Calibration, ratio: Float64Array) -> Float64Array:
    """Return probabilities (rows, C) calibrated, multiplied by a ratio per class (C,), and of sum 1 again."""
    scores = calibration.slopes * np.log(p) + calibration.bias + np.log(np.maximum(ratio, 1e-300))
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
