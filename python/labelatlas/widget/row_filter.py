"""Which rows are kept: clauses on columns and text, all of which a row must meet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.protocol import Clause, FacetResult, RangeClause, Rest, TextClause, TickClause
from labelatlas.widget.row_columns import RowColumns, searchable
from labelatlas.widget.row_text import compile_pattern
from labelatlas.widget.row_ticks import tick_text
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelatlas._typing import BoolArray, Float64Array, Int64Array, Step

_BINS = 40
_MOST_TICKS = 1000


@dataclass(frozen=True)
class RowFilter:
    """A filter, and what it lets through.

    Attributes
    ----------
    clauses : tuple of Clause
        None: every row passes.
    rest : "grey" or "hidden"
        What becomes of the rows that do not pass.
    rows : ndarray of shape (m,), int64
        Sorted positions of those that pass.
    fixed : ndarray of shape (n,), bool
        The rows that meet the clauses which no edit can change: a search is not done again for each new label.
    """

    clauses: tuple[Clause, ...]
    rest: Rest
    rows: Int64Array
    fixed: BoolArray


def apply(clauses: Sequence[Clause], columns: RowColumns, shown: Sequence[str], n: int) -> Int64Array:
    """Return the rows that meet every clause.

    Parameters
    ----------
    clauses : sequence of Clause
    columns : RowColumns
    shown : sequence of str
        The columns in which a text is looked for where a clause names none.
    n : int
        Number of rows.

    Returns
    -------
    ndarray of shape (m,), int64
        Sorted positions.

    Raises
    ------
    InputError
        A clause that cannot be read: no such column, a bad regular expression, a range of texts.
    """
    return passing(clauses, columns, fixed_rows(clauses, columns, shown, n))


def fixed_rows(
    clauses: Sequence[Clause], columns: RowColumns, shown: Sequence[str], n: int, step: Step = quiet
) -> BoolArray:
    """Return the rows that meet all clauses but those on labels, shape (n,); takes long, see `apply`."""
    kept = np.ones(n, dtype=bool)
    for clause in clauses:
        if not asks_for_labels(clause, columns):
            kept &= _meets(clause, columns, shown, step)
    return kept


def passing(clauses: Sequence[Clause], columns: RowColumns, fixed: BoolArray) -> Int64Array:
    """Return those of `fixed_rows` that meet the clauses on labels too, as sorted positions; takes no time."""
    kept = fixed.copy()
    for clause in clauses:
        if asks_for_labels(clause, columns):
            kept &= _meets(clause, columns, (), quiet)
    return np.flatnonzero(kept)


def asks_for_labels(clause: Clause, columns: RowColumns) -> bool:
    """Return whether an edit can change which rows meet a clause."""
    return clause["type"] != "text" and columns.is_label(clause["column"])


def find_text(
    query: str,
    *,
    regex: bool,
    names: Sequence[str] | None,
    columns: RowColumns,
    shown: Sequence[str],
    step: Step = quiet,
) -> BoolArray:
    """Return which rows hold a text in any of some columns, shape (n,)."""
    wanted = searchable(columns, shown) if names is None else [str(name) for name in names]
    if not wanted:
        raise InputError("there is no column of text to search in.", hint="Name one: columns=['text'].")
    pattern = compile_pattern(query) if regex and query else None
    texts = [columns.text(name, step) for name in wanted]
    hits = [text.containing(query, step) if pattern is None else text.matching(pattern, step) for text in texts]
    return np.logical_or.reduce(hits)


def facet(columns: RowColumns, name: str, step: Step = quiet) -> FacetResult:
    """Return what a filter can ask of a column: its values with their rows, or a histogram."""
    if columns.is_range(name, step):
        return _histogram(columns.numbers(name), "time" if columns.type_of(name) == "time" else "number", name)
    ticks = columns.ticks(name, step)
    counts = np.bincount(ticks.codes + 1, minlength=len(ticks.values) + 1)
    used = np.flatnonzero(counts[1:])
    order = used[np.argsort(-counts[1:][used], kind="stable")][:_MOST_TICKS]
    return {
        "topic": "ticks",
        "column": name,
        "values": [ticks.values[code] for code in order],
        "counts": [int(counts[code + 1]) for code in order],
        "n_values": len(used),
        "n_missing": int(counts[0]),
    }


def clauses_of(
    where: object,
    text: str | None,
    columns: RowColumns,
    *,
    regex: bool,
    names: Sequence[str] | None,
) -> tuple[Clause, ...]:
    """Return the clauses that Python's words mean; see `View.filter`.

    Raises
    ------
    InputError
        A condition is neither a pair, nor a sequence of values, nor None.
    """
    out: list[Clause] = []
    if where is not None and not isinstance(where, Mapping):
        raise InputError(f"where must be a dict of columns. Got {type(where).__name__}.", hint="{'price': (10, None)}")
    for name, asked in cast("Mapping[str, object]", where or {}).items():
        column = str(name)
        columns.own_name(column)
        if asked is None:
            out.append(_ticks_clause(column, [None]))
        elif isinstance(asked, tuple) and len(asked) == 2:
            low, high = (None if end is None else _end(end, columns, column) for end in asked)
            out.append({"type": "range", "column": column, "low": low, "high": high, "missing": False})
        elif isinstance(asked, str) or not hasattr(asked, "__iter__"):
            message = f"a condition on {column!r} must be (low, high), a list of values or None. Got {asked!r} instead."
            raise InputError(message, hint=f"One value: [{asked!r}].")
        else:
            out.append(_ticks_clause(column, list(cast("Iterable[object]", asked))))
    if text is not None:
        listed = None if names is None else [str(name) for name in names]
        out.append({"type": "text", "query": text, "regex": regex, "columns": listed})
    return tuple(out)


def checked(clauses: object, rest: object) -> tuple[tuple[Clause, ...], Rest]:
    """Return what the page sent, once it is known to be a filter."""
    fields = {"ticks": TickClause, "range": RangeClause, "text": TextClause}

    def known(clause: object) -> bool:
        kind = fields.get(clause.get("type", "")) if isinstance(clause, dict) else None
        return kind is not None and set(cast("dict[str, Any]", clause)) == set(kind.__annotations__)

    if not isinstance(clauses, list) or not all(map(known, clauses)) or rest not in get_args(Rest):
        raise InputError(f"the page sent a filter that this kernel does not know: {clauses!r}, {rest!r}.")
    return tuple(cast("list[Clause]", clauses)), cast("Rest", rest)


def _ticks_clause(column: str, values: list[object]) -> TickClause:
    held = [tick_text(value) for value in values if not _is_missing(value)]
    return {"type": "ticks", "column": column, "values": held, "missing": len(held) < len(values)}


def _is_missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN alone is not itself


def _end(end: Any, columns: RowColumns, name: str) -> float:
    """Return an end of a range as a number: itself, or of a time the milliseconds since 1970."""
    if columns.type_of(name) == "time":
        try:
            if isinstance(end, dt.datetime) and end.tzinfo is not None:
                end = end.astimezone(dt.UTC).replace(tzinfo=None)
            return float(np.datetime64(end, "ms").astype(np.int64))
        except (ValueError, TypeError):
            raise InputError(f"{end!r} is no time, which {name!r} holds.", hint="For example '2026-03-01'.") from None
    try:
        return float(end)
    except (ValueError, TypeError):
        raise InputError(f"an end of a range must be a number. Got {end!r} instead.") from None


def _meets(clause: Clause, columns: RowColumns, shown: Sequence[str], step: Step) -> BoolArray:
    if clause["type"] == "text":
        names, query = clause["columns"], clause["query"]
        return find_text(query, regex=clause["regex"], names=names, columns=columns, shown=shown, step=step)
    name = clause["column"]
    if clause["type"] == "ticks":
        ticks = columns.ticks(name, step)
        wanted = set(clause["values"])
        kept = np.zeros(len(ticks.values) + 1, dtype=bool)
        kept[:-1] = [value in wanted for value in ticks.values]
        kept[-1] = clause["missing"]  # which -1 points at
        return kept[ticks.codes]
    numbers = columns.numbers(name, step)
    missing = np.isnan(numbers)
    low, high = clause["low"], clause["high"]
    inside = ~missing
    if low is not None:
        inside &= numbers >= low
    if high is not None:
        inside &= numbers <= high
    return inside | missing if clause["missing"] else inside


def _histogram(numbers: Float64Array, unit: str, name: str) -> FacetResult:
    held = numbers[np.isfinite(numbers)]
    low, high = (float(held.min()), float(held.max())) if len(held) else (0.0, 0.0)
    scale = 1.0 if math.isfinite(high - low) else 0.25  # the widest range of all has no length that is a number
    edges = np.linspace(low * scale, high * scale, _BINS + 1)
    counts = np.histogram(held * scale, bins=edges)[0] if edges[0] < edges[1] else [len(held)]
    return {
        "topic": "range",
        "column": name,
        "unit": cast("Any", unit),
        "low": low,
        "high": high,
        "counts": [int(count) for count in counts],
        "n_missing": int(np.isnan(numbers).sum()),
    }
