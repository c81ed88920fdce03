"""The label column: read as codes, written back in its own dtype."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labelatlas.exceptions import ColumnNotFoundError, InputError, LabelTypeError
from labelatlas.frames import Table, build_frame, read_labels, with_labels

PANDAS = {
    "text": pd.Series(["b", "a", None, "b"]),
    "object": pd.Series(["b", "a", None, "b"], dtype=object),
    "string": pd.Series(["b", "a", None, "b"], dtype="string"),
    "arrow": pd.Series(["b", "a", None, "b"], dtype="string[pyarrow]"),
    "category": pd.Series(pd.Categorical(["b", "a", None, "b"], categories=["b", "a", "unused"])),
    "ordered": pd.Series(pd.Categorical(["b", "a", None, "b"], categories=["b", "a"], ordered=True)),
    "category of ints": pd.Series(pd.Categorical([2, 1, None, 2])),
    "int64": pd.Series([2, 1, 1, 2]),
    "int8": pd.Series([2, 1, 1, 2], dtype="int8"),
    "Int64": pd.Series([2, 1, None, 2], dtype="Int64"),
    "arrow int": pd.Series([2, 1, None, 2], dtype="int64[pyarrow]"),
    "bool": pd.Series([True, False, False, True]),
    "boolean": pd.Series([True, False, None, True], dtype="boolean"),
}
POLARS = {
    "String": pl.Series(["b", "a", None, "b"]),
    "Categorical": pl.Series(["b", "a", None, "b"], dtype=pl.Categorical),
    "Enum": pl.Series(["b", "a", None, "b"], dtype=pl.Enum(["b", "a"])),
    "Int16": pl.Series([2, 1, None, 2], dtype=pl.Int16),
    "Boolean": pl.Series([True, False, None, True]),
}
COLUMNS = [("pandas", name, series) for name, series in PANDAS.items()]
COLUMNS += [("polars", name, series) for name, series in POLARS.items()]
EACH_COLUMN = pytest.mark.parametrize(("kind", "name", "series"), COLUMNS, ids=[f"{k} {n}" for k, n, _ in COLUMNS])


def frame_of(kind, series):
    columns = {"id": [5, 6, 7, 8], "label": series, "z": ["p", "q", "r", "s"]}
    return pd.DataFrame(columns) if kind == "pandas" else pl.DataFrame(columns)


def as_list(frame):
    values = frame["label"].to_list()
    return [None if pd.isna(v) else v for v in values]


@EACH_COLUMN
def test_reading_and_writing_back_unchanged_labels_gives_the_same_frame(kind, name, series):
    frame = frame_of(kind, series)
    table = Table.from_any(frame)
    column = read_labels(table, "label")
    back = with_labels(table, column, column.values, column.codes)
    if kind == "pandas":
        pd.testing.assert_frame_equal(back, frame)
    else:
        assert back.equals(frame)
        assert back.schema == frame.schema


@EACH_COLUMN
def test_a_change_reaches_its_row_alone_and_the_dtype_stays(kind, name, series):
    frame = frame_of(kind, series)
    before = as_list(frame)
    table = Table.from_any(frame)
    column = read_labels(table, "label")
    other = next(code for code in range(len(column.values)) if code != column.codes[0])
    codes = column.codes.copy()
    codes[0] = other
    back = with_labels(table, column, column.values, codes)
    assert as_list(back) == [column.values[other], *before[1:]]
    assert back["label"].dtype == frame["label"].dtype
    assert as_list(frame) == before, "the caller's frame must not change"
    assert list(back.columns) == list(frame.columns)


@EACH_COLUMN
def test_unlabelled_is_written_as_missing_or_refused(kind, name, series):
    frame = frame_of(kind, series)
    table = Table.from_any(frame)
    column = read_labels(table, "label")
    if name in {"int64", "int8", "bool"}:
        with pytest.raises(LabelTypeError, match=r'astype\("(Int64|boolean)"\)'):
            column.parse(None)
        return
    assert column.parse(None) is None
    codes = column.codes.copy()
    codes[0] = -1
    back = with_labels(table, column, column.values, codes)
    assert as_list(back)[0] is None
    assert back["label"].dtype == frame["label"].dtype


def test_categories_keep_their_order_and_new_ones_come_last_and_go_again():
    frame = frame_of("pandas", PANDAS["category"])
    table = Table.from_any(frame)
    column = read_labels(table, "label")
    assert column.values == ("b", "a", "unused")
    codes = np.array([3, 1, -1, 0], dtype=np.int32)
    back = with_labels(table, column, (*column.values, "new"), codes)
    assert back["label"].cat.categories.tolist() == ["b", "a", "unused", "new"]
    assert as_list(back) == ["new", "a", None, "b"]


def test_a_polars_enum_gains_a_category():
    table = Table.from_any(frame_of("polars", POLARS["Enum"]))
    column = read_labels(table, "label")
    back = with_labels(table, column, (*column.values, "new"), np.array([2, 1, -1, 0], dtype=np.int32))
    assert back["label"].dtype == pl.Enum(["b", "a", "new"])


def test_typed_names_are_parsed_to_the_column_or_refused_with_the_cure():
    column = read_labels(Table.from_any(frame_of("pandas", PANDAS["int8"])), "label")
    assert column.parse(" 7 ") == 7
    assert column.parse(np.int64(3)) == 3
    with pytest.raises(LabelTypeError, match=r"whole numbers. Got 'seven' instead.*astype\(str\)"):
        column.parse("seven")
    with pytest.raises(LabelTypeError, match=r"\[-128, 127\]. Got 300"):
        column.parse("300")
    flags = read_labels(Table.from_any(frame_of("pandas", PANDAS["bool"])), "label")
    assert flags.parse("false") is False
    with pytest.raises(LabelTypeError, match="True or False"):
        flags.parse("maybe")
    texts = read_labels(Table.from_any(frame_of("pandas", PANDAS["text"])), "label")
    assert texts.parse("nan") == "nan"
    with pytest.raises(LabelTypeError, match="Pass it as text: '5'"):
        texts.parse(5)
    with pytest.raises(LabelTypeError, match="Type a name"):
        texts.parse("")
    with pytest.raises(LabelTypeError, match="at most 1024 bytes"):
        texts.parse("x" * 1025)
    assert texts.parse("ü" * 512) == "ü" * 512


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.5, 2.5], "Got floats instead"),
        ([1.0, None], r'astype\("Int64"\)'),
        ([None, float("nan")], "Nothing is labelled yet"),
        ([["a"], ["b"]], "Got list values instead"),
        (["a", 1], "Got int, str instead"),
        (pd.to_datetime(["2026-01-01", "2026-01-02"]), "instead"),
    ],
)
def test_columns_that_are_no_labels_are_refused(values, words):
    series = pd.Series(values, dtype=float) if values[0] is None else values
    with pytest.raises(LabelTypeError, match=words):
        read_labels(Table.from_any(pd.DataFrame({"label": series})), "label")


def test_a_missing_or_repeated_label_column_is_named():
    with pytest.raises(ColumnNotFoundError, match="label must name a column.*'text'"):
        read_labels(Table.from_any(pd.DataFrame({"text": ["a"]})), "label")
    twice = pd.DataFrame([["a", "b"]], columns=["label", "label"])
    with pytest.raises(InputError, match="2 columns called 'label'"):
        read_labels(Table.from_any(twice), "label")


def test_all_missing_text_columns_are_read_as_unlabelled():
    for frame in (
        pd.DataFrame({"label": pd.Series([None, None], dtype=object)}),
        pl.DataFrame({"label": [None, None]}),
    ):
        column = read_labels(Table.from_any(frame), "label")
        assert column.codes.tolist() == [-1, -1]
        assert column.parse("first") == "first"
        back = with_labels(Table.from_any(frame), column, ("first",), np.array([0, -1], dtype=np.int32))
        assert as_list(back) == ["first", None]


def test_what_is_no_frame_is_refused_with_the_cure():
    with pytest.raises(InputError, match=r"Got list instead.*DataFrame\(data\)"):
        Table.from_any([1, 2])
    with pytest.raises(InputError, match="equally long"):
        Table.from_any({"a": [1], "b": [1, 2]})


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_frames_are_built_of_any_column_also_of_arrays(kind):
    frame = build_frame({"n": np.arange(2), "pair": [np.zeros(2), np.ones(2)], "s": ["a", None]}, kind)
    assert len(frame) == 2
    assert np.asarray(frame["pair"][1]).tolist() == [1.0, 1.0]


def test_any_text_survives_as_a_label():
    names = ["nan", "None", "", " x ", "שלום", "<b>&\"'", "a\nb", "ü" * 100, "\x00z"]
    for make in (pd.DataFrame, pl.DataFrame):
        frame = make({"label": names})
        column = read_labels(Table.from_any(frame), "label")
        back = with_labels(Table.from_any(frame), column, column.values, column.codes)
        assert back["label"].to_list() == names
