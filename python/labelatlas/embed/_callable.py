"""Any function of the caller's that turns rows into vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, as_vectors, check_rows
from labelatlas.embed._vectors import vector_matrix
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Metric


def embed_callable(
    fn: Callable[[Any], Any],
    rows: Sequence[Any],
    *,
    metric: Metric = "euclidean",
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
) -> Embedding:
    """Return what the caller's function makes of the rows, checked.

    Parameters
    ----------
    fn : callable
        Takes all rows at once, returns (n, d) numbers: an array, a torch tensor or a list of lists. What it raises comes
        through unchanged.
    rows : sequence of length n
        Handed to `fn` as it is.
    metric : {"cosine", "euclidean"}
        With "cosine" the vectors are scaled to length 1.
    seed : int
        Not used: all embedders are called alike.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32.

    Raises
    ------
    InvalidRowsError
        Rows of the answer that are no finite vectors of one length.
    InputError
        When `fn` is not callable, there are no rows, or the answer has another number of rows.

    Examples
    --------
    >>> embed_callable(lambda texts: [[len(text)] for text in texts], ["a", "bcd"]).vectors.ravel().tolist()
    [1.0, 3.0]
    """
    if not callable(fn):
        raise InputError(f"fn must be callable. Got {type(fn).__name__} instead.")
    if metric not in {"cosine", "euclidean"}:
        raise InputError(f"metric must be one of 'cosine', 'euclidean'. Got {metric!r} instead.")
    check_rows(len(rows))
    name = getattr(fn, "__name__", type(fn).__name__)
    answer = fn(rows)
    if answer is None:
        raise InputError(f"{name} must return one vector per row. Got None instead.", hint="Is a return missing?")
    matrix = vector_matrix(answer)
    if len(matrix) != len(rows):
        raise InputError(
            f"{name} must return one vector per row, {len(rows)} in all. Got {len(matrix)} instead.",
            hint="It is called once, with all rows.",
        )
    return Embedding(as_vectors(unit_rows(matrix)) if metric == "cosine" else matrix, metric, f"callable: {name}")


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return (_squares, list(range(n)))


def _squares(rows: Sequence[int]) -> Any:
    values = np.asarray(rows, dtype=np.float64)
    return np.stack([values, values**2], axis=1)
