"""A frame of any kind, read column by column, and results as frames of that kind.

Each kind of frame reads its own columns (see `kinds`). What comes out is always a numpy array: of numbers when the column is
numeric and complete, else of Python objects with None for missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import ColumnNotFoundError, InputError
from labelatlas.frames.kind import is_instance_of
from labelatlas.frames.kinds import KINDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from labelatlas.frames.kind import FrameKind, RawLabels


@dataclass(frozen=True)
class Table:
    """A frame as the rest of the package sees it; the frame itself is never changed through it.

    Attributes
    ----------
    store : object
        What the kind keeps of the caller's frame: a shallow copy, or the rows of something lazy.
    kind : str
        One of `KINDS`.
    """

    store: Any
    kind: str

    @classmethod
    def from_any(cls, data: object) -> Table:
        """Recognise a frame of any kind in `KINDS`, or a mapping of names to equally long columns (read as pandas).

        Parameters
        ----------
        data : object
            The frame. Something lazy (a polars LazyFrame, a DuckDB relation) is run once.

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
        for kind in KINDS.values():
            if kind.recognises(data):
                return cls(kind.hold(data), kind.name)
        if is_instance_of(data, "datasets", "DatasetDict") or is_instance_of(data, "datasets", "IterableDataset"):
            message = f"data must be one frame. Got a {type(data).__name__} instead."
            raise InputError(
                message, hint="Pass one split that has rows: data['train']; a stream: Dataset.from_list(list(data))."
            )
        if isinstance(data, Mapping):
            return cls(build_frame(data, "pandas"), "pandas")
        message = (
            "data must be a DataFrame (pandas, polars, pyarrow, DuckDB, datasets, AnnData) or a dict of columns. "
            f"Got {type(data).__name__} instead."
        )
        raise InputError(message, hint="Convert it first, for example with .to_pandas() or pandas.DataFrame(data).")

    @property
    def native(self) -> Any:
        """Return the rows as a frame of the caller's kind."""
        return self._kind.give(self.store)

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        return self._kind.n_rows(self.store)

    @property
    def column_names(self) -> list[str]:
        """Return the names of the columns, in order."""
        return self._kind.column_names(self.store)

    @property
    def index(self) -> Any:
        """Return the pandas Index of the rows (of `obs` for AnnData); None where rows have no names of their own."""
        return self._kind.index(self.store)

    @property
    def _kind(self) -> FrameKind:
        return KINDS[self.kind]

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
        try:
            hash(name)
        except TypeError:
            message = f"{parameter} must be the name of a column of the frame. Got a {type(name).__name__} instead."
            raise InputError(message, hint="Put what it holds into a column, and name that.") from None
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
        return Table(self._kind.take(self.store, rows), self.kind)

    def labels(self, name: str) -> RawLabels:
        """Return a column as codes.

        Parameters
        ----------
        name : str
            A column.

        Returns
        -------
        RawLabels
            Whatever the column holds; `read_labels` says whether these can be labels.
        """
        return self._kind.labels(self.store, name)

    def vectors(self, name: str, parameter: str) -> npt.NDArray[Any]:
        """Return vectors by name: a matrix kept beside the columns (`obsm` of AnnData), else a column of vectors.

        Parameters
        ----------
        name : str
            What the caller named.
        parameter : str
            The parameter it was given for.

        Returns
        -------
        ndarray of shape (n_rows, d), or of shape (n_rows,) of vectors

        Raises
        ------
        ColumnNotFoundError
            There is neither.
        """
        found = self._kind.vectors(self.store, name)
        if found is not None:
            return found
        self.require(name, parameter)
        return self.values(name)

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
        return self._kind.values(self.store, name)


def build_frame(columns: Mapping[str, Any], kind: str) -> Any:
    """Build a frame of the given kind.

    Parameters
    ----------
    columns : mapping of str to sequence
        Equally long columns.
    kind : str
        One of `KINDS`. A result of "polars_lazy" is a polars frame; of "duckdb", "datasets" and "anndata" a pandas frame, which
        each of these libraries takes as it is.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table

    Raises
    ------
    InputError
        The columns are not equally long, or the kind is unknown.

    Examples
    --------
    >>> build_frame({"label": ["a", "b"]}, "pandas").shape
    (2, 1)
    """
    single = [name for name, column in columns.items() if not hasattr(column, "__len__")]
    if single:
        message = f"columns must be sequences. Got {type(columns[single[0]]).__name__} for {single[0]!r} instead."
        raise InputError(message, hint="Repeat a value that is the same in all rows: [value] * n.")
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        message = f"columns must be equally long. Got {lengths} instead."
        raise InputError(message, hint="Give every column the same number of rows.")
    if kind not in KINDS:
        message = f"kind must be one of {', '.join(KINDS)}. Got {kind!r} instead."
        raise InputError(message, hint="Ask for the kind of frame that came in.")
    return KINDS[KINDS[kind].results].build(columns)
