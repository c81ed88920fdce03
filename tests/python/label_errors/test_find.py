"""The findings: ranked, decided, in columns."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.exceptions import LabelAtlasError
from labelatlas.label_errors import DETECTORS, Evidence, find, flag, suspicion
from labelatlas.label_errors._find import _decide


def world(n=900, rate=0.1, seed=3):
    random = generator(seed)
    truth = random.integers(0, 3, n)
    p = np.exp(4 * np.eye(3)[truth] + random.normal(size=(n, 3)))
    p /= p.sum(axis=1, keepdims=True)
    wrong = random.random(n) < rate
    labels = np.where(wrong, (truth + random.integers(1, 3, n)) % 3, truth)
    labels[:20] = -1
    return labels, p, truth, wrong & (labels >= 0)


def test_suspicion_is_what_the_default_detector_says():
    labels, p, _, _ = world()
    assert (suspicion(labels, p) == DETECTORS["ensemble"](Evidence(labels, p))).all()


def test_flags_find_most_planted_errors_and_little_else():
    labels, p, _, wrong = world()
    flagged = flag(labels, p)
    assert flagged.dtype == bool
    assert not flagged[labels < 0].any()
    assert wrong[flagged].mean() > 0.85
    assert flagged[wrong].mean() > 0.85


def test_clean_labels_are_hardly_flagged():
    _, p, truth, _ = world()
    assert flag(truth, p).mean() < 0.05


def test_find_holds_what_suspicion_and_flag_say():
    labels, p, _, _ = world()
    found = find(labels, p)
    assert (found.suspicion == suspicion(labels, p)).all()
    assert (found.flagged == flag(labels, p)).all()


def test_suggestions_for_flagged_rows_are_the_truth_and_never_the_given_label():
    labels, p, truth, wrong = world()
    found = find(labels, p)
    hit = found.flagged & wrong
    assert (found.suggested[hit] == truth[hit]).mean() > 0.95
    assert (found.suggested[found.flagged] != labels[found.flagged]).all()
    kept = ~found.flagged & (labels >= 0)
    assert (found.suggested[kept] == labels[kept]).all()
    assert (found.suggested[:20] == p[:20].argmax(axis=1)).all()


def test_the_noise_rate_is_the_planted_one():
    labels, p, _, wrong = world()
    assert find(labels, p).noise_rate == pytest.approx(wrong[labels >= 0].mean(), abs=0.02)


def test_ranking_lists_labelled_rows_most_suspicious_first():
    labels, p, _, _ = world()
    found = find(labels, p)
    assert sorted(found.ranking.tolist()) == np.flatnonzero(labels >= 0).tolist()
    assert (np.diff(found.suspicion[found.ranking]) <= 0).all()


def test_decisions_follow_the_rule():
    p = np.tile([[0.98, 0.01, 0.01], [0.01, 0.98, 0.01], [0.01, 0.01, 0.98]], (40, 1))
    labels = np.tile([0, 1, 2], 40)
    p[0] = [0.01, 0.98, 0.01]  # surely another class
    p[3] = [0.02, 0.49, 0.49]  # not the given one, and no other either
    found = find(labels, p)
    assert found.decision[0] == "relabel"
    assert found.decision[3] == "drop"
    assert found.decision[6] == "keep"
    assert found.suggested[0] == 1


def test_a_flagged_row_whose_given_class_is_above_chance_is_ambiguous():
    p = np.array([[0.35, 0.55, 0.10], [0.30, 0.62, 0.08], [0.02, 0.55, 0.43], [0.35, 0.55, 0.10]])
    evidence = Evidence(np.array([0, 0, 0, 0]), p)
    _, confidence, decision = _decide(evidence, np.array([True, True, True, False]))
    assert decision.tolist() == ["ambiguous", "relabel", "drop", "keep"]
    assert confidence.tolist() == [0.55, 0.62, 0.55, 0.35]


def test_columns_are_ranked_and_named():
    labels, p, _, _ = world(n=60)
    keys = [f"ticket-{i}" for i in range(60)]
    found = find(labels, p, keys=keys, names=["a", "b", "c"])
    columns = found.columns()
    assert {"key", "row", "given", "suggested", "suspicion", "decision"} <= set(columns)
    assert {len(column) for column in columns.values()} == {len(found.ranking)}
    assert columns["key"] == [keys[row] for row in found.ranking]
    assert set(columns["given"]) <= {"a", "b", "c"}
    assert (np.asarray(columns["suspicion"]) == found.suspicion[found.ranking]).all()


def test_columns_without_keys_and_names_hold_positions_and_codes():
    labels, p, _, _ = world(n=60)
    found = find(labels, p)
    columns = found.columns()
    assert (columns["key"] == found.ranking).all()
    assert (columns["given"] == labels[found.ranking]).all()


def test_small_classes_are_marked_not_estimable():
    labels, p, _, _ = world()
    few = np.where(labels == 2, 1, labels)
    few[np.flatnonzero(labels == 2)[:5]] = 2
    assert find(few, p).not_estimable.tolist() == [2]


def test_findings_are_frozen():
    labels, p, _, _ = world(n=60)
    with pytest.raises(AttributeError):
        find(labels, p).noise_rate = 0.0


def test_errors_share_one_base():
    with pytest.raises(LabelAtlasError):
        find([0, 0], [[1.0, 0.0], [1.0, 0.0]])


def test_one_row_a_class_and_duplicates_end_in_finite_numbers():
    found = find([0, 1, 0, 1], [[0.5, 0.5]] * 4)
    assert np.isfinite(found.suspicion).all()
    assert (found.suspicion == found.suspicion[0]).all()
