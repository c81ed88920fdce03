"""Labels: every edit journalled, folded back, and written to the caller's frame."""

from __future__ import annotations

import sqlite3

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas._reports import conflicts_frame, history_frame, plan_frame
from labelatlas.exceptions import InputError, JournalError, LabelTypeError
from labelatlas.journal import Journal
from labels_kit import frame_of, held, labels_of


def test_an_edit_is_true_here_and_in_the_frame_and_in_the_journal():
    frame = frame_of()
    journal = Journal(None)
    labels = labels_of(frame, journal=journal, live=True)
    change = labels.assign(np.array([0, 2]), "cow", how="lasso")
    assert change.rows.tolist() == [0], "row 2 was a cow already"
    assert frame["y"].tolist()[:3] == ["cow", "dog", "cow"]
    assert held(labels_of(frame_of(), journal=journal))[:3] == ["cow", "dog", "cow"]
    assert labels.sync == ("live", "")


def test_assigning_what_is_there_already_is_no_gesture():
    labels = labels_of(frame_of())
    assert labels.assign(np.array([0]), "cat").gesture is None
    assert labels.assign(np.array([], dtype=np.int64), "dog").gesture is None
    assert labels.log.timeline() == []
    assert labels.revision == 0


def test_a_label_that_could_not_be_saved_leaves_no_trace(tmp_path):
    path = tmp_path / "j.sqlite"
    frame = frame_of()
    labels = labels_of(frame, journal=Journal(path, busy_seconds=0.1), live=True)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="another process holds it"):
        labels.assign(np.array([0]), "brand new")
    holder.execute("ROLLBACK")
    holder.close()
    assert labels.names == ("cat", "cow", "dog")
    assert frame["y"].tolist() == frame_of()["y"].tolist()
    assert labels.revision == 0
    assert labels.assign(np.array([0]), "brand new").rows.tolist() == [0]


def test_undo_leaves_alone_what_was_changed_again_and_says_how_much():
    labels = labels_of(frame_of())
    first = labels.assign(np.array([0, 1, 3]), "cow")
    labels.assign(np.array([1]), "cat")
    change = labels.undo(first.gesture)
    assert change.rows.tolist() == [0, 3]
    assert change.skipped == 1
    assert held(labels)[:4] == ["cat", "cat", "cow", "cat"]
    with pytest.raises(InputError, match="stands undone already"):
        labels.undo(first.gesture)


def test_nothing_to_undo_or_redo_is_said():
    labels = labels_of(frame_of())
    with pytest.raises(InputError, match="no gesture left to undo"):
        labels.undo()
    with pytest.raises(InputError, match="nothing to redo"):
        labels.redo()
    with pytest.raises(InputError, match="number of a gesture that changed labels. Got 77"):
        labels.undo(77)


def test_undo_and_redo_go_on_after_a_restart(tmp_path):
    path = tmp_path / "j.sqlite"
    labels = labels_of(frame_of(), path)
    labels.assign(np.array([0]), "dog")
    labels.assign(np.array([1]), "cat")
    labels.undo()
    again = labels_of(frame_of(), path)
    assert again.log.can_undo_redo(again.author) == (True, True)
    again.redo()
    assert held(again)[:2] == ["dog", "cat"]
    again.undo()
    again.undo()
    assert held(again) == frame_of()["y"].tolist()


WORDS = st.one_of(
    st.tuples(
        st.just("assign"), st.sets(st.integers(0, 5), min_size=1), st.sampled_from(["cat", "dog", "cow", "new", None])
    ),
    st.just(("undo",)),
    st.just(("redo",)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, max_size=12))
def test_any_sequence_replays_to_the_same_labels_on_the_frame_before_and_after(words):
    journal = Journal(None)
    frame = frame_of()
    labels = labels_of(frame, journal=journal, live=True)
    states, done, undone = [held(labels)], [], []
    for word in words:
        before = held(labels)
        if word[0] == "assign":
            rows = sorted(word[1])
            if labels.assign(np.array(rows), word[2]).gesture is not None:
                done.append(before)
                undone = []
            assert held(labels) == [word[2] if i in word[1] else v for i, v in enumerate(before)]
        elif word[0] == "undo" and done:
            labels.undo()
            undone.append(before)
            assert held(labels) == done.pop()
        elif word[0] == "redo" and undone:
            labels.redo()
            done.append(before)
            assert held(labels) == undone.pop()
        states.append(held(labels))
    now = [None if pd.isna(v) else v for v in frame["y"]]
    assert now == held(labels), "the caller's own column"
    for start in (frame_of(), frame):
        again = labels_of(start, journal=journal)
        assert held(again) == held(labels)
        assert again.problems == ()
        assert again.edited.tolist() == labels.edited.tolist()
        assert [again.values[c] for c in again.original] == frame_of()["y"].tolist()


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.integers(1, 6))
def test_replay_on_any_permutation_and_subset_is_the_permuted_subset_of_the_replay(order, size):
    journal = Journal(None)
    labels = labels_of(frame_of(), journal=journal)
    labels.assign(np.array([0, 4]), "new")
    labels.assign(np.array([4, 5]), "dog")
    part = order[:size]
    again = labels_of(frame_of().iloc[list(part)], journal=journal)
    assert held(again) == [held(labels)[i] for i in part]
    missing = {p.key for p in again.problems}
    assert missing == {100 + i for i in (0, 4, 5) if i not in part}


def test_conflicts_and_orphans_are_listed_never_applied_or_dropped():
    journal = Journal(None)
    labels = labels_of(frame_of(), journal=journal)
    labels.assign(np.array([0, 1, 3]), "cow")
    changed = frame_of().drop(index=3)
    changed.loc[0, "y"] = "elsewhere"
    changed.loc[1, "text"] = "another text"
    again = labels_of(changed, journal=journal)
    assert held(again)[:2] == ["elsewhere", "dog"]
    table = conflicts_frame(again).set_index("key")
    assert table["reason"].to_dict() == {100: "label", 101: "content", 103: "missing"}
    assert table["journal"].tolist() == ["cow", "cow", "cow"]
    assert again.n_problems == (1, 2)


def test_a_journal_of_other_data_stops_with_a_question(tmp_path):
    path = tmp_path / "j.sqlite"
    labels_of(frame_of(60), path).assign(np.arange(0, 60), "new")
    other = frame_of(60)
    other["text"] = other["text"] + " of another data set"
    with pytest.raises(JournalError, match="seems to belong to other data.*dataset='another name'"):
        labels_of(other, path)


def test_a_journalled_label_that_the_column_can_no_longer_hold_is_listed():
    journal = Journal(None)
    labels_of(frame_of(), journal=journal).assign(np.array([0]), "cow")
    numbers = frame_of()
    numbers["y"] = [0, 1, 2, 0, 1, 2]
    again = labels_of(numbers, journal=journal)
    assert [(p.key, p.reason, p.journal) for p in again.problems] == [(100, "type", "cow")]
    assert held(again) == [0, 1, 2, 0, 1, 2]


def test_two_writers_see_each_other_and_the_last_gesture_wins(tmp_path):
    path = tmp_path / "j.sqlite"
    ada, bob = (labels_of(frame_of(), path, author=name) for name in ("ada", "bob"))
    heard = []
    ada.listeners.append(lambda change: heard.append(change.rows.tolist()))
    bob.assign(np.array([0, 1]), "cow")
    ada.assign(np.array([1, 3]), "new")
    assert held(ada)[:4] == ["cow", "new", "cow", "new"]
    assert heard == [[0, 1], [1, 3]]
    assert bob.refresh() == 1
    assert held(bob) == held(ada)
    ada.undo()
    with pytest.raises(InputError, match="ada has no gesture"):
        ada.undo()


def test_two_maps_on_one_live_frame_do_not_stop_each_other():
    frame, journal = frame_of(), Journal(None)
    first, second = (labels_of(frame, journal=journal, live=True) for _ in range(2))
    second.assign(np.array([0]), "cow")
    first.assign(np.array([1]), "cow")
    second.refresh()
    assert frame["y"].tolist()[:2] == ["cow", "cow"]
    assert first.sync == second.sync == ("live", "")


def test_an_edit_by_hand_in_the_frame_stops_the_sync_but_not_the_journal():
    frame, journal = frame_of(), Journal(None)
    labels = labels_of(frame, journal=journal, live=True)
    frame.loc[0, "y"] = "by hand"
    labels.assign(np.array([0]), "cow")
    assert frame.loc[0, "y"] == "by hand"
    state, note = labels.sync
    assert state == "stopped"
    assert "row 100 holds 'by hand', not 'cat'" in note
    assert held(labels)[0] == "cow"
    assert [p.reason for p in labels_of(frame, journal=journal).problems] == ["label"]


def test_refused_labels_change_nothing():
    labels = labels_of(frame_of())
    with pytest.raises(LabelTypeError, match="holds text. Got 5"):
        labels.assign(np.array([0]), 5)
    assert labels.names == ("cat", "cow", "dog")


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_history_and_plan_are_frames_of_the_callers_kind(make):
    labels = labels_of(make(frame_of().to_dict("list")), author="ada")
    labels.assign(np.array([0, 1]), "cow", note="why")
    labels.undo()
    labels.assign(np.array([0, 3]), None)
    log, plan = history_frame(labels), plan_frame(labels)
    assert isinstance(log, make)
    assert list(log["action"]) == ["relabel", "undo", "relabel"]
    assert list(log["rows"]) == [2, 2, 2]
    assert list(log["before"]) == ["cat, dog", "cow", "cat"]
    assert list(log["after"]) == ["cow", "cat, dog", ""]
    assert list(log["undone"]) == [True, False, False]
    assert list(log["author"]) == ["ada"] * 3
    assert [list(plan[name]) for name in ("before", "after", "rows")] == [["cat"], [""], [2]]


def test_an_empty_history_plan_and_conflict_list_are_frames_too():
    labels = labels_of(frame_of())
    assert len(history_frame(labels)) == len(plan_frame(labels)) == len(conflicts_frame(labels)) == 0
