"""From scores to chances: rate, calibration and cut against planted truth, brute force and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labelatlas._random import generator
from labelatlas.label_errors import Evidence, flag, suspicion
from labelatlas.label_errors._ensemble import judge
from labelatlas.label_errors._margin import log_odds
from labelatlas.label_errors._order import by_score
from labelatlas.label_errors._planting import _wrong_of_class, best_cut, calibrate
from labelatlas.label_errors._unmix import Lens


def gaussians(n=4000, n_classes=4, rate=0.15, kind="uniform", seed=0, spread=2.5):
    """Overlapping clouds with the exact posterior of each row, and labels that go wrong in one of three ways."""
    random = generator(seed, 3)
    centres = spread * random.normal(size=(n_classes, 4))
    truth = random.integers(0, n_classes, n)
    points = centres[truth] + random.normal(size=(n, 4))
    scores = -0.5 * np.square(points[:, None] - centres).sum(axis=2)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    if kind == "uniform":
        other = (truth + random.integers(1, n_classes, n)) % n_classes
        wrong = random.random(n) < rate
    elif kind == "pairs":
        other = (truth + 1) % n_classes
        wrong = random.random(n) < rate
    else:  # each class at a rate of its own
        other = (truth + random.integers(1, n_classes, n)) % n_classes
        wrong = random.random(n) < rate * np.linspace(0.4, 1.6, n_classes)[truth]
    return np.where(wrong, other, truth), p, wrong


def calibration_error(chances, wrong, bins=15):
    place = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [abs(chances[place == b].sum() - wrong[place == b].sum()) for b in range(bins)]
    return sum(gaps) / len(chances)


@pytest.mark.parametrize("kind", ["uniform", "pairs", "by class"])
@pytest.mark.parametrize("seed", range(3))
def test_suspicion_is_calibrated_on_planted_errors(kind, seed):
    labels, p, wrong = gaussians(kind=kind, seed=seed)
    assert calibration_error(suspicion(labels, p), wrong) <= 0.05


def test_of_the_rows_with_a_suspicion_of_about_80_percent_about_80_percent_are_wrong():
    found, hits = [], []
    for seed in range(12):
        labels, p, wrong = gaussians(seed=seed)
        chances = suspicion(labels, p)
        near = (chances > 0.65) & (chances < 0.95)
        found.append(chances[near])
        hits.append(wrong[near])
    assert np.concatenate(hits).mean() == pytest.approx(np.concatenate(found).mean(), abs=0.1)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.25])
def test_the_rate_is_the_planted_one(rate):
    labels, p, wrong = gaussians(rate=rate, n=8000)
    evidence = Evidence(labels, p)
    score = log_odds(evidence)
    assert calibrate(evidence, score, by_score(evidence.labelled, score)).rate == pytest.approx(wrong.mean(), abs=0.03)


@pytest.mark.parametrize("kind", ["uniform", "pairs", "by class"])
def test_flags_come_close_to_the_best_cut_that_knows_the_truth(kind):
    labels, p, wrong = gaussians(kind=kind)
    flagged = flag(labels, p)
    order = np.argsort(-suspicion(labels, p))
    best = (2 * np.cumsum(wrong[order]) / (np.arange(1, len(order) + 1) + wrong.sum())).max()
    assert 2 * (flagged & wrong).sum() / (flagged.sum() + wrong.sum()) > best - 0.04


def test_suspicion_rises_with_the_score():
    labels, p, _ = gaussians(n=500)
    found = judge(Evidence(labels, p))
    order = np.argsort(found.score, kind="stable")
    rise = np.diff(found.suspicion()[order])
    assert (rise >= 0).all()
    assert (rise[np.diff(found.score[order]) > 1e-6] > 0).all()


def test_the_rate_is_found_where_the_probabilities_stand_at_their_floor():
    truth = np.arange(4000) % 2
    labels = np.where(np.arange(4000) < 400, 1 - truth, truth)  # a tenth, all of them told apart by nothing
    evidence = Evidence(labels, np.eye(2)[truth])
    score = log_odds(evidence)
    assert calibrate(evidence, score, by_score(evidence.labelled, score)).rate == pytest.approx(0.1, abs=0.01)


@given(hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(0, 1)))
def test_the_best_cut_is_that_of_brute_force(chances):
    chances = np.sort(chances)
    score = np.arange(len(chances), dtype=float)
    flagged = score > best_cut(score, chances)

    def gain(count):
        return 2 * chances[len(chances) - count :].sum() / (count + chances.sum())

    assert gain(int(flagged.sum())) == pytest.approx(max(gain(k) for k in range(1, len(chances) + 1)))


def test_equal_scores_are_flagged_together():
    score = np.array([-1.0, 2.0, 2.0, 2.0])
    flagged = score > best_cut(score, np.array([0.0, 0.5, 0.5, 0.5]))
    assert flagged.tolist() == [False, True, True, True]


@pytest.mark.parametrize("labels", [[0, 1], [0, 1, 1], [0, 1, -1]])
def test_a_handful_of_rows_ends_in_finite_numbers(labels):
    p = np.full((len(labels), 2), 0.5)
    assert np.isfinite(suspicion(labels, p)).all()
    assert flag(labels, p).dtype == bool


def test_perfect_labels_are_not_suspected():
    p = np.tile(np.eye(3), (50, 1))
    labels = np.tile([0, 1, 2], 50)
    assert suspicion(labels, p).max() < 0.01
    assert not flag(labels, p)[0]


def test_verified_rows_are_never_flagged_and_speak_up_as_neighbours():
    labels, p, wrong = gaussians(n=600)
    checked = wrong.copy()
    found = suspicion(labels, p, verified=checked)
    assert (found[checked] == 0).all()
    assert not flag(labels, p, verified=checked)[checked].any()
    assert found[~checked].max() > 0
    assert (suspicion(labels, p, verified=np.ones(600, dtype=bool)) == 0).all()
    assert not flag(labels, p, verified=np.ones(600, dtype=bool)).any()


def test_more_rows_than_are_looked_at_give_about_the_same_cut():
    labels, p, wrong = gaussians(n=60_000)
    flagged = flag(labels, p)
    assert wrong[flagged].mean() > 0.9
    assert flagged[wrong].mean() > 0.9


def test_next_to_no_errors_is_not_none_in_single_precision():
    transition = np.full((2, 2), 2e-8, dtype=np.float32)
    np.fill_diagonal(transition, 1)
    lens = Lens(transition, np.ones((2, 2), dtype=np.float32), 2)
    np.testing.assert_allclose(_wrong_of_class(lens), 2e-8, rtol=1e-5)
