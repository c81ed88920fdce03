from __future__ import annotations

import numpy as np
import pytest
import torch

from labelatlas.embed import (
    InvalidRowsError,
    _vectors,
    embed_callable,
    embed_cells,
    embed_vectors,
    join_embeddings,
    read_vectors,
)
from labelatlas.exceptions import InputError


def as_column(rows):
    column = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        column[i] = row
    return column


EXPECTED = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=np.float32)


@pytest.mark.parametrize(
    "form",
    [
        EXPECTED.tolist(),
        EXPECTED.astype(np.float16),
        EXPECTED.astype(np.int64),
        np.asfortranarray(EXPECTED),
        np.repeat(EXPECTED, 2, axis=1)[:, ::2],
        as_column(EXPECTED.tolist()),
        as_column(list(EXPECTED)),
        [tuple(row) for row in EXPECTED],
        torch.tensor(EXPECTED, requires_grad=True),
        torch.tensor(EXPECTED, dtype=torch.bfloat16),
    ],
    ids=[
        "lists",
        "half",
        "int",
        "fortran",
        "strided",
        "column of lists",
        "of arrays",
        "of tuples",
        "tensor",
        "bfloat16",
    ],
)
def test_vectors_of_any_form_are_the_same_matrix(form):
    result = embed_vectors(form)
    assert (result.vectors == EXPECTED).all()
    assert result.metric == "euclidean"


def test_cosine_vectors_have_length_one_and_zero_rows_stay():
    z = embed_vectors([[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0], [1e30, 1e30]], metric="cosine").vectors
    assert np.allclose(np.linalg.norm(z, axis=1), [1, 0, 1, 1])


def test_ragged_rows_are_named():
    with pytest.raises(InvalidRowsError, match=r"length that most have, 2.*row\(s\) 1, 3") as caught:
        embed_vectors([[1, 2], [1], [3, 4], [1, 2, 3]])
    assert caught.value.rows == (1, 3)


def test_rows_that_are_not_finite_are_named():
    X = np.ones((30, 2))
    X[[0, 4], 1] = np.nan, np.inf
    with pytest.raises(InvalidRowsError, match=r"2 row\(s\) instead: row\(s\) 0, 4") as caught:
        embed_vectors(X)
    assert caught.value.rows == (0, 4)


def test_values_beyond_float32_are_named_as_not_finite():
    with pytest.raises(InvalidRowsError, match=r"row\(s\) 1"):
        embed_vectors([[1.0], [1e300]])


@pytest.mark.parametrize("bad", [None, "text", float("nan"), {"a": 1}, [[1, 2]], ["a", "b"]])
def test_rows_that_are_no_vectors_are_named(bad):
    with pytest.raises(InvalidRowsError, match="missing or no vector") as caught:
        embed_vectors(as_column([[1.0, 2.0], bad, [3.0, 4.0]]))
    assert caught.value.rows == (1,)


def test_a_message_names_ten_rows_and_counts_the_rest():
    with pytest.raises(InvalidRowsError, match="and 2 more") as caught:
        embed_vectors(np.full((12, 2), np.nan))
    assert caught.value.rows == tuple(range(12))


@pytest.mark.parametrize("bad", [[1.0, 2.0], np.zeros((3, 0)), np.zeros((2, 2, 2))])
def test_wrong_shapes_are_refused(bad):
    with pytest.raises(InputError, match=r"2-D with at least one column"):
        embed_vectors(bad)


@pytest.mark.parametrize("bad", [np.array([["a", "b"]]), np.array([[1j]])])
def test_values_that_are_no_real_numbers_are_refused(bad):
    with pytest.raises(InputError, match="real numbers"):
        embed_vectors(bad)


def test_an_unknown_metric_is_refused():
    with pytest.raises(InputError, match="metric must be one of"):
        embed_vectors(EXPECTED, metric="manhattan")
    with pytest.raises(InputError, match="metric must be one of"):
        embed_callable(np.asarray, EXPECTED, metric="manhattan")


def test_the_callers_array_is_not_shared():
    X = EXPECTED.copy()
    z = embed_vectors(X).vectors
    X[:] = 0
    assert (z == EXPECTED).all()


def test_a_callable_gets_all_rows_once():
    calls = []

    def lengths(rows):
        calls.append(list(rows))
        return [[len(row), 1.0] for row in rows]

    result = embed_callable(lengths, ["a", "bbb"])
    assert calls == [["a", "bbb"]]
    assert result.vectors.tolist() == [[1, 1], [3, 1]]
    assert result.name == "callable: lengths"


def test_a_callable_with_cosine_gives_unit_rows():
    assert embed_callable(lambda rows: [[3.0, 4.0] for _ in rows], [0], metric="cosine").vectors.tolist() == [
        [np.float32(0.6), np.float32(0.8)]
    ]


@pytest.mark.parametrize(
    ("fn", "words"),
    [
        (lambda _: np.zeros((1, 2)), "one vector per row, 2 for this call. Got 1"),
        (lambda _: None, "Got None"),
        (lambda _: np.zeros(2), "2-D"),
        (lambda _: [[1], [1, 2]], "length that most have"),
        (lambda _: np.full((2, 2), np.nan), "finite"),
        ("no function", "must be callable"),
    ],
)
def test_a_callable_that_breaks_its_word_is_refused(fn, words):
    with pytest.raises(InputError, match=words):
        embed_callable(fn, ["a", "b"])


def test_a_callable_can_be_given_a_few_rows_at_a_time_and_its_mistakes_are_named_by_row():
    calls, told = [], []

    def lengths(rows):
        calls.append(len(rows))
        return [[np.nan if row == "bad" else float(len(row))] for row in rows]

    rows = ["a", "bb", "ccc", "d", "ee"]
    found = embed_callable(lengths, rows, batch=2, progress=lambda done, total: told.append((done, total)))
    assert found.vectors.ravel().tolist() == [1, 2, 3, 1, 2]
    assert calls == [2, 2, 1]
    assert told == [(2, 5), (4, 5), (5, 5)]
    with pytest.raises(InvalidRowsError, match=r"row\(s\) 3") as caught:
        embed_callable(lengths, ["a", "bb", "ccc", "bad"], batch=2)
    assert caught.value.rows == (3,)
    with pytest.raises(InputError, match="batch must be at least 1"):
        embed_callable(lengths, rows, batch=0)


def test_a_callable_whose_vectors_depend_on_the_batch_is_refused():
    with pytest.raises(InputError, match="nothing may be fitted"):
        embed_callable(lambda rows: np.ones((len(rows), len(rows))), [1, 2, 3], batch=2)


def test_cells_that_are_missing_have_no_vector_and_the_function_never_sees_them():
    def lengths(cells):
        assert None not in cells
        return [[float(len(cell)), np.inf if cell == "bad" else 1.0] for cell in cells]

    found = embed_cells(lengths, [None, "a", float("nan"), "bbb"])
    assert found.missing.tolist() == [True, False, True, False]
    assert found.vectors[:, 0].tolist() == [0, 1, 0, 3]
    assert found.vectors[0, 2] > 3
    with pytest.raises(InvalidRowsError) as caught:
        embed_cells(lengths, [None, "a", "bad"])
    assert caught.value.rows == (2,)
    with pytest.raises(InvalidRowsError, match="2 that are missing"):
        embed_cells(lengths, [None, float("nan")])


def test_joined_rows_without_one_part_lie_at_its_mean_and_rows_without_any_have_none():
    def part(values, missing):
        return embed_cells(
            lambda cells: [[c] for c in cells], [None if m else v for v, m in zip(values, missing, strict=True)]
        )

    one = part([0.0, 2.0, 4.0, 2.0, 9.0], [False, False, False, False, True])
    two = part([1.0, 2.0, 3.0, 9.0, 9.0], [False, False, False, True, True])
    joined = join_embeddings({"one": one, "two": two}, {"one": 1.0, "two": 1.0})
    assert joined.missing.tolist() == [False, False, False, False, True]
    np.testing.assert_allclose(joined.vectors[3], joined.vectors[1], atol=1e-6)
    assert join_embeddings({"one": part([1.0, 2.0], [False] * 2)}, {"one": 1.0}).missing is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_mapped_vectors_stay_in_their_file_when_they_are_many_and_fit(dtype, tmp_path, monkeypatch):
    monkeypatch.setattr(_vectors, "MAPPED_BYTES", 80)
    np.save(tmp_path / "z.npy", np.arange(40, dtype=dtype).reshape(20, 2))
    mapped = read_vectors(tmp_path / "z.npy")
    found = embed_vectors(mapped)
    assert np.shares_memory(found.vectors, mapped) == (dtype == np.float32)
    assert found.vectors.dtype == np.float32
    assert found.vectors.tolist() == np.arange(40).reshape(20, 2).tolist()
    assert not np.shares_memory(embed_vectors(mapped[:5]).vectors, mapped), "few are read"
    assert not np.shares_memory(embed_vectors(mapped, metric="cosine").vectors, mapped)
    broken = np.arange(40_000, dtype=dtype).reshape(-1, 1) % 100
    broken[[5, 39_999]] = np.nan
    np.save(tmp_path / "broken.npy", broken)
    with pytest.raises(InvalidRowsError) as caught:
        embed_vectors(read_vectors(tmp_path / "broken.npy"))
    assert caught.value.rows == (5, 39_999)


def test_what_a_callable_raises_comes_through():
    def fail(rows):
        raise LookupError("model not found")

    with pytest.raises(LookupError, match="model not found"):
        embed_callable(fail, [1])


def test_the_first_row_does_not_say_how_long_all_others_must_be():
    with pytest.raises(InvalidRowsError, match=r"length that most have, 2.*row\(s\) 0") as caught:
        embed_vectors([[1.0], [1.0, 2.0], [3.0, 4.0]])
    assert caught.value.rows == (0,)
