"""Each piece of the evidence against what it should be by hand, by brute force or by planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors import Evidence
from labelatlas.label_errors._confident import confident_joint, confident_learning
from labelatlas.label_errors._margin import margin
from labelatlas.label_errors._noise_model import fit_noise_model
from labelatlas.label_errors._order import by_score
from labelatlas.label_errors._votes import neighbor_vote, pool_votes, vote_weights


@settings(deadline=None)
@given(
    hnp.arrays(np.float64, (7, 3), elements=st.floats(0.01, 1)), hnp.arrays(np.int64, 7, elements=st.integers(-1, 2))
)
def test_the_margin_is_the_sigmoid_of_the_log_odds(p, labels):
    p /= p.sum(axis=1, keepdims=True)
    expected = []
    for row, label in zip(p, labels, strict=True):
        best = max(value for code, value in enumerate(row) if code != label)
        expected.append(0 if label < 0 else 1 / (1 + np.exp(np.log(row[label]) - np.log(best))))
    np.testing.assert_allclose(margin(Evidence(labels, p)), expected, atol=1e-9)


def test_the_vote_is_the_brute_force_sum_over_labelled_neighbours():
    random = generator(1)
    labels = random.integers(-1, 3, 30)
    indices = np.array([random.permutation(30)[:6] for _ in range(30)], dtype=np.int32)
    distances = np.sort(random.random((30, 6)), axis=1).astype(np.float32)
    found = neighbor_vote(Evidence(labels, np.full((30, 3), 1 / 3), Neighbors(indices, distances)))
    for i in range(30):
        against = total = 0.0
        for j, distance in zip(indices[i], distances[i], strict=True):
            if j != i and labels[j] >= 0:
                weight = np.exp(-((distance / distances[i].max()) ** 2))
                total += weight
                against += weight * (labels[j] != labels[i])
        assert found[i] == pytest.approx(0 if labels[i] < 0 else against / total, abs=1e-5)


def test_neighbours_at_distance_zero_count_in_full():
    near = Neighbors(np.array([[1, 2], [0, 2], [0, 1]], dtype=np.int32), np.zeros((3, 2), dtype=np.float32))
    assert vote_weights(near, voters=np.ones(3, dtype=bool)).tolist() == [[1, 1], [1, 1], [1, 1]]


def test_a_row_whose_neighbours_are_unlabelled_has_no_second_opinion():
    near = Neighbors(np.array([[1], [0], [1]], dtype=np.int32), np.ones((3, 1), dtype=np.float32))
    labels = np.array([0, -1, 1])
    assert neighbor_vote(Evidence(labels, np.full((3, 2), 0.5), near)).tolist() == [0.5, 0.0, 0.5]
    weights = vote_weights(near, voters=labels >= 0)
    evidence = Evidence(labels, np.array([[0.3, 0.7]] * 3), near)
    np.testing.assert_allclose(pool_votes(evidence, near, weights), [[0.3, 0.7], [1.0, 0.0], [0.3, 0.7]], atol=1e-6)


def test_the_vote_without_neighbours_is_not_invented():
    with pytest.raises(NotApplicable, match="needs neighbours"):
        neighbor_vote(Evidence(np.array([0, 1]), np.full((2, 2), 0.5)))


def test_confident_counts_are_those_of_the_papers_formula():
    random = generator(2)
    p = random.dirichlet(np.ones(3) * 0.5, 200)
    labels = (random.random((200, 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, 2)
    thresholds = [p[labels == j, j].mean() for j in range(3)]
    counts = np.zeros((3, 3))
    for row, label in zip(p, labels, strict=True):
        reached = [k for k in range(3) if row[k] >= thresholds[k]]
        if reached:
            counts[label, max(reached, key=lambda k: row[k])] += 1
    expected = counts / counts.sum(axis=1, keepdims=True) * (np.bincount(labels) / 200)[:, None]
    np.testing.assert_allclose(confident_joint(Evidence(labels, p)), expected, atol=1e-12)


def test_a_class_that_the_model_is_never_sure_of_is_taken_at_its_word():
    p = np.array([[0.9, 0.1, 0.0]] * 4 + [[0.9, 0.1, 0.0]] * 2)
    evidence = Evidence(np.array([0, 0, 0, 0, 1, 1]), p)
    joint = confident_joint(evidence)
    assert joint.sum() == pytest.approx(1)
    assert np.isfinite(confident_learning(evidence)).all()


@pytest.mark.parametrize("kind", ["uniform", "pairs"])
@pytest.mark.parametrize("blunt", [1.0, 0.4], ids=["sharp", "blunted"])
def test_the_noise_model_recovers_a_planted_rate_and_its_pattern(kind, blunt):
    random = generator(7)
    n, n_classes, rate = 4_000, 5, 0.15
    truth = random.integers(0, n_classes, n)
    scores = 5 * np.eye(n_classes)[truth] + random.normal(size=(n, n_classes))
    p = np.exp(blunt * scores)
    p /= p.sum(axis=1, keepdims=True)
    step = random.integers(1, n_classes, n) if kind == "uniform" else 1
    labels = np.where(random.random(n) < rate, (truth + step) % n_classes, truth)
    found = fit_noise_model(Evidence(labels, p))
    assert found.rate == pytest.approx(rate, abs=0.02)
    np.testing.assert_allclose(found.matrix.sum(axis=1), 1)
    np.testing.assert_allclose(found.transition.sum(axis=1), 1)
    if kind == "pairs":
        ahead = found.transition[np.arange(n_classes), (np.arange(n_classes) + 1) % n_classes]
        np.testing.assert_allclose(ahead, rate, atol=0.04)


def test_a_class_without_rows_is_its_own_truth():
    p = np.tile([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05]], (30, 1))
    found = fit_noise_model(Evidence(np.tile([0, 1], 30), p))
    assert found.matrix[2].tolist() == [0, 0, 1]


def test_an_unlabelled_row_keeps_what_the_probabilities_say():
    p = np.tile([[0.9, 0.1], [0.1, 0.9]], (30, 1))
    labels = np.tile([0, 1], 30)
    labels[0] = -1
    posterior = fit_noise_model(Evidence(labels, p)).posterior(Evidence(labels, p))
    assert posterior[0].argmax() == 0
    np.testing.assert_allclose(posterior.sum(axis=1), 1)


@pytest.mark.parametrize("kind", ["apart", "rounded", "a bit apart", "noughts", "equal"])
def test_rows_by_score_are_those_of_a_stable_sort(kind):
    random = generator(0, 9)
    score = {
        "apart": random.normal(size=3000) * 10,
        "rounded": random.normal(size=3000).round(1),
        "a bit apart": 1 + random.integers(-9, 9, 3000) * np.finfo(float).eps,
        "noughts": random.choice([0.0, -0.0, 1e-300, -1e-300, -27.6], 3000),
        "equal": np.full(3000, -27.6),
    }[kind]
    rows = np.flatnonzero(random.random(3000) < 0.7)
    np.testing.assert_array_equal(by_score(rows, score), rows[np.argsort(score[rows], kind="stable")])
