"""What an atlas is made of: the columns, arrays and functions that say where rows lie, and the vectors they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas._remember import remembered_images, remembered_texts, stamp_of
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Float32Array
    from labelatlas.embed import Embedding
    from labelatlas.frames import Table

EmbeddingSource: TypeAlias = "str | Path | npt.NDArray[Any] | Callable[[Any], Any]"
EmbedderSource: TypeAlias = "str | Path | Callable[[Any], Any]"
XySource: TypeAlias = "str | tuple[str, str] | npt.NDArray[Any]"


_OF_CELLS = ("text", "image", "audio")
FORGOTTEN = "a function that was not written down"


@dataclass(frozen=True)
class Sources:
    """What rows are placed by.

    Attributes
    ----------
    text, image, audio : str or None
        Columns.
    embedding : str, Path, ndarray, callable or None
        A column of vectors, a file of them, the vectors, or a function from the frame to the vectors.
    features : tuple of str
        Columns.
    weights : mapping of str to float, or None
        How much each source counts when several make the space together.
    embedder : mapping of str to str, Path or callable
        What turns the cells of "text", "image" and "audio" into vectors, where that is not the default; `FORGOTTEN` for a
        function that was not written down.
    """

    text: str | None = None
    image: str | None = None
    audio: str | None = None
    embedding: EmbeddingSource | None = field(default=None, repr=False)
    features: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None
    embedder: Mapping[str, EmbedderSource] = field(default_factory=dict)

    @property
    def content(self) -> tuple[str, ...]:
        """Return the columns that say what a row is."""
        named = (self.text, self.image, self.audio, *self.features)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def named(self) -> list[str]:
        """Return the sources that are there, the one that leads first."""
        there = {"embedding": self.embedding is not None, "image": self.image is not None}
        there |= {"audio": self.audio is not None, "text": self.text is not None, "features": bool(self.features)}
        return [name for name, given in there.items() if given]

    @property
    def used(self) -> list[str]:
        """Return the sources that make the space."""
        return list(self.weights) if self.weights is not None else self.named[:1]

    def settled(self, embedder: EmbedderSource | Mapping[str, EmbedderSource] | None) -> Sources:
        """Return the sources with what embeds each, named once: another machine may have other defaults.

        Parameters
        ----------
        embedder : str, Path, callable, mapping of these, or None
            As the caller gives it.

        Returns
        -------
        Sources

        Raises
        ------
        InputError
            It is for nothing, for several at once, or missing where there is no default.
        """
        cells = [name for name in self.used if name in _OF_CELLS]
        given: Mapping[str, EmbedderSource] = {}
        if isinstance(embedder, Mapping):
            given = embedder
        elif embedder is not None:
            if len(cells) != 1:
                message = f"embedder must be for one of text, image and audio. Got sources {self.used} instead."
                raise InputError(message, hint='For several: embedder={"text": ..., "image": ...}.')
            given = {cells[0]: embedder}
        if not set(given) <= set(cells):
            raise InputError(f"embedder must name some of {cells}. Got {sorted(given)} instead.")
        return replace(self, embedder={name: _checked(name, given.get(name)) for name in cells})

    def check(self, table: Table) -> None:
        """Raise when a column is missing or a weight is for nothing.

        Parameters
        ----------
        table : Table
        """
        named = [("text", self.text), ("image", self.image), ("audio", self.audio)]
        named += [("features", name) for name in self.features]
        for parameter, name in named:
            if name is not None:
                table.require(name, parameter)
        if self.weights is None:
            return
        if not self.weights or not set(self.weights) <= set(self.named):
            message = f"weights must name some of {self.named}. Got {sorted(self.weights)} instead."
            raise InputError(message, hint="Give weights to sources that are given too: text=, image=, ...")
        if any(not np.isfinite(weight) or weight <= 0.0 for weight in self.weights.values()):
            raise InputError(f"weights must be above 0. Got {dict(self.weights)} instead.", hint="Leave a source out.")


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

    if name in _OF_CELLS:
        column = str(getattr(sources, name))
        cells = [cell for table in tables for cell in table.values(column)]
        return _embed_cells(name, cells, sources.embedder[name], seed, device, tell)
    if name == "features":
        columns = {column: _joined([table.values(column) for table in tables]) for column in sources.features}
        return embed.embed_features(columns)
    (table,) = tables
    return _embed_given(sources.embedding, table)


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
        return remembered_images(cells, seed, lambda: embed.embed_image(cells, seed=seed, progress=progress))
    texts = [None if text is None else str(text) for text in cells]
    if embedder == "tf-idf":
        return remembered_texts(texts, "tf-idf", seed, lambda: embed.embed_text(texts, seed=seed))
    if embedder == "wordllama":
        return remembered_texts(
            texts, stamp_of("wordllama"), 0, lambda: embed.embed_words(texts, seed=seed, progress=progress)
        )
    made = lambda: embed.embed_model(texts, embedder, device=device, seed=seed, progress=progress)  # noqa: E731 - as above
    return remembered_texts(texts, stamp_of(embedder), 0, made)


def _checked(name: str, given: EmbedderSource | None) -> EmbedderSource:
    """Return what embeds the cells of a source: what is given, if it can, else the default."""
    from labelatlas import embed

    if given is not None and callable(given):
        return given
    if name == "text":
        return given or ("wordllama" if embed.has_words() else "tf-idf")
    if name == "image" and given in (None, "pixels"):
        return "pixels"
    message = (
        f"embedder must be a function from a list of the cells of {name}= to their vectors. Got {given!r} instead."
    )
    raise InputError(message, hint="embedder=lambda cells: model.encode(cells)")


def _part_of(tell: Callable[[float], None], number: int, total: int) -> Callable[[float], None]:
    """Return what is told the share of one of several equal parts."""
    return lambda share: tell((number + share) / total)


def _embed_given(given: Any, table: Table) -> Embedding:
    from labelatlas import embed

    if callable(given):
        return embed.embed_callable(given, table.native)
    if isinstance(given, str) and given not in table.column_names and embed.is_vector_file(given):
        given = Path(given)
    if isinstance(given, Path):
        given = embed.read_vectors(given)
    elif isinstance(given, str):
        return embed.embed_vectors(table.vectors(given, "embedding"))
    if hasattr(given, "toarray"):  # a sparse matrix
        message = f"embedding must be a dense array. Got {type(given).__name__}."
        raise InputError(message, hint="Reduce it first, for example by TruncatedSVD, or pass embedding.toarray().")
    if len(given) != table.n_rows:
        message = f"embedding must have one vector a row. Got {len(given)} for {table.n_rows} rows."
        raise InputError(message, hint="Embed the rows of this very frame, in its order.")
    return embed.embed_vectors(given)


def _joined(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return the values of all columns in one; of dtype object where they differ in kind."""
    if len(columns) == 1:
        return columns[0]
    kinds = {column.dtype for column in columns}
    return np.concatenate(columns if len(kinds) == 1 else [column.astype(object) for column in columns])


def positions_of(table: Table, xy: XySource) -> Float32Array:
    """Return the positions that the caller gives.

    Parameters
    ----------
    table : Table
    xy : str, tuple of two str, or ndarray of shape (n, 2)

    Returns
    -------
    ndarray of shape (n, 2), float32

    Raises
    ------
    InvalidRowsError
        Positions that are not finite.
    InputError
        Another shape.
    """
    from labelatlas.embed import InvalidRowsError

    if isinstance(xy, list) and len(xy) == 2 and all(isinstance(name, str) for name in xy):
        xy = (str(xy[0]), str(xy[1]))  # what a person writes who thinks of columns
    if isinstance(xy, str):
        found = table.vectors(xy, "xy")
        pairs = [np.full(2, np.nan) if pair is None else pair for pair in found] if found.dtype == object else found
        values = np.asarray(pairs, dtype=np.float64)
    elif isinstance(xy, tuple):
        for name in xy:
            table.require(name, "xy")
        columns = [table.values(name) for name in xy]
        values = np.stack(
            [np.array([np.nan if v is None else v for v in c], dtype=np.float64) for c in columns], axis=1
        )
    else:
        values = np.asarray(xy, dtype=np.float64)
    if values.shape != (table.n_rows, 2):
        message = f"xy must have shape ({table.n_rows}, 2). Got {values.shape} instead."
        raise InputError(message, hint="Give two columns, xy=('x', 'y'), or one pair of numbers a row.")
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        message = f"xy must be finite. Got {len(bad)} that are not instead"
        raise InvalidRowsError(message, bad.tolist(), hint="Drop these rows, or let labelatlas make the map.")
    return values.astype(np.float32)
