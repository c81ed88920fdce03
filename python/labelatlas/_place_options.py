"""How rows are placed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Device, Engine, Int32Array

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
