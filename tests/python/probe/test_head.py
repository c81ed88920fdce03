"""The head and its calibration, against scikit-learn, scipy and planted truth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from labelatlas._random import generator
from labelatlas.probe._calibration import FAMILIES, calibrate, fit_calibration
from labelatlas.probe._head import fit_head, standardise


def blobs(n=300, d=6, n_classes=4, spread=1.5, seed=0):
    random = generator(seed)
    codes = random.integers(0, n_classes, n)
    return (random.normal(size=(n_classes, d))[codes] + spread * random.normal(size=(n, d))).astype(np.float32), codes


@pytest.mark.parametrize("decay", [1e-1, 1e-3])
def test_the_head_is_the_one_that_scikit_learn_finds(decay):
    vectors, codes = blobs()
    ours = fit_head(torch.from_numpy(vectors), torch.from_numpy(codes), n_classes=4, decay=decay)
    peer = LogisticRegression(C=1 / (decay * len(codes)), tol=1e-8, max_iter=5_000).fit(vectors, codes)
    probabilities = torch.softmax(ours.logits(torch.from_numpy(vectors)), dim=1).numpy()
    np.testing.assert_allclose(probabilities, peer.predict_proba(vectors), atol=3e-3)


def test_a_class_without_a_row_takes_no_part():
    vectors, codes = blobs(n_classes=2)
    head = fit_head(torch.from_numpy(vectors), torch.from_numpy(codes), n_classes=3, decay=1e-2)
    assert torch.isneginf(head.bias).tolist() == [False, False, True]
    assert (torch.softmax(head.logits(torch.from_numpy(vectors)), dim=1)[:, 2] == 0).all()


def test_vectors_are_scaled_by_one_number_so_that_angles_stay():
    vectors = torch.from_numpy(blobs()[0]) * torch.tensor([1.0, 1, 1, 1, 1, 1e-4]) + 7
    scaled = standardise(vectors)
    assert scaled.square().mean().item() == pytest.approx(1, rel=1e-4)
    ratio = (vectors - vectors.mean(dim=0)) / scaled
    assert ratio.std().item() < 1e-2 * ratio.mean().item()


def test_constant_vectors_become_zeros():
    assert (standardise(torch.full((4, 2), 3.0)) == 0).all()


def planted(temperature, bias, n=6_000, seed=1):
    """Logits that are `temperature` times too large and lack `bias`."""
    random = generator(seed)
    truth = random.normal(size=(n, len(bias))) * 2
    chances = np.exp(truth + bias)
    chances /= chances.sum(axis=1, keepdims=True)
    codes = (random.random((n, 1)) > np.cumsum(chances, axis=1)).sum(axis=1).clip(0, len(bias) - 1)
    folds = random.integers(0, 5, n)
    return torch.from_numpy(truth * temperature), torch.from_numpy(codes), torch.from_numpy(folds)


def test_a_planted_temperature_and_bias_are_found():
    found = calibrate(*planted(3.0, np.array([1.0, 0.0, -1.0]), n=20_000))
    assert found.temperature == pytest.approx(3.0, rel=0.05)
    np.testing.assert_allclose(found.bias.numpy(), [1.0, 0.0, -1.0], atol=0.1)


def test_the_fit_is_the_maximum_that_scipy_finds():
    logits, codes, _ = planted(3.0, np.array([1.0, 0.0, -1.0]))

    def loss(values):
        scores = logits.numpy() * values[0] + values[1:]
        return float((logsumexp(scores, axis=1) - scores[np.arange(len(codes)), codes.numpy()]).mean())

    ours = fit_calibration(logits, codes, family="bcts")
    assert ours.loss(logits, codes) == pytest.approx(minimize(loss, [1.0, 0.0, 0.0, 0.0]).fun, abs=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_is_worse_than_none_on_its_own_rows(family):
    logits, codes, _ = planted(1.0, np.zeros(3), n=40)
    none = fit_calibration(logits, codes, family="none").loss(logits, codes)
    assert fit_calibration(logits, codes, family=family).loss(logits, codes) <= none + 1e-12


def test_random_logits_and_few_rows_end_in_finite_numbers():
    logits = torch.tensor([[40.0, 0.0], [0.0, 40.0]], dtype=torch.float64)
    found = calibrate(logits, torch.tensor([0, 1]), torch.tensor([0, 1]))
    assert np.isfinite(found.temperature)
    assert torch.isfinite(found.apply(logits)).all()
