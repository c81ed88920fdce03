"""What planting in the user's own labels says, beside what it says it measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import DETECTORS, Evidence, flag, planted_truth
from labelatlas.label_errors._planted import _quality, plant


def clouds(n=900, rate=0.08, seed=0):
    random = generator(seed, 9)
    truth = random.integers(0, 3, n)
    p = np.exp(3 * np.eye(3)[truth] + random.normal(size=(n, 3)))
    p /= p.sum(axis=1, keepdims=True)
    wrong = random.random(n) < rate
    return np.where(wrong, (truth + random.integers(1, 3, n)) % 3, truth), p, wrong


def test_the_estimated_recall_is_near_the_true_one_and_not_far_above_it():
    told, true = [], []
    for seed in range(4):
        labels, p, wrong = clouds(n=2000, seed=seed)
        told.append(planted_truth(labels, p, detectors=["ensemble"], kinds=["uniform"], rate=0.08).flag_recall)
        true.append(flag(labels, p)[wrong].mean())
    assert np.mean(told) == pytest.approx(np.mean(true), abs=0.1)
    assert np.mean(told) <= np.mean(true) + 0.03


def test_every_detector_is_judged_or_says_why_not():
    labels, p, _ = clouds()
    found = planted_truth(labels, p, repeats=1)
    assert set(found.detector) | set(found.not_applicable) == set(DETECTORS)
    assert "neighbor_vote" in found.not_applicable
    assert found.best in found.detector
    lines = found.to_frame()
    assert list(lines.columns) == ["detector", "kind", "average_precision", "recall", "precision"]
    assert lines["average_precision"].between(0, 1).all()


def test_hard_errors_are_harder_to_find_than_slips():
    labels, p, _ = clouds()
    found = planted_truth(labels, p, detectors=["margin"])
    recall = dict(zip(found.kind, found.recall, strict=True))
    assert recall["hard"] < recall["uniform"] - 0.1


def test_heads_that_learn_again_from_the_planted_labels_find_less():
    vectors, labels = load_digits(return_X_y=True)
    vectors, labels = vectors[:500], labels[:500]
    seen = []

    def refit(given):
        seen.append(given.copy())
        return cross_val_predict(LogisticRegression(max_iter=400), vectors / 16, given, cv=3, method="predict_proba")

    found = planted_truth(labels, refit, detectors=["ensemble"], kinds=["uniform"], repeats=1)
    assert len(seen) == 2
    assert (seen[1] != labels).mean() == pytest.approx(0.05, abs=0.01)
    assert 0.3 < found.recall[0] <= 1


def test_planting_touches_only_the_rows_that_it_names():
    labels, p, _ = clouds(n=200)
    labels[:20] = -1
    for kind in ("uniform", "pairs", "hard"):
        changed, wrong = plant(Evidence(labels, p), kind=kind, rate=0.1, seed=generator(1))
        assert wrong.sum() == 18
        assert (changed[~wrong] == labels[~wrong]).all()
        assert (changed[:20] == -1).all()


def test_a_seed_gives_the_same_answer():
    labels, p, _ = clouds(n=200)
    one, again = (planted_truth(labels, p, detectors=["margin"], repeats=1, seed=4) for _ in range(2))
    assert (one.average_precision == again.average_precision).all()


def test_average_precision_is_that_of_scikit_learn():
    random = generator(3)
    for _ in range(20):
        scores, wrong = random.integers(0, 6, 40) / 5, random.random(40) < 0.3
        wrong[0] = True
        assert _quality(scores, wrong)[0] == pytest.approx(average_precision_score(wrong, scores))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detectors": ["oracle"]}, "detectors must be among"),
        ({"kinds": []}, "kinds must be among"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"repeats": 0}, "repeats must be at least 1"),
    ],
)
def test_what_cannot_be_planted_is_refused(options, message):
    labels, p, _ = clouds(n=60)
    with pytest.raises(InputError, match=message):
        planted_truth(labels, p, **options)


def test_when_no_detector_can_say_it_says_so():
    labels, p, _ = clouds(n=60)
    with pytest.raises(NotApplicable, match="None of the detectors"):
        planted_truth(labels, p, detectors=["neighbor_vote", "prototype"])
    assert replace(Evidence(labels, p), labels=labels).n_classes == 3


@pytest.mark.parametrize("kind", ["uniform", "pairs", "hard"])
def test_as_many_errors_are_planted_where_a_model_is_sure_of_one_class(kind):
    labels = np.repeat([0, 1], [90, 10])
    changed, wrong = plant(Evidence(labels, np.eye(2)[labels]), kind=kind, rate=0.1, seed=generator(1))
    assert wrong.sum() == 10
    assert (changed[wrong] == 1 - labels[wrong]).all()
