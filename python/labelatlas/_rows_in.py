"""Rows let into an atlas: those that can be placed, and the others named by key or left out."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from labelatlas._sources import Sources, XySource, embed_rows, positions_of
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyRecipe, Table, row_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import Float32Array
    from labelatlas.embed import Embedding

_T = TypeVar("_T")
_logger = logging.getLogger(__name__)


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
    table: Table, sources: Sources, xy: XySource | None, recipe: KeyRecipe, on_invalid: str, seed: int
) -> tuple[Table, Embedding, Float32Array | None]:
    """Return the table, its vectors and its positions; where rows are to be dropped, without those that cannot be placed.

    Parameters
    ----------
    table : Table
    sources : Sources
    xy : as of `Atlas.from_frame`
    recipe : KeyRecipe
    on_invalid : "raise" or "drop"
    seed : int

    Returns
    -------
    table : Table
    space : Embedding
    positions : ndarray of shape (n, 2), float32, or None

    Raises
    ------
    InputError
        Rows cannot be placed, or too few are left.
    """
    from labelatlas.embed import InvalidRowsError

    keys = row_keys(table, recipe)
    while True:
        try:
            positions = None if xy is None else positions_of(table, xy)
            return table, embed_rows([table], sources, positions, seed), positions
        except InvalidRowsError as error:
            if on_invalid == "raise":
                raise with_keys(error, keys) from error
            _logger.warning("left out: %s", with_keys(error, keys))
            kept = np.setdiff1d(np.arange(table.n_rows), error.rows)
            table, keys = enough(table.take(kept)), keys[kept]
            if isinstance(sources.embedding, np.ndarray):
                sources = replace(sources, embedding=sources.embedding[kept])
            xy = xy[kept] if isinstance(xy, np.ndarray) else xy


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
    shown = ", ".join(repr(key) for key in keys[list(error.rows[:5])].tolist())
    message = f"{error.message} Their keys: {shown}{', ...' if len(error.rows) > 5 else ''}."
    return InputError(message, hint=error.hint)
