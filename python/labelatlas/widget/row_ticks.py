"""The values of a column, each once, and the order in which people would put them."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.widget.row_text import fold
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int32Array, Int64Array, Step

_MISSING = -1
_PIECE = 8192  # values that are looked at between two steps
_SAMPLE = 4096
_PARTS = 64


@dataclass(frozen=True)
class Ticks:
    """A column as codes of its values.

    Attributes
    ----------
    codes : ndarray of shape (n,), int32
        Places in `values`; -1 = missing.
    values : tuple of str
        Each value as text, once.
    """

    codes: Int32Array
    values: tuple[str, ...]


def ticks_of(values: npt.NDArray[Any], step: Step = quiet) -> Ticks:
    """Return a column by its values, in the order in which they first come."""
    found: dict[str, int] = {}
    codes = np.full(len(values), _MISSING, dtype=np.int32)
    for start in range(0, len(values), _PIECE):
        step("reading the column", start, len(values))
        for row, value in enumerate(values[start : start + _PIECE].tolist(), start):
            if value is None or (isinstance(value, float) and math.isnan(value)):
                continue
            codes[row] = found.setdefault(tick_text(value), len(found))
    return Ticks(codes, tuple(found))


def tick_text(value: object) -> str:
    """Return a value as its tick says it: whole numbers without a point, everything else as Python writes it.

    Examples
    --------
    >>> tick_text(3.0), tick_text(True), tick_text("a")
    ('3', 'True', 'a')
    """
    if isinstance(value, float | np.floating) and math.isfinite(value) and float(value).is_integer():
        return str(int(value))
    return str(value)


def ranks_of_numbers(numbers: Float64Array) -> Int64Array:
    """Return the place of each number, shape (n,): equal ones share it, -1 = NaN."""
    _, inverse = np.unique(numbers, return_inverse=True)
    return np.where(np.isnan(numbers), _MISSING, inverse).astype(np.int64)


def ranks_of_ticks(ticks: Ticks, step: Step = quiet) -> Int64Array:
    """Return the place of each row by the order of people, shape (n,): equal values share it, -1 = missing."""
    order = sorted_by_people(ticks.values, step)
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    place[_MISSING] = _MISSING
    return place[ticks.codes]


def sorted_by_people(texts: Sequence[str], step: Step = quiet) -> list[int]:
    """Return the places of some texts in order: case and accents do not matter until all else is equal.

    They are parted by a few texts of a sample and each part is sorted alone: to sort a million at once would hold up the whole
    kernel for seconds.

    Examples
    --------
    >>> sorted_by_people(["b", "É", "e", "A"])
    [3, 0, 2, 1]
    """
    keys: list[str] = []
    for start in range(0, len(texts), _PIECE):
        step("sorting", start, 2 * len(texts))
        keys += map(fold, texts[start : start + _PIECE])
    sample = sorted(keys[:: max(1, len(keys) // _SAMPLE)])
    edges = sample[:: max(1, len(sample) // _PARTS)] if len(keys) > _PIECE else []
    parts: list[list[int]] = [[] for _ in range(len(edges) + 1)]
    for place, key in enumerate(keys):
        parts[bisect_right(edges, key)].append(place)
    order: list[int] = []
    for part in parts:
        step("sorting", len(keys) + len(order), 2 * len(keys))
        order += sorted(part, key=lambda place: (keys[place], texts[place]))
    return order
