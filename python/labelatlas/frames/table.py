"""A frame of any kind, read column by column, and results as frames of that kind.

narwhals does the reading, so that pandas and polars take one road. What comes out is always a numpy array: of numbers when
the column is numeric and complete, else of Python objects with None for missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import ColumnNotFoundError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

KINDS = ("pandas", "polars")
"""The kinds of frame that come in and go out."""


@dataclass(frozen=True)
class Table:
    """A frame as the rest of the package sees it; the frame itself is never changed through it.

    Attributes
    ----------
    native : object
        The frame, or a shallow copy of it.
    kind : str
        One of `KINDS`.
    """

    native: Any
    kind: str

    @classmethod
    def from_any(cls, data: object) -> Table:
        """Recognise a pandas or polars DataFrame, or a mapping of names to equally long columns (read as pandas).

        Parameters
        ----------
        data : object
            The frame.

        Returns
        -------
        Table
            Over a shallow copy where the kind can be changed in place, so that later edits do not reach it.

        Raises
        ------
        InputError
            `data` is no frame of a known kind.

        Examples
        --------
        >>> Table.from_any({"id": [1, 2], "text": ["a", "b"]}).n_rows
        2
        """
        import narwhals as nw

        if isinstance(data, Mapping):
            return cls(build_frame(data, "pandas"), "pandas")
        if nw.dependencies.is_pandas_dataframe(data):
            return cls(data.copy(deep=False), "pandas")
        if nw.dependencies.is_polars_dataframe(data):
            return cls(data, "polars")
        message = f"data must be a pandas or polars DataFrame, or a dict of columns. Got {type(data).__name__} instead."
        raise InputError(message, hint="Convert it first, for example with .to_pandas() or pandas.DataFrame(data).")

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        return len(self.native)

    @property
    def column_names(self) -> list[str]:
        """Return the names of the columns, in order."""
        return list(self.native.columns)

    def require(self, name: object, parameter: str) -> None:
        """Raise unless the frame has exactly one column `name`.

        Parameters
        ----------
        name : object
            What the caller named.
        parameter : str
            The parameter it was given for; the message speaks of it.

        Raises
        ------
        ColumnNotFoundError
            No such column; the message names those there are.
        InputError
            Several columns have this name.
        """
        names = self.column_names
        count = names.count(name)  # pyright: ignore[reportArgumentType]
        if count == 0:
            close = difflib.get_close_matches(str(name), [str(n) for n in names], n=1)
            guess = f"Did you mean {close[0]!r}? " if close else ""
            shown = ", ".join(repr(n) for n in names[:20]) + (", ..." if len(names) > 20 else "")
            message = f"{parameter} must name a column of the frame. Got {name!r} instead."
            raise ColumnNotFoundError(message, hint=f"{guess}The columns are: {shown}.")
        if count > 1:
            message = f"{parameter} must name one column. The frame has {count} columns called {name!r}."
            raise InputError(message, hint="Rename them, so that each column has a name of its own.")

    def take(self, rows: npt.NDArray[np.integer]) -> Table:
        """Return the table of some rows.

        Parameters
        ----------
        rows : ndarray of shape (m,), integer
            Positions, in the order wanted.

        Returns
        -------
        Table
        """
        native = self.native.iloc[rows] if self.kind == "pandas" else self.native[rows.tolist()]
        return Table(native, self.kind)

    def holds_floats(self, name: str) -> bool:
        """Return whether a column's dtype is one of fractions.

        Parameters
        ----------
        name : str
            A column.

        Returns
        -------
        bool
        """
        import narwhals as nw

        return nw.from_native(self.native, eager_only=True)[name].dtype.is_float()

    def values(self, name: str) -> npt.NDArray[Any]:
        """Return a column as an array.

        Parameters
        ----------
        name : str
            A column.

        Returns
        -------
        ndarray of shape (n_rows,)
            Of the column's own numeric, boolean or datetime dtype when nothing is missing, else of dtype object with
            None for every missing value (None, NaN, NaT, NA, null).
        """
        import narwhals as nw

        series = nw.from_native(self.native, eager_only=True)[name]
        dtype = series.dtype
        plain = dtype.is_numeric() or dtype == nw.Boolean or isinstance(dtype, nw.Datetime)
        if plain and not bool(series.is_null().any()):
            return series.to_numpy()
        items: list[Any] = series.to_list()
        out = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):
            out[i] = None if is_missing(item) else item
        return out


def is_missing(item: object) -> bool:
    """Tell whether a single value stands for "nothing": None, NaN, NaT or NA."""
    if item is None:
        return True
    if isinstance(item, float):
        return item != item  # noqa: PLR0124 - NaN is the one value unlike itself
    return type(item).__name__ in {"NAType", "NaTType"}


def build_frame(columns: Mapping[str, Any], kind: str) -> Any:
    """Build a frame of the given kind.

    Parameters
    ----------
    columns : mapping of str to sequence
        Equally long columns.
    kind : str
        One of `KINDS`.

    Returns
    -------
    pandas.DataFrame or polars.DataFrame

    Raises
    ------
    InputError
        The columns are not equally long, or the kind is unknown.

    Examples
    --------
    >>> build_frame({"label": ["a", "b"]}, "pandas").shape
    (2, 1)
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        message = f"columns must be equally long. Got {lengths} instead."
        raise InputError(message, hint="Give every column the same number of rows.")
    if kind == "pandas":
        import pandas as pd

        # one by one: an (n, d) array or a list of arrays becomes one column of objects
        return pd.DataFrame({name: _one_dimensional(column) for name, column in columns.items()})
    if kind == "polars":
        import polars as pl

        return pl.DataFrame(
            {name: column.tolist() if _is_objects(column) else column for name, column in columns.items()},
            strict=False,
        )
    message = f"kind must be one of {', '.join(KINDS)}. Got {kind!r} instead."
    raise InputError(message, hint="Ask for the kind of frame that came in.")


def _is_objects(column: object) -> bool:
    return isinstance(column, np.ndarray) and column.dtype == object


def _one_dimensional(column: Any) -> Any:
    if getattr(column, "ndim", 1) == 1 and not (isinstance(column, list) and any(_has_length(c) for c in column)):
        return column
    out = np.empty(len(column), dtype=object)
    for i, item in enumerate(column):
        out[i] = item
    return out


def _has_length(item: object) -> bool:
    return isinstance(item, (list, tuple, np.ndarray))
