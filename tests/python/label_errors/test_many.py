"""Sets of labels and numbers: planted errors are found, gaps stay gaps, and what cannot be told is said."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import multilabel_suspicion, numeric_suspicion, suspicion


def neighbors_of(points, k=10):
    distances, indices = NearestNeighbors(n_neighbors=k).fit(points).kneighbors()
    return Neighbors(indices.astype(np.int32), distances.astype(np.float32))


def sets(n=600, seed=0):
    random = generator(seed, 2)
    score = 3 * random.normal(size=(n, 4))
    p = 1 / (1 + np.exp(-score))
    truth = random.random((n, 4)) < p
    wrong = random.random((n, 4)) < 0.06
    return np.where(wrong, ~truth, truth).astype(float), p, wrong


def test_planted_flips_in_a_set_rank_high_and_gaps_have_no_suspicion():
    says, p, wrong = sets()
    says[:20, 0] = np.nan
    found = multilabel_suspicion(says, p)
    told = ~np.isnan(says)
    assert roc_auc_score(wrong[told], found[told]) > 0.85
    assert (found[:20, 0] == 0).all()


def test_each_class_is_the_yes_no_question_it_seems():
    says, p, _ = sets()
    one = suspicion(says[:, 2].astype(int), np.column_stack([1 - p[:, 2], p[:, 2]]))
    np.testing.assert_allclose(multilabel_suspicion(says, p)[:, 2], one)


def test_a_class_that_all_rows_have_is_left_alone():
    says, p, _ = sets(n=50)
    says[:, 1] = 1
    assert (multilabel_suspicion(says, p)[:, 1] == 0).all()
    with pytest.raises(NotApplicable, match="both a yes and a no"):
        multilabel_suspicion(np.ones((5, 2)), np.full((5, 2), 0.5))


@pytest.mark.parametrize(
    ("says", "p", "message"),
    [
        (np.ones((3, 2)), np.ones((3, 3)), "one shape"),
        (np.ones((3, 2)), np.full((3, 2), 1.5), r"\[0, 1\]"),
        (np.full((3, 2), 0.5), np.full((3, 2), 0.5), "1, 0, and NaN"),
        (np.full((3, 2), 7), np.full((3, 2), 0.5), "1, 0, and NaN"),
    ],
)
def test_bad_sets_are_refused(says, p, message):
    with pytest.raises(InputError, match=message):
        multilabel_suspicion(says, p)


@pytest.mark.parametrize("how", ["neighbours", "predictions", "both"])
def test_planted_wrong_numbers_are_found(how):
    random = generator(3)
    points = random.uniform(-2, 2, size=(800, 2))
    smooth = np.sin(points[:, 0]) + points[:, 1]
    values = smooth + 0.1 * random.normal(size=800)
    wrong = random.random(800) < 0.05
    values[wrong] += random.choice([-1, 1], wrong.sum()) * random.uniform(1, 3, wrong.sum())
    values[:10] = np.nan
    options = {}
    if how != "predictions":
        options["neighbors"] = neighbors_of(points)
    if how != "neighbours":
        options["predictions"] = smooth
    found = numeric_suspicion(values, **options)
    assert (found[:10] == 0).all()
    assert found.max() < 1
    assert roc_auc_score(wrong[10:], found[10:]) > 0.97
    assert (found[10:][~wrong[10:]] > 0.5).mean() < 0.05


def test_the_median_of_neighbours_does_not_follow_one_wrong_value():
    near = Neighbors(np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]], np.int32), np.ones((4, 3), np.float32))
    found = numeric_suspicion([1.0, 1.1, 0.9, 50.0], neighbors=near)
    assert found.argmax() == 3
    assert found[:3].max() < 0.2


def test_constant_numbers_are_not_suspected():
    assert (numeric_suspicion(np.ones(20), predictions=np.ones(20)) == 0).all()


def test_numbers_without_anything_to_compare_with_cannot_be_judged():
    with pytest.raises(NotApplicable, match="neighbours or predictions"):
        numeric_suspicion(np.arange(9.0))
    with pytest.raises(NotApplicable, match="three labelled rows"):
        numeric_suspicion([1.0, np.nan, np.nan], predictions=np.ones(3))
    with pytest.raises(InputError, match="predictions must be finite"):
        numeric_suspicion(np.arange(9.0), predictions=np.full(9, np.nan))
    with pytest.raises(InputError, match="values must be finite"):
        numeric_suspicion(np.full(9, np.inf), predictions=np.ones(9))
    with pytest.raises(InputError, match=r"predictions must be finite. Got nan at row 4"):
        numeric_suspicion(np.arange(9.0), predictions=np.where(np.arange(9) == 4, np.nan, 1.0))


def test_text_is_no_number_and_no_set():
    with pytest.raises(InputError, match="values must be numbers") as caught:
        numeric_suspicion(["a"] * 9, predictions=np.ones(9))
    assert caught.value.hint
    with pytest.raises(InputError, match="sets must be numbers"):
        multilabel_suspicion([["spam"], ["ham", "spam"]], np.full((2, 2), 0.5))
