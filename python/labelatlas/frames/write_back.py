"""Corrected labels back into a frame of the caller's own kind; only the label column differs, or a new one comes last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.frames.kind import Edit
from labelatlas.frames.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Int32Array
    from labelatlas.frames.kind import Kin, LabelValue
    from labelatlas.frames.label_column import LabelColumn
    from labelatlas.frames.table import Table

PROVENANCE = ("edited", "old_label", "author", "at")
"""The columns that `to_frame(provenance=True)` adds."""


@dataclass(frozen=True)
class Provenance:
    """Where the labels of rows come from.

    Attributes
    ----------
    edited : ndarray of shape (n,), bool
        Whether the label now is another than before the first edit.
    original : ndarray of shape (n,), int32
        Code of each row before its first edit; -1 = unlabelled.
    author, at : ndarray of shape (n,), object (str or None)
        Who changed the row last, and when (ISO 8601, UTC); None = nobody.
    """

    edited: BoolArray
    original: Int32Array
    author: npt.NDArray[Any]
    at: npt.NDArray[Any]


def with_labels(
    table: Table,
    column: LabelColumn,
    values: Sequence[LabelValue],
    codes: Int32Array,
    *,
    into: str | None = None,
    provenance: Provenance | None = None,
    replace: bool = False,
    kin: Kin | None = None,
) -> Any:
    """Return a new frame of the caller's kind, with new labels and everything else as it was.

    Parameters
    ----------
    table : Table
        The frame as it came in; not changed.
    column : LabelColumn
        Its label column as it was read.
    values : sequence
        Labels by code; the first ones are `column.values`.
    codes : ndarray of shape (n,), int32
        New code of each row; -1 = unlabelled.
    into : str or None
        A new column for the labels, which comes last; the label column is left alone then. None = the label column.
    provenance : Provenance or None
        Adds the columns edited, old_label (of the label column's own type), author and at.
    replace : bool
        Whether a column `into` may be there already.
    kin : mapping or None
        The names that a label had and has by being renamed, each with all of them: a renamed category keeps its place.

    Returns
    -------
    frame of the caller's kind
        dtype, index, column order and attributes kept; a new category is appended after the old ones, a renamed one keeps its place. The parts of an AnnData
        object other than `obs` are shared with the one that came in.

    Raises
    ------
    InputError
        A new column has the name of one that is there.
    """
    if into is not None and not (replace and into != column.name):
        _refuse_taken(table, column, [into])
    if provenance is not None and into in PROVENANCE:
        message = f"into must not be one of {', '.join(PROVENANCE)}, which provenance=True adds. Got {into!r} instead."
        raise InputError(message, hint="Choose another name.")
    kind, store = KINDS[table.kind], table.store
    target = column.name if into is None else into
    edit = _edit(column, values, codes, kin or {})
    if into is not None:
        store = kind.with_labels(store, column.name, target, edit)
    if provenance is not None:
        _refuse_taken(table, column, PROVENANCE)
        # while the label column is as it came in: the old labels are made from it
        store = kind.with_columns(store, {"edited": provenance.edited})
        store = kind.with_labels(store, column.name, "old_label", _edit(column, values, provenance.original, {}))
        store = kind.with_columns(store, {"author": provenance.author, "at": provenance.at})
    if into is None:
        store = kind.with_labels(store, column.name, target, edit)
    return kind.give(store)


def _edit(column: LabelColumn, values: Sequence[LabelValue], codes: Int32Array, kin: Kin) -> Edit:
    changed = np.flatnonzero(codes != column.codes)
    return Edit(changed, codes[changed], tuple(values), len(column.values), column.missing, kin)


def _refuse_taken(table: Table, column: LabelColumn, names: Sequence[str]) -> None:
    taken = [name for name in names if name in table.column_names]
    if not taken:
        return
    message = f"the frame has a column {taken[0]!r} already."
    if taken[0] == column.name:
        raise InputError(message, hint="Leave `into` out to have the corrected labels in the label column.")
    raise InputError(message, hint="Choose another name, or drop or rename it first: nothing of yours is overwritten.")
