"""Embedders ranked on labels, and how the progress of a stage is told."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

import labelatlas as la
from labelatlas.exceptions import InputError


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:600], {"id": list(range(600)), "digit": y[:600].astype(str)}


def test_pixels_come_before_few_pixels_and_these_before_noise(digits):
    X, frame = digits
    noise = np.random.default_rng(0).normal(size=(600, 64))
    spaces = {"noise": noise, "pixels": X, "two columns": X[:, 20:22]}
    ranked = la.compare_embedders(frame, {n: {"embedding": Z} for n, Z in spaces.items()}, label="digit", key="id")
    assert ranked.names == ("pixels", "two columns", "noise")
    table = ranked.to_frame()
    assert (table["low"] <= table["accuracy"]).all()
    assert (table["accuracy"] <= table["high"]).all()
    assert table["low"][0] > table["high"][1]


def test_the_accuracy_is_that_of_a_leave_one_out_vote(digits):
    X, frame = digits
    (quality,) = la.compare_embedders(frame, {"z": {"embedding": X}}, label="digit", key="id").qualities
    y = np.array(frame["digit"])
    nearest = KNeighborsClassifier(1).fit(X, y).kneighbors(None, 10)[1]
    votes = [np.bincount(y[row].astype(int), minlength=10) for row in nearest]
    clear = np.array([(v == v.max()).sum() == 1 for v in votes])
    right = np.array([v.argmax() for v in votes]) == y.astype(int)
    assert right[clear].sum() / 600 <= quality.accuracy <= (right[clear].sum() + (~clear).sum()) / 600


def test_nothing_to_compare_is_refused(digits):
    with pytest.raises(InputError, match="at least one embedder"):
        la.compare_embedders(digits[1], {}, label="digit", key="id")


@pytest.mark.parametrize(
    ("sources", "options", "words"),
    [
        (["text"], {}, "must name at least one embedder"),
        ({"words": "digit"}, {}, "what Atlas.from_frame takes. Got str for 'words'"),
        ({"words": {"txt": "digit"}}, {}, r"Got \['txt'\] for 'words'"),
        ({"words": {}}, {}, "must say for each name what rows are placed by"),
        ({"words": {"text": None}}, {}, "must say for each name what rows are placed by"),
        ({"words": {"text": "digit", "xy": ("id", "id")}}, {}, r"Got \['xy'\] for 'words'"),
        ({"words": {"text": "digit"}}, {"k": 0}, "k must be a whole number of at least 1"),
        ({"words": {"text": "digit"}}, {"label": "digits"}, "label must name a column"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(digits, sources, options, words):
    with pytest.raises(InputError, match=words):
        la.compare_embedders(digits[1], sources, **{"label": "digit", "key": "id", **options})
