"""One value for each row, from every kind of column: what is missing, what order names stand in, and that dates stay dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labelatlas._values import code_values, list_values
from labelatlas.exceptions import InputError

DAYS = (dt.datetime.fromisoformat("2026-01-31"), dt.datetime.fromisoformat("2026-02-01"))

COLUMNS = {
    "objects": np.array(["b", None, "a"], dtype=object),
    "text of pandas": pd.Series(["b", None, "a"], dtype="string"),
    "category": pd.Series(["b", None, "a"]).astype("category"),
    "polars": pl.Series(["b", None, "a"]),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_a_missing_value_has_no_code_and_names_are_sorted(column):
    codes, names = code_values("group", column, 3)
    assert codes.tolist() == [1, -1, 0]
    assert names == ("a", "b")


@pytest.mark.parametrize("hole", [np.nan, None, pd.NA, pd.NaT, np.float32("nan")])
def test_every_hole_is_the_same(hole):
    assert list_values("group", np.array([3, hole], dtype=object), 2) == [3, None]


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_dates_stay_dates(unit):
    when = np.array([*DAYS[::-1], "NaT"], dtype=f"datetime64[{unit}]")
    codes, names = code_values("period", when, 3)
    assert codes.tolist() == [1, 0, -1]
    assert names == DAYS
    assert code_values("period", pd.Series(when), 3)[1] == DAYS


def test_an_ordered_category_keeps_its_order_and_others_are_sorted():
    months = pd.Series(["feb", "jan", "mar"]).astype(pd.CategoricalDtype(["jan", "feb", "mar", "apr"], ordered=True))
    assert code_values("period", months, 3)[1] == ("jan", "feb", "mar")
    assert code_values("period", months.astype(str), 3)[1] == ("feb", "jan", "mar")
    assert code_values("period", np.array([10, 9, 2.5]), 3)[1] == (2.5, 9, 10)


def test_values_of_several_types_stand_type_by_type():
    codes, names = code_values("group", np.array(["a", 2, "b", 1], dtype=object), 4)
    assert names == (1, 2, "a", "b")
    assert codes.tolist() == [2, 1, 3, 0]


@pytest.mark.parametrize(
    "values", [[1, 2], [[1], [2], [3]], [[1], [2, 3], [4]], np.array([[1], [2, 3], 4], dtype=object)]
)
def test_what_is_no_value_for_each_row_is_refused(values):
    with pytest.raises(InputError, match="group must be") as caught:
        code_values("group", values, 3)
    assert caught.value.hint
