"""Rows of which much the same is said vote on each other: as brute force counts them, whatever their order, and to some use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.label_errors import Evidence, suspicion
from labelatlas.label_errors._alike import _pool, ask_alike
from labelatlas.label_errors._margin import log_odds
from labelatlas.label_errors._unmix import grind


def told(n, n_classes, *, steps=None, seed=0):
    p = generator(seed).dirichlet(np.full(n_classes, 0.5), n)
    if steps:  # as a forest of few trees says it: many rows alike to the last digit
        p = np.round(p * steps) + 1e-9
        p /= p.sum(axis=1, keepdims=True)
    return p.astype(np.float32)


def votes_by_hand(evidence, voters, trust, count):
    place = np.log(evidence.probabilities.astype(np.float64) + 1e-4)
    place -= place.mean(axis=1, keepdims=True)
    result = evidence.probabilities.astype(np.float64)
    for row in range(len(place)):
        apart = np.maximum(((place[voters] - place[row]) ** 2).sum(axis=1), 2e-3)
        apart[voters == row] = np.inf
        if evidence.groups is not None and evidence.groups[row] >= 0:
            apart[evidence.groups[voters] == evidence.groups[row]] = np.inf
        ranked = np.sort(apart[np.isfinite(apart)])
        if not len(ranked):
            continue
        last, within = (ranked[min(k, len(ranked)) - 1] * (1 + 1e-4) for k in (20, count))
        weights = np.where(apart <= within, np.exp(-apart / last), 0) * trust
        if weights.sum() > 0:
            result[row] = np.bincount(evidence.labels[voters], weights, result.shape[1]) / weights.sum()
    return result


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize(("n", "voting", "steps"), [(300, 200, None), (300, 300, 6), (25, 22, None), (600, 450, 3)])
def test_the_votes_are_those_that_brute_force_counts(n, voting, steps, grouped):
    random = generator(n)
    p = told(n, 4, steps=steps)
    groups = random.integers(-1, 3, n) if grouped else None
    evidence = Evidence(random.integers(0, 4, n), p, groups=groups)
    voters = np.sort(random.choice(n, voting, replace=False))
    trust = random.random(voting)
    for votes, count in zip(_pool(evidence, p, voters, trust), (20, 7), strict=True):
        np.testing.assert_allclose(votes, votes_by_hand(evidence, voters, trust, count), atol=2e-3)


def test_who_has_nobody_but_his_own_group_keeps_what_the_head_says():
    p = told(30, 3)
    evidence = Evidence(np.arange(30) % 3, p, groups=np.zeros(30, dtype=np.int64))
    pooled, nearest = _pool(evidence, p, np.arange(30), np.ones(30))
    np.testing.assert_array_equal(pooled, p)
    np.testing.assert_array_equal(nearest, p)


def test_no_row_is_asked_about_itself():
    p = told(200, 3, steps=5)
    labels = generator(1).integers(0, 3, 200)
    votes = _pool(Evidence(labels, p), p, np.arange(200), np.ones(200))
    for row in range(0, 200, 20):
        other = labels.copy()
        other[row] = (labels[row] + 1) % 3
        for before, after in zip(votes, _pool(Evidence(other, p), p, np.arange(200), np.ones(200)), strict=True):
            np.testing.assert_array_equal(before[row], after[row])


def ring(n=1600, seed=3):
    """Return labels with errors, a straight-lined head's probabilities, and the errors; each class lies twice on a ring, apart."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    random = generator(seed)
    blob = random.integers(0, 8, n)
    angle = 2 * np.pi * blob / 8
    X = np.column_stack([np.cos(angle), np.sin(angle)]) + 0.12 * random.normal(size=(n, 2))
    truth = blob % 4
    wrong = random.random(n) < 0.1
    given = np.where(wrong, (truth + random.integers(1, 4, n)) % 4, truth)
    return given, cross_val_predict(LogisticRegression(), X, given, cv=5, method="predict_proba"), wrong


def test_a_head_that_draws_straight_lines_is_mended_where_classes_are_bent():
    from sklearn.metrics import average_precision_score

    given, p, wrong = ring()
    alone = average_precision_score(wrong, log_odds(Evidence(given, p)))
    assert average_precision_score(wrong, suspicion(given, p)) > alone + 0.2


def test_the_order_of_rows_and_classes_does_not_matter_even_where_rows_are_told_the_same():
    given, p, _ = ring(n=700)
    p = np.round(p, 2) + 1e-6
    top = np.sort(p, axis=1)
    given, p = given[top[:, -1] > top[:, -2]], p[top[:, -1] > top[:, -2]]  # which class is likeliest must be said
    p /= p.sum(axis=1, keepdims=True)
    before = suspicion(given, p)
    rows = generator(5).permutation(len(given))
    np.testing.assert_allclose(suspicion(given[rows], p[rows]), before[rows], atol=1e-3)
    classes = np.array([2, 0, 3, 1])
    np.testing.assert_allclose(suspicion(classes[given], p[:, np.argsort(classes)]), before, atol=1e-3)


@pytest.mark.parametrize(("n", "n_classes"), [(200, 2), (20, 3)])
def test_two_classes_or_a_handful_of_rows_are_left_as_they_are(n, n_classes):
    evidence = Evidence(np.arange(n) % n_classes, told(n, n_classes))
    assert ask_alike(evidence, grind(evidence)) is evidence


def test_a_million_rows_are_left_as_they_are():
    p = np.broadcast_to(np.full(3, 1 / 3, dtype=np.float32), (1_000_000, 3))
    few = Evidence(np.arange(30) % 3, told(30, 3))
    evidence = replace(few, labels=np.arange(1_000_000) % 3, probabilities=p)
    assert ask_alike(evidence, grind(few)) is evidence


def test_more_rows_than_may_vote_learn_about_the_same_from_some():
    from sklearn.metrics import average_precision_score

    given, p, wrong = ring(n=3_000)
    evidence = Evidence(given, p)
    few = average_precision_score(wrong, log_odds(ask_alike(evidence, grind(evidence))))
    everybody = _pool(evidence, p.astype(np.float32), np.arange(3_000), np.ones(3_000))[0]
    assert few > average_precision_score(wrong, log_odds(replace(evidence, probabilities=everybody))) - 0.02


def test_the_labels_of_verified_rows_are_trusted():
    given = np.repeat(np.arange(3), 200)
    p = np.full((600, 3), 0.1)
    p[np.arange(600), given] = 0.8
    given[:50] = 1
    evidence = Evidence(given, p)
    lens = grind(evidence)
    doubted = ask_alike(evidence, lens).probabilities
    believed = ask_alike(replace(evidence, verified=np.arange(600) < 50), lens).probabilities
    assert doubted[100, 1] < 0.12
    assert believed[100, 1] > 0.18
