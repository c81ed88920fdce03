"""What a kind of frame must be able to do: the one contract between the DataFrame libraries and the rest of the house.

A kind is one object. It recognises the caller's object, holds it (a shallow copy, or the rows of something lazy), reads its
columns as numpy arrays, and gives a frame of the same kind back with one column changed. It never changes what it was given.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int32Array, Int64Array

LabelValue: TypeAlias = str | int | bool
Kin: TypeAlias = "Mapping[LabelValue, tuple[LabelValue, ...]]"


@dataclass(frozen=True)
class RawLabels:
    """A label column as a kind reads it, before anybody asked whether these can be labels.

    Attributes
    ----------
    codes : ndarray of shape (n,), int32
        Places in `uniques`; -1 = missing. Empty when the values are of a type that no label has.
    uniques : list
        Distinct values as Python objects; when the types are mixed or no label types, one example of each type.
    categories : list or None
        The categories that the dtype lists, in its order; all of them are among the labels.
    dtype : str
        The dtype in words.
    nullable : bool
        Whether the column can hold a missing value.
    floats : bool
        Whether the dtype is one of fractions.
    missing : object
        What the column itself writes for a missing value, where there are several ways (objects).
    """

    codes: Int32Array
    uniques: list[Any]
    categories: list[Any] | None
    dtype: str
    nullable: bool
    floats: bool = False
    missing: Any = None


@dataclass(frozen=True)
class Edit:
    """New labels for some rows of a column.

    Attributes
    ----------
    rows : ndarray of shape (m,), int64
        Positions, without repeats.
    codes : ndarray of shape (m,), int32
        Places in `values`; -1 = unlabelled.
    values : tuple
        Labels by code.
    known : int
        The first `known` values were there when the column was read; the others were gained by edits.
    missing : object
        What an object column holds for "unlabelled".
    kin : mapping
        The names that a label had and has by being renamed, each with all of them.
    """

    rows: Int64Array
    codes: Int32Array
    values: tuple[LabelValue, ...]
    known: int
    missing: Any = None
    kin: Kin = field(default_factory=dict)

    def new_categories(self, held: Sequence[Any]) -> list[LabelValue]:
        """Return the labels that are written and not in `held`, in the order in which they were gained."""
        have = set(held)
        return [self.values[c] for c in np.unique(self.codes) if c >= 0 and self.values[c] not in have]

    def categories(self, held: Sequence[Any], used: Collection[Any]) -> list[Any]:
        """Return the categories of a column once its labels are written.

        A renamed one has the place of the name that it had before; one that an edit brought goes when no row holds it. What the
        caller added or put in another order stays.

        Parameters
        ----------
        held : sequence
            The categories with those that the edit needs at their end.
        used : set
            Those that rows hold.
        """
        base = self.values[: self.known]
        first = set(base)
        out = list(held)
        for category in base:
            names = [name for name in self.kin.get(category, ()) if name not in first]
            if not names:
                continue
            here = next((name for name in names if name in used and category not in used), category)
            spots = [i for i, v in enumerate(out) if v == here or ((v == category or v in names) and v not in used)]
            if spots:
                out[spots[0]] = here
                out = [v for i, v in enumerate(out) if i not in spots[1:]]
        return [v for v in out if v in used or v in first or v not in self.values]

    def lookup(self, held: Sequence[Any]) -> Int64Array:
        """Return the place in `held` of each row's new label; -1 = unlabelled."""
        places = {value: i for i, value in enumerate(held)}
        table = np.array([*(places.get(v, -1) for v in self.values), -1], dtype=np.int64)
        return table[self.codes]

    def pool(self) -> tuple[list[LabelValue], Int64Array]:
        """Return the distinct new labels, and each row's place among them; their number = unlabelled."""
        used, places = np.unique(self.codes, return_inverse=True)
        places = places.reshape(-1).astype(np.int64)
        if len(used) and used[0] < 0:
            return [self.values[c] for c in used[1:]], np.where(places == 0, len(used) - 1, places - 1)
        return [self.values[c] for c in used], places


class FrameKind(Protocol):
    """One kind of frame. `Data` is what the caller has, `Store` what we keep of it; most often they are the same type.

    Attributes
    ----------
    name : str
        The kind's name.
    results : str
        The kind in which findings are returned to a caller who has this kind.
    """

    name: str
    results: str

    def recognises(self, data: object) -> bool:
        """Return whether `data` is of this kind, without importing anything."""
        ...

    def hold(self, data: Any) -> Any:
        """Return what is kept of the caller's object, such that later changes of it are not seen."""
        ...

    def give(self, store: Any) -> Any:
        """Return a frame of the caller's kind."""
        return store

    def n_rows(self, store: Any) -> int:
        """Return the number of rows."""
        return len(store)

    def column_names(self, store: Any) -> list[Any]:
        """Return the names of the columns, in order."""
        ...

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return the rows at some positions, in the order wanted."""
        ...

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column as `Table.values` promises it."""
        ...

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column as codes."""
        ...

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the frame with column `into` = column `name`, edited; a new column comes last."""
        ...

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the frame with more columns at its end: of bool, or of objects that are str or None."""
        ...

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new frame of this kind, as the caller would have it."""
        ...

    def index(self, store: Any) -> Any:
        """Return the pandas Index of the rows; None where rows have no names of their own."""
        return None

    def vectors(self, store: Any, name: str) -> npt.NDArray[Any] | None:
        """Return what is kept beside the columns under this name, an array of shape (n, d); None = no such thing."""
        return None

    def live(self, data: Any) -> Any:
        """Return the pandas frame inside the caller's own object that may be written to; None = it cannot be changed."""
        return None


def is_instance_of(data: object, module: str, name: str) -> bool:
    """Tell whether `data` is an instance of a class of a module, which is not imported: whoever has one has it loaded."""
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and isinstance(data, found)


def is_missing(item: object) -> bool:
    """Tell whether a single value stands for "nothing": None, NaN, NaT or NA."""
    if item is None:
        return True
    if isinstance(item, float):
        return item != item  # noqa: PLR0124 - NaN is the one value unlike itself
    return type(item).__name__ in {"NAType", "NaTType"}


def as_objects(items: Sequence[Any], missing: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[Any]:
    """Return items as a 1-D array of objects, None where they are missing."""
    out = np.empty(len(items), dtype=object)
    if missing is not None:
        out[:] = items
        out[missing] = None
        return out
    for i, item in enumerate(items):
        out[i] = None if is_missing(item) else item
    return out


def split(flat: npt.NDArray[Any], offsets: npt.NDArray[np.integer]) -> npt.NDArray[Any]:
    """Return the pieces of a flat array between neighbouring offsets, as an array of arrays (views)."""
    out = np.empty(len(offsets) - 1, dtype=object)
    bounds = offsets.tolist()
    for i in range(len(out)):
        out[i] = flat[bounds[i] : bounds[i + 1]]
    return out


def python_values(items: Sequence[Any]) -> list[Any]:
    """Return items with numpy scalars as Python's own."""
    return [item.item() if isinstance(item, np.generic) else item for item in items]


def examples(items: Sequence[Any]) -> list[Any]:
    """Return the first item of each type, missing ones left out."""
    return list({type(item): item for item in reversed(items) if not is_missing(item)}.values())
