"""Other rows on the map of an atlas: known rows keep their place, new ones find theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._embed_rows import embed_rows
from labelatlas._placement import corner_of
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._sources import Sources
    from labelatlas._typing import Device, Float32Array, Int64Array, Metric, Neighbors
    from labelatlas.frames import Table


def extended(
    old: tuple[Table, npt.NDArray[Any], Float32Array, Metric, Float32Array, Neighbors, Int64Array],
    sources: Sources,
    new: tuple[Table, npt.NDArray[Any]],
    seed: int,
    *,
    device: Device = "auto",
) -> tuple[Float32Array, Float32Array, Int64Array]:
    """Return vectors and places for the rows of another frame.

    Parameters
    ----------
    old : tuple
        Of the atlas: table, keys, vectors, metric, map, neighbours, rows without a vector.
    sources : Sources
        What the rows of both are placed by.
    new : tuple
        The other frame: table, keys.
    seed : int
    device : "auto", "cpu" or "cuda"
        Where models run.

    Returns
    -------
    vectors : ndarray of shape (m, d), float32
    xy : ndarray of shape (m, 2), float32
    no_vector : ndarray of shape (l,), int64
        Rows that have no vector.

    Raises
    ------
    InvalidRowsError
        Rows that cannot be embedded.
    InputError
        The new vectors are of another width than the old.
    """
    from labelatlas.space import find_nearest, place_rows

    table, keys, vectors, metric, xy, neighbors, no_vector = old
    other, other_keys = new
    known = np.asarray(KeyIndex(keys).positions(other_keys.tolist()), dtype=np.int64)
    fresh = np.flatnonzero(known < 0)
    every = np.empty((other.n_rows, vectors.shape[1]), dtype=np.float32)
    lost = np.zeros(other.n_rows, dtype=np.bool_)
    lost[known >= 0] = np.isin(known[known >= 0], no_vector)
    if sources.weights is None and sources.named[:1] == ["embedding"]:
        found = embed_rows([other], sources, None, seed).vectors
        if found.shape[1] != vectors.shape[1]:
            message = (
                f"new vectors must have the {vectors.shape[1]} dimensions of the old. Got {found.shape[1]} instead."
            )
            raise InputError(message, hint="Embed both with the same model.")
        reference, every = vectors, found
    elif len(fresh) and sources.named:
        # Both together: what is fitted to the rows (terms, components, scales) is then one thing for old and new.
        both = embed_rows([table, other], sources, None, seed, device=device)
        together = both.vectors
        reference, every = together[: len(vectors)], together[len(vectors) :]
        lost = lost if both.missing is None else lost | both.missing[len(vectors) :]
    else:
        reference = vectors
    every = np.ascontiguousarray(every)
    every[known >= 0] = reference[known[known >= 0]]
    places = np.empty((other.n_rows, 2), dtype=np.float32)
    places[known >= 0] = xy[known[known >= 0]]
    fresh = fresh[~lost[fresh]]
    if len(fresh):
        near = find_nearest(reference, every[fresh], neighbors.indices.shape[1], metric=metric)
        places[fresh] = place_rows(xy, neighbors, near, seed=seed)
    places[lost & (known < 0)] = corner_of(xy)
    return every, places, np.flatnonzero(lost)
