"""Any function of the caller's that turns rows into vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, InvalidRowsError, as_vectors, check_rows, with_gaps
from labelatlas.embed._text import is_missing
from labelatlas.embed._vectors import vector_matrix
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Float32Array, Metric


_BATCH = 256
"""Cells that a function of the caller's is given at once."""


def embed_callable(
    fn: Callable[[Any], Any],
    rows: Sequence[Any],
    *,
    metric: Metric = "euclidean",
    batch: int | None = None,
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return what the caller's function makes of the rows, checked.

    Parameters
    ----------
    fn : callable
        Takes rows, returns (n, d) numbers: an array, a torch tensor or a list of lists. What it raises comes through unchanged.
    rows : sequence of length n
        Handed to `fn` as it is, or in slices.
    metric : {"cosine", "euclidean"}
        With "cosine" the vectors are scaled to length 1.
    batch : int or None
        Most rows that `fn` is given at once; None = all. An interrupt lands between two calls.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (rows done, rows in all) after each call.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32.

    Raises
    ------
    InvalidRowsError
        Rows of the answer that are no finite vectors of one length.
    InputError
        When `fn` is not callable, there are no rows, batch is below 1, or an answer has another number of rows or columns.

    Examples
    --------
    >>> embed_callable(lambda texts: [[len(text)] for text in texts], ["a", "bcd"]).vectors.ravel().tolist()
    [1.0, 3.0]
    """
    if not callable(fn):
        raise InputError(f"fn must be callable. Got {type(fn).__name__} instead.")
    if metric not in {"cosine", "euclidean"}:
        raise InputError(f"metric must be one of 'cosine', 'euclidean'. Got {metric!r} instead.")
    if batch is not None and batch < 1:
        raise InputError(f"batch must be at least 1. Got {batch} instead.")
    n = len(rows)
    check_rows(n)
    name = getattr(fn, "__name__", type(fn).__name__)
    step = batch or n
    answers: list[Float32Array] = []
    for first in range(0, n, step):
        part = rows if step >= n else rows[first : first + step]
        answers.append(_one_answer(fn, name, part, first))
        if answers[-1].shape[1] != answers[0].shape[1]:
            message = f"{name} must return vectors of one length. Got {answers[0].shape[1]} and {answers[-1].shape[1]}."
            raise InputError(message, hint=f"It is called with {step} rows at a time: nothing may be fitted to them.")
        if progress is not None:
            progress(min(first + step, n), n)
    matrix = answers[0] if len(answers) == 1 else np.concatenate(answers)
    return Embedding(as_vectors(unit_rows(matrix)) if metric == "cosine" else matrix, metric, f"callable: {name}")


def embed_cells(
    fn: Callable[[Any], Any], cells: Sequence[Any], *, progress: Callable[[int, int], None] | None = None
) -> Embedding:
    """Return what the caller's function makes of the cells of one column, some hundred at a time.

    Parameters
    ----------
    fn : callable
        Takes a list of cells, none of them missing, returns one vector for each.
    cells : sequence of length n
        Texts, pictures, sounds, or anything else; None and NaN are missing.
    progress : callable or None
        Told (cells done, cells in all) after each call.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, metric "euclidean"; missing cells have none.

    Raises
    ------
    InvalidRowsError
        Cells whose vectors are not finite, or all are missing.
    InputError
        As `embed_callable`.

    Examples
    --------
    >>> found = embed_cells(lambda words: [[len(word)] for word in words], ["a", None, "bcd"])
    >>> found.missing.tolist(), found.vectors[:, 0].tolist()
    ([False, True, False], [1.0, 0.0, 3.0])
    """
    check_rows(len(cells))
    present = np.array([not is_missing(cell) for cell in cells], dtype=np.bool_)
    rows = np.flatnonzero(present)
    if not len(rows):
        message = f"a row must hold something to embed. Got {len(cells)} that are missing instead"
        raise InvalidRowsError(message, range(len(cells)), hint="Is this the right column?")
    try:
        found = embed_callable(fn, [cells[row] for row in rows.tolist()], batch=_BATCH, progress=progress)
    except InvalidRowsError as error:
        raise InvalidRowsError(error.complaint, rows[list(error.rows)].tolist(), hint=error.hint) from error
    return with_gaps(found, present)


def _one_answer(fn: Callable[[Any], Any], name: str, rows: Sequence[Any], first: int) -> Float32Array:
    """Return the vectors of some rows; complaints name rows of the whole, of which these begin at `first`."""
    answer = fn(rows)
    if answer is None:
        raise InputError(f"{name} must return one vector per row. Got None instead.", hint="Is a return missing?")
    try:
        matrix = vector_matrix(answer)
    except InvalidRowsError as error:
        raise InvalidRowsError(error.complaint, [first + row for row in error.rows], hint=error.hint) from error
    if len(matrix) != len(rows):
        raise InputError(
            f"{name} must return one vector per row, {len(rows)} for this call. Got {len(matrix)} instead.",
            hint="One vector for each row that it is given, in their order.",
        )
    return matrix


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return (_squares, list(range(n)))


def _squares(rows: Sequence[int]) -> Any:
    values = np.asarray(rows, dtype=np.float64)
    return np.stack([values, values**2], axis=1)
