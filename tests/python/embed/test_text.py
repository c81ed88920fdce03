from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.embed import InvalidRowsError, embed_text
from labelatlas.exceptions import InputError


def test_texts_that_share_words_are_nearer_than_texts_that_do_not():
    z = embed_text(["where is my card", "my card is lost", "exchange rate of the euro"]).vectors
    assert z[0] @ z[1] > z[0] @ z[2] + 0.2


def test_inflected_words_are_near_each_other():
    z = embed_text(["refunding", "refunded", "mortgage"]).vectors
    assert z[0] @ z[1] > 0.2
    assert abs(z[0] @ z[2]) < 0.01


def test_planted_topics_are_told_apart_above_the_size_of_the_exact_decomposition():
    rng = np.random.default_rng(0)
    topics = [[f"{stem}{i}" for i in range(30)] for stem in ("alpha", "beta", "gamma")]
    truth = rng.integers(0, 3, 1200)
    z = embed_text([" ".join(rng.choice(topics[t], 8)) for t in truth]).vectors
    assert z.shape == (1200, 256)
    similar = z @ z.T
    np.fill_diagonal(similar, -1.0)
    assert (truth[similar.argmax(axis=1)] == truth).mean() > 0.99


def test_the_exact_decomposition_keeps_all_cosines_of_the_weights():
    texts = [f"{a} {b} {a}{b}" for a in ("red", "green", "blue") for b in ("cat", "dog", "cow")]
    from labelatlas.embed._text import _tfidf

    weights = _tfidf(texts).toarray()
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    z = embed_text(texts).vectors
    np.testing.assert_allclose(z @ z.T, weights @ weights.T, atol=1e-5)


def test_missing_and_empty_texts_are_the_zero_vector():
    z = embed_text(["a word", None, "", "  \n", float("nan"), "another word"]).vectors
    assert (z[1:5] == 0).all()
    assert np.allclose(np.linalg.norm(z[[0, 5]], axis=1), 1.0)


def test_one_text_has_a_vector():
    assert embed_text(["hello"]).vectors.tolist() == [[1.0]]


def test_equal_texts_have_equal_vectors():
    z = embed_text(["same text"] * 700 + ["other words"]).vectors
    assert (z[:700] == z[0]).all()


@pytest.mark.parametrize("texts", [[""], [None, None], ["", "   "]])
def test_a_corpus_with_nothing_in_it_is_refused(texts):
    with pytest.raises(InputError, match="at least one text with something in it"):
        embed_text(texts)


def test_a_large_corpus_without_a_shared_term_is_refused():
    with pytest.raises(InputError, match="empty or unrelated"):
        embed_text([""] * 1000)


def test_rows_that_are_no_text_are_named():
    with pytest.raises(InvalidRowsError, match=r"row\(s\) 0, 2") as caught:
        embed_text([7, "word", ["list"]])
    assert caught.value.rows == (0, 2)


def test_signs_and_scripts_without_spaces_have_vectors():
    z = embed_text(["我的卡丢了", "卡丢了怎么办", "!!! ???", "汇率是多少"]).vectors
    assert np.allclose(np.linalg.norm(z, axis=1), 1.0, atol=1e-5)
    assert z[0] @ z[1] > z[0] @ z[3]


def test_dim_bounds_the_columns():
    assert embed_text([f"word{i} common" for i in range(50)], dim=3).vectors.shape == (50, 3)
    with pytest.raises(InputError, match="dim must be at least 1"):
        embed_text(["a"], dim=0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=12) | st.none(), min_size=1, max_size=12))
def test_any_texts_have_unit_or_zero_vectors_or_are_refused(texts):
    try:
        z = embed_text(texts).vectors
    except InputError:
        return
    lengths = np.linalg.norm(z, axis=1)
    assert (np.isclose(lengths, 1.0, atol=1e-4) | (lengths == 0)).all()


def test_a_text_of_spaces_alone_says_as_little_as_none():
    found = embed_text(["lost card", " \t\n", "my card"])
    assert found.missing.tolist() == [False, True, False]
