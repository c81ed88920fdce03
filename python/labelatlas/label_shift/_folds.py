"""Rows in folds: what is learned on the other folds about how target and source differ, and the chance of it under label shift.

Scores judge rows that they were not learned on. Rows with equal vectors are taken for copies of one row: they lie in one fold,
and are no more evidence than that row is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import cauchy, norm

from labelatlas._random import generator
from labelatlas.label_shift._domain_scores import domain_scores
from labelatlas.label_shift._interval import holm
from labelatlas.label_shift._moments import learned_p, residual_p, residual_z
from labelatlas.label_shift._moved import moved_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelatlas._typing import BoolArray, Float64Array, Int64Array
    from labelatlas.label_shift._task import ShiftTask

_STREAM = 41
_FOLDS = 5
_SCORES: Final = ("moved", "neighbours", "novelty")
# A p-value counts as this at most, when several are joined.
_MOST_DOUBTFUL = 0.99
_FEWEST_PREDICTED = 10
# Beyond so many principal components the means are not compared: each costs power.
_MOST_COORDINATES = 64


class Folds:
    """The rows, and what scores learned on the other folds say of each."""

    def __init__(
        self, task: ShiftTask, source: Float64Array, target: Float64Array, weights: Float64Array, seed: int
    ) -> None:
        self._task = task
        self._source, self._target = _main_coordinates(source, target)
        random = generator(seed, _STREAM)
        same = numbered(source), numbered(target)
        once = all(int(number.max()) + 1 == len(number) for number in same)
        self._copies = None if once else same
        of_source = _spread_evenly(task.labels, same[0], random)
        of_target = _spread_evenly(np.zeros(len(target), dtype=np.int64), same[1], random)
        self._source_scores = {name: np.empty(len(source)) for name in _SCORES}
        self._target_scores = {name: np.empty(len(target)) for name in _SCORES}
        for fold in range(_FOLDS):
            s, t = of_source == fold, of_target == fold
            found = dict(
                domain_scores(source[~s], weights[~s], target[~t], np.concatenate([source[s], target[t]]), task.device)
            )
            found["moved"] = moved_scores(
                self._source[~s],
                task.labels[~s],
                self._target[~t],
                np.concatenate([self._source[s], self._target[t]]),
                task.n_classes,
            )
            for name, scores in found.items():
                self._source_scores[name][s], self._target_scores[name][t] = np.split(scores, [int(s.sum())])

    def p_of(self, priors: Float64Array, source_kept: BoolArray, target_kept: BoolArray) -> float:
        """Return the p-value of pure label shift over the rows kept."""
        scores = {name: (self._source_scores[name], self._target_scores[name]) for name in _SCORES}
        return self._p(scores, self._source, self._target, priors, source_kept, target_kept)

    def class_p_values(self, priors: Float64Array) -> Float64Array:
        """Return the p-value of each predicted class, coordinates and scores counted inside the class only."""
        of_source, of_target = self._task.source.argmax(axis=1), self._task.target.argmax(axis=1)
        everything = np.ones(len(of_source), dtype=bool), np.ones(len(of_target), dtype=bool)
        p_values = np.full(self._task.n_classes, np.nan)
        for label in range(self._task.n_classes):
            s, t = of_source == label, of_target == label
            if min(int(s.sum()), int(t.sum())) < _FEWEST_PREDICTED:
                continue
            scores = {}
            for name in _SCORES:
                centre = self._source_scores[name][s].mean()
                scores[name] = s * (self._source_scores[name] - centre), t * (self._target_scores[name] - centre)
            centre = self._source[s].mean(axis=0)
            inside = s[:, None] * (self._source - centre), t[:, None] * (self._target - centre)
            p_values[label] = self._p(scores, *inside, priors, *everything)
        asked = ~np.isnan(p_values)
        p_values[asked] = holm(p_values[asked])
        return p_values

    def strangeness(self) -> tuple[Float64Array, Float64Array]:
        """Return the distance to the source of source and target rows, in units of the predicted class's median."""
        of_source, of_target = self._task.source.argmax(axis=1), self._task.target.argmax(axis=1)
        far = self._source_scores["novelty"], self._target_scores["novelty"]
        overall = max(float(np.median(far[0])), 1e-12)
        unit = np.full(self._task.n_classes, overall)
        for label in range(self._task.n_classes):
            inside = of_source == label
            if inside.sum() >= _FEWEST_PREDICTED:
                unit[label] = max(float(np.median(far[0][inside])), overall * 1e-3)
        return far[0] / unit[of_source], far[1] / unit[of_target]

    def _p(
        self,
        scores: Mapping[str, tuple[Float64Array, Float64Array]],
        source: Float64Array,
        target: Float64Array,
        priors: Float64Array,
        source_kept: BoolArray,
        target_kept: BoolArray,
    ) -> float:
        task, s, t = self._task, source_kept, target_kept
        known = task.source[s], task.labels[s]
        copies = None if self._copies is None else (self._copies[0][s], self._copies[1][t])
        p_value, freedom = residual_p(source[s], *known, target[t], task.target[t], priors, copies)
        p_values = [p_value]
        for name, (of_source, of_target) in scores.items():
            z = residual_z(of_source[s], *known, of_target[t], task.target[t], priors, copies)
            # the distance to the source is not learned from the difference of source and target
            learned = name != "novelty" and freedom > 0
            p_values.append(learned_p(z, freedom, _FOLDS) if learned else float(norm.sf(z)))
        return cauchy_combined(p_values)


def cauchy_combined(p_values: Sequence[float]) -> float:
    """Return one p-value for several that may depend on each other; one near 1 does not undo the others.

    Parameters
    ----------
    p_values : sequence of float

    Returns
    -------
    float

    Examples
    --------
    >>> round(cauchy_combined([0.01, 0.5, 0.5, 0.5]), 3), round(cauchy_combined([0.03, 0.03]), 3)
    (0.04, 0.03)
    """
    held = np.clip(p_values, 1e-15, _MOST_DOUBTFUL)
    return float(cauchy.sf(np.tan((0.5 - held) * np.pi).mean()))


def numbered(rows: Float64Array) -> Int64Array:
    """Return a number for each row, the same for rows that are equal.

    Parameters
    ----------
    rows : ndarray of shape (n, d), float64

    Returns
    -------
    ndarray of shape (n,), int64

    Examples
    --------
    >>> numbered(np.array([[1.0, 2.0], [0.0, 2.0], [1.0, 2.0]])).tolist()
    [1, 0, 1]
    """
    # adding 0 makes one zero of two
    as_bytes = np.ascontiguousarray(rows + 0.0).view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    return np.unique(as_bytes, return_inverse=True)[1].astype(np.int64)


def _spread_evenly(labels: Int64Array, same: Int64Array, random: np.random.Generator) -> Int64Array:
    """Return a fold for each row: every fold has its part of every class, and equal rows lie in one fold."""
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    _, first, number = np.unique(same[order], return_index=True, return_inverse=True)
    if len(first) < _FOLDS:
        number = np.arange(len(labels))
        first = number
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first)) % _FOLDS
    folds = np.empty(len(labels), dtype=np.int64)
    folds[order] = place[number]
    return folds


def _main_coordinates(source: Float64Array, target: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return the rows in the directions in which all of them together spread most, where there are more than enough."""
    if source.shape[1] <= _MOST_COORDINATES:
        return source, target
    both = np.concatenate([source, target])
    axes = np.linalg.eigh(np.cov(both, rowvar=False))[1][:, -_MOST_COORDINATES:]
    return source @ axes, target @ axes
