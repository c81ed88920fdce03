"""Two rooms calibrate, with priors of their own: where rows are many the priors fade, and they may not disagree on the best fit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labelatlas._random import generator
from labelatlas.label_shift import _calibration as shift
from labelatlas.probe import _calibration as probe

N_ROWS = 30_000


def test_the_bootstrapped_room_knows_every_family_of_the_other():
    assert shift.FAMILIES[: len(probe.FAMILIES)] == probe.FAMILIES


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", probe.FAMILIES)
def test_on_many_rows_both_fits_are_the_same(family, seed):
    random = generator(seed, 12)
    n_classes = 2 + seed
    scores = 2 * random.normal(size=(N_ROWS, n_classes))
    chances = np.exp(scores / 2 + random.normal(size=n_classes) / 2)
    labels = (random.random((N_ROWS, 1)) > np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)).sum(axis=1)
    labels = labels.clip(0, n_classes - 1)
    logs, labels = torch.log_softmax(torch.from_numpy(scores), dim=1), torch.from_numpy(labels)
    one = probe.fit_calibration(logs, labels, family=family)
    other = shift.fit_calibration(logs, labels, family)
    np.testing.assert_allclose(one.apply(logs).exp().numpy(), other.apply(logs).numpy(), atol=2e-4)
