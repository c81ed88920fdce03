"""Is it label shift at all? Whether rows of one class look the same in source and target, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._findings import Findings
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift._conformal import conformal_p_values, discoveries
from labelatlas.label_shift._folds import Folds
from labelatlas.label_shift._likelihood import em_bcts
from labelatlas.label_shift._task import check_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array, Int64Array

ShiftKind: TypeAlias = Literal["pure label shift", "new content", "features changed"]

_FEWEST_ROWS = 40
# Share of the rows called new that may be called so wrongly.
_FALSE_NEW = 0.1


@dataclass(frozen=True, kw_only=True, repr=False)
class ShiftVerdict(Findings):
    """Whether a change of the class mix explains how the target differs from the source; one line per predicted class.

    Attributes
    ----------
    kind : {"pure label shift", "new content", "features changed"}
        "new content": it does not, but without the rows of `new_rows` it would. "features changed": not even then.
    p_value : float
        Of pure label shift: below `level` it is rejected.
    level : float
    new_rows : ndarray of shape (r,), int64
        Positions in the target of rows that resemble nothing in the source; about one in ten is named wrongly.
    class_p_values : ndarray of shape (C,), float64
        The same question inside each predicted class, held for all classes together (Holm); NaN with too few rows.
    predicted : ndarray of shape (C,), int64
        Target rows predicted to be of each class.
    class_new : ndarray of shape (C,), int64
        How many of these are in `new_rows`.
    names : tuple or None
        Class names; codes stand for them when None.
    """

    kind: ShiftKind
    p_value: float
    level: float
    new_rows: Int64Array
    class_p_values: Float64Array
    predicted: Int64Array
    class_new: Int64Array
    names: tuple[Any, ...] | None = None

    def columns(self) -> Mapping[str, Any]:
        """Return one line per predicted class, in the order of the codes."""
        return {
            "label": np.arange(len(self.predicted)) if self.names is None else list(self.names),
            "rows": self.predicted,
            "new": self.class_new,
            "p_value": self.class_p_values,
        }


def check_assumption(
    source_vectors: npt.ArrayLike,
    source_probabilities: npt.ArrayLike,
    source_labels: npt.ArrayLike,
    target_vectors: npt.ArrayLike,
    target_probabilities: npt.ArrayLike,
    *,
    level: float = 0.05,
    seed: int = 0,
    names: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
    device: Device = "auto",
) -> ShiftVerdict:
    """Return whether a change of the class mix is all that happened.

    Parameters
    ----------
    source_vectors : array-like of shape (n, d)
        Finite.
    source_probabilities : array-like of shape (n, C)
        As for `estimate`.
    source_labels : array-like of shape (n,), int
        As for `estimate`.
    target_vectors : array-like of shape (m, d)
    target_probabilities : array-like of shape (m, C)
        By the model that judged the source: where heads of several folds did, each row by one of them, not by their mean.
    level : float
        Of the test, in (0, 1).
    seed : int
        Of the folds.
    names : sequence of length C or None
    frame_kind : str
        Kind of frame that `ShiftVerdict.to_frame` returns.
    device : {"auto", "cpu", "cuda"}

    Returns
    -------
    ShiftVerdict

    Raises
    ------
    InputError
        As `estimate`; or vectors do not fit, or are not finite.
    NotApplicable
        When source or target has fewer than 40 rows, or there are fewer than two classes.

    Notes
    -----
    Four questions: do the means of the coordinates differ (of the first 64 principal components), and those of three scores that
    tell the target from the source, the share of the target among neighbours, the distance to the source, and how well a common step
    of some rows explains a row (see `_moved`)? The scores are learned on four fifths of the rows, the source weighted to the
    target's class mix, and asked about on the last. All are freed of what class probabilities explain, so that their mean is 0
    under any label shift (see `_moments`). Rows with equal vectors are taken for copies of one row. The p-values are joined as in
    Liu, Xie, "Cauchy Combination Test: A Powerful Test With Analytic p-Value Calculation Under Arbitrary Dependency Structures"
    (2020).

    New rows: distance to the nearest source rows, in units of the predicted class, as conformal p-values (Vovk, Gammerman, Shafer,
    "Algorithmic Learning in a Random World", 2005) over source rows weighted to the target's mix; one in ten false by Benjamini,
    Hochberg, "Controlling the False Discovery Rate" (1995), as in Bates, Candès, Lei, Romano, Sesia, "Testing for Outliers with
    Conformal p-values" (2023).

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> labels, hidden = np.arange(400) % 2, (np.arange(300) % 4 == 0).astype(int)
    >>> X, Y = ((2 * y - 1)[:, None] + random.normal(size=(len(y), 3)) for y in (labels, hidden))
    >>> def model(Z):
    ...     p = 1 / (1 + np.exp(-2 * Z.sum(axis=1)))
    ...     return np.column_stack([1 - p, p])
    >>> check_assumption(X, model(X), labels, Y, model(Y)).kind
    'pure label shift'
    >>> check_assumption(X, model(X), labels, Y + [2, -2, 0], model(Y)).kind
    'features changed'
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1. Got {level!r} instead.", hint="Pass level=0.05.")
    task = check_task(source_probabilities, source_labels, target_probabilities, names, resolve_device(device))
    source = _vectors("source_vectors", source_vectors, len(task.labels), None)
    target = _vectors("target_vectors", target_vectors, len(task.target), source.shape[1])
    if min(len(source), len(target)) < _FEWEST_ROWS:
        message = f"The test needs {_FEWEST_ROWS} rows on both sides. Got {len(source)} and {len(target)} instead."
        raise NotApplicable(message, hint="Join periods, or label more rows.")
    even = np.full((1, len(source)), 1 / len(source)), np.full((1, len(target)), 1 / len(target))
    priors = em_bcts(task, *even)[0]
    weights = (priors / task.source_priors)[task.labels]
    centre, scale = source.mean(axis=0), max(float(source.std()), 1e-12)
    rows = Folds(task, (source - centre) / scale, (target - centre) / scale, weights, seed)
    everything = np.ones(len(source), dtype=bool), np.ones(len(target), dtype=bool)
    p_value = rows.p_of(priors, *everything)
    strangeness = rows.strangeness()
    p_new = conformal_p_values(*strangeness, weights)
    new_rows = discoveries(p_new, _FALSE_NEW)
    kind: ShiftKind = "pure label shift"
    if p_value < level:
        kind = "features changed"
        if len(new_rows):
            edge = strangeness[1][new_rows].min()
            without = rows.p_of(priors, strangeness[0] < edge, strangeness[1] < edge)
            kind = "new content" if without >= level else kind
    guessed = task.target.argmax(axis=1)
    return ShiftVerdict(
        frame_kind=frame_kind,
        kind=kind,
        p_value=p_value,
        level=level,
        new_rows=new_rows,
        class_p_values=rows.class_p_values(priors),
        predicted=np.bincount(guessed, minlength=task.n_classes),
        class_new=np.bincount(guessed[new_rows], minlength=task.n_classes),
        names=task.names,
    )


def _vectors(name: str, values: npt.ArrayLike, rows: int, width: int | None) -> Float64Array:
    try:
        vectors = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        message = f"{name} must be numbers. Got text, missing values or rows of several lengths instead."
        raise InputError(message, hint="Pass one vector of numbers for each row.") from None
    if vectors.ndim != 2 or len(vectors) != rows or (width is not None and vectors.shape[1] != width):
        wanted = f"({rows}, {'d' if width is None else width})"
        message = f"{name} must be of shape {wanted}. Got {vectors.shape} instead."
        raise InputError(
            message, hint="Pass one vector for each row of probabilities, from the same model for both sides."
        )
    if not np.isfinite(vectors).all():
        raise InputError(f"{name} must be finite. Got NaN or infinity instead.", hint="Leave these rows out.")
    return vectors
