"""What is particular to each kind of frame: everything but the label column comes back as it was."""

from __future__ import annotations

import gc
import logging

import anndata
import datasets
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import labelatlas as la
from labelatlas.exceptions import ColumnNotFoundError, InputError, LabelTypeError
from labelatlas.frames import LiveColumn, Table, choose_recipe, read_labels, row_keys, with_labels

# anndata 0.12 asks pandas for an option that pandas 3 has deprecated, whenever it makes a view
pytestmark = pytest.mark.filterwarnings("ignore:The 'mode.chained_assignment' option is deprecated")

XY = np.random.default_rng(0).normal(size=(4, 2))


def relabelled(frame, changes, values=("a", "b", "new"), name="y", **options):
    """Return the frame with new labels, by row and label."""
    table = Table.from_any(frame)
    column = read_labels(table, name)
    values = [*column.values, *(v for v in values if v not in column.values)]
    codes = column.codes.copy()
    for row, label in changes.items():
        codes[row] = -1 if label is None else values.index(label)
    return with_labels(table, column, values, codes, **options)


# ---- pandas ----------------------------------------------------------------------------------------------------------
INDEXES = {
    "range": pd.RangeIndex(10, 14),
    "repeated": pd.Index(["p", "p", "q", "p"], name="who"),
    "moments": pd.date_range("2026-01-01", periods=4, tz="Europe/Berlin"),
    "category": pd.CategoricalIndex(["p", "q", "p", "q"]),
    "levels": pd.MultiIndex.from_tuples([("p", 1), ("p", 2), ("q", 1), ("q", 1)], names=["who", None]),
    "missing": pd.Index(["p", None, "q", np.nan], dtype=object),
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_a_pandas_frame_keeps_index_attributes_and_every_other_column(index):
    frame = pd.DataFrame(
        {
            "y": pd.Categorical(["a", "b", None, "a"], ["b", "a"], ordered=True),
            "n": pd.array([1, None, 3, 4], dtype="Int64"),
            "t": pd.array(["x", None, "z", ""], dtype="string[pyarrow]"),
            "when": pd.to_datetime(["2026-01-01", None, "2026-01-03", "2026-01-04"], utc=True),
            "deep": [[1], [2, 3], [], None],
        },
        index=index,
    )
    frame.attrs["source"] = {"made by": "hand"}
    before = frame.copy()
    out = relabelled(frame, {0: "b", 2: "a"})
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(out.drop(columns="y"), frame.drop(columns="y"))
    assert out["y"].dtype == frame["y"].dtype
    assert out["y"].tolist() == ["b", "b", "a", "a"]
    assert out.attrs == frame.attrs
    assert list(out.columns) == list(frame.columns)
    wide = relabelled(frame, {0: "b"}, into="fixed")
    pd.testing.assert_frame_equal(wide.drop(columns="fixed"), frame)
    assert wide["fixed"].dtype == frame["y"].dtype


ARROW = {
    "string": (pa.string(), ["a", "b", None, "a"]),
    "large_string": (pa.large_string(), ["a", "b", None, "a"]),
    "dictionary": (pa.dictionary(pa.int8(), pa.string()), ["a", "b", None, "a"]),
    "ordered": (pa.dictionary(pa.int32(), pa.string(), ordered=True), ["b", "a", None, "a"]),
    "int16": (pa.int16(), [1, 2, None, 1]),
    "uint64": (pa.uint64(), [1, 2, None, 1]),
    "bool": (pa.bool_(), [True, False, None, True]),
}
EACH_ARROW = pytest.mark.parametrize(("kind", "cells"), ARROW.values(), ids=ARROW)


@EACH_ARROW
@pytest.mark.parametrize("live", [False, True])
def test_arrow_dtypes_of_pandas_are_kept_and_an_undo_restores_them(kind, cells, live):
    frame = pd.DataFrame({"id": [1, 2, 3, 4], "y": pd.array(cells, dtype=pd.ArrowDtype(kind))})
    before = frame.copy()
    other = cells[1]
    if not live:
        out = relabelled(frame, {0: other, 1: None})
        assert out["y"].dtype == frame["y"].dtype
        assert [None if pd.isna(v) else v for v in out["y"]] == [other, None, None, cells[3]]
        return
    table = Table.from_any(frame)
    column = read_labels(table, "y")
    recipe = choose_recipe(table, "id", [])
    writer = LiveColumn(frame, column, recipe, row_keys(table, recipe))
    rows, old, new = np.array([0, 2]), column.codes[[0, 2]], column.codes[[1, 1]]
    writer.write(rows, old, new, column.values)
    assert frame["y"].iloc[[0, 2]].tolist() == [other, other]
    writer.write(rows, new, old, column.values)
    pd.testing.assert_frame_equal(frame, before)


def test_an_object_column_keeps_its_own_way_of_saying_nothing():
    for nothing in (None, np.nan, pd.NA):
        frame = pd.DataFrame({"y": pd.Series(["a", nothing, "b"], dtype=object)})
        assert relabelled(frame, {0: None})["y"].iloc[0] is nothing
        assert relabelled(frame, {0: "b"})["y"].iloc[1] is nothing


def test_one_and_true_and_their_text_are_not_one_label():
    with pytest.raises(LabelTypeError, match="Got bool, int instead"):
        read_labels(Table.from_any(pd.DataFrame({"y": pd.Series([1, True], dtype=object)})), "y")
    column = read_labels(Table.from_any(pd.DataFrame({"y": pd.Series([np.int64(1), 2, None], dtype=object)})), "y")
    assert column.values == (1, 2)
    assert column.codes.tolist() == [0, 1, -1]


def test_the_levels_of_an_index_are_one_key():
    table = Table.from_any(pd.DataFrame({"y": list("ab")}, index=pd.MultiIndex.from_tuples([("ü", 1), ("p", 2)])))
    assert row_keys(table, choose_recipe(table, "index", [])).tolist() == ['["ü", 1]', '["p", 2]']


# ---- polars ----------------------------------------------------------------------------------------------------------
def test_a_lazy_frame_is_run_once_and_said_and_given_back_lazy(caplog):
    runs = []
    lazy = pl.LazyFrame({"id": [1, 2], "y": ["a", "b"]}).map_batches(lambda part: (runs.append(1), part)[1])
    with caplog.at_level(logging.INFO, "labelatlas"):
        out = relabelled(lazy, {0: "b"})
    assert isinstance(out, pl.LazyFrame)
    assert out.collect()["y"].to_list() == ["b", "b"]
    assert len(runs) == 1
    assert "collected: 2 rows, 2 columns" in caplog.text


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["b", "a"])])
def test_a_polars_frame_keeps_its_schema(dtype):
    frame = pl.DataFrame(
        {"y": pl.Series(["a", "b", None, "a"], dtype=dtype), "v": pl.Series([[1.0]] * 4, dtype=pl.Array(pl.Float32, 1))}
    )
    out = relabelled(frame, {0: "b", 1: None})
    assert out.schema == frame.schema
    assert out["y"].to_list() == ["b", None, None, "a"]
    assert out["v"].equals(frame["v"])
    assert relabelled(frame, {0: "new"})["y"].to_list() == ["new", "b", None, "a"]


# ---- pyarrow ---------------------------------------------------------------------------------------------------------
@EACH_ARROW
def test_a_table_keeps_types_metadata_and_chunks(kind, cells):
    column = pa.chunked_array([pa.array(cells[:1], kind), pa.array([], kind), pa.array(cells[1:], kind)])
    schema = pa.schema(
        [pa.field("y", kind, metadata={"unit": "word"}), pa.field("n", pa.int8())], metadata={"made by": "hand"}
    )
    table = pa.table([column, pa.array([1, 2, 3, 4], pa.int8())], schema=schema)
    out = relabelled(table, {0: cells[1], 1: None})
    assert out.schema.equals(table.schema, check_metadata=True)
    assert out.column("y").to_pylist() == [cells[1], None, None, cells[3]]
    assert [len(c) for c in out.column("y").chunks if len(c)] == [1, 3]
    assert relabelled(table, {}).equals(table, check_metadata=True)


def test_a_dictionary_gains_labels_and_wider_indices_when_it_must():
    names = [f"l{i:03}" for i in range(127)]
    table = pa.table({"y": pa.DictionaryArray.from_arrays(pa.array(range(127), pa.int8()), names)})
    out = relabelled(table, {0: "one more", 1: "and one"}, values=("one more", "and one"))
    assert out.column("y").to_pylist() == ["one more", "and one", *names[2:]]
    assert out.schema.field("y").type == pa.dictionary(pa.int32(), pa.string())


def test_a_dictionary_with_repeats_and_a_null_is_read_as_it_is_meant():
    y = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, None]), pa.array(["a", "b", "a", None]))
    table = pa.table({"y": y})
    column = read_labels(Table.from_any(table), "y")
    assert column.values == ("a", "b")
    assert column.codes.tolist() == [0, 1, 0, -1, -1]
    assert relabelled(table, {3: "b"}).column("y").to_pylist() == ["a", "b", "a", "b", None]


def test_a_field_that_is_never_null_refuses_unlabelled():
    table = pa.table({"y": ["a", "b"]}, schema=pa.schema([pa.field("y", pa.string(), nullable=False)]))
    with pytest.raises(LabelTypeError, match="cannot hold unlabelled"):
        read_labels(Table.from_any(table), "y").parse(None)


# ---- DuckDB ----------------------------------------------------------------------------------------------------------
TYPES = (
    "SELECT i AS id, ['a', 'b', NULL, 'a'][i + 1]::ENUM('b', 'a', 'it''s') AS y, i::HUGEINT AS huge, uuid() AS u, "
    "INTERVAL (i) DAY AS gap, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS at, [i, 2] AS list, {'k': i} AS deep, "
    'i::DECIMAL(5, 2) AS money, \'x\'::BLOB AS raw, 1::UTINYINT AS tiny, i AS "odd ""name" FROM range(4) t(i) ORDER BY i'
)


def test_a_relation_keeps_its_types_and_its_connection():
    with duckdb.connect() as connection:
        relation = connection.sql(TYPES)
        out = relabelled(relation, {0: "b", 1: None})
        assert out.columns == relation.columns
        assert list(map(str, out.types)) == list(map(str, relation.types))
        assert [row[1] for row in out.fetchall()] == ["b", None, None, "a"]
        assert [row[4:] for row in out.fetchall()] == [row[4:] for row in relation.fetchall()]
        joined = connection.sql("SELECT count(*) FROM out JOIN relation USING (id)")
        assert joined.fetchall() == [(4,)]
        assert connection.sql("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]


def test_an_enum_gains_a_label():
    with duckdb.connect() as connection:
        out = relabelled(connection.sql(TYPES), {0: "it's new"}, values=("it's new",))
        assert str(out.types[1]) == "ENUM('b', 'a', 'it''s', 'it''s new')"
        assert out.fetchall()[0][1] == "it's new"


def test_a_whole_number_too_large_for_a_relations_column_is_refused():
    column = read_labels(Table.from_any(duckdb.sql("SELECT 1::TINYINT AS y")), "y")
    with pytest.raises(LabelTypeError, match=r"\[-128, 127\]"):
        column.parse(300)


# ---- datasets --------------------------------------------------------------------------------------------------------
def dataset_of(codes=(0, 1, None, 0)):
    features = datasets.Features(
        {
            "text": datasets.Value("string"),
            "y": datasets.ClassLabel(names=["b", "a"]),
            "v": datasets.Sequence(datasets.Value("float32"), length=2),
        }
    )
    found = datasets.Dataset.from_dict({"text": list("pqrs"), "y": list(codes), "v": [[1, 2]] * 4}, features=features)
    found.info.description = "made by hand"
    return found


def test_a_class_label_shows_names_and_stays_numbers():
    data = dataset_of()
    column = read_labels(Table.from_any(data), "y")
    assert (column.values, column.codes.tolist()) == (("b", "a"), [0, 1, -1, 0])
    out = relabelled(data, {0: "a", 1: None})
    assert out["y"][:] == [1, None, None, 0]
    assert out.features == data.features
    assert out.column_names == data.column_names
    assert out.info.description == "made by hand"
    assert data["y"][:] == [0, 1, None, 0]


def test_a_class_label_gains_a_name_and_keeps_its_own_word_for_unlabelled():
    out = relabelled(dataset_of((0, 1, -1, 0)), {0: "new", 1: None})
    assert out.features["y"].names == ["b", "a", "new"]
    assert out["y"][:] == [2, -1, -1, 0]
    kept = relabelled(dataset_of(), {0: "new"}, into="fixed")
    assert kept.features["y"].names == ["b", "a"]
    assert kept.features["fixed"].names == ["b", "a", "new"]


def test_a_shuffled_dataset_with_a_format_keeps_both():
    data = dataset_of().select([3, 0, 1]).with_format("numpy", columns=["text", "y"])
    out = relabelled(data, {0: "a"})
    assert out.format["type"] == "numpy"
    assert out.format["columns"] == ["text", "y"]
    assert out.with_format(None)["text"][:] == ["s", "p", "q"]
    assert out.with_format(None)["y"][:] == [1, 0, 1]


def test_a_string_column_of_a_dataset_is_a_label_too_and_images_come_decoded():
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    features = datasets.Features({"y": datasets.Value("string"), "image": datasets.Image()})
    data = datasets.Dataset.from_dict({"y": ["a", "b"], "image": [picture, picture]}, features=features)
    assert np.asarray(Table.from_any(data).values("image")[1]).tolist() == picture.tolist()
    out = relabelled(data, {0: "b"})
    assert out["y"][:] == ["b", "b"]
    assert out.features == data.features


def test_a_dict_of_splits_is_refused_with_the_cure():
    with pytest.raises(InputError, match=r"Got a DatasetDict instead.*data\['train'\]"):
        Table.from_any(datasets.DatasetDict({"train": dataset_of()}))


# ---- AnnData ---------------------------------------------------------------------------------------------------------
def cells():
    obs = pd.DataFrame({"y": pd.Categorical(["a", "b", None, "a"]), "n": [1, 2, 3, 4]}, index=["c1", "c2", "c3", "c4"])
    found = anndata.AnnData(
        X=np.eye(4, 3, dtype=np.float32),
        obs=obs,
        obsm={"X_pca": np.arange(12.0).reshape(4, 3), "X_umap": XY},
        layers={"raw": np.ones((4, 3))},
        obsp={"near": np.eye(4)},
        uns={"colours": ["red"]},
    )
    found.raw = found
    return found


def test_annotated_data_keeps_all_but_the_label():
    data = cells()
    out = relabelled(data, {0: "b", 2: "new"})
    assert data.obs["y"].isna().tolist() == [False, False, True, False]
    assert out.obs["y"].tolist() == ["b", "b", "new", "a"]
    assert out.obs["y"].cat.categories.tolist() == ["a", "b", "new"]
    pd.testing.assert_frame_equal(out.obs.drop(columns="y"), data.obs.drop(columns="y"))
    pd.testing.assert_frame_equal(out.var, data.var, check_column_type=False)
    assert out.uns == data.uns
    for part in ("obsm", "layers", "obsp"):
        for name, matrix in getattr(data, part).items():
            assert np.array_equal(getattr(out, part)[name], matrix)
    assert np.array_equal(out.X, data.X)
    assert np.array_equal(out.raw.X, data.raw.X)


def test_a_map_of_annotated_data_reads_obsm_and_writes_obs():
    data = cells()
    m = la.LabelMap(data, label="y", embedding="X_pca", xy="X_umap", journal=None, progress=False)
    assert m.atlas.keys.tolist() == ["c1", "c2", "c3", "c4"]
    assert np.allclose(m.atlas.xy, XY)
    assert m.atlas.vectors.shape == (4, 3)
    m.relabel(keys=["c2"], label="a")
    assert data.obs["y"].tolist()[:2] == ["a", "a"]
    assert m.labels.sync == ("live", "")
    assert isinstance(m.to_frame(), anndata.AnnData)
    assert isinstance(m.history(), pd.DataFrame)
    m.selection([0, 2])
    assert m.selected().obs_names.tolist() == ["c1", "c3"]
    m.undo()
    assert data.obs["y"].tolist()[:2] == ["a", "b"]
    with pytest.raises(ColumnNotFoundError, match="embedding must name a column"):
        la.Atlas.from_frame(data, embedding="X_tsne", progress=False)


def test_annotated_data_that_nobody_holds_any_more_is_detached():
    data = cells()
    table = Table.from_any(data)
    recipe = choose_recipe(table, None, [])
    live = LiveColumn(data, read_labels(table, "y"), recipe, row_keys(table, recipe))
    assert not live.is_detached
    data = data.copy()
    gc.collect()  # what holds `raw` holds itself
    assert live.is_detached


def test_a_view_of_annotated_data_is_not_written_to():
    view = cells()[[0, 1, 3]]
    assert not LiveColumn.can_write(view)
    assert relabelled(view, {0: "b"}).obs["y"].tolist() == ["b", "b", "a"]


def test_annotated_data_in_a_file_is_refused_with_the_cure(tmp_path):
    names = pd.Index(["c1", "c2"], dtype=object)
    data = anndata.AnnData(X=np.eye(2, dtype=np.float32), obs=pd.DataFrame(index=names), var=pd.DataFrame(index=names))
    data.write_h5ad(tmp_path / "cells.h5ad")
    backed = anndata.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    with pytest.raises(InputError, match=r"adata.to_memory\(\)"):
        Table.from_any(backed)
    backed.file.close()


# ---- maps ------------------------------------------------------------------------------------------------------------
def test_a_map_may_write_into_a_column_of_its_own():
    frame = pd.DataFrame({"id": [1, 2, 3, 4], "y": ["a", "b", "a", "b"], "at_xy": XY.tolist()})
    for _ in range(2):  # the cell runs twice
        m = la.LabelMap(frame, label="y", key="id", xy="at_xy", into="fixed", author="me", progress=False)
        m.relabel([0], "b")
        assert frame["y"].tolist() == ["a", "b", "a", "b"]
        assert frame["fixed"].tolist() == ["b", "b", "a", "b"]
        assert m.labels.sync == ("live", "")
        assert m.to_frame().columns.tolist() == ["id", "y", "at_xy", "fixed"]
    out = m.to_frame(provenance=True)
    assert out["edited"].tolist() == [True, False, False, False]
    assert out["old_label"].tolist() == out["y"].tolist() == ["a", "b", "a", "b"]
    assert out["author"].iloc[0] == "me"
    assert out["author"].isna().tolist() == [False, True, True, True]
    assert out["at"].iloc[0] == m.history()["at"].iloc[-1]
    with pytest.raises(InputError, match="has a column 'id' already"):
        m.to_frame(into="id")
    frozen = pa.Table.from_pandas(frame.drop(columns="fixed"))
    m = la.LabelMap(frozen, label="y", key="id", xy="at_xy", journal=None, into="fixed", progress=False)
    m.relabel([1], "a")
    assert m.to_frame()["fixed"].to_pylist() == ["a", "a", "a", "b"]
    assert isinstance(m.history(), pa.Table)
    with pytest.raises(InputError, match='sync="live" needs a frame that can be changed in place. Got a pyarrow'):
        la.LabelMap(frozen, label="y", key="id", xy="at_xy", journal=None, sync="live", progress=False)
