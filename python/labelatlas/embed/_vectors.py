"""Vectors that the caller already has: checked, and otherwise left as they are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, InvalidRowsError, as_vectors, check_rows
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, Metric


_BLOCK = 1 << 14
MAPPED_BYTES = 1 << 30
"""Mapped vectors from this size on are not copied into memory."""


def embed_vectors(vectors: Any, *, metric: Metric = "euclidean", seed: int = 0) -> Embedding:  # noqa: ARG001 - see seed
    """Return the caller's own vectors, checked.

    Parameters
    ----------
    vectors : array-like of shape (n, d), or sequence of n sequences of d numbers
        Numbers; a torch tensor or a column of lists will do.
    metric : {"cosine", "euclidean"}
        How rows are compared. "euclidean" takes the vectors as they are; "cosine" scales each to length 1 (for vectors of
        most text and image models, when they do not come so already).
    seed : int
        Not used: all embedders are called alike.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, in memory of their own; but float32 vectors of a gigabyte or more that are mapped from a file
        and compared as they are stay in it.

    Raises
    ------
    InvalidRowsError
        Rows that are missing, not numeric, of another length than most, or not finite in float32; its `rows` lists
        them.
    InputError
        No rows, no columns, one dimension only, or an unknown metric.

    Examples
    --------
    >>> embed_vectors([[3, 4], [0, 0]], metric="cosine").vectors.tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    if metric not in {"cosine", "euclidean"}:
        raise InputError(f"metric must be one of 'cosine', 'euclidean'. Got {metric!r} instead.")
    matrix = vector_matrix(vectors)
    return Embedding(as_vectors(unit_rows(matrix)) if metric == "cosine" else matrix, metric, "vectors")


def vector_array(vectors: Any) -> np.ndarray[Any, Any]:
    """Return vectors of any of the accepted forms as an array that is indexed by row, unchecked.

    Parameters
    ----------
    vectors : array-like of shape (n, d), or sequence of n sequences of d numbers

    Returns
    -------
    ndarray of shape (n, d), or (n,) of rows where they are of several lengths
        An array is given back as it is.

    Examples
    --------
    >>> vector_array([[1, 2], [3]]).shape, vector_array([[1, 2], [3, 4]]).shape
    ((2,), (2, 2))
    """
    if hasattr(vectors, "detach"):  # a torch tensor, wherever it lives
        vectors = vectors.detach().cpu()
        vectors = vectors.float().numpy() if vectors.is_floating_point() else vectors.numpy()
    return vectors if isinstance(vectors, np.ndarray) else _from_sequence(vectors)


def vector_matrix(vectors: Any) -> Float32Array:
    """Return vectors of any of the accepted forms as one finite float32 matrix.

    Parameters
    ----------
    vectors : array-like of shape (n, d), or sequence of n sequences of d numbers

    Returns
    -------
    ndarray of shape (n, d), float32

    Raises
    ------
    InputError
        As `embed_vectors`.
    """
    array = vector_array(vectors)
    if array.dtype == object:
        array = _stack(array)
    check_rows(len(array) if array.ndim else 0)
    if array.ndim != 2 or array.shape[1] == 0:
        raise InputError(
            f"vectors must be 2-D with at least one column. Got shape {array.shape} instead.",
            hint="One number per row becomes 2-D with values.reshape(-1, 1).",
        )
    if array.dtype.kind not in "fiub":
        raise InputError(f"vectors must hold real numbers. Got dtype {array.dtype} instead.")
    with np.errstate(over="ignore"):  # what does not fit float32 becomes infinite and is named below
        matrix: Float32Array = array if _stays_mapped(array) else as_vectors(array)
    blocks = range(0, len(matrix), _BLOCK)
    bad = np.concatenate([b + np.flatnonzero(~np.isfinite(matrix[b : b + _BLOCK]).all(axis=1)) for b in blocks])
    if len(bad):
        raise InvalidRowsError(
            f"vectors must be finite float32 numbers. Got NaN or infinity in {len(bad)} row(s) instead",
            bad.tolist(),
            hint="Drop these rows, or embed them again.",
        )
    return matrix


def _stays_mapped(array: np.ndarray[Any, Any]) -> bool:
    """Return whether vectors lie in a file as we need them, and are too many to be read into memory for nothing."""
    usable = array.dtype == np.float32 and bool(array.flags.c_contiguous)
    return isinstance(array, np.memmap) and usable and array.nbytes >= MAPPED_BYTES


def _from_sequence(vectors: Any) -> np.ndarray[Any, Any]:
    """Return a plain array where all rows agree, else an object array of rows."""
    try:
        return np.asarray(vectors)
    except ValueError:  # rows of several lengths: let the caller say which
        rows = list(vectors)
        array = np.empty(len(rows), dtype=object)
        for i, row in enumerate(rows):
            array[i] = row
        return array


def _stack(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an object array of rows as a numeric matrix, or say which rows do not fit."""
    parsed = [_parse_row(row) for row in rows]
    unreadable = [i for i, row in enumerate(parsed) if row is None]
    if unreadable:
        raise InvalidRowsError(
            f"each row must be a vector of numbers. Got {len(unreadable)} row(s) that are missing or no vector instead",
            unreadable,
            hint="Drop these rows, or embed them again.",
        )
    lengths = [len(row) for row in parsed if row is not None]
    usual = (
        Counter(lengths).most_common(1)[0][0] if lengths else 0
    )  # not that of the first: it may be the one that is wrong
    ragged: list[int] = [i for i, length in enumerate(lengths) if length != usual]
    if ragged:
        raise InvalidRowsError(
            f"all vectors must have the length that most have, {usual}. Got others ({lengths[ragged[0]]}, ...) instead",
            ragged,
            hint="Were two models mixed?",
        )
    return np.array(parsed).reshape(len(parsed), usual)


def _parse_row(row: Any) -> np.ndarray[Any, Any] | None:
    """Return one row as a 1-D array of numbers; None when it is none."""
    if row is None or isinstance(row, str | bytes | dict):
        return None
    try:
        array = np.asarray(row, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.ndim == 1 else None


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return (np.cos(np.arange(n)[:, None] * np.array([1.0, 2.0, 3.0])),)
