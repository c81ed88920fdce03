"""duckdb.DuckDBPyRelation: its rows are fetched once, and come back as a relation of the same connection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from labelatlas.frames import arrow_column
from labelatlas.frames.kind import FrameKind, is_instance_of
from labelatlas.frames.kinds.arrow_table import ArrowTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from labelatlas.frames.kind import Edit, RawLabels

_ARROW = ArrowTable()


@dataclass(frozen=True)
class Fetched:
    """The rows of a relation.

    Attributes
    ----------
    table : pyarrow.Table
        The rows.
    types : dict of str to str
        DuckDB's type of each column that came in: Arrow knows neither UUID nor HUGEINT.
    relation : duckdb.DuckDBPyRelation
        Where they came from.
    """

    table: Any
    types: dict[str, str]
    relation: Any


class DuckDBRelation(FrameKind):
    """A DuckDB query. Findings are pandas frames: any connection can query those by name."""

    name = "duckdb"
    results = "pandas"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a DuckDB relation."""
        return is_instance_of(data, "duckdb", "DuckDBPyRelation")

    def hold(self, data: Any) -> Any:
        """Return the rows: a query without ORDER BY may answer in another order next time."""
        return Fetched(data.to_arrow_table(), dict(zip(data.columns, map(str, data.types), strict=True)), data)

    def give(self, store: Any) -> Any:
        """Return a relation over the rows, on the connection that they came from, each column of its old type."""
        rows = store.table
        # DuckDB finds `rows` by its name in this frame, and keeps it
        out = store.relation.query("labelatlas_rows", "SELECT * FROM rows")
        del rows
        cells: list[str] = []
        for name, kind in zip(out.columns, map(str, out.types), strict=True):
            quoted = '"' + name.replace('"', '""') + '"'
            wanted = store.types.get(name, kind)
            cells.append(quoted if wanted == kind else f"CAST({quoted} AS {wanted}) AS {quoted}")
        return out.project(", ".join(cells))

    def n_rows(self, store: Any) -> int:
        """Return the number of rows."""
        return _ARROW.n_rows(store.table)

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        return _ARROW.column_names(store.table)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions."""
        return replace(store, table=_ARROW.take(store.table, rows))

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as an array."""
        return _ARROW.values(store.table, name)

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes."""
        words: str = store.types.get(name, "")
        return arrow_column.read_labels(store.table.column(name), nullable=True, words=_INTEGERS.get(words, words))

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the rows with column `into` = column `name`, edited; an ENUM gains the labels that it lacks."""
        table = _ARROW.with_labels(store.table, name, into, edit)
        kind = store.types[name]
        if kind.startswith("ENUM("):
            known = arrow_column.read_labels(table.column(into), nullable=True).uniques
            kind = "ENUM(" + ", ".join("'" + str(v).replace("'", "''") + "'" for v in known) + ")"
        return replace(store, table=table, types={**store.types, into: kind})

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the rows with more columns at their end."""
        return replace(store, table=_ARROW.with_columns(store.table, columns))

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new relation, on the default connection."""
        import duckdb

        return duckdb.from_arrow(_ARROW.build(columns))


_INTEGERS = {
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "UTINYINT": "uint8",
    "USMALLINT": "uint16",
    "UINTEGER": "uint32",
    "UBIGINT": "uint64",
}
