"""Rows in the order of their scores, and a few of them: neither the order of rows nor that of classes changes which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

MAX_ASKED = 10_000
"""So many rows say what all say of the whole."""


def by_score(rows: Int64Array, score: Float64Array) -> Int64Array:
    """Return rows in the order of their scores, those of equal score in their own.

    Parameters
    ----------
    rows : ndarray of shape (m,), int64
        Ascending, at least one.
    score : ndarray of shape (n,), float64
        Not NaN.

    Returns
    -------
    ndarray of shape (m,), int64
        What a stable argsort gives, in a fifth of its time.

    Examples
    --------
    >>> import numpy as np
    >>> by_score(np.array([0, 1, 3]), np.array([0.5, -1.0, -9.0, 0.5]))
    array([1, 0, 3])
    """
    # The bits of doubles, read as whole numbers, are in their order once those of negative ones are turned: so one fast sort of
    # whole numbers does, with the row in the lowest bits. What only those bits told apart is put in order afterwards.
    keys = (score[rows] + 0.0).view(np.int64)  # the sum makes one of the two noughts
    keys ^= (keys >> 63) & np.iinfo(np.int64).max
    low = (1 << int(rows[-1]).bit_length()) - 1
    keys &= ~low
    keys |= rows
    keys.sort()
    close = np.flatnonzero((keys[1:] ^ keys[:-1]) <= low)
    keys &= low
    again = np.union1d(close, close + 1)
    tied = keys[again]
    keys[again] = tied[np.argsort(score[tied], kind="stable")]
    return keys


def spaced(rows: Int64Array, most: int) -> Int64Array:
    """Return at most so many of the rows, evenly spaced."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]
