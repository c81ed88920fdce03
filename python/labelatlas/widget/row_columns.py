"""The columns of a map's rows, read once each: as ticks, as numbers, as text, and in order. What filter and table ask."""

from __future__ import annotations

import datetime as dt
import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.row_text import FoldedText
from labelatlas.widget.row_ticks import Ticks, ranks_of_numbers, ranks_of_ticks, ticks_of
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array, Step
    from labelatlas.frames import Table
    from labelatlas.labels import Labels
    from labelatlas.widget.protocol import ColumnType

_SAMPLE = 1000  # rows by which a column's type is judged
_FEW = 12  # whole numbers with at most so many values are ticks rather than a range
_TURN = 0.1  # seconds between two looks whether the answer is still wanted, while another question reads the column


class RowColumns:
    """The columns by name, as text even where the frame's own names are none; each is converted when first asked for.

    Parameters
    ----------
    table : Table
        The rows.
    labels : Labels
        What they are called now: the label column is read from here.

    Examples
    --------
    >>> import labelatlas as la
    >>> df = {"id": [1, 2, 3], "label": ["a", "b", "a"], "price": [2.5, None, 1.0]}
    >>> m = la.LabelMap(df, label="label", key="id", xy=[[0, 1], [1, 0], [1, 1]], journal=None, progress=False)
    >>> columns = RowColumns(m.atlas.table, m.labels)
    >>> columns.type_of("price"), columns.numbers("price").tolist(), columns.ticks("label").values
    ('number', [2.5, nan, 1.0], ('a', 'b'))
    """

    def __init__(self, table: Table, labels: Labels) -> None:
        self._table = table
        self._labels = labels
        names = table.column_names
        self._names: dict[str, Any] = {str(name): name for name in names if names.count(name) == 1}
        self._lock = threading.Lock()
        self._turns: dict[tuple[str, str], threading.Lock] = {}  # two may ask at once; the second waits for the first
        self._kept: dict[tuple[str, str], Any] = {}
        self._types: dict[str, ColumnType | None] = {}

    @property
    def names(self) -> list[str]:
        """Return the columns that can be shown, in the order of the frame; vectors cannot."""
        return [name for name in self._names if self.type_of(name) is not None]

    def own_name(self, name: str) -> Any:
        """Return the frame's own name of a column.

        Raises
        ------
        ColumnNotFoundError
            There is none, or there are several.
        """
        if name not in self._names:
            self._table.require(name, "column")
        return self._names[name]

    def is_label(self, name: str) -> bool:
        """Return whether it is the column that is being corrected."""
        return self.own_name(name) == self._labels.column.name

    def type_of(self, name: str) -> ColumnType | None:
        """Return what a column holds, judged by the first rows that hold anything; None = nothing that can be shown."""
        own = self.own_name(name)
        if name not in self._types:
            sample = self._table.take(np.arange(min(_SAMPLE, self._table.n_rows))).values(own)
            self._types[name] = "text" if self.is_label(name) else _type_of(sample)
        return self._types[name]

    def values(self, name: str) -> npt.NDArray[Any]:
        """Return a column as `Table.values` does; of the label column, what the labels are now."""
        own = self.own_name(name)
        if self.is_label(name):
            labels = self._labels
            known = np.array([*labels.names, None], dtype=object)
            return known[labels.codes]  # -1 is the last: None
        return self._keep("values", name, lambda: self._table.values(own), quiet)

    def numbers(self, name: str, step: Step = quiet) -> Float64Array:
        """Return a column of numbers or times (ms since 1970, UTC) as float64, NaN = missing.

        Raises
        ------
        InputError
            It holds something else.
        """
        return self._keep("numbers", name, lambda: _numbers(name, self.values(name), self.type_of(name)), step)

    def ticks(self, name: str, step: Step = quiet) -> Ticks:
        """Return a column by its values."""
        if self.is_label(name):
            with self._labels.lock:
                return Ticks(self._labels.codes, tuple(self._labels.names))
        return self._keep("ticks", name, lambda: ticks_of(self.values(name), step), step)

    def text(self, name: str, step: Step = quiet) -> FoldedText:
        """Return a column for search in it."""
        if self.is_label(name):
            return FoldedText(self.values(name).tolist(), step)
        return self._keep("text", name, lambda: FoldedText(self.values(name).tolist(), step), step)

    def ranks(self, name: str, step: Step = quiet) -> Int64Array:
        """Return the place of each row when sorted by a column; equal values share it, -1 = missing."""
        if self.is_label(name):
            return ranks_of_ticks(self.ticks(name), step)
        if self.type_of(name) in {"number", "time"}:
            return self._keep("ranks", name, lambda: ranks_of_numbers(self.numbers(name, step)), step)
        return self._keep("ranks", name, lambda: ranks_of_ticks(self.ticks(name, step), step), step)

    def order(self, name: str, rows: Int64Array, *, descending: bool, step: Step = quiet) -> Int64Array:
        """Return rows sorted by a column: equal ones as they stood, missing ones last either way.

        Parameters
        ----------
        name : str
            The column.
        rows : ndarray of shape (m,), int64
            Positions.
        descending : bool
            Highest first.
        step : Step
            Called between the parts of what takes long.

        Returns
        -------
        ndarray of shape (m,), int64
        """
        ranks = self.ranks(name, step)[rows]
        last = np.iinfo(np.int64).max
        return rows[np.argsort(np.where(ranks < 0, last, -ranks if descending else ranks), kind="stable")]

    def is_range(self, name: str, step: Step = quiet) -> bool:
        """Return whether a filter asks this column for a range rather than for ticks."""
        kind = self.type_of(name)
        if kind not in {"number", "time"}:
            return False
        held = self.numbers(name, step)
        held = held[np.isfinite(held)]
        return kind == "time" or bool((held != np.trunc(held)).any()) or len(np.unique(held)) > _FEW

    def _keep(self, what: str, name: str, make: Callable[[], Any], step: Step) -> Any:
        part = (what, name)
        with self._lock:
            turn = self._turns.setdefault(part, threading.Lock())
        while not turn.acquire(timeout=_TURN):
            step("reading the column", 0, 0)
        try:
            if part not in self._kept:
                self._kept[part] = make()
            return self._kept[part]
        finally:
            turn.release()


def _type_of(sample: npt.NDArray[Any]) -> ColumnType | None:
    if sample.ndim != 1:
        return None
    if sample.dtype.kind in "iuf":
        return "number"
    if sample.dtype.kind in "bM":
        return "bool" if sample.dtype.kind == "b" else "time"
    held = [value for value in sample.tolist() if value is not None]
    if any(isinstance(value, list | tuple | dict | set | bytes | bytearray | np.ndarray) for value in held):
        return None
    if not held:
        return "text"
    if all(isinstance(value, bool | np.bool_) for value in held):
        return "bool"
    if all(_is_number(value) for value in held):
        return "number"
    return "time" if all(isinstance(value, dt.date | np.datetime64) for value in held) else "text"


def _is_number(value: object) -> bool:
    if isinstance(value, bool | np.bool_ | str | bytes):
        return False
    return isinstance(value, int | float | np.number) or hasattr(value, "as_integer_ratio")


def _numbers(name: str, values: npt.NDArray[Any], kind: ColumnType | None) -> Float64Array:
    if kind not in {"number", "time"}:
        message = f"column {name!r} must hold numbers or times for a range. It holds {kind or 'something else'}."
        raise InputError(message, hint="Choose its values one by one instead.")
    if values.dtype.kind == "M":
        return _milliseconds(values)
    if values.dtype.kind in "iuf":
        return values.astype(np.float64)
    if kind == "time":
        return _milliseconds(np.array([_moment(value) for value in values.tolist()], dtype="datetime64[ms]"))
    return np.array([_float(value) for value in values.tolist()], dtype=np.float64)


def _milliseconds(values: npt.NDArray[np.datetime64]) -> Float64Array:
    out = values.astype("datetime64[ms]").astype(np.int64).astype(np.float64)
    out[np.isnat(values)] = math.nan
    return out


def _float(value: object) -> float:
    # past the sample there may be something else: it is in no range
    return float(value) if _is_number(value) else math.nan  # pyright: ignore[reportArgumentType]


def _moment(value: object) -> np.datetime64:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(value, dt.datetime | dt.date):
        return np.datetime64(
            value.isoformat(), "ms"
        )  # a pandas Timestamp has nanoseconds that numpy does not ask it for
    return value.astype("datetime64[ms]") if isinstance(value, np.datetime64) else np.datetime64("NaT", "ms")


def searchable(columns: RowColumns, names: Sequence[str]) -> list[str]:
    """Return those of some columns that hold text, the label column left out: labels have a search of their own."""
    return [name for name in names if columns.type_of(name) == "text" and not columns.is_label(name)]
