"""Columns that hold several labels, or a number: each made into questions that the room can already answer.

A set of labels is one yes/no question for each class. A number is compared with what its neighbours hold and what a model that
has not seen it predicts; how far is too far is read off the residuals themselves, by their median and median deviation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors._ensemble import judge
from labelatlas.label_errors._evidence import check_evidence, check_neighbors
from labelatlas.label_errors._votes import vote_weights

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Neighbors

_MAD = 1.4826
_FAR = 3.5


def multilabel_suspicion(
    sets: npt.ArrayLike, probabilities: npt.ArrayLike, *, neighbors: Neighbors | None = None
) -> Float64Array:
    """Return how probably each yes or no of a multi-label column is wrong.

    Parameters
    ----------
    sets : array-like of shape (n, C), bool, int or float
        1 = the row has the label, 0 = it has not, NaN or -1 = nobody said.
    probabilities : array-like of shape (n, C)
        Out-of-fold chance of each label, in [0, 1]; rows need not sum to 1.
    neighbors : Neighbors or None
        Nearest rows of every row.

    Returns
    -------
    ndarray of shape (n, C), float64
        In [0, 1], high = suspicious; 0 where nobody said, and for a class of which all rows say the same: nothing can be told there.
        The suspicion of a row is its largest entry.

    Raises
    ------
    InputError
        When shapes differ, a probability lies outside [0, 1], or an entry of `sets` is none of these.
    NotApplicable
        When no class has both a yes and a no.

    Examples
    --------
    >>> import numpy as np
    >>> says = np.tile([[1, 0], [0, 1]], (20, 1))
    >>> p = np.where(says == 1, 0.9, 0.1)
    >>> says[4, 1] = 1
    >>> found = multilabel_suspicion(says, p)
    >>> np.unravel_index(found.argmax(), found.shape) == (4, 1)
    True
    """
    says, p = _numbers("sets", sets), _numbers("probabilities", probabilities)
    if says.ndim != 2 or says.shape != p.shape:
        message = f"sets and probabilities must be of one shape (n, C). Got {says.shape} and {p.shape} instead."
        raise InputError(message, hint="Pass a 0/1 column and a column of probabilities for each class.")
    if not ((p >= 0) & (p <= 1)).all():
        raise InputError(
            "probabilities must lie in [0, 1]. Got others instead.", hint="Pass the sigmoid of the scores."
        )
    codes = np.where(np.isnan(says), -1, says).astype(np.int64)
    if not (np.isnan(says) | (codes == says)).all() or not np.isin(codes, (-1, 0, 1)).all():
        raise InputError(
            "sets must hold 1, 0, and NaN or -1. Got others instead.", hint="Pass one 0/1 column per class."
        )
    result = np.zeros(says.shape)
    able = [c for c in range(says.shape[1]) if (codes[:, c] == 0).any() and (codes[:, c] == 1).any()]
    if not able:
        message = "Wrong labels can only be told where a class has both a yes and a no. No class has."
        raise NotApplicable(message, hint="Say of some rows that they do not have the label.")
    for c in able:
        evidence = check_evidence(codes[:, c], np.column_stack([1 - p[:, c], p[:, c]]), neighbors)
        result[:, c] = judge(evidence).suspicion()
    return result


def numeric_suspicion(
    values: npt.ArrayLike, *, neighbors: Neighbors | None = None, predictions: npt.ArrayLike | None = None
) -> Float64Array:
    """Return how far each number lies from what its neighbours hold and what was predicted for it.

    Parameters
    ----------
    values : array-like of shape (n,)
        NaN = unlabelled.
    neighbors : Neighbors or None
        Nearest rows of every row; the expectation is the weighted median of their values.
    predictions : array-like of shape (n,) or None
        Out of fold. With both, the mean of the two residuals counts, each in units of its own spread.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1), z² / (z² + 3.5²) with z the modified z-score of the residual (Iglewicz, Hoaglin, "How to Detect and Handle
        Outliers", 1993): above 0.5 where that book calls a value an outlier. A ranking, not a chance. 0 for unlabelled rows.

    Raises
    ------
    InputError
        When shapes differ or a prediction is not finite.
    NotApplicable
        When there are neither neighbours nor predictions, or fewer than three labelled rows.

    Examples
    --------
    >>> import numpy as np
    >>> expected = np.linspace(0, 1, 50)
    >>> given = expected + 0.01 * np.sin(np.arange(50))
    >>> given[7] = 3.0
    >>> int(numeric_suspicion(given, predictions=expected).argmax())
    7
    """
    held = _numbers("values", values)
    if held.ndim != 1:
        message = f"values must be of shape (n,). Got {held.shape} instead."
        raise InputError(message, hint="Pass one number for each row, NaN = unlabelled.")
    if np.isinf(held).any():
        message = f"values must be finite. Got infinity at row {int(np.isinf(held).argmax())} instead."
        raise InputError(message, hint="NaN = unlabelled.")
    known = ~np.isnan(held)
    if (neighbors is None and predictions is None) or known.sum() < 3:
        message = "A number can only be judged with three labelled rows, and neighbours or predictions."
        raise NotApplicable(message, hint="Pass neighbors=labelatlas.space.find_neighbors(X, k=15).")
    scores: list[Float64Array] = []
    if neighbors is not None:
        near = check_neighbors(neighbors, len(held))
        scores.append(_modified_z(held - _near_median(held, known, near), known))
    if predictions is not None:
        said = _numbers("predictions", predictions)
        if said.shape != held.shape:
            message = f"predictions must be of shape {held.shape}. Got {said.shape} instead."
            raise InputError(message, hint="Pass one out-of-fold prediction for each row.")
        if not np.isfinite(said).all():
            row = int((~np.isfinite(said)).argmax())
            message = f"predictions must be finite. Got {said[row]} at row {row} instead."
            raise InputError(message, hint="Leave out rows without a prediction, or predict them.")
        scores.append(_modified_z(held - said, known))
    z = np.mean(scores, axis=0)
    return np.where(known, z**2 / (z**2 + _FAR**2), 0.0)


def _numbers(name: str, values: npt.ArrayLike) -> Float64Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        message = f"{name} must be numbers. Got text, missing values of pandas or rows of several lengths instead."
        raise InputError(
            message, hint=f"{name}.to_numpy(float, na_value=nan) makes numbers of a pandas column."
        ) from None


def _modified_z(residual: Float64Array, known: npt.NDArray[np.bool_]) -> Float64Array:
    """Return the size of each residual in units of the spread of all; 0 where there is none."""
    usable = known & ~np.isnan(residual)
    if not usable.any():
        return np.zeros(len(residual))
    off = np.abs(residual - np.median(residual[usable]))
    spread = _MAD * float(np.median(off[usable]))
    if spread == 0:  # most residuals are equal: any other one is measured by their mean size
        spread = float(off[usable].mean()) or 1.0
    return np.where(usable, off / spread, 0.0)


def _near_median(held: Float64Array, known: npt.NDArray[np.bool_], near: Neighbors) -> Float64Array:
    """Return the weighted median of the labelled neighbours' values; NaN where there are none."""
    weights = vote_weights(near, voters=known).astype(np.float64)
    around = np.where(known[near.indices], held[near.indices], 0.0)
    order = np.argsort(around, axis=1, kind="stable")
    heard = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    total = heard[:, -1:] if heard.shape[1] else np.zeros((len(held), 1))
    if not heard.shape[1]:
        return np.full(len(held), np.nan)
    place = (heard >= total / 2).argmax(axis=1)[:, None]
    middle = np.take_along_axis(np.take_along_axis(around, order, axis=1), place, axis=1)[:, 0]
    return np.where(total[:, 0] > 0, middle, np.nan)
