"""What every embedder returns, and what the registry holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import BoolArray, Float32Array, Metric

_MAX_NAMED = 10


@dataclass(frozen=True)
class Embedding:
    """Rows as vectors, with the metric in which they are to be compared.

    Attributes
    ----------
    vectors : ndarray of shape (n, d), float32
        C-contiguous and finite; d >= 1.
    metric : {"cosine", "euclidean"}
        With "cosine" rows have length 1, or 0 where a row holds nothing to compare.
    name : str
        Which embedder made them, and in few words how.
    missing : ndarray of shape (n,), bool, or None
        Rows that have no vector, for their content is missing or cannot be read; None = there are none. Instead of a vector
        they have a mark: no length where rows are compared by cosine, else a column of their own, in which they are far from all.
    reason : str
        Why the first of them has none, where that is more than that nothing was there.

    Examples
    --------
    >>> Embedding(np.zeros((2, 3), dtype=np.float32), "euclidean", "vectors").vectors.shape
    (2, 3)
    """

    vectors: Float32Array
    metric: Metric
    name: str
    missing: BoolArray | None = None
    reason: str = ""


@dataclass(frozen=True)
class Embedder:
    """One way to turn rows into vectors, as the registry knows it.

    Attributes
    ----------
    name : str
        Its key in `EMBEDDERS`.
    embed : callable
        Takes what `example` returns, and the keyword `seed`; returns an `Embedding`.
    example : callable
        `example(n)` makes up the positional arguments for n rows; the contract suite tries the embedder with them.

    Examples
    --------
    >>> Embedder("zeros", lambda rows, *, seed=0: None, lambda n: ([0] * n,)).example(2)
    ([0, 0],)
    """

    name: str
    embed: Callable[..., Embedding]
    example: Callable[[int], tuple[Any, ...]]


class InvalidRowsError(InputError):
    """Rows that cannot be embedded; `rows` lists their positions, so that a caller who knows keys can name those.

    Parameters
    ----------
    message : str
        What was expected and what came.
    rows : sequence of int
        Positions, ascending.
    hint : str
        What to do about it.

    Attributes
    ----------
    rows : tuple of int
    complaint : str
        The message without the rows.

    Examples
    --------
    >>> InvalidRowsError("expected finite rows. Got NaN instead", [2, 5]).rows
    (2, 5)
    """

    def __init__(self, message: str, rows: Sequence[int], *, hint: str = "") -> None:
        self.complaint = message
        self.rows = tuple(int(row) for row in rows)
        named = ", ".join(map(str, self.rows[:_MAX_NAMED]))
        more = len(self.rows) - _MAX_NAMED
        super().__init__(f"{message}: row(s) {named}{f' and {more} more' if more > 0 else ''}.", hint=hint)


def check_rows(n: int) -> None:
    """Refuse to embed nothing.

    Parameters
    ----------
    n : int
        Number of rows.

    Raises
    ------
    InputError
        When n is 0.
    """
    if n == 0:
        raise InputError("expected at least 1 row to embed. Got 0 instead.", hint="Is the frame empty?")


def as_vectors(values: Any) -> Float32Array:
    """Return an array as float32, C-contiguous, never sharing memory with `values`.

    Parameters
    ----------
    values : ndarray of shape (n, d)

    Returns
    -------
    ndarray of shape (n, d), float32
    """
    return np.array(values, dtype=np.float32, order="C", copy=True)


def with_gaps(found: Embedding, present: BoolArray, reason: str = "") -> Embedding:
    """Return the embedding of some rows as one of all, the others marked as having no vector.

    Parameters
    ----------
    found : Embedding
        Of the rows that are there.
    present : ndarray of shape (n,), bool
        Which those are; at least one.
    reason : str
        Why the first of the others has no vector.

    Returns
    -------
    Embedding

    Examples
    --------
    >>> some = Embedding(np.ones((1, 2), dtype=np.float32), "euclidean", "two numbers")
    >>> with_gaps(some, np.array([True, False])).vectors.round(1)
    array([[1. , 1. , 0. ],
           [0. , 0. , 2.8]], dtype=float32)
    """
    if present.all():
        return found
    n, d = len(present), found.vectors.shape[1]
    vectors = np.zeros((n, d + (found.metric == "euclidean")), dtype=np.float32)
    vectors[present, :d] = found.vectors
    if found.metric == "euclidean":
        farthest = float(np.sqrt(np.square(found.vectors, dtype=np.float64).sum(axis=1).max()))
        vectors[~present, d] = 2.0 * farthest or 1.0
    return Embedding(vectors, found.metric, found.name, ~present, reason)


def without_length(vectors: Float32Array) -> BoolArray | None:
    """Return which rows are the zero vector, which stands for nothing to compare; None where none is.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32

    Returns
    -------
    ndarray of shape (n,), bool, or None

    Examples
    --------
    >>> without_length(np.eye(2, 1, dtype=np.float32)).tolist(), without_length(np.ones((1, 1), dtype=np.float32))
    ([False, True], None)
    """
    empty: BoolArray = np.asarray(~vectors.any(axis=1))
    return empty if empty.any() else None
