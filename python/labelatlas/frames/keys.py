"""How a row is known from one day to the next.

The recipe is chosen once and kept in the journal: a key column; the index when the caller says so; a unique index that is
not made of integers; else a hash of the content columns. Integer indexes are never keys by themselves, because filtering
and sorting turn one RangeIndex into another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from labelatlas.exceptions import KeyColumnError
from labelatlas.frames.content import hash_rows
from labelatlas.frames.kind import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int64Array
    from labelatlas.frames.table import Table

    Keys = npt.NDArray[Any]  # (n,) int64, or objects that are all str

_SHOWN = 5


@dataclass(frozen=True)
class KeyRecipe:
    """How keys are made.

    Attributes
    ----------
    kind : "column", "index" or "content"
        Where a key comes from.
    columns : tuple of str
        The key column, nothing, or the content columns.
    """

    kind: Literal["column", "index", "content"]
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the recipe in one word or two, as the journal keeps it."""
        return self.kind if not self.columns else f"{self.kind}:{','.join(self.columns)}"


def choose_recipe(table: Table, key: str | None, content: Sequence[str]) -> KeyRecipe:
    """Choose how the rows of a frame are known.

    Parameters
    ----------
    table : Table
        The frame.
    key : str or None
        A column; "index" for the frame's index; None to choose.
    content : sequence of str
        The declared content columns.

    Returns
    -------
    KeyRecipe

    Raises
    ------
    ColumnNotFoundError
        `key` names no column.
    KeyColumnError
        There is nothing to know the rows by.

    Examples
    --------
    >>> from labelatlas.frames import Table
    >>> str(choose_recipe(Table.from_any({"id": [7, 8], "text": ["a", "b"]}), "id", ["text"]))
    'column:id'
    """
    if key is not None:
        if isinstance(key, str) and key == "index" and key not in table.column_names:  # pyright: ignore[reportUnnecessaryIsInstance]
            if table.index is None:
                message = f'key="index" needs a frame with an index. Got a {table.kind} frame instead.'
                raise KeyColumnError(message, hint="Name the column that identifies a row: key='id'.")
            return KeyRecipe("index")
        table.require(key, "key")
        return KeyRecipe("column", (key,))
    index = table.index
    if (
        index is not None
        and index.nlevels == 1
        and index.dtype.kind not in "iuf"
        and index.is_unique
        and not index.hasnans
    ):
        return KeyRecipe("index")
    if content:
        return KeyRecipe("content", tuple(content))
    message = "rows need a key: nothing says which row is which when the frame comes back in another order."
    raise KeyColumnError(message, hint="Name a column of unique values, key='id', or trust the index, key='index'.")


def row_keys(table: Table, recipe: KeyRecipe) -> Keys:
    """Return the key of each row.

    Parameters
    ----------
    table : Table
        The frame.
    recipe : KeyRecipe
        From `choose_recipe`.

    Returns
    -------
    ndarray of shape (n,)
        int64 for whole numbers, else objects that are all str. Content keys are 32 hexadecimal digits; the second of two
        equal rows ends in "-1", the third in "-2".

    Raises
    ------
    ColumnNotFoundError
        The frame lacks a column of the recipe.
    KeyColumnError
        Keys are null, repeated, or of mixed types; the message says which.
    """
    for name in recipe.columns:
        table.require(name, "key" if recipe.kind == "column" else "content of a row")
    if recipe.kind == "content":
        return content_keys([table.values(name) for name in recipe.columns])
    if recipe.kind == "index":
        keys = index_keys(table.index)
    else:
        keys = normal_keys(table.values(recipe.columns[0]), recipe.columns[0])
    _refuse_repeats(keys, recipe.columns[0] if recipe.columns else "index")
    return keys


def index_keys(index: Any) -> Keys:
    """Return the keys of a pandas Index; those of a MultiIndex are JSON lists of their levels."""
    if index.nlevels == 1:
        plain = isinstance(index.dtype, np.dtype) and index.dtype.kind in "iuM"
        return normal_keys(index.to_numpy() if plain else index.tolist(), "index")
    levels = [
        normal_keys(index.get_level_values(i).tolist(), f"index level {i}").tolist() for i in range(index.nlevels)
    ]
    return _texts([json.dumps(key, ensure_ascii=False) for key in zip(*levels, strict=True)])


def content_keys(columns: Sequence[Iterable[object]]) -> Keys:
    """Return content hashes as keys, equal rows numbered in order."""
    seen: dict[str, int] = {}
    out: list[str] = []
    for digest in hash_rows(columns, 16):
        name = digest.hex()
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append(f"{name}-{count}" if count else name)
    return np.array(out, dtype=object)


def normal_keys(values: Sequence[Any] | npt.NDArray[Any], name: str) -> Keys:
    """Return key values as int64 or str, or refuse them.

    Parameters
    ----------
    values : sequence or ndarray of shape (m,)
        Values of a key column, or keys as a caller gives them: times and UUIDs become text, as in `row_keys`.
    name : str
        The column, for messages.

    Returns
    -------
    ndarray of shape (m,), int64 or object (str)

    Raises
    ------
    KeyColumnError
        They are missing, of mixed types, or no keys at all.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu" and values.dtype != np.uint64:
        return values.astype(np.int64)
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return _texts([_instant(item) for item in values.astype("datetime64[ns]")])
    items: list[Any] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    types = set(map(type, items))
    if types == {str}:
        return _texts(items)
    nulls = [i for i, item in enumerate(items) if is_missing(item)]
    if nulls:
        message = f"key column {name!r} must not hold missing values. Rows {_some(nulls)} have none."
        raise KeyColumnError(message, hint="Fill them in, or choose another key column.")
    if all(issubclass(kind, (int, np.integer)) and not issubclass(kind, bool) for kind in types):
        largest = max((abs(int(item)) for item in items), default=0)
        if largest >= 2**63:
            message = f"key column {name!r} must hold whole numbers of at most 63 bits. Got {largest}."
            raise KeyColumnError(message, hint=f"Make them text: df[{name!r}] = df[{name!r}].astype(str).")
        return np.array([int(item) for item in items], dtype=np.int64)
    if all(isinstance(item, (float, np.floating)) and float(item).is_integer() for item in items):
        return np.array([int(item) for item in items], dtype=np.int64)  # ints that once met a missing value
    kinds = sorted({type(item).__name__ for item in items})
    if len(kinds) > 1:
        message = f"key column {name!r} must hold values of one type. Got {', '.join(kinds)} instead."
        raise KeyColumnError(message, hint=f"Make them all text: df[{name!r}].astype(str).")
    if isinstance(items[0], (float, np.floating, list, dict, np.ndarray)):
        message = f"key column {name!r} must hold whole numbers or text. Got {kinds[0]} instead."
        raise KeyColumnError(message, hint="Choose a column that identifies a row, such as an id.")
    return _texts([_instant(item) if isinstance(item, datetime) else str(item) for item in items])


def _instant(item: Any) -> str:
    """Return a moment as text, the same for every library that holds it: in UTC when it has a zone."""
    if getattr(item, "tzinfo", None) is not None:
        item = item.astimezone(UTC).replace(tzinfo=None)
    text = str(np.datetime64(item, "ns"))
    return text.removesuffix("000")


def _texts(items: list[str]) -> Keys:
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def _refuse_repeats(keys: Keys, name: str) -> None:
    if keys.dtype == object:
        repeated = len(set(keys.tolist())) < len(keys)
    else:
        ordered = np.sort(keys)
        repeated = bool(np.any(ordered[1:] == ordered[:-1]))
    if not repeated:
        return
    unique, counts = np.unique(keys, return_counts=True)
    worst = [unique[i] for i in np.argsort(-counts, kind="stable") if counts[i] > 1]
    come = "1 key comes" if len(worst) == 1 else f"{len(worst)} keys come"
    message = f"key column {name!r} must be unique. {come} more than once: {_some(worst)}."
    raise KeyColumnError(message, hint="Drop the repeated rows, or choose a column that identifies a row.")


def _some(items: Sequence[Any]) -> str:
    shown = ", ".join(repr(i.item() if isinstance(i, np.generic) else i) for i in items[:_SHOWN])
    return shown + (f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else "")


class KeyIndex:
    """From keys to positions.

    Parameters
    ----------
    keys : ndarray of shape (n,), int64 or object (str)
        Unique keys.

    Examples
    --------
    >>> KeyIndex(np.array([30, 10, 20])).positions(np.array([10, 99])).tolist()
    [1, -1]
    """

    def __init__(self, keys: Keys) -> None:
        self._is_text = keys.dtype == object
        if self._is_text:
            self._table = {key: i for i, key in enumerate(keys.tolist())}
        else:
            self._order = np.argsort(keys, kind="stable")
            self._sorted = keys[self._order]

    def positions(self, keys: Sequence[Any] | npt.NDArray[Any]) -> Int64Array:
        """Return the position of each key.

        Parameters
        ----------
        keys : sequence of shape (m,)
            Keys; a key of another type than the frame's is not found.

        Returns
        -------
        ndarray of shape (m,), int64
            Positions; -1 = no such row.
        """
        wanted = np.asarray(keys) if isinstance(keys, np.ndarray) else np.array(list(keys), dtype=object)
        if self._is_text:
            items = wanted.tolist()
            return np.fromiter((self._table.get(key, -1) for key in items), dtype=np.int64, count=len(items))
        if wanted.dtype == object:
            if not all(isinstance(key, (int, np.integer)) for key in wanted):
                return np.array([self.positions(np.array([k]))[0] if isinstance(k, int) else -1 for k in wanted])
            wanted = wanted.astype(np.int64)
        if not len(self._sorted) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[place] == wanted, self._order[place], -1).astype(np.int64)
