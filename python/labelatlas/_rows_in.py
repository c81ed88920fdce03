"""Rows let into an atlas: those that can be placed, and the others named by key or left out."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from labelatlas._sources import Sources, XySource, positions_of, settled_xy
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyRecipe, Table, row_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float32Array, Int64Array
    from labelatlas.embed import Embedding

_T = TypeVar("_T")
_logger = logging.getLogger(__name__)
_SHOWN = 5


def enough(table: Table) -> Table:
    """Return the table if it has rows enough for a map.

    Parameters
    ----------
    table : Table

    Returns
    -------
    Table

    Raises
    ------
    InputError
        It has fewer than two.
    """
    if table.n_rows < 2:
        message = f"a map needs at least 2 rows. Got {table.n_rows}."
        raise InputError(message, hint="Check the filter that made this frame.")
    return table


def embed_table(
    table: Table,
    sources: Sources,
    xy: XySource | None,
    recipe: KeyRecipe,
    on_invalid: str,
    make: Callable[[Table, Sources, Float32Array | None], Embedding],
) -> tuple[Table, Embedding, Float32Array | None, Int64Array]:
    """Return the table, its vectors and its positions; where rows are to be dropped, without those that cannot be placed.

    Parameters
    ----------
    table : Table
    sources : Sources
    xy : as of `Atlas.from_frame`
    recipe : KeyRecipe
    on_invalid : "raise" or "drop"
    make : callable
        Embeds the rows of a table.

    Returns
    -------
    table : Table
    space : Embedding
    positions : ndarray of shape (n, 2), float32, or None
    rows : ndarray of shape (n,), int64
        Which rows of the table that came in these are.

    Raises
    ------
    InputError
        Rows cannot be placed, or too few are left.
    """
    from labelatlas.embed import InvalidRowsError

    keys = row_keys(table, recipe)
    rows = np.arange(table.n_rows)
    xy = None if xy is None else settled_xy(xy)
    while True:
        try:
            positions = None if xy is None else positions_of(table, xy)
            space = make(table, sources, positions)
            if space.missing is None:
                return table, space, positions, rows
            named = without_vector(space.missing, space.reason, keys)
            if on_invalid == "raise":
                _logger.warning("in a corner of the map: %s", named)
                return table, space, positions, rows
            _logger.warning("left out: %s", named)
            kept = np.flatnonzero(~space.missing)
            left = replace(space, vectors=np.ascontiguousarray(space.vectors[kept]), missing=None)
            return enough(table.take(kept)), left, None if positions is None else positions[kept], rows[kept]
        except InvalidRowsError as error:
            if on_invalid == "raise":
                raise with_keys(error, keys) from error
            _logger.warning("left out: %s", with_keys(error, keys))
            kept = np.setdiff1d(np.arange(table.n_rows), error.rows)
            table, keys, rows = enough(table.take(kept)), keys[kept], rows[kept]
            if isinstance(sources.embedding, np.ndarray):
                sources = replace(sources, embedding=sources.embedding[kept])
            xy = xy[kept] if isinstance(xy, np.ndarray) else xy


def without_vector(missing: BoolArray, reason: str, keys: npt.NDArray[Any]) -> str:
    """Return in words which rows have no vector, and why.

    Parameters
    ----------
    missing : ndarray of shape (n,), bool
        Some are.
    reason : str
        Why the first of them has none; may be empty.
    keys : ndarray of shape (n,)

    Returns
    -------
    str
    """
    rows = np.flatnonzero(missing)
    why = f" (the first: {reason})" if reason else ""
    return f"{len(rows)} row(s) without a vector, for they are missing or cannot be read{why}. {_shown(keys, rows)}"


def or_name_rows(make: Callable[[], _T], keys: npt.NDArray[Any]) -> _T:
    """Return what a function makes; where it complains of rows, name them by key.

    Parameters
    ----------
    make : callable
    keys : ndarray of shape (n,)

    Returns
    -------
    What `make` returns.

    Raises
    ------
    InputError
        The complaint.
    """
    from labelatlas.embed import InvalidRowsError

    try:
        return make()
    except InvalidRowsError as error:
        raise with_keys(error, keys) from error


def with_keys(error: Any, keys: npt.NDArray[Any]) -> InputError:
    """Return the same complaint with the keys of the rows it speaks of: positions alone help nobody find them.

    Parameters
    ----------
    error : InvalidRowsError
    keys : ndarray of shape (n,)

    Returns
    -------
    InputError
    """
    return InputError(f"{error.message} {_shown(keys, np.array(error.rows, dtype=np.int64))}", hint=error.hint)


def _shown(keys: npt.NDArray[Any], rows: npt.NDArray[Any]) -> str:
    """Return the keys of the first few rows, in words."""
    shown = ", ".join(repr(key) for key in keys[rows[:_SHOWN]].tolist())
    return f"Their keys: {shown}{', ...' if len(rows) > _SHOWN else ''}."
