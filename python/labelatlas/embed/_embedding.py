"""What every embedder returns, and what the registry holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Float32Array, Metric

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

    Examples
    --------
    >>> Embedding(np.zeros((2, 3), dtype=np.float32), "euclidean", "vectors").vectors.shape
    (2, 3)
    """

    vectors: Float32Array
    metric: Metric
    name: str


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

    Examples
    --------
    >>> InvalidRowsError("expected finite rows. Got NaN instead", [2, 5]).rows
    (2, 5)
    """

    def __init__(self, message: str, rows: Sequence[int], *, hint: str = "") -> None:
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
