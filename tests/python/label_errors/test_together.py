"""Labels that go with nothing are not judged; wrong ones that go with something are found however many they are."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.label_errors import Evidence, check_rows, find, flag, suspicion
from labelatlas.label_errors._together import agreement
from labelatlas.probe import out_of_fold
from labelatlas.space import find_neighbors


def heads(X, labels):
    return out_of_fold(X, labels, device="cpu").probabilities


def test_the_agreement_is_that_of_many_orders():
    random = generator(0)
    p = random.dirichlet([3, 2, 1, 1], 80)
    labels = (random.random((80, 1)) > p.cumsum(axis=1)).sum(axis=1)
    orders = np.array([p[np.arange(80), random.permutation(labels)].sum() for _ in range(20_000)])
    by_hand = (p[np.arange(80), labels].sum() - orders.mean()) / orders.std()
    assert by_hand > 2
    assert agreement(Evidence(labels, p), np.arange(80)) == pytest.approx(by_hand, rel=0.03, abs=0.03)


@pytest.mark.parametrize("told", [np.full((6, 2), 0.5), np.tile([[0.3, 0.7]], (6, 1)), np.tile([[1.0, 0.0]], (6, 1))])
def test_where_all_rows_are_told_the_same_nothing_goes_together(told):
    assert agreement(Evidence(np.array([0, 1, 0, 1, 1, 1]), told), np.arange(6)) == 0


@pytest.mark.parametrize("n_classes", [2, 5])
def test_labels_without_any_signal_are_not_judged_and_it_is_said_why(n_classes):
    judged = 0
    for seed in range(8):
        random = generator(seed)
        X = random.normal(size=(240, 8)).astype(np.float32)
        labels = random.integers(0, n_classes, 240)
        found = find(labels, heads(X, labels), neighbors=find_neighbors(X, k=15))
        judged += found.judgeable
        if not found.judgeable:
            assert not found.flagged.any()
            assert (found.decision == "keep").all()
            assert 0 < found.suspicion.max() < 0.01
            assert (found.noise_rate, found.noise_interval) == (0, (0, 1))
            assert found.not_estimable.tolist() == list(range(n_classes))
            assert len(found.pairs().given) == 0
            assert "none of 240 labels can be judged" in repr(found)
    assert judged <= 1


@pytest.mark.parametrize("n_classes", [2, 5])
def test_votes_that_hear_each_other_make_no_signal_of_none(n_classes):
    judged = 0
    for seed in range(8):
        random = generator(seed, 1)
        X = random.normal(size=(600, 8)).astype(np.float32)
        labels = random.integers(0, n_classes, 600)
        judged += find(labels, heads(X, labels), neighbors=find_neighbors(X, k=15)).judgeable
    assert judged <= 1


def test_a_head_with_its_columns_in_another_order_is_not_believed():
    truth = generator(4).integers(0, 3, 200)
    found = find((truth + 1) % 3, np.eye(3)[truth] * 0.9 + 0.1 / 3)
    assert not found.judgeable
    assert not found.flagged.any()


def test_outliers_are_found_where_labels_cannot_be_judged():
    X = generator(1).normal(size=(200, 4)).astype(np.float32)
    X[7] = 40
    checked = check_rows(np.arange(200) % 2, np.full((200, 2), 0.5), find_neighbors(X, k=5))
    assert checked.outlier[7]
    assert not checked.errors.judgeable


@pytest.mark.parametrize("n_classes", [2, 4])
def test_two_wrong_labels_in_five_are_found(n_classes):
    random = generator(2)
    truth = random.integers(0, n_classes, 1000)
    X = (random.normal(size=(1000, 8)) + 3 * np.eye(8)[truth]).astype(np.float32)
    wrong = random.random(1000) < 0.4
    labels = np.where(wrong, (truth + random.integers(1, n_classes, 1000)) % n_classes, truth)
    flagged = flag(labels, heads(X, labels), neighbors=find_neighbors(X, k=15))
    assert wrong[flagged].mean() > 0.85
    assert flagged[wrong].mean() > 0.85


def test_the_last_rows_that_nobody_verified_are_judged_by_the_evidence_of_all():
    random = generator(3)
    truth = random.integers(0, 2, 400)
    p = np.where(np.eye(2, dtype=bool)[truth], 0.95, 0.05)
    labels = truth.copy()
    labels[0] = 1 - labels[0]
    verified = np.arange(400) >= 5
    assert suspicion(labels, p, verified=verified)[0] > 0.5
    assert agreement(Evidence(labels, p), np.arange(5)) < 3
