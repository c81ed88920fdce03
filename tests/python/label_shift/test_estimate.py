"""The estimate against planted truth on synthetic and on real rows, and the door."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import _interval as module
from labelatlas.label_shift import estimate
from labelatlas.probe import out_of_fold

P = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]])
Y = np.array([0, 1, 0, 1])


@pytest.fixture(scope="module")
def digits():
    vectors, labels = load_digits(return_X_y=True)
    return out_of_fold(vectors / 16, labels).probabilities.astype(float), labels


def resample(digits, alpha, seed, m=500):
    """Half of the rows as source, and a target from the other half by classes drawn from Dirichlet(alpha)."""
    p, labels = digits
    random = generator(seed, 77)
    order = random.permutation(len(labels))
    source, pool = order[: len(order) // 2], order[len(order) // 2 :]
    priors = random.dirichlet(np.full(10, alpha))
    chosen = np.concatenate(
        [
            random.choice(pool[labels[pool] == k], count)
            for k, count in enumerate(random.multinomial(m, priors))
            if count
        ]
    )
    return p[source], labels[source], p[chosen], priors, np.bincount(labels[chosen], minlength=10) / m


def overconfident(p, power=4.0):
    sharp = p**power
    return sharp / sharp.sum(axis=1, keepdims=True)


def test_on_resampled_digits_it_is_closer_than_counting(digits):
    ours, counted = [], []
    for seed in range(12):
        source, labels, target, _, real = resample(digits, 0.3, seed)
        ours.append(np.abs(estimate(source, labels, target).priors - real).mean())
        counted.append(np.abs(estimate(source, labels, target, method="counting").priors - real).mean())
    assert np.mean(ours) < 0.004
    assert np.mean(ours) < 0.8 * np.mean(counted)


def test_on_resampled_digits_the_intervals_hold_the_truth_about_as_often_as_they_say(digits):
    held = []
    for seed in range(20):
        source, labels, target, priors, _ = resample(digits, 1.0, seed)
        found = estimate(source, labels, target)
        held.append((found.low <= priors) & (priors <= found.high))
    assert np.mean(held) > 0.91


def test_a_higher_level_gives_wider_intervals(digits):
    source, labels, target, _, _ = resample(digits, 1.0, 0)
    narrow, wide = estimate(source, labels, target, level=0.8), estimate(source, labels, target, level=0.99)
    assert (wide.high - wide.low > narrow.high - narrow.low).all()


def test_more_rows_give_narrower_intervals(digits):
    source, labels, target, _, _ = resample(digits, 1.0, 0)
    few, many = estimate(source, labels, target[::5]), estimate(source, labels, target)
    assert (many.high - many.low).mean() < 0.7 * (few.high - few.low).mean()


def test_an_uncertain_source_widens_the_intervals():
    random = generator(5)
    labels = np.arange(40) % 2
    p = random.beta(2, 4, 40)
    source = np.column_stack([np.where(labels == 0, 1 - p, p), np.where(labels == 0, p, 1 - p)])
    target = np.tile(source, (20, 1))
    small = estimate(source, labels, target, method="bbse_soft")
    large = estimate(np.tile(source, (20, 1)), np.tile(labels, 20), target, method="bbse_soft")
    assert (small.high - small.low).mean() > 1.5 * (large.high - large.low).mean()


def test_auto_calibrates_a_model_that_is_too_sure_and_gains_by_it(digits):
    too_sure = overconfident(digits[0]), digits[1]
    raw, chosen = [], []
    for seed in range(5):
        source, labels, target, _, real = resample(too_sure, 1.0, seed)
        found = estimate(source, labels, target)
        assert found.method == "em_adaptive"
        assert found.calibration.slope < 0.5
        chosen.append(np.abs(found.priors - real).mean())
        raw.append(np.abs(estimate(source, labels, target, method="em").priors - real).mean())
    assert np.mean(chosen) < np.mean(raw)


def test_auto_leaves_calibrated_probabilities_alone():
    random = generator(8)
    p = random.dirichlet(np.ones(3), 2_000)
    labels = (random.random((2_000, 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, 2)
    found = estimate(p, labels, p[:100])
    assert found.calibration.slope == pytest.approx(1, abs=0.1)
    np.testing.assert_allclose(found.calibration.bias, 0, atol=0.05)


def test_beyond_the_row_limit_intervals_are_those_of_all_rows(monkeypatch, digits):
    source, labels, target, _, _ = resample(digits, 1.0, 3, m=2_000)
    whole = estimate(source, labels, target)
    monkeypatch.setattr(module, "_MAX_ROWS", 500)
    monkeypatch.setattr(module, "_LEAST_ROWS", 500)
    part = estimate(source, labels, target)
    np.testing.assert_allclose(part.priors, whole.priors, atol=1e-6)
    assert (part.high - part.low).mean() == pytest.approx((whole.high - whole.low).mean(), rel=0.25)


def test_columns_have_one_line_for_each_class():
    found = estimate(P, Y, P, names=["spam", "ham"])
    columns = found.columns()
    assert list(columns) == ["label", "source", "target", "low", "high", "change", "p_value", "weight"]
    assert columns["label"] == ["spam", "ham"]
    assert (columns["target"] == found.priors).all()
    assert estimate(P, Y, P).columns()["label"].tolist() == [0, 1]


def test_the_estimate_is_frozen():
    with pytest.raises(AttributeError):
        estimate(P, Y, P).method = "guess"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_labels": [0, 0, 0, 0]}, "none of 1 classes instead: 1"),
        ({"source_labels": [0, 0, 0, 0], "names": ["spam", "ham"]}, "none of 1 classes instead: 'ham'"),
        ({"source_labels": [0, -1, 0, 1]}, "1 unlabelled rows"),
        ({"source_labels": [0, 2, 0, 1]}, r"0\.\.1"),
        ({"source_labels": [0, 1]}, "shape"),
        ({"source_labels": [0.0, 1, 0, 1]}, "whole numbers"),
        ({"source_probabilities": P * 2}, "4 rows .* the first at row 0"),
        ({"target_probabilities": [[0.5, 0.5], [1.5, -0.5]]}, "1 rows .* the first at row 1"),
        ({"target_probabilities": [[np.nan, 1.0]]}, "1 rows .* the first at row 0"),
        ({"target_probabilities": np.zeros((0, 2))}, "target_probabilities must have at least one row"),
        (
            {"source_probabilities": np.zeros((0, 2)), "source_labels": []},
            "source_probabilities must have at least one row",
        ),
        ({"target_probabilities": [[0.2, 0.3, 0.5]]}, "2 columns"),
        ({"target_probabilities": [0.5, 0.5]}, "numbers of shape"),
        ({"target_probabilities": [[0.5, 0.5], [1.0]]}, "rows of several lengths"),
        ({"source_probabilities": [[0.5, 0.5], [1.0]]}, "rows of several lengths"),
        ({"target_probabilities": np.zeros((0, 3, 2))}, "numbers of shape"),
        ({"target_probabilities": [[[0.5, 0.5]], [[0.5, 0.6]]]}, "1 rows .* the first at row 0"),
        ({"names": ["only"]}, "names must have length 2"),
        ({"level": 1.0}, "level"),
        ({"level": float("nan")}, "level"),
        ({"method": "magic"}, "method must be 'auto' or one of"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_cure(change, message):
    arguments = {"source_probabilities": P, "source_labels": Y, "target_probabilities": P, **change}
    with pytest.raises(InputError, match=message) as caught:
        estimate(**arguments)
    assert caught.value.hint


def test_one_class_has_no_mix():
    with pytest.raises(NotApplicable, match="at least two classes"):
        estimate(np.ones((3, 1)), [0, 0, 0], np.ones((3, 1)))


@pytest.mark.parametrize("method", ["acc", "pacc", "bbse_hard", "bbse_soft", "auto", "em", "em_bcts"])
def test_classes_that_the_predictions_cannot_tell_apart_are_named(method):
    p = np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.45, 0.45], [0.1, 0.45, 0.45]])
    with pytest.raises(NotApplicable, match=r"among classes \[1, 2\]"):
        estimate(p, [0, 0, 1, 2], p, method=method)
    with pytest.raises(NotApplicable, match=r"among classes \['cow', 'ox'\]"):
        estimate(p, [0, 0, 1, 2], p, method=method, names=["hen", "cow", "ox"])


def test_probabilities_of_any_width_and_stride_are_taken():
    wide = np.repeat(P.astype(np.float32), 2, axis=1)[:, ::2]
    np.testing.assert_allclose(estimate(wide, Y, wide).priors, estimate(P, Y, P).priors, atol=1e-4)


def test_a_changed_class_is_named_and_unchanged_ones_seldom_are(digits):
    p, labels = digits
    named_wrongly = 0
    for seed in range(15):
        order = generator(seed, 78).permutation(len(labels))
        source, target = order[:900], order[900:]
        named_wrongly += int((estimate(p[source], labels[source], p[target]).p_values < 0.05).any())
        fewer = target[(labels[target] != 3) | (np.arange(len(target)) % 3 == 0)]
        found = estimate(p[source], labels[source], p[fewer])
        assert found.p_values[3] < 0.05
        assert found.change[3] < 0
    assert named_wrongly <= 3


def test_the_picture_tells_each_class_and_escapes_its_name():
    drawn = estimate(P, Y, P, names=["<spam>", "ham"]).plot()
    assert drawn.svg.startswith("<svg")
    assert "&lt;spam&gt;" in drawn.svg
    assert "<spam>" not in drawn.svg
    assert drawn._repr_html_() == drawn.svg


def test_corrected_rows_need_the_columns_of_the_classes():
    with pytest.raises(InputError, match="2 columns"):
        estimate(P, Y, P).correct([[0.2, 0.3, 0.5]])


def test_another_device_word_is_refused():
    with pytest.raises(InputError, match="device"):
        estimate(P, Y, P, device="abacus")
