"""What is given for what: the transition against planted truth, and probabilities freed of it against the algebra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln
from sklearn.metrics import average_precision_score

from labelatlas._random import generator
from labelatlas.label_errors import Evidence, suspicion
from labelatlas.label_errors._margin import log_odds
from labelatlas.label_errors._unmix import Lens, _evidence, grind, sure_transition


def pairs_taken(n=4000, n_classes=5, rate=0.2, spread=2.0, seed=0):
    """Overlapping clouds whose class k is given k + 1 at a rate: exact posteriors of the truth and of the label, and what is wrong."""
    random = generator(seed, 5)
    centres = spread * random.normal(size=(n_classes, 4))
    truth = random.integers(0, n_classes, n)
    points = centres[truth] + random.normal(size=(n, 4))
    scores = -0.5 * np.square(points[:, None] - centres).sum(axis=2)
    clean = np.exp(scores - scores.max(axis=1, keepdims=True))
    clean /= clean.sum(axis=1, keepdims=True)
    transition = (1 - rate) * np.eye(n_classes) + rate * np.roll(np.eye(n_classes), 1, axis=1)
    wrong = random.random(n) < rate
    return np.where(wrong, (truth + 1) % n_classes, truth), clean, clean @ transition, transition, wrong


@pytest.mark.parametrize("learned", ["clean", "noisy"])
def test_the_transition_is_the_planted_one(learned):
    labels, clean, noisy, transition, _ = pairs_taken()
    found = sure_transition(Evidence(labels, clean if learned == "clean" else noisy))
    assert np.abs(found - transition).max() < 0.08
    assert found.sum(axis=1) == pytest.approx(1)


def test_mistakes_of_the_head_are_not_taken_for_wrong_labels():
    labels, clean, _, _, _ = pairs_taken(rate=0.0, spread=0.8)
    assert (clean.argmax(axis=1) != labels).mean() > 0.2
    found = sure_transition(Evidence(labels, clean))
    assert 1 - np.diag(found).mean() < 0.05


def test_unmixing_moves_towards_the_truth():
    _, clean, noisy, transition, _ = pairs_taken()
    freed = Lens(transition, np.ones((5, 5)), 2).free(noisy)
    assert freed.sum(axis=1) == pytest.approx(1)
    assert np.abs(freed - clean).mean() < 0.5 * np.abs(noisy - clean).mean()


def test_each_step_of_unmixing_is_bayes_rule():
    _, _, noisy, transition, _ = pairs_taken(n=50)
    step = noisy
    for _ in range(2):
        # the chance of each truth, were the label drawn from the probabilities
        by_label = step[:, :, None] * transition[None]
        by_label /= by_label.sum(axis=1, keepdims=True)
        step = np.einsum("nkj,nj->nk", by_label, noisy)
    freed = Lens(transition, np.ones((5, 5)), 2).free(noisy)
    assert freed == pytest.approx(step, abs=1e-10)


def test_a_head_that_learned_pairs_ranks_better_than_by_its_log_odds():
    labels, _, noisy, _, wrong = pairs_taken()
    plain = average_precision_score(wrong, log_odds(Evidence(labels, noisy)))
    assert average_precision_score(wrong, suspicion(labels, noisy)) > plain + 0.01


def test_where_all_confusions_are_alike_the_lens_leaves_the_comparison_alone():
    p = np.tile(np.eye(3) * 0.85 + 0.05, (200, 1))
    assert grind(Evidence(np.tile([0, 1, 2], 200), p)).readings == pytest.approx(np.ones((3, 3)))


def test_the_order_of_rows_and_equal_leads_do_not_matter():
    p = np.round(pairs_taken(n=500)[1], 1)
    p /= p.sum(axis=1, keepdims=True)
    labels = pairs_taken(n=500)[0]
    mixed = generator(1, 5).permutation(500)
    assert sure_transition(Evidence(labels[mixed], p[mixed])) == pytest.approx(sure_transition(Evidence(labels, p)))


def test_the_evidence_of_counts_is_that_of_a_polya_urn():
    counts, mean, strength = np.array([[3.0, 1.0, 0.0]]), np.array([0.5, 0.3, 0.2]), 4.0
    urn, drawn = strength * mean, 0.0
    for colour in (0, 0, 0, 1):
        drawn += np.log(urn[colour] / urn.sum())
        urn[colour] += 1
    assert _evidence(counts, mean, np.array([[strength]])) == pytest.approx([drawn])
    assert gammaln(strength) == pytest.approx(np.log(6))


def test_more_cells_than_can_be_afforded_are_left_as_they_are():
    p = np.full((2_000, 1_001), 1 / 1_001, dtype=np.float32)
    lens = grind(Evidence(np.arange(2_000) % 1_001, p))
    assert (lens.free(p[:5]) == p[:5]).all()
