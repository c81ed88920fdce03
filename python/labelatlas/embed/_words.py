"""Texts as the mean of the vectors of their words, from a table that a package brings along: nothing is downloaded.

The table is that of the package `wordllama` (D. L. Miller, "WordLlama: recycled token embeddings from large language models",
2024): one vector for each token, so that a text costs a look-up and no network. The package itself is not imported: its
own loader looks for files elsewhere. The table and the tokenizer are read from where they lie.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, as_vectors, check_rows, without_length
from labelatlas.embed._files import read_vectors
from labelatlas.embed._text import clean_texts
from labelatlas.embed._text import example as example_texts
from labelatlas.exceptions import InputError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BATCH = 1024


def embed_words(
    texts: Sequence[str | None],
    *,
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return texts as the mean of their tokens' vectors.

    Parameters
    ----------
    texts : sequence of n str or None
        None, NaN and texts without a token become the zero vector, and are `missing`.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (texts done, texts in all) now and then.

    Returns
    -------
    Embedding
        `vectors` (n, 256) float32, rows of length 1 or 0; metric "cosine".

    Raises
    ------
    InvalidRowsError
        Rows that are neither text nor missing.
    InputError
        No rows, or no text with anything in it.
    MissingDependencyError
        The packages `wordllama` and `tokenizers` are not installed.

    References
    ----------
    D. L. Miller, "WordLlama: recycled token embeddings from large language models", 2024.

    Examples
    --------
    >>> z = embed_words(["my card is lost", "the card went missing", "a sunny day"]).vectors
    >>> bool(z[0] @ z[1] > z[0] @ z[2])
    True
    """
    check_rows(len(texts))
    cleaned = clean_texts(texts)
    table, tokenizer = _load(_folder())
    n = len(cleaned)
    sums = np.zeros((n, table.shape[1]), dtype=np.float64)
    for first in range(0, n, _BATCH):
        batch = tokenizer.encode_batch(cleaned[first : first + _BATCH], add_special_tokens=False)
        sizes = np.array([len(one.ids) for one in batch], dtype=np.int64)
        tokens = np.fromiter((token for one in batch for token in one.ids), dtype=np.int64, count=int(sizes.sum()))
        filled = np.flatnonzero(sizes)
        if len(filled):
            begins = (np.cumsum(sizes) - sizes)[filled]
            sums[first + filled] = np.add.reduceat(table[np.minimum(tokens, len(table) - 1)], begins, axis=0)
        if progress is not None:
            progress(min(first + _BATCH, n), n)
    vectors = as_vectors(unit_rows(sums))
    missing = without_length(vectors)
    if missing is not None and missing.all():
        raise InputError(
            f"expected at least one text with something in it. Got {n} empty text(s) instead.",
            hint="Is this the right column?",
        )
    return Embedding(vectors, "cosine", f"wordllama: mean of word vectors {vectors.shape[1]}", missing)


def has_words() -> bool:
    """Return whether the table of word vectors is installed, with what reads its tokens.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_words() in (True, False)
    True
    """
    return find_spec("wordllama") is not None and find_spec("tokenizers") is not None


def _folder() -> Path:
    """Return where the package lies."""
    found = find_spec("wordllama")
    if found is None or not found.submodule_search_locations or find_spec("tokenizers") is None:
        message = 'embedder="wordllama" needs packages that are not installed: wordllama and tokenizers.'
        raise MissingDependencyError(message, hint='pip install wordllama, or embedder="tf-idf".')
    return Path(found.submodule_search_locations[0])


@lru_cache(maxsize=1)
def _load(folder: Path) -> tuple[Any, Any]:
    """Return the table of vectors, (tokens, d) float32, and the tokenizer."""
    from tokenizers import Tokenizer

    tables, words = sorted(folder.glob("weights/*.safetensors")), sorted(folder.glob("tokenizers/*.json"))
    if not tables or not words:
        message = f"expected word vectors in {folder}. Got a package without weights or tokenizer instead."
        raise MissingDependencyError(message, hint="pip install --force-reinstall wordllama")
    tokenizer: Any = Tokenizer.from_file(str(words[0]))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return np.asarray(read_vectors(tables[0]), dtype=np.float32), tokenizer


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return example_texts(n)
