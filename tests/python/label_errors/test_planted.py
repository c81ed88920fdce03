"""The whole road on real data with planted truth: vectors, neighbours, out-of-fold head, suspicion."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from labelatlas._random import generator
from labelatlas.label_errors import find
from labelatlas.probe import out_of_fold
from labelatlas.space import find_neighbors

FEW, MANY = (0, 1, 2), tuple(range(10))


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """On cores that others use too, the threads of many small products wait for each other ten times longer than they work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module", params=[FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
def planted(request):
    """For each seed: findings on digits with 8% of the labels moved to another class, and which ones those are."""
    vectors, truth = load_digits(return_X_y=True)
    vectors = (vectors / 16).astype(np.float32)
    neighbors = find_neighbors(vectors, k=15)
    worlds = []
    for seed in request.param:
        random = generator(seed, 8)
        wrong = np.zeros(len(truth), dtype=bool)
        wrong[random.choice(len(truth), round(0.08 * len(truth)), replace=False)] = True
        labels = np.where(wrong, (truth + random.integers(1, 10, len(truth))) % 10, truth)
        probabilities = out_of_fold(vectors, labels, seed=seed).probabilities
        worlds.append((find(labels, probabilities, neighbors=neighbors), wrong, truth))
    return worlds


def test_the_top_8_percent_of_suspects_hold_92_percent_of_the_planted_errors(planted):
    recalls = [wrong[found.ranking[: int(wrong.sum())]].sum() / wrong.sum() for found, wrong, _ in planted]
    assert np.mean(recalls) >= 0.92, recalls


def test_flags_are_mostly_right_and_miss_little(planted):
    for found, wrong, _ in planted:
        assert wrong[found.flagged].mean() > 0.85
        assert found.flagged[wrong].mean() > 0.85


def test_the_suggested_label_is_the_true_one(planted):
    for found, wrong, truth in planted:
        hit = found.flagged & wrong
        assert (found.suggested[hit] == truth[hit]).mean() > 0.95


def test_the_noise_rate_is_within_two_points(planted):
    for found, wrong, _ in planted:
        assert found.noise_rate == pytest.approx(wrong.mean(), abs=0.02)


@pytest.mark.parametrize("seeds", [4, pytest.param(100, marks=pytest.mark.long)])
def test_the_interval_holds_a_class_dependent_rate_of_15_percent_in_9_of_10_worlds(seeds):
    vectors, truth = load_digits(return_X_y=True)
    vectors = (vectors / 16).astype(np.float32)
    neighbors = find_neighbors(vectors, k=15)
    held = within = 0
    for seed in range(seeds):
        random = generator(seed, 15)
        rate = random.uniform(0.05, 0.25, 10)
        rate *= 0.15 / rate[truth].mean()
        chances = np.zeros((10, 10))
        for k in range(10):
            others = random.choice([j for j in range(10) if j != k], 3, replace=False)
            chances[k, others] = random.dirichlet(np.ones(3)) * rate[k]
            chances[k, k] = 1 - rate[k]
        labels = (random.random((len(truth), 1)) > np.cumsum(chances[truth], axis=1)).sum(axis=1).clip(0, 9)
        found = find(labels, out_of_fold(vectors, labels, seed=seed).probabilities, neighbors=neighbors)
        low, high = found.noise_interval
        held += low <= 0.15 <= high
        within += abs(found.noise_rate - 0.15) <= 0.02
    assert held >= 0.9 * seeds - 1
    assert within >= 0.9 * seeds - 1
