"""Texts by a sentence-transformers model that is on this machine: nothing is downloaded.

The library is asked for only when a model is named, and told to look at local files alone (N. Reimers, I. Gurevych, "Sentence-BERT:
Sentence Embeddings using Siamese BERT-Networks", 2019). On a GPU the model runs in half precision.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._rows import unit_rows
from labelatlas.embed._embedding import Embedding, as_vectors, check_rows, with_gaps
from labelatlas.embed._text import clean_texts
from labelatlas.exceptions import InputError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Device

_SLICE = 512
_BATCH = {"cpu": 32, "cuda": 256}
_WITHOUT = 'take "tf-idf + wordllama", "wordllama" or "tf-idf", which need no model'


def embed_model(
    texts: Sequence[str | None],
    model: str | Path,
    *,
    device: Device = "auto",
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return texts as a sentence-transformers model embeds them.

    Parameters
    ----------
    texts : sequence of n str or None
        None, NaN and texts of spaces alone become the zero vector, and are `missing`.
    model : str or Path
        The folder of a model, or the name of one that the library has kept on this machine.
    device : {"auto", "cpu", "cuda"}
        Where it runs.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (texts done, texts in all) after every 512.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, rows of length 1 or 0; metric "cosine".

    Raises
    ------
    InvalidRowsError
        Rows that are neither text nor missing.
    InputError
        No rows, no text with anything in it, or no such model on this machine.
    MissingDependencyError
        The package `sentence-transformers` is not installed.

    References
    ----------
    N. Reimers, I. Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks", 2019.

    Examples
    --------
    >>> embed_model(["", None], "a-model")
    Traceback (most recent call last):
    labelatlas.exceptions.InputError: expected at least one text with something in it. Got 2 empty text(s) instead. Hint: Is this the right column?
    """
    check_rows(len(texts))
    cleaned = clean_texts(texts)
    present = np.array([bool(text.strip()) for text in cleaned], dtype=np.bool_)
    if not present.any():
        raise InputError(
            f"expected at least one text with something in it. Got {len(cleaned)} empty text(s) instead.",
            hint="Is this the right column?",
        )
    place = resolve_device(device)
    encoder = _load(model, place)
    filled = [text for text, there in zip(cleaned, present, strict=True) if there]
    # Long texts beside long ones: padding them costs as much as reading them.
    order = np.argsort([-len(text) for text in filled], kind="stable")
    parts: list[Any] = []
    for first in range(0, len(filled), _SLICE):
        some = [filled[i] for i in order[first : first + _SLICE]]
        parts.append(encoder.encode(some, batch_size=_BATCH[place], show_progress_bar=False, convert_to_numpy=True))
        if progress is not None:
            progress(min(first + _SLICE, len(filled)), len(filled))
    stacked = np.concatenate(parts)
    vectors = np.empty_like(stacked)
    vectors[order] = stacked
    found = Embedding(as_vectors(unit_rows(vectors)), "cosine", f"{Path(model).name}: {stacked.shape[1]} dimensions")
    return with_gaps(found, present)


def _load(model: str | Path, place: str) -> Any:
    """Return the model, ready to run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from sentence_transformers import SentenceTransformer
    except ImportError as error:
        message = f"embedder={str(model)!r} needs a package that is not installed: sentence-transformers."
        hint = f"pip install sentence-transformers, or {_WITHOUT}."
        raise MissingDependencyError(message, hint=hint) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            encoder: Any = SentenceTransformer(str(model), device=place, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        message = f"embedder must be a folder or the name of a sentence-transformers model on this machine. Got {str(model)!r}."
        hint = f"Nothing is downloaded: save the model into a folder first, or {_WITHOUT}."
        raise InputError(message, hint=hint) from error
    return encoder.half() if place == "cuda" else encoder
