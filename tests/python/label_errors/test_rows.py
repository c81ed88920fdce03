"""The row checks in one go: each against something planted, or against brute force."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.label_errors import check_rows


def neighbors_of(points, k=10):
    distances, indices = NearestNeighbors(n_neighbors=k).fit(points).kneighbors()
    return Neighbors(indices.astype(np.int32), distances.astype(np.float32))


def world(n=900, seed=0, *, shuffled=True):
    random = generator(seed, 5)
    truth = np.arange(n) * 3 // n
    if shuffled:
        truth = random.permutation(truth)
    points = 6 * np.eye(3)[truth] + random.normal(size=(n, 3))
    points[:5] = 40 * random.normal(size=(5, 3))  # nothing is near them
    points[10:13] = points[20] + 1e-5 * random.normal(size=(3, 3))
    p = np.exp(4 * np.eye(3)[truth] + random.normal(size=(n, 3)))
    groups = random.choice(["ann", "bob", "cy"], n)
    wrong = random.random(n) < np.where(groups == "bob", 0.3, 0.03)
    labels = np.where(wrong, (truth + 1) % 3, truth)
    return labels, p / p.sum(axis=1, keepdims=True), points, groups, wrong


def test_planted_outliers_are_found_and_few_others():
    labels, p, points, _, _ = world()
    found = check_rows(labels, p, neighbors_of(points))
    assert found.outlier[:5].all()
    assert found.outlier.mean() < 0.05
    factor = -LocalOutlierFactor(n_neighbors=10).fit(points).negative_outlier_factor_
    assert np.corrcoef(np.argsort(np.argsort(factor)), np.argsort(np.argsort(found.distance_ratio)))[0, 1] > 0.6


def test_near_duplicates_are_one_set_and_other_rows_in_none():
    labels, p, points, _, _ = world()
    sets = check_rows(labels, p, neighbors_of(points)).duplicate_set
    assert len({*sets[[10, 11, 12, 20]].tolist()}) == 1
    assert sets[10] >= 0
    assert (sets[30:] >= 0).sum() < 10


def test_the_careless_group_stands_out_and_is_named():
    labels, p, points, groups, _ = world()
    lines = check_rows(labels, p, neighbors_of(points), groups=groups).groups.to_frame()
    assert lines["group"].iloc[0] == "bob"
    assert lines["stands_out"].tolist()[0]
    assert lines["share"].iloc[0] == pytest.approx(0.3, abs=0.08)


def test_groups_that_do_not_matter_rarely_stand_out():
    out = 0
    for seed in range(20):
        labels, p, points, _, _ = world(seed=seed, n=300)
        strangers = generator(seed, 6).integers(0, 5, 300)
        out += check_rows(labels, p, neighbors_of(points), groups=strangers).groups.stands_out.any()
    assert out <= 4


def test_a_table_sorted_by_what_it_holds_is_seen_and_a_shuffled_one_is_not():
    sorted_, shuffled = world(shuffled=False), world(shuffled=True)
    assert check_rows(*sorted_[:2], neighbors_of(sorted_[2])).order_p < 1e-6
    assert check_rows(*shuffled[:2], neighbors_of(shuffled[2])).order_p > 0.001


def test_the_lines_are_one_for_each_row_in_their_order():
    labels, p, points, _, _ = world(n=90)
    found = check_rows(labels, p, neighbors_of(points), keys=[f"k{i}" for i in range(90)])
    lines = found.to_frame()
    assert lines["key"].tolist()[:2] == ["k0", "k1"]
    assert found.groups is None
    assert (lines["suspicion"] == found.errors.suspicion).all()


def test_rows_on_top_of_one_another_and_rows_without_neighbours():
    labels, p = np.array([0, 1, 0, 1]), np.full((4, 2), 0.5)
    found = check_rows(labels, p, neighbors_of(np.zeros((4, 2)), k=2))
    assert not found.outlier.any()
    assert (found.distance_ratio == 1).all()
    nobody = Neighbors(np.zeros((4, 0), dtype=np.int32), np.zeros((4, 0), dtype=np.float32))
    with pytest.raises(InputError, match="needs a neighbour"):
        check_rows(labels, p, nobody)


def test_groups_that_are_dates_are_named_as_dates():
    labels, p, points, _, _ = world(n=300)
    days = np.array(["2026-01-31", "2026-02-01", "NaT"], dtype="datetime64[ns]")[np.arange(300) % 3]
    found = check_rows(labels, p, neighbors_of(points), groups=days).groups
    assert found is not None
    assert set(found.names) == {dt.datetime.fromisoformat("2026-01-31"), dt.datetime.fromisoformat("2026-02-01")}
