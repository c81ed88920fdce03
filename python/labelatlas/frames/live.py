"""Writes corrections into the caller's own pandas column, and never at the wrong row.

Before each write the length, the keys and the old labels of the rows are verified. A frame that was sorted or filtered in
place is searched again by key; when a row is not what we believe it is, nothing is written and the reason is said.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import LabelAtlasError, SyncError
from labelatlas.frames.keys import KeyIndex, row_keys
from labelatlas.frames.label_column import set_pandas_labels
from labelatlas.frames.table import Table, is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Int64Array
    from labelatlas.frames.keys import KeyRecipe, Keys
    from labelatlas.frames.label_column import LabelColumn, LabelValue


class LiveColumn:
    """The label column of the caller's own frame.

    Only a weak reference is kept: once nobody else holds the frame, edits can reach nobody, and `is_detached` says so.

    Parameters
    ----------
    frame : pandas.DataFrame
        The caller's frame.
    column : LabelColumn
        Its label column as it was read.
    recipe : KeyRecipe
        How its rows are known.
    keys : ndarray of shape (n,)
        The keys at the time of reading.
    """

    def __init__(self, frame: Any, column: LabelColumn, recipe: KeyRecipe, keys: Keys) -> None:
        self._frame = weakref.ref(frame)
        self._column = column
        self._recipe = recipe
        self._keys = keys

    @property
    def is_detached(self) -> bool:
        """Return whether nobody but us could still see the frame."""
        return self._frame() is None

    def write(
        self,
        rows: Int64Array,
        old: Sequence[LabelValue | None],
        new: Sequence[LabelValue | None],
    ) -> None:
        """Write labels into the caller's column.

        Parameters
        ----------
        rows : ndarray of shape (m,), int64
            Positions in the frame as it was read.
        old, new : sequence of shape (m,)
            What each row must hold now, and what it is to hold; None = unlabelled.

        Raises
        ------
        SyncError
            The frame is gone, its rows cannot be found again, or hold other labels than we left in them. Nothing has
            been written then.
        """
        frame = self._frame()
        if frame is None:
            message = "the frame that this map was made from is gone, so edits no longer reach it."
            raise SyncError(message, hint="Take m.to_frame(), or make the map again from the new frame.")
        if self._column.name not in frame.columns:
            message = f"the frame no longer has its label column {self._column.name!r}."
            raise SyncError(message, hint="Put it back, or take m.to_frame().")
        places = self._locate(frame, rows)
        held = [None if is_missing(v) else v for v in frame[self._column.name].iloc[places].tolist()]
        # a row that holds the new label already was written by another map on this frame
        wrong = [i for i, (a, b, c) in enumerate(zip(held, old, new, strict=True)) if a not in (b, c)]
        if wrong:
            i = wrong[0]
            key = self._keys[rows[[i]]].tolist()[0]
            message = (
                f"{len(wrong)} rows hold labels that were not put there by this map: "
                f"row {key!r} holds {held[i]!r}, not {old[i]!r}."
            )
            raise SyncError(message, hint="Run the LabelMap cell again; the journal and the frame are then compared.")
        set_pandas_labels(frame, self._column, places, new)

    def _locate(self, frame: Any, rows: Int64Array) -> Int64Array:
        """Return where the rows stand in the frame now."""
        if len(frame) == len(self._keys) and self._still_there(frame, rows):
            return rows
        try:
            now = row_keys(Table.from_any(frame), self._recipe)
        except LabelAtlasError as error:
            message = f"the rows of the frame cannot be found again: {error.message}"
            raise SyncError(message, hint="Run the LabelMap cell again.") from error
        places = KeyIndex(now).positions(self._keys[rows])
        lost = int((places < 0).sum())
        if lost:
            message = f"{lost} of the {len(rows)} rows are no longer in the frame."
            raise SyncError(message, hint="Take m.to_frame(), or run the LabelMap cell again.")
        return places

    def _still_there(self, frame: Any, rows: Int64Array) -> bool:
        # only the touched rows are looked at: a full comparison would cost more than the write
        part = Table.from_any(frame.iloc[rows])
        try:
            now = row_keys(part, self._recipe)
        except LabelAtlasError:
            return False
        if self._recipe.kind == "content":
            # equal rows are numbered in order of the whole frame: only the hash itself can be compared here
            return [str(k)[:32] for k in now] == [str(k)[:32] for k in self._keys[rows]]
        return bool(np.array_equal(now, self._keys[rows]))
