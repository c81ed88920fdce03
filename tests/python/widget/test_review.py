"""A review without a browser: verdicts as gestures, what the journal remembers, and the queue against a naive model of it."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import labelatlas as la
from labelatlas.exceptions import InputError, LabelTypeError, NotApplicable
from labelatlas.label_errors import find
from labelatlas.widget.refit import Refit
from labelatlas.widget.review_pace import per_minute
from labelatlas.widget.review_queue import Ranking, pending, ranking_of

N = 90
WRONG = [3, 11, 40, 52, 70]


def frame_of(wrong=WRONG, n=N):
    """Three clouds of rows, one label each; the wrong rows have the label of another cloud."""
    words = ["cat", "dog", "cow"]
    rng = np.random.default_rng(1)
    place = np.arange(n) // (n // 3)
    labels = [words[p] for p in place]
    for row in wrong:
        labels[row] = words[(place[row] + 1) % 3]
    xy = np.array([[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]])[place] + rng.normal(size=(n, 2))
    return pd.DataFrame({"id": range(n), "label": labels, "x": xy[:, 0], "y": xy[:, 1]})


def map_of(frame=None, **options):
    given_ = {"label": "label", "key": "id", "xy": ("x", "y"), "progress": False, "journal": None}
    return la.LabelMap(frame_of() if frame is None else frame, **(given_ | options))


@cache
def suspects():
    """What is found in the frame as it comes, found once: most tests are not about the finding."""
    return map_of().label_errors()


def truth_of(row):
    return ["cat", "dog", "cow"][row // (N // 3)]


# ---- verdicts --------------------------------------------------------------------------------------------------------
def test_the_planted_errors_are_the_queue_and_accepting_all_of_them_gives_the_truth():
    frame = frame_of()
    m = map_of(frame)
    review = m.review()
    assert set(review.queue.tolist()) == set(WRONG)
    suspect = review.look()
    assert (suspect.row, suspect.suggested) == (review.queue[0], truth_of(suspect.row))
    assert any(f"15 {suspect.suggested}" in reason for reason in suspect.reasons)
    for _ in WRONG:
        review.accept()
    assert frame["label"].tolist() == [truth_of(row) for row in range(N)]
    history = m.history()
    assert history[["how", "source", "arm", "rows"]].drop_duplicates().to_numpy().tolist() == [
        ["queue", "human", "shown", 1]
    ]
    with pytest.raises(InputError, match="queue is empty"):
        review.look()


def test_each_verdict_does_what_it_says():
    frame = frame_of()
    review = map_of(frame).review(suspects())
    first, second, third, fourth = review.queue[:4].tolist()
    before = frame["label"].tolist()
    review.accept()
    review.keep()
    review.drop()
    review.relabel("pig")
    assert frame["label"].iloc[[first, second, fourth]].tolist() == [truth_of(first), before[second], "pig"]
    assert pd.isna(frame["label"].iloc[third])
    told = review.to_frame()
    assert told["verdict"].tolist() == ["accept", "keep", "drop", "other"]
    assert told["row"].tolist() == [first, second, third, fourth]
    assert told["after"].tolist() == [truth_of(first), before[second], "", "pig"]
    assert not told["undone"].any()
    progress = review.progress()
    assert (progress.judged, progress.changed, progress.left) == (4, 3, 1)


def test_the_given_label_typed_as_another_is_kept():
    frame = frame_of()
    m = map_of(frame)
    review = m.review(suspects())
    row = int(review.queue[0])
    review.relabel(frame["label"].iloc[row])
    assert review.to_frame()["verdict"].tolist() == ["keep"]
    assert m.history()["action"].tolist() == ["confirm"]


def test_a_skipped_row_comes_again_last_and_is_no_gesture():
    m = map_of()
    review = m.review(suspects())
    first, *rest = review.queue.tolist()
    review.skip()
    assert review.queue.tolist() == [*rest, first]
    assert len(m.history()) == 0
    review.undo()
    assert review.queue.tolist() == [first, *rest]


def test_undo_goes_back_verdict_by_verdict_and_its_row_comes_first():
    frame = frame_of()
    m = map_of(frame)
    review = m.review(suspects())
    start = review.queue.tolist()
    before = frame["label"].tolist()
    review.accept()
    review.keep()
    review.skip()
    review.drop()
    for left in (3, 2, 1, 0):
        review.undo()
        assert review.queue.tolist()[: 4 - left] == start[left:4] or review.queue[0] == start[left]
    assert review.queue.tolist() == start
    assert frame["label"].tolist() == before
    assert review.to_frame()["undone"].all()
    assert review.undo().gesture is None


def test_a_verdict_that_is_undone_on_the_map_brings_its_row_back_and_a_redo_takes_it_again():
    m = map_of()
    review = m.review(suspects())
    row = int(review.queue[0])
    review.accept()
    m.undo()
    assert review.queue[0] == row
    assert review.progress().judged == 0
    m.redo()
    assert row not in review.queue
    assert review.progress().judged == 1


def test_a_row_that_is_relabelled_elsewhere_leaves_the_queue():
    m = map_of()
    review = m.review(suspects())
    row = int(review.queue[2])
    m.relabel([row], "cow" if m.labels.names[m.labels.codes[row]] != "cow" else "dog")
    assert row not in review.queue
    with pytest.raises(InputError, match=f"row {row} is not in the queue"):
        review.keep(row)


def test_drop_is_refused_with_the_cure_where_the_column_cannot_be_empty():
    frame = frame_of()
    frame["label"] = frame["label"].map({"cat": 0, "dog": 1, "cow": 2})
    review = map_of(frame).review()
    queue = review.queue.tolist()
    with pytest.raises(LabelTypeError, match="Int64"):
        review.drop()
    assert review.queue.tolist() == queue
    assert len(review.to_frame()) == 0


def test_what_is_no_verdict_is_refused():
    review = map_of().review(suspects())
    with pytest.raises(InputError, match="Got 'maybe'"):
        review.desk.judge("maybe")
    with pytest.raises(InputError, match="needs its name"):
        review.desk.judge("other")
    with pytest.raises(InputError, match="row 0 is not in the queue"):
        review.accept(0)


# ---- what the journal remembers --------------------------------------------------------------------------------------
def test_a_row_that_was_kept_does_not_come_back_after_a_restart(tmp_path):
    path = tmp_path / "j.sqlite"
    m = map_of(journal=path)
    review = m.review()
    kept, accepted, skipped = review.queue[:3].tolist()
    review.keep()
    review.accept()
    review.skip()
    again = map_of(journal=path)
    queue = again.review().queue.tolist()
    assert kept not in queue
    assert accepted not in queue
    assert skipped in queue
    assert again.labels.people.verified()[[kept, accepted, skipped]].tolist() == [True, True, False]


def test_a_kept_row_comes_back_when_the_verdict_is_undone_or_its_label_changes_again(tmp_path):
    path = tmp_path / "j.sqlite"
    m = map_of(journal=path)
    review = m.review()
    row, other = review.queue[:2].tolist()
    review.keep()
    review.keep()
    review.undo()
    given_ = m.labels.names[m.labels.codes[row]]
    m.relabel([row], truth_of(row))
    m.relabel([row], given_)
    queue = map_of(journal=path).review().queue.tolist()
    assert {row, other} <= set(queue)


def test_row_0_is_judged_like_any_other():
    m = map_of(frame_of([0]))
    review = m.review()
    assert review.queue.tolist() == [0]
    review.keep()
    assert len(review.queue) == 0
    review.undo()
    assert review.queue.tolist() == [0]
    assert review.accept(0).rows.tolist() == [0]


# ---- many at once ----------------------------------------------------------------------------------------------------
def test_many_suggestions_are_accepted_as_one_gesture_and_undone_as_one():
    frame = frame_of()
    m = map_of(frame)
    review = m.review(suspects())
    start = review.queue.tolist()
    plan = review.accept_all("cat", above=0.0, plan=True)
    assert (plan.gesture, plan.rows.tolist()) == (None, [3, 11])
    change = review.accept_all("cat", above=0.0, rows=[11, 40, 60])
    assert change.rows.tolist() == [11]
    review.undo()
    assert review.accept_all("cat", above=0.0).rows.tolist() == [3, 11]
    assert m.history()["rows"].tolist() == [1, 1, 2]
    review.undo()
    assert sorted(review.queue.tolist()) == sorted(start)
    assert frame["label"].iloc[[3, 11]].tolist() == ["dog", "dog"]
    sure = float(review.ranking.confidence[[3, 11]].max())
    assert review.accept_all("cat", above=sure).gesture is None
    with pytest.raises(InputError, match="from 0 to 1"):
        review.accept_all("cat", above=2)
    with pytest.raises(InputError, match="no label 'horse'"):
        review.accept_all("horse")


# ---- what is to be reviewed ------------------------------------------------------------------------------------------
def test_rows_a_mask_keys_with_scores_and_a_finding_can_be_reviewed():
    m = map_of()
    assert m.review([7, 3, 5, 3]).queue.tolist() == [7, 3, 5]
    mask = np.zeros(N, dtype=bool)
    mask[[0, 3, 89]] = True
    assert m.review(mask).queue.tolist()[0] == 3
    assert set(m.review(mask).queue.tolist()) == {0, 3, 89}
    review = m.review({4: 0.2, 80: 0.9, 3: 0.5})
    assert review.queue.tolist() == [80, 3, 4]
    assert [review.look(r).suspicion for r in (80, 3, 4)] == [0.9, 0.5, 0.2]
    found = m.label_errors()
    assert m.review(found).queue.tolist() == found.ranking[found.flagged[found.ranking]].tolist()


def test_a_row_for_which_nothing_is_suggested_can_be_kept_but_not_accepted():
    review = map_of().review([20])
    assert review.look().suggested is None
    assert review.choices() == (review.look().given,)
    with pytest.raises(InputError, match="nothing is suggested for row 20"):
        review.accept()
    review.keep()


@pytest.mark.parametrize(
    ("issues", "words"),
    [
        ([N], "positions from 0 to 89"),
        (np.zeros(3, dtype=bool), "must have 90 values"),
        ({N: 0.5}, "keys must be those of the frame"),
        ({3: 1.5}, "from 0 to 1"),
        ({3: float("nan")}, "from 0 to 1"),
        ({3: "high"}, "from 0 to 1"),
        ([0.5], "whole numbers"),
        (find([0, 1], [[0.9, 0.1], [0.1, 0.9]]), "about the 90 rows"),
    ],
)
def test_issues_that_make_no_sense_are_refused(issues, words):
    with pytest.raises(InputError, match=words):
        map_of().review(issues)


def test_one_class_cannot_be_reviewed():
    frame = frame_of()
    frame["label"] = "cat"
    with pytest.raises(NotApplicable):
        map_of(frame).review()


def test_another_kind_of_frame_gets_its_verdicts_in_that_kind():
    import polars as pl

    m = map_of(pl.from_pandas(frame_of()))
    review = m.review(suspects())
    review.accept()
    assert isinstance(review.to_frame(), pl.DataFrame)


# ---- blind -----------------------------------------------------------------------------------------------------------
def test_blind_choices_are_in_an_order_of_the_seed_that_tells_nothing_and_the_journal_says_hidden():
    m = map_of(seed=3)
    review = m.review(suspects(), blind=True)
    first = {row: review.choices(row)[0] == review.look(row).given for row in review.queue.tolist()}
    again = map_of(seed=3).review(suspects(), blind=True)
    assert {row: again.choices(row)[0] == again.look(row).given for row in again.queue.tolist()} == first
    assert 0.3 < review.order.mean() < 0.7
    assert not np.array_equal(review.order, map_of(seed=4).review(suspects()).order)
    review.accept()
    assert m.history()["arm"].tolist() == ["hidden"]


# ---- the search beside it --------------------------------------------------------------------------------------------
def test_suspects_are_found_again_after_corrections_and_the_next_rows_stay(monkeypatch):
    wrong = list(range(0, 28, 2))
    m = map_of(frame_of(wrong))
    review = m.review()
    told = []
    monkeypatch.setattr(review.desk, "_tell", lambda: told.append(review.queue.tolist()))
    for _ in range(5):
        review.accept()
    ahead = review.queue[:6].tolist()
    assert review.wait(60)
    assert told
    assert review.queue[:6].tolist() == ahead
    assert not review.progress().refitting


def test_the_noise_that_is_left_falls_as_rows_are_judged():
    m = map_of(frame_of(list(range(0, 20, 2))))
    review = m.review()
    rates = [review.progress().noise_rate]
    assert review.progress().noise_interval == m.label_errors().noise_interval
    assert rates[0] == review.progress().noise_before > 0
    for _ in range(4):
        review.keep()
        rates.append(review.progress().noise_rate)
        low, high = review.progress().noise_interval
        assert low < rates[-1] < high
    assert all(np.diff(rates) < 0)


def test_of_labels_that_go_with_nothing_no_noise_is_told():
    frame = frame_of(n=600)
    frame["label"] = np.random.default_rng(6).permutation(frame["label"])
    m = map_of(frame)
    assert not m.label_errors().judgeable
    review = m.review()
    assert not len(review.queue)
    progress = review.progress()
    assert progress.noise_rate is progress.noise_before is progress.noise_interval is None


def test_a_review_that_is_over_looks_no_more():
    m = map_of()
    old = m.review(suspects())
    queue = old.queue.tolist()
    m.review(suspects())
    m.relabel(queue[:1], truth_of(queue[0]))
    assert old.queue.tolist() == queue, "only the open one follows the labels"
    m.close()


def test_one_search_runs_at_a_time_and_what_was_asked_meanwhile_is_searched_after_it():
    gate, running, most, taken = threading.Semaphore(0), [], [], []

    def search(_step):
        running.append(1)
        most.append(len(running))
        gate.acquire()
        running.pop()
        return len(most)

    refit = Refit(search, taken.append)
    for _ in range(5):
        refit.ask()
    assert not refit.wait(0)
    gate.release(5)
    assert refit.wait(30)
    assert most in ([1], [1, 1])
    assert taken == list(range(1, len(most) + 1))
    refit.end()
    refit.ask()
    assert refit.wait(30)
    assert len(taken) == len(most)


def test_a_search_that_fails_ends_and_the_next_one_can_run(caplog):
    answers = [NotApplicable("one class"), RuntimeError("broken"), "found"]
    taken = []

    def search(_step):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    refit = Refit(search, taken.append)
    for _ in range(3):
        refit.ask()
        assert refit.wait(30)
    assert taken == ["found"]
    assert "broken" in caplog.text


def test_pace_leaves_out_whoever_was_away():
    assert per_minute([]) is None
    assert per_minute([5.0]) is None
    assert per_minute([0.0, 1.0, 2.0, 1000.0, 1001.0]) == 60.0
    assert per_minute([0.0, 0.0]) is None


# ---- the queue against a naive model ---------------------------------------------------------------------------------
ranked = st.lists(st.integers(0, 11), unique=True, min_size=1, max_size=12)


@given(ranked, st.lists(st.integers(0, 11)), st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)), st.data())
def test_what_is_pending_is_what_a_slow_list_says(rows, front, changed, verified, data):
    aside = data.draw(st.lists(st.sampled_from(rows), unique=True))
    codes = np.zeros(12, dtype=np.int32)
    codes[list(changed)] = 1
    known = np.isin(np.arange(12), list(verified))
    zeros = np.zeros(12)
    ranking = Ranking(np.array(rows), np.zeros(12, np.int32), zeros, np.ones(12, np.int32), zeros, 0.1, (0.05, 0.2))
    found = pending(ranking, codes, known, front=dict.fromkeys(front), aside=aside).tolist()
    open_ = [row for row in rows if row not in changed and row not in verified]
    first = [row for row in reversed(list(dict.fromkeys(front))) if row in open_]
    last = [row for row in aside if row in open_ and row not in first]
    assert found == first + [row for row in open_ if row not in first and row not in last] + last


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["accept", "keep", "drop", "skip", "undo", "map undo", "map redo"]), max_size=14))
@example(["accept", "undo", "map redo", "undo"])
def test_any_course_of_verdicts_leaves_queue_labels_and_journal_as_a_naive_model_says(course):
    frame = frame_of()
    m = map_of(frame)
    review = m.review(suspects())
    review.desk.refit = None
    before = frame["label"].tolist()
    for act in course:
        if act == "undo":
            review.undo()
        elif act == "map undo" and m.status["can_undo"]:
            m.undo()
        elif act == "map redo" and m.status["can_redo"]:
            m.redo()
        elif act in {"accept", "keep", "drop", "skip"} and len(review.queue):
            getattr(review, act)()
    told = review.to_frame()
    standing = told[~told["undone"] & (told["verdict"] != "skip")]
    assert sorted([*standing["row"], *review.queue.tolist()]) == sorted(WRONG), "each suspect is judged or waits, once"
    expected = list(before)
    for row, after in zip(standing["row"], standing["after"], strict=True):
        expected[row] = after or None
    assert [None if pd.isna(v) else v for v in frame["label"]] == expected
    assert set(np.flatnonzero(m.labels.people.verified()).tolist()) == set(standing["row"])
    assert review.progress().judged == len(standing)


def test_a_ranking_keeps_rows_as_they_were():
    p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    labels = np.tile([0, 1], 20)
    labels[[5, 9]] = 0
    before = ranking_of(find(labels, p))
    labels[5] = 1
    after = ranking_of(find(labels, p)).keeping(np.array([5]), before)
    assert after.rows.tolist() == [5, 9]
    assert (after.given[5], after.suggested[5]) == (0, 1)
