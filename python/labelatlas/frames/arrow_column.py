"""An Arrow column: read, and written anew. Shared by the kinds that keep their columns in Arrow."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames.kind import RawLabels, as_objects, examples, split

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas.frames.kind import Edit


def read_values(column: Any) -> npt.NDArray[Any]:
    """Return a pyarrow.ChunkedArray as `Table.values` promises it."""
    import pyarrow as pa
    import pyarrow.types as of

    kind = column.type
    if of.is_dictionary(kind):
        return read_values(column.cast(kind.value_type))
    if of.is_boolean(kind) or of.is_integer(kind) or of.is_floating(kind):
        if not column.null_count:
            return column.to_numpy()
        missing = column.is_null().to_numpy()
        filled = column.fill_null(pa.scalar(0, pa.int64()).cast(kind) if kind != pa.bool_() else False).to_numpy()
        if of.is_floating(kind):
            missing = missing | np.isnan(filled)
        return as_objects(filled.astype(object), missing)
    if of.is_timestamp(kind) and not column.null_count:
        return column.to_numpy()
    if _is_text(kind):
        return column.cast(pa.large_string()).to_numpy()
    return _numbers_in_lists(column) if _holds_numbers(kind) else as_objects(column.to_pylist())


def _is_text(kind: Any) -> bool:
    import pyarrow.types as of

    return of.is_string(kind) or of.is_large_string(kind) or str(kind) == "string_view"


def _holds_numbers(kind: Any) -> bool:
    import pyarrow.types as of

    lists = of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind)
    return lists and (of.is_integer(kind.value_type) or of.is_floating(kind.value_type))


def _numbers_in_lists(column: Any) -> npt.NDArray[Any]:
    """Return the lists of a column as arrays: a million vectors must not become a billion Python floats."""
    import pyarrow.compute as pc

    flat = pc.call_function("list_flatten", [column])
    if column.null_count or flat.null_count:
        return as_objects(column.to_pylist())
    sizes = pc.call_function("list_value_length", [column]).to_numpy()
    return split(flat.to_numpy(), np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]))


def read_labels(column: Any, *, nullable: bool, words: str = "") -> RawLabels:
    """Return a pyarrow.ChunkedArray as codes."""
    import pyarrow.types as of

    kind = column.type
    words = words or str(kind)
    if of.is_dictionary(kind):
        return _read_dictionary(column, words, nullable=nullable)
    if of.is_null(kind):
        return RawLabels(np.full(len(column), -1, np.int32), [], None, words, nullable)
    if of.is_floating(kind):
        return RawLabels(
            np.empty(0, np.int32), column.drop_null().unique().to_pylist(), None, words, nullable, floats=True
        )
    if not (_is_text(kind) or of.is_integer(kind) or of.is_boolean(kind)):
        return RawLabels(np.empty(0, np.int32), examples(column.to_pylist()), None, words, nullable)
    if str(kind) == "string_view":
        import pyarrow as pa

        column = column.cast(pa.large_string())
    codes, uniques = _encode(column)
    return RawLabels(codes, uniques, None, words, nullable)


def _read_dictionary(column: Any, words: str, *, nullable: bool) -> RawLabels:
    codes, items = _encode(column)
    # a dictionary may repeat a value, or hold a null of its own
    uniques = [v for v in dict.fromkeys(items) if v is not None]
    place = {value: i for i, value in enumerate(uniques)}
    table = np.array([*(place.get(v, -1) for v in items), -1], dtype=np.int32)
    floats = bool(uniques) and all(type(v) is float for v in uniques)
    return RawLabels(table[codes], uniques, uniques, words, nullable, floats)


def _encode(column: Any) -> tuple[npt.NDArray[np.int32], list[Any]]:
    import pyarrow as pa

    if not len(column):
        return np.empty(0, np.int32), list(_empty_dictionary(column))
    encoded = column.dictionary_encode().unify_dictionaries()
    items = encoded.chunk(0).dictionary.to_pylist()
    parts = [chunk.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False) for chunk in encoded.chunks]
    return np.concatenate(parts).astype(np.int32), items


def _empty_dictionary(column: Any) -> list[Any]:
    known = column.num_chunks and hasattr(column.chunk(0), "dictionary")
    return column.chunk(0).dictionary.to_pylist() if known else []


def write(column: Any, edit: Edit) -> Any:
    """Return a pyarrow.ChunkedArray with new labels, of the same type and in chunks of the same lengths.

    A dictionary gains the labels it lacks at its end, and wider indices when the old ones cannot count that far.
    """
    import pyarrow as pa
    import pyarrow.types as of

    kind = column.type
    if not len(edit.rows):
        return column
    if of.is_dictionary(kind):
        return _write_dictionary(column, edit)
    if of.is_null(kind):
        kind = pa.string()
        column = column.cast(kind)
    pool, places = edit.pool()
    fresh = pa.array([*pool, None], type=kind)
    order = np.arange(len(column), dtype=np.int64)
    order[edit.rows] = len(column) + places
    whole = pa.chunked_array([*column.chunks, fresh], type=kind).take(pa.array(order))
    return _like(whole, column)


def _write_dictionary(column: Any, edit: Edit) -> Any:
    import pyarrow as pa

    kind = column.type
    codes, items = _encode(column)
    codes = codes.astype(np.int64)
    values = [*items, *edit.new_categories(items)]
    codes[edit.rows] = edit.lookup(values)
    if edit.kin:
        used = {values[code] for code in np.unique(codes).tolist() if code >= 0}
        wanted = edit.categories([v for v in values if v is not None], used)
        codes = np.array([*(wanted.index(v) if v in wanted else -1 for v in values), -1])[codes]
        values = wanted
    bits = kind.index_type.bit_width
    index_type = kind.index_type if len(values) < 2 ** (bits - 1) else pa.int32()
    indices = pa.array(codes, mask=codes < 0).cast(index_type)
    whole = pa.DictionaryArray.from_arrays(indices, pa.array(values, type=kind.value_type), ordered=kind.ordered)
    return _like(pa.chunked_array([whole]), column)


def _like(whole: Any, column: Any) -> Any:
    import pyarrow as pa

    ends = np.cumsum([0, *(len(chunk) for chunk in column.chunks)]).tolist()
    pieces: list[Any] = []
    for start, end in itertools.pairwise(ends):
        pieces += whole.slice(start, end - start).chunks
    return pa.chunked_array(pieces, type=whole.type)


def with_labels(table: Any, name: str, into: str, edit: Edit, *, fresh: Any = None) -> Any:
    """Return a pyarrow.Table with column `into` = column `name`, edited; metadata of table and field are kept."""
    field = table.schema.field(name)
    column = write(table.column(name), edit) if fresh is None else fresh
    field = field.with_type(column.type)
    if into in table.column_names:
        return table.set_column(table.column_names.index(into), field.with_name(into), column)
    return table.append_column(field.with_name(into), column)
