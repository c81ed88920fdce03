"""What every kind of frame must do; a new one is tested by being in the registry."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelatlas.exceptions import InputError, SyncError
from labelatlas.frames import (
    KINDS,
    KeyRecipe,
    LiveColumn,
    Provenance,
    Table,
    build_frame,
    choose_recipe,
    fingerprints,
    read_labels,
    row_keys,
    with_labels,
)
from labelatlas.journal import Journal, StreamKey
from labelatlas.labels import Labels

NAMES = sorted(KINDS)
LIVE = sorted(name for name, kind in KINDS.items() if kind.live(kind.build({"x": ["a"]})) is not None)
EACH = pytest.mark.parametrize("name", NAMES)
EACH_LIVE = pytest.mark.parametrize("name", LIVE)
# anndata 0.12 asks pandas for an option that pandas 3 has deprecated, whenever it makes a view
pytestmark = pytest.mark.filterwarnings("ignore:The 'mode.chained_assignment' option is deprecated")

TEXTS = [
    "plain",
    "nan",
    "None",
    "",
    " x ",
    "שלום עולם",
    "<b onload=1>&amp;\"'",
    "a\nb\tc",
    "日本語" * 3000,
    "null\x00byte",
    "é",
    "é",
]
WORDS = [t for t in TEXTS if len(t.encode()) <= 1024]


def columns(n=6):
    words = ["cat", "dog", "cow"]
    return {
        "id": list(range(100, 100 + n)),
        "text": [f"text {i}" for i in range(n)],
        "y": [words[i % 3] for i in range(n)],
        "score": [i / 4 for i in range(n)],
    }


def make(name, of=None, **changed):
    return KINDS[name].build({**(columns() if of is None else of), **changed})


def content(frame):
    table = Table.from_any(frame)
    return {name: table.values(name).tolist() for name in table.column_names}


def read(frame, name="y"):
    table = Table.from_any(frame)
    return table, read_labels(table, name)


def recoded(column, changes):
    codes = column.codes.copy()
    for row, code in changes.items():
        codes[row] = code
    return codes


@EACH
def test_a_frame_is_recognised_by_its_own_kind_alone(name):
    frame = make(name)
    assert [other for other, kind in KINDS.items() if kind.recognises(frame)] == [name]
    assert [other for other, kind in KINDS.items() if kind.recognises([1]) or kind.recognises(None)] == []
    assert KINDS[name].name == name
    assert KINDS[KINDS[name].results].results == KINDS[name].results


@EACH
def test_the_same_kind_comes_out_with_the_same_content(name):
    frame = make(name)
    table, column = read(frame)
    out = with_labels(table, column, column.values, column.codes)
    assert type(out) is type(frame)
    assert content(out) == columns()
    assert content(frame) == columns()
    assert type(table.native) is type(frame)


@EACH
def test_an_edit_reaches_its_rows_alone_and_the_caller_keeps_what_was(name):
    frame = make(name)
    table, column = read(frame)
    assert column.values == ("cat", "cow", "dog")
    out = with_labels(table, column, (*column.values, "new"), recoded(column, {0: 1, 4: 3, 5: 0}))
    assert content(out) == columns() | {"y": ["cow", "dog", "cow", "cat", "new", "cat"]}
    assert content(frame) == columns()
    assert list(content(out)) == list(columns())


@EACH
def test_rows_may_be_left_unlabelled_and_be_labelled_again(name):
    frame = make(name, y=["cat", None, "cow", "cat", "dog", None])
    table, column = read(frame)
    assert column.codes.tolist() == [0, -1, 1, 0, 2, -1]
    out = with_labels(table, column, column.values, recoded(column, {0: -1, 1: 2}))
    assert content(out)["y"] == [None, "dog", "cow", "cat", "dog", None]
    again, same = read(out)
    back = with_labels(again, same, same.values, recoded(same, {0: same.values.index("cat"), 1: -1}))
    assert content(back)["y"] == content(frame)["y"]


@EACH
@pytest.mark.parametrize("values", [[2, 1, 1, 2], [True, False, False, True]], ids=["int", "bool"])
def test_numbers_and_booleans_are_labels_too(name, values):
    frame = make(name, {"id": [1, 2, 3, 4], "y": values})
    table, column = read(frame)
    assert column.values == tuple(sorted(set(values)))
    out = with_labels(table, column, column.values, recoded(column, {0: 0}))
    assert content(out)["y"] == [values[1], *values[1:]]
    assert type(content(out)["y"][0]) is type(values[0])


@EACH
def test_labels_go_into_a_new_column_and_the_label_column_stays(name):
    frame = make(name)
    table, column = read(frame)
    out = content(with_labels(table, column, column.values, recoded(column, {1: 0}), into="y_fixed"))
    assert list(out) == [*columns(), "y_fixed"]
    assert out["y"] == columns()["y"]
    assert out["y_fixed"] == ["cat", "cat", "cow", "cat", "dog", "cow"]
    for taken in ("text", "y"):
        with pytest.raises(InputError, match=f"has a column '{taken}' already"):
            with_labels(table, column, column.values, column.codes, into=taken)


@EACH
@pytest.mark.parametrize("into", [None, "y_fixed"])
def test_provenance_comes_in_columns_of_its_own(name, into):
    table, column = read(make(name))
    author = np.array([None, "Zoë", None, None, None, None], dtype=object)
    at = np.array([None, "2026-01-01T00:00:00.000+00:00", None, None, None, None], dtype=object)
    codes = recoded(column, {1: 0})
    origin = Provenance(codes != column.codes, column.codes, author, at)
    out = content(with_labels(table, column, column.values, codes, into=into, provenance=origin))
    assert list(out) == [*columns(), *([into] if into else []), "edited", "old_label", "author", "at"]
    assert out["edited"] == [False, True, False, False, False, False]
    assert out["old_label"] == columns()["y"]
    assert out["author"] == author.tolist()
    assert out["at"] == at.tolist()
    assert out[into or "y"] == ["cat", "cat", "cow", "cat", "dog", "cow"]
    crowded, same = read(make(name, author=["me"] * 6))
    with pytest.raises(InputError, match="has a column 'author' already. Hint: Choose another name"):
        with_labels(crowded, same, same.values, same.codes, provenance=origin)


@EACH
def test_any_text_survives_as_content_and_as_a_label(name):
    words = [WORDS[i % len(WORDS)] for i in range(len(TEXTS))]
    given_ = {"text": [*TEXTS, None], "y": [*words, None]}
    frame = make(name, given_)
    table, column = read(frame)
    assert content(frame) == given_
    assert [None if c < 0 else column.values[c] for c in column.codes] == given_["y"]
    moved = np.roll(column.codes, 1)
    out = with_labels(table, column, column.values, moved)
    assert content(out) == {"text": given_["text"], "y": [None, *words]}


@EACH
def test_keys_and_fingerprints_are_those_of_pandas(name):
    moments = [datetime(2026, 1, 1), datetime(2026, 1, 2, 3, 4, 5, 6), datetime(1969, 12, 31)]  # noqa: DTZ001 - columns without a zone
    mixed = {
        "id": ["a", "b", "c"],
        "number": [3, 1, 2],
        "text": ["ü", None, "ü"],
        "half": [1.5, None, 3.0],
        "whole": [1, None, 3],
        "flag": [True, None, False],
        "moment": moments,
        "some": [moments[0], None, moments[2]],
        "vector": [[1.0, 2.0], [3.0, 4.5], [5.0, 6.0]],
        "words": [["a", "b"], ["c"], []],
    }
    ours, theirs = Table.from_any(make(name, mixed)), Table.from_any(make("pandas", mixed))
    rows = np.array([2, 0])
    for part in ([c] for c in mixed):
        assert fingerprints(ours, part, rows).tolist() == fingerprints(theirs, part, rows).tolist(), part
    recipe = KeyRecipe("content", tuple(mixed))
    assert row_keys(ours, recipe).tolist() == row_keys(theirs, recipe).tolist()
    for key in ("id", "number", "moment"):
        recipe = KeyRecipe("column", (key,))
        assert row_keys(ours, recipe).tolist() == row_keys(theirs, recipe).tolist()
    assert row_keys(ours, KeyRecipe("column", ("number",))).dtype == np.int64


@EACH
def test_rows_are_taken_in_the_order_asked_for(name):
    table = Table.from_any(make(name)).take(np.array([4, 0, 2]))
    assert table.n_rows == 3
    assert table.values("id").tolist() == [104, 100, 102]
    assert content(table.native)["text"] == ["text 4", "text 0", "text 2"]
    assert Table.from_any(make(name)).take(np.array([], dtype=np.int64)).n_rows == 0


@EACH
def test_vectors_are_read_from_a_column(name):
    vectors = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.5]]
    found = Table.from_any(make(name, {"v": vectors})).vectors("v", "embedding")
    assert [np.asarray(v).tolist() for v in found] == vectors
    with pytest.raises(InputError, match="embedding must name a column"):
        Table.from_any(make(name, {"v": vectors})).vectors("w", "embedding")


@EACH
def test_one_row_and_no_row_are_frames(name):
    one = make(name, columns(1))
    table, column = read(one)
    assert content(with_labels(table, column, ("cat", "dog"), np.array([1], dtype=np.int32)))["y"] == ["dog"]
    table = Table.from_any(one).take(np.array([], dtype=np.int64))
    column = read_labels(table, "y")
    assert (table.n_rows, column.values, column.codes.tolist()) == (0, (), [])
    assert content(with_labels(table, column, ("cat",), column.codes)) == {key: [] for key in columns()}
    assert fingerprints(table, ["text"], np.array([], dtype=np.int64)).tolist() == []


@EACH
def test_the_key_may_be_a_column_and_the_index_only_where_there_is_one(name):
    table = Table.from_any(make(name))
    assert str(choose_recipe(table, "id", [])) == "column:id"
    if table.index is None:
        with pytest.raises(InputError, match="needs a frame with an index"):
            choose_recipe(table, "index", [])
        assert str(choose_recipe(table, None, ["text"])) == "content:text"
    else:
        assert len(row_keys(table, choose_recipe(table, "index", []))) == table.n_rows


@EACH
def test_findings_are_frames_that_people_of_this_kind_can_use(name):
    found = build_frame({"key": ["a", "b"], "n": np.array([1, 2]), "ok": np.array([True, False])}, name)
    assert content(found) == {"key": ["a", "b"], "n": [1, 2], "ok": [True, False]}
    assert KINDS[KINDS[name].results].recognises(found)
    empty = build_frame({"key": [], "n": np.array([], dtype=np.int64)}, name)
    assert Table.from_any(empty).n_rows == 0


def labels_of(frame, journal, key="id", live=False):
    table, column = read(frame)
    recipe = choose_recipe(table, key, ["text"])
    keys = row_keys(table, recipe)
    writer = LiveColumn(frame, column, recipe, keys) if live else None
    stream = journal.stream(StreamKey("d", "y", str(recipe), ("text",)))
    return Labels(table, column, keys, ["text"], stream, live=writer)


@EACH
def test_edits_made_in_one_kind_are_replayed_in_every_other(name):
    journal = Journal(None)
    first = labels_of(make(name), journal)
    first.assign(np.array([0, 2]), "dog")
    first.assign(np.array([2, 5]), "brand new")
    first.assign(np.array([1]), None)
    wanted = ["dog", None, "brand new", "cat", "dog", "brand new"]
    assert content(first.to_frame())["y"] == wanted
    order = [3, 5, 0, 1, 2, 4]
    for other in NAMES:
        moved = {column: [cells[i] for i in order] for column, cells in columns().items()}
        second = labels_of(make(other, moved), journal)
        assert second.problems == ()
        assert content(second.to_frame())["y"] == [wanted[i] for i in order]
        whole = content(second.to_frame(into="better", provenance=True))
        assert whole["better"] == [wanted[i] for i in order]
        assert whole["y"] == whole["old_label"] == moved["y"]
        assert [w is None for w in whole["author"]] == [i in (3, 4) for i in order]


@EACH_LIVE
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_live_sync_never_writes_at_a_wrong_row_however_the_frame_is_moved_in_place(name, data):
    n = 8
    key = data.draw(st.sampled_from(["id", "text", "index"]))
    frame = make(name, columns(n))
    inner = KINDS[name].live(frame)
    inner.index = [f"row {i}" for i in range(n)]
    labels = labels_of(frame, Journal(None), key, live=True)
    oracle = dict(zip(range(100, 100 + n), columns(n)["y"], strict=True))
    for _ in range(data.draw(st.integers(1, 5))):
        inner = KINDS[name].live(frame)
        if name == "pandas":
            act = data.draw(st.sampled_from(["keep", "permute", "drop", "reset"]))
            if act == "permute":
                inner._update_inplace(inner.iloc[data.draw(st.permutations(range(len(inner))))])
            elif act == "drop" and len(inner) > 2:
                inner._update_inplace(
                    inner.iloc[sorted(data.draw(st.sets(st.integers(0, len(inner) - 1), min_size=2)))]
                )
            elif act == "reset" and key != "index":
                inner.index = range(len(inner))
        else:  # an AnnData keeps its length; its obs is replaced
            order = data.draw(st.permutations(range(n)))
            frame.obs = inner.iloc[order]
        rows = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
        label = data.draw(st.sampled_from(["cat", "dog", "cow", "new"]))
        change = labels.assign(rows, label)
        inner = KINDS[name].live(frame)
        held = dict(zip(inner["id"].tolist(), inner["y"].tolist(), strict=True))
        if labels.sync[0] == "live":
            for row in change.rows.tolist():
                oracle[100 + row] = label
        assert held == {i: oracle[i] for i in held}, "a row holds what nobody gave it"


@EACH_LIVE
def test_live_sync_into_a_column_of_its_own(name):
    frame = make(name)
    table, column = read(frame)
    recipe = choose_recipe(table, "id", [])
    keys = row_keys(table, recipe)
    for _ in range(2):  # the cell runs twice
        live = LiveColumn(frame, column, recipe, keys, "y_fixed")
    live.write(np.array([0]), np.array([0]), np.array([1]), column.values)
    inner = KINDS[name].live(frame)
    assert inner["y"].tolist() == columns()["y"]
    assert inner["y_fixed"].tolist() == ["cow", *columns()["y"][1:]]
    inner["y_fixed"] = 1.5
    with pytest.raises(SyncError, match="not put there by this map"):
        live.write(np.array([0]), np.array([1]), np.array([0]), column.values)


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(LIVE)))
def test_what_cannot_be_changed_in_place_says_so(name):
    frame = make(name)
    table, column = read(frame)
    recipe = choose_recipe(table, "id", [])
    assert not LiveColumn.can_write(frame)
    with pytest.raises(InputError, match=r"Leave sync out.*m.to_frame\(\)"):
        LiveColumn(frame, column, recipe, row_keys(table, recipe))


def test_reading_one_kind_loads_the_library_of_no_other():
    program = (
        "import sys; from labelatlas.frames import Table, read_labels; import labelatlas;"
        "t = Table.from_any({'y': ['a', 'b']}); read_labels(t, 'y');"
        "print([m for m in ('polars', 'duckdb', 'datasets', 'anndata', 'torch', 'narwhals') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
