"""Classes from domains alone, against planted classes; the gate against worlds that determine nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn.decomposition import NMF

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import discover
from labelatlas.label_shift._factorise import cells, count_cells, mixes


def world(seed, *, n=900, mixes=((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)), nuisance=False):
    """Three domains, as many classes; with `nuisance` the vectors fall into two clusters that have nothing to do with either."""
    random = generator(seed, 71)
    r = len(mixes)
    domain = np.arange(n) % r
    hidden = np.array([random.choice(len(mixes[0]), p=mixes[d]) for d in domain])
    X = 3.0 * np.eye(len(mixes[0]), 6)[hidden] + random.normal(size=(n, 6))
    if nuisance:
        X[:, 5] += 12 * random.integers(2, size=n)
    return X, domain, hidden


def agreement(found, hidden):
    table = np.zeros((hidden.max() + 1, hidden.max() + 1))
    np.add.at(table, (found, hidden), 1)
    rows, columns = linear_sum_assignment(-table)
    return table[rows, columns].sum() / len(hidden)


def test_planted_classes_and_their_shares_are_found():
    X, domain, hidden = world(0)
    found = discover(X, domain, n_classes=3)
    assert agreement(found.predict(X, domain), hidden) > 0.9
    np.testing.assert_allclose(found.class_given_domain.sum(axis=0), 1)
    assert np.abs(np.sort(found.class_given_domain, axis=0)[-1] - 0.8).max() < 0.08
    assert found.condition < 3
    assert list(found.columns()) == ["class", "domain", "share"]
    assert len(found.columns()["domain"]) == 9
    drawn = found.plot().svg
    for d in range(3):
        for k in range(3):
            assert f"class {k} in {d}: {found.class_given_domain[k, d]:.1%}" in drawn


def test_features_that_mislead_do_not_mislead():
    X, domain, hidden = world(1, n=1_500, mixes=((0.9, 0.1), (0.1, 0.9)), nuisance=True)
    by_features = cells(X, 2, generator(0))
    assert agreement(by_features, hidden) < 0.6
    assert agreement(discover(X, domain, n_classes=2).predict(X, domain), hidden) >= 0.9


def test_domains_that_do_not_differ_are_refused_and_named_why():
    X, domain, _ = world(2, mixes=((0.4, 0.3, 0.3),) * 3)
    with pytest.raises(NotApplicable) as caught:
        discover(X, domain, n_classes=3)
    assert "gate=False" in caught.value.hint
    assert discover(X, domain, n_classes=3, gate=False).class_given_domain.shape == (3, 3)


def test_classes_that_come_in_one_proportion_everywhere_are_refused():
    # the domains tell two pairs of classes apart, and features that have nothing to do with them split each pair
    mixes = [(share / 2, share / 2, (1 - share) / 2, (1 - share) / 2) for share in (0.9, 0.1, 0.6, 0.3, 0.8)]
    X, domain, hidden = world(6, mixes=mixes, nuisance=True)
    with pytest.raises(NotApplicable, match="condition number"):
        discover(X, domain, n_classes=4)
    assert agreement(discover(X, domain, n_classes=4, gate=False).predict(X, domain), hidden) < 0.6


def test_nearly_dependent_mixes_are_no_reason_to_refuse_classes_with_sure_rows():
    mixes = ((0.7, 0.2, 0.1), (0.2, 0.7, 0.1), (0.4, 0.4, 0.2), (0.5, 0.3, 0.2))
    assert np.linalg.cond(mixes) > 10
    X, domain, hidden = world(9, n=1_600, mixes=mixes)
    assert agreement(discover(X, domain, n_classes=3).predict(X, domain), hidden) > 0.85


def test_domains_may_be_names_and_rows_may_be_new():
    X, domain, hidden = world(3)
    names = np.array(["may", "june", "july"])[domain]
    found = discover(X[100:], names[100:], n_classes=3)
    assert found.domains == ("july", "june", "may")
    assert agreement(found.predict(X[:100], names[:100]), hidden[:100]) > 0.85
    with pytest.raises(InputError, match="'august'"):
        found.predict(X[:1], ["august"])
    with pytest.raises(InputError, match="6 columns"):
        found.predict(X[:1, :2], ["may"])


def test_the_same_seed_finds_the_same_classes():
    X, domain, _ = world(4, n=300)
    first, again = (discover(X, domain, n_classes=3, seed=5, gate=False) for _ in range(2))
    np.testing.assert_array_equal(first.class_given_domain, again.class_given_domain)


@pytest.mark.parametrize(
    ("X", "domain", "n_classes", "kind", "message"),
    [
        (np.zeros((60, 2)), np.zeros(60), 2, NotApplicable, "one domain"),
        (np.zeros((60, 2)), np.arange(60) // 50, 2, NotApplicable, "10 in 1"),
        (np.zeros((60, 2)), np.arange(60) % 2, 3, NotApplicable, "3 classes need as many domains"),
        (np.zeros((60, 2)), np.arange(60) % 2, 1, InputError, "at least 2"),
        (np.zeros((60, 2)), np.arange(5), 2, InputError, "shape"),
        (np.zeros((60, 2)), np.arange(60) % 2, 2.5, InputError, "whole number"),
        (np.zeros((60, 2)), np.where(np.arange(60) % 2, "may", None), 2, InputError, "30 rows without one"),
        (np.zeros((60, 2)), np.where(np.arange(60) % 2, 1, np.nan), 2, InputError, "30 rows without one"),
        ([["a"]] * 60, np.arange(60) % 2, 2, InputError, "X must be numbers"),
        (np.full((60, 2), np.nan), np.arange(60) % 2, 2, InputError, "finite"),
        (np.zeros((60, 2)), np.arange(60) % 2, 2, NotApplicable, "nats"),
    ],
)
def test_what_cannot_be_asked_is_refused(X, domain, n_classes, kind, message):
    with pytest.raises(kind, match=message):
        discover(X, domain, n_classes=n_classes)


def test_mixes_explain_counts_as_well_as_a_general_factorisation():
    random = generator(8)
    truth = random.dirichlet(np.ones(12) * 0.3, 3).T @ random.dirichlet(np.ones(3) * 0.5, 6).T
    counts = random.poisson(400 * truth).astype(float)
    of_class, of_domain = mixes(counts, 3, random)
    peer = NMF(3, solver="mu", beta_loss="kullback-leibler", init="nndsvda", max_iter=3_000, random_state=0)
    explained = peer.fit_transform(counts / counts.sum(axis=0)) @ peer.components_
    explained /= explained.sum(axis=0)
    ours = (counts * np.log(of_class @ of_domain + 1e-12)).sum()
    assert ours >= (counts * np.log(explained + 1e-12)).sum() - 1


def test_counts_are_counts_and_cells_are_near():
    assert count_cells(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, 2).tolist() == [[1, 1], [0, 1]]
    points = np.repeat([[0.0, 0.0], [9.0, 9.0]], 5, axis=0)
    found = cells(points, 2, generator(0))
    assert len(set(found[:5])) == len(set(found[5:])) == 1
    assert found[0] != found[5]
    assert set(cells(np.zeros((4, 2)), 3, generator(0)).tolist()) <= {0, 1, 2}
