"""The rows of a frame, placed in a space: keys, vectors, neighbour graph, map, clusters.

An atlas composes the rooms `frames`, `embed` and `space`; it has no algorithm of its own. It never changes, and its heavy
parts are kept on disk by the content they were made from, so that running a cell again is quick. Its parts: `_sources` (what
rows are placed by), `_placement` (the heavy parts, each made when first asked for), `_extend` and `_atlas_files`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from labelatlas._atlas_files import facts_of, read_atlas, sources_from, write_atlas
from labelatlas._device import resolve_device
from labelatlas._embed_rows import embed_rows
from labelatlas._extend import extended
from labelatlas._place_options import SAMPLE, PlaceOptions, checked, start_of
from labelatlas._placement import Placement, read_only
from labelatlas._progress import StageBar, Watcher
from labelatlas._rows_in import embed_table, enough, or_name_rows
from labelatlas._sources import EmbedderSource, EmbeddingSource, Sources, XySource
from labelatlas.exceptions import InputError, KeyColumnError
from labelatlas.frames import KeyIndex, KeyRecipe, Table, choose_recipe, read_labels, row_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from labelatlas._typing import Device, Engine, Float32Array, Int32Array, Int64Array, Level, Metric, Neighbors
    from labelatlas.embed import Embedding
    from labelatlas.space import ClusterTree, SpaceQuality

__all__ = ["Atlas", "EmbedderSource", "EmbeddingSource", "XySource"]

_STAGES = ("embed", "neighbours", "map", "clusters")


@dataclass(frozen=True, eq=False)
class Atlas:
    """Rows, placed.

    Its arrays are read-only: change a copy. `neighbors`, `xy`, `clusters` and `tree` are made when they are first asked for,
    where `from_frame` did not need them.

    Attributes
    ----------
    keys : ndarray of shape (n,), int64 or object (str)
        Row keys.
    vectors : ndarray of shape (n, d), float32
        Where the rows lie in the original space.
    metric : "cosine" or "euclidean"
        How the vectors are compared.
    embedder : str
        What made the vectors.
    device : "cpu" or "cuda"
        Where the neighbours are computed.
    recipe : KeyRecipe
        How the rows are known.
    table : Table
        The frame.
    sources : Sources
        What the rows are placed by.
    placement : Placement
        Neighbours, map and clusters.

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
    metric: Metric
    embedder: str
    device: str
    recipe: KeyRecipe
    table: Table = field(repr=False)
    sources: Sources = field(repr=False)
    placement: Placement = field(repr=False)

    def __post_init__(self) -> None:
        """Make the arrays read-only; the caller's own stay as they are."""
        for name in ("keys", "vectors"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __repr__(self) -> str:
        """Return the sizes: the arrays themselves are too long to read."""
        n, d = self.vectors.shape
        return f"Atlas({n:,} rows, {d} dimensions from {self.embedder!r}, keys {self.recipe})"

    @property
    def content(self) -> tuple[str, ...]:
        """Return the columns that say what a row is."""
        return self.sources.content

    @property
    def xy(self) -> Float32Array:
        """Return the map, (n, 2) float32: at most 1 from the middle either way, unless the caller gave positions."""
        return read_only(self.placement.xy)

    @property
    def neighbors(self) -> Neighbors:
        """Return the k nearest rows of each row in the original space."""
        return self.placement.neighbors

    @property
    def no_vector(self) -> Int64Array:
        """Return the rows without a vector, for what they hold is missing or cannot be read: they lie in a corner of the map."""
        return read_only(self.placement.no_vector)

    @property
    def recall(self) -> float:
        """Return the share of true neighbours in `neighbors`: 1 where all pairs were compared, else estimated."""
        return self.placement.recall

    @property
    def tree(self) -> ClusterTree:
        """Return the clusters within clusters on the map."""
        return self.placement.tree

    @property
    def clusters(self) -> Int32Array:
        """Return the cluster of each row, (n,) int32, 0 the largest; -1 = noise."""
        return read_only(self.tree.cut())

    def clusters_at(
        self, level: Level, *, absorb: bool = False, space: Literal["map", "vectors"] = "map"
    ) -> Int32Array:
        """Return the clusters at another level, in an instant.

        Parameters
        ----------
        level : "eom", "leaf" or int
            Those that persist, the finest, or about that many.
        absorb : bool
            Whether noise goes to the nearest cluster.
        space : "map" or "vectors"
            Where clusters are looked for. Among the vectors all pairs count: the first call takes minutes for 50,000 rows of
            many columns.

        Returns
        -------
        ndarray of shape (n,), int32
            0 is the largest; -1 = noise.

        Raises
        ------
        InputError
            When the level or the space is none of these.
        """
        from labelatlas.space import absorb_noise

        if space not in {"map", "vectors"}:
            raise InputError(f"space must be 'map' or 'vectors'. Got {space!r} instead.")
        tree, places = (self.tree, self.xy) if space == "map" else (self.placement.tree_of_vectors, self.vectors)
        found = tree.cut(level)
        return absorb_noise(found, places) if absorb else found

    def quality(self, label: str | npt.NDArray[Any], *, k: int = 10) -> SpaceQuality:
        """Return how well the space fits labels: how often a row's nearest rows name its label.

        Parameters
        ----------
        label : str or ndarray of shape (n,), int
            A column of the frame, or codes, -1 = unlabelled.
        k : int
            How many rows vote.

        Returns
        -------
        SpaceQuality

        Raises
        ------
        ColumnNotFoundError
            There is no such column.
        InputError
            The codes are no whole numbers, one a row.
        NotApplicable
            Too few rows have a label.
        """
        from labelatlas.space import space_quality

        codes = read_labels(self.table, label).codes if isinstance(label, str) else label
        return space_quality(self.neighbors, codes, k=k)

    def extend(self, data: object, *, embedding: EmbeddingSource | None = None) -> Atlas:
        """Return the atlas of a frame that has grown or shrunk, on this map: rows known by key stay where they are.

        Parameters
        ----------
        data : DataFrame or dict of columns
            With the columns that this atlas was made from.
        embedding : str, Path, ndarray, callable or None
            The vectors of `data`, where those of this atlas were given as an array or in a file.

        Returns
        -------
        Atlas
            Of the rows of `data`. New rows lie among their neighbours; texts, pictures and features of old and new rows are
            embedded together.

        Raises
        ------
        InputError
            A row cannot be placed.
        """
        table = Table.from_any(data)
        if self.sources.weights is not None and self.sources.forgot:
            message = "this atlas was saved, and what joined its vectors (an array, a function) was not written down."
            raise InputError(message, hint="Make it again, of all rows: Atlas.from_frame(data, ...).")
        if embedding is None and not self.sources.tell:
            message = "this atlas does not know how new rows become vectors. Expected embedding= for the rows of data."
            raise InputError(message, hint="atlas.extend(data, embedding=vectors)")
        sources = self.sources if embedding is None else replace(self.sources, embedding=embedding)
        sources.check(table)
        sources = sources.at_hand(table)
        keys = row_keys(table, self.recipe)
        old = (self.table, self.keys, self.vectors, self.metric, self.xy, self.neighbors, self.no_vector)
        options = self.placement.options
        vectors, xy, gone = or_name_rows(
            lambda: extended(old, (self.sources, sources), (table, keys), options.seed, device=options.device), keys
        )
        placement = Placement(vectors, self.metric, options, xy, no_vector=gone)
        return replace(self, keys=keys, vectors=vectors, table=table, sources=sources, placement=placement)

    def on(self, data: object) -> Atlas:
        """Return the atlas over another state of its frame: the same rows in any order, with whatever their columns hold now.

        Parameters
        ----------
        data : DataFrame or dict of columns
            It may hold other rows too: these are left out, as they are not placed.

        Returns
        -------
        Atlas
            With the places of this one, its rows in their order.

        Raises
        ------
        KeyColumnError
            A row of the atlas is not there.
        """
        table = Table.from_any(data)
        rows = np.asarray(KeyIndex(row_keys(table, self.recipe)).positions(self.keys.tolist()), dtype=np.int64)
        if (rows < 0).any():
            message = f"data must hold the {len(rows):,} rows of the atlas. {int((rows < 0).sum()):,} are not there."
            raise KeyColumnError(message, hint="For a frame with other rows: atlas.extend(data).")
        same = len(rows) == table.n_rows and bool((rows == np.arange(len(rows))).all())
        return replace(self, table=table if same else table.take(rows))

    def save(self, path: str | Path) -> None:
        """Write the atlas, but not the frame, into a folder of .npy and JSON files.

        Parameters
        ----------
        path : str or Path
            A new folder, or one that holds an atlas.

        Raises
        ------
        InputError
            The folder holds something else or cannot be written.
        """
        keys = self.keys if self.keys.dtype.kind in "iu" else np.array([str(key) for key in self.keys])
        arrays = {"keys": keys, "vectors": self.vectors, "xy": self.xy, "recall": np.array(self.recall)}
        arrays |= self.neighbors._asdict() | {"no_vector": self.no_vector}
        facts = {"metric": self.metric, "embedder": self.embedder, "device": self.device}
        facts |= {"recipe": [self.recipe.kind, list(self.recipe.columns)]}
        write_atlas(path, {**facts, **facts_of(self.sources, self.placement.options)}, arrays)

    @classmethod
    def load(cls, path: str | Path, data: object) -> Atlas:
        """Read an atlas that `save` wrote, for the frame that it was made from.

        Parameters
        ----------
        path : str or Path
            The folder.
        data : DataFrame or dict of columns
            The same rows, in any order.

        Returns
        -------
        Atlas
            In the order of `data`.

        Raises
        ------
        InputError
            There is no such atlas, or the frame has other rows.
        """
        facts, arrays = read_atlas(path)
        table = Table.from_any(data)
        recipe = KeyRecipe(facts["recipe"][0], tuple(facts["recipe"][1]))
        keys = row_keys(table, recipe)
        held = arrays["keys"] if arrays["keys"].dtype.kind in "iu" else arrays["keys"].astype(object)
        order = np.asarray(KeyIndex(held).positions(keys.tolist()), dtype=np.int64)
        if len(order) != len(held) or (order < 0).any():
            message = (
                f"data must hold the {len(held)} rows of the atlas. Got {len(order)}, {int((order < 0).sum())} new."
            )
            raise KeyColumnError(message, hint="For a frame that has grown: Atlas.load(path, old).extend(new).")
        sources, options = sources_from(facts)
        device = resolve_device("auto") if facts["device"] == "cuda" else facts["device"]  # saved where there was a GPU
        options = replace(options, device=device)
        gone = arrays.get("no_vector", np.empty(0, dtype=np.int64))
        if (order == np.arange(len(order))).all():
            vectors, xy, graph = arrays["vectors"], arrays["xy"], arrays
        else:
            back = np.argsort(order).astype(np.int32)
            gone = np.sort(back[gone]).astype(np.int64)
            vectors, xy = arrays["vectors"][order], arrays["xy"][order]
            graph = {"indices": back[arrays["indices"][order]], "distances": arrays["distances"][order]}
        held_graph = {name: read_only(graph[name]) for name in ("indices", "distances")}
        held_graph["recall"] = arrays["recall"]
        placement = Placement(vectors, facts["metric"], options, xy, held_graph, gone)
        return cls(keys, vectors, facts["metric"], facts["embedder"], device, recipe, table, sources, placement)

    @classmethod
    def from_frame(
        cls,
        data: object,
        *,
        text: str | None = None,
        image: str | None = None,
        audio: str | None = None,
        embedding: EmbeddingSource | None = None,
        features: Sequence[str] | None = None,
        xy: XySource | None = None,
        weights: Mapping[str, float] | None = None,
        embedder: EmbedderSource | Mapping[str, EmbedderSource] | None = None,
        key: str | None = None,
        n_neighbors: int = 15,
        exact: bool | None = None,
        sample: int | None = SAMPLE,
        engine: Engine = "auto",
        start: npt.NDArray[Any] | None = None,
        target: str | None = None,
        target_weight: float = 0.5,
        on_invalid: Literal["raise", "drop"] = "raise",
        device: Device = "auto",
        seed: int = 0,
        progress: bool | Watcher = True,
    ) -> Atlas:
        """Place the rows of a frame.

        The space comes from the first of `embedding`, `image`, `audio`, `text`, `features` and `xy` that is given, or from those
        that `weights` names; the others are kept for people to look at.

        Parameters
        ----------
        data : DataFrame or dict of columns
            pandas, polars, pyarrow, a DuckDB relation, a `datasets.Dataset` or an AnnData object (its `obs`); never changed.
        text, image, audio : str or None
            Columns. Pictures are arrays, PIL images, bytes or paths. A row whose text or picture is missing or cannot be read has
            no vector: it is named in a logged warning, listed in `no_vector`, and lies in the lower left corner of the map.
        embedding : str, Path, ndarray of shape (n, d), callable or None
            A column of vectors (a matrix of `obsm` for AnnData), a .npy or .safetensors file of them, the vectors, or a
            function from the frame to the vectors.
        features : sequence of str or None
            Columns of numbers, categories, booleans or dates. What is missing is marked, and infinite numbers count as large ones.
        xy : tuple of two str, str, ndarray of shape (n, 2) or None
            Positions on the map, when there are some already: two columns, one of pairs (a matrix of `obsm`), or the numbers.
        weights : mapping of str to float, or None
            Joins several sources: {"text": 1, "features": 0.3} makes squared distances of both count in that proportion.
        embedder : str, Path, callable, mapping of these, or None
            What turns texts, pictures or sounds into vectors: "tf-idf + wordllama" (terms, and vectors of words; None = this, where that
            package is installed), "wordllama" (vectors of words alone), "tf-idf" (None = this elsewhere), the folder or name of a sentence-transformers model on this machine;
            for pictures "pixels" (None = this), "efficientnet-lite0", "timm:MODEL" or "open_clip:MODEL"; or
            a function from a list of at most 256 cells to their vectors, which sounds need. A mapping where several are joined:
            {"text": "tf-idf", "audio": function}. Nothing is ever downloaded.
        key : str or None
            The column that identifies a row, or "index"; None = a text index, else a hash of the content.
        n_neighbors : int
            Neighbours of a row; at least 1. Fewer are taken when there are fewer other rows.
        exact : bool or None
            Whether all pairs are compared to find neighbours; None = up to 30,000 rows, and above almost all neighbours are
            found in a fraction of the time (see `recall`).
        sample : int or None
            Most rows that are laid out, at least 1,000: of a larger frame a sample makes the map, and the other rows are placed among
            their nearest rows of it. The neighbour graph of all rows is then made when it is first asked for. None = all rows, as
            on a GPU.
        engine : "auto", "numba", "torch", "umap-learn" or "cuml"
            What draws the map; see `labelatlas.space.layout`.
        start : ndarray of shape (n, 2) or None
            An earlier map to begin with, NaN for rows without a place.
        target : str or None
            A label column that draws the map: rows of one label together, rows of different labels apart.
        target_weight : float
            How much it counts, in [0, 1]; as in umap-learn 0 is little, not nothing.
        on_invalid : "raise" or "drop"
            What to do about rows that cannot be placed: "raise" names those of vectors or positions that are not finite,
            ragged or missing in an error; "drop" leaves these and rows without a vector out of the atlas and names them in
            a logged warning.
        device : "auto", "cpu" or "cuda"
            Where to compute.
        seed : int
            The same seed gives the same map on the same machine.
        progress : bool or Watcher
            Whether to show a progress bar; an object with the methods `tell(words, part)` and `picture(xy)` shows it instead.

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
        if on_invalid not in {"raise", "drop"}:
            raise InputError(f"on_invalid must be 'raise' or 'drop'. Got {on_invalid!r} instead.")
        table = enough(Table.from_any(data))
        sources = Sources(text, image, audio, embedding, () if features is None else tuple(features), weights)
        sources.check(table)
        sources = sources.settled(embedder).at_hand(table)
        recipe = choose_recipe(table, key, sources.content)
        place = resolve_device(device)
        options = checked(PlaceOptions(n_neighbors, exact, engine, place, seed, None, target_weight, None, sample))
        n = table.n_rows
        if target is not None:
            table.require(target, "target")
            options = replace(options, target=read_labels(table, target).codes.astype(np.int32))
        with StageBar(_STAGES, enabled=progress, n_rows=n, n_by_row=2) as bar:

            def embed(table: Table, sources: Sources, positions: Float32Array | None) -> Embedding:
                told = lambda part: bar.stage(0, part)  # noqa: E731 - one line below
                return embed_rows([table], sources, positions, options.seed, device=place, tell=told)

            table, space, positions, rows = embed_table(table, sources, xy, recipe, on_invalid, embed)
            codes = None if options.target is None else options.target[rows]
            options = replace(options, target=codes, start=start_of(start, n, rows))
            if len(rows) < n and isinstance(sources.embedding, np.ndarray):
                sources = replace(sources, embedding=sources.embedding[rows])
            gone = None if space.missing is None else np.flatnonzero(space.missing)
            placement = Placement(space.vectors, space.metric, options, positions, no_vector=gone)
            placement.make(lambda stage, part: bar.stage(stage + 1, part), bar.picture if bar.shows_pictures else None)
        keys = row_keys(table, recipe)
        return cls(keys, space.vectors, space.metric, space.name, place, recipe, table, sources, placement)
