"""Everything that is odd about rows, in one go: wrong labels, outliers, near-duplicates, groups and the order of rows.

The neighbours are found once and asked four times.

- Outliers lie much farther from their neighbours than these lie from theirs (the local ratio of Breunig, Kriegel, Ng, Sander, "LOF:
  Identifying Density-Based Local Outliers", 2000); much: a modified z-score of its logarithm above 3.5 (Iglewicz, Hoaglin, "How to
  Detect and Handle Outliers", 1993).
- Near-duplicates are put together in sets: the connected parts of the graph of near-duplicates.
- A group stands out when its share of flagged labels differs from that of all other rows by more than chance; over many
  groups the false discovery rate is held (Benjamini, Hochberg, "Controlling the False Discovery Rate", 1995).
- The order of rows says something when neighbours lie nearer to each other in it than random pairs of rows would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas._values import list_values
from labelatlas.exceptions import InputError
from labelatlas.label_errors._duplicates import near_duplicates
from labelatlas.label_errors._find import find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int64Array, Neighbors
    from labelatlas.label_errors._errors import LabelErrors

_FAR = 3.5
_MAD = 1.4826  # makes the median deviation a standard deviation where values are normal
_FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True, kw_only=True, repr=False)
class RowChecks(Findings):
    """What is odd about each row.

    Attributes
    ----------
    errors : LabelErrors
    distance_ratio : ndarray of shape (n,), float64
        How many times farther a row is from its neighbours than these are from theirs; 1 = as usual.
    outlier : ndarray of shape (n,), bool
    duplicate_set : ndarray of shape (n,), int64
        Number of the set of near-duplicates that the row is in; -1 = it has none.
    groups : GroupEffects or None
        None when no groups were given.
    order_p : float
        Chance that neighbours would lie so near to each other in the order of rows if order meant nothing.
    """

    errors: LabelErrors
    distance_ratio: Float64Array
    outlier: BoolArray
    duplicate_set: Int64Array
    groups: GroupEffects | None
    order_p: float

    def columns(self) -> Mapping[str, Any]:
        """Return one line per row, in their order."""
        keys = self.errors.keys
        return {
            "key": np.arange(len(self.outlier)) if keys is None else list(keys),
            "suspicion": self.errors.suspicion,
            "flagged": self.errors.flagged,
            "outlier": self.outlier,
            "distance_ratio": self.distance_ratio,
            "duplicate_set": self.duplicate_set,
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class GroupEffects(Findings):
    """How many labels are flagged in each group.

    Attributes
    ----------
    names : tuple
        Of the groups.
    rows : ndarray of shape (g,), int64
        Labelled rows of each.
    share : ndarray of shape (g,), float64
        Share of them that is flagged.
    p : ndarray of shape (g,), float64
        Chance of so large a difference to all other rows if the group did not matter.
    stands_out : ndarray of shape (g,), bool
        At a false discovery rate of 5%.
    """

    names: tuple[Any, ...]
    rows: Int64Array
    share: Float64Array
    p: Float64Array
    stands_out: BoolArray = field(repr=False)

    def columns(self) -> Mapping[str, Any]:
        """Return one line per group, the least probable first."""
        order = np.argsort(self.p, kind="stable")
        return {
            "group": [self.names[i] for i in order],
            "rows": self.rows[order],
            "share": self.share[order],
            "p": self.p[order],
            "stands_out": self.stands_out[order],
        }


def check_rows(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    neighbors: Neighbors,
    *,
    groups: npt.ArrayLike | None = None,
    keys: Sequence[Any] | None = None,
    names: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
) -> RowChecks:
    """Return wrong labels, outliers, near-duplicates, and what groups and the order of rows have to do with them.

    Parameters
    ----------
    labels : array-like of shape (n,), int
        Codes 0..C-1; -1 = unlabelled.
    probabilities : array-like of shape (n, C)
        Out of fold; each row sums to 1.
    neighbors : Neighbors
        Nearest rows of every row, at least one.
    groups : array-like of shape (n,) or None
        Author, source, batch; None and NaN = of no group.
    keys, names, frame_kind
        As for `find`.

    Returns
    -------
    RowChecks

    Raises
    ------
    InputError, NotApplicable
        As `find`; `InputError` too when rows have no neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.space import find_neighbors
    >>> Z = np.concatenate([np.random.default_rng(0).normal(size=(60, 3)), [[40.0, 40.0, 40.0]]]).astype("float32")
    >>> p = np.full((61, 2), 0.5)
    >>> found = check_rows(np.arange(61) % 2, p, find_neighbors(Z, k=5))
    >>> np.flatnonzero(found.outlier).tolist()[-1]
    60
    """
    errors = find(
        labels, probabilities, neighbors=neighbors, groups=groups, keys=keys, names=names, frame_kind=frame_kind
    )
    near = errors.evidence.neighbors
    if near is None or not near.indices.shape[1]:
        raise InputError("Each row needs a neighbour. Got none instead.", hint="find_neighbors(X, k=15)")
    ratio = _distance_ratio(near)
    return RowChecks(
        frame_kind=frame_kind,
        errors=errors,
        distance_ratio=ratio,
        outlier=_is_far(ratio),
        duplicate_set=duplicate_sets(near),
        groups=None if groups is None else _group_effects(errors, groups),
        order_p=_order_p(near),
    )


def duplicate_sets(neighbors: Neighbors) -> Int64Array:
    """Return for every row (n,) the number of its set of near-duplicates, by its first row; -1 = none."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(neighbors.indices)
    row, place = np.nonzero(near_duplicates(neighbors))
    twin = neighbors.indices[row, place]
    graph = coo_array((np.ones(len(row), dtype=np.int8), (row, twin)), shape=(n, n))
    _, part = connected_components(graph.tocsr(), directed=False)
    several = np.bincount(part)[part] > 1
    result = np.full(n, -1, dtype=np.int64)
    _, first, number = np.unique(part[several], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    result[several] = rank[number]
    return result


def _distance_ratio(neighbors: Neighbors) -> Float64Array:
    own = neighbors.distances.mean(axis=1, dtype=np.float64)
    theirs = own[neighbors.indices].mean(axis=1)
    # where even the neighbours lie on top of one another any distance is far, and none is as usual
    least = float(own[own > 0].min()) if (own > 0).any() else 1.0
    return np.maximum(own, least) / np.maximum(theirs, least)


def _is_far(ratio: Float64Array) -> BoolArray:
    log = np.log(ratio)
    middle = np.median(log)
    spread = _MAD * float(np.median(np.abs(log - middle)))
    return (log - middle > _FAR * spread) & (spread > 0)


def _group_effects(errors: LabelErrors, groups: npt.ArrayLike) -> GroupEffects:
    from scipy.special import ndtr

    rows = errors.evidence.labelled
    number = errors.evidence.groups
    if number is None:
        raise InputError("groups must be given. Got none instead.", hint="Pass groups=.")
    rows = rows[number[rows] >= 0]
    found, first, place = np.unique(number[rows], return_index=True, return_inverse=True)
    doubt = errors.flagged[rows].astype(np.float64)
    size = np.bincount(place, minlength=len(found))
    total = np.bincount(place, doubt, minlength=len(found))
    rest = len(rows) - size
    share = total / np.maximum(size, 1)
    elsewhere = np.divide(doubt.sum() - total, rest, out=share.copy(), where=rest > 0)
    overall = float(doubt.mean()) if len(doubt) else 0.0
    deviation = np.sqrt(overall * (1 - overall) * (1 / np.maximum(size, 1) + 1 / np.maximum(rest, 1)))
    z = np.divide(share - elsewhere, deviation, out=np.zeros_like(share), where=deviation > 0)
    p = 2 * ndtr(-np.abs(z))
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= _FALSE_DISCOVERIES * np.arange(1, len(p) + 1) / max(1, len(p)))
    stands_out = np.zeros(len(p), dtype=bool)
    stands_out[order[: passed[-1] + 1 if len(passed) else 0]] = True
    named = list_values("groups", groups, len(errors.given))
    return GroupEffects(
        frame_kind=errors.frame_kind,
        names=tuple(named[row] for row in rows[first].tolist()),
        rows=size.astype(np.int64),
        share=share,
        p=p,
        stands_out=stands_out,
    )


def _order_p(neighbors: Neighbors) -> float:
    """Return the one-sided p of the mean gap in order between neighbours, one mean for each row."""
    from scipy.special import ndtr

    n = len(neighbors.indices)
    place = np.arange(n, dtype=np.float64)
    gap = np.abs(neighbors.indices - place[:, None]).mean(axis=1)
    # a row at place i has by chance the mean gap (i (i + 1) + (n - 1 - i)(n - i)) / 2 / (n - 1)
    usual = (place * (place + 1) + (n - 1 - place) * (n - place)) / 2 / max(1, n - 1)
    less = gap - usual
    deviation = float(less.std()) / np.sqrt(n)
    return float(ndtr(less.mean() / deviation)) if deviation > 0 else 1.0
