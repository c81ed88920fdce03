"""What every detector of label errors must do; a new one is tested by being in the registry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors import DETECTORS, Evidence
from labelatlas.probe import learning_dynamics

NAMES = sorted(DETECTORS)


def world(n=600, n_classes=4, rate=0.1, unlabelled=30, seed=0):
    """Blobs of near-duplicate triples in groups, the exact posterior of each row, and labels of which a tenth is wrong."""
    random = generator(seed)
    centres = 2 * random.normal(size=(n_classes, 5))
    truth = np.repeat(random.integers(0, n_classes, n // 3), 3)
    points = np.repeat(centres[truth[::3]] + random.normal(size=(n // 3, 5)), 3, axis=0)
    points += 1e-3 * random.normal(size=points.shape)
    order = random.permutation(n)
    truth, points = truth[order], points[order]
    scores = -0.5 * np.square(points[:, None] - centres).sum(axis=2)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    wrong = random.random(n) < rate
    labels = np.where(wrong, (truth + random.integers(1, n_classes, n)) % n_classes, truth)
    labels[:unlabelled] = -1
    distances, indices = NearestNeighbors(n_neighbors=10).fit(points).kneighbors()
    near = Neighbors(indices.astype(np.int32), distances.astype(np.float32))
    # a group is mostly of one class; a tenth of the rows is of none
    groups = 10 * np.where(random.random(n) < 0.9, truth, random.integers(0, n_classes, n)) + random.integers(0, 10, n)
    groups[random.random(n) < 0.1] = -1
    area = learning_dynamics(points, labels, device="cpu")
    evidence = Evidence(labels, p / p.sum(axis=1, keepdims=True), near, groups=groups, vectors=points, dynamics=area)
    return evidence, wrong & (labels >= 0)


@pytest.mark.parametrize("name", NAMES)
def test_planted_errors_rank_far_above_chance(name):
    evidence, wrong = world()
    rows = evidence.labelled
    assert roc_auc_score(wrong[rows], DETECTORS[name](evidence)[rows]) > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_suspicion_lies_in_0_to_1_and_unlabelled_rows_have_none(name):
    evidence, _ = world()
    suspicion = DETECTORS[name](evidence)
    assert suspicion.shape == evidence.labels.shape
    assert suspicion.min() >= 0
    assert suspicion.max() <= 1
    assert (suspicion[evidence.labels == -1] == 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_does_not_matter(name):
    evidence, _ = world()
    order = generator(5).permutation(len(evidence.labels))
    place = np.argsort(order).astype(np.int32)
    near = Neighbors(place[evidence.neighbors.indices[order]], evidence.neighbors.distances[order])
    shuffled = Evidence(
        evidence.labels[order],
        evidence.probabilities[order],
        near,
        groups=evidence.groups[order],
        vectors=evidence.vectors[order],
        dynamics=evidence.dynamics[order],
    )
    np.testing.assert_allclose(DETECTORS[name](shuffled), DETECTORS[name](evidence)[order], atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_classes_does_not_matter(name):
    evidence, _ = world()
    order = np.array([2, 0, 3, 1])
    codes = np.where(evidence.labels < 0, -1, np.argsort(order)[evidence.labels])
    renamed = replace(evidence, labels=codes, probabilities=evidence.probabilities[:, order])
    np.testing.assert_allclose(DETECTORS[name](renamed), DETECTORS[name](evidence), atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_evidence_gives_the_same_numbers_and_stays_as_it_is(name):
    evidence, _ = world()
    kept = evidence.labels.copy(), evidence.probabilities.copy(), evidence.neighbors.distances.copy()
    assert (DETECTORS[name](evidence) == DETECTORS[name](evidence)).all()
    assert (evidence.labels == kept[0]).all()
    assert (evidence.probabilities == kept[1]).all()
    assert (evidence.neighbors.distances == kept[2]).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hard", [False, True], ids=["float32", "zeros and ones"])
def test_extreme_probabilities_give_finite_suspicions(name, hard):
    evidence, _ = world()
    p = evidence.probabilities.astype(np.float32)
    if hard:
        p = np.eye(4, dtype=np.float32)[p.argmax(axis=1)]
    assert np.isfinite(DETECTORS[name](replace(evidence, probabilities=p))).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_class_without_a_label_is_no_fault(name):
    evidence, _ = world()
    p = np.column_stack([evidence.probabilities * 0.99, np.full(len(evidence.labels), 0.01)])
    assert np.isfinite(DETECTORS[name](replace(evidence, probabilities=p))).all()


@pytest.mark.parametrize("name", NAMES)
def test_with_probabilities_alone_it_answers_or_says_that_it_cannot(name):
    evidence, wrong = world()
    bare = Evidence(evidence.labels, evidence.probabilities)
    rows = bare.labelled
    try:
        suspicion = DETECTORS[name](bare)
    except NotApplicable as error:
        assert error.hint  # noqa: PT017 - either outcome is allowed, each is checked
    else:
        assert roc_auc_score(wrong[rows], suspicion[rows]) > 0.9
