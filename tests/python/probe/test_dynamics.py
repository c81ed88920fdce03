"""The record of a head that learns: planted errors resist, and nothing depends on the order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.probe import learning_dynamics


def test_wrong_labels_are_learned_last():
    vectors, truth = load_digits(return_X_y=True)
    random = generator(0)
    wrong = random.random(len(truth)) < 0.1
    labels = np.where(wrong, (truth + random.integers(1, 10, len(truth))) % 10, truth)
    assert roc_auc_score(wrong, -learning_dynamics(vectors, labels, device="cpu")) > 0.97


def test_the_order_of_rows_does_not_matter_and_unlabelled_rows_are_silent():
    random = generator(1)
    vectors, labels = random.normal(size=(60, 4)), random.integers(-1, 3, 60)
    order = random.permutation(60)
    area = learning_dynamics(vectors, labels, device="cpu")
    np.testing.assert_allclose(learning_dynamics(vectors[order], labels[order], device="cpu"), area[order], atol=1e-4)
    assert (area[labels < 0] == 0).all()


def test_one_class_cannot_be_learned_and_no_epoch_is_refused():
    with pytest.raises(NotApplicable, match="two classes"):
        learning_dynamics(np.zeros((4, 2)), [0, 0, 0, 0])
    with pytest.raises(InputError, match="epochs must be at least 1"):
        learning_dynamics(np.zeros((4, 2)), [0, 0, 1, 1], epochs=0)
