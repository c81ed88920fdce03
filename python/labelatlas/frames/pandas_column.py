"""A pandas column: read, and written in place. Shared by the kinds that keep their columns in pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.frames.kind import RawLabels, as_objects, examples, python_values

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas.frames.kind import Edit


def read_values(series: Any) -> npt.NDArray[Any]:
    """Return a column as `Table.values` promises it."""
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.ArrowDtype):
        from labelatlas.frames import arrow_column

        return arrow_column.read_values(to_arrow(series))
    if isinstance(dtype, pd.CategoricalDtype):
        return as_objects([*python_values(dtype.categories.tolist()), None])[series.cat.codes.to_numpy()]
    missing = series.isna().to_numpy()
    if not missing.any():
        if dtype.kind in "iufb":
            return series.to_numpy(dtype=getattr(dtype, "numpy_dtype", dtype))
        if isinstance(dtype, pd.DatetimeTZDtype):
            return series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        if dtype.kind == "M":
            return series.to_numpy()
    return as_objects(series.to_numpy(dtype=object), missing)


def read_labels(series: Any) -> RawLabels:
    """Return a column as codes; integers, text and categories without a Python object per row."""
    import pandas as pd

    dtype = series.dtype
    words = str(dtype)
    if isinstance(dtype, pd.ArrowDtype):
        from labelatlas.frames import arrow_column

        return arrow_column.read_labels(to_arrow(series), nullable=True, words=words)
    if isinstance(dtype, pd.CategoricalDtype):
        categories = python_values(dtype.categories.tolist())
        codes = series.cat.codes.to_numpy().astype(np.int32)
        return RawLabels(codes, categories, categories, words, nullable=True)
    missing: Any = None
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        items = series.tolist()
        kinds = {type(item) for item in items}
        if any(issubclass(kind, np.generic) for kind in kinds):
            items = python_values(items)
            kinds = {type(item) for item in items}
            series = pd.Series(as_objects(items), dtype=object)
        found = examples(items) if len(kinds) > 1 else items[:1]
        if len(found) > 1 or not kinds <= {str, int, bool, type(None), *_missing_types()}:
            return RawLabels(np.empty(0, np.int32), found, None, words, nullable=True)
        holes = np.flatnonzero(series.isna().to_numpy())
        missing = items[holes[0]] if len(holes) else None
    codes, uniques = pd.factorize(series)
    plain = isinstance(dtype, np.dtype) and dtype.kind in "iub"  # numpy's own whole numbers have no missing value
    floats = dtype.kind == "f"
    return RawLabels(codes.astype(np.int32), python_values(uniques.tolist()), None, words, not plain, floats, missing)


def _missing_types() -> set[type]:
    import pandas as pd

    return {float, type(pd.NA), type(pd.NaT)}


def to_arrow(series: Any) -> Any:
    """Return an Arrow-backed column as a pyarrow.ChunkedArray."""
    import pyarrow as pa

    found = pa.array(series.array)
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def write(frame: Any, name: Any, edit: Edit) -> None:
    """Write labels into a pandas frame, in place, keeping the dtype.

    A categorical column gains the categories it needs, in order, and loses those that were gained earlier and are not
    used any more; a renamed one keeps its place. So an undo restores the dtype too.
    """
    import pandas as pd

    place = frame.columns.get_loc(name)
    series = frame.iloc[:, place]
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        _write_category(frame, place, edit)
        return
    pool, places = edit.pool()
    cells: Any
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        cells = np.empty(len(pool) + 1, dtype=object)
        cells[:] = [*pool, edit.missing]
    elif isinstance(dtype, np.dtype):
        cells = np.array(pool, dtype=dtype)
    elif isinstance(dtype, pd.ArrowDtype) and hasattr(dtype.pyarrow_dtype, "value_type"):
        frame.isetitem(place, _arrow_dictionary(series, edit))
        return
    else:
        cells = pd.array([*pool, None], dtype=dtype)
    frame.iloc[edit.rows, place] = cells[places]


def _write_category(frame: Any, place: int, edit: Edit) -> None:
    import pandas as pd

    series = frame.iloc[:, place]
    added = edit.new_categories(python_values(series.dtype.categories.tolist()))
    if added:
        frame.isetitem(place, series.cat.add_categories(added))
    dtype = frame.dtypes.iloc[place]
    categories = python_values(dtype.categories.tolist())
    frame.iloc[edit.rows, place] = pd.Categorical.from_codes(edit.lookup(categories), dtype=dtype)
    if not edit.kin and not set(edit.values[edit.known :]).intersection(categories):
        return
    series = frame.iloc[:, place]
    counts = np.bincount(series.cat.codes.to_numpy().astype(np.int64) + 1, minlength=len(categories) + 1)
    wanted = edit.categories(categories, {c for c, count in zip(categories, counts[1:], strict=True) if count})
    if wanted != categories:
        frame.isetitem(place, series.cat.set_categories(wanted))


def _arrow_dictionary(series: Any, edit: Edit) -> Any:
    import pandas as pd

    from labelatlas.frames import arrow_column

    column = arrow_column.write(to_arrow(series), edit)
    return pd.Series(pd.arrays.ArrowExtensionArray(column), index=series.index, name=series.name)
