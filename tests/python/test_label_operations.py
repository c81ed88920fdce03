"""Whole-label gestures, named states and settled conflicts, one behaviour at a time."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import datasets
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from labelatlas._reports import history_frame
from labelatlas.exceptions import InputError, JournalError, LabelTypeError
from labelatlas.journal import Journal
from labelatlas.labels import Said
from labels_kit import frame_of, held, labels_of, shown


def journal_and_labels(frame=None, **options):
    journal = Journal(None)
    return journal, labels_of(frame_of() if frame is None else frame, journal=journal, **options)


# ---- whole labels ----------------------------------------------------------------------------------------------------
def test_a_plan_says_which_rows_and_does_nothing():
    _, labels = journal_and_labels()
    assert labels.rename("cat", "feline", plan=True).rows.tolist() == [0, 3]
    assert labels.merge(["cat", "dog"], "cow", plan=True).rows.tolist() == [0, 1, 3, 4]
    assert labels.delete("dog", plan=True).rows.tolist() == [1, 4]
    assert labels.assign(np.arange(6), "brand new", where="cow", plan=True).rows.tolist() == [2, 5]
    assert labels.at(0).restore(plan=True).rows.tolist() == []
    assert (labels.revision, labels.log.gestures, labels.names) == (0, [], ("cat", "cow", "dog"))


def test_where_the_label_is_a_and_inside_the_selection_it_becomes_b():
    _, labels = journal_and_labels()
    assert labels.assign(np.array([0, 1, 2]), "dog", where="cat").rows.tolist() == [0]
    assert labels.split("dog", np.array([1, 2, 3]), "puppy").rows.tolist() == [1]
    labels.assign(np.array([5]), None)
    assert labels.assign(np.arange(6), "found", where=None).rows.tolist() == [5]
    assert held(labels) == ["dog", "puppy", "cow", "cat", "dog", "found"]
    assert [g.action for g in labels.log.gestures] == ["relabel", "split", "relabel", "relabel"]


@pytest.mark.parametrize("categorical", [False, True])
def test_a_rename_and_its_undo_restore_names_and_dtype(categorical):
    frame = frame_of()
    if categorical:
        frame["y"] = frame["y"].astype("category")
    before = frame.copy()
    _, labels = journal_and_labels(frame, live=True)
    labels.rename("cat", "feline")
    assert frame["y"].tolist()[:4] == ["feline", "dog", "cow", "feline"]
    assert shown(labels) == {"feline", "dog", "cow"}
    labels.undo()
    pd.testing.assert_frame_equal(frame, before)
    assert shown(labels) == {"cat", "dog", "cow"}


def test_a_renamed_category_keeps_its_place_and_its_order_is_restored():
    kind = pd.CategoricalDtype(["cow", "cat", "never used", "dog"], ordered=True)
    frame = frame_of()
    frame["y"] = frame["y"].astype(kind)
    before = frame.copy()
    journal, labels = journal_and_labels(frame, live=True)

    def categories():
        assert frame["y"].cat.ordered
        assert labels.to_frame()["y"].dtype == frame["y"].dtype, "live and new frames say the same"
        replayed = labels_of(before.copy(), journal=journal).to_frame()
        pd.testing.assert_frame_equal(replayed, frame)
        saved = labels_of(frame.copy(), journal=journal).to_frame()
        pd.testing.assert_frame_equal(saved, frame)
        return frame["y"].cat.categories.tolist()

    labels.rename("cat", "feline")
    assert categories() == ["cow", "feline", "never used", "dog"]
    labels.rename("feline", "Felis")
    assert categories() == ["cow", "Felis", "never used", "dog"]
    saved = frame.copy()
    labels.assign(np.array([1]), "brand new")
    assert categories() == ["cow", "Felis", "never used", "dog", "brand new"]
    labels.undo()
    labels.undo()
    assert categories() == ["cow", "feline", "never used", "dog"]
    labels.merge(["feline"], "dog")
    assert set(frame["y"]) == {"cow", "dog"}
    labels.undo()
    assert categories() == ["cow", "feline", "never used", "dog"]
    labels.undo()
    pd.testing.assert_frame_equal(frame, before)
    again = labels_of(saved, journal=journal, live=True)
    assert saved["y"].cat.categories.tolist() == ["cow", "cat", "never used", "dog"], "a saved frame follows too"
    assert again.problems == ()


def _arrow(frame):
    table = frame.to_arrow()
    names = pa.array(["cow", "cat", "dog"])
    codes = pa.array(frame["y"].to_physical().to_list(), pa.int8())
    return table.set_column(2, "y", pa.DictionaryArray.from_arrays(codes, names))


def _dataset(frame):
    table = pa.table({"id": frame["id"].to_arrow(), "text": frame["text"].to_list(), "y": frame["y"].to_list()})
    return datasets.Dataset(table).cast_column("y", datasets.ClassLabel(names=["cow", "cat", "dog"]))


def _relation(frame):
    connection = duckdb.connect()
    connection.register("frame", frame.with_columns(pl.col("y").cast(pl.String)).to_arrow())
    return connection.sql("SELECT id, text, y::ENUM('cow', 'cat', 'dog') AS y FROM frame ORDER BY id")


IN_KIND = {
    "polars": lambda frame: (frame, lambda out: out["y"].dtype.categories.to_list()),
    "pyarrow": lambda frame: (_arrow(frame), lambda out: out["y"].chunk(0).dictionary.to_pylist()),
    "duckdb": lambda frame: (_relation(frame), lambda out: out.types[2].children[0][1]),
    "datasets": lambda frame: (_dataset(frame), lambda out: out.features["y"].names),
}


@pytest.mark.parametrize("kind", ["polars", "pyarrow", "duckdb", "datasets"])
def test_a_renamed_category_keeps_its_place_in_every_kind_of_frame(kind):
    names = ["cow", "cat", "dog"]
    frame = pl.DataFrame({"id": range(6), "text": list("abcdef"), "y": ["cat", "dog", "cow"] * 2})
    frame = frame.with_columns(pl.col("y").cast(pl.Enum(names)))
    data, listed = IN_KIND[kind](frame)
    labels = labels_of(data)
    labels.rename("cat", "feline")
    assert listed(labels.to_frame()) == ["cow", "feline", "dog"]
    assert labels_of(labels.to_frame()).codes.tolist() == [1, 2, 0, 1, 2, 0]
    labels.undo()
    assert listed(labels.to_frame()) == names


def test_a_renamed_label_keeps_its_place_in_the_palette_and_its_own_colour():
    journal, labels = journal_and_labels()
    labels.rename("cat", "feline")
    feline = labels.names.index("feline")
    assert labels.colours == {feline: 0}
    labels.recolour("feline", "#e69f00")
    labels.rename("feline", "felid")
    assert labels.colours[labels.names.index("felid")] == "#e69f00"
    again = labels_of(frame_of(), journal=journal)
    assert again.colours[again.names.index("felid")] == "#e69f00"
    labels.undo()
    labels.undo()
    assert labels.colours == {feline: 0}


def test_a_label_without_rows_outlives_a_restart_and_goes_with_its_undo():
    journal, labels = journal_and_labels()
    assert labels.create("refund", "#0072b2").rows.tolist() == []
    again = labels_of(frame_of(), journal=journal)
    assert "refund" in shown(again)
    assert again.colours == {again.names.index("refund"): "#0072b2"}
    again.undo()
    assert "refund" not in shown(again)
    assert labels.refresh() == 1
    assert "refund" not in shown(labels)
    assert labels.create("refund").gesture is not None, "its name is free again"


def test_a_label_that_nobody_holds_can_be_renamed_and_deleted_too():
    _, labels = journal_and_labels()
    labels.create("a")
    assert labels.rename("a", "b").rows.tolist() == []
    assert shown(labels) == {"cat", "cow", "dog", "b"}
    labels.delete("b")
    assert shown(labels) == {"cat", "cow", "dog"}
    labels.undo()
    assert "b" in shown(labels)


def test_integer_and_boolean_labels_are_renamed_by_typed_names():
    frame = frame_of()
    frame["y"] = [0, 1, 2, 0, 1, 2]
    _, labels = journal_and_labels(frame, live=True)
    labels.rename("0", "7")
    assert frame["y"].tolist() == [7, 1, 2, 7, 1, 2]
    with pytest.raises(LabelTypeError, match="cannot hold unlabelled rows"):
        labels.delete(7)
    frame = frame_of()
    frame["y"] = [True, False] * 3
    _, labels = journal_and_labels(frame, live=True)
    labels.merge([True], False)
    assert frame["y"].tolist() == [False] * 6


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda y: y.rename("cot", "x"), "there is no label 'cot'. Hint: The labels are 'cat', 'cow', 'dog'"),
        (lambda y: y.rename("cat", "dog"), "there is a label 'dog' already. Hint: m.labels.merge"),
        (lambda y: y.rename("cat", None), "a label needs a name"),
        (lambda y: y.merge(["cat"], None), "m.labels.delete"),
        (lambda y: y.merge(["cat"], "cat"), "nothing to merge"),
        (lambda y: y.merge([], "cat"), "nothing to merge"),
        (lambda y: y.delete(None), "there is no label None"),
        (lambda y: y.create("cat"), "there is a label 'cat' already"),
        (lambda y: y.create("x", "red"), "must be \"#rrggbb\".*'red'"),
        (lambda y: y.recolour("cat", "#GGGGGG"), 'must be "#rrggbb"'),
        (lambda y: y.split("cot", np.array([0]), "x"), "there is no label 'cot'"),
        (lambda y: y.assign(np.array([0]), "x", where="cot"), "there is no label 'cot'"),
        (lambda y: y.tag(" "), "must be text"),
        (lambda y: y.at(5), "there is no gesture 5"),
        (lambda y: y.at("nowhere"), "no state 'nowhere'.*Named states: none yet"),
        (lambda y: y.at(1.5), "a state is a gesture's number"),
        (lambda y: y.resolve(keep="both"), 'keep must be "journal" or "frame"'),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_cure_and_leaves_no_trace(act, words):
    _, labels = journal_and_labels()
    with pytest.raises(InputError, match=words):
        act(labels)
    assert (labels.names, labels.log.gestures) == (("cat", "cow", "dog"), [])


def test_a_rename_that_could_not_be_saved_leaves_no_trace(tmp_path):
    path = tmp_path / "j.sqlite"
    labels = labels_of(frame_of(), journal=Journal(path, busy_seconds=0.1))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="another process holds it"):
        labels.rename("cat", "feline")
    holder.execute("ROLLBACK")
    holder.close()
    assert labels.names == ("cat", "cow", "dog")
    assert held(labels) == frame_of()["y"].tolist()


def test_the_history_shows_labels_and_words_of_gestures_without_rows():
    _, labels = journal_and_labels()
    labels.create("refund", "#0072b2", said=Said(note="asked for"))
    labels.tag("before")
    labels.rename("cat", "feline", said=Said(how="menu", source="llm", arm="shown", note="why"))
    labels.at("before").restore()
    log = history_frame(labels)
    assert log["action"].tolist() == ["create", "tag", "rename", "restore"]
    assert log["before"].tolist() == ["", "", "cat", "feline"]
    assert log["after"].tolist() == ["refund", "", "feline", "cat"]
    assert log["note"].tolist() == ["asked for; #0072b2", "'before'", "why", "back to gesture 2"]
    assert log.loc[2, ["how", "source", "arm"]].tolist() == ["menu", "llm", "shown"]


def test_a_note_that_another_program_wrote_is_only_a_note():
    _, labels = journal_and_labels()
    labels.create("x")
    [gesture] = labels._ledger.stream.gestures()
    assert '"new": "x"' in gesture.note
    from labelatlas._payload import payload_of

    summary = labels.log.gestures[0]
    for note in ("plain words", "[1]", '{"unheard": 1}', "7"):
        changed = type(summary)(**{**vars(summary), "note": note})
        assert payload_of(changed).note == note


# ---- states ----------------------------------------------------------------------------------------------------------
def test_states_can_be_named_compared_and_gone_back_to():
    journal, labels = journal_and_labels()
    labels.assign(np.array([0]), "dog")
    labels.tag("before merging")
    labels.merge(["dog", "cow"], "other")
    table = labels.diff("before merging")
    assert table[["key", "row", "before", "after"]].to_numpy().tolist()[:2] == [
        [100, 0, "dog", "other"],
        [101, 1, "dog", "other"],
    ]
    assert labels.diff(0, 1)["after"].tolist() == ["dog"]
    again = labels_of(frame_of(), journal=journal)
    change = again.at("before merging").restore()
    assert held(again) == ["dog", *frame_of()["y"].tolist()[1:]]
    assert shown(again) == {"cat", "cow", "dog"}
    assert again.undo(change.gesture).rows.tolist() == change.rows.tolist()
    with pytest.raises(InputError, match="there is a state 'before merging' already: gesture 2"):
        again.tag("before merging")


def test_a_tag_is_nothing_to_undo_and_keeps_what_can_be_redone():
    _, labels = journal_and_labels()
    labels.assign(np.array([0]), "dog")
    labels.undo()
    number = labels.tag("here").gesture
    with pytest.raises(InputError, match="a gesture that changed labels"):
        labels.undo(number)
    assert labels.redo().rows.tolist() == [0]


def test_a_state_can_be_had_by_time_and_never_changes():
    _, labels = journal_and_labels()
    labels.assign(np.array([0]), "dog")
    state = labels.at()
    with pytest.raises(ValueError, match="read-only"):
        state.codes[0] = 1
    labels.assign(np.array([1]), "cat")
    assert state.to_frame()["y"].tolist()[:2] == ["dog", "dog"]
    assert labels.at("2000-01-01").gesture == 0
    assert labels.at(datetime.now(UTC)).gesture == 2
    assert labels.at("2999-01-01T00:00+02:00").gesture == 2
    assert labels.diff(state)["row"].tolist() == [1]
    _, other = journal_and_labels()
    with pytest.raises(InputError, match="belongs to another map"):
        other.diff(state)


def test_a_polars_state_and_difference_are_polars():
    _, labels = journal_and_labels(pl.DataFrame(frame_of().to_dict("list")))
    labels.assign(np.array([0]), "dog")
    assert isinstance(labels.at(0).to_frame(), pl.DataFrame)
    assert labels.diff(0).rows() == [(100, 0, "cat", "dog")]


def test_a_frame_saved_corrected_and_then_extended_replays_as_already_there():
    journal, labels = journal_and_labels()
    labels.rename("cat", "feline")
    labels.assign(np.array([1]), "feline")
    saved = pd.concat([labels.to_frame(), frame_of(8).iloc[6:]]).iloc[::-1]
    again = labels_of(saved, journal=journal)
    assert (again.n_replayed, again.problems) == (0, ())
    assert held(again) == saved["y"].tolist()
