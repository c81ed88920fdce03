"""Texts by their letters and terms and by the vectors of their words, side by side: what the one misses, the other may see.

Word vectors know that a card that is gone is lost, terms know the names and codes that no table has. Which of the two is better
differs from data to data; both together were never far from the better one (`tests/bench/bench_embedders.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, as_vectors, without_length
from labelatlas.embed._text import embed_text
from labelatlas.embed._text import example as example_texts
from labelatlas.embed._words import embed_words
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def embed_terms_and_words(
    texts: Sequence[str | None],
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return texts as what `embed_text` and `embed_words` make of them, side by side and of equal weight.

    Parameters
    ----------
    texts : sequence of n str or None
        None, NaN and texts in which there is nothing become the zero vector, and are `missing`. A text of which only one of the
        two makes a vector has that one.
    seed : int
        Of the decomposition of `embed_text`.
    progress : callable or None
        Told (texts done, texts in all) now and then.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, rows of length 1 or 0; metric "cosine". That of `embed_words` where no two texts share a term.

    Raises
    ------
    InvalidRowsError
        Rows that are neither text nor missing.
    InputError
        No rows, or no text with anything in it.
    MissingDependencyError
        The packages `wordllama` and `tokenizers` are not installed.

    Examples
    --------
    >>> z = embed_terms_and_words(["my card is lost", "the card went missing", "a sunny day"]).vectors
    >>> bool(z[0] @ z[1] > z[0] @ z[2])
    True
    """
    words = embed_words(texts, seed=seed, progress=progress)
    try:
        terms = embed_text(texts, seed=seed).vectors
    except InputError:  # there are texts, as words were found: but no two of them share a term
        return words
    both = as_vectors(unit_rows(np.hstack([terms, words.vectors]).astype(np.float64)))
    return Embedding(both, "cosine", f"tf-idf + wordllama: {both.shape[1]}", without_length(both))


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return example_texts(n)
