"""What every estimator of label shift must do; a new one is tested by being in the registry."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.label_shift import ESTIMATORS, estimate

METHODS = ["auto", *sorted(ESTIMATORS)]
EVEN = np.full(4, 0.25)


def world(target_priors, source_priors=EVEN, n=1_500, m=1_200, seed=0, spread=0.8):
    """Calibrated probabilities of well-separated classes for a source and a target that differ in priors alone."""
    random = generator(seed, 4)
    n_classes = len(target_priors)

    def draw(rows, priors):
        labels = random.choice(n_classes, rows, p=priors)
        points = np.eye(n_classes)[labels] * 2 + spread * random.normal(size=(rows, n_classes))
        scores = 2 * points / spread**2 + np.log(source_priors)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True), labels

    source, labels = draw(n, source_priors)
    target, truth = draw(m, target_priors)
    return source, labels, target, truth


@pytest.mark.parametrize("method", METHODS)
def test_priors_lie_on_the_simplex_and_inside_their_intervals(method):
    source, labels, target, _ = world([0.7, 0.3, 0.0, 0.0])
    found = estimate(source, labels, target, method=method)
    assert found.priors.sum() == pytest.approx(1)
    assert (found.priors >= 0).all()
    assert ((found.low <= found.priors) & (found.priors <= found.high)).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_shift_is_found(method):
    planted = np.array([0.55, 0.25, 0.15, 0.05])
    source, labels, target, _ = world(planted)
    found = estimate(source, labels, target, method=method)
    assert np.abs(found.priors - planted).max() < 0.06


@pytest.mark.parametrize("method", METHODS)
def test_without_shift_the_source_priors_lie_in_the_intervals(method):
    misses = 0
    for seed in range(3):
        source, labels, target, _ = world(EVEN, seed=seed)
        found = estimate(source, labels, target, method=method, level=0.99)
        misses += int(((found.low > 0.25) | (found.high < 0.25)).sum())
    assert misses <= 1


@pytest.mark.parametrize("method", METHODS)
def test_intervals_have_width_also_for_an_absent_class(method):
    source, labels, target, truth = world([0.5, 0.5, 0.0, 0.0], spread=0.3)
    assert set(truth.tolist()) == {0, 1}
    found = estimate(source, labels, target, method=method)
    assert (found.high - found.low > 1e-4).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_classes_does_not_matter(method):
    source, labels, target, _ = world([0.6, 0.2, 0.15, 0.05])
    order = np.array([3, 1, 0, 2])
    straight = estimate(source, labels, target, method=method)
    renamed = estimate(source[:, order], np.argsort(order)[labels], target[:, order], method=method)
    for name in ("priors", "low", "high", "weights"):
        np.testing.assert_allclose(getattr(renamed, name), getattr(straight, name)[order], rtol=5e-3, atol=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_weights_give_the_source_the_mix_of_the_target(method):
    source, labels, target, _ = world([0.6, 0.2, 0.15, 0.05], np.array([0.1, 0.2, 0.3, 0.4]))
    found = estimate(source, labels, target, method=method)
    mix = np.bincount(labels, weights=found.weights[labels], minlength=4) / len(labels)
    np.testing.assert_allclose(mix, found.priors, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_gives_the_same_numbers_and_another_one_other_intervals(method):
    source, labels, target, _ = world([0.6, 0.2, 0.15, 0.05])
    kept = source.copy(), labels.copy(), target.copy()
    first, again, other = (estimate(source, labels, target, method=method, seed=seed) for seed in (1, 1, 2))
    assert (first.priors == again.priors).all()
    assert (first.low == again.low).all()
    # the mean probability varies less than known labels would, and then these give the interval, without chance
    assert (first.low != other.low).any() or method == "pcc"
    assert all((now == before).all() for now, before in zip((source, labels, target), kept, strict=True))


@pytest.mark.parametrize("method", METHODS)
def test_one_target_row_and_one_source_row_a_class_end_in_finite_numbers(method):
    p = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    found = estimate(p, [0, 1, 2], p[:1], method=method)
    assert np.isfinite(np.concatenate([found.priors, found.low, found.high, found.weights])).all()
    assert (found.high - found.low).min() > 0.1


@pytest.mark.parametrize("method", METHODS)
def test_certain_predictions_give_the_shares_of_the_classes(method):
    p = np.eye(3)[np.repeat([0, 1, 2], 30)]
    found = estimate(p, np.repeat([0, 1, 2], 30), np.eye(3)[[0, 0, 0, 1, 2, 2, 0, 0]], method=method)
    np.testing.assert_allclose(found.priors, [5 / 8, 1 / 8, 2 / 8], atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_of_several_heads_the_priors_are_the_mean_of_their_estimates(method):
    source, labels, target, _ = world([0.55, 0.25, 0.15, 0.05], n=300, m=200)
    sharper = target**1.3
    heads = np.stack([target, sharper / sharper.sum(axis=1, keepdims=True)])
    found = estimate(source, labels, heads, method=method)
    alone = [estimate(source, labels, head, method=method).priors for head in heads]
    np.testing.assert_allclose(found.priors, np.mean(alone, axis=0), atol=1e-5)
    assert ((found.low <= found.priors) & (found.priors <= found.high)).all()
    same = estimate(source, labels, target[None], method=method)
    np.testing.assert_array_equal(same.low, estimate(source, labels, target, method=method).low)


@pytest.mark.parametrize("method", METHODS)
def test_a_change_of_names_changes_names_only(method):
    source, labels, target, _ = world([0.6, 0.2, 0.15, 0.05])
    plain, named = (
        estimate(source, labels, target, method=method),
        estimate(source, labels, target, method=method, names=["a", "b", "c", "d"]),
    )
    np.testing.assert_array_equal(plain.priors, named.priors)
    assert named.columns()["label"] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("method", METHODS)
def test_corrected_predictions_are_right_more_often_under_a_shift(method):
    source, labels, target, truth = world([0.9, 0.05, 0.03, 0.02], n=2_000, spread=1.6)
    found = estimate(source, labels, target, method=method)
    corrected = found.correct(target)
    np.testing.assert_allclose(corrected.sum(axis=1), 1)
    before, after = (target.argmax(axis=1) == truth).mean(), (corrected.argmax(axis=1) == truth).mean()
    assert after >= before
    if method not in {"counting", "pcc"}:  # which are off by every mistake of the model, and so is what they expect
        assert found.accuracy.target == pytest.approx(before, abs=0.06)
        assert found.accuracy.corrected == pytest.approx(after, abs=0.06)
