"""Columns of a table as vectors: numbers scaled so that outliers do not rule, categories one-hot, gaps marked.

Each column is brought to about the same weight: two rows that differ in it by a usual amount are at a squared distance of
about 2, whatever the column's kind. Numbers are centred on the median and divided by the interquartile range of a normal
distribution (P. J. Rousseeuw, C. Croux, "Alternatives to the median absolute deviation", 1993, on such scales).
"""

from __future__ import annotations

import datetime as dt
import logging
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.embed._embedding import Embedding, as_vectors, check_rows
from labelatlas.embed._text import is_missing
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelatlas._typing import BoolArray, Float64Array

_logger = logging.getLogger(__name__)

_NORMAL_IQR = 1.349
"""Interquartile range of the standard normal distribution."""
_CLIP = 5.0


def embed_features(
    columns: Mapping[str, Any],
    *,
    max_categories: int = 20,
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
) -> Embedding:
    """Return the columns of a table as vectors.

    Parameters
    ----------
    columns : mapping of str to array-like of shape (n,)
        Numbers, booleans, dates and durations, or anything with a text form (categories). Missing values are None, NaN, NaT
        or a DataFrame library's NA.
    max_categories : int
        Most one-hot columns for one column: its commonest values; the others share one more.
    seed : int
        Not used: all embedders are called alike.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, metric "euclidean". Numbers are scaled by median and interquartile range and clipped to
        [-5, 5] (infinities too); missing ones lie at the median, with a column that says so. Constant columns and columns
        of texts that never repeat are left out (and logged).

    Raises
    ------
    InputError
        No columns, no rows, columns of several lengths, values without a text form, or nothing left to compare.

    References
    ----------
    P. J. Rousseeuw, C. Croux, "Alternatives to the median absolute deviation", 1993.

    Examples
    --------
    >>> embed_features({"age": [30, 40, None], "town": ["Bern", "Basel", "Bern"]}).vectors.shape
    (3, 4)
    """
    if not columns:
        raise InputError("expected at least one feature column. Got none instead.", hint="Name them in features=[...].")
    if max_categories < 1:
        raise InputError(f"max_categories must be at least 1. Got {max_categories} instead.")
    arrays = {name: _as_column(name, values) for name, values in columns.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    n = next(iter(lengths.values()))
    if len(set(lengths.values())) > 1:
        raise InputError(f"columns must be of one length. Got {lengths} instead.")
    check_rows(n)
    parts = {name: _encode(name, array, max_categories) for name, array in arrays.items()}
    if n == 1:  # nothing to compare with, so nothing varies: a defined place for a single row
        return Embedding(np.zeros((1, len(parts)), dtype=np.float32), "euclidean", f"features: {len(parts)} column(s)")
    unused = [name for name, part in parts.items() if part.shape[1] == 0]
    if len(unused) == len(parts):
        raise InputError(
            f"expected a column whose values differ and repeat. Got none in {', '.join(map(str, parts))} instead.",
            hint="Constant columns and identifiers place nothing on a map; text belongs in text=.",
        )
    if unused:
        _logger.info("columns left out, as they tell no rows apart or all: %s", ", ".join(map(str, unused)))
    vectors = as_vectors(np.hstack(list(parts.values())))
    return Embedding(vectors, "euclidean", f"features: {len(parts) - len(unused)} column(s)")


def _as_column(name: str, values: Any) -> np.ndarray[Any, Any]:
    """Return a 1-D array, of objects where numpy would guess."""
    array = values if isinstance(values, np.ndarray) else _objects(list(values))
    if array.ndim != 1:
        raise InputError(
            f"feature column {name!r} must be 1-D. Got {array.ndim} dimensions instead.",
            hint="A column of vectors belongs in embedding=.",
        )
    return array


def _objects(values: list[Any]) -> np.ndarray[Any, Any]:
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


def _encode(name: str, column: np.ndarray[Any, Any], max_categories: int) -> Float64Array:
    """Return the vector columns of one feature column, (n, 0) when it tells nothing."""
    kind = column.dtype.kind
    if kind in "Mm":
        missing = np.isnat(column)
        return _encode_numbers(column.astype("M8[us]" if kind == "M" else "m8[us]").astype(np.int64), missing)
    if kind == "b":
        return _encode_numbers(column.astype(np.float64), np.zeros(len(column), dtype=np.bool_), boolean=True)
    if kind in "fiu":
        return _encode_numbers(column, np.isnan(column) if kind == "f" else np.zeros(len(column), dtype=np.bool_))
    if kind == "c":
        raise InputError(f"feature column {name!r} must not be complex.", hint="Split it into two columns.")
    values = column.tolist() if kind in "US" else list(column)
    missing = np.array([is_missing(value) for value in values], dtype=np.bool_)
    present = [value for value, gone in zip(values, missing, strict=True) if not gone]
    if present and all(isinstance(value, bool | np.bool_) for value in present):
        return _encode_numbers(_fill(present, missing), missing, boolean=True)
    if present and all(isinstance(value, numbers.Number) and not isinstance(value, complex) for value in present):
        filled = _fill([float(value) for value in present], missing)
        return _encode_numbers(filled, missing | np.isnan(filled))
    if present and all(isinstance(value, dt.date | np.datetime64) for value in present):
        return _encode_numbers(_fill([_microseconds(value) for value in present], missing), missing)
    if present and all(isinstance(value, dt.timedelta) for value in present):
        return _encode_numbers(_fill([value.total_seconds() for value in present], missing), missing)
    if any(isinstance(value, list | dict | set | np.ndarray) for value in present):
        raise InputError(
            f"feature column {name!r} must hold numbers, booleans, dates or categories. Got collections instead.",
            hint="A column of vectors belongs in embedding=.",
        )
    return _encode_categories(values, missing, max_categories)


def _fill(present: list[Any], missing: BoolArray) -> Float64Array:
    """Return values at their rows, 0 where missing."""
    filled = np.zeros(len(missing))
    filled[~missing] = np.asarray(present, dtype=np.float64)
    return filled


def _microseconds(value: Any) -> float:
    """Return a date as microseconds; dates with a time zone are compared in UTC."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return float(np.datetime64(value, "us").astype(np.int64))


def _encode_numbers(values: np.ndarray[Any, Any], missing: BoolArray, *, boolean: bool = False) -> Float64Array:
    numbers_ = values.astype(np.float64)
    finite = np.isfinite(numbers_) & ~missing
    parts: list[Float64Array] = []
    known = numbers_[finite]
    if len(known) == 0 and not np.isinf(numbers_[~missing]).any():
        return np.empty((len(values), 0))  # all are missing
    peak = float(np.abs(known).max()) if len(known) else 0.0
    shrink = max(peak, 1e-300) if peak > 1e150 else 1.0
    numbers_, known = numbers_ / shrink, known / shrink
    middle = float(np.median(known)) if len(known) else 0.0
    if boolean:
        scaled = (numbers_ - 0.5) * np.sqrt(2.0)  # a disagreement weighs what one between two categories does
    else:
        low, high = np.quantile(known, [0.25, 0.75]) if len(known) else (0.0, 0.0)
        width = float(high - low) / _NORMAL_IQR
        spread = width if width > 0.0 else float(known.std()) if len(known) else 0.0
        scaled = np.clip((numbers_ - middle) / (spread if spread > 0.0 else 1.0), -_CLIP, _CLIP)
    scaled = np.where(missing, 0.0, scaled)
    if (scaled[~missing] != scaled[~missing][0]).any():
        parts.append(scaled)
    if missing.any():
        parts.append(missing.astype(np.float64))
    return np.stack(parts, axis=1) if parts else np.empty((len(values), 0))


def _encode_categories(values: list[Any], missing: BoolArray, max_categories: int) -> Float64Array:
    names = np.array(["" if gone else str(value) for value, gone in zip(values, missing, strict=True)], dtype=object)
    kinds, counts = np.unique(names[~missing].astype(str), return_counts=True)
    n = len(values)
    if len(kinds) + bool(missing.any()) <= 1 or (counts.max() == 1 and len(kinds) > max_categories):
        return np.empty((n, 0))  # constant, or an identifier
    commonest = kinds[np.argsort(-counts, kind="stable")][:max_categories]
    one_hot = [(names == kind) & ~missing for kind in commonest.tolist()]
    if len(kinds) > max_categories:
        one_hot.append(~missing & ~np.any(one_hot, axis=0))
    if missing.any():
        one_hot.append(missing)
    return np.stack(one_hot, axis=1).astype(np.float64)


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    rows = np.arange(n)
    return ({"size": np.sqrt(rows.astype(np.float64)), "shop": np.array(["a", "b", "c"], dtype=object)[rows % 3]},)
