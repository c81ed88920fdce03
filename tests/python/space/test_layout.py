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
from labelatlas.exceptions import InputError
from labelatlas.space import _umap, find_neighbors, layout, prepare_layout
from labelatlas.space._fuzzy import fuzzy_graph


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
    ours = layout(X, neighbors, n_epochs=30)
    monkeypatch.setattr(_umap, "load_epoch", lambda: None)
    assert (layout(X, neighbors, n_epochs=30) == ours).all()


def test_another_inner_loop_is_recognised(monkeypatch):
    monkeypatch.setattr(_umap, "_EPOCH_PARAMETERS", ("something", "else"))
    assert _umap.load_epoch.__wrapped__() is None


def test_the_inner_loop_of_the_installed_umap_learn_is_known():
    assert _umap.load_epoch() is not None


def test_digits_are_as_trustworthy_as_with_umap_learns_defaults(digits, umap_learn):
    X, neighbors = digits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn warns that a seed costs it its threads
        reference = umap_learn.UMAP(random_state=0).fit_transform(X)
    ours = layout(X, neighbors)
    assert trustworthiness(X, ours, n_neighbors=15) >= trustworthiness(X, reference, n_neighbors=15) - 0.003


def test_a_seed_gives_the_same_bytes_and_another_seed_does_not(blobs):
    X, neighbors = blobs
    first, again, other = (layout(X, neighbors, seed=seed, n_epochs=40) for seed in (3, 3, 4))
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
    with pytest.raises(InputError, match="finite"):
        layout(np.full((3, 2), np.nan), None)


def test_compiled_code_is_kept_where_numba_is_told_to_and_found_again(monkeypatch, tmp_path):
    import numba
    import umap.layouts

    name = "_nb_optimize_layout_euclidean_single_epoch"
    plain = getattr(umap.layouts, name).py_func
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    hits = []
    for _ in range(2):
        monkeypatch.setattr(umap.layouts, name, numba.njit(plain, fastmath=True))  # as in a fresh process
        epoch = _umap.load_epoch.__wrapped__()
        assert epoch._cache.cache_path.startswith(str(tmp_path))
        hits.append(sum(epoch.stats.cache_hits.values()))
    assert hits == [0, 1]


def test_compiled_code_that_cannot_be_written_costs_a_warning_only(monkeypatch, caplog):
    import numba
    import umap.layouts
    from numba.core.caching import FunctionCache

    def refuse(self, *_):
        raise OSError(28, "No space left on device")

    name = "_nb_optimize_layout_euclidean_single_epoch"
    monkeypatch.setattr(FunctionCache, "load_overload", lambda *_: None)
    monkeypatch.setattr(FunctionCache, "save_overload", refuse)
    monkeypatch.setattr(umap.layouts, name, numba.njit(getattr(umap.layouts, name).py_func, fastmath=True))
    epoch = _umap.load_epoch.__wrapped__()
    assert "could not keep compiled code" in caplog.text
    assert len(epoch.signatures) == 1


def test_a_map_is_made_when_compiled_code_can_be_kept_nowhere(monkeypatch, blobs):
    def refuse(self):
        raise RuntimeError("cannot cache function: no locator available")

    from numba.core.dispatcher import Dispatcher

    monkeypatch.setattr(Dispatcher, "enable_caching", refuse)
    assert _umap.load_epoch.__wrapped__() is not None
