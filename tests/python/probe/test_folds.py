"""Folds: stratified, group-disjoint, decided by the seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.probe._folds import assign_folds


@given(st.lists(st.integers(0, 4), min_size=2, max_size=80), st.integers(2, 7), st.integers(0, 3))
def test_every_class_is_spread_as_evenly_as_its_size_allows(codes, folds, seed):
    codes = np.asarray(codes, dtype=np.int32)
    fold = assign_folds(codes, folds=folds, seed=seed)
    used = min(folds, len(codes))
    assert set(fold.tolist()) == set(range(used))
    for code in np.unique(codes):
        sizes = np.bincount(fold[codes == code], minlength=used)
        assert sizes.max() - sizes.min() <= 1


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=4, max_size=80), st.integers(0, 3))
def test_rows_of_one_group_share_a_fold(pairs, seed):
    codes = np.asarray([code for code, _ in pairs], dtype=np.int32)
    groups = np.asarray([group for _, group in pairs], dtype=np.int64)
    if len(set(groups.tolist())) < 2:
        return
    fold = assign_folds(codes, folds=3, seed=seed, groups=groups)
    assert all(len(set(fold[groups == group].tolist())) == 1 for group in groups)
    assert set(fold.tolist()) == set(range(min(3, len(set(groups.tolist())))))


def test_groups_of_equal_make_are_dealt_so_that_folds_are_alike():
    groups = np.repeat(np.arange(40), 5)
    codes = np.tile(np.arange(5), 40).astype(np.int32)
    fold = assign_folds(codes, folds=4, seed=0, groups=groups)
    assert np.bincount(fold).tolist() == [50, 50, 50, 50]


def test_the_same_seed_gives_the_same_folds_and_another_seed_others():
    codes = np.tile([0, 1], 50).astype(np.int32)
    first, again, other = (assign_folds(codes, folds=5, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_one_fold_is_refused_with_the_cure():
    with pytest.raises(InputError, match=r"folds must be at least 2\. Got 1"):
        assign_folds(np.array([0, 1], dtype=np.int32), folds=1, seed=0)


def test_one_group_cannot_be_split():
    with pytest.raises(NotApplicable, match="2 different groups"):
        assign_folds(np.array([0, 1], dtype=np.int32), folds=2, seed=0, groups=np.zeros(2, dtype=np.int64))
