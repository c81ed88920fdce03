"""The rows of a frame as vectors: each source handed to the embedder that it names, several joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._remember import remembered_images, remembered_texts, stamp_of
from labelatlas._sources import OF_CELLS
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._sources import EmbedderSource, Sources
    from labelatlas._typing import Device, Float32Array
    from labelatlas.embed import Embedding
    from labelatlas.frames import Table


def embed_rows(
    tables: Sequence[Table],
    sources: Sources,
    positions: Float32Array | None,
    seed: int,
    *,
    device: Device = "auto",
    tell: Callable[[float], None] | None = None,
) -> Embedding:
    """Return the vectors of the rows of one frame, or of several as if they were one.

    Parameters
    ----------
    tables : sequence of Table
        With columns of the same names.
    sources : Sources
        Vectors at hand are those of all rows.
    positions : ndarray of shape (n, 2), float32, or None
        The space where there is no other source.
    seed : int
    device : "auto", "cpu" or "cuda"
        Where models run.
    tell : callable or None
        Told the share that is done, in [0, 1].

    Returns
    -------
    Embedding

    Raises
    ------
    InvalidRowsError
        Rows that cannot be embedded.
    InputError
        There is nothing to place rows by.
    """
    from labelatlas import embed

    if sources.weights is not None:
        parts: dict[str, Embedding] = {}
        for name in sources.weights:
            share = None if tell is None else _part_of(tell, len(parts), len(sources.weights))
            parts[name] = _embed_one(name, tables, sources, seed, device, share)
        return embed.join_embeddings(parts, sources.weights)
    if sources.named:
        return _embed_one(sources.named[0], tables, sources, seed, device, tell)
    if positions is not None:
        return embed.embed_vectors(positions)
    message = "nothing says where the rows lie."
    raise InputError(message, hint="Give one of text=, image=, audio=, embedding=, features= or xy=.")


def _embed_one(
    name: str,
    tables: Sequence[Table],
    sources: Sources,
    seed: int,
    device: Device,
    tell: Callable[[float], None] | None,
) -> Embedding:
    from labelatlas import embed

    if name in OF_CELLS:
        column = str(getattr(sources, name))
        cells = [cell for table in tables for cell in table.values(column)]
        return _embed_cells(name, cells, sources.embedder[name], seed, device, tell)
    if name == "features":
        columns = {column: _joined([table.values(column) for table in tables]) for column in sources.features}
        return embed.embed_features(columns)
    return _embed_given(sources.embedding, tables[0])


def _embed_cells(
    name: str,
    cells: list[Any],
    embedder: EmbedderSource,
    seed: int,
    device: Device,
    tell: Callable[[float], None] | None,
) -> Embedding:
    from labelatlas import embed

    progress = None if tell is None else lambda done, total: tell(done / total)
    if callable(embedder):  # nothing tells whether it still does the same: called each time
        return embed.embed_cells(embedder, cells, progress=progress)
    if name == "image":
        by = str(embedder)
        seen = lambda: embed.embed_pictures_by(by, cells, device=device, seed=seed, progress=progress)  # noqa: E731 - called only when it is not remembered
        return remembered_images(cells, by if by == "pixels" else stamp_of(by), seed, seen)
    texts = [None if text is None else str(text) for text in cells]
    if embedder == "tf-idf":
        return remembered_texts(texts, "tf-idf", seed, lambda: embed.embed_text(texts, seed=seed))
    if embedder == "wordllama":
        words = lambda: embed.embed_words(texts, progress=progress)  # noqa: E731 - called only when it is not remembered
        return remembered_texts(texts, stamp_of("wordllama"), 0, words)
    if embedder == "tf-idf + wordllama":
        both = lambda: embed.embed_terms_and_words(texts, seed=seed, progress=progress)  # noqa: E731 - as above
        return remembered_texts(texts, stamp_of("tf-idf + wordllama"), seed, both)
    made = lambda: embed.embed_model(texts, embedder, device=device, seed=seed, progress=progress)  # noqa: E731 - as above
    return remembered_texts(texts, stamp_of(embedder), 0, made)


def _part_of(tell: Callable[[float], None], number: int, total: int) -> Callable[[float], None]:
    """Return what is told the share of one of several equal parts."""
    return lambda share: tell((number + share) / total)


def _embed_given(given: Any, table: Table) -> Embedding:
    from labelatlas import embed

    if callable(given):
        return embed.embed_callable(given, table.native)
    return embed.embed_vectors(table.vectors(given, "embedding") if isinstance(given, str) else given)


def _joined(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return the values of all columns in one; of dtype object where they differ in kind."""
    if len(columns) == 1:
        return columns[0]
    kinds = {column.dtype for column in columns}
    return np.concatenate(columns if len(kinds) == 1 else [column.astype(object) for column in columns])
