"""The map against umap-learn's own functions, and its promises for few and odd rows."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError, MissingDependencyError
from labelatlas.space import _descent, _kernel, _umap, find_neighbors, layout, prepare_layout
from labelatlas.space._forces import forces
from labelatlas.space._fuzzy import fuzzy_graph, memberships
from labelatlas.space._start import map_scale
from labelatlas.space._target import with_target


@pytest.fixture(scope="module")
def umap_learn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn's import warns that tensorflow is absent
        import umap

        return umap


@pytest.fixture(scope="module")
def digits():
    X = load_digits().data.astype(np.float32)
    return X, find_neighbors(X, 15)


@pytest.fixture(scope="module")
def blobs():
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(3, 6)) * 8)[rng.integers(0, 3, 120)] + rng.normal(size=(120, 6))
    return X, find_neighbors(X, 10)


def test_fuzzy_weights_are_those_of_umap_learn(digits, umap_learn):
    X, neighbors = digits
    with_self = [np.hstack([np.zeros((len(X), 1), part.dtype), part]) for part in neighbors]
    with_self[0][:, 0] = np.arange(len(X))
    reference, _, _ = umap_learn.umap_.fuzzy_simplicial_set(
        X, 16, np.random.RandomState(0), "euclidean", knn_indices=with_self[0], knn_dists=with_self[1]
    )
    difference = abs(fuzzy_graph(neighbors) - reference.tocsr())
    assert difference.max() < 1e-5


def test_fuzzy_weights_of_duplicates_are_those_of_umap_learn(umap_learn):
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(size=(12, 3)), 5, axis=0)
    X[30:] += rng.normal(size=(30, 3)) * 0.1
    neighbors = find_neighbors(X, 7)
    with_self = [np.hstack([np.zeros((len(X), 1), part.dtype), part]) for part in neighbors]
    with_self[0][:, 0] = np.arange(len(X))
    reference, _, _ = umap_learn.umap_.fuzzy_simplicial_set(
        X, 8, np.random.RandomState(0), "euclidean", knn_indices=with_self[0], knn_dists=with_self[1]
    )
    assert abs(fuzzy_graph(neighbors) - reference.tocsr()).max() < 1e-5


def test_making_a_graph_leaves_the_neighbours_alone(blobs):
    _, neighbors = blobs
    before = neighbors.indices.copy()
    fuzzy_graph(neighbors)
    assert (neighbors.indices == before).all()


def test_our_loop_over_epochs_gives_the_bytes_of_umap_learns_own(blobs, monkeypatch):
    X, neighbors = blobs
    ours = layout(X, neighbors, n_epochs=30, engine="umap-learn")
    monkeypatch.setattr(_umap, "load_epoch", lambda: None)
    assert (layout(X, neighbors, n_epochs=30, engine="umap-learn") == ours).all()


def test_another_inner_loop_is_recognised(monkeypatch):
    monkeypatch.setattr(_umap, "_EPOCH_PARAMETERS", ("something", "else"))
    assert _umap.load_epoch.__wrapped__() is None


def test_the_inner_loop_of_the_installed_umap_learn_is_known():
    assert _umap.load_epoch() is not None


def test_digits_are_as_trustworthy_as_with_umap_learns_defaults(digits, umap_learn, monkeypatch):
    X, neighbors = digits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn warns that a seed costs it its threads
        reference = umap_learn.UMAP(random_state=0).fit_transform(X)
    least = trustworthiness(X, reference, n_neighbors=15) - 0.003
    for engine in ("numba", "torch"):
        assert trustworthiness(X, layout(X, neighbors, engine=engine, device="cpu"), n_neighbors=15) >= least
    monkeypatch.setattr(_descent, "_MIN_CHUNK", 14)
    assert trustworthiness(X, layout(X, neighbors), n_neighbors=15) >= least, "rows divided among threads"


@pytest.mark.parametrize("shape", ["long-tailed", "disconnected"])
def test_uneven_data_have_a_map_as_trustworthy_as_umap_learns(shape, umap_learn):
    """Planted groups of 700 to 10 rows, or groups so far apart that no edge joins them, in 20 dimensions."""
    rng = np.random.default_rng(0)
    sizes = np.array([700, 350, 180, 90, 45, 22, 10]) if shape == "long-tailed" else np.full(6, 200)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    apart = 2.0 if shape == "long-tailed" else 60.0
    stretch = rng.normal(size=(len(sizes), 20, 20)) / 4.0
    X = rng.normal(size=(len(sizes), 20))[groups] * apart
    X = (X + np.einsum("nd,nde->ne", rng.normal(size=(len(groups), 20)), stretch[groups])).astype(np.float32)
    neighbors = find_neighbors(X, 15)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn warns that a seed costs it its threads
        reference = umap_learn.UMAP(random_state=0).fit_transform(X)
    least = trustworthiness(X, reference, n_neighbors=15) - 0.005
    xy = layout(X, neighbors)
    assert trustworthiness(X, xy, n_neighbors=15) >= least
    near = find_neighbors(xy, 5).indices
    small = groups >= len(sizes) - 2
    assert (groups[near[small]] == groups[small][:, None]).mean() > 0.95, "small groups are not swallowed"


def test_the_curve_is_the_one_that_umap_learn_fits(umap_learn):
    np.testing.assert_allclose(forces()[:2], umap_learn.umap_.find_ab_params(1.0, 0.1), rtol=1e-4)


def test_tabulated_forces_are_the_gradients_of_the_curve():
    a, b, pull, push = forces()
    squared = 10.0 ** np.linspace(-9, 6, 200)
    places = (squared.astype(np.float32).view(np.int32) >> 16) - ((127 - 40) << 7)
    np.testing.assert_allclose(pull[places], -2 * a * b * squared ** (b - 1) / (1 + a * squared**b), rtol=0.01)
    np.testing.assert_allclose(push[places], 2 * b / ((0.001 + squared) * (1 + a * squared**b)), rtol=0.01)


def test_rows_divided_among_any_number_of_threads_give_the_same_bytes(digits, monkeypatch):
    X, neighbors = digits
    monkeypatch.setattr(_descent, "_MIN_CHUNK", 14)
    maps = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(_descent, "n_threads", lambda n=threads: n)
        maps.append(layout(X, neighbors, n_epochs=60).tobytes())
    assert len(set(maps)) == 1


def test_labels_weaken_edges_as_in_umap_learn(digits, umap_learn):
    graph = fuzzy_graph(digits[1])
    codes = load_digits().target.astype(np.int64)
    codes[::7] = -1
    theirs = umap_learn.umap_.discrete_metric_simplicial_set_intersection(graph.copy().tocoo(), codes, far_dist=5.0)
    assert abs(with_target(graph, codes, 0.5) - theirs.tocsr()).max() < 1e-5


def test_labels_part_what_the_vectors_mix():
    rng = np.random.default_rng(0)
    X, codes = rng.normal(size=(300, 6)), np.arange(300) % 2
    neighbors = find_neighbors(X, 15)

    def purity(xy):
        return (codes[find_neighbors(xy, 10).indices] == codes[:, None]).mean()

    plain, told = layout(X, neighbors), layout(X, neighbors, target=codes, target_weight=0.9)
    assert purity(plain) < 0.7
    assert purity(told) > 0.95


def test_the_scale_of_a_map_is_found_again(digits):
    X, neighbors = digits
    xy = layout(X, neighbors)
    scale = map_scale(xy, neighbors)
    np.testing.assert_allclose(map_scale(xy * 7.0, neighbors) * 7.0, scale, rtol=1e-2)
    own = layout(X, neighbors, start=xy * 7.0, n_epochs=100)
    np.testing.assert_allclose(np.ptp(own, axis=0), np.ptp(xy * 7.0, axis=0), rtol=0.15)


def test_a_map_that_starts_from_an_old_one_stays_aligned_with_it(digits):
    X, neighbors = digits
    old = layout(X[:1500], find_neighbors(X[:1500], 15))
    start = np.vstack([old, np.full((297, 2), np.nan)])
    new = layout(X, neighbors, start=start)
    moved = np.linalg.norm(new[:1500] - old, axis=1)
    assert np.median(moved) < 0.1
    assert trustworthiness(X, new, n_neighbors=15) > 0.98
    fresh = layout(X, neighbors, seed=9)
    assert np.median(np.linalg.norm(fresh[:1500] - old, axis=1)) > np.median(moved)


def test_frames_show_the_map_as_it_forms(blobs):
    shown = []
    for engine in ("numba", "torch", "umap-learn"):
        shown.clear()
        final = layout(*blobs, n_epochs=20, engine=engine, device="cpu", frames=lambda xy: shown.append(xy.copy()))
        assert len(shown) == 20
        assert all(np.abs(xy).max() <= 1.0 + 1e-6 for xy in shown)
        assert (shown[-1] == final).all()


@pytest.mark.parametrize("engine", ["numba", "torch", "umap-learn"])
def test_a_seed_gives_the_same_bytes_and_another_seed_does_not(blobs, engine):
    X, neighbors = blobs
    first, again, other = (layout(X, neighbors, seed=s, n_epochs=40, engine=engine, device="cpu") for s in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_seed_gives_the_same_bytes_in_another_process_with_another_number_of_threads():
    code = (
        "import numpy as np, sys, hashlib\n"
        "from labelatlas.space import find_neighbors, layout\n"
        "import torch; torch.set_num_threads(int(sys.argv[1]))\n"
        "X = np.random.default_rng(0).normal(size=(900, 24)).astype(np.float32)\n"
        "n = find_neighbors(X, 8)\n"
        "print(hashlib.sha256(n.indices.tobytes() + layout(X, n, n_epochs=20).tobytes()).hexdigest())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, threads],
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("n", range(2, 21))
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_few_rows_have_a_finite_map(n, metric):
    X = np.random.default_rng(n).normal(size=(n, 3))
    xy = layout(X, find_neighbors(X, min(15, n - 1), metric=metric), metric=metric, n_epochs=20)
    assert xy.shape == (n, 2)
    assert xy.dtype == np.float32
    assert xy.flags.c_contiguous
    assert np.isfinite(xy).all()
    assert np.abs(xy).max() == 1.0
    np.testing.assert_allclose(xy.max(axis=0) + xy.min(axis=0), 0.0, atol=1e-6)


def test_no_row_and_one_row_have_a_map():
    assert layout(np.zeros((0, 4)), None).shape == (0, 2)
    assert layout(np.full((1, 4), 7.0), None).tolist() == [[0.0, 0.0]]


def test_two_rows_lie_at_the_ends():
    assert sorted(layout(np.array([[0.0], [3.0]]), None).tolist()) == [[-1.0, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize("n", [2, 10, 40])
@pytest.mark.parametrize("value", [0.0, 0.1, 1e30])
def test_equal_rows_lie_at_the_origin(n, value):
    X = np.full((n, 5), value)
    assert (layout(X, find_neighbors(X, min(5, n - 1))) == 0).all()


def test_mostly_equal_rows_have_a_finite_map():
    X = np.zeros((200, 3))
    X[:7] = np.random.default_rng(0).normal(size=(7, 3))
    xy = layout(X, find_neighbors(X, 15), n_epochs=30)
    assert np.isfinite(xy).all()


def test_a_disconnected_graph_has_a_finite_map():
    X = np.repeat(np.eye(4) * 1e3, 30, axis=0) + np.random.default_rng(0).normal(size=(120, 4))
    xy = layout(X, find_neighbors(X, 5), n_epochs=50)
    groups = np.repeat(np.arange(4), 30)
    centres = np.stack([xy[groups == g].mean(axis=0) for g in range(4)])
    assert (np.linalg.norm(xy[:, None] - centres, axis=2).argmin(axis=1) == groups).all()


def test_one_column_has_a_map():
    X = np.arange(50.0)[:, None]
    assert np.isfinite(layout(X, find_neighbors(X, 5), n_epochs=30)).all()


def test_strided_vectors_give_the_map_of_their_copy(blobs):
    X, neighbors = blobs
    wide = np.repeat(X, 2, axis=1)[:, ::2]
    assert (layout(wide, neighbors, n_epochs=20) == layout(X, neighbors, n_epochs=20)).all()


def test_progress_is_told_to_the_end(blobs):
    told = []
    layout(*blobs, n_epochs=30, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (1, 30)
    assert told[-1] == (30, 30)


def test_no_warning_escapes(blobs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prepare_layout()
        layout(*blobs, n_epochs=5)


def test_unusable_input_is_refused_with_its_cure(blobs):
    X, neighbors = blobs
    with pytest.raises(InputError, match=r"Pass find_neighbors\(X, k=15\)"):
        layout(X, None)
    with pytest.raises(InputError, match="same X"):
        layout(X[:50], neighbors)
    with pytest.raises(InputError, match="rows 0 to 119"):
        layout(X, Neighbors(neighbors.indices + 1, neighbors.distances))
    with pytest.raises(InputError, match="n_epochs must be at least 1"):
        layout(X, neighbors, n_epochs=0)
    with pytest.raises(InputError, match="n_epochs must be at least 1, and whole"):
        layout(X, neighbors, n_epochs=2.5)
    with pytest.raises(InputError, match="finite"):
        layout(np.full((3, 2), np.nan), None)
    with pytest.raises(InputError, match="engine must be one of"):
        layout(X, neighbors, engine="tsne")
    with pytest.raises(MissingDependencyError, match="needs the package cuml"):
        layout(X, neighbors, engine="cuml")
    for start in (np.zeros((3, 2)), np.full((120, 2), np.inf), np.full((120, 2), np.nan)):
        with pytest.raises(InputError, match="start must"):
            layout(X, neighbors, start=start)
    with pytest.raises(InputError, match="target must be 120 whole numbers"):
        layout(X, neighbors, target=np.zeros(120))
    with pytest.raises(InputError, match="target_weight must be in"):
        layout(X, neighbors, target=np.zeros(120, dtype=int), target_weight=1.5)


KERNELS = {
    "ours": (_kernel, "move_rows", _descent.load_kernel),
    "umap-learn's": ("umap.layouts", "_nb_optimize_layout_euclidean_single_epoch", _umap.load_epoch),
}


@pytest.fixture(params=KERNELS)
def fresh(request, monkeypatch, umap_learn):
    """A compiled function as in a fresh process: made anew at each call, then loaded."""
    import numba
    import umap.layouts

    module, name, load = KERNELS[request.param]
    module = umap.layouts if module == "umap.layouts" else module
    plain = getattr(module, name).py_func

    def load_anew():
        monkeypatch.setattr(module, name, numba.njit(plain, fastmath=True, nogil=True))
        load.__wrapped__()
        return getattr(module, name)

    return load_anew


def test_compiled_code_is_kept_where_numba_is_told_to_and_found_again(monkeypatch, tmp_path, fresh):
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    hits = []
    for _ in range(2):
        kernel = fresh()
        assert kernel._cache.cache_path.startswith(str(tmp_path))
        hits.append(sum(kernel.stats.cache_hits.values()))
    assert hits == [0, 1]


def test_compiled_code_that_cannot_be_written_costs_a_warning_only(monkeypatch, caplog, fresh):
    from numba.core.caching import FunctionCache

    def refuse(self, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FunctionCache, "load_overload", lambda *_: None)
    monkeypatch.setattr(FunctionCache, "save_overload", refuse)
    kernel = fresh()
    assert "could not keep compiled code" in caplog.text
    assert len(kernel.signatures) == 1


def test_a_map_is_made_when_compiled_code_can_be_kept_nowhere(monkeypatch, fresh):
    def refuse(self):
        raise RuntimeError("cannot cache function: no locator available")

    from numba.core.dispatcher import Dispatcher

    monkeypatch.setattr(Dispatcher, "enable_caching", refuse)
    assert len(fresh().signatures) == 1


@pytest.mark.parametrize("unit", [1e-25, 1e25])
def test_the_unit_of_the_distances_does_not_matter(unit):
    near = find_neighbors(np.random.default_rng(0).normal(size=(200, 5)), 10)
    found = memberships(near.distances * np.float32(unit))
    np.testing.assert_allclose(found, memberships(near.distances), atol=1e-3)


def test_a_graph_may_be_a_plain_pair_of_arrays(blobs):
    X, neighbors = blobs
    assert (layout(X, tuple(neighbors), n_epochs=5) == layout(X, neighbors, n_epochs=5)).all()
