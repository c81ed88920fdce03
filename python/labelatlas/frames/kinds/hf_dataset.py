"""datasets.Dataset of Hugging Face; labels of a ClassLabel column are its names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.frames import arrow_column
from labelatlas.frames.kind import Edit, FrameKind, RawLabels, as_objects, is_instance_of
from labelatlas.frames.kinds.arrow_table import ArrowTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

_ARROW = ArrowTable()


class HfDataset(FrameKind):
    """A dataset: it cannot be changed in place, and stays on disk where it is. Findings are pandas frames."""

    name = "datasets"
    results = "pandas"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a Dataset (one split; neither a DatasetDict nor a stream)."""
        return is_instance_of(data, "datasets", "Dataset")

    def hold(self, data: Any) -> Any:
        """Return the dataset itself."""
        return data

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        return list(store.column_names)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions."""
        return store.select(np.asarray(rows, dtype=np.int64))

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as an array; images come decoded."""
        feature = store.features[name]
        if hasattr(feature, "decode_example") and not hasattr(feature, "names"):
            return as_objects(list(store.with_format(None).select_columns([name])[:][name]))
        return arrow_column.read_values(_arrow(store, name))

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes; -1 in a ClassLabel column is the library's own word for unlabelled."""
        names = getattr(store.features[name], "names", None)
        column = _arrow(store, name)
        if names is None:
            return arrow_column.read_labels(column, nullable=True)
        codes = column.fill_null(UNLABELLED).to_numpy().astype(np.int32)
        return RawLabels(np.maximum(codes, UNLABELLED), list(names), list(names), "ClassLabel", nullable=True)

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the dataset with column `into` = column `name`, edited; a ClassLabel gains the names it lacks."""
        feature = store.features[name]
        column = _arrow(store, name)
        if hasattr(feature, "names"):
            feature, edit = _numbers(feature, column, edit)
        elif len(edit.rows):
            feature = _feature(arrow_column.write(column, edit).type)
        return _put(store, into, arrow_column.write(column, edit), feature)

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the dataset with more columns at its end."""
        import pyarrow as pa

        for name, column in columns.items():
            cells = pa.chunked_array([pa.array(column, pa.string() if column.dtype == object else None)])
            store = _put(store, name, cells, _feature(cells.type))
        return store

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new dataset, in memory."""
        import datasets

        return datasets.Dataset(_ARROW.build(columns))


def _arrow(data: Any, name: str) -> Any:
    return data.with_format("arrow").select_columns([name])[:].column(name)


def _feature(kind: Any) -> Any:
    import datasets
    import pyarrow as pa

    return datasets.Features.from_arrow_schema(pa.schema([("x", kind)]))["x"]


def _numbers(feature: Any, column: Any, edit: Edit) -> tuple[Any, Edit]:
    """Return the ClassLabel with all names it needs, and the edit in its numbers."""
    import datasets

    names = [*feature.names, *map(str, edit.new_categories(feature.names))]
    if edit.kin:
        numbers = column.fill_null(UNLABELLED).to_numpy().astype(np.int64)
        numbers[edit.rows] = edit.lookup(names)
        names = edit.categories(names, {names[number] for number in np.unique(numbers).tolist() if number >= 0})
    if names != feature.names:
        feature = datasets.ClassLabel(names=names)
    places = edit.lookup(names).astype(np.int32)
    values: tuple[int, ...] = tuple(range(len(names)))
    if (column.drop_null().to_numpy() == UNLABELLED).any():  # the column says -1 for unlabelled, and goes on to say so
        values = (*values, UNLABELLED)
        places = np.where(places < 0, len(names), places).astype(np.int32)
    return feature, replace(edit, codes=places, values=values)


def _put(data: Any, name: str, column: Any, feature: Any) -> Any:
    """Return the dataset with one column new or replaced, in its place; the others stay where they are, on disk too."""
    order = data.column_names
    shown = data.format["columns"]
    if name in order:
        data = data.remove_columns(name)
    else:
        order = [*order, name]
        shown = [*shown, name]
    out = data.add_column(name, column.combine_chunks(), feature=feature).select_columns(order)
    return out.with_format(data.format["type"], columns=shown, **data.format["format_kwargs"])
