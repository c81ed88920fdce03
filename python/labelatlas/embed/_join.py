"""Several embeddings of the same rows in one space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.embed._embedding import Embedding, with_gaps
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def join_embeddings(parts: Mapping[str, Embedding], weights: Mapping[str, float]) -> Embedding:
    """Return one space in which squared distances are the weighted sums of those in several.

    Parameters
    ----------
    parts : mapping of str to Embedding
        Of the same n rows. Each is first brought to a mean squared distance of 2 between rows, as that of unrelated unit vectors.
    weights : mapping of str to float
        For each part, above 0; only their proportions count.

    Returns
    -------
    Embedding
        `vectors` (n, sum of d) float32, metric "euclidean". A row without a vector in one part counts there as the mean of the
        others; one without a vector in any has none here.

    Raises
    ------
    InputError
        When parts differ in their number of rows.

    Examples
    --------
    >>> one = Embedding(np.eye(2, dtype=np.float32), "cosine", "text")
    >>> two = Embedding(np.array([[0.0], [9.0]], dtype=np.float32), "euclidean", "features")
    >>> joined = join_embeddings({"text": one, "features": two}, {"text": 3.0, "features": 1.0}).vectors
    >>> round(float(((joined[0] - joined[1]) ** 2).sum()), 3)
    4.0
    """
    lengths = {name: len(part.vectors) for name, part in parts.items()}
    if len(set(lengths.values())) != 1:
        raise InputError(f"parts must be of the same rows. Got {lengths} instead.")
    total = sum(weights[name] for name in parts)
    scaled = []
    nowhere = np.ones(next(iter(lengths.values())), dtype=np.bool_)
    for name, part in parts.items():
        there = slice(None) if part.missing is None else ~part.missing
        nowhere &= False if part.missing is None else part.missing
        centred = part.vectors - part.vectors[there].mean(axis=0, dtype=np.float64).astype(np.float32)
        if part.missing is not None:
            centred[part.missing] = 0.0
        spread = float(np.sqrt(np.einsum("nd,nd->n", centred[there], centred[there], dtype=np.float64).mean()))
        scaled.append(centred * np.float32(np.sqrt(weights[name] / total) / (spread or 1.0)))
    names = " + ".join(f"{weights[name] / total:.2g} x {part.name}" for name, part in parts.items())
    joined = np.ascontiguousarray(np.hstack(scaled), dtype=np.float32)
    reason = next((part.reason for part in parts.values() if part.reason), "")
    return with_gaps(Embedding(joined[~nowhere], "euclidean", f"joined: {names}"), ~nowhere, reason)
