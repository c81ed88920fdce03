"""Clusters against planted blobs and against the hdbscan library itself."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from labelatlas.exceptions import InputError
from labelatlas.space import (
    _clusters,
    _clusters_of_graph,
    _spanning,
    absorb_noise,
    default_min_cluster_size,
    find_clusters,
    find_neighbors,
    grow_clusters,
    grow_clusters_of_graph,
    grow_clusters_of_vectors,
)

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
    with pytest.raises(InputError, match="min_cluster_size must be at least 2, and whole"):
        find_clusters(np.zeros((5, 2)), min_cluster_size="5")
    with pytest.raises(InputError, match="clusters must be 5 whole numbers"):
        absorb_noise(["a"] * 5, np.zeros((5, 2)))


def test_the_default_size_is_a_hundredth_within_bounds():
    assert [default_min_cluster_size(n) for n in (0, 499, 600, 20_000, 10**6)] == [5, 5, 6, 200, 200]


@pytest.mark.parametrize("seed", range(50))
def test_cuts_and_strengths_are_those_of_the_hdbscan_library(seed):
    rng = np.random.default_rng(seed)
    xy, _ = blobs(rng.integers(8, 90, size=rng.integers(2, 7)), seed, spread=rng.choice([0.05, 0.2, 0.4]))
    size = int(rng.integers(3, 15))
    tree = grow_clusters(xy, min_cluster_size=size)
    for method in ("eom", "leaf"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reference = hdbscan.HDBSCAN(
                min_cluster_size=size, min_samples=min(5, size), cluster_selection_method=method
            ).fit(xy)
        found = tree.cut(method)
        assert ((found == -1) == (reference.labels_ == -1)).all()
        assert adjusted_rand_score(reference.labels_, found) == 1.0
        np.testing.assert_allclose(tree.strength(method), reference.probabilities_, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_along_all_edges_the_graph_has_the_librarys_spanning_tree(seed):
    xy, _ = blobs([30, 50, 20], seed, spread=0.4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = hdbscan.HDBSCAN(min_cluster_size=5, min_samples=5, gen_min_span_tree=True).fit(xy)
    theirs = np.sort(reference.minimum_spanning_tree_.to_numpy()[:, 2])
    edges, n_parts = _clusters_of_graph._spanning_edges(find_neighbors(xy, len(xy) - 1), 5)
    assert n_parts == 1
    np.testing.assert_allclose(edges[:, 2], theirs, rtol=1e-5)  # which edges is open where reachabilities tie


@pytest.mark.parametrize("seed", range(50))
def test_in_the_original_space_the_partition_is_that_of_the_hdbscan_library(seed):
    rng = np.random.default_rng(seed)
    d, metric = int(rng.integers(3, 30)), ("euclidean", "cosine")[seed % 2]
    truth = rng.integers(0, rng.integers(2, 6), 200)
    rows = (rng.normal(size=(6, d)) * 1.5)[truth] + rng.normal(size=(200, d)) * 0.4
    compared = rows if metric == "euclidean" else rows / np.linalg.norm(rows, axis=1, keepdims=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = {"algorithm": "generic"}, {"algorithm": "prims_kdtree"}, {"approx_min_span_tree": False}
        references = [
            hdbscan.HDBSCAN(min_cluster_size=8, min_samples=5, **way).fit(compared).labels_ for way in ({}, *exact)
        ]
    found = grow_clusters_of_vectors(rows, metric=metric, min_cluster_size=8).cut()
    # Many edges are equally long, and the library's own ways divide differently there, about one data set in a hundred.
    assert any(
        adjusted_rand_score(reference, found) == 1.0 and ((found == -1) == (reference == -1)).all()
        for reference in references
    )


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("crowded", [False, True])
def test_the_tree_in_many_dimensions_is_as_short_as_that_of_the_hdbscan_library(seed, crowded, monkeypatch):
    monkeypatch.setattr(_spanning, "_NEIGHBORS", 5)  # so that neighbours do not suffice, and the tiles are asked
    monkeypatch.setattr(_spanning, "_BLOCK", 64)
    rng = np.random.default_rng(seed)
    d = int(rng.integers(6, 80))
    rows = (rng.normal(size=(6, d)) * 3.0)[rng.integers(0, 6, 300)] + rng.normal(size=(300, d)) * 0.4
    rows[:40] = rows[0] if crowded else rows[:40]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = hdbscan.HDBSCAN(
            min_samples=5, algorithm="boruvka_kdtree", approx_min_span_tree=False, gen_min_span_tree=True
        ).fit(rows)
    theirs = np.sort(fitted.minimum_spanning_tree_.to_numpy()[:, 2])
    edges = _spanning.spanning_edges(rows, 5)
    assert np.allclose(edges[:, 2], theirs, rtol=1e-9, atol=1e-9)
    links = scipy.sparse.coo_matrix((np.ones(299), edges[:, :2].astype(int).T), shape=(300, 300))
    assert scipy.sparse.csgraph.connected_components(links, directed=False)[0] == 1


def test_identical_vectors_and_zero_vectors_do_not_crash_and_belong_together():
    rng = np.random.default_rng(0)
    rows = np.concatenate([np.zeros((30, 8)), np.repeat(rng.normal(size=(1, 8)), 40, axis=0), rng.normal(size=(30, 8))])
    for metric in ("euclidean", "cosine"):
        found = grow_clusters_of_vectors(rows, metric=metric, min_cluster_size=10).cut("leaf")
        assert len(set(found[:30])) == len(set(found[30:70])) == 1
        assert found[0] != found[30]
        assert grow_clusters_of_vectors(np.ones((20, 8)), metric=metric).cut().tolist() == [0] * 20
        assert grow_clusters_of_vectors(np.ones((2, 8)), metric=metric).cut().tolist() == [-1, -1]
    with pytest.raises(InputError, match="metric"):
        grow_clusters_of_vectors(rows, metric="manhattan")
    with pytest.raises(InputError, match="finite"):
        grow_clusters_of_vectors(np.full((9, 3), np.nan))


def test_a_sample_stands_for_very_many_vectors(monkeypatch):
    monkeypatch.setattr(_clusters, "_MOST_ROWS", 300)
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], [500, 300, 200])
    rows = np.eye(3, 9)[truth] * 9 + rng.normal(size=(1000, 9))
    found = grow_clusters_of_vectors(rows).cut(3)
    assert (found[found >= 0] == truth[found >= 0]).mean() > 0.98
    assert (absorb_noise(found, rows) == truth).mean() > 0.98


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 7])
def test_a_number_of_clusters_is_had_and_more_rows_than_it_parts_stay_together(k):
    xy, truth = blobs([200, 160, 120, 90, 60], spread=0.08)
    tree = grow_clusters(xy, min_cluster_size=10)
    found = tree.cut(k)
    assert len(set(found[found >= 0])) == min(k, tree.n_leaves)
    if k == 5:
        kept = found >= 0
        assert adjusted_rand_score(truth[kept], found[kept]) > 0.99


def test_raising_the_number_of_clusters_only_divides():
    xy = np.random.default_rng(3).normal(size=(800, 2))
    tree = grow_clusters(xy, min_cluster_size=8)
    before = tree.cut(1)
    for k in range(2, tree.n_leaves + 1):
        after = tree.cut(k)
        inside = after >= 0
        pairs = set(zip(after[inside].tolist(), before[inside].tolist(), strict=True))
        assert len(pairs) == len(set(after[inside].tolist())), "each cluster lies within one of the level above"
        before = after


def test_unknown_levels_are_refused():
    tree = grow_clusters(np.random.default_rng(0).normal(size=(40, 2)))
    for level in ("best", 0, -1, True, 1.5):
        with pytest.raises(InputError, match="level must be"):
            tree.cut(level)


def test_noise_goes_to_the_nearest_cluster():
    xy, _ = blobs([60, 60], spread=0.3)
    found = grow_clusters(xy, min_cluster_size=8).cut("leaf")
    whole = absorb_noise(found, xy)
    assert (whole[found >= 0] == found[found >= 0]).all()
    assert (whole >= 0).all()
    for row in np.flatnonzero(found < 0):
        distance = np.linalg.norm(xy - xy[row], axis=1)
        distance[found < 0] = np.inf
        assert whole[row] == found[distance.argmin()]
    assert absorb_noise(np.full(5, -1), np.zeros((5, 2))).tolist() == [-1] * 5


@pytest.mark.parametrize("copies", [2, 30])
def test_many_identical_points_do_not_crash_and_belong_together(copies):
    rng = np.random.default_rng(0)
    places = np.repeat(rng.normal(size=(12, 2)), copies, axis=0)
    for tree in (grow_clusters(places), grow_clusters_of_graph(find_neighbors(places, 10))):
        for level in ("eom", "leaf", 3):
            found = tree.cut(level)
            strength = tree.strength(level)
            assert np.isfinite(strength).all()
            assert (found.reshape(12, copies) == found.reshape(12, copies)[:, :1]).all()


def test_parts_that_no_edge_joins_are_clusters_of_their_own():
    X = np.repeat(np.eye(4) * 1e3, 30, axis=0) + np.random.default_rng(0).normal(size=(120, 4))
    found = grow_clusters_of_graph(find_neighbors(X, 5), min_cluster_size=10).cut(4)
    kept = found >= 0
    assert kept.mean() > 0.9
    assert adjusted_rand_score(np.repeat(np.arange(4), 30)[kept], found[kept]) == 1.0


def test_a_sample_stands_for_very_many_rows(monkeypatch):
    monkeypatch.setattr(_clusters, "_MOST_ROWS", 500)
    xy, truth = blobs([600, 400, 300], spread=0.1)
    found = grow_clusters(xy).cut(3)
    assert len(found) == 1300
    kept = found >= 0
    assert kept.mean() > 0.8
    assert adjusted_rand_score(truth[kept], found[kept]) > 0.99


@pytest.mark.parametrize("columns", [2, 8])
def test_growing_stops_when_told_to_and_says_how_far_it_is(columns):
    rows = np.random.default_rng(0).normal(size=(40_000 if columns == 2 else 600, columns))
    grow = grow_clusters if columns == 2 else grow_clusters_of_vectors
    told = []
    grow(rows, progress=told.append)
    assert told == sorted(told)
    assert len(told) >= 3
    assert 0.0 < told[0] < told[-1] <= 1.0

    def stop(part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grow(rows, progress=stop)
