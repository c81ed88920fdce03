"""Rows of a matrix brought to length 1: what the embedders hand out and what the neighbour search measures, one and the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array


def unit_rows(matrix: npt.NDArray[Any]) -> Float64Array:
    """Return the rows scaled to length 1; zero rows stay zero.

    Parameters
    ----------
    matrix : ndarray of shape (n, d), float32 or float64
        Finite.

    Returns
    -------
    ndarray of shape (n, d), float64
        A new array.

    Examples
    --------
    >>> import numpy as np
    >>> unit_rows(np.array([[3e-200, 4e-200], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    rows = matrix.astype(np.float64)
    peak = np.abs(rows).max(axis=1, keepdims=True)
    rows /= np.where(peak == 0.0, 1.0, peak)  # first, so that no square under- or overflows
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(norms == 0.0, 1.0, norms)
    return rows
