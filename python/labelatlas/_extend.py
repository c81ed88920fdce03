"""Other rows on the map of an atlas: known rows keep their place, new ones find theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._embed_rows import embed_rows
from labelatlas._placement import corner_of
from labelatlas._rows_in import with_keys
from labelatlas._sources import Sources
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Device, Float32Array, Int64Array, Metric, Neighbors
    from labelatlas.embed import Embedding
    from labelatlas.frames import Table


def extended(
    old: tuple[Table, npt.NDArray[Any], Float32Array, Metric, Float32Array, Neighbors, Int64Array],
    sources: tuple[Sources, Sources],
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
    sources : tuple of two Sources
        What the rows of the atlas are placed by, and those of the other frame: these differ in vectors at hand.
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
    before, by = sources
    known = np.asarray(KeyIndex(keys).positions(other_keys.tolist()), dtype=np.int64)
    fresh = np.flatnonzero(known < 0)
    every = np.empty((other.n_rows, vectors.shape[1]), dtype=np.float32)
    lost = np.zeros(other.n_rows, dtype=np.bool_)
    lost[known >= 0] = np.isin(known[known >= 0], no_vector)
    if by.used == ["embedding"] and by.weights is None:
        every = _of_width(vectors, embed_rows([other], by, None, seed).vectors)
        reference = vectors
    elif len(fresh) and by.named:
        both = _both((table, keys), other, (before, by), seed, device)
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


def _both(
    old: tuple[Table, npt.NDArray[Any]], other: Table, sources: tuple[Sources, Sources], seed: int, device: Device
) -> Embedding:
    """Return old and new rows in one space: what is fitted to rows (terms, components, scales) is one thing for both."""
    from labelatlas.embed import InvalidRowsError

    table, keys = old
    before, by = sources
    if "embedding" in by.used:
        of = [(table, before.embedding), (other, by.embedding)]
        parts = [embed_rows([rows], Sources(embedding=given), None, seed).vectors for rows, given in of]
        by = replace(by, embedding=np.concatenate([parts[0], _of_width(*parts)]))
    try:
        return embed_rows([table, other], by, None, seed, device=device)
    except InvalidRowsError as error:
        new = [row - table.n_rows for row in error.rows if row >= table.n_rows]
        raise (InvalidRowsError(error.complaint, new, hint=error.hint) if new else with_keys(error, keys)) from error


def _of_width(vectors: Float32Array, others: Float32Array) -> Float32Array:
    """Return the others, if they have as many dimensions as the vectors."""
    if others.shape[1] != vectors.shape[1]:
        message = f"new vectors must have the {vectors.shape[1]} dimensions of the old. Got {others.shape[1]} instead."
        raise InputError(message, hint="Embed both with the same model.")
    return others
