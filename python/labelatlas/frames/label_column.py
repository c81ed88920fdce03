"""The label column: as codes while labelatlas works on it, and back in its own dtype.

A column holds labels of one type: text, whole numbers, or booleans, each possibly as a category. What a person types is
parsed to that type or refused with the cure; nothing is ever cast behind the user's back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import LabelTypeError

if TYPE_CHECKING:
    from labelatlas._typing import Int32Array
    from labelatlas.frames.kind import LabelValue
    from labelatlas.frames.table import Table

ValueType: TypeAlias = Literal["text", "int", "bool"]

MAX_NAME_BYTES = 1024
_TYPES: dict[ValueType, type] = {"text": str, "int": int, "bool": bool}
_WORDS: dict[ValueType, str] = {"text": "text", "int": "whole numbers", "bool": "True or False"}


@dataclass(frozen=True)
class LabelColumn:
    """What a label column held when it was read, and what it can hold.

    Attributes
    ----------
    name : str
        The column.
    type : "text", "int" or "bool"
        Type of every label in it.
    values : tuple
        The labels, by code: the categories in their order, else sorted.
    codes : ndarray of shape (n,), int32
        Code of each row; -1 = unlabelled.
    nullable : bool
        Whether the column's dtype can hold a missing value.
    categorical : bool
        Whether the dtype lists its categories (pandas category, polars Enum).
    dtype : str
        The dtype in words, for messages.
    bounds : tuple of int or None
        Smallest and largest whole number that the dtype holds.
    missing : object
        What a column of objects holds for "unlabelled": None, NaN or NA.
    """

    name: str
    type: ValueType
    values: tuple[LabelValue, ...]
    codes: Int32Array
    nullable: bool
    categorical: bool
    dtype: str
    bounds: tuple[int, int] | None = None
    missing: Any = None

    def parse(self, label: object) -> LabelValue | None:
        """Return `label` as a value of this column.

        Parameters
        ----------
        label : object
            A value, a name as typed, or None for unlabelled.

        Returns
        -------
        str, int, bool or None

        Raises
        ------
        LabelTypeError
            The column cannot hold it; the hint says what to do.
        """
        if label is None:
            if self.nullable:
                return None
            cure = {"int": 'astype("Int64")', "bool": 'astype("boolean")'}.get(self.type, "astype(object)")
            message = f"label column {self.name!r} ({self.dtype}) cannot hold unlabelled rows."
            raise LabelTypeError(message, hint=f"Change it first: df[{self.name!r}] = df[{self.name!r}].{cure}.")
        if isinstance(label, np.generic):
            label = label.item()
        value = self._typed(label)
        if value is None:
            message = f"label column {self.name!r} ({self.dtype}) holds {_WORDS[self.type]}. Got {label!r} instead."
            raise LabelTypeError(message, hint=self._cure(label))
        if isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
            message = f"a label must be at most {MAX_NAME_BYTES} bytes long. Got {len(value)} characters instead."
            raise LabelTypeError(message, hint="Use a short name; long text belongs in a column of its own.")
        if self.bounds and not isinstance(value, str) and not self.bounds[0] <= value <= self.bounds[1]:
            message = f"label column {self.name!r} ({self.dtype}) holds numbers in {list(self.bounds)}. Got {value}."
            raise LabelTypeError(
                message, hint=f'Widen it first: df[{self.name!r}] = df[{self.name!r}].astype("int64").'
            )
        return value

    def _typed(self, label: object) -> LabelValue | None:
        if type(label) is _TYPES[self.type]:
            return label if label != "" else None  # pyright: ignore[reportReturnType]
        if not isinstance(label, str):
            return None
        text = label.strip()
        if self.type == "bool":
            return {"true": True, "false": False}.get(text.lower())
        try:
            return int(text)
        except ValueError:
            return None

    def _cure(self, label: object) -> str:
        if label == "":
            return "Type a name, or clear the label to make the rows unlabelled."
        if self.type == "text":
            return f"Pass it as text: {str(label)!r}."
        what = "a whole number" if self.type == "int" else "True or False"
        return f"Type {what}, or turn the column into text first: df[{self.name!r}] = df[{self.name!r}].astype(str)."


def read_labels(table: Table, name: str) -> LabelColumn:
    """Read a label column.

    Parameters
    ----------
    table : Table
        The frame.
    name : str
        The column.

    Returns
    -------
    LabelColumn

    Raises
    ------
    ColumnNotFoundError
        No such column.
    LabelTypeError
        The column holds floats, lists, dates or a mix of types.

    Examples
    --------
    >>> from labelatlas.frames import Table
    >>> c = read_labels(Table.from_any({"y": ["b", "a", None]}), "y")
    >>> c.values, c.codes.tolist()
    (('a', 'b'), [1, 0, -1])
    """
    table.require(name, "label")
    raw = table.labels(name)
    if raw.floats:
        raise _floats(name, raw.uniques)
    kind = _value_type(name, raw.uniques) if raw.uniques else _type_of_dtype(raw.dtype)
    order: list[LabelValue] = sorted(raw.uniques)
    if raw.categories is not None:
        known = set(raw.categories)
        order = [*raw.categories, *(v for v in order if v not in known)]
    place = {value: code for code, value in enumerate(order)}
    table_of_codes = np.array([*(place[v] for v in raw.uniques), UNLABELLED], dtype=np.int32)
    codes = table_of_codes[raw.codes]
    bounds = _bounds(raw.dtype, kind)
    categorical = raw.categories is not None
    return LabelColumn(name, kind, tuple(order), codes, raw.nullable, categorical, raw.dtype, bounds, raw.missing)


def _type_of_dtype(dtype: str) -> ValueType:
    """Return what a column holds that holds nothing yet; the words are those of pandas, polars, Arrow and DuckDB."""
    word = dtype.lower()
    if re.match(r"u?(big|small|tiny|huge)?int", word):
        return "int"
    return "bool" if word.startswith("bool") else "text"


def _value_type(name: str, present: list[Any]) -> ValueType:
    kinds = {type(item) for item in present}
    if kinds <= {str}:
        return "text"
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int"
    if len(kinds) > 1:
        words = ", ".join(sorted(k.__name__ for k in kinds))
        message = f"label column {name!r} must hold labels of one type. Got {words} instead."
        raise LabelTypeError(message, hint=f"Make them all text: df[{name!r}] = df[{name!r}].astype(str).")
    message = (
        f"label column {name!r} must hold text, whole numbers or booleans. Got {kinds.pop().__name__} values instead."
    )
    raise LabelTypeError(message, hint="Choose the label column.")


def _floats(name: str, present: list[float]) -> LabelTypeError:
    message = f"label column {name!r} must hold text, whole numbers or booleans. Got floats instead."
    if not present:
        return LabelTypeError(
            message,
            hint=f'Nothing is labelled yet: df[{name!r}] = df[{name!r}].astype("object") makes room for text, "Int64" for numbers.',
        )
    if all(float(item).is_integer() for item in present):
        return LabelTypeError(
            message, hint=f'They are whole numbers: df[{name!r}] = df[{name!r}].astype("Int64") says so.'
        )
    return LabelTypeError(message, hint="Choose the label column; numbers to be predicted are not labels.")


def _bounds(dtype: str, kind: ValueType) -> tuple[int, int] | None:
    if kind != "int" or not dtype.lower().startswith(("int", "uint")):
        return None
    info = np.iinfo(dtype.lower().split("[", maxsplit=1)[0])
    return int(info.min), int(info.max)
