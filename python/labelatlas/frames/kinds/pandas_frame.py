"""pandas.DataFrame, with any index and any dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames import pandas_column
from labelatlas.frames.kind import FrameKind, is_instance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas.frames.kind import Edit, RawLabels


class PandasFrame(FrameKind):
    """A pandas frame; live sync writes into the caller's own."""

    name = "pandas"
    results = "pandas"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a pandas DataFrame."""
        return is_instance_of(data, "pandas", "DataFrame")

    def hold(self, data: Any) -> Any:
        """Return a shallow copy: the caller's frame may be changed in place."""
        return data.copy(deep=False)

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        return list(store.columns)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions."""
        return store.iloc[rows]

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as an array."""
        return pandas_column.read_values(store[name])

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes."""
        return pandas_column.read_labels(store[name])

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the frame with column `into` = column `name`, edited."""
        out = store.copy(deep=False)
        if into in out.columns:
            out.isetitem(out.columns.get_loc(into), store[name].copy())
        else:
            out[into] = store[name].copy()
        if len(edit.rows):
            pandas_column.write(out, into, edit)
        return out

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the frame with more columns at its end."""
        import pandas as pd

        out = store.copy(deep=False)
        text = pd.Series(
            ["x"]
        ).dtype  # "str" since pandas 3; before, objects, of which "str" would spell out the missing ones
        for name, column in columns.items():
            out[name] = pd.Series(column, index=out.index, dtype=text if column.dtype.kind == "O" else column.dtype)
        return out

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new pandas frame."""
        import pandas as pd

        # one by one: an (n, d) array or a list of arrays becomes one column of objects
        return pd.DataFrame({name: _one_dimensional(column) for name, column in columns.items()})

    def index(self, store: Any) -> Any:
        """Return the index."""
        return store.index

    def live(self, data: Any) -> Any:
        """Return the caller's frame itself."""
        return data


def _one_dimensional(column: Any) -> Any:
    if getattr(column, "ndim", 1) == 1 and not (isinstance(column, list) and any(_has_length(c) for c in column)):
        return column
    out = np.empty(len(column), dtype=object)
    for i, item in enumerate(column):
        out[i] = item
    return out


def _has_length(item: object) -> bool:
    return isinstance(item, (list, tuple, np.ndarray))
