"""How the class mix moves over ordered periods, when it changed, and which clusters are new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from scipy.stats import beta, fisher_exact, norm

from labelatlas._findings import Findings
from labelatlas._typing import UNLABELLED
from labelatlas._values import code_values, list_values
from labelatlas.exceptions import InputError
from labelatlas.label_shift._estimate import estimate
from labelatlas.label_shift._interval import holm
from labelatlas.label_shift._plot import Picture, draw_periods
from labelatlas.label_shift._task import as_array, on_simplex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array, Int64Array
    from labelatlas.label_shift._estimators import Method

Basis: TypeAlias = Literal["predictions", "labels", "corrected"]

_FEWEST_AFTER = 5


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Share of each class in each period.

    Attributes
    ----------
    shares, low, high : ndarray of shape (T, C), float64
        NaN in a period without a label, where the shares are of labels.
    rows : ndarray of shape (T,), int64
        Rows that were counted.
    """

    shares: Float64Array
    low: Float64Array
    high: Float64Array
    rows: Int64Array


@dataclass(frozen=True, kw_only=True)
class TurningPoint:
    """A period from which on the share of a class is another.

    Attributes
    ----------
    label : object
        Name of the class, or its code.
    period : object
        The first period of the new share.
    before, after : float
        Mean share on both sides, up to the neighbouring turning points.
    p_value : float
        Held for all places and classes that were tried.
    """

    label: Any
    period: Any
    before: float
    after: float
    p_value: float


@dataclass(frozen=True, kw_only=True, repr=False)
class MixOverTime(Findings):
    """Class mix by period; one line per period, class and basis.

    Attributes
    ----------
    periods : tuple
        The T periods in order.
    by : dict of str to Shares
        "predictions", and "labels" and "corrected" where these were given.
    turning_points : tuple of TurningPoint
        In the shares by predictions, most certain first.
    names : tuple
        Class names or codes.
    """

    periods: tuple[Any, ...]
    by: Mapping[Basis, Shares]
    turning_points: tuple[TurningPoint, ...]
    names: tuple[Any, ...]

    def columns(self) -> Mapping[str, Any]:
        """Return one line per basis, period and class."""
        n_periods, n_classes = len(self.periods), len(self.names)
        stacked = {
            name: np.concatenate([getattr(shares, name).ravel() for shares in self.by.values()])
            for name in ("shares", "low", "high")
        }
        return {
            "basis": [basis for basis in self.by for _ in range(n_periods * n_classes)],
            "period": [period for _ in self.by for period in self.periods for _ in range(n_classes)],
            "label": list(self.names) * (n_periods * len(self.by)),
            "rows": np.concatenate([np.repeat(shares.rows, n_classes) for shares in self.by.values()]),
            "share": stacked["shares"],
            "low": stacked["low"],
            "high": stacked["high"],
        }

    def plot(self, basis: Basis = "predictions") -> Picture:
        """Return a picture: the share of each class over the periods, with its interval.

        Parameters
        ----------
        basis : {"predictions", "labels", "corrected"}

        Returns
        -------
        Picture

        Raises
        ------
        InputError
            When there are no shares by this basis.
        """
        if basis not in self.by:
            message = f"basis must be one of {list(self.by)}. Got {basis!r} instead."
            raise InputError(message, hint="Shares by labels are there when over_time is given labels=, corrected=.")
        shares = self.by[basis]
        names, periods = [str(n) for n in self.names], [str(p) for p in self.periods]
        return draw_periods(names, periods, shares.shares, shares.low, shares.high)


def over_time(
    source_probabilities: npt.ArrayLike,
    source_labels: npt.ArrayLike,
    target_probabilities: npt.ArrayLike,
    periods: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    corrected: npt.ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
    seed: int = 0,
    names: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
    device: Device = "auto",
) -> MixOverTime:
    """Return the class mix of each period, by predictions and by labels, and where it changed.

    Parameters
    ----------
    source_probabilities, source_labels : see `estimate`
    target_probabilities : array-like of shape (m, C) or (H, m, C)
        Of the rows of all periods, as for `estimate`.
    periods : array-like of shape (m,)
        Values that can be sorted: a month, a date, a number, an ordered category; none missing.
    labels, corrected : array-like of shape (m,), int, or None
        Codes of the same rows as they came and as corrected so far; -1 = unlabelled. Where labels are there for some rows only, their
        shares are those of the labelled rows.
    method, level, seed, names, frame_kind, device : see `estimate`

    Returns
    -------
    MixOverTime

    Raises
    ------
    InputError
        As `estimate`; or `periods`, `labels` or `corrected` are not one for each target row, or a period is missing.
    NotApplicable
        As `estimate`.

    Notes
    -----
    Turning points: the split of the periods with the largest difference of precision-weighted shares, then the same on both sides
    (Scott, Knott, "A Cluster Analysis Method for Grouping Means in the Analysis of Variance", 1974), tested two-sided with the
    number of places tried (Bonferroni) and over classes (Holm) at 1 - level.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.repeat([[0.95, 0.05], [0.05, 0.95]], 200, axis=0)
    >>> months = np.tile([1, 2, 3, 4], 100)
    >>> rows = np.arange(400)[(months <= 2) | (np.arange(400) >= 200)]
    >>> found = over_time(p, np.repeat([0, 1], 200), p[rows], months[rows])
    >>> [point.period for point in found.turning_points]
    [3, 3]
    """
    target = as_array("target_probabilities", target_probabilities)
    if target.ndim not in (2, 3) or not target.shape[-2]:
        on_simplex("target_probabilities", target)  # says what is wrong with it
    place, times = _in_order(periods, target.shape[-2])
    estimates = [
        estimate(
            source_probabilities,
            source_labels,
            target[..., place == t, :],
            method=method,
            level=level,
            seed=seed,
            names=names,
            device=device,
        )
        for t in range(len(times))
    ]
    n_classes = len(estimates[0].priors)
    said = tuple(range(n_classes)) if names is None else tuple(names)
    by: dict[Basis, Shares] = {
        "predictions": Shares(
            shares=np.stack([e.priors for e in estimates]),
            low=np.stack([e.low for e in estimates]),
            high=np.stack([e.high for e in estimates]),
            rows=np.bincount(place, minlength=len(times)),
        )
    }
    given: list[tuple[Basis, npt.ArrayLike | None]] = [("labels", labels), ("corrected", corrected)]
    for basis, codes in given:
        if codes is not None:
            by[basis] = _counted(basis, codes, place, len(times), n_classes, level)
    points = _turning_points(by["predictions"], times, said, level)
    return MixOverTime(frame_kind=frame_kind, periods=times, by=by, turning_points=points, names=said)


def new_clusters(clusters: npt.ArrayLike, periods: npt.ArrayLike, *, since: object, level: float = 0.05) -> Int64Array:
    """Return the clusters that were not there before a period and are there since, largest first.

    Parameters
    ----------
    clusters : array-like of shape (m,), int
        Cluster of each row; -1 = none.
    periods : array-like of shape (m,)
        Comparable with `since`.
    since : object
        The first period that counts as new; a date may be a text.
    level : float
        Risk that any cluster is named that only happened to be missed before.

    Returns
    -------
    ndarray of shape (k,), int64
        Clusters with at least 5 rows since and none before, of which chance is no explanation: Fisher's exact test, held for all
        clusters together (Holm).

    Raises
    ------
    InputError
        When shapes do not fit, a period is missing, clusters are no whole numbers, or `since` cannot be compared with the periods.

    Examples
    --------
    >>> import numpy as np
    >>> clusters = np.array([0] * 100 + [0] * 60 + [1] * 40)
    >>> new_clusters(clusters, np.repeat([1, 2], 100), since=2).tolist()
    [1]
    """
    of_row: npt.NDArray[Any] = np.asarray(clusters)
    when: npt.NDArray[Any] = np.asarray(periods)
    if of_row.shape != when.shape or of_row.ndim != 1:
        message = f"clusters and periods must be of one shape. Got {of_row.shape} and {when.shape} instead."
        raise InputError(message, hint="Pass one cluster and one period for each row.")
    if len(of_row) and of_row.dtype.kind not in "iu":
        message = f"clusters must be whole numbers. Got dtype {of_row.dtype} instead."
        raise InputError(message, hint="Pass the number of each row's cluster, -1 = none.")
    place, times = _in_order(periods, len(when))
    try:
        if when.dtype.kind == "M":  # dates are comparable however they are given
            since = list_values("since", np.array([np.datetime64(since)], dtype=when.dtype), 1)[0]  # pyright: ignore[reportArgumentType, reportCallIssue]
        first = times.index(since) if since in times else sum(time < since for time in times)  # pyright: ignore[reportOperatorIssue]
    except (TypeError, ValueError):
        message = f"since must be comparable with the periods. Got {since!r} instead."
        raise InputError(message, hint=f"Pass one of the periods, such as {times[-1]!r}.") from None
    late = place >= first
    known, which = np.unique(of_row[of_row >= 0], return_inverse=True)
    after = np.bincount(which[late[of_row >= 0]], minlength=len(known))
    before = np.bincount(which, minlength=len(known)) - after
    n_after, n_before = int(late.sum()), int((~late).sum())
    p_values = np.array(
        [
            fisher_exact([[a, n_after - a], [b, n_before - b]], alternative="greater")[1]
            for a, b in zip(after, before, strict=True)
        ]
    )
    new = (before == 0) & (after >= _FEWEST_AFTER) & (holm(p_values) < level) if len(known) else np.zeros(0, dtype=bool)
    return known[new][np.argsort(-after[new], kind="stable")].astype(np.int64)


def _in_order(periods: npt.ArrayLike, n: int) -> tuple[Int64Array, tuple[Any, ...]]:
    """Return the place (n,) of each row's period among all, and the periods in order."""
    place, times = code_values("periods", periods, n)
    missing = int((place < 0).sum())
    if missing:
        message = f"Each row must have a period. Got {missing} rows without one instead."
        raise InputError(message, hint="Leave these rows out.")
    try:
        max(times, default=None)
    except TypeError:
        kinds = ", ".join(sorted({type(time).__name__ for time in times}))
        message = f"periods must be of one type, so that they have an order. Got {kinds} instead."
        raise InputError(message, hint="Make them all text, numbers or dates.") from None
    return place, times


def _counted(
    basis: str, codes: npt.ArrayLike, place: Int64Array, n_periods: int, n_classes: int, level: float
) -> Shares:
    """Return shares of labels with Jeffreys' intervals."""
    labels = np.asarray(codes)
    if labels.shape != place.shape or labels.dtype.kind not in "iu":
        message = f"{basis} must be whole numbers of shape {place.shape}. Got {labels.dtype}, {labels.shape} instead."
        raise InputError(message, hint="Pass one code for each target row, -1 where there is no label.")
    if len(labels) and (labels.min() < UNLABELLED or labels.max() >= n_classes):
        message = f"{basis} must lie in -1..{n_classes - 1}. Got {labels.min()}..{labels.max()} instead."
        raise InputError(message, hint="Code labels that the source does not have as -1.")
    there = labels != UNLABELLED
    counts = np.zeros((n_periods, n_classes))
    np.add.at(counts, (place[there], labels[there]), 1)
    rows = counts.sum(axis=1).astype(np.int64)
    n, tail = np.where(rows > 0, rows, 1)[:, None], (1 - level) / 2
    low = np.where(counts == 0, 0.0, beta.ppf(tail, counts + 0.5, n - counts + 0.5))
    high = np.where(counts == n, 1.0, beta.ppf(1 - tail, counts + 0.5, n - counts + 0.5))
    shares, low, high = (np.where(rows[:, None] > 0, values, np.nan) for values in (counts / n, low, high))
    return Shares(shares=shares, low=low, high=high, rows=rows)


def _turning_points(
    shares: Shares, periods: tuple[Any, ...], names: tuple[Any, ...], level: float
) -> tuple[TurningPoint, ...]:
    error = np.maximum((shares.high - shares.low) / (2 * norm.ppf((1 + level) / 2)), 1e-9)
    first = [_best_split(shares.shares[:, c], error[:, c]) for c in range(len(names))]
    held = holm(np.array([p for _, p in first]))
    found: list[TurningPoint] = []
    for c, name in enumerate(names):
        ratio = held[c] / first[c][1] if first[c][1] > 0 else 1.0
        pieces = [(0, len(periods))]
        while pieces:
            start, stop = pieces.pop()
            split, p_value = _best_split(shares.shares[start:stop, c], error[start:stop, c])
            if p_value * ratio >= 1 - level:
                continue
            middle = start + split
            before, after = shares.shares[start:middle, c], shares.shares[middle:stop, c]
            found.append(
                TurningPoint(
                    label=name,
                    period=periods[middle],
                    before=float(before.mean()),
                    after=float(after.mean()),
                    p_value=float(p_value * ratio),
                )
            )
            pieces += [(start, middle), (middle, stop)]
    return tuple(sorted(found, key=lambda point: point.p_value))


def _best_split(values: Float64Array, error: Float64Array) -> tuple[int, float]:
    """Return the first position of the second part, and the p-value of the best split; (0, 1) of a single value."""
    if len(values) < 2:
        return 0, 1.0
    weight = 1 / error**2
    mass, moment = np.cumsum(weight), np.cumsum(weight * values)
    left, right = mass[:-1], mass[-1] - mass[:-1]
    gap = moment[:-1] / left - (moment[-1] - moment[:-1]) / right
    z = np.abs(gap) / np.sqrt(1 / left + 1 / right)
    best = int(z.argmax())
    return best + 1, min(1.0, len(z) * float(2 * norm.sf(z[best])))
