"""How rows are known from one day to the next."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelatlas.exceptions import ColumnNotFoundError, KeyColumnError
from labelatlas.frames import KeyIndex, KeyRecipe, Table, choose_recipe, fingerprints, row_keys
from labelatlas.frames.content import canonical_bytes, hash_rows


def keys_of(frame, key="id", content=()):
    table = Table.from_any(frame)
    return row_keys(table, choose_recipe(table, key, content))


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_column_of_integers_gives_integer_keys_in_every_kind_of_frame(make):
    keys = keys_of(make({"id": [7, 3, 9]}))
    assert keys.dtype == np.int64
    assert keys.tolist() == [7, 3, 9]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_column_of_text_gives_text_keys_row_zero_and_the_empty_string_included(make):
    assert keys_of(make({"id": ["", "b", "ü"]})).tolist() == ["", "b", "ü"]


def test_dates_and_uuids_become_text():
    frame = pd.DataFrame({"id": pd.to_datetime(["2026-01-01", "2026-01-02"])})
    assert all(key.startswith("2026-01-0") for key in keys_of(frame))
    assert keys_of(pl.DataFrame({"id": [dt.date(2026, 1, 1)]})).tolist() == ["2026-01-01"]


def test_a_missing_key_is_named_by_its_position():
    with pytest.raises(KeyColumnError, match=r"Rows 1 have none"):
        keys_of(pd.DataFrame({"id": ["a", None, "c"]}))


def test_repeated_keys_are_named():
    with pytest.raises(KeyColumnError, match=r"2 keys come more than once: 4, 5"):
        keys_of(pd.DataFrame({"id": [4, 4, 5, 5, 6]}))
    with pytest.raises(KeyColumnError, match=r"'a'"):
        keys_of(pl.DataFrame({"id": ["a", "b", "a"]}))


def test_keys_of_mixed_types_are_refused_with_the_cure():
    with pytest.raises(KeyColumnError, match=r"one type. Got int, str instead.*astype\(str\)"):
        keys_of(pd.DataFrame({"id": [1, "a"]}))


def test_keys_of_fractions_are_refused_and_whole_floats_are_integers():
    with pytest.raises(KeyColumnError, match="whole numbers or text"):
        keys_of(pd.DataFrame({"id": [0.5, 1.5]}))
    assert keys_of(pd.DataFrame({"id": [1.0, 2.0]})).tolist() == [1, 2]


def test_a_missing_key_column_is_named_with_those_there_are():
    with pytest.raises(ColumnNotFoundError, match=r"Did you mean 'id'\? The columns are: 'id'"):
        keys_of(pd.DataFrame({"id": [1]}), key="idd")


def test_an_integer_index_is_never_a_key_by_itself():
    table = Table.from_any(pd.DataFrame({"text": ["a", "b"]}, index=[10, 20]))
    assert choose_recipe(table, None, ["text"]) == KeyRecipe("content", ("text",))
    assert row_keys(table, choose_recipe(table, "index", [])).tolist() == [10, 20]


def test_a_unique_text_index_is_a_key():
    table = Table.from_any(pd.DataFrame({"text": ["a", "b"]}, index=["x", "y"]))
    assert row_keys(table, choose_recipe(table, None, ["text"])).tolist() == ["x", "y"]


def test_nothing_to_know_rows_by_is_an_error_with_the_cure():
    with pytest.raises(KeyColumnError, match=r"key='id', or trust the index"):
        choose_recipe(Table.from_any(pd.DataFrame({"x": [1.0]})), None, [])
    with pytest.raises(KeyColumnError, match="polars"):
        choose_recipe(Table.from_any(pl.DataFrame({"x": [1.0]})), "index", [])


def test_equal_rows_have_numbered_content_keys():
    keys = keys_of(pd.DataFrame({"text": ["a", "b", "a"]}), key=None, content=["text"])
    assert keys[2] == f"{keys[0]}-1"
    assert len(set(keys)) == 3


def test_content_keys_and_fingerprints_do_not_depend_on_the_kind_of_frame():
    columns = {"text": ["a", None, "ü"], "n": [1, None, 3]}
    frames = [Table.from_any(make(columns)) for make in (pd.DataFrame, pl.DataFrame)]
    rows = np.arange(3)
    first, second = (fingerprints(t, ["text", "n"], rows) for t in frames)
    assert first.tolist() == second.tolist()
    first, second = (row_keys(t, KeyRecipe("content", ("text", "n"))) for t in frames)
    assert first.tolist() == second.tolist()


def test_a_fingerprint_sees_content_and_nothing_else():
    a = Table.from_any(pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]}))
    b = Table.from_any(pd.DataFrame({"more": [1, 2], "text": ["a", "c"], "label": ["z", "y"]}))
    rows = np.arange(2)
    same = fingerprints(a, ["text"], rows) == fingerprints(b, ["text"], rows)
    assert same.tolist() == [True, False]


def test_images_and_nested_lists_have_content():
    image = np.arange(6.0).reshape(2, 3)
    assert canonical_bytes(image) == canonical_bytes(image.astype(np.uint8))
    assert canonical_bytes(image) != canonical_bytes(image.T)
    assert canonical_bytes(["ab", "c"]) != canonical_bytes(["a", "bc"])
    assert canonical_bytes([1.0, 2.0]) == canonical_bytes(np.array([1, 2]))


def test_missing_is_not_the_word_nan():
    assert len({canonical_bytes(v) for v in (None, float("nan"), pd.NA, pd.NaT)}) == 1
    assert len({canonical_bytes(v) for v in (None, "nan", "None", "")}) == 4


@given(st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=30), st.lists(st.integers(-5, 5), max_size=9))
def test_positions_of_integers_agree_with_a_dictionary(keys, wanted):
    wanted = [*wanted, *keys[:3]]
    oracle = {key: i for i, key in enumerate(keys)}
    found = KeyIndex(np.array(keys, dtype=np.int64)).positions(wanted)
    assert found.tolist() == [oracle.get(key, -1) for key in wanted]


@given(st.lists(st.text(max_size=4), unique=True, max_size=20), st.lists(st.text(max_size=4), max_size=9))
def test_positions_of_texts_agree_with_a_dictionary(keys, wanted):
    wanted = [*wanted, *keys[:3]]
    oracle = {key: i for i, key in enumerate(keys)}
    found = KeyIndex(np.array(keys, dtype=object)).positions(wanted)
    assert found.tolist() == [oracle.get(key, -1) for key in wanted]


def test_a_key_of_another_type_is_not_found():
    assert KeyIndex(np.array([1, 2])).positions(["1", 2]).tolist() == [-1, 1]
    assert KeyIndex(np.array(["1"], dtype=object)).positions([1]).tolist() == [-1]


@given(st.lists(st.text(), min_size=1, max_size=9))
def test_a_column_of_texts_alone_is_hashed_as_in_any_company(texts):
    column = np.array([*texts, None], dtype=object)
    assert hash_rows([column[:-1]], 16) == hash_rows([column], 16)[:-1]
