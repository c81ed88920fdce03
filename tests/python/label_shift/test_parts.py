"""The pieces against brute force and general-purpose optimisers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize

from labelatlas._random import generator
from labelatlas.label_shift import ShiftTask
from labelatlas.label_shift._black_box import _mixing_proportions, _project
from labelatlas.label_shift._calibration import FAMILIES, choose_family, fit_calibration
from labelatlas.label_shift._counting import counting, hard_votes
from labelatlas.label_shift._likelihood import em


def draw(n, seed, n_classes=3):
    random = generator(seed)
    p = random.dirichlet(np.ones(n_classes), n)
    return p, (random.random((n, 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, n_classes - 1)


def even(rows):
    return np.full((1, rows), 1 / rows)


def test_em_reaches_the_maximum_that_a_general_optimiser_finds():
    source, labels = draw(400, 1)
    target = draw(300, 2)[0] ** 2
    target /= target.sum(axis=1, keepdims=True)
    ratio = target / source.mean(axis=0)

    def loss(free):
        q = np.exp(free) / np.exp(free).sum()
        return -np.log(ratio @ q).mean()

    best = minimize(loss, np.zeros(3), tol=1e-12).fun
    found = em(ShiftTask(source, labels, target), even(400), even(300))[0]
    assert -np.log(ratio @ found).mean() == pytest.approx(best, abs=1e-7)


def test_em_of_many_weightings_is_em_of_each():
    source, labels = draw(50, 3)
    target, _ = draw(40, 4)
    random = generator(5)
    weights = [w / w.sum(axis=1, keepdims=True) for w in (random.random((6, 50)), random.random((6, 40)))]
    task = ShiftTask(source, labels, target)
    together = em(task, *weights)
    alone = np.concatenate([em(task, weights[0][b : b + 1], weights[1][b : b + 1]) for b in range(6)])
    np.testing.assert_allclose(together, alone, atol=1e-9)


@given(hnp.arrays(np.float64, (5, 4), elements=st.floats(-3, 3)))
def test_the_projection_is_the_nearest_point_of_the_simplex(points):
    found = _project(points)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()
    # Nearest in a convex set: the way to any corner makes no acute angle with the way back to the point.
    for corner in np.eye(4):
        assert (((points - found) * (corner - found)).sum(axis=1) <= 1e-9).all()


def test_mixing_proportions_are_recovered_exactly_when_the_mean_is_a_mixture():
    random = generator(6)
    profiles = random.dirichlet(np.ones(4) * 0.3, (7, 4))
    planted = random.dirichlet(np.ones(4), 7)
    means = np.einsum("bk,bkc->bc", planted, profiles)
    found = _mixing_proportions(profiles, means)
    np.testing.assert_allclose(np.einsum("bk,bkc->bc", found, profiles), means, atol=1e-4)


def test_equal_maxima_share_the_vote():
    assert hard_votes(np.array([[0.4, 0.4, 0.2], [0.1, 0.2, 0.7]])).tolist() == [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]


def test_counting_counts():
    p, labels = draw(60, 7)
    found = counting(ShiftTask(p, labels, p), even(60), even(60))[0]
    np.testing.assert_allclose(found, np.bincount(p.argmax(axis=1), minlength=3) / 60)


@pytest.mark.parametrize("family", FAMILIES[1:])
def test_one_newton_step_lands_where_a_new_fit_would(family):
    p, labels = draw(2_000, 8)
    sharp = p**2 / (p**2).sum(axis=1, keepdims=True)
    fitted = fit_calibration(np.log(sharp), labels, family)
    random = generator(9)
    counts = random.multinomial(2_000, np.full(2_000, 1 / 2_000), 20)
    steps = fitted.replicates(np.log(sharp), labels, counts / 2_000)
    refits = []
    for count in counts:
        rows = np.repeat(np.arange(2_000), count)
        again = fit_calibration(np.log(sharp[rows]), labels[rows], family)
        refits.append([again.slope, *again.bias])
    refits = np.asarray(refits)
    assert np.corrcoef(steps[:, 0], refits[:, 0])[0, 1] > 0.98
    assert steps[:, 0].std() == pytest.approx(refits[:, 0].std(), rel=0.2)


def test_a_planted_slope_and_bias_are_found():
    p, labels = draw(20_000, 10)
    spoiled = p ** (1 / 0.4) * np.exp([-0.5, 0.0, 0.5])
    spoiled /= spoiled.sum(axis=1, keepdims=True)
    found = fit_calibration(np.log(spoiled), labels, "bcts")
    assert found.slope == pytest.approx(0.4, rel=0.05)
    np.testing.assert_allclose(found.bias, [0.2, 0.0, -0.2], atol=0.05)


def test_no_calibration_is_chosen_where_none_is_needed_and_the_right_one_where_it_is():
    p, labels = draw(4_000, 11)
    half = generator(12).random(4_000)
    assert choose_family(np.log(p), labels, half) == "none"
    sharp = p**3 / (p**3).sum(axis=1, keepdims=True)
    assert choose_family(np.log(sharp), labels, half) == "temperature"
    leaning = p * np.array([3.0, 1.0, 0.3])
    leaning /= leaning.sum(axis=1, keepdims=True)
    assert choose_family(np.log(leaning), labels, half) == "bcts"


def test_a_source_of_one_row_needs_no_halves():
    assert choose_family(np.log([[0.5, 0.5]]), np.array([0]), np.array([0.1])) == "none"
