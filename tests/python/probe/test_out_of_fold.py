"""Out-of-fold probabilities: honest, calibrated, and clear about what cannot be said."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.probe import _out_of_fold as module
from labelatlas.probe import out_of_fold


def blobs(n=240, d=5, n_classes=3, seed=0):
    random = generator(seed)
    labels = np.arange(n) % n_classes
    return 2 * random.normal(size=(n_classes, d))[labels] + random.normal(size=(n, d)), labels


@pytest.fixture(scope="module")
def digits():
    vectors, labels = load_digits(return_X_y=True)
    return vectors / 16, labels, out_of_fold(vectors / 16, labels)


def test_on_digits_it_is_as_accurate_as_a_linear_head_can_be(digits):
    _, labels, found = digits
    assert found.accuracy > 0.95
    assert found.log_loss < 0.14
    assert found.probabilities.shape == (1797, 10)
    assert found.probabilities.dtype == np.float32
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    assert found.accuracy == pytest.approx((found.probabilities.argmax(axis=1) == labels).mean())


def test_on_digits_a_probability_means_what_it_says(digits):
    _, labels, found = digits
    top, right = found.probabilities.max(axis=1), found.probabilities.argmax(axis=1) == labels
    bins = np.minimum((top * 10).astype(int), 9)
    gaps = [abs(top[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    assert sum(gaps) < 0.03


def test_labels_without_signal_get_their_frequencies_not_certainty():
    random = generator(3)
    vectors, labels = random.normal(size=(600, 20)), (random.random(600) < 0.3).astype(int)
    found = out_of_fold(vectors, labels)
    entropy = -(0.3 * np.log(0.3) + 0.7 * np.log(0.7))
    assert found.log_loss == pytest.approx(entropy, abs=0.03)


def test_a_row_is_judged_by_a_head_that_did_not_see_its_label():
    vectors, labels = blobs()
    flipped = labels.copy()
    flipped[0] = (labels[0] + 1) % 3
    assert out_of_fold(vectors, flipped).probabilities[0].argmax() == labels[0]


def test_the_same_seed_gives_the_same_numbers_and_inputs_stay_as_they_are():
    vectors, labels = blobs()
    kept = vectors.copy(), labels.copy()
    first, again = out_of_fold(vectors, labels, seed=4), out_of_fold(vectors, labels, seed=4)
    assert (first.probabilities == again.probabilities).all()
    assert (vectors == kept[0]).all()
    assert (labels == kept[1]).all()


def test_a_rotation_of_the_vectors_changes_next_to_nothing():
    vectors, labels = blobs()
    turn = np.linalg.qr(generator(9).normal(size=(5, 5)))[0]
    straight, turned = out_of_fold(vectors, labels), out_of_fold(vectors @ turn, labels)
    np.testing.assert_allclose(straight.probabilities, turned.probabilities, atol=1e-2)


def test_strided_and_integer_vectors_and_unsigned_labels_are_taken():
    vectors, labels = blobs()
    wide = np.repeat(np.round(vectors * 10).astype(int), 2, axis=1)[:, ::2]
    assert out_of_fold(wide, labels.astype(np.uint8)).accuracy > 0.8


def test_unlabelled_rows_are_judged_too():
    vectors, labels = blobs()
    hidden = labels.copy()
    hidden[::2] = -1
    found = out_of_fold(vectors, hidden)
    assert (found.probabilities[::2].argmax(axis=1) == labels[::2]).mean() > 0.9
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)


def test_groups_are_kept_apart_so_that_a_group_effect_is_not_mistaken_for_a_class():
    random = generator(2)
    groups = np.repeat(np.arange(40), 10)
    labels = np.repeat(np.arange(40) % 2, 10)
    vectors = np.eye(40)[groups] + 0.01 * random.normal(size=(400, 40))  # tells the group, and of the class nothing
    assert out_of_fold(vectors, labels).accuracy > 0.95
    assert out_of_fold(vectors, labels, groups=[f"author {group}" for group in groups]).accuracy < 0.6


def test_a_class_with_one_row_is_named_and_gets_what_nothing_says():
    vectors, labels = blobs()
    labels[7] = 3
    found = out_of_fold(vectors, labels)
    assert found.unseen.tolist() == [3]
    assert found.probabilities[7, 3] < 0.05
    assert np.isfinite(found.log_loss)


def test_a_class_in_no_row_gets_next_to_nothing():
    vectors, labels = blobs()
    found = out_of_fold(vectors, labels, n_classes=5)
    assert found.probabilities.shape == (240, 5)
    assert found.probabilities[:, 3:].max() < 0.05
    assert found.unseen.tolist() == []


def test_fewer_rows_than_folds_use_fewer_folds():
    found = out_of_fold([[0.0], [0.1], [1.0], [1.1]], [0, 0, 1, 1], folds=9)
    assert found.folds == 4
    assert found.accuracy == 1


def test_constant_vectors_give_the_class_frequencies():
    found = out_of_fold(np.ones((40, 3)), np.arange(40) % 4 // 3)
    np.testing.assert_allclose(found.probabilities[:, 1], 0.25, atol=0.05)


@pytest.mark.parametrize(
    "labels",
    [[], [0], [0, 0, 0], [-1, -1, -1], [0, 0, 1], [0, 1, 2]],
    ids=["no row", "one row", "one class", "no label", "one class twice", "each class once"],
)
def test_without_two_classes_of_two_rows_it_says_that_it_cannot_say(labels):
    with pytest.raises(NotApplicable, match="two classes with at least 2 labelled rows"):
        out_of_fold(np.zeros((len(labels), 2)), np.asarray(labels, dtype=int))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Z": np.zeros(4)}, "shape"),
        ({"labels": [0, 1]}, "shape"),
        ({"labels": [0.0, 0, 1, 1]}, "whole numbers"),
        ({"labels": [0, 0, 1, -2]}, r"-1\.\.1"),
        ({"n_classes": 1}, r"-1\.\.0"),
        ({"Z": [[0.0], [np.nan], [1], [np.inf]]}, "2 rows instead, the first at row 1"),
        ({"folds": 1}, "folds must be at least 2"),
        ({"groups": [0, 1]}, "groups must be of shape"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_cure(change, message):
    arguments = {"Z": [[0.0], [0.1], [1.0], [1.1]], "labels": [0, 0, 1, 1], **change}
    with pytest.raises(InputError, match=message) as caught:
        out_of_fold(**arguments)
    assert caught.value.hint


def test_heads_are_kept_when_asked_for_and_their_mean_is_what_unlabelled_rows_get():
    vectors, labels = blobs()
    hidden = np.where(np.arange(len(labels)) % 3 == 0, -1, labels)
    found = out_of_fold(vectors, hidden, keep_heads=True)
    assert found.by_head.shape == (5, 80, 3)
    assert found.by_head.dtype == np.float32
    np.testing.assert_allclose(found.by_head.mean(axis=0), found.probabilities[hidden < 0], atol=1e-6)
    assert np.ptp(found.by_head, axis=0).max() > 1e-3, "the heads differ"
    assert out_of_fold(vectors, hidden).by_head is None
    assert out_of_fold(vectors, labels, keep_heads=True).by_head.shape == (5, 0, 3)


def test_read_only_vectors_are_taken_as_they_are():
    vectors, labels = blobs()
    vectors = vectors.astype(np.float32)
    free = out_of_fold(vectors, labels)
    vectors.flags.writeable = False
    np.testing.assert_array_equal(out_of_fold(vectors, labels).probabilities, free.probabilities)


def test_a_gpu_that_is_not_there_is_refused_with_the_cure(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="needs a GPU.*device='auto'"):
        out_of_fold(*blobs(), device="cuda")


@pytest.mark.parametrize("enough", [1, 10**9])
def test_how_many_folds_choose_the_decay_does_not_change_a_head(monkeypatch, enough):
    vectors, labels = blobs()
    usual = out_of_fold(vectors, labels)
    monkeypatch.setattr(module, "_ENOUGH_TO_CHOOSE", enough)
    found = out_of_fold(vectors, labels)
    if found.decay == usual.decay:
        np.testing.assert_allclose(found.probabilities, usual.probabilities, atol=1e-6)
    assert found.folds == 5


def test_a_row_that_weighs_nothing_teaches_nothing():
    random = np.random.default_rng(3)
    codes = np.repeat([0, 1], 60)
    vectors = 2.0 * codes[:, None] + random.normal(size=(120, 2))
    wrong = np.zeros(120, dtype=bool)
    wrong[:25] = True
    vectors[:30, 1] += 4  # a mark by which a head can learn to repeat the wrong labels
    spoiled = np.where(wrong, 1, codes)
    alike = out_of_fold(vectors, spoiled, device="cpu").probabilities
    careful = out_of_fold(vectors, spoiled, weights=(~wrong).astype(float), device="cpu").probabilities
    assert careful[wrong, 0].mean() > alike[wrong, 0].mean() + 0.05


def test_weights_of_one_change_nothing_but_rounding():
    random = np.random.default_rng(4)
    codes, vectors = random.integers(0, 3, 90), random.normal(size=(90, 4))
    plain = out_of_fold(vectors, codes, device="cpu").probabilities
    np.testing.assert_allclose(
        out_of_fold(vectors, codes, weights=np.ones(90), device="cpu").probabilities, plain, atol=2e-3
    )


def test_a_uniform_prior_gives_rare_rows_back_to_their_class():
    random = np.random.default_rng(5)
    codes = np.repeat([0, 1], [570, 30])
    vectors = 1.8 * codes[:, None] + random.normal(size=(600, 2))
    given, uniform = (
        out_of_fold(vectors, codes, prior=prior, device="cpu").probabilities for prior in ("given", "uniform")
    )
    rare = codes == 1
    assert (uniform.argmax(axis=1) == 1)[rare].mean() > (given.argmax(axis=1) == 1)[rare].mean() + 0.2
    odds = np.log(uniform[:, 1] / uniform[:, 0]) - np.log(given[:, 1] / given[:, 0])
    np.testing.assert_allclose(odds, np.log(19), atol=1e-3)
    np.testing.assert_allclose(uniform.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": [1.0]}, "weights must be of shape"),
        ({"weights": [-1.0, 1, 1, 1]}, "not negative"),
        ({"weights": [1.0, 1, 0, 0]}, "some row of two classes"),
        ({"prior": "flat"}, 'prior must be "given" or "uniform"'),
    ],
)
def test_weights_and_priors_that_cannot_be_used_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        out_of_fold(np.eye(4), [0, 0, 1, 1], device="cpu", **options)


@pytest.mark.parametrize(
    "groups",
    [
        np.array([0, 0, 1, 1, 2, 2, None, None], dtype=object),
        np.array(["a", "a", 1, 1, 2.5, 2.5, None, None], dtype=object),
        np.array([0, 0, 1, 1, 2, 2, np.nan, np.nan]),
    ],
    ids=["whole", "mixed", "numbers"],
)
def test_rows_of_no_group_are_held_out_each_for_itself(groups):
    vectors, labels = blobs(n=8)
    labels = np.arange(8) % 2
    alone = np.array([0, 0, 1, 1, 2, 2, 3, 4])
    wanted = out_of_fold(vectors, labels, groups=alone, device="cpu").probabilities
    np.testing.assert_array_equal(out_of_fold(vectors, labels, groups=groups, device="cpu").probabilities, wanted)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Z": [["a", "b"]] * 4}, "Z must be numbers"),
        ({"Z": [[1.0], [1.0, 2.0], [1.0], [1.0]]}, "Z must be numbers"),
        ({"weights": ["a"] * 4}, "weights must be numbers"),
        ({"weights": [1, 1, np.nan, 1]}, "finite and not negative. Got nan at row 2"),
    ],
)
def test_text_is_no_number(change, message):
    with pytest.raises(InputError, match=message) as caught:
        out_of_fold(**{"Z": np.eye(4), "labels": [0, 0, 1, 1], "device": "cpu"} | change)
    assert caught.value.hint


def test_numbers_too_large_for_a_head_are_refused():
    with pytest.raises(InputError, match="infinity in 1 rows"):
        out_of_fold(np.diag([1.0, 1.0, 1.0, 1e300]), [0, 0, 1, 1], device="cpu")


def test_classes_with_too_few_rows_are_named():
    with pytest.raises(NotApplicable, match="Got 1, fewer in 2 classes: 'dog', 'eel' instead"):
        out_of_fold(np.eye(4), [0, 0, 1, 2], names=["cat", "dog", "eel"], device="cpu")
    with pytest.raises(NotApplicable, match="classes: 1, 2 instead"):
        out_of_fold(np.eye(4), [0, 0, 1, 2], device="cpu")
