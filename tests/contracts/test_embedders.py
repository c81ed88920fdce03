"""What every embedder promises, tried on each entry of the registry with the rows that it makes up itself."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas.embed import EMBEDDERS, Embedding
from labelatlas.exceptions import InputError


@pytest.fixture(params=sorted(EMBEDDERS))
def embedder(request):
    return EMBEDDERS[request.param]


def test_its_name_is_its_key(embedder):
    assert EMBEDDERS[embedder.name] is embedder


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_each_row_becomes_one_finite_float32_vector(embedder, n):
    result = embedder.embed(*embedder.example(n), seed=0)
    assert isinstance(result, Embedding)
    assert result.vectors.shape[0] == n
    assert result.vectors.ndim == 2
    assert result.vectors.shape[1] >= 1
    assert result.vectors.dtype == np.float32
    assert result.vectors.flags.c_contiguous
    assert np.isfinite(result.vectors).all()


def test_its_metric_is_known_and_cosine_rows_have_length_one_or_zero(embedder):
    result = embedder.embed(*embedder.example(30), seed=0)
    assert result.metric in {"cosine", "euclidean"}
    if result.metric == "cosine":
        lengths = np.linalg.norm(result.vectors, axis=1)
        assert (np.isclose(lengths, 1.0, atol=1e-5) | (lengths == 0.0)).all()


def test_it_says_what_it_did(embedder):
    assert embedder.embed(*embedder.example(5), seed=0).name.startswith(embedder.name)


def test_a_seed_gives_the_same_bytes(embedder):
    first, again = (embedder.embed(*embedder.example(700), seed=5) for _ in range(2))
    assert first.vectors.tobytes() == again.vectors.tobytes()


def test_rows_differ_when_their_content_does(embedder):
    vectors = embedder.embed(*embedder.example(5), seed=0).vectors
    assert (vectors != vectors[0]).any()


def test_its_vectors_are_its_own_memory(embedder):
    arguments = embedder.example(6)
    vectors = embedder.embed(*arguments, seed=0).vectors
    assert not any(np.shares_memory(vectors, part) for part in arguments if isinstance(part, np.ndarray))


def test_no_rows_are_refused_with_a_cure(embedder):
    with pytest.raises(InputError, match="at least 1 row"):
        embedder.embed(*embedder.example(0), seed=0)
