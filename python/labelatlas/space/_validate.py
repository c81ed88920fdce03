"""The checks at this room's door: arrays that cannot be used are refused here, with the cure, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_NAMED_ROWS = 10
"""How many offending rows a message names before it only counts them."""


def name_rows(rows: npt.NDArray[np.int64]) -> str:
    """Return positions as text: the first few, and how many more there are.

    Parameters
    ----------
    rows : ndarray of shape (m,), int64

    Returns
    -------
    str

    Examples
    --------
    >>> name_rows(np.arange(12))
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more'
    """
    named = ", ".join(str(int(row)) for row in rows[:MAX_NAMED_ROWS])
    more = len(rows) - MAX_NAMED_ROWS
    return f"{named} and {more} more" if more > 0 else named


def check_matrix(values: Any, name: str, *, n_columns: int | None = None) -> npt.NDArray[Any]:
    """Return `values` as a finite 2-D array of float32 or float64, C-contiguous, copied only where that is needed.

    Parameters
    ----------
    values : array-like of shape (n, d)
        Real numbers or booleans.
    name : str
        What messages call it.
    n_columns : int or None
        The d that is required, if one is.

    Returns
    -------
    ndarray of shape (n, d), float32 or float64

    Raises
    ------
    InputError
        When the array is not 2-D, not numeric, has a wrong number of columns, or holds NaN or infinity.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of several lengths
        message = f"{name} must be a 2-D array, one row per point. It cannot be made one: {error}."
        raise InputError(message, hint="Give all rows the same number of columns.") from error
    if array.ndim != 2:
        raise InputError(
            f"{name} must be a 2-D array, one row per point. Got {array.ndim} dimension(s) instead.",
            hint=f"A single column becomes 2-D with {name}.reshape(-1, 1).",
        )
    if array.dtype.kind not in "fiub":
        raise InputError(
            f"{name} must hold real numbers. Got dtype {array.dtype} instead.",
            hint="Turn it into a float32 array first.",
        )
    if array.shape[1] == 0 or (n_columns is not None and array.shape[1] != n_columns):
        expected = "at least 1" if n_columns is None else str(n_columns)
        raise InputError(f"{name} must have {expected} column(s). Got {array.shape[1]} instead.")
    # float16 and small integers are exact in float32; wider integers are not.
    small = array.dtype.itemsize <= 2 or array.dtype == np.float32
    array = np.ascontiguousarray(array, dtype=np.float32 if small else np.float64)
    bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(bad):
        raise InputError(
            f"{name} must be finite. Got NaN or infinity in {len(bad)} row(s) instead: {name_rows(bad)}.",
            hint="Drop or repair these rows.",
        )
    return array
