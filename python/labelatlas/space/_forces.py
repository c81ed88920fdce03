"""How strongly two rows on the map pull and push, by the square of their distance.

The low-dimensional similarity of UMAP is 1 / (1 + a d^(2b)); its a and b are fitted to a least distance, and the gradients of
the cross-entropy follow (L. McInnes, J. Healy, J. Melville, 2018, section 3.2). They are tabulated by the leading bits of the
float32 number d^2, sign, exponent and seven bits of the mantissa: a table of 32 kB stays in the processor's nearest cache,
and reading it takes a tenth of the time of the two powers. Its steps are 0.8% of d^2, far finer than the noise of a sample.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, Float64Array

TABLE_SHIFT = 16
TABLE_SIZE = 64 << 7
TABLE_FIRST = (127 - 40) << 7
"""The table begins at d^2 = 2^-40 and ends at 2^24."""
MIN_DISTANCE = 0.1
_SPREAD = 1.0


class Forces(NamedTuple):
    """The curve and its tables.

    Attributes
    ----------
    a, b : float
        Of the similarity 1 / (1 + a d^(2b)).
    pull, push : ndarray of shape (8192,), float32
        What the difference of two places is multiplied by: below 0 and above 0.
    """

    a: float
    b: float
    pull: Float32Array
    push: Float32Array


def similarity(squared: Float64Array, a: float, b: float) -> Float64Array:
    """Return 1 / (1 + a d^(2b)).

    Parameters
    ----------
    squared : ndarray of any shape, float64
        d^2.
    a, b : float

    Returns
    -------
    ndarray, float64
        In (0, 1].
    """
    return 1.0 / (1.0 + a * squared**b)


@functools.cache
def forces() -> Forces:
    """Return the forces of the usual least distance, 0.1 at a spread of 1."""
    from scipy.optimize import curve_fit

    x = np.linspace(0.0, 3.0 * _SPREAD, 300)
    wanted = np.where(x < MIN_DISTANCE, 1.0, np.exp(-(x - MIN_DISTANCE) / _SPREAD))
    (a, b), _ = curve_fit(lambda d, a, b: similarity(d**2, a, b), x, wanted)
    bits = (np.arange(TABLE_SIZE, dtype=np.int64) + TABLE_FIRST << TABLE_SHIFT) + (1 << TABLE_SHIFT - 1)
    squared = bits.astype(np.int32).view(np.float32).astype(np.float64)
    pull = -2.0 * a * b * squared ** (b - 1.0) / (1.0 + a * squared**b)
    push = 2.0 * b / ((0.001 + squared) * (1.0 + a * squared**b))
    return Forces(float(a), float(b), pull.astype(np.float32), push.astype(np.float32))
