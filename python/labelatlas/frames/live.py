"""Writes corrections into the caller's own column, of a pandas frame or of `obs`, and never at the wrong row.

Before each write the length, the keys and the old labels of the rows are verified. A frame that was sorted or filtered in
place is searched again by key; when a row is not what we believe it is, nothing is written and the reason is said.
"""

from __future__ import annotations

import weakref
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError, LabelAtlasError, SyncError
from labelatlas.frames import pandas_column
from labelatlas.frames.holders import only_history_holds
from labelatlas.frames.keys import KeyIndex, index_keys, row_keys
from labelatlas.frames.kind import Edit
from labelatlas.frames.kinds import KINDS
from labelatlas.frames.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Int32Array, Int64Array
    from labelatlas.frames.keys import KeyRecipe, Keys
    from labelatlas.frames.kind import FrameKind, Kin, LabelValue
    from labelatlas.frames.label_column import LabelColumn

_ELSEWHERE = -9  # the code of a label that this map knows nothing of


class LiveColumn:
    """The label column of the caller's own frame.

    Only a weak reference is kept: once nobody else holds the frame, edits can reach nobody, and `is_detached` says so.

    Parameters
    ----------
    data : pandas.DataFrame or anndata.AnnData
        The caller's object.
    column : LabelColumn
        Its label column as it was read.
    recipe : KeyRecipe
        How its rows are known.
    keys : ndarray of shape (n,)
        The keys at the time of reading.
    into : str or None
        A column of its own for the corrections, made from the label column when there is none; None = the label column.

    Raises
    ------
    InputError
        The object cannot be changed in place.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from labelatlas.frames import Table, choose_recipe, read_labels, row_keys
    >>> df = pd.DataFrame({"id": [7, 8], "y": ["a", "b"]})
    >>> table = Table.from_any(df)
    >>> recipe = choose_recipe(table, "id", [])
    >>> live = LiveColumn(df, read_labels(table, "y"), recipe, row_keys(table, recipe))
    >>> live.write(np.array([0]), np.array([0]), np.array([1]), ["a", "b"])
    >>> df["y"].tolist()
    ['b', 'b']
    """

    def __init__(self, data: Any, column: LabelColumn, recipe: KeyRecipe, keys: Keys, into: str | None = None) -> None:
        kind = _kind_of(data)
        frame = None if kind is None else kind.live(data)
        if kind is None or frame is None:
            message = f"edits can be written into a pandas frame, or an AnnData object that is no view. Got {type(data).__name__}."
            raise InputError(message, hint="Leave sync out, and take the corrections with m.to_frame().")
        self._kind = kind
        self._data = weakref.ref(data)
        self._column = column
        self._recipe = recipe
        self._keys = keys
        self.into = into
        self._index = frame.index
        self._is_repeated = self._repeated(keys) if recipe.kind == "content" else None
        self._name = column.name if into is None else into
        if self._name not in frame.columns:
            frame[self._name] = frame[column.name].copy()

    @staticmethod
    def can_write(data: object) -> bool:
        """Return whether an object can be changed in place.

        Parameters
        ----------
        data : object
            What the caller gave.

        Returns
        -------
        bool
        """
        kind = _kind_of(data)
        return kind is not None and kind.live(data) is not None

    @property
    def is_detached(self) -> bool:
        """Return whether the frame is gone."""
        return self._data() is None

    @property
    def is_unseen(self) -> bool:
        """Return whether nobody can see the frame any more: it is gone, or only a notebook's output history holds it."""
        data = self._data()
        return data is None or only_history_holds(data)

    def write(
        self,
        rows: Int64Array,
        old: Int32Array,
        new: Int32Array,
        values: Sequence[LabelValue],
        *,
        kin: Kin | None = None,
    ) -> None:
        """Write labels into the caller's column.

        Parameters
        ----------
        rows : ndarray of shape (m,), int64
            Positions in the frame as it was read.
        old, new : ndarray of shape (m,), int32
            Codes of what each row must hold now, and of what it is to hold; -1 = unlabelled.
        values : sequence
            Labels by code.
        kin : mapping or None
            The names that a label had and has by being renamed, each with all of them.

        Raises
        ------
        SyncError
            The frame is gone, its rows cannot be found again, or hold other labels than we left in them. Nothing has
            been written then.
        """
        data = self._data()
        frame = None if data is None else self._kind.live(data)
        if frame is None:
            message = "the frame that this map was made from is gone, so edits no longer reach it."
            raise SyncError(message, hint="Take m.to_frame(), or make the map again from the new frame.")
        if list(frame.columns).count(self._name) != 1:
            message = f"the frame no longer has its label column {self._name!r}."
            raise SyncError(message, hint="Put it back, or take m.to_frame().")
        places = self._locate(frame, rows)
        self._verify(frame, rows, places, old, new, values)
        known, missing = len(self._column.values), self._column.missing
        try:
            edit = Edit(places, new, tuple(values), known, missing, kin or {})
            pandas_column.write(frame, self._name, edit)
        except (TypeError, ValueError) as error:  # the column has another dtype now
            message = f"the column {self._name!r} cannot hold the label any more: {error}"
            raise SyncError(message, hint="Give it its old dtype back, or take m.to_frame().") from error

    def _verify(
        self,
        frame: Any,
        rows: Int64Array,
        places: Int64Array,
        old: Int32Array,
        new: Int32Array,
        values: Sequence[LabelValue],
    ) -> None:
        held = _codes(frame[self._name].iloc[places], values)
        # a row that holds the new label already was written by another map on this frame
        wrong = np.flatnonzero((held != old) & (held != new))
        if not len(wrong):
            return
        i = wrong[0]
        key = self._keys[rows[[i]]].tolist()[0]
        [there] = frame[self._name].iloc[places[[i]]].tolist()
        believed = None if old[i] < 0 else values[int(old[i])]
        message = (
            f"{len(wrong)} rows hold labels that were not put there by this map: "
            f"row {key!r} holds {there!r}, not {believed!r}."
        )
        raise SyncError(message, hint="Run the LabelMap cell again; the journal and the frame are then compared.")

    def _locate(self, frame: Any, rows: Int64Array) -> Int64Array:
        """Return where the rows stand in the frame now."""
        if len(frame) == len(self._keys) and self._still_there(frame, rows):
            return rows
        try:
            now = self._keys_of(frame)
        except (LabelAtlasError, KeyError) as error:
            said = error.message if isinstance(error, LabelAtlasError) else f"there is no column {error}."
            message = f"the rows of the frame cannot be found again: {said}"
            raise SyncError(message, hint="Run the LabelMap cell again.") from error
        places = KeyIndex(now).positions(self._keys[rows])
        lost = int((places < 0).sum())
        if lost:
            message = f"{lost} of the {len(rows)} rows are no longer in the frame."
            raise SyncError(message, hint="Take m.to_frame(), or run the LabelMap cell again.")
        return places

    @staticmethod
    def _repeated(keys: Keys) -> BoolArray:
        """Return which rows have the content of another row: their keys differ only in the number at the end."""
        bases = [str(key)[:32] for key in keys]
        counts = Counter(bases)
        return np.array([counts[base] > 1 for base in bases], dtype=bool)

    def _keys_of(self, frame: Any, rows: Int64Array | None = None) -> Keys:
        """Return the keys of some rows; only the columns that make them are touched."""
        if self._recipe.kind == "index":
            return index_keys(frame.index if rows is None else frame.index[rows])
        part = frame[list(self._recipe.columns)]
        return row_keys(Table.from_any(part if rows is None else part.iloc[rows]), self._recipe)

    def _still_there(self, frame: Any, rows: Int64Array) -> bool:
        # only the touched rows are looked at: a full comparison would cost more than the write
        try:
            now = self._keys_of(frame, rows)
        except (LabelAtlasError, KeyError):
            return False
        if self._recipe.kind == "content":
            # equal rows are numbered in order of the whole frame: only the hash itself can be compared here
            if self._is_repeated is not None and self._is_repeated[rows].any() and not frame.index.equals(self._index):
                message = "some of these rows have the same content as others, and the frame was put in another order."
                raise SyncError(message, hint="Make the map with a key column, key='id': it tells equal rows apart.")
            return [str(k)[:32] for k in now] == [str(k)[:32] for k in self._keys[rows]]
        return bool(np.array_equal(now, self._keys[rows]))


def _kind_of(data: object) -> FrameKind | None:
    return next((kind for kind in KINDS.values() if kind.recognises(data)), None)


def _codes(series: Any, values: Sequence[LabelValue]) -> npt.NDArray[np.int64]:
    """Return the codes of what a column holds; a value of another type or unknown is `_ELSEWHERE`."""
    raw = pandas_column.read_labels(series)
    if len(raw.codes) != len(series):
        return np.full(len(series), _ELSEWHERE, dtype=np.int64)
    place = {(type(value), value): code for code, value in enumerate(values)}
    found = [place.get((type(value), value), _ELSEWHERE) for value in raw.uniques]
    return np.array([*found, UNLABELLED], dtype=np.int64)[raw.codes]
