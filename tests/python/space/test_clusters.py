"""Clusters against planted blobs and against the hdbscan library itself."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from labelatlas.exceptions import InputError
from labelatlas.space import default_min_cluster_size, find_clusters

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # hdbscan's own import
    import hdbscan


def blobs(sizes, seed=0, spread=0.05):
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    angle = 2 * np.pi * np.arange(len(sizes)) / len(sizes)
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    shuffled = rng.permutation(len(truth))
    return (centres[truth] + rng.normal(scale=spread, size=(len(truth), 2)))[shuffled], truth[shuffled]


def test_planted_blobs_are_found_and_numbered_by_size():
    xy, truth = blobs([60, 200, 120])
    found = find_clusters(xy)
    assert found.dtype == np.int32
    assert set(found.tolist()) <= {-1, 0, 1, 2}
    kept = found >= 0
    assert kept.mean() > 0.9
    assert (np.array([1, 2, 0])[found[kept]] == truth[kept]).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(3, 30))
def test_the_partition_is_that_of_the_hdbscan_library(seed, size):
    rng = np.random.default_rng(seed)
    xy, _ = blobs(rng.integers(10, 80, size=rng.integers(2, 6)), seed, spread=0.2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn names that are going away
        reference = hdbscan.HDBSCAN(min_cluster_size=size, min_samples=min(5, size)).fit(xy).labels_
    found = find_clusters(xy, min_cluster_size=size)
    assert ((found == -1) == (reference == -1)).all()
    assert adjusted_rand_score(reference, found) == 1.0
    sizes = np.bincount(found[found >= 0])
    assert (np.diff(sizes) <= 0).all()


def test_no_rows_and_fewer_rows_than_a_cluster_are_all_noise():
    assert find_clusters(np.zeros((0, 2))).shape == (0,)
    assert find_clusters(np.zeros((1, 2))).tolist() == [-1]
    assert find_clusters(np.random.default_rng(0).normal(size=(9, 2)), min_cluster_size=10).tolist() == [-1] * 9


@pytest.mark.parametrize("n", range(21))
def test_few_rows_have_clusters_or_noise(n):
    found = find_clusters(np.random.default_rng(n).normal(size=(n, 2)))
    assert found.shape == (n,)
    assert found.min(initial=0) >= -1


@pytest.mark.parametrize("n", [5, 6, 20, 300])
def test_rows_at_one_place_are_one_cluster(n):
    assert find_clusters(np.full((n, 2), 0.25)).tolist() == [0] * n


def test_many_duplicates_are_clustered():
    xy = np.repeat([[0.0, 0.0], [1.0, 1.0]], [50, 30], axis=0)
    assert find_clusters(xy).tolist() == [0] * 50 + [1] * 30


def test_equal_sizes_are_ordered_by_their_first_row():
    xy = np.repeat([[5.0, 5.0], [0.0, 0.0]], 20, axis=0) + np.random.default_rng(0).normal(scale=0.01, size=(40, 2))
    found = find_clusters(xy)
    assert found[0] == 0
    assert found[-1] == 1


def test_strided_places_give_the_clusters_of_their_copy():
    xy, _ = blobs([50, 40])
    wide = np.repeat(xy, 2, axis=1)[:, ::2]
    assert (find_clusters(wide) == find_clusters(xy)).all()


def test_no_warning_escapes():
    xy, _ = blobs([50, 40])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        find_clusters(xy)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_rows_that_are_not_finite_are_refused_by_name(bad):
    xy = np.zeros((30, 2))
    xy[[0, 7]] = bad
    with pytest.raises(InputError, match=r"2 row\(s\) instead: 0, 7"):
        find_clusters(xy)


def test_wrong_shapes_and_sizes_are_refused():
    with pytest.raises(InputError, match="2 column"):
        find_clusters(np.zeros((5, 3)))
    with pytest.raises(InputError, match="min_cluster_size must be at least 2"):
        find_clusters(np.zeros((5, 2)), min_cluster_size=1)


def test_the_default_size_is_a_hundredth_within_bounds():
    assert [default_min_cluster_size(n) for n in (0, 499, 600, 20_000, 10**6)] == [5, 5, 6, 200, 200]
