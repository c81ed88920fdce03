"""Nearest neighbours against brute force in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labelatlas.exceptions import InputError
from labelatlas.space import (
    _both_ways,
    _cells,
    _half,
    _memory,
    _neighbors,
    _tiles,
    _tree,
    find_neighbors,
    search_neighbors,
)


def brute_force(X, k, metric):
    """Return all distances (n, n) in float64 by the definition, and the k nearest with ties to the lower row."""
    rows = np.asarray(X, dtype=np.float64)
    n = len(rows)
    distances = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            if metric == "euclidean":
                distances[i, j] = np.sqrt(((rows[i] - rows[j]) ** 2).sum())
            else:
                a, b = np.linalg.norm(rows[i]), np.linalg.norm(rows[j])
                zeros = int(a == 0) + int(b == 0)
                distances[i, j] = float(zeros == 1) if zeros else 1.0 - rows[i] @ rows[j] / (a * b)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return distances, nearest


def assert_exact(X, k, metric, tolerance=1e-6):
    distances, nearest = brute_force(X, k, metric)
    found = find_neighbors(X, k, metric=metric, device="cpu")
    rows = np.arange(len(X))[:, None]
    assert found.indices.shape == (len(X), k)
    assert found.indices.dtype == np.int32
    assert found.distances.dtype == np.float32
    assert (found.indices != rows).all()
    assert all(len(set(row)) == k for row in found.indices.tolist())
    assert (np.diff(found.distances, axis=1) >= 0).all()
    scale = max(1.0, float(np.abs(np.asarray(X, dtype=np.float64)).max())) if metric == "euclidean" else 1.0
    np.testing.assert_allclose(found.distances, distances[rows, nearest], rtol=1e-5, atol=tolerance * scale)
    np.testing.assert_allclose(found.distances, distances[rows, found.indices], rtol=1e-5, atol=tolerance * scale)
    return found


@st.composite
def small_matrices(draw):
    n, d = draw(st.integers(2, 24)), draw(st.integers(1, 6))
    values = draw(arrays(np.float64, (n, d), elements=st.integers(-4, 4).map(float) | st.floats(-50, 50, width=32)))
    copies = draw(st.lists(st.integers(0, n - 1), max_size=8))
    zeros = draw(st.lists(st.integers(0, n - 1), max_size=3))
    values[zeros] = 0.0
    return np.vstack([values, values[copies]])


@settings(max_examples=60, deadline=None)
@given(X=small_matrices(), k=st.integers(1, 12), metric=st.sampled_from(["euclidean", "cosine"]))
def test_matches_brute_force_with_duplicates_and_zero_vectors(X, k, metric):
    assert_exact(X, min(k, len(X) - 1), metric)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), metric=st.sampled_from(["euclidean", "cosine"]))
def test_matches_brute_force_when_tiles_and_groups_are_many(seed, metric):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(230, 3)) + (rng.random((230, 3)) < 0.5) * rng.normal(size=(230, 3))
    X = np.hstack([X, np.zeros((230, 4))])  # too many columns for a tree
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_neighbors, "MAX_CANDIDATES", 0)
        patch.setattr(_neighbors, "_TILE_COLUMNS", 100)
        patch.setattr(_neighbors, "_TILE_VALUES", {"cpu": 3000, "cuda": 3000})
        patch.setattr(_neighbors, "GROUP", 4)
        patch.setattr(_tiles, "GROUP", 4)
        patch.setattr(_neighbors, "_SPARE", 2)
        assert_exact(X, 5, metric)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), metric=st.sampled_from(["euclidean", "cosine"]), k=st.integers(1, 9))
def test_tiles_read_from_both_sides_match_brute_force(seed, metric, k):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(160, 7)) + 5 * np.sort(rng.integers(0, 6, 160))[:, None]
    X[:40] = X[0]  # more equal rows than a row holds
    X[40:60] *= 100
    X[60:90] = rng.integers(0, 2, size=(30, 7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_both_ways, "_SIDE", 24)
        patch.setattr(_both_ways, "_SPARE", 3)
        patch.setattr(_both_ways, "_TILES", 2)
        patch.setattr(_both_ways, "_MERGED", 5)
        assert_exact(X, k, metric)


def test_more_neighbours_than_a_tile_is_sure_to_hold():
    assert_exact(np.random.default_rng(6).normal(size=(300, 7)), 130, "euclidean")


def test_rows_all_but_equal_do_not_underbid_each_other_by_rounding():
    rng = np.random.default_rng(7)
    rows = torch.from_numpy((rng.normal(size=50) + 1e-7 * rng.normal(size=(1024, 50))).astype(np.float32))
    tiles, held = _both_ways._Tiles(rows, (rows * rows).sum(dim=1)), _both_ways._Held(1024, 5)
    for edge in tiles.edges:
        held.begin(edge[0], tiles.diagonal(*edge, 5))
    first, second = tiles.edges
    assert (tiles._tile(first, second) < 0).any()
    assert tiles.below(first, [second], held.limits)[1].size == 0


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    d=st.integers(1, 5),
    side=st.integers(1, 8),
    metric=st.sampled_from(["euclidean", "cosine"]),
)
def test_few_columns_match_brute_force_with_crowds_lattices_and_blocks(seed, d, side, metric):
    rng = np.random.default_rng(seed)
    X = rng.integers(0, side, size=(150, d)).astype(np.float64)
    X[:20] += rng.normal(size=(20, d)) * 1e-3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_tree, "_BLOCK", 40)
        patch.setattr(_tree, "_SPARE", 1)
        patch.setattr(_tree, "_MOST_ASKED", 3)
        patch.setattr(_tree, "_CANDIDATES", 500)
        patch.setattr(_tree, "_CROWD", int(rng.choice([2, 16])))
        found = assert_exact(X, 5, metric)
    if metric == "euclidean":
        assert (found.indices == brute_force(X, 5, metric)[1]).all(), "ties go to the lower row"


def test_few_columns_far_from_the_origin_are_resolved():
    rng = np.random.default_rng(1)
    X = np.repeat(rng.normal(size=(3, 2)) * 1e6, 40, axis=0) + rng.normal(size=(120, 2)) * 1e-3
    assert_exact(X, 6, "euclidean", tolerance=1e-14)


def test_ties_go_to_the_lower_row_however_many_there_are():
    X = np.tile(np.array([[0.0, 1.0], [5.0, 5.0], [2.0, -1.0]]), (200, 1))
    found = find_neighbors(X, 4)
    assert (found.distances == 0).all()
    for i in (0, 1, 2, 300, 599):
        same = [j for j in range(i % 3, 600, 3) if j != i][:4]
        assert found.indices[i].tolist() == same


def test_lattice_ties_go_to_the_lower_row():
    X = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), axis=-1).reshape(-1, 2)
    _, nearest = brute_force(X, 4, "euclidean")
    assert (find_neighbors(X, 4).indices == nearest).all()


def test_duplicates_are_at_exactly_zero_far_from_the_origin():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 20)).astype(np.float32) + 1e4
    X[150:] = X[:150]
    found = find_neighbors(X, 3)
    assert (found.distances[:, 0] == 0).all()
    assert (found.indices[:150, 0] == np.arange(150, 300)).all()
    assert (found.distances[:, 1] > 0).all()


def test_tight_groups_far_apart_are_resolved_where_float32_products_cannot():
    rng = np.random.default_rng(1)
    X = np.repeat(rng.normal(size=(3, 8)) * 1e6, 40, axis=0) + rng.normal(size=(120, 8)) * 1e-3
    assert_exact(X, 6, "euclidean", tolerance=1e-14)


def test_zero_vectors_have_a_cosine_direction_of_their_own():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [-1.0, 0.0]])
    found = find_neighbors(X, 3, metric="cosine")
    assert found.indices[0].tolist() == [2, 1, 3]
    assert found.distances[0].tolist() == [0.0, 1.0, 1.0]
    assert found.distances[1].tolist() == [1.0, 1.0, 2.0]


def test_cosine_does_not_depend_on_length():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(60, 4))
    lengths = 10.0 ** rng.integers(-200, 150, size=(60, 1))
    plain, stretched = (find_neighbors(Z, 5, metric="cosine") for Z in (X, X * lengths))
    np.testing.assert_allclose(plain.distances, stretched.distances, atol=1e-6)
    assert (plain.indices == stretched.indices).all()


@pytest.mark.parametrize("n", [2, 3])
def test_two_and_three_rows_have_neighbours(n):
    assert_exact(np.arange(n)[:, None] ** 2, n - 1, "euclidean")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "uint8", "bool"])
def test_any_real_dtype_is_taken(dtype):
    X = np.random.default_rng(3).integers(0, 2, size=(40, 7)).astype(dtype)
    assert_exact(X, 4, "euclidean")


def test_strided_and_fortran_arrays_give_what_their_copies_give():
    base = np.random.default_rng(4).normal(size=(80, 12))
    for view in (base[::2, ::3], np.asfortranarray(base), base[::-1]):
        ours, theirs = find_neighbors(view, 5), find_neighbors(view.copy(order="C"), 5)
        assert (ours.indices == theirs.indices).all()
        assert (ours.distances == theirs.distances).all()


def test_the_input_is_left_alone():
    X = np.random.default_rng(5).normal(size=(30, 3))
    before = X.copy()
    find_neighbors(X, 3, metric="cosine")
    assert (before == X).all()


@pytest.mark.parametrize("X", [np.arange(10.0)[:, None], np.random.default_rng(8).normal(size=(1100, 7))])
def test_progress_ends_at_the_number_of_rows(X):
    told = []
    find_neighbors(X, 2, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(X), len(X))
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("X", "k", "words"),
    [
        (np.zeros((0, 3)), 1, r"k must be below the number of rows\. Got k=1 for 0 row"),
        (np.zeros((1, 3)), 1, "at least 2 rows are needed"),
        (np.zeros((4, 3)), 4, r"Pass k=3 or less"),
        (np.zeros((4, 3)), 0, "whole number of at least 1"),
        (np.zeros((4, 3)), 1.5, "whole number of at least 1"),
        (np.zeros((4, 3)), True, "whole number of at least 1"),
        (np.zeros(4), 1, "2-D array"),
        (np.zeros((4, 0)), 1, "at least 1 column"),
        (np.array([["a"], ["b"]]), 1, "real numbers"),
        ([[1.0], [1.0, 2.0]], 1, "2-D array, one row per point. It cannot be made one"),
        (np.array([[1.0], [np.nan], [np.inf]]), 1, r"2 row\(s\) instead: 1, 2"),
    ],
)
def test_unusable_input_is_refused_with_its_cure(X, k, words):
    with pytest.raises(InputError, match=words):
        find_neighbors(X, k)


def test_unknown_words_are_refused():
    with pytest.raises(InputError, match="metric must be one of"):
        find_neighbors(np.eye(3), 1, metric="manhattan")
    with pytest.raises(InputError, match="device must be one of"):
        find_neighbors(np.eye(3), 1, device="tpu")


@pytest.fixture(scope="module")
def groups():
    """20 planted groups in 12 dimensions, with duplicates and a heap of equal rows."""
    rng = np.random.default_rng(7)
    X = (rng.normal(size=(20, 12)) * 3)[rng.integers(0, 20, 6000)] + rng.normal(size=(6000, 12))
    X[:300] = X[300:600]
    X[5000:5200] = X[5000]
    return X.astype(np.float32)


def share_found(found, X, k):
    """Return the share of neighbours as near as the true ones, and check that distances are those of the rows named."""
    true = find_neighbors(X, k)
    rows = np.arange(len(X))[:, None]
    assert (found.indices != rows).all()
    assert all(len(set(row)) == k for row in found.indices.tolist())
    assert (np.diff(found.distances, axis=1) >= 0).all()
    measured = np.linalg.norm(X[rows].astype(np.float64) - X[found.indices], axis=2)
    np.testing.assert_allclose(found.distances, measured, rtol=1e-4, atol=1e-5)
    return (found.distances <= true.distances[:, -1:] * (1 + 1e-6)).mean()


def test_few_pairs_suffice_for_almost_all_neighbours_and_the_recall_is_told(groups):
    found, recall = search_neighbors(groups, 10, exact=False, device="cpu")
    share = share_found(found, groups, 10)
    assert share > 0.99
    assert abs(recall - share) < 0.005
    again, _ = search_neighbors(groups, 10, exact=False, device="cpu")
    assert again.indices.tobytes() == found.indices.tobytes()


def test_where_cells_do_not_help_all_pairs_are_compared():
    X = np.random.default_rng(0).normal(size=(900, 200))
    found, recall = search_neighbors(X, 5, exact=False)
    assert recall == 1.0
    assert (found.indices == find_neighbors(X, 5).indices).all()


def test_most_rows_equal_are_answered_without_all_pairs_or_with_them():
    X = np.zeros((3000, 8))
    X[:40] = np.random.default_rng(0).normal(size=(40, 8))
    found, recall = search_neighbors(X, 5, exact=False, device="cpu")
    assert recall > 0.99
    assert share_found(found, X, 5) > 0.99


def test_up_to_30000_rows_all_pairs_are_compared_unless_told_otherwise(groups):
    found, recall = search_neighbors(groups[:800], 10)
    assert recall == 1.0
    assert (found.indices == find_neighbors(groups[:800], 10).indices).all()


def test_half_precision_nominates_and_float32_decides(groups, monkeypatch):
    monkeypatch.setattr(_half, "_COLUMNS", 1000)
    answer = _half.half_search(groups, 10, "cpu", None)
    true = find_neighbors(groups, 10)
    assert (answer.squared <= true.distances[:, -1:].astype(np.float64) ** 2 * (1 + 1e-5)).mean() > 0.995
    assert abs(answer.recall - 1.0) < 0.005
    assert (answer.indices != np.arange(len(groups))[:, None]).all()


def test_tiles_are_halved_when_memory_is_short_and_the_cpu_is_the_last_resort(groups, monkeypatch, caplog):
    import torch

    whole, sizes = _half._answer, []

    def short(rows, half, norms, start, stop, k, most=500):
        sizes.append(stop - start)
        if stop - start > most:
            raise torch.OutOfMemoryError("out of memory")
        return whole(rows, half, norms, start, stop, k)

    monkeypatch.setattr(_half, "_answer", short)
    answer = _half.half_search(groups[:3000], 5, "cpu", None)
    assert sizes[:4] == [3000, 1500, 750, 375]
    assert answer.recall > 0.99
    monkeypatch.setattr(_half, "_answer", lambda *args: short(*args, most=0))
    assert _half.half_search(groups[:3000], 5, "cpu", None) is None
    assert "too little memory" in caplog.text


def test_the_estimated_recall_sees_what_is_missing(groups, monkeypatch):
    monkeypatch.setattr(_cells, "RECALL", 0.5)
    found, recall = search_neighbors(groups, 10, exact=False, device="cpu")
    assert recall < 0.99
    assert abs(recall - share_found(found, groups, 10)) < 0.03


def test_what_does_not_fit_on_the_gpu_is_done_on_the_cpu_with_a_warning(groups, monkeypatch, caplog):
    import torch

    whole, places = _neighbors._search, []

    def search(points, k, device, progress):
        places.append(device)
        if device == "cuda":
            raise torch.OutOfMemoryError("1 GB more than there is")
        return whole(points, k, device, progress)

    monkeypatch.setattr(_neighbors, "_search", search)
    monkeypatch.setattr(_neighbors, "resolve_device", lambda _: "cuda")
    found = find_neighbors(groups[:500], 5)
    assert places == ["cuda", "cpu"]
    assert "too little memory for the neighbour search, which the CPU does instead: 1 GB" in caplog.text
    monkeypatch.undo()
    assert (found.indices == find_neighbors(groups[:500], 5).indices).all()


def test_another_failure_on_the_gpu_comes_through():
    def fails(place):
        raise RuntimeError(place)

    with pytest.raises(RuntimeError, match="cuda"):
        _memory.or_on_cpu(fails, "cuda", "test")
