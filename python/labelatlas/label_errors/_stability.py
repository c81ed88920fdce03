"""Which model is best, before and after the labels are corrected.

After Northcutt, Athalye, Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks" (2021): a model
that repeats the errors of a test set looks better than it is. The share of wrong labels is turned up by leaving out clean rows;
where the order of two models by original labels stops being that by corrected labels, the benchmark has lost its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas._random import generator
from labelatlas._values import list_values
from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int64Array

_STREAM = 41


@dataclass(frozen=True, kw_only=True, repr=False)
class Stability(Findings):
    """How far the ranking of models depends on wrong labels.

    Attributes
    ----------
    models : tuple of str
    original, corrected : ndarray of shape (m,), float64
        Accuracy of each model on the labels as they were, and as they are now, on all rows that have both.
    prevalence : float
        Share of these rows whose label was corrected.
    pairs : tuple of (better, worse, flip, low, high)
        For each two models that differ on corrected labels, the better one first: the share of corrected rows at which the worse one
        is as good by original labels, and its 95% interval; NaN where it never is.
    """

    models: tuple[str, ...]
    original: Float64Array
    corrected: Float64Array
    prevalence: float
    pairs: tuple[tuple[str, str, float, float, float], ...]

    def columns(self) -> Mapping[str, Any]:
        """Return one line per model, best by corrected labels first; ranks begin with 1."""
        order = np.argsort(-self.corrected, kind="stable")
        return {
            "model": [self.models[i] for i in order],
            "original": self.original[order],
            "corrected": self.corrected[order],
            "rank_original": _ranks(self.original)[order],
            "rank_corrected": _ranks(self.corrected)[order],
        }


def benchmark_stability(
    original: npt.ArrayLike,
    corrected: npt.ArrayLike,
    predictions: Mapping[str, npt.ArrayLike],
    *,
    resamples: int = 1000,
    seed: int = 0,
    frame_kind: str = "pandas",
) -> Stability:
    """Return how models rank on original and corrected labels, and at what share of wrong labels their order flips.

    Parameters
    ----------
    original, corrected : array-like of shape (n,)
        Labels of any type, before and after. Rows that are unlabelled in either (None, NaN: such as those that were dropped) take no
        part.
    predictions : mapping from model to array-like of shape (n,)
        What each model says, at least two models.
    resamples : int
        Of the bootstrap for the intervals; at least 1.
    seed : int
    frame_kind : str
        Kind of frame that `Stability.to_frame` returns.

    Returns
    -------
    Stability

    Raises
    ------
    InputError
        When lengths differ, there are fewer than two models or no rows, or some labels are text where others are numbers.
    NotApplicable
        When no label was corrected, or all were: the share of wrong labels cannot be varied.

    Examples
    --------
    >>> truth = [0, 1] * 50
    >>> given = [1, 0] * 5 + [0, 1] * 45
    >>> copies = [1, 0] * 5 + [0, 0] * 3 + [0, 1] * 42
    >>> found = benchmark_stability(given, truth, {"sound": truth, "copies": copies})
    >>> found.columns()["model"], found.original.round(2).tolist()
    (['sound', 'copies'], [0.9, 0.97])
    """
    before, after = np.asarray(original), np.asarray(corrected)
    n = len(before)
    if before.ndim != 1 or after.shape != before.shape or n == 0:
        message = (
            f"original and corrected must be of one length, at least 1. Got {before.shape} and {after.shape} instead."
        )
        raise InputError(message, hint="Pass the labels of the same rows in the same order.")
    if not hasattr(predictions, "items"):
        message = f"predictions must be a mapping from model to labels. Got {type(predictions).__name__} instead."
        raise InputError(message, hint="Pass predictions={'name': labels, ...}.")
    said = {name: np.asarray(values) for name, values in predictions.items()}
    wrong_shape = {name: values.shape for name, values in said.items() if values.shape != before.shape}
    if len(said) < 2 or wrong_shape:
        message = (
            f"predictions must hold at least two models with {n} rows each. Got {wrong_shape or len(said)} instead."
        )
        raise InputError(message, hint="Pass predictions={'name': labels, ...}.")
    if resamples < 1:
        raise InputError(f"resamples must be at least 1. Got {resamples} instead.", hint="Pass resamples=1000.")
    columns = [("original", original), ("corrected", corrected), *predictions.items()]
    before, after, *coded = _coded(columns, n)
    labelled = (before >= 0) & (after >= 0)
    before, after = before[labelled], after[labelled]
    said = {name: codes[labelled] for name, codes in zip(said, coded, strict=True)}
    changed = before != after
    n = len(before)
    if not changed.any() or changed.all():
        message = (
            f"Some labels must have been corrected and some not. Got {int(changed.sum())} of {n} corrected instead."
        )
        raise NotApplicable(message, hint="Correct the labels first: m.review().")
    by_original = {name: values == before for name, values in said.items()}
    by_corrected = {name: values == after for name, values in said.items()}
    right = {name: float(hits.mean()) for name, hits in by_corrected.items()}
    pairs: list[tuple[str, str, float, float, float]] = []
    for number, (a, b) in enumerate(combinations(said, 2)):
        if right[a] == right[b]:
            continue
        good, bad = (a, b) if right[a] > right[b] else (b, a)
        gain = by_original[bad].astype(np.float64) - by_original[good]
        flip = _flip(gain, changed)
        low = high = flip
        if not np.isnan(flip):
            low, high = _interval(gain, changed, resamples, generator(seed, _STREAM, number))
        pairs.append((good, bad, flip, low, high))
    return Stability(
        frame_kind=frame_kind,
        models=tuple(said),
        original=np.array([by_original[name].mean() for name in said]),
        corrected=np.array([right[name] for name in said]),
        prevalence=float(changed.mean()),
        pairs=tuple(pairs),
    )


def _coded(columns: Sequence[tuple[Any, npt.ArrayLike]], n: int) -> list[Int64Array]:
    """Return the labels of all columns as codes of one set, -1 = missing."""
    place: dict[Any, int] = {}
    found: list[Int64Array] = []
    first: set[str] = set()
    for name, values in columns:
        listed = list_values(str(name), values, n)
        found.append(np.array([-1 if v is None else place.setdefault(v, len(place)) for v in listed], dtype=np.int64))
        kinds = {"text" if isinstance(v, str) else "numbers" for v in listed if v is not None}
        first = first or kinds
        if kinds and not kinds & first:
            message = f"{name} must hold labels like those of original, {min(first)}. Got {min(kinds)} instead."
            raise InputError(message, hint="Pass labels as they stand in the label column, not their codes.")
    return found


def _flip(gain: Float64Array, changed: BoolArray) -> float:
    """Return the share N of corrected rows at which N · gain there + (1 - N) · gain elsewhere is 0; NaN when it never is."""
    there, elsewhere = float(gain[changed].mean()), float(gain[~changed].mean())
    if elsewhere > 0 or there <= 0 or there == elsewhere:
        return 0.0 if elsewhere > 0 else float("nan")
    return -elsewhere / (there - elsewhere)


def _interval(
    gain: Float64Array, changed: BoolArray, resamples: int, random: np.random.Generator
) -> tuple[float, float]:
    there, elsewhere = gain[changed], gain[~changed]
    flips = np.empty(resamples)
    for i in range(resamples):
        a = float(there[random.integers(0, len(there), len(there))].mean())
        b = float(elsewhere[random.integers(0, len(elsewhere), len(elsewhere))].mean())
        # a sample in which it never flips lies beyond every share
        flips[i] = 0.0 if b > 0 else 1.0 if a <= 0 or a == b else -b / (a - b)
    low, high = np.quantile(flips, [0.025, 0.975])
    return float(low), float(high)


def _ranks(values: Float64Array) -> npt.NDArray[np.int64]:
    """Return ranks from 1, equal values sharing the better one."""
    return 1 + (values[None, :] > values[:, None]).sum(axis=1)
