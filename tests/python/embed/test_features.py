from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.embed import embed_features
from labelatlas.exceptions import InputError


def vectors(**columns):
    return embed_features(columns).vectors


def test_a_normal_column_is_scaled_to_unit_spread():
    z = vectors(x=np.random.default_rng(0).normal(7, 100, 4000))
    assert z.shape == (4000, 1)
    assert abs(np.median(z)) < 1e-6
    assert abs(z.std() - 1) < 0.05


def test_the_scale_of_a_column_does_not_matter():
    x = np.random.default_rng(0).normal(size=200)
    np.testing.assert_allclose(vectors(x=x), vectors(x=x * 1e200), atol=1e-5)
    np.testing.assert_allclose(vectors(x=x), vectors(x=x * 1e-9 + 3e-9), atol=1e-5)


def test_outliers_and_infinities_are_clipped():
    z = vectors(x=np.array([0.0, 1, 2, 3, 4, 1e12, np.inf, -np.inf]))
    assert z.max() == 5
    assert z.min() == -5
    assert z[4, 0] < 4


def test_missing_numbers_lie_at_the_median_with_a_column_that_says_so():
    z = vectors(x=np.array([1.0, 2.0, np.nan, 3.0]))
    assert z[:, 1].tolist() == [0, 0, 1, 0]
    assert z[2, 0] == z[1, 0] == 0


def test_categories_are_one_hot_with_a_column_for_missing():
    z = vectors(town=["Bern", "Basel", None, "Bern"])
    assert z.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_rare_categories_share_one_column():
    town = [f"t{i % 30}" for i in range(90)] + ["t0", "t1", "t2"] * 9
    z = embed_features({"town": town}, max_categories=3).vectors
    assert z.shape[1] == 4
    assert (z.sum(axis=1) == 1).all()
    assert z[3].tolist() == [0, 0, 0, 1]


def test_a_disagreement_weighs_the_same_in_booleans_and_categories():
    truth, kind = vectors(x=np.array([True, False])), vectors(x=["a", "b"])
    assert np.isclose(np.linalg.norm(truth[0] - truth[1]), np.linalg.norm(kind[0] - kind[1]))


@pytest.mark.parametrize(
    "column",
    [
        np.array(["2024-01-01", "2024-01-03", "2024-01-02", "NaT"], dtype="datetime64[D]"),
        [dt.date(2024, 1, 1), dt.date(2024, 1, 3), dt.date(2024, 1, 2), None],
        [dt.datetime(2024, 1, day, tzinfo=dt.UTC) for day in (1, 3, 2)] + [None],
        pd.to_datetime(pd.Series(["2024-01-01", "2024-01-03", "2024-01-02", None])).to_numpy(),
        pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-02", None])).astype(object).to_numpy(),
        [dt.timedelta(days=1), dt.timedelta(days=3), dt.timedelta(days=2), None],
        np.array([1, 3, 2, "NaT"], dtype="timedelta64[D]"),
        [Decimal(1), Decimal(3), Decimal(2), None],
        pd.array([1, 3, 2, None], dtype="Int64").astype(object),
        [1, 3, 2, float("nan")],
    ],
)
def test_dates_durations_and_numbers_of_any_make_are_ordered_numbers(column):
    z = vectors(x=column)
    assert z.shape == (4, 2)
    assert z[0, 0] < z[2, 0] < z[1, 0]
    assert z[:, 1].tolist() == [0, 0, 0, 1]


def test_nullable_booleans_are_booleans():
    z = vectors(x=pd.array([True, False, None], dtype="boolean").astype(object))
    assert z[0, 0] > z[2, 0] > z[1, 0]


def test_constant_columns_and_identifiers_are_left_out():
    rows = 60
    z = vectors(one=np.ones(rows), name=[f"id{i}" for i in range(rows)], x=np.arange(rows), gone=[None] * rows)
    assert z.shape == (rows, 1)


def test_nothing_left_to_compare_is_refused():
    with pytest.raises(InputError, match=r"values differ and repeat\. Got none in one, gone"):
        embed_features({"one": [1, 1, 1], "gone": [None, None, None]})


def test_a_single_row_has_a_place():
    assert vectors(x=[3.0], town=["Bern"]).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "at least one feature column"),
        ({"a": [1, 2], "b": [1]}, "one length"),
        ({"a": [[1], [2]]}, "collections"),
        ({"a": np.zeros((2, 2))}, "1-D"),
        ({"a": np.array([1j, 2])}, "complex"),
    ],
)
def test_unusable_columns_are_refused_by_name(columns, words):
    with pytest.raises(InputError, match=words):
        embed_features(columns)


def test_max_categories_must_be_positive():
    with pytest.raises(InputError, match="max_categories must be at least 1"):
        embed_features({"a": ["x", "y"]}, max_categories=0)


def test_strided_columns_read_as_their_copies():
    wide = np.arange(40.0)
    assert (vectors(x=wide[::-2]) == vectors(x=wide[::-2].copy())).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats() | st.none() | st.booleans() | st.text(max_size=2), min_size=2, max_size=15))
def test_any_column_becomes_finite_bounded_numbers_or_is_refused(column):
    try:
        z = vectors(x=column)
    except InputError:
        return
    assert np.isfinite(z).all()
    assert np.abs(z).max() <= 5
