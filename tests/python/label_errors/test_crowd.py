"""Several annotators: the fit against a plain loop of the paper's equations, against planted confusions, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import crowd_consensus


def crowd(n=600, seed=0):
    """Three careful annotators, one who takes 2 for 1, and one who guesses; a third of the words is missing."""
    random = generator(seed, 8)
    truth = random.choice(3, n, p=[0.5, 0.3, 0.2])
    planted = np.stack(
        [
            *[np.full((3, 3), 0.1) + 0.7 * np.eye(3)] * 3,
            np.array([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.85, 0.1]]),
            np.full((3, 3), 1 / 3),
        ]
    )
    said = np.stack([(random.random((n, 1)) > np.cumsum(c[truth], axis=1)).sum(axis=1).clip(0, 2) for c in planted], 1)
    said[random.random(said.shape) < 1 / 3] = -1
    return said, truth, planted


def plain_loop(said, n_classes, steps):
    n, a = said.shape
    truth = np.full((n, n_classes), 1 / n_classes)
    for i in range(n):
        words = said[i][said[i] >= 0]
        if len(words):
            truth[i] = np.bincount(words, minlength=n_classes) / len(words)
    known = (said >= 0).any(axis=1)
    for _ in range(steps):
        share = truth[known].mean(axis=0)
        rates = np.full((a, n_classes, n_classes), 0.2 / (n_classes - 1))
        for j in range(a):
            np.fill_diagonal(rates[j], 0.8)
            for i in range(n):
                if said[i, j] >= 0:
                    rates[j, :, said[i, j]] += truth[i]
            rates[j] /= rates[j].sum(axis=1, keepdims=True)
        for i in range(n):
            truth[i] = share
            for j in range(a):
                if said[i, j] >= 0:
                    truth[i] = truth[i] * rates[j, :, said[i, j]]
            truth[i] /= truth[i].sum()
    return truth


def test_the_fit_is_that_of_a_plain_loop():
    said, _, _ = crowd(n=60)
    np.testing.assert_allclose(crowd_consensus(said).posterior, plain_loop(said, 3, 200), atol=1e-4)


def test_it_beats_the_majority_and_recovers_who_mixes_up_what():
    said, truth, planted = crowd(n=3000)
    found = crowd_consensus(said, annotators=["a", "b", "c", "swap", "guess"])
    known = (said >= 0).any(axis=1)
    votes = np.stack([(said == k).sum(axis=1) for k in range(3)], axis=1)
    ours, majority = ((x == truth)[known].mean() for x in (found.consensus, votes.argmax(axis=1)))
    assert ours > majority + 0.02
    np.testing.assert_allclose(found.confusion, planted, atol=0.08)
    assert found.to_frame()["annotator"].iloc[found.accuracy.argmin()] == "guess"


def test_doubt_is_the_chance_that_a_word_is_wrong():
    said, truth, _ = crowd(n=3000)
    found = crowd_consensus(said)
    heard = said >= 0
    wrong = (said != truth[:, None])[heard]
    doubt = found.doubt[heard]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        chosen = (doubt >= low) & (doubt < low + 0.2)
        assert wrong[chosen].mean() == pytest.approx(doubt[chosen].mean(), abs=0.06)
    assert (found.doubt[~heard] == 0).all()


def test_a_head_helps_where_few_have_spoken():
    said, truth, _ = crowd(n=1500)
    random = generator(1)
    p = np.exp(2.5 * np.eye(3)[truth] + random.normal(size=(1500, 3)))
    p /= p.sum(axis=1, keepdims=True)
    alone, helped = crowd_consensus(said), crowd_consensus(said, probabilities=p)
    assert (helped.consensus == truth).mean() > (alone.consensus == truth).mean() + 0.03


def test_a_row_of_which_nobody_spoke_has_no_label():
    said, _, _ = crowd(n=50)
    said[0] = -1
    assert crowd_consensus(said).consensus[0] == -1


@pytest.mark.parametrize(
    ("said", "options", "kind", "message"),
    [
        (np.zeros(3, dtype=int), {}, InputError, "shape"),
        (np.full((3, 2), 0.5), {}, InputError, "whole numbers"),
        (np.array([[0, 5]]), {"n_classes": 2}, InputError, r"-1\.\.1"),
        (np.array([[0, 1]]), {"annotators": ["a"]}, InputError, "length 2"),
        (np.array([[0, 1]]), {"probabilities": np.ones((2, 2))}, InputError, "probabilities must be of shape"),
        (
            np.array([[0, 1]]),
            {"probabilities": [[0.0, 0.0]]},
            InputError,
            "positive in sum. Got 1 that are not, the first at row 0",
        ),
        (np.array([[0, 1]]), {"probabilities": [[np.nan, 1.0]]}, InputError, "finite, not negative"),
        ([[0, 1], [1]], {}, InputError, "rows of several lengths"),
        (np.array([[0, -1], [1, -1]]), {}, NotApplicable, "two people"),
        (np.array([[0, 0]]), {}, NotApplicable, "two classes"),
        (np.empty((0, 2), dtype=int), {}, NotApplicable, "two classes"),
    ],
)
def test_what_cannot_be_agreed_on_is_said(said, options, kind, message):
    with pytest.raises(kind, match=message):
        crowd_consensus(said, **options)
