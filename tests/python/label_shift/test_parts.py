"""The pieces against brute force and general-purpose optimisers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize

from labelatlas._random import generator
from labelatlas.label_shift import ShiftTask
from labelatlas.label_shift._calibration import FAMILIES, fit_calibration
from labelatlas.label_shift._counting import counting, hard_votes
from labelatlas.label_shift._density import density_matching
from labelatlas.label_shift._interval import holm
from labelatlas.label_shift._likelihood import em, em_bcts
from labelatlas.label_shift._mixture import climb, climb_all, shrink
from labelatlas.label_shift._regularised import rlls
from labelatlas.label_shift._simplex import mixing_proportions, nearest_mix


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
    # replicates climb together until none moves by 1e-5
    np.testing.assert_allclose(together, alone, atol=2e-4)


@given(hnp.arrays(np.float64, (5, 4), elements=st.floats(-3, 3)))
def test_the_projection_is_the_nearest_point_of_the_simplex(points):
    found = nearest_mix(points)
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
    found = mixing_proportions(profiles, means)
    np.testing.assert_allclose(np.einsum("bk,bkc->bc", found, profiles), means, atol=1e-4)


def test_equal_maxima_share_the_vote():
    assert hard_votes(np.array([[0.4, 0.4, 0.2], [0.1, 0.2, 0.7]])).tolist() == [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]


def test_counting_counts():
    p, labels = draw(60, 7)
    found = counting(ShiftTask(p, labels, p), even(60), even(60))[0]
    np.testing.assert_allclose(found, np.bincount(p.argmax(axis=1), minlength=3) / 60)


def spoil(p, power):
    sharp = p**power
    return sharp / sharp.sum(axis=1, keepdims=True)


def logs(p):
    return torch.tensor(np.log(p))


@pytest.mark.parametrize("family", FAMILIES[1:])
def test_one_newton_step_lands_where_a_new_fit_would(family):
    p, labels = draw(2_000, 8)
    sharp, codes = logs(spoil(p, 2)), torch.tensor(labels)
    fitted = fit_calibration(sharp, codes, family)
    random = generator(9)
    counts = random.multinomial(2_000, np.full(2_000, 1 / 2_000), 20)
    slopes, biases = fitted.replicates(sharp, codes, torch.tensor(counts / 2_000))
    refits = []
    for count in counts:
        rows = np.repeat(np.arange(2_000), count)
        again = fit_calibration(sharp[rows], codes[rows], family)
        refits.append([again.slopes[0], again.bias[0]])
    refits = np.asarray(refits)
    stepped = slopes[:, 0].numpy(), (biases - biases.mean(dim=1, keepdim=True))[:, 0].numpy()
    assert np.corrcoef(stepped[0], refits[:, 0])[0, 1] > 0.98
    assert stepped[0].std() == pytest.approx(refits[:, 0].std(), rel=0.2)
    if family != "temperature":
        assert np.corrcoef(stepped[1], refits[:, 1])[0, 1] > 0.98


def test_replicates_of_a_calibrated_source_are_what_refits_to_resampled_rows_give():
    p, labels = draw(600, 20)
    sharp, target = spoil(p, 2), spoil(draw(500, 21)[0] ** 2, 2)
    task = ShiftTask(sharp, labels, target)
    counts = generator(22).multinomial(600, np.full(600, 1 / 600), 40)
    weights = np.concatenate([even(600), counts / 600])
    stepped = em_bcts(task, weights, np.repeat(even(500), 41, axis=0))[1:]
    refits = []
    for count in counts:
        rows = np.repeat(np.arange(600), count)
        refits.append(em_bcts(ShiftTask(sharp[rows], labels[rows], target), even(600), even(500))[0])
    refits = np.asarray(refits)
    for k in range(3):
        assert np.corrcoef(stepped[:, k], refits[:, k])[0, 1] > 0.95
        assert stepped[:, k].std() == pytest.approx(refits[:, k].std(), rel=0.15)


@pytest.mark.parametrize("family", ["bcts", "vector", "adaptive"])
def test_a_planted_slope_and_bias_are_found(family):
    p, labels = draw(20_000, 10)
    spoiled = p ** (1 / 0.4) * np.exp([-0.5, 0.0, 0.5])
    spoiled /= spoiled.sum(axis=1, keepdims=True)
    found = fit_calibration(logs(spoiled), torch.tensor(labels), family)
    np.testing.assert_allclose(found.slopes, 0.4, rtol=0.05)
    np.testing.assert_allclose(found.bias, [0.2, 0.0, -0.2], atol=0.05)


def test_a_fit_is_the_minimum_that_a_general_optimiser_finds():
    p, labels = draw(500, 13)
    scores = np.log(spoil(p, 3))

    def loss(values):
        moved = values[0] * scores + values[1:]
        moved -= np.log(np.exp(moved).sum(axis=1, keepdims=True))
        return -moved[np.arange(500), labels].sum() + 0.5 * (values[0] - 1) ** 2 + 0.5 * np.square(values[1:]).sum()

    best = minimize(loss, np.array([1.0, 0, 0, 0]), tol=1e-12)
    found = fit_calibration(torch.tensor(scores), torch.tensor(labels), "bcts")
    assert found.slope == pytest.approx(best.x[0], abs=1e-3)
    np.testing.assert_allclose(found.bias, best.x[1:] - best.x[1:].mean(), atol=1e-3)


def test_calibrated_probabilities_are_left_alone_and_others_are_not():
    p, labels = draw(4_000, 11)
    codes = torch.tensor(labels)
    alone = fit_calibration(logs(p), codes, "adaptive")
    assert alone.freedom < 0.3
    assert alone.slope == pytest.approx(1, abs=0.03)
    sharp = fit_calibration(logs(spoil(p, 3)), codes, "adaptive")
    assert sharp.slope == pytest.approx(1 / 3, rel=0.1)
    assert sharp.freedom == pytest.approx(1, abs=0.3)
    leaning = p * np.array([3.0, 1.0, 0.3])
    found = fit_calibration(logs(leaning / leaning.sum(axis=1, keepdims=True)), codes, "adaptive")
    assert found.freedom > 1.5
    np.testing.assert_allclose(found.bias, -np.log([3, 1, 0.3]) + np.log([3, 1, 0.3]).mean(), atol=0.15)


def test_a_source_of_one_row_ends_in_finite_numbers():
    found = fit_calibration(logs(np.array([[0.5, 0.5]])), torch.tensor([0]), "adaptive")
    assert np.isfinite(found.slopes).all()
    assert np.isfinite(found.bias).all()


def test_of_many_rows_the_climb_by_parts_ends_where_the_climb_of_all_does():
    random = generator(14)
    labels = random.choice(6, 60_000, p=[0.5, 0.2, 0.15, 0.1, 0.05, 0.0])
    scores = 2 * np.eye(6)[labels] + random.normal(size=(60_000, 6))
    chances = torch.softmax(torch.tensor(2 * scores), dim=1)
    odds = torch.full((6,), 6.0, dtype=torch.float64)
    slowly = climb(chances, odds[None], torch.full((1, 60_000), 1 / 60_000, dtype=torch.float64))[0]
    np.testing.assert_allclose(climb_all(chances, odds), slowly, atol=1e-4)
    np.testing.assert_allclose(climb_all(chances.float(), odds), slowly, atol=1e-4)


def test_densities_of_any_scale_give_the_same_replicates():
    random = np.random.default_rng(4)
    chances = torch.from_numpy(random.dirichlet(np.ones(3) / 2, 200))
    weights = torch.from_numpy(random.dirichlet(np.ones(200), 5))
    odds = torch.ones((5, 3), dtype=torch.float64)
    scaled = chances * torch.logspace(-200, 200, 200, dtype=torch.float64)[:, None]
    np.testing.assert_allclose(climb(scaled, odds, weights), climb(chances, odds, weights), atol=1e-4)


def test_shrinking_gives_way_to_the_target_when_it_is_far_and_stays_when_it_is_near():
    random = generator(15)
    centre = torch.full((4,), 0.25, dtype=torch.float64)
    for planted, least, most in (([0.97, 0.01, 0.01, 0.01], 0.5, 8), ([0.25, 0.25, 0.25, 0.25], 100, 10_000)):
        labels = random.choice(4, 400, p=planted)
        scores = 3 * np.eye(4)[labels] + 1.5 * random.normal(size=(400, 4))
        likelihoods = torch.exp(torch.tensor(3 * scores / 1.5**2 - 8))
        even = torch.full((1, 400), 1 / 400, dtype=torch.float64)
        raw = climb(likelihoods, torch.ones((1, 4), dtype=torch.float64), even)[0]
        found, concentration = shrink(likelihoods, centre, raw)
        assert least <= concentration <= most
        assert (found - torch.tensor(planted)).abs().max() <= (raw - torch.tensor(planted)).abs().max() + 0.01


def test_holm_is_the_definition():
    p = generator(16).random(9) ** 3
    order = np.argsort(p)
    expected = np.empty(9)
    for rank, i in enumerate(order):
        expected[i] = min(1, max((9 - earlier) * p[order[earlier]] for earlier in range(rank + 1)))
    np.testing.assert_allclose(holm(p), expected)


def test_density_matching_needs_no_calibration():
    random = generator(17)

    def rows(n, priors):
        labels = random.choice(2, n, p=priors)
        score = 1.4 * (2 * labels - 1) + random.normal(size=n)
        sure = 1 / (1 + np.exp(-9 * score - 2))
        return np.column_stack([1 - sure, sure]), labels

    source, labels = rows(2_000, [0.5, 0.5])
    target, truth = rows(2_000, [0.9, 0.1])
    found = density_matching(ShiftTask(source, labels, target), even(2_000), even(2_000))[0]
    assert abs(found[1] - truth.mean()) < 0.03


def test_regularised_weights_solve_the_stated_problem():
    source, labels = draw(300, 18)
    target = spoil(draw(200, 19)[0], 1.5)
    task = ShiftTask(source, labels, target)
    found = rlls(task, even(300), even(200))[0]
    joint = source.T @ task.membership / 300
    gap = target.mean(axis=0) - joint.sum(axis=1)
    bound = 0.01 * np.sqrt(np.log(2 * 3 / 0.05) / 300)
    best = minimize(
        lambda shift: np.linalg.norm(joint @ shift - gap) + bound * np.linalg.norm(shift),
        np.full(3, 0.01),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5_000},
    ).x
    priors = np.maximum(1 + best, 0) * task.source_priors
    np.testing.assert_allclose(found, priors / priors.sum(), atol=1e-3)
