"""The rows of a frame, placed in a space: keys, vectors, neighbour graph, map, clusters.

An atlas composes the rooms `frames`, `embed` and `space`; it has no algorithm of its own. It never changes, and its heavy
parts are kept on disk by the content they were made from, so that running a cell again is quick.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._progress import StageBar
from labelatlas._remember import remembered_images, remembered_place, remembered_texts
from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyRecipe, Table, choose_recipe, row_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Float32Array, Int32Array, Metric
    from labelatlas.embed import Embedding

EmbeddingSource: TypeAlias = "str | npt.NDArray[Any] | Callable[[Any], Any]"
XySource: TypeAlias = "str | tuple[str, str] | npt.NDArray[Any]"

_STAGES = ("embed", "neighbours", "map", "clusters")


@dataclass(frozen=True)
class Atlas:
    """Rows, placed.

    Its arrays are read-only: change a copy.

    Attributes
    ----------
    keys : ndarray of shape (n,), int64 or object (str)
        Row keys.
    vectors : ndarray of shape (n, d), float32
        Where the rows lie in the original space.
    neighbors : Neighbors
        The k nearest rows of each row in that space.
    xy : ndarray of shape (n, 2), float32
        Where the rows lie on the map; at most 1 from the middle either way, unless the caller gave positions.
    clusters : ndarray of shape (n,), int32
        Cluster of each row, 0 the largest; -1 = noise.
    metric : "cosine" or "euclidean"
        How the vectors are compared.
    embedder : str
        What made the vectors.
    device : "cpu" or "cuda"
        Where the neighbours were computed.
    content : tuple of str
        The columns that say what a row is.
    recipe : KeyRecipe
        How the rows are known.
    table : Table
        The frame.

    Examples
    --------
    >>> import numpy as np
    >>> xy = np.random.default_rng(0).normal(size=(30, 2))
    >>> atlas = Atlas.from_frame({"id": list(range(30))}, xy=xy, key="id", progress=False)
    >>> atlas.xy.shape, atlas.neighbors.indices.shape
    ((30, 2), (30, 15))
    """

    keys: npt.NDArray[Any]
    vectors: Float32Array
    neighbors: Neighbors
    xy: Float32Array
    clusters: Int32Array
    metric: Metric
    embedder: str
    device: str
    content: tuple[str, ...]
    recipe: KeyRecipe
    table: Table = field(repr=False)

    def __post_init__(self) -> None:
        """Make the arrays read-only; the caller's own stay as they are."""
        for name in ("keys", "vectors", "xy", "clusters"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))
        object.__setattr__(self, "neighbors", Neighbors(*map(_read_only, self.neighbors)))

    def __repr__(self) -> str:
        """Return the sizes: the arrays themselves are too long to read."""
        n, d = self.vectors.shape
        n_clusters = int(self.clusters.max(initial=-1)) + 1
        return f"Atlas({n:,} rows, {d} dimensions from {self.embedder!r}, {n_clusters} clusters, keys {self.recipe})"

    @classmethod
    def from_frame(
        cls,
        data: object,
        *,
        text: str | None = None,
        image: str | None = None,
        embedding: EmbeddingSource | None = None,
        features: Sequence[str] | None = None,
        xy: XySource | None = None,
        key: str | None = None,
        n_neighbors: int = 15,
        device: Device = "auto",
        seed: int = 0,
        progress: bool = True,
    ) -> Atlas:
        """Place the rows of a frame.

        The space comes from the first of `embedding`, `image`, `text`, `features` and `xy` that is given; the others are
        kept for people to look at.

        Parameters
        ----------
        data : DataFrame or dict of columns
            pandas, polars, pyarrow, a DuckDB relation, a `datasets.Dataset` or an AnnData object (its `obs`); never changed.
        text, image : str or None
            Columns.
        embedding : str, ndarray of shape (n, d), callable or None
            A column of vectors (a matrix of `obsm` for AnnData), the vectors, or a function from the frame to the vectors.
        features : sequence of str or None
            Columns of numbers, categories, booleans or dates.
        xy : tuple of two str, str, ndarray of shape (n, 2) or None
            Positions on the map, when there are some already: two columns, one of pairs (a matrix of `obsm`), or the numbers.
        key : str or None
            The column that identifies a row, or "index"; None = a text index, else a hash of the content.
        n_neighbors : int
            Neighbours of a row; at least 1. Fewer are taken when there are fewer other rows.
        device : "auto", "cpu" or "cuda"
            Where to compute.
        seed : int
            The same seed gives the same map on the same machine.
        progress : bool
            Whether to show a progress bar.

        Returns
        -------
        Atlas

        Raises
        ------
        ColumnNotFoundError
            A column is missing.
        KeyColumnError
            Rows cannot be told apart from one day to the next.
        InputError
            There are fewer than two rows, nothing to place them by, or vectors that are not finite.
        """
        if isinstance(features, str):
            raise InputError(f"features must be a list of columns. Got {features!r}.", hint=f"features=[{features!r}]")
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"seed must be a whole number from 0 on. Got {seed!r}.", hint="seed=0 is as good as any.")
        if n_neighbors < 1:
            raise InputError(f"n_neighbors must be at least 1. Got {n_neighbors!r}.", hint="15 suits most data.")
        if isinstance(xy, list) and len(xy) == 2 and all(isinstance(name, str) for name in xy):
            xy = (str(xy[0]), str(xy[1]))  # what a person writes who thinks of columns
        table = Table.from_any(data)
        if table.n_rows < 2:
            message = f"a map needs at least 2 rows. Got {table.n_rows}."
            raise InputError(message, hint="Check the filter that made this frame.")
        content = _content(table, text, image, features)
        recipe = choose_recipe(table, key, content)
        keys = row_keys(table, recipe)
        positions = None if xy is None else _positions(table, xy, keys)
        place = resolve_device(device)
        with StageBar(_STAGES, enabled=progress) as bar:
            space = _embed(table, text, image, embedding, features, positions, keys, seed)
            placed = _place(space, positions, n_neighbors, place, seed, bar)
        return cls(
            keys=keys,
            vectors=space.vectors,
            neighbors=Neighbors(placed["indices"], placed["distances"]),
            xy=placed["xy"],
            clusters=placed["clusters"],
            metric=space.metric,
            embedder=space.name,
            device=place,
            content=content,
            recipe=recipe,
            table=table,
        )


def _content(table: Table, text: str | None, image: str | None, features: Sequence[str] | None) -> tuple[str, ...]:
    named = [("text", text), ("image", image), *(("features", name) for name in features or ())]
    for parameter, name in named:
        if name is not None:
            table.require(name, parameter)
    return tuple(dict.fromkeys(name for _, name in named if name is not None))


def _embed(
    table: Table,
    text: str | None,
    image: str | None,
    embedding: EmbeddingSource | None,
    features: Sequence[str] | None,
    positions: Float32Array | None,
    keys: npt.NDArray[Any],
    seed: int,
) -> Embedding:
    from labelatlas import embed

    if isinstance(embedding, str):
        vectors = table.vectors(embedding, "embedding")
        return _named(lambda: embed.embed_vectors(vectors), keys)
    if callable(embedding):
        return _named(lambda: embed.embed_callable(embedding, table.native), keys)
    if embedding is not None:
        if hasattr(embedding, "toarray"):  # a sparse matrix
            message = f"embedding must be a dense array. Got {type(embedding).__name__}."
            raise InputError(message, hint="Reduce it first, for example by TruncatedSVD, or pass embedding.toarray().")
        if len(embedding) != table.n_rows:
            message = f"embedding must have one vector a row. Got {len(embedding)} for {table.n_rows} rows."
            raise InputError(message, hint="Embed the rows of this very frame, in its order.")
        return _named(lambda: embed.embed_vectors(embedding), keys)
    if image is not None:
        images = list(table.values(image))
        return _named(lambda: remembered_images(images, seed, lambda: embed.embed_image(images, seed=seed)), keys)
    if text is not None:
        texts = [None if t is None else str(t) for t in table.values(text)]
        return remembered_texts(texts, seed, lambda: embed.embed_text(texts, seed=seed))
    if features:
        return embed.embed_features({name: table.values(name) for name in features})
    if positions is not None:
        return embed.embed_vectors(positions)
    message = "nothing says where the rows lie."
    raise InputError(message, hint="Give one of text=, image=, embedding=, features= or xy=.")


def _named(make: Callable[[], Embedding], keys: npt.NDArray[Any]) -> Embedding:
    """Add the keys of the rows that an error speaks of: positions alone help nobody find them."""
    from labelatlas.embed import InvalidRowsError

    try:
        return make()
    except InvalidRowsError as error:
        shown = ", ".join(repr(k) for k in keys[list(error.rows[:5])].tolist())
        message = f"{error.message} Their keys: {shown}{', ...' if len(error.rows) > 5 else ''}."
        raise InputError(message, hint=error.hint) from error


def _positions(table: Table, xy: XySource, keys: npt.NDArray[Any]) -> Float32Array:
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
        message = f"xy must be finite. {len(bad)} rows are not, among them {keys[bad[0]]!r}."
        raise InputError(message, hint="Drop these rows, or let labelatlas make the map.")
    return values.astype(np.float32)


def _place(
    space: Embedding,
    positions: Float32Array | None,
    n_neighbors: int,
    device: Device,
    seed: int,
    bar: StageBar,
) -> dict[str, npt.NDArray[Any]]:
    """Return indices, distances, xy and clusters, from the cache when they are there."""
    from labelatlas.space import find_clusters, find_neighbors, layout

    k = min(n_neighbors, len(space.vectors) - 1)

    def make() -> dict[str, npt.NDArray[Any]]:
        bar.stage(1)
        neighbors = find_neighbors(space.vectors, k, metric=space.metric, device=device)
        bar.stage(2)
        xy = positions if positions is not None else layout(space.vectors, neighbors, metric=space.metric, seed=seed)
        bar.stage(3)
        return {
            "indices": neighbors.indices,
            "distances": neighbors.distances,
            "xy": xy,
            "clusters": find_clusters(xy),
        }

    chance = None if positions is not None else seed
    return remembered_place((space.vectors, space.metric, k, positions, chance, device), make)


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    seen = array.view()
    seen.flags.writeable = False
    return seen
