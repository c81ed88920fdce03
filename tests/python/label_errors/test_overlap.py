"""Wrong labels and overlap told apart: clean labels on weak features, wrong ones on strong ones, and what cannot be known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.preprocessing import StandardScaler

from labelatlas._random import generator
from labelatlas.label_errors import Evidence, find, suspicion
from labelatlas.label_errors._overlap import _MEANS, _SPREADS, _mistakes, share_wrong
from labelatlas.space import find_neighbors


def groups(apart, *, n=600, n_classes=2, rate=0.0, seed=0):
    random = generator(seed, 41)
    truth = random.integers(0, n_classes, n)
    X = random.normal(size=(n, 8)) + apart * np.eye(8)[truth]
    wrong = random.random(n) < rate
    return X, np.where(wrong, (truth + random.integers(1, n_classes, n)) % n_classes, truth), wrong


def heads(X, labels):
    model = LogisticRegression(C=0.1, max_iter=300)
    return cross_val_predict(model, StandardScaler().fit_transform(X), labels, cv=4, method="predict_proba")


def looked_at(X, labels):
    vectors = StandardScaler().fit_transform(X).astype(np.float32)
    return find(labels, heads(X, labels), neighbors=find_neighbors(vectors, k=15))


def test_mistakes_by_place_are_those_of_drawn_log_odds():
    shape = 12 * len(_SPREADS) + 2
    mean = _MEANS[12]
    lead = np.abs(generator(1).normal(mean, np.sqrt(2 * mean) * _SPREADS[2], 400_000))
    wrong = expit(-np.sort(lead)[::-1])
    by_hand = [part.mean() for part in np.split(wrong, [40_000, 200_000])]
    assert _mistakes(np.array([0, 0.1, 0.5, 1]), 1.0)[shape] == pytest.approx(by_hand, abs=0.005)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_clean_labels_on_weak_features_are_mostly_let_be(n_classes):
    flagged, doubt, reached = [], [], []
    for seed in range(4):
        for apart in (0.6, 1.0, 1.5):
            X, labels, _ = groups(apart, n_classes=n_classes, seed=seed)
            found = looked_at(X, labels)
            flagged.append(found.flagged.mean())
            doubt.append(found.suspicion.mean())
            reached.append(found.noise_interval[0] < 0.01)
    assert np.mean(flagged) < 0.12
    assert np.mean(doubt) < 0.15
    assert np.mean(reached) > 0.8


def test_clean_labels_of_real_data_seen_through_little_are_mostly_let_be():
    X, digits = load_digits(return_X_y=True)
    few = PCA(2, random_state=0).fit_transform(X[:900])
    table, tumours = load_breast_cancer(return_X_y=True)
    for seen, labels in ((few, digits[:900]), (table[:, [15, 29]], tumours)):
        found = looked_at(seen, labels)
        assert (heads(seen, labels).argmax(axis=1) != labels).mean() > 0.2
        assert found.flagged.mean() < 0.15
        assert found.suspicion.mean() < 0.12
        assert found.noise_interval[0] < 0.02


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.2])
def test_the_planted_share_is_within_the_interval_and_near_the_rate(n_classes, rate):
    missed, held = [], 0
    for seed in range(6):
        X, labels, wrong = groups(3.0, n=1000, n_classes=n_classes, rate=rate, seed=seed)
        found = share_wrong(Evidence(labels, heads(X, labels)), np.arange(1000))
        missed.append(found.rate - wrong.mean())
        held += found.low <= wrong.mean() <= found.high
    assert abs(np.mean(missed)) < 0.03
    assert held >= 5


def test_a_level_curve_means_wrong_labels_and_a_falling_one_overlap():
    for seed in range(4):
        random = generator(seed)
        lead = random.normal(0.405, 0.02, 5000)  # a head of two classes that is 60% sure of everything
        p = np.stack([expit(lead), expit(-lead)], axis=1)
        labels = (random.random(5000) < 0.4).astype(int)
        level = share_wrong(Evidence(labels, p), np.arange(5000))
        apart = 2 * norm.ppf(0.6)  # as many disagreements, but of overlapping normal groups
        falling = np.abs(random.normal(apart**2 / 2, apart, 5000))
        q = np.stack([expit(falling), expit(-falling)], axis=1)
        overlap = share_wrong(Evidence((random.random(5000) < expit(-falling)).astype(int), q), np.arange(5000))
        assert level.low - 0.01 <= labels.mean() <= level.high + 0.01  # a step of rates
        assert level.rate == pytest.approx(0.4, abs=0.05)
        assert overlap.rate < 0.15
        assert overlap.low < 0.01
        assert overlap.shown < 0.1


def test_where_a_head_is_as_sure_of_all_the_interval_says_that_nothing_is_known():
    labels = (np.arange(1000) % 5 == 0).astype(int)
    found = share_wrong(Evidence(labels, np.tile([[0.8, 0.2]], (1000, 1))), np.arange(1000))
    assert found.low < 0.01
    assert found.high > 0.15
    assert share_wrong(Evidence(labels, np.tile([[1.0, 0.0]], (1000, 1))), np.arange(1000)).rate == pytest.approx(
        0.2, abs=0.02
    )


def test_neither_the_order_of_rows_nor_that_of_classes_nor_rounding_matters():
    X, labels, _ = groups(1.5, n_classes=4, rate=0.1)
    p = np.round(heads(X, labels), 2)  # many equal leads
    p /= p.sum(axis=1, keepdims=True)
    order = generator(2).permutation(600)
    one = share_wrong(Evidence(labels, p), np.arange(600))
    again = share_wrong(Evidence(labels[order], p[order]), np.arange(600))
    other = share_wrong(Evidence(3 - labels, p[:, ::-1]), np.arange(600))
    shaken = p * (1 + 1e-8 * generator(3).normal(size=p.shape))  # as sums in another order are
    assert share_wrong(Evidence(labels, shaken), np.arange(600)).rate == pytest.approx(one.rate, rel=1e-9)
    assert again.rate == pytest.approx(one.rate, rel=1e-9)
    assert other.rate == pytest.approx(one.rate, rel=1e-9)


def test_one_row_and_more_rows_than_are_looked_at_end_in_finite_numbers():
    assert 0 <= share_wrong(Evidence(np.array([0]), np.array([[0.5, 0.5]])), np.arange(1)).rate <= 0.7
    truth = np.arange(30_000) % 3
    random = generator(6)
    p = np.exp(4 * np.eye(3)[truth] + random.normal(size=(30_000, 3)))
    wrong = random.random(30_000) < 0.1
    found = share_wrong(
        Evidence(np.where(wrong, (truth + 1) % 3, truth), p / p.sum(axis=1, keepdims=True)), np.arange(30_000)
    )
    assert found.rate == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("rate", [0.3, 0.4])
def test_the_noise_rate_of_heads_that_learned_from_many_wrong_labels_is_found(n_classes, rate):
    X, labels, wrong = groups(3.0, n=4000, n_classes=n_classes, rate=rate)
    found = find(labels, heads(X, labels))
    assert found.noise_rate == pytest.approx(wrong.mean(), abs=0.02)
    assert found.noise_interval[0] <= wrong.mean() <= found.noise_interval[1]
    assert found.noise_counts.sum(axis=1) == pytest.approx(np.bincount(labels))
    assert 1 - np.trace(found.noise_counts) / 4000 == pytest.approx(found.noise_rate)
    assert (found.noise_low <= found.noise_matrix + 1e-9).all()
    assert (found.noise_matrix <= found.noise_high + 1e-9).all()


def test_what_somebody_verified_is_not_taken_for_wrong():
    X, labels, wrong = groups(1.0, rate=0.1)
    every = find(labels, heads(X, labels), verified=np.ones(600, dtype=bool))
    assert (every.noise_rate, every.flagged.any()) == (0, False)
    most = find(labels, heads(X, labels), verified=~wrong)
    assert most.noise_interval[1] <= wrong.mean() + 0.02


@pytest.mark.parametrize(("apart", "rate"), [(0.6, 0.0), (3.0, 0.1)])
def test_the_share_is_that_of_the_rows_nobody_verified(apart, rate):
    X, labels, wrong = groups(apart, n=2_000, n_classes=3, rate=rate, seed=5)
    verified = (generator(6).random(2_000) < 0.9) & ~wrong
    evidence = Evidence(labels, heads(X, labels), verified=verified)
    open_ = ~verified
    share = share_wrong(evidence, np.arange(2_000))
    assert share.low <= wrong[open_].mean() <= share.high
    assert share.rate == pytest.approx(wrong[open_].mean(), abs=0.12)
    doubt = suspicion(labels, evidence.probabilities, verified=verified)
    assert doubt[open_].mean() == pytest.approx(wrong[open_].mean(), abs=0.15)
    found = find(labels, evidence.probabilities, verified=verified)
    assert found.noise_interval[0] <= wrong.mean() <= found.noise_interval[1]
