"""The only door to chance: a seed goes in, a Generator comes out."""

from __future__ import annotations

import numpy as np


def generator(seed: int, *stream: int) -> np.random.Generator:
    """Return a Generator that depends on `seed` and on the named stream, and on nothing else.

    Parameters
    ----------
    seed : int
        Not negative.
    stream : int
        Numbers that keep the draws of one step apart from those of another.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> bool(generator(0, 1).integers(9) == generator(0, 1).integers(9))
    True
    """
    return np.random.default_rng([seed, *stream])
