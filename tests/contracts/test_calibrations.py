"""Two rooms calibrate, one on the device and one under a bootstrap: they may not disagree on what the best fit is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labelatlas._random import generator
from labelatlas.label_shift import _calibration as shift
from labelatlas.probe import _calibration as probe


def test_they_know_the_same_families():
    assert probe.FAMILIES == shift.FAMILIES


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", shift.FAMILIES)
def test_both_fits_are_the_same(family, seed):
    random = generator(seed, 12)
    n_classes = 2 + seed
    scores = 2 * random.normal(size=(300, n_classes))
    chances = np.exp(scores / 2 + random.normal(size=n_classes) / 2)
    labels = (random.random((300, 1)) > np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)).sum(axis=1)
    labels = labels.clip(0, n_classes - 1)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    one = probe.fit_calibration(torch.from_numpy(logs), torch.from_numpy(labels), family=family)
    other = shift.fit_calibration(logs, labels, family)
    np.testing.assert_allclose(one.apply(torch.from_numpy(logs)).exp().numpy(), other.apply(logs), atol=2e-4)
