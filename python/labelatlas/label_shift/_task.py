"""What an estimator is shown: checked once, at the door."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED, Float64Array, Int64Array
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift._calibration import fit_calibration

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import torch

    from labelatlas.label_shift._calibration import Calibration, Family

_SUM_TOLERANCE = 1e-2
_NEGATIVE_TOLERANCE = 1e-6
_FLOOR = 1e-12
_FEWEST_CLASSES = 2
_MOST_FITTED = 20_000


@dataclass(frozen=True)
class ShiftTask:
    """A labelled source and an unlabelled target.

    Attributes
    ----------
    source : ndarray of shape (n, C), float64
        Class probabilities, positive, rows sum to 1.
    labels : ndarray of shape (n,), int64
        Codes 0..C-1, every class present.
    target : ndarray of shape (m, C), float64
        As `source`.
    device : {"cpu", "cuda"}
        Where what runs in torch is to run.
    names : tuple or None
        Class names, for messages.
    """

    source: Float64Array
    labels: Int64Array
    target: Float64Array
    device: str = "cpu"
    names: tuple[Any, ...] | None = None
    _fits: dict[str, Calibration] = field(default_factory=dict, init=False, repr=False, compare=False)

    def calibration(self, family: Family) -> Calibration:
        """Return the calibration of one family, fitted to the source once; of many source rows every k-th is asked.

        Parameters
        ----------
        family : {"none", "temperature", "bcts", "vector", "adaptive"}

        Returns
        -------
        Calibration
        """
        if family not in self._fits:
            rows = slice(None, None, max(1, len(self.labels) // _MOST_FITTED))
            log_source = torch_of(self.source[rows], self.device).log()
            self._fits[family] = fit_calibration(log_source, torch_of(self.labels[rows], self.device), family)
        return self._fits[family]

    def with_target(self, target: Float64Array) -> ShiftTask:
        """Return the same source with another target; what was fitted to the source is kept.

        Parameters
        ----------
        target : ndarray of shape (m, C), float64

        Returns
        -------
        ShiftTask
        """
        other = replace(self, target=target)
        other._fits.update(self._fits)  # noqa: SLF001 - of the same class
        return other

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return self.source.shape[1]

    @property
    def membership(self) -> Float64Array:
        """Indicator (n, C) of the source labels."""
        return np.eye(self.n_classes)[self.labels]

    @property
    def source_priors(self) -> Float64Array:
        """Share of each class among the source labels, positive."""
        return np.bincount(self.labels, minlength=self.n_classes) / len(self.labels)


def check_task(
    source_probabilities: npt.ArrayLike,
    source_labels: npt.ArrayLike,
    target_probabilities: npt.ArrayLike,
    names: Sequence[Any] | None = None,
    device: str = "cpu",
) -> ShiftTask:
    """Return the arguments as a `ShiftTask`, or say what is wrong with them.

    Parameters
    ----------
    source_probabilities : array-like of shape (n, C)
    source_labels : array-like of shape (n,), int
    target_probabilities : array-like of shape (m, C)
    names : sequence of length C or None
        To name classes in messages.
    device : {"cpu", "cuda"}

    Returns
    -------
    ShiftTask

    Raises
    ------
    InputError
        When source or target is empty, shapes do not fit, a row is off the simplex, a source row is unlabelled, a label lies
        outside the columns, or a class has no source row.
    NotApplicable
        When there are fewer than two classes.
    """
    source = on_simplex("source_probabilities", source_probabilities)
    target = on_simplex("target_probabilities", target_probabilities)
    n_classes = source.shape[1]
    if target.shape[1] != n_classes:
        message = (
            f"target_probabilities must have {n_classes} columns, as the source has. Got {target.shape[1]} instead."
        )
        raise InputError(message, hint="Use the same model, with the same order of classes, for both.")
    if names is not None and len(names) != n_classes:
        message = f"names must have length {n_classes}. Got {len(names)} instead."
        raise InputError(message, hint="Pass one name for each column.")
    labels = np.asarray(source_labels)
    if labels.shape != source.shape[:1] or labels.dtype.kind not in "iu":
        message = (
            f"source_labels must be whole numbers of shape ({len(source)},). "
            f"Got dtype {labels.dtype}, shape {labels.shape} instead."
        )
        raise InputError(message, hint="Pass one int code for each source row.")
    labels = labels.astype(np.int64)
    unlabelled = int((labels == UNLABELLED).sum())
    if unlabelled:
        message = f"source_labels must all be labels. Got {unlabelled} unlabelled rows (-1) instead."
        raise InputError(message, hint="Leave unlabelled rows out of the source; they may be part of the target.")
    if labels.min() < 0 or labels.max() >= n_classes:
        message = f"source_labels must lie in 0..{n_classes - 1}. Got {labels.min()}..{labels.max()} instead."
        raise InputError(message, hint="Every label needs its column of probabilities.")
    missing = np.flatnonzero(np.bincount(labels, minlength=n_classes) == 0)
    if len(missing):
        shown = ", ".join(str(code) if names is None else repr(names[code]) for code in missing[:5])
        message = f"Every class needs a source row. Got none of {len(missing)} classes instead: {shown}."
        raise InputError(message, hint="Label rows of these classes in the source, or leave their columns out.")
    return ShiftTask(source, labels, target, device, None if names is None else tuple(names))


def on_simplex(name: str, values: npt.ArrayLike) -> Float64Array:
    """Return probabilities (rows, C) as positive float64 of sum 1, or say which rows are none.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    values : array-like of shape (rows, C)

    Returns
    -------
    ndarray of shape (rows, C), float64

    Raises
    ------
    InputError
        When there is no row, or a row is not finite, negative or of another sum.
    NotApplicable
        When there are fewer than two columns.
    """
    p = as_array(name, values)
    if p.ndim != 2 or p.dtype.kind not in "fiu":
        message = f"{name} must be numbers of shape (rows, C). Got dtype {p.dtype}, shape {p.shape} instead."
        raise InputError(message, hint="Pass one row of class probabilities for each row.")
    if len(p) == 0:
        message = f"{name} must have at least one row. Got none instead."
        raise InputError(message, hint="Check the filter that chose these rows.")
    if p.shape[1] < _FEWEST_CLASSES:
        message = f"A class mix needs at least two classes. Got {p.shape[1]} columns in {name} instead."
        raise NotApplicable(message, hint="Pass a column for each class; a yes/no model has two: 1 - p and p.")
    p = p.astype(np.float64)  # a copy: below it is written to
    total = p.sum(axis=1)
    # A NaN fails both comparisons, so it is caught here too.
    fine = (p.min(axis=1) >= -_NEGATIVE_TOLERANCE) & (np.abs(total - 1) <= _SUM_TOLERANCE)
    rows = np.flatnonzero(~fine)
    if len(rows):
        message = (
            f"Each row of {name} must be finite, not negative and of sum 1. "
            f"Got {len(rows)} rows that are not instead, the first at row {rows[0]} (sum {total[rows[0]]:.6g})."
        )
        raise InputError(message, hint="Pass the softmax of the scores; leave out rows that have no prediction.")
    np.maximum(p, _FLOOR, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p


def as_array(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return probabilities as an array, or say that their rows are of several lengths."""
    try:
        return np.asarray(values)
    except ValueError:
        message = f"{name} must be numbers of shape (rows, C). Got rows of several lengths instead."
        raise InputError(message, hint="Pass one row of class probabilities for each row.") from None


def torch_of(values: npt.NDArray[Any], device: str) -> torch.Tensor:
    """Return an array as a tensor on a device, without a copy where that can be."""
    import torch

    return torch.as_tensor(values, device=device)
