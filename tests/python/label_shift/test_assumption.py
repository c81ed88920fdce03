"""The test of the assumption: its level where only the class mix differs, its power where something else was planted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, kstest, norm
from sklearn.covariance import ledoit_wolf

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import check_assumption
from labelatlas.label_shift._conformal import conformal_p_values, discoveries
from labelatlas.label_shift._moments import learned_p, residual_p, residual_z, shrunk_covariance

CENTRES = generator(7).normal(size=(4, 12)) * 0.8


def model(vectors):
    """Say too surely what the class is: the test must not depend on calibration."""
    scores = 1.5 * (vectors @ CENTRES.T - 0.5 * (CENTRES**2).sum(axis=1))
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def world(seed, plant="nothing", n=600, m=400, priors=None):
    """Return the arguments of `check_assumption`, and the target rows in which something was planted: a fifth of them."""
    random = generator(seed, 61)

    def rows(count, priors):
        labels = random.choice(4, count, p=priors)
        return CENTRES[labels] + random.normal(size=(count, 12)), labels

    source, labels = rows(n, np.full(4, 0.25))
    target, _ = rows(m, random.dirichlet(np.ones(4)) if priors is None else priors)
    planted = random.permutation(m)[: m // 5]
    if plant == "moved":
        target[planted] += 0.7 * np.sign(CENTRES[0] + 0.01)
    elif plant == "noisier":
        target[planted] += random.normal(size=(len(planted), 12))
    elif plant == "new":
        target[planted] = 4 * np.sign(CENTRES[1] + 0.01) + 0.5 * random.normal(size=(len(planted), 12))
    return (source, model(source), labels, target, model(target)), planted


def rejections(plant, count):
    return sum(check_assumption(*world(seed, plant)[0]).kind != "pure label shift" for seed in range(count))


def test_under_pure_label_shift_it_seldom_rejects():
    # 5% nominal: more than so many of 60 would come once in a hundred times
    assert rejections("nothing", 60) <= binom.ppf(0.99, 60, 0.05)


@pytest.mark.long
def test_under_pure_label_shift_it_rejects_at_its_level():
    assert 0.03 <= rejections("nothing", 1_000) / 1_000 <= 0.07


@pytest.mark.parametrize("plant", ["moved", "noisier", "new"])
def test_a_change_of_the_features_of_a_fifth_of_the_rows_is_seen(plant):
    assert rejections(plant, 15) >= 13


def test_rows_like_nothing_in_the_source_are_named_and_explain_the_difference():
    arguments, planted = world(3, "new")
    found = check_assumption(*arguments, names=["a", "b", "c", "d"])
    assert found.kind == "new content"
    assert set(planted.tolist()) <= set(found.new_rows.tolist())
    assert len(found.new_rows) <= 1.25 * len(planted)
    columns = found.columns()
    assert columns["label"] == ["a", "b", "c", "d"]
    assert sum(columns["new"]) == len(found.new_rows)
    assert sum(columns["rows"]) == 400


def test_a_change_inside_one_class_is_found_in_that_class():
    (source, p, labels, target, _), _ = world(4, priors=[0.2, 0.2, 0.4, 0.2])
    wrong = model(target).argmax(axis=1) == 2
    moved = target + 0.4 * np.outer(wrong, np.sign(CENTRES[2] + 0.01))
    found = check_assumption(source, p, labels, moved, model(target))
    assert found.kind == "features changed"
    assert np.nanargmin(found.class_p_values) == 2
    assert found.class_p_values[2] < 0.05


def test_the_same_seed_gives_the_same_answer_and_nothing_is_written_to():
    arguments, _ = world(5)
    kept = [a.copy() for a in arguments]
    first, again = (check_assumption(*arguments, seed=2) for _ in range(2))
    assert first.p_value == again.p_value
    assert all((now == before).all() for now, before in zip(arguments, kept, strict=True))


def test_a_score_that_the_classes_explain_has_z_near_0_whatever_the_mix():
    random = generator(6)
    z = []
    for _ in range(40):
        (source, p, labels, target, q), _ = world(int(random.integers(1_000)))
        score = CENTRES[1] - CENTRES[0]
        z.append(residual_z(source @ score, p, labels, target @ score, q, np.full(4, 0.25)))
    assert abs(np.mean(z)) < 0.5
    assert 0.6 < np.std(z) < 1.5


def test_means_that_the_classes_explain_have_even_p_values_whatever_the_mix():
    p = []
    for seed in range(200):
        priors = generator(seed, 5).dirichlet(np.ones(4))
        (source, of_source, labels, target, of_target), _ = world(seed + 500, priors=priors)
        p.append(residual_p(source, of_source, labels, target, of_target, priors)[0])
    assert kstest(p, "uniform").pvalue > 0.01
    assert binom.sf(np.sum(np.array(p) < 0.05) - 1, 200, 0.05) > 0.01


@pytest.mark.parametrize("freedom", [1, 3, 20])
def test_the_law_of_a_learned_score_is_that_of_scores_learned_on_other_folds(freedom):
    folds = 5
    gaps = generator(11, freedom).normal(size=(1_000, folds, freedom))
    learned = gaps.sum(axis=1, keepdims=True) - gaps
    z = (learned * gaps).sum(axis=(1, 2)) / np.sqrt((learned**2).sum(axis=(1, 2)))
    assert kstest([learned_p(each, freedom, folds) for each in z], "uniform").pvalue > 0.01


def test_the_tail_of_a_learned_score_is_normal_of_variance_2_in_many_directions():
    assert learned_p(4.0, 1e7, 5) == pytest.approx(norm.sf(4 / np.sqrt(2)), rel=0.05)


@pytest.mark.parametrize("side", ["source", "target"])
def test_rows_that_come_several_times_are_no_more_evidence(side):
    rejected = 0
    for seed in range(40):
        (source, _, labels, target, _), _ = world(seed + 900, n=150 if side == "source" else 600, m=300)
        if side == "source":
            source, labels = np.repeat(source, 4, axis=0), np.repeat(labels, 4)
        else:
            target = np.repeat(target[:100], 4, axis=0)
        rejected += check_assumption(source, model(source), labels, target, model(target)).kind != "pure label shift"
    assert rejected <= binom.ppf(0.99, 40, 0.05)


def test_the_covariance_is_shrunk_as_scikit_learn_shrinks_it():
    random = generator(9)
    for n, d in ((200, 5), (30, 60)):
        rows = random.normal(size=(n, d)) * random.uniform(0.2, 3, d)
        off = rows - rows.mean(axis=0)
        np.testing.assert_allclose(shrunk_covariance(off), ledoit_wolf(off, assume_centered=True)[0], rtol=1e-9)


def test_conformal_p_values_count_source_rows_that_are_as_strange():
    p = conformal_p_values(np.array([1.0, 2.0, 3.0]), np.array([0.5, 2.0, 9.0]), np.ones(3))
    np.testing.assert_allclose(p, [1, 3 / 4, 1 / 4])


def test_discoveries_are_those_of_benjamini_and_hochberg():
    assert discoveries(np.array([0.5, 0.01, 0.04, 0.9]), 0.1).tolist() == [1, 2]
    assert discoveries(np.array([0.5, 0.9]), 0.1).tolist() == []


@pytest.mark.parametrize(
    ("position", "value", "message"),
    [
        (0, np.zeros((5, 12)), "source_vectors must be of shape"),
        (3, np.zeros((400, 3)), r"target_vectors must be of shape \(400, 12\)"),
        (3, np.full((400, 12), np.nan), "target_vectors must be finite"),
        (3, [["a"]] * 400, "target_vectors must be numbers"),
        (2, np.full(600, -1), "600 unlabelled"),
    ],
)
def test_what_cannot_be_used_is_refused(position, value, message):
    arguments = list(world(0)[0])
    arguments[position] = value
    with pytest.raises(InputError, match=message):
        check_assumption(*arguments)


def test_few_rows_say_nothing_and_equal_rows_are_no_error():
    source, p, labels, target, q = world(0)[0]
    with pytest.raises(NotApplicable, match="40 rows on both sides"):
        check_assumption(source, p, labels, target[:9], q[:9])
    with pytest.raises(InputError, match="level"):
        check_assumption(source, p, labels, target, q, level=0)
    same = np.ones((80, 3))
    even = np.full((80, 2), 0.5)
    assert check_assumption(same, even, np.arange(80) % 2, same, even).kind == "pure label shift"
