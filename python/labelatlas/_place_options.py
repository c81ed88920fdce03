"""How rows are placed."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from labelatlas._typing import Engine
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array, Int32Array, Int64Array

_LEAST_SAMPLE = 1000
SAMPLE = 200_000
"""Rows that are laid out by default: what a screen shows of more would be no other map."""


@dataclass(frozen=True)
class PlaceOptions:
    """How rows are placed.

    Attributes
    ----------
    n_neighbors : int
        Neighbours of a row, where there are so many.
    exact : bool or None
        Whether all pairs are compared; None = up to 30,000 rows.
    engine : "auto", "numba", "torch", "umap-learn" or "cuml"
        What moves the rows on the map.
    device : "cpu" or "cuda"
        Where to compute.
    seed : int
        Of everything that is drawn.
    target : ndarray of shape (n,), int32, or None
        Label codes that draw the map.
    target_weight : float
        How much they count.
    start : ndarray of shape (n, 2), float, or None
        An earlier map.
    sample : int or None
        Most rows that are laid out; more are placed among these. None = all are.
    """

    n_neighbors: int = 15
    exact: bool | None = None
    engine: Engine = "auto"
    device: Device = "auto"
    seed: int = 0
    target: Int32Array | None = None
    target_weight: float = 0.5
    start: npt.NDArray[Any] | None = None
    sample: int | None = SAMPLE


def without_arrays(options: PlaceOptions) -> PlaceOptions:
    """Return the options that can be written down.

    Parameters
    ----------
    options : PlaceOptions

    Returns
    -------
    PlaceOptions
    """
    return replace(options, target=None, start=None)


def checked(options: PlaceOptions) -> PlaceOptions:
    """Return the options as plain numbers, if each of them can be used.

    Parameters
    ----------
    options : PlaceOptions

    Returns
    -------
    PlaceOptions

    Raises
    ------
    InputError
        One of them cannot.
    """
    engines, sample = get_args(Engine), options.sample
    if options.engine not in engines:
        raise InputError(f"engine must be one of {engines}. Got {options.engine!r} instead.")
    if sample is not None:
        sample = _whole(sample, "sample", f"at least {_LEAST_SAMPLE:,} rows, or None")
        if sample < _LEAST_SAMPLE:
            message = f"sample must be at least {_LEAST_SAMPLE:,} rows, or None. Got {sample}."
            raise InputError(message, hint="A smaller map would say little of the rest.")
    n_neighbors = _whole(options.n_neighbors, "n_neighbors", "a whole number of at least 1")
    if n_neighbors < 1:
        raise InputError(f"n_neighbors must be at least 1. Got {n_neighbors}.", hint="15 suits most data.")
    seed = _whole(options.seed, "seed", "a whole number from 0 on")
    if seed < 0:
        raise InputError(f"seed must be a whole number from 0 on. Got {seed}.", hint="seed=0 is as good as any.")
    if not isinstance(options.target_weight, int | float | np.number) or not 0.0 <= options.target_weight <= 1.0:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"target_weight must be in [0, 1]. Got {options.target_weight!r} instead.")
    weight = float(options.target_weight)
    return replace(options, n_neighbors=n_neighbors, sample=sample, seed=seed, target_weight=weight)


def start_of(start: Any, n: int, rows: Int64Array) -> Float64Array | None:
    """Return an earlier map for the rows that are placed.

    Parameters
    ----------
    start : array-like of shape (n, 2) or (m, 2), or None
        Of all rows of the frame, or of those that are placed.
    n : int
        Rows of the frame.
    rows : ndarray of shape (m,), int64
        Which of them are placed.

    Returns
    -------
    ndarray of shape (m, 2), float64, or None

    Raises
    ------
    InputError
        It is of another shape, or holds no numbers.
    """
    if start is None:
        return None
    try:
        places = np.array(start, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"start must be numbers of shape ({n}, 2). It cannot be read: {error}.") from error
    if places.shape not in {(n, 2), (len(rows), 2)}:
        message = f"start must have shape ({n}, 2). Got {places.shape} instead."
        raise InputError(message, hint="An earlier map, atlas.xy, with a row of NaN for each row that is new.")
    return places if len(places) == len(rows) else places[rows]


def _whole(value: Any, name: str, words: str) -> int:
    """Return a whole number, whatever its type."""
    if not isinstance(value, bool):
        try:
            return operator.index(value)
        except TypeError:
            pass
    raise InputError(f"{name} must be {words}. Got {value!r} instead.")
