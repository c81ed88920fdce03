"""What the finding says beside the ranking: noise with intervals, confused pairs, the reasons of a row."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.label_errors import Evidence, find
from labelatlas.label_errors._duplicates import near_duplicates
from labelatlas.label_errors._group import group_context, pair_agreement
from labelatlas.label_errors._margin import margin
from labelatlas.label_errors._noise import estimate_noise
from labelatlas.label_errors._views import join_views, shares


def world(n=3000, rate=0.2, seed=5):
    """Three classes; a fifth of class 0 is given as 1, nothing else is wrong."""
    random = generator(seed)
    truth = random.integers(0, 3, n)
    p = np.exp(5 * np.eye(3)[truth] + random.normal(size=(n, 3)))
    p /= p.sum(axis=1, keepdims=True)
    wrong = (random.random(n) < rate) & (truth == 0)
    return np.where(wrong, 1, truth), p, truth


def test_the_noise_matrix_is_that_of_the_planted_confusion_and_its_intervals_hold_it():
    labels, p, truth = world()
    found = find(labels, p, names=["a", "b", "c"])
    counts = np.zeros((3, 3))
    np.add.at(counts, (labels, truth), 1)
    np.testing.assert_allclose(found.noise_matrix, counts / counts.sum(axis=1, keepdims=True), atol=0.02)
    np.testing.assert_allclose(found.noise_matrix.sum(axis=1), 1)
    low, high = found.noise_interval
    assert low < (labels != truth).mean() < high
    assert found.noise_low[1, 0] < counts[1, 0] / counts[1].sum() < found.noise_high[1, 0]


def test_the_confused_pairs_begin_with_the_planted_one():
    labels, p, _ = world()
    columns = find(labels, p, names=["a", "b", "c"]).pairs().columns()
    assert (columns["given"][0], columns["true"][0]) == ("b", "a")
    assert columns["low"][0] < columns["share"][0] < columns["high"][0]
    assert (np.diff(columns["rows"]) <= 0).all()


def test_a_class_too_small_to_judge_is_in_no_pair():
    labels, p, _ = world(n=300)
    few = np.where(labels == 2, 1, labels)
    few[np.flatnonzero(labels == 2)[:5]] = 2
    found = find(few, p)
    assert found.not_estimable.tolist() == [2]
    assert 2 not in found.pairs().given


def test_the_interval_narrows_with_rows_and_widens_with_doubt():
    widths = []
    for n in (200, 2000):
        labels, p, _ = world(n=n)
        low, high = estimate_noise(Evidence(labels, p)).interval
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
    labels, p, _ = world(n=2000)
    blunt = np.sqrt(p)
    blunt = 0.7 * blunt / blunt.sum(axis=1, keepdims=True) + 0.1
    low, high = estimate_noise(Evidence(labels, blunt)).interval
    assert high - low > widths[1]


def test_verified_rows_count_as_right():
    labels, p, truth = world()
    rate = find(labels, p, verified=labels != truth).noise_rate
    assert rate < 0.01


def test_a_row_is_explained_by_head_neighbours_twins_and_group():
    p = np.array([[0.1, 0.9]] + [[0.1, 0.9]] * 5 + [[0.9, 0.1]] * 6)
    labels = np.array([0] + [1] * 5 + [0] * 6)
    indices = np.array([[(i + j) % 6 + 6 * (i >= 6) for j in range(1, 4)] for i in range(12)], dtype=np.int32)
    distances = np.ones((12, 3), dtype=np.float32)
    distances[0, 0] = 0
    groups = ["ann"] * 4 + [None] * 8
    found = find(labels, p, neighbors=Neighbors(indices, distances), groups=groups, names=["no", "yes"])
    why = found.explain(0)
    assert (why.given, why.head[0]) == ("no", ("yes", 0.9))
    assert why.neighbors == (1, 2, 3)
    assert why.neighbor_labels == ("yes", "yes", "yes")
    assert why.duplicates == (1,)
    assert why.group == (("yes", 3),)
    assert why.reasons == (
        "A near-duplicate is labelled yes.",
        "0 of its 3 nearest rows are no, 3 yes.",
        "Its own label left aside, it looks like yes with 90%.",
        "Of the other 3 rows of its group 3 are yes.",
    )
    assert found.explain(8).group == ()
    for row in (12, "k1"):
        with pytest.raises(InputError, match=rf"0\.\.11. Got {row!r}"):
            found.explain(row)


def test_reasons_stand_beside_flagged_rows_only():
    labels, p, _ = world(n=300)
    columns = find(labels, p).columns()
    assert [bool(reason) for reason in columns["reason"]] == columns["flagged"].tolist()
    assert "Its own label left aside, it looks like" in columns["reason"][0]


def test_a_finding_shows_its_first_lines_and_the_rate():
    labels, p, _ = world(n=300)
    found = find(labels, p)
    assert "95% interval" in repr(found)
    assert len(found.to_frame()) == 300


def test_near_duplicates_are_far_closer_than_neighbours_usually_are_and_never_the_row_itself():
    indices = np.array([[0, 1], [0, 2], [1, 0]], dtype=np.int32)
    distances = np.array([[0.0, 0.05], [0.05, 1.0], [1.0, 2.0]], dtype=np.float32)
    assert near_duplicates(Neighbors(indices, distances)).tolist() == [[False, True], [True, False], [False, False]]


def test_pairs_of_a_group_agree_as_often_as_brute_force_counts():
    random = generator(4)
    groups, labels = random.integers(-1, 8, 80), random.integers(-1, 3, 80)
    pairs = [
        labels[i] == labels[j]
        for i in range(80)
        for j in range(80)
        if i != j and groups[i] == groups[j] >= 0 and labels[i] >= 0 and labels[j] >= 0
    ]
    assert pair_agreement(groups, labels, 3)[0] == pytest.approx(np.mean(pairs))


def test_hearing_the_authors_other_texts_finds_more_and_strangers_cost_nothing():
    from sklearn.metrics import average_precision_score

    random = generator(6)
    truth = np.repeat(random.integers(0, 2, 300), 8)
    authors = np.repeat(np.arange(300), 8)
    score = 1.0 * (2 * truth - 1) + 1.2 * random.normal(size=len(truth))
    p = 1 / (1 + np.exp(-score))
    wrong = random.random(len(truth)) < 0.25
    evidence = Evidence(np.where(wrong, 1 - truth, truth), np.column_stack([1 - p, p]), groups=authors)
    alone = average_precision_score(wrong, margin(evidence))
    assert average_precision_score(wrong, group_context(evidence)) > alone + 0.15


def test_shares_silence_no_view_and_follow_the_better_one():
    good, bad = np.full(100, 0.9), np.full(100, 0.1)
    share = shares(np.column_stack([good, bad]))
    assert share[0] > 0.95
    assert share[1] > 0.015
    assert share.sum() == pytest.approx(1)


def test_rows_without_neighbours_keep_what_the_head_says():
    p = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    near = Neighbors(np.zeros((3, 0), dtype=np.int32), np.zeros((3, 0), dtype=np.float32))
    joined = join_views(Evidence(np.array([0, 1, 0]), p, near))[1].probabilities
    assert (joined.argmax(axis=1) == p.argmax(axis=1)).all()
    np.testing.assert_allclose(joined.sum(axis=1), 1, atol=1e-6)
