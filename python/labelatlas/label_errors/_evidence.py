"""What a detector is shown: checked once, at the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED, BoolArray, Int64Array, Neighbors
from labelatlas._values import code_values
from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    import numpy.typing as npt

# Probabilities arrive in float16 to float64, and summed in any order: a row is refused only beyond this.
_SUM_TOLERANCE = 1e-2
_NEGATIVE_TOLERANCE = 1e-6
_FEWEST_CLASSES = 2
_BLOCK = 1 << 14


@dataclass(frozen=True)
class Evidence:
    """Labels, and what speaks about them.

    Attributes
    ----------
    labels : ndarray of shape (n,), int64
        Codes 0..C-1; -1 = unlabelled.
    probabilities : ndarray of shape (n, C), float32 or float64
        Made without the row's own label; not negative, rows sum to 1 within 0.01.
    neighbors : Neighbors or None
        Nearest rows of every row.
    verified : ndarray of shape (n,), bool, or None
        Rows whose label somebody has looked at and found right: never suspected, and trusted as neighbours.
    groups : ndarray of shape (n,), int64, or None
        What a row belongs to (author, session, case); -1 = to nothing.
    vectors : ndarray of shape (n, d), floating, or None
        Where the rows lie.
    dynamics : ndarray of shape (n,), floating, or None
        Area under the margin of a head while it learned; high = learned with ease.
    """

    labels: Int64Array
    probabilities: npt.NDArray[np.floating[Any]]
    neighbors: Neighbors | None = None
    verified: BoolArray | None = None
    groups: Int64Array | None = None
    vectors: npt.NDArray[np.floating[Any]] | None = None
    dynamics: npt.NDArray[np.floating[Any]] | None = None

    @property
    def n_classes(self) -> int:
        """Number of columns of the probabilities."""
        return self.probabilities.shape[1]

    @property
    def labelled(self) -> Int64Array:
        """Positions of the rows with a label."""
        return np.flatnonzero(self.labels != UNLABELLED)

    @property
    def judged(self) -> Int64Array:
        """Positions of the rows with a label that nobody has verified."""
        known = self.labels == UNLABELLED
        return np.flatnonzero(~known if self.verified is None else ~(known | self.verified))


def check_evidence(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    neighbors: Neighbors | None,
    verified: npt.ArrayLike | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    vectors: npt.ArrayLike | None = None,
    dynamics: npt.ArrayLike | None = None,
) -> Evidence:
    """Return the arguments as `Evidence`, or say what is wrong with them.

    Parameters
    ----------
    labels : array-like of shape (n,), int
    probabilities : array-like of shape (n, C)
    neighbors : Neighbors or None
    verified : array-like of shape (n,), bool, or None
    groups : array-like of shape (n,) or None
        Any values; None, NaN and NA = of no group.
    vectors : array-like of shape (n, d) or None
    dynamics : array-like of shape (n,) or None

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        When shapes do not fit, a row of probabilities is NaN, negative or does not sum to 1, a label lies outside the columns,
        a neighbour is no row, or `verified` is no mask.
    NotApplicable
        When there are fewer than two classes, among the columns or among the labels.
    """
    try:
        p = np.asarray(probabilities)
        y = np.asarray(labels)
    except ValueError:
        message = "probabilities must be of shape (n, C) and labels of shape (n,). Got rows of several lengths instead."
        raise InputError(message, hint="Pass one row of class probabilities and one code for each row.") from None
    _check_probabilities(p)
    if y.shape != p.shape[:1]:
        message = f"labels must be of shape ({len(p)},), one for each row of probabilities. Got {y.shape} instead."
        raise InputError(message, hint="Pass labels and probabilities of the same rows in the same order.")
    if len(y) and y.dtype.kind not in "iu":
        message = f"labels must be whole numbers. Got dtype {y.dtype} instead."
        raise InputError(message, hint="Pass int codes of the probability columns, -1 for unlabelled rows.")
    y = y.astype(np.int64)
    outside = np.flatnonzero((y < UNLABELLED) | (y >= p.shape[1]))
    if len(outside):
        row = outside[0]
        message = f"labels must lie in -1..{p.shape[1] - 1}. Got {y[row]} at row {row} instead."
        raise InputError(message, hint="Every label needs its column of probabilities; unlabelled rows are -1.")
    present = np.count_nonzero(np.bincount(y + 1, minlength=1)[1:])
    if present < _FEWEST_CLASSES:
        message = f"Wrong labels can only be told with at least two classes among the labels. Got {present} instead."
        raise NotApplicable(message, hint="Label rows of a second class first.")
    if p.dtype.kind != "f" or p.dtype.itemsize < np.dtype(np.float32).itemsize:
        p = p.astype(np.float32)
    near = None if neighbors is None else check_neighbors(neighbors, len(y))
    return Evidence(
        y,
        p,
        near,
        None if verified is None else _check_mask("verified", verified, len(y)),
        None if groups is None else number_groups(groups, len(y)),
        None if vectors is None else _check_numbers("vectors", vectors, (len(y), None)),
        None if dynamics is None else _check_numbers("dynamics", dynamics, (len(y),)),
    )


def _check_probabilities(p: npt.NDArray[Any]) -> None:
    if p.ndim != 2 or p.dtype.kind not in "fiu":
        message = f"probabilities must be numbers of shape (n, C). Got dtype {p.dtype}, shape {p.shape} instead."
        raise InputError(message, hint="Pass one row of class probabilities for each row.")
    if p.shape[1] < _FEWEST_CLASSES:
        message = f"Wrong labels can only be told with at least two columns of probabilities. Got {p.shape[1]} instead."
        raise NotApplicable(message, hint="Pass a column for each class; a yes/no model has two: 1 - p and p.")
    # a product with ones reads the rows once, and makes nothing of their size
    ones = np.ones(p.shape[1], dtype=np.float64 if p.dtype == np.float64 else np.float32)
    total = np.empty(len(p), dtype=ones.dtype)
    for start in range(0, len(p), _BLOCK):
        total[start : start + _BLOCK] = p[start : start + _BLOCK].astype(ones.dtype, copy=False) @ ones
    faults = [(~np.isfinite(total), "finite"), (np.abs(total - 1) > _SUM_TOLERANCE, "of sum 1")]
    if p.size and p.min() < -_NEGATIVE_TOLERANCE:
        faults.insert(1, (p.min(axis=1) < -_NEGATIVE_TOLERANCE, "not negative"))
    for bad, expected in faults:
        rows = np.flatnonzero(bad)
        if len(rows):
            message = (
                f"Each row of probabilities must be {expected}. "
                f"Got {len(rows)} rows that are not instead, the first at row {rows[0]} (sum {total[rows[0]]:.6g})."
            )
            raise InputError(message, hint="Pass the softmax of the scores; leave out rows that have no prediction.")


def number_groups(groups: npt.ArrayLike, n: int) -> Int64Array:
    """Return a number (n,) for each group, -1 for rows of none: None, NaN and NA."""
    return code_values("groups", groups, n)[0]


def _check_numbers(name: str, values: npt.ArrayLike, shape: tuple[int | None, ...]) -> npt.NDArray[np.floating[Any]]:
    given = np.asarray(values)
    fits = given.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, given.shape, strict=True))
    if not fits or given.dtype.kind not in "fiu":
        wanted = ", ".join("d" if size is None else str(size) for size in shape)
        message = f"{name} must be numbers of shape ({wanted}). Got dtype {given.dtype}, shape {given.shape} instead."
        raise InputError(message, hint=f"Pass {name} of the same rows in the same order.")
    if not np.isfinite(given).all():
        raise InputError(f"{name} must be finite. Got NaN or infinity instead.", hint="Leave out such rows.")
    return given if given.dtype.kind == "f" else given.astype(np.float64)


def _check_mask(name: str, mask: npt.ArrayLike, n: int) -> BoolArray:
    given = np.asarray(mask)
    if given.dtype != np.bool_ or given.shape != (n,):
        message = f"{name} must be a mask of shape ({n},). Got dtype {given.dtype}, shape {given.shape} instead."
        raise InputError(message, hint=f"Pass a bool for each row: {name}=np.isin(np.arange({n}), rows).")
    return given


def check_neighbors(neighbors: Neighbors, n: int) -> Neighbors:
    """Return the neighbours of n rows in their own dtypes, or say what is wrong with them."""
    try:
        indices, distances = (np.asarray(part) for part in neighbors)
    except (TypeError, ValueError):
        message = f"neighbors must be two arrays, indices and distances. Got {type(neighbors).__name__} instead."
        raise InputError(
            message, hint="Pass what labelatlas.space.find_neighbors returned for the same rows."
        ) from None
    if indices.ndim != 2 or indices.shape != distances.shape or len(indices) != n:
        message = (
            f"neighbors must hold indices and distances of shape ({n}, k). "
            f"Got {indices.shape} and {distances.shape} instead."
        )
        raise InputError(message, hint="Pass what labelatlas.space.find_neighbors returned for the same rows.")
    if indices.dtype.kind not in "iu" or (indices.size and (indices.min() < 0 or indices.max() >= n)):
        message = f"neighbors.indices must be row positions in 0..{n - 1}. Got dtype {indices.dtype}, {indices.min()}..{indices.max()} instead."
        raise InputError(message, hint="Pass what labelatlas.space.find_neighbors returned for the same rows.")
    if not np.isfinite(distances).all():
        message = "neighbors.distances must be finite. Got NaN or infinity instead."
        raise InputError(message, hint="Find the neighbours again from finite vectors.")
    return Neighbors(indices.astype(np.int32, copy=False), distances.astype(np.float32, copy=False))
