"""pyarrow.Table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames import arrow_column
from labelatlas.frames.kind import FrameKind, is_instance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas.frames.kind import Edit, RawLabels


class ArrowTable(FrameKind):
    """An Arrow table: it cannot be changed at all."""

    name = "pyarrow"
    results = "pyarrow"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a pyarrow Table."""
        return is_instance_of(data, "pyarrow", "Table")

    def hold(self, data: Any) -> Any:
        """Return the table itself."""
        return data

    def n_rows(self, store: Any) -> int:
        """Return the number of rows."""
        return int(store.num_rows)

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        return list(store.column_names)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions."""
        return store.take(np.asarray(rows, dtype=np.int64))

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as an array."""
        return arrow_column.read_values(store.column(name))

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes."""
        return arrow_column.read_labels(store.column(name), nullable=store.schema.field(name).nullable)

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the table with column `into` = column `name`, edited."""
        return arrow_column.with_labels(store, name, into, edit)

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the table with more columns at its end."""
        import pyarrow as pa

        for name, column in columns.items():
            store = store.append_column(name, pa.array(column, pa.string() if column.dtype == object else None))
        return store

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new table."""
        import pyarrow as pa

        return pa.table({name: pa.array(_cells(column)) for name, column in columns.items()})


def _cells(column: Any) -> Any:
    if hasattr(column, "to_pylist") or (isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype != object):
        return column
    return list(column)
