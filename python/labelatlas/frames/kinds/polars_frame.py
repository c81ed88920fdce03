"""polars.DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames.kind import FrameKind, RawLabels, as_objects, examples, is_instance_of, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas.frames.kind import Edit


class PolarsFrame(FrameKind):
    """A polars frame: it cannot be changed in place."""

    name = "polars"
    results = "polars"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a polars DataFrame."""
        return is_instance_of(data, "polars", "DataFrame")

    def hold(self, data: Any) -> Any:
        """Return a clone: its columns are shared, and a column put into the caller's frame is not seen."""
        return data.clone()

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        return list(store.columns)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions."""
        return store[np.asarray(rows, dtype=np.int64)]

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as an array."""
        import polars as pl

        series = store[name]
        dtype = series.dtype
        if dtype == pl.Boolean or (dtype.is_numeric() and not isinstance(dtype, pl.Decimal)):
            if not series.null_count():
                return series.to_numpy()
            filled = series.fill_null(False if dtype == pl.Boolean else 0).to_numpy()
            missing = series.is_null().to_numpy()
            return as_objects(filled.astype(object), missing | np.isnan(filled) if dtype.is_float() else missing)
        if isinstance(dtype, pl.Datetime) and not series.null_count():
            return series.to_numpy()
        if dtype in (pl.String, pl.Categorical, pl.Enum):
            return series.cast(pl.String).to_numpy()
        if isinstance(dtype, (pl.List, pl.Array)):
            return _lists(series)
        return as_objects(series.to_list())

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes."""
        import polars as pl

        series = store[name]
        dtype = series.dtype
        words = str(dtype)
        if dtype.is_float():
            uniques = series.drop_nulls().drop_nans().unique().to_list()
            return RawLabels(np.empty(0, np.int32), uniques, None, words, nullable=True, floats=True)
        text = dtype in (pl.String, pl.Categorical, pl.Enum)
        if not (text or dtype.is_integer() or dtype in (pl.Boolean, pl.Null)):
            return RawLabels(np.empty(0, np.int32), examples(series.to_list()), None, words, nullable=True)
        categories = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else None
        uniques = series.drop_nulls().unique(maintain_order=True)
        if not len(uniques):
            return RawLabels(np.full(len(series), -1, np.int32), categories or [], categories, words, nullable=True)
        plain = series.cast(pl.String) if text else series
        known = uniques.cast(pl.String) if text else uniques
        order = pl.Series(range(len(known)), dtype=pl.Int32)
        codes = plain.replace_strict(known, order, default=-1, return_dtype=pl.Int32).fill_null(-1).to_numpy()
        return RawLabels(codes, known.to_list(), categories, words, nullable=True)

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the frame with column `into` = column `name`, edited."""
        return store.with_columns(_edited(store[name], edit).alias(into))

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the frame with more columns at its end."""
        import polars as pl

        new = [
            pl.Series(name, column.tolist(), dtype=pl.String) if column.dtype == object else pl.Series(name, column)
            for name, column in columns.items()
        ]
        return store.with_columns(*new)

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new polars frame."""
        import polars as pl

        return pl.DataFrame(
            {name: column.tolist() if _is_objects(column) else column for name, column in columns.items()},
            strict=False,
        )


def _is_objects(column: object) -> bool:
    return isinstance(column, np.ndarray) and column.dtype == object


def _lists(series: Any) -> npt.NDArray[Any]:
    """Return lists of numbers as arrays: a million vectors must not become a billion Python floats."""
    import polars as pl

    lists = series.arr.to_list() if isinstance(series.dtype, pl.Array) else series
    if not lists.dtype.inner.is_numeric() or lists.null_count() or (lists.list.len() == 0).any():
        return as_objects(series.to_list())
    flat = lists.explode()
    if flat.null_count():
        return as_objects(series.to_list())
    ends = lists.list.len().cum_sum().to_numpy()
    return split(flat.to_numpy(), np.concatenate([[0], ends]).astype(np.int64))


def _edited(series: Any, edit: Edit) -> Any:
    import polars as pl

    if not len(edit.rows):
        return series
    dtype = series.dtype
    if isinstance(dtype, pl.Enum):
        known = dtype.categories.to_list()
        added = edit.new_categories(known)
        dtype = pl.Enum([*known, *map(str, added)]) if added else dtype
    elif dtype == pl.Null:
        dtype = pl.String
    pool, places = edit.pool()
    order = np.arange(len(series), dtype=np.int64)
    order[edit.rows] = len(series) + places
    both = pl.concat([series.cast(dtype).rechunk(), pl.Series(series.name, [*pool, None], dtype=dtype)])
    out = both.gather(order)
    if isinstance(dtype, pl.Enum) and edit.kin:
        wanted = edit.categories(dtype.categories.to_list(), set(out.cast(pl.String).unique().to_list()))
        out = out.cast(pl.String).cast(pl.Enum(wanted))
    return out
