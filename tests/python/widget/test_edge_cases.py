"""Where a map once went wrong, or could: each case by the public calls alone."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError, KeyColumnError, LabelTypeError

N = 12
XY = np.random.default_rng(0).normal(size=(N, 2))


def frame_of(labels=None, **columns):
    return pd.DataFrame({"id": range(N), "label": ["a", "b", "c"] * 4 if labels is None else labels, **columns})


def map_of(frame, journal=None, **options):
    given = {"label": "label", "key": "id", "xy": XY, "progress": False, "journal": journal}
    return la.LabelMap(frame, **(given | options))


def test_the_empty_string_is_a_label_that_can_be_undone_and_replayed(tmp_path):
    path = tmp_path / "j.sqlite"
    m = map_of(frame_of(["", "a", "b"] * 4), path, sync="manual")
    m.relabel([0], "a")
    assert m.undo().rows.tolist() == [0]
    m.relabel([3], "b")
    again = map_of(frame_of(["", "a", "b"] * 4), path)
    assert again.to_frame()["label"][3] == "b"
    assert len(again.conflicts()) == 0


@pytest.mark.parametrize(
    ("labels", "typed", "held"),
    [
        (pd.array([None] * N, dtype="boolean"), "True", True),
        (pd.array([None] * N, dtype="Int64"), "5", 5),
        (pd.array([None] * N, dtype="int64[pyarrow]"), "5", 5),
        (pd.Categorical([None] * N, categories=[1, 2]), "2", 2),
        (pd.array([None] * N, dtype="string"), "5", "5"),
    ],
)
def test_a_column_without_any_label_takes_labels_of_its_own_type(labels, typed, held):
    frame = frame_of(labels)
    m = map_of(frame)
    m.relabel([0], typed)
    assert frame["label"][0] == held
    assert m.labels.sync == ("live", "")
    assert frame["label"].dtype == frame_of(labels)["label"].dtype


def test_a_polars_column_without_any_label_keeps_its_type():
    frame = pl.DataFrame({"id": range(N), "label": pl.Series([None] * N, dtype=pl.Int64)})
    m = map_of(frame)
    m.relabel([0], "5")
    assert m.to_frame()["label"].dtype == pl.Int64
    assert m.to_frame()["label"][0] == 5


def test_two_maps_on_one_frame_may_edit_a_row_twice(tmp_path):
    frame = frame_of()
    first, second = (map_of(frame, tmp_path / "j.sqlite") for _ in range(2))
    second.relabel([0], "b")
    second.relabel([0], "c")
    first.relabel([5], "a")
    assert first.labels.sync == ("live", "")
    assert frame["label"][[0, 5]].tolist() == ["c", "a"]


def test_edits_survive_the_cure_that_turns_numbers_into_text(tmp_path):
    path = tmp_path / "j.sqlite"
    map_of(frame_of([1, 2, 3] * 4), path).relabel([0, 1], 3)
    text = frame_of(pd.Series([1, 2, 3] * 4).astype(str))
    m = map_of(text, path)
    assert text["label"].tolist()[:3] == ["3", "3", "3"]
    assert len(m.conflicts()) == 0


def test_rows_of_equal_content_are_not_guessed_after_the_frame_was_sorted():
    columns = {"text": ["p", "p", "q", "r"] * 3, "src": range(N), "label": ["a", "b", "c"] * 4}
    frame = pd.DataFrame(columns)
    m = map_of(frame, key=None, text="text")
    frame._update_inplace(frame.sort_values("src", ascending=False))
    m.relabel([0], "b")
    assert frame.set_index("src")["label"][[0, 1]].tolist() == ["a", "b"], "nothing was written"
    state, note = m.labels.sync
    assert state == "stopped"
    assert "key='id'" in note


def test_a_category_that_the_caller_added_meanwhile_stays():
    frame = frame_of(pd.Categorical(["a", "b", "c"] * 4))
    m = map_of(frame)
    frame["label"] = frame["label"].cat.add_categories(["later"])
    m.relabel([0], "b")
    assert frame["label"].cat.categories.tolist() == ["a", "b", "c", "later"]


def test_a_listener_that_fails_does_not_keep_others_from_hearing(caplog):
    m = map_of(frame_of())
    heard = []
    m.on_selection(lambda _: 1 / 0)
    m.on_selection(lambda rows: heard.append(rows.tolist()))
    m.labels.listeners.insert(0, lambda _: 1 / 0)
    m.selection([3])
    m.relabel([3], "c")
    assert heard == [[3]]
    assert m.status["revision"] == 1
    assert "A listener" in caplog.text


def test_a_forgotten_label_is_no_edit():
    frame = frame_of()
    with pytest.raises(InputError, match="relabel needs a label"):
        map_of(frame).relabel([3, 5])
    assert frame["label"].tolist() == frame_of()["label"].tolist()


def test_no_rows_make_no_label():
    m = map_of(frame_of())
    m.relabel([], "phantom")
    assert m.labels.names == ("a", "b", "c")


def test_positions_are_checked_wherever_they_come_in():
    m = map_of(frame_of())
    with pytest.raises(InputError, match="Got -1 to -1"):
        m.labels.assign(np.array([-1]), "a")
    assert m.labels.assign(np.array([4, 4]), "a").rows.tolist() == [4]


def test_keys_may_be_given_as_the_frame_holds_them():
    times = pd.date_range("2026-01-01", periods=N)
    m = map_of(frame_of(when=times), key="when")
    assert m.relabel(keys=[times[3], times[6]], label="b").rows.tolist() == [3, 6]


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        ({"label": pd.to_datetime(["2026-01-01"] * N)}, {}, LabelTypeError, "Got Timestamp values"),
        ({"id": np.arange(N, dtype="uint64") + 2**63}, {}, KeyColumnError, "astype"),
        ({}, {"features": ["label"], "xy": None}, InputError, "it changes with every edit"),
        ({}, {"text": "label"}, InputError, "it changes with every edit"),
        ({}, {"theme": "blue"}, InputError, "theme must be one of"),
        ({}, {"height": -5}, InputError, "height above 0"),
    ],
)
def test_what_cannot_work_is_refused_in_words(change, options, error, words):
    with pytest.raises(error, match=words):
        map_of(frame_of().assign(**change), **options)


_NOTEBOOK = """
import numpy as np, pandas as pd
from IPython.core.interactiveshell import InteractiveShell
import labelatlas as la
shell = InteractiveShell.instance()
shell.user_ns.update(la=la, np=np, pd=pd)
def run(code):
    result = shell.run_cell(code, store_history=True)
    result.raise_error()
run("df = pd.DataFrame({'id': range(12), 'label': list('abcabcabcabc')})")
run("m = la.LabelMap(df, label='label', key='id', xy=np.random.default_rng(0).normal(size=(12, 2)), journal=None, progress=False)")
run("df")
run("said = [m.labels.sync[0]]")
run("kept = [df]; df = df.sort_values('label'); said.append(m.labels.sync[0])")
run("kept = None")
run("said.append(m.labels.sync[0])")
print(shell.user_ns["said"])
"""


def test_a_frame_that_only_the_output_history_holds_is_said_to_be_out_of_reach():
    done = subprocess.run([sys.executable, "-c", _NOTEBOOK], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["['live', 'live', 'detached']"], done.stdout + done.stderr


def test_edits_of_other_data_with_the_same_keys_are_not_put_into_this_frame(tmp_path):
    path = tmp_path / "j.sqlite"
    rng = np.random.default_rng(1)
    mine, others = rng.normal(size=(2, N, 20))
    map_of(frame_of(), path, xy=None, embedding=mine).relabel([0, 3], "c")
    frame = frame_of()
    m = map_of(frame, path, xy=None, embedding=others)
    assert frame["label"].tolist() == frame_of()["label"].tolist()
    assert m.conflicts()["reason"].tolist() == ["content", "content"]
    trusted = map_of(frame_of(), path, xy=None, embedding=others, dataset="default")
    assert trusted.to_frame()["label"][[0, 3]].tolist() == ["c", "c"]


def test_vectors_with_other_last_digits_are_the_same_rows(tmp_path):
    path = tmp_path / "j.sqlite"
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(N, 20))
    map_of(frame_of(), path, xy=None, embedding=vectors).relabel(range(N), "c")
    again = map_of(frame_of(), path, xy=None, embedding=vectors + rng.normal(size=(N, 20)) * 1e-3)
    assert set(again.to_frame()["label"]) == {"c"}
    assert len(again.conflicts()) == 0


def test_edits_made_with_other_content_columns_are_spoken_of(tmp_path):
    path = tmp_path / "j.sqlite"
    frame = frame_of(text=[f"word{i}" for i in range(N)])
    map_of(frame, path, text="text", sync="manual").relabel([0], "b")
    m = map_of(frame, path)
    assert "other content columns ('text')" in repr(m)
    assert "other content columns" in m.meta["notice"]
    assert map_of(frame, path, text="text", xy=None, embedding=XY).to_frame()["label"][0] == "b"
