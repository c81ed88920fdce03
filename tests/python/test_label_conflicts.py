"""Edits of the journal that a frame contradicts: listed, settled, opened again, and never applied or dropped in silence."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas._reports import conflicts_frame
from labelatlas.exceptions import InputError
from labelatlas.journal import Journal, code_of
from labels_kit import frame_of, held, labels_of


def in_conflict():
    """A journal that says cow of rows 100, 101, 103, and a frame that has its own view of each of them."""
    journal = Journal(None)
    labels_of(frame_of(), journal=journal).assign(np.array([0, 1, 3]), "cow")
    frame = frame_of().drop(index=3)
    frame.loc[0, "y"] = "elsewhere"
    frame.loc[1, "text"] = "another text"
    return journal, frame


def problems(labels):
    return [p._replace(first=0) for p in sorted(labels.problems)]


def assert_as_reopened(labels, journal, frame):
    """What is known now is what somebody who opens the same frame learns."""
    again = labels_of(frame, journal=journal)
    assert problems(again) == problems(labels)
    assert held(again) == held(labels)
    assert [again.values[c] for c in again.original] == [labels.values[c] for c in labels.original]


@pytest.mark.parametrize(("keep", "expected"), [("journal", ["cow", "cow"]), ("frame", ["elsewhere", "dog"])])
def test_settled_conflicts_do_not_come_back(keep, expected):
    journal, frame = in_conflict()
    before = frame.copy()
    labels = labels_of(frame, journal=journal, live=True)
    change = labels.resolve(keep=keep)
    assert held(labels)[:2] == expected
    assert frame["y"].tolist()[:2] == expected
    assert change.skipped == (1 if keep == "journal" else 0), "a row that is gone cannot take the journal's label"
    left = ["missing"] if keep == "journal" else []
    assert [p.reason for p in labels.problems] == left
    for start in (frame, before):
        again = labels_of(start, journal=journal)
        assert held(again) == held(labels)
        assert [p.reason for p in again.problems] == left
        assert [again.values[c] for c in again.original] == [labels.values[c] for c in labels.original]


def test_conflicts_are_settled_one_by_one_and_planned():
    journal, frame = in_conflict()
    labels = labels_of(frame, journal=journal)
    assert labels.resolve([100], keep="journal", plan=True).rows.tolist() == [0]
    assert labels.resolve([100, 999], keep="journal").rows.tolist() == [0]
    assert conflicts_frame(labels)["key"].tolist() == [101, 103]
    assert labels.resolve([103], keep="journal").gesture is None
    again = labels_of(frame, journal=journal)
    assert [p.key for p in again.problems] == [101, 103]
    assert again.resolve([999], keep="frame").gesture is None


def test_a_row_that_comes_back_after_it_was_let_go_has_the_journals_label():
    journal, frame = in_conflict()
    labels_of(frame, journal=journal).resolve(keep="frame")
    again = labels_of(frame_of(), journal=journal)
    assert held(again)[3] == "cow"


@pytest.mark.parametrize("keep", ["journal", "frame"])
def test_undoing_a_settlement_opens_the_conflicts_again_and_redoing_it_closes_them(keep):
    journal, frame = in_conflict()
    labels = labels_of(frame, journal=journal, live=True)
    open_, start = problems(labels), held(labels)
    labels.resolve(keep=keep)
    closed, settled = problems(labels), held(labels)
    for _ in range(2):
        labels.undo()
        assert (problems(labels), held(labels), frame["y"].tolist()) == (open_, start, start)
        assert_as_reopened(labels, journal, frame)
        labels.redo()
        assert (problems(labels), held(labels), frame["y"].tolist()) == (closed, settled, settled)
        assert_as_reopened(labels, journal, frame)
    labels.undo()
    labels.resolve(keep="frame")
    assert problems(labels) == []
    assert_as_reopened(labels, journal, frame)


def test_a_row_that_somebody_spoke_of_after_the_settlement_stays_settled():
    journal, frame = in_conflict()
    labels = labels_of(frame, journal=journal)
    settlement = labels.resolve(keep="frame")
    labels.assign(np.array([0]), "new")
    change = labels.undo(settlement.gesture)
    assert (change.rows.tolist(), change.skipped) == ([1], 1)
    assert [p.key for p in labels.problems] == [101, 103]
    assert held(labels)[0] == "new"
    assert_as_reopened(labels, journal, frame)


def test_who_shares_the_journal_sees_a_conflict_open_again():
    journal, frame = in_conflict()
    ada, bob = (labels_of(frame, journal=journal, author=name) for name in ("ada", "bob"))
    whole = labels_of(frame_of(), journal=journal, author="cy")
    for act in (lambda: bob.resolve(keep="journal"), bob.undo, bob.redo, bob.undo):
        act()
        ada.refresh()
        whole.refresh()
        assert (problems(ada), held(ada)) == (problems(bob), held(bob))
        again = labels_of(whole.to_frame(), journal=journal)
        assert (problems(whole), held(whole)) == (problems(again), held(again))


def test_the_edits_as_code_know_nothing_of_a_settlement_that_was_undone():
    journal, frame = in_conflict()
    labels = labels_of(frame, journal=journal)
    before = code_of(labels._ledger.stream.gestures())
    labels.resolve(keep="frame")
    assert code_of(labels._ledger.stream.gestures()) != before
    labels.undo()
    assert code_of(labels._ledger.stream.gestures()) == before


def test_a_label_of_another_type_is_open_again_after_an_undo():
    journal = Journal(None)
    labels_of(frame_of(), journal=journal).assign(np.array([0]), "cow")
    numbers = frame_of()
    numbers["y"] = [0, 1, 2, 0, 1, 2]
    labels = labels_of(numbers, journal=journal)
    open_ = problems(labels)
    labels.resolve(keep="frame")
    assert problems(labels) == []
    labels.undo()
    assert problems(labels) == open_
    assert_as_reopened(labels, journal, numbers)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("resolve"), st.sets(st.integers(100, 105)), st.sampled_from(["journal", "frame"])),
        st.tuples(st.just("assign"), st.sets(st.integers(0, 4), min_size=1), st.sampled_from(["cat", "dog", "cow"])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_whatever_is_settled_undone_and_redone_a_restart_finds_the_same(acts):
    journal, frame = in_conflict()
    labels, other = (labels_of(frame, journal=journal, author=name) for name in ("ada", "bob"))
    for kind, *words in acts:
        if kind == "resolve":
            labels.resolve(words[0], keep=words[1])
        elif kind == "assign":
            labels.assign(np.array(sorted(words[0])), words[1])
        else:
            with contextlib.suppress(InputError):
                getattr(labels, kind)()
        assert_as_reopened(labels, journal, frame)
        other.refresh()
        assert (problems(other), held(other)) == (problems(labels), held(labels))


def test_a_row_whose_content_changed_but_that_holds_the_journals_label_needs_nothing():
    journal = Journal(None)
    labels_of(frame_of(), journal=journal).assign(np.array([0, 1]), "cow")
    frame = frame_of()
    frame.loc[[0, 1], "text"] = "corrected"
    frame.loc[0, "y"] = "cow"
    labels = labels_of(frame, journal=journal)
    assert [(p.key, p.reason) for p in labels.problems] == [(101, "content")]
    assert labels.n_replayed == 0
    assert held(labels)[:2] == ["cow", "dog"]


def test_relabelling_a_row_in_conflict_settles_it():
    journal, frame = in_conflict()
    labels = labels_of(frame, journal=journal)
    labels.assign(np.array([0, 1]), "new")
    assert [p.reason for p in labels.problems] == ["missing"]
    again = labels_of(frame, journal=journal)
    assert held(again)[:2] == ["new", "new"]
    assert [p.reason for p in again.problems] == ["missing"]


def test_a_label_of_another_type_can_be_let_go():
    journal = Journal(None)
    labels_of(frame_of(), journal=journal).assign(np.array([0]), "cow")
    numbers = frame_of()
    numbers["y"] = [0, 1, 2, 0, 1, 2]
    labels = labels_of(numbers, journal=journal)
    assert labels.resolve(keep="journal").skipped == 1
    assert labels.resolve(keep="frame").rows.tolist() == [0]
    assert labels_of(numbers, journal=journal).problems == ()


def test_conflicts_are_settled_by_text_keys_too():
    journal = Journal(None)
    frame = frame_of().assign(id=[f"key {i}" for i in range(6)])
    labels_of(frame, journal=journal).assign(np.array([0, 3]), "cow")
    frame = frame.drop(index=3)
    frame.loc[0, "y"] = "elsewhere"
    labels = labels_of(frame, journal=journal)
    assert labels.resolve(["key 0", "key 3"], keep="frame").rows.tolist() == [0]
    assert labels_of(frame, journal=journal).problems == ()


def test_what_another_settled_is_settled_here_and_what_does_not_fit_here_is_listed():
    journal, frame = in_conflict()
    ada, bob = (labels_of(frame, journal=journal, author=name) for name in ("ada", "bob"))
    bob.resolve([100], keep="journal")
    assert ada.refresh() == 1
    assert held(ada)[0] == "cow"
    assert [p.key for p in ada.problems] == [101, 103]
    whole = labels_of(frame_of(), journal=journal, author="cy")
    whole.assign(np.array([1, 3]), "new")
    ada.refresh()
    assert held(ada)[1] == "dog", "it is another row here"
    assert [(p.key, p.reason, p.journal) for p in ada.problems] == [(101, "content", "new"), (103, "missing", "new")]
    assert [(p.key, p.reason, p.journal) for p in labels_of(frame, journal=journal).problems] == [
        (101, "content", "new"),
        (103, "missing", "new"),
    ]
