"""Global and local heads in worlds where one, the other, or neither is to be trusted."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import mix_heads

P = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]])
Y = np.array([0, 1, 0, 1])
D = np.array(["a", "a", "b", "b"])


def head(X, given):
    """What logistic regression says of ten classes: of labelled rows out of fold, of the others after all labels."""
    said = np.full((len(X), 10), 1e-3)
    known = np.flatnonzero(given >= 0)
    folds = [(known[fitted], known[judged]) for fitted, judged in KFold(5).split(known)]
    for fitted, judged in [*folds, (known, np.flatnonzero(given < 0))]:
        model = LogisticRegression(C=0.3, max_iter=200).fit(X[fitted], given[fitted])
        said[np.ix_(judged, model.classes_)] = model.predict_proba(X[judged])
    return said / said.sum(axis=1, keepdims=True)


@cache
def heads(seed: int, *, labels: int, offset: float):
    """Digits in five domains of rolled class mixes, each moved by an offset of its own; what either kind of head says of them."""
    X, y = load_digits(return_X_y=True)
    X = X / 16
    random = generator(seed, 81)
    mixes = np.array([np.roll(np.r_[np.full(5, 0.16), np.full(5, 0.04)], 2 * d) for d in range(5)])
    domain = np.array([random.choice(5, p=mixes[:, k] / mixes[:, k].sum()) for k in y])
    X = X + offset * random.normal(size=(5, X.shape[1]))[domain]
    given = np.full(len(y), -1)
    for d in range(5):
        chosen = random.choice(np.flatnonzero(domain == d), labels, replace=False)
        given[chosen] = y[chosen]
    of_all = head(X, given)
    own = np.empty_like(of_all)
    for d in range(5):
        own[domain == d] = head(X[domain == d], given[domain == d])
    return of_all, own, given, domain, y


@pytest.mark.parametrize(("labels", "offset"), [(15, 0.1), (60, 0.4)])
def test_the_mix_is_as_good_as_the_better_head_and_better_than_the_surer_one(labels, offset):
    mixed, surer, best = [], [], []
    for seed in range(5):
        of_all, own, given, domain, y = heads(seed, labels=labels, offset=offset)
        hidden = given == -1
        found = mix_heads(of_all, own, given, domain)
        which = own.max(axis=1) > of_all.max(axis=1)
        accuracy = [(p.argmax(axis=1) == y)[hidden].mean() for p in (found.probabilities, of_all, own)]
        surer.append((np.where(which, own.argmax(axis=1), of_all.argmax(axis=1)) == y)[hidden].mean())
        mixed.append(accuracy[0])
        best.append(max(accuracy[1:]))
        assert accuracy[0] >= best[-1] - 0.005
    assert np.mean(mixed) >= np.mean(surer)


def test_where_domains_differ_the_own_heads_add_to_the_global_one():
    gained = []
    for seed in range(5):
        of_all, own, given, domain, y = heads(seed, labels=60, offset=0.4)
        found = mix_heads(of_all, own, given, domain)
        hidden = given == -1
        gained.append(
            (found.probabilities.argmax(axis=1) == y)[hidden].mean() - (of_all.argmax(axis=1) == y)[hidden].mean()
        )
    assert np.mean(gained) > 0


def test_a_head_is_trusted_only_where_it_is_right():
    labels, domain = np.tile([0, 1, 2], 60), np.repeat(["june", "may"], 90)
    said = np.where(labels[:, None] == np.arange(3), 0.8, 0.1)
    wrong = np.roll(said, 1, axis=1)
    found = mix_heads(
        np.where((domain == "may")[:, None], wrong, said),
        np.where((domain == "may")[:, None], said, wrong),
        labels,
        domain,
    )
    assert found.domains == ("june", "may")
    assert found.weights.tolist() == [0, 1]
    assert (found.expert == (domain == "may")).all()
    assert (found.suggest(0.5) == labels).all()
    assert (found.mixed_loss <= np.minimum(found.global_loss, found.local_loss) + 1e-12).all()
    assert list(found.to_frame()["local_weight"]) == [0, 1]


def test_few_labels_cut_the_weight_of_the_own_head():
    labels = np.tile([0, 1], 20)
    said = np.where(labels[:, None] == [0, 1], 0.9, 0.1)
    known = np.where(np.arange(40) < 10, labels, -1)
    found = mix_heads(np.full((40, 2), 0.5), said, known, np.zeros(40))
    assert found.weights[0] == pytest.approx(0.5)
    assert found.labelled.tolist() == [10]


def test_a_class_unknown_to_a_domain_keeps_what_the_global_head_says():
    labels = np.tile([0, 1], 20)
    of_all = np.tile([0.3, 0.3, 0.4], (40, 1))
    own = np.where(labels[:, None] == [0, 1, 2], 0.98, 0.01)
    found = mix_heads(of_all, own, labels, np.zeros(40))
    # calibration moves all rows alike here
    np.testing.assert_allclose(found.probabilities[:, 2], found.probabilities[0, 2])
    assert (found.probabilities[:, :2].argmax(axis=1) == labels).all()


def test_a_domain_without_head_or_label_is_left_to_the_global_head():
    own = np.where((D == "b")[:, None], np.nan, P)
    found = mix_heads(P, own, [0, 1, -1, -1], D)
    assert found.weights[1] == 0
    assert np.isnan(found.mixed_loss[1])
    assert (found.probabilities[2:].argmax(axis=1) == P[2:].argmax(axis=1)).all()


def test_a_row_of_which_nobody_is_sure_gets_no_suggestion():
    found = mix_heads(P, P, Y, D)
    assert (found.suggest(1.0) == -1).all()
    assert (found.suggest([0.0, 1.0]) == np.where(found.probabilities.argmax(axis=1) == 0, 0, -1)).all()
    with pytest.raises(InputError, match="2 of them"):
        found.suggest([0.5, 0.5, 0.5])
    with pytest.raises(InputError, match="probability"):
        found.suggest(1.5)
    with pytest.raises(InputError, match="probability"):
        found.suggest("high")


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"labels": [0, 1]}, InputError, "shape"),
        ({"labels": [0, 1, 2, 0]}, InputError, r"-1\.\.1"),
        ({"labels": [-1, -1, -1, -1]}, NotApplicable, "no labelled row"),
        ({"domain": ["a"]}, InputError, "domain must be of shape"),
        ({"domain": ["a", None, "b", "b"]}, InputError, "1 rows without one"),
        ({"global_probabilities": P * 2}, InputError, "sum 1"),
        ({"local_probabilities": P[:2]}, InputError, "as the global ones are"),
        ({"local_probabilities": P * 2}, InputError, "local_probabilities"),
        ({"local_probabilities": np.where(np.eye(4)[:, :1] > 0, np.nan, P)}, InputError, "1 rows .* 2 of 'a'"),
        ({"global_probabilities": np.ones((4, 1))}, NotApplicable, "two classes"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_cure(change, kind, message):
    arguments = {"global_probabilities": P, "local_probabilities": P, "labels": Y, "domain": D, **change}
    with pytest.raises(kind, match=message) as caught:
        mix_heads(**arguments)
    assert caught.value.hint
