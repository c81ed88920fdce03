"""Class mix by period: planted turning points and clusters, and shares of labels against their definition."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import beta

from labelatlas._random import generator
from labelatlas.exceptions import InputError
from labelatlas.label_shift import estimate, new_clusters, over_time


def world(seed, shares, rows=150):
    """Calibrated probabilities of two classes; one period for each share of the second class."""
    random = generator(seed, 81)

    def draw(n, share):
        labels = (random.random(n) < share).astype(int)
        score = 1.5 * (2 * labels - 1) + random.normal(size=n)
        p = 1 / (1 + np.exp(-3 * score))
        return np.column_stack([1 - p, p]), labels

    source, labels = draw(400, 0.5)
    parts = [draw(rows, share) for share in shares]
    periods = np.repeat([f"2026-{t + 1:02d}" for t in range(len(shares))], rows)
    return source, labels, np.concatenate([p for p, _ in parts]), periods, np.concatenate([y for _, y in parts])


def test_a_planted_turning_point_is_found_where_it_is():
    source, labels, target, periods, _ = world(0, [0.2, 0.2, 0.2, 0.5, 0.5])
    found = over_time(source, labels, target, periods, names=["ham", "spam"])
    assert {point.period for point in found.turning_points} == {"2026-04"}
    spam = next(point for point in found.turning_points if point.label == "spam")
    assert spam.before == pytest.approx(0.2, abs=0.06)
    assert spam.after == pytest.approx(0.5, abs=0.06)


def test_a_steady_mix_seldom_turns():
    turned = 0
    for seed in range(8):
        source, labels, target, periods, _ = world(seed, [0.3] * 4, rows=80)
        turned += bool(over_time(source, labels, target, periods).turning_points)
    assert turned <= 2


def test_each_period_is_its_own_estimate_and_intervals_hold_the_truth():
    planted = [0.1, 0.3, 0.6]
    source, labels, target, periods, _ = world(1, planted)
    found = over_time(source, labels, target, periods)
    alone = estimate(source, labels, target[periods == "2026-02"])
    np.testing.assert_array_equal(found.by["predictions"].shares[1], alone.priors)
    assert ((found.by["predictions"].low[:, 1] <= planted) & (planted <= found.by["predictions"].high[:, 1])).all()


def test_labels_and_corrected_labels_are_counted_with_jeffreys_intervals():
    source, labels, target, periods, truth = world(2, [0.3, 0.7], rows=50)
    given = truth.copy()
    given[:50] = -1
    given[50:60] = 0
    found = over_time(source, labels, target, periods, labels=given, corrected=truth)
    by_label, corrected = found.by["labels"], found.by["corrected"]
    assert np.isnan(by_label.shares[0]).all()
    assert by_label.rows.tolist() == [0, 50]
    count = truth[50:].sum()
    assert corrected.shares[1, 1] == count / 50
    assert corrected.low[1, 1] == beta.ppf(0.025, count + 0.5, 50 - count + 0.5)
    columns = found.columns()
    assert {len(values) for values in columns.values()} == {3 * 2 * 2}
    assert "<svg" in found.plot("corrected").svg
    assert "nan" not in found.plot("labels").svg


def test_periods_are_sorted_and_may_be_one():
    source, labels, target, periods, _ = world(3, [0.3, 0.7], rows=30)
    backwards = over_time(source, labels, target[::-1], periods[::-1])
    assert backwards.periods == ("2026-01", "2026-02")
    one = over_time(source, labels, target, np.zeros(60))
    assert one.turning_points == ()
    with pytest.raises(InputError, match="basis"):
        one.plot("labels")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"periods": np.zeros(3)}, "periods must be of shape"),
        ({"labels": np.zeros(3, dtype=int)}, "labels must be whole numbers"),
        ({"corrected": np.full(60, 2)}, r"corrected must lie in -1\.\.1"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    source, labels, target, periods, _ = world(4, [0.3, 0.7], rows=30)
    with pytest.raises(InputError, match=message):
        over_time(source, labels, target, **{"periods": periods, **change})


def test_new_clusters_are_those_that_chance_did_not_hide():
    clusters = np.array([0] * 200 + [0] * 150 + [1] * 40 + [2] * 2 + [-1] * 8)
    periods = np.repeat([1, 2], 200)
    assert new_clusters(clusters, periods, since=2).tolist() == [1]
    assert new_clusters(clusters[::-1], periods, since=2).tolist() == []
    assert new_clusters(np.full(5, -1), np.arange(5), since=2).tolist() == []
    with pytest.raises(InputError, match="one shape"):
        new_clusters(clusters, periods[:3], since=2)


def test_dates_stay_dates_and_an_ordered_category_keeps_its_order():
    import pandas as pd

    source, labels, target, _, _ = world(3, [0.3, 0.7], rows=30)
    days = np.array(["2026-01-01", "2026-02-01"], dtype="datetime64[ns]").repeat(30)
    assert over_time(source, labels, target, days).periods == (
        dt.datetime.fromisoformat("2026-01-01"),
        dt.datetime.fromisoformat("2026-02-01"),
    )
    months = pd.Series(["jan", "feb"]).astype(pd.CategoricalDtype(["jan", "feb"], ordered=True)).repeat(30)
    assert over_time(source, labels, target, months).periods == ("jan", "feb")


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        (np.array(["may", None], dtype=object).repeat(30), "30 rows without one"),
        (np.array([1.0, np.nan]).repeat(30), "30 rows without one"),
        (np.array([1, "b"], dtype=object).repeat(30), "of one type, so that they have an order. Got int, str"),
    ],
)
def test_periods_without_an_order_are_refused(periods, message):
    source, labels, target, _, _ = world(3, [0.3, 0.7], rows=30)
    with pytest.raises(InputError, match=message) as caught:
        over_time(source, labels, target, periods)
    assert caught.value.hint
    with pytest.raises(InputError, match=message):
        new_clusters(np.zeros(60, dtype=int), periods, since=1)


def test_no_target_row_is_said():
    source, labels, target, _, _ = world(3, [0.3, 0.7], rows=30)
    with pytest.raises(InputError, match="at least one row"):
        over_time(source, labels, target[:0], [])


def test_the_first_new_period_is_a_date_however_it_is_given():
    days = np.array(["2026-01-01", "2026-02-01"], dtype="datetime64[ns]").repeat(200)
    clusters = np.repeat([0, 0, 0, 1], 100)
    when = dt.datetime.fromisoformat("2026-02-01")
    for since in (when, when.date(), "2026-02-01", np.datetime64("2026-01-15")):
        assert new_clusters(clusters, days, since=since).tolist() == [1]
    for since in (2, "soon", None):
        with pytest.raises(InputError, match="since must be comparable with the periods") as caught:
            new_clusters(clusters, days, since=since)
        assert "datetime.datetime(2026, 2, 1" in caught.value.hint
    with pytest.raises(InputError, match="since must be comparable"):
        new_clusters(clusters, np.repeat([1, 2], 200), since="soon")
