"""The interval from a few labels holds the truth however wrong the predictions are, and is short where they are right."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.label_shift import plan_labels, settle


def world(seed, share, *, wrong=0.0, m=1_000, strength=1.5):
    """Probabilities of two classes, off by `wrong` on the log-odds, and the labels."""
    random = generator(seed, 91)
    labels = (random.random(m) < share).astype(int)
    score = strength * (2 * labels - 1) + random.normal(size=m)
    p = 1 / (1 + np.exp(-2 * strength * score - np.log(share / (1 - share)) - wrong))
    return np.column_stack([1 - p, p]), labels


def holds(share, wrong, runs, budget=60):
    held, widths = 0, []
    for seed in range(runs):
        p, labels = world(seed, share, wrong=wrong)
        plan = plan_labels(p, 1, budget, seed=seed)
        found = settle(plan, labels[plan.rows])
        held += found.low <= share <= found.high
        widths.append(found.high - found.low)
    return held / runs, float(np.mean(widths))


@pytest.mark.parametrize("share", [0.02, 0.3])
@pytest.mark.parametrize("wrong", [0.0, 2.0, -2.0])
def test_the_interval_holds_the_share_however_wrong_the_predictions_are(share, wrong):
    # 95% nominal; below .92 of 300 would come once in a hundred times
    assert holds(share, wrong, 300)[0] >= 0.92


def test_right_predictions_make_it_shorter_than_labels_alone():
    _, width = holds(0.3, 0.0, 40)
    assert width < 0.75 * 2 * 1.96 * np.sqrt(0.3 * 0.7 / 60)


def test_more_labels_make_it_shorter_and_the_plan_foresees_how_much():
    p, labels = world(1, 0.3)
    few, many = plan_labels(p, 1, 40), plan_labels(p, 1, 400)
    widths = [found.high - found.low for found in (settle(plan, labels[plan.rows]) for plan in (few, many))]
    assert widths[1] < widths[0]
    assert few.expected_width() == pytest.approx(widths[0], rel=0.5)
    assert many.expected_width() < few.expected_width()


def test_the_plan_labels_doubtful_rows_more_often_and_none_twice():
    p, _ = world(2, 0.3)
    plan = plan_labels(p, 1, 100)
    doubt = p[:, 1] * p[:, 0]
    assert len(set(plan.rows.tolist())) == 100
    assert doubt[plan.rows].mean() > 1.5 * doubt.mean()
    assert (np.bincount(plan.strata[plan.rows]) >= 2).all()


def test_all_rows_may_be_labelled_and_equal_predictions_are_no_error():
    p, labels = world(3, 0.3, m=40)
    plan = plan_labels(p, 1, 40)
    found = settle(plan, labels[plan.rows])
    assert found.share == pytest.approx(labels.mean())
    same = np.full((30, 2), 0.5)
    plan = plan_labels(same, 0, 10)
    assert settle(plan, np.zeros(10, dtype=int)).low > 0.4
    assert settle(plan, np.zeros(10, dtype=int)).trust == 0


@pytest.mark.parametrize(
    ("label", "budget", "message"),
    [
        (2, 10, r"0\.\.1"),
        (-1, 10, "label"),
        ("spam", 10, "label must be a code in 0..1. Got 'spam'"),
        (0.5, 10, "label must be a code"),
        (0, 3, r"4\.\.1000"),
        (0, 1_001, "budget"),
        (0, 10.5, "budget must be a whole number"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(label, budget, message):
    with pytest.raises(InputError, match=message):
        plan_labels(world(0, 0.3)[0], label, budget)


def test_labels_that_do_not_fit_are_refused():
    plan = plan_labels(world(0, 0.3)[0], 1, 10)
    for labels in (np.zeros(9, dtype=int), np.zeros(10), np.full(10, -1)):
        with pytest.raises(InputError, match="10 codes"):
            settle(plan, labels)
    with pytest.raises(InputError, match="level"):
        settle(plan, np.zeros(10, dtype=int), level=2)
    with pytest.raises(InputError, match="level"):
        plan.expected_width(2)
