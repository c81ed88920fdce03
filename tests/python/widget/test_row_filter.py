"""Columns, facets and filters, against what pandas says of the same frame."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

import labelatlas as la
from labelatlas.exceptions import ColumnNotFoundError, InputError
from labelatlas.widget.row_filter import apply, checked, clauses_of, facet

N = 240


def ugly(n: int = N) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    price = rng.normal(50, 20, n).round(2)
    price[[0, 7]] = [np.nan, np.inf]
    words = np.array(["apple", "Äpfel", "pear <b>", "", None], dtype=object)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(n)],
            "label": rng.choice(["refund", "card", "fees"], n),
            "price": price,
            "whole": rng.integers(-3, 4, n),
            "wide": rng.integers(0, 1000, n),
            "maybe": pd.array(np.where(rng.random(n) < 0.2, None, rng.integers(0, 50, n)), dtype="Int64"),
            "flag": rng.random(n) < 0.5,
            "word": words[rng.integers(0, 5, n)],
            "when": days.where(rng.random(n) > 0.1),
            "day": [None if i % 9 == 0 else dt.date(2026, 1 + i % 12, 1) for i in range(n)],
            "mixed": [[1, "1", 2.5, None, True][i % 5] for i in range(n)],
            "vector": [np.zeros(3) for _ in range(n)],
            0: np.arange(n),
            "text": [f"Row {i} of the Café" if i % 3 else f"row {i}: résumé" for i in range(n)],
        }
    )


@pytest.fixture(scope="module")
def frame():
    return ugly()


@pytest.fixture(scope="module")
def m(frame):
    xy = np.random.default_rng(0).normal(size=(N, 2))
    return la.LabelMap(frame.copy(), label="label", key="id", xy=xy, journal=None, progress=False, sync="manual")


@pytest.fixture(scope="module")
def columns(m):
    return m._session.columns


def rows_where(mask) -> list[int]:
    return np.flatnonzero(np.asarray(mask, dtype=bool)).tolist()


def test_each_column_has_the_type_that_it_holds_and_vectors_are_not_offered(columns):
    types = {name: columns.type_of(name) for name in columns.names}
    assert types == {
        "id": "text", "label": "text", "price": "number", "whole": "number", "wide": "number", "maybe": "number",
        "flag": "bool", "word": "text", "when": "time", "day": "time", "mixed": "text", "0": "number", "text": "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("price", 40, 60), ("price", None, 30.5), ("whole", 0, None), ("maybe", 10, 20), ("0", 0, 0), ("price", 60, 40)],
)
def test_a_range_keeps_what_pandas_keeps(m, frame, name, low, high):
    column = frame[0 if name == "0" else name].astype(float)
    expected = column.ge(-np.inf if low is None else low) & column.le(np.inf if high is None else high)
    assert m.view.filter({name: (low, high)}).tolist() == rows_where(expected)


@pytest.mark.parametrize(
    ("low", "high"), [("2026-03-01", "2026-06-30"), (dt.date(2026, 5, 1), None), (None, "2026-02")]
)
@pytest.mark.parametrize("name", ["when", "day"])
def test_a_range_of_times_keeps_what_pandas_keeps(m, frame, name, low, high):
    column = pd.to_datetime(frame[name])
    expected = column.notna()
    if low is not None:
        expected &= column >= pd.Timestamp(low)
    if high is not None:
        expected &= column <= pd.Timestamp(high)
    assert m.view.filter({name: (low, high)}).tolist() == rows_where(expected)


@pytest.mark.parametrize(
    ("name", "values"),
    [("word", ["apple", ""]), ("word", ["pear <b>", None]), ("flag", [True]), ("whole", [0, -3]), ("whole", [1.0]),
     ("word", []), ("word", ["nobody"]), ("maybe", [None, 7])],
)  # fmt: skip
def test_ticks_keep_what_pandas_keeps(m, frame, name, values):
    column = frame[name]
    expected = column.isin([v for v in values if v is not None]) | (column.isna() if None in values else False)
    assert m.view.filter({name: values}).tolist() == rows_where(expected)


def test_ticks_of_a_mixed_column_are_texts(m):
    assert m.view.filter({"mixed": ["1"]}).tolist() == [i for i in range(N) if i % 5 in {0, 1}]


def test_missing_alone_is_none(m, frame):
    for name in ("price", "word", "when", "day", "maybe"):
        assert m.view.filter({name: None}).tolist() == rows_where(frame[name].isna())


def test_all_conditions_must_be_met_and_an_empty_filter_keeps_every_row(m, frame):
    found = m.view.filter({"price": (40, None), "flag": [True]}, text="CAFE", columns=["text"])
    expected = (frame["price"] >= 40) & frame["flag"] & frame["text"].str.contains("Café")
    assert found.tolist() == rows_where(expected)
    assert m.view.filter().tolist() == found.tolist()
    assert m.view.filter({}).tolist() == list(range(N))


def test_search_selects_the_rows_that_hold_the_text(m, frame):
    expected = rows_where(frame["text"].str.contains("résumé"))
    assert m.view.search("RESUME", columns=["text"]).tolist() == expected
    assert m.selection().tolist() == expected
    assert m.view.search(r"^row \d:", regex=True, columns=["text"], select=False).tolist() == [0, 3, 6, 9]
    assert m.selection().tolist() == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"where": {"nope": [1]}}, "must name a column"),
        ({"where": {"vector": (1, 2)}}, "numbers or times"),
        ({"where": {"word": (1, 2)}}, "numbers or times"),
        ({"where": {"word": "apple"}}, "must be .low, high., a list of values or None"),
        ({"where": {"price": 3}}, "must be .low, high., a list of values or None"),
        ({"where": {"price": ("x", None)}}, "must be a number"),
        ({"where": {"when": ("soon", None)}}, "is no time"),
        ({"where": ["price"]}, "must be a dict"),
        ({"text": "("}, "no regular expression"),
        ({"text": ""}, "for some text"),
        ({"where": {}, "rest": "gone"}, "rest must be one of"),
    ],
)
def test_what_is_no_filter_is_refused_and_the_old_one_stays(m, given, message):
    before = m.view.filter({"0": (0, 9)}).tolist()
    with pytest.raises(InputError, match=message):
        m.view.filter(**given, regex=True, columns=["text"])
    assert m.view.filter().tolist() == before


@pytest.mark.parametrize("name", ["word", "flag", "whole", "mixed", "label"])
def test_the_ticks_of_a_column_count_its_rows(columns, frame, name):
    found = facet(columns, name)
    expected = frame[name].dropna().map(str).value_counts()
    assert found["topic"] == "ticks"
    assert dict(zip(found["values"], found["counts"], strict=True)) == expected.to_dict()
    assert found["counts"] == sorted(found["counts"], reverse=True)
    assert (found["n_values"], found["n_missing"]) == (len(expected), int(frame[name].isna().sum()))


@pytest.mark.parametrize("name", ["price", "wide", "maybe", "when"])
def test_the_histogram_of_a_column_counts_its_numbers(columns, frame, name):
    found = facet(columns, name)
    held = frame[name].dropna()
    held = held.astype("datetime64[ms]").astype("int64") if name == "when" else held.astype(float)
    held = held[np.isfinite(held)]
    assert found["topic"] == "range"
    assert found["unit"] == ("time" if name == "when" else "number")
    assert (found["low"], found["high"]) == (held.min(), held.max())
    assert found["counts"] == np.histogram(held, bins=40)[0].tolist()
    assert found["n_missing"] == int(frame[name].isna().sum())


def test_a_filter_on_labels_follows_the_labels():
    frame = ugly(12)
    xy = np.random.default_rng(0).normal(size=(12, 2))
    m = la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)
    cards = m.view.filter({"label": ["card"]}).tolist()
    assert cards == rows_where(frame["label"] == "card")
    other = next(i for i in range(12) if i not in cards)
    m.relabel([other], "card")
    assert m.view.filter().tolist() == sorted([*cards, other])
    m.undo()
    assert m.view.filter().tolist() == cards


@pytest.mark.parametrize("name", ["price", "word", "when", "mixed", "flag", "label", "0"])
@pytest.mark.parametrize("descending", [False, True])
def test_rows_are_sorted_as_pandas_sorts_them_with_the_missing_last(columns, frame, name, descending):
    rows = np.arange(0, N, 2)
    column = frame[0 if name == "0" else name].iloc[rows]
    key = {
        "word": lambda s: s.str.replace("Ä", "A").str.lower(),
        "mixed": lambda s: s.map(str, na_action="ignore"),
    }.get(name)
    column = column if key is None else key(column)
    expected = column.reset_index(drop=True).sort_values(ascending=not descending, kind="stable", na_position="last")
    found = columns.order(name, rows, descending=descending)
    assert np.asarray(found).tolist() == rows[expected.index].tolist()


def test_frames_of_other_kinds_are_filtered_alike(frame):
    part = frame[["id", "label", "price", "word", "when"]]
    data = pl.from_pandas(part)
    m = la.LabelMap(data, label="label", key="id", xy=np.eye(N)[:, :2], journal=None, progress=False)
    assert m.view.filter({"price": (40, 60), "word": ["apple", None]}).tolist() == rows_where(
        part["price"].between(40, 60) & (part["word"].eq("apple") | part["word"].isna())
    )


@pytest.mark.parametrize("n", [2, 3])
def test_few_rows_empty_columns_and_the_widest_range_have_facets(n):
    data = pd.DataFrame({"id": [f"a{i}" for i in range(n)], "label": ["x"] * n, "gap": [None] * n, "big": [1e308] * n})
    data.loc[0, "big"] = -1e308
    m = la.LabelMap(data, label="label", key="id", xy=np.zeros((n, 2)), journal=None, progress=False)
    here = m._session.columns
    assert facet(here, "gap")["n_missing"] == n
    found = facet(here, "big")
    assert sum(found["counts"]) == n
    assert m.view.filter({"gap": None}).tolist() == list(range(n))
    assert here.order("gap", np.arange(n), descending=True).tolist() == list(range(n))


@pytest.mark.parametrize(
    "clauses",
    [
        None,
        [1],
        [{"type": "ticks"}],
        [{"type": "other"}],
        [{"type": "text", "query": "a", "regex": False}],
        {"type": "text"},
    ],
)
def test_what_the_page_should_never_send_is_refused(clauses):
    with pytest.raises(InputError, match="does not know"):
        checked(clauses, "grey")


def test_two_columns_of_one_name_are_refused(columns):
    with pytest.raises(ColumnNotFoundError):
        columns.own_name("no such")
    assert apply(clauses_of(None, None, columns, regex=False, names=None), columns, (), N).tolist() == list(range(N))
