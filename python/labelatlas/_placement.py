"""The heavy parts of an atlas, each made when it is first asked for and kept on disk for itself.

Neighbours, map and clusters are stages: each is stored as soon as it is made, so that work that was interrupted goes on with the
first stage that is missing. With positions given nobody may ever ask for neighbours; then none are searched.
"""

from __future__ import annotations

import contextlib
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas import _cache
from labelatlas._remember import remembered_place
from labelatlas._typing import Neighbors

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._place_options import PlaceOptions
    from labelatlas._typing import Float32Array, Int64Array, Metric
    from labelatlas.space import ClusterTree

    Tell = Callable[[int, float], None]
    Show = Callable[[Float32Array], None]


class Placement:
    """Neighbours, map and clusters of some vectors.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32
    metric : "cosine" or "euclidean"
    options : PlaceOptions
    xy : ndarray of shape (n, 2), float32, or None
        Positions that are given.
    held : mapping of str to ndarray
        Parts that are there already: indices, distances, recall.
    no_vector : ndarray of shape (m,), int64, or None
        Rows that have no vector: they lie in the lower left corner of the map of the others.
    """

    def __init__(
        self,
        vectors: Float32Array,
        metric: Metric,
        options: PlaceOptions,
        xy: Float32Array | None = None,
        held: dict[str, Any] | None = None,
        no_vector: Int64Array | None = None,
    ) -> None:
        self.vectors = vectors
        self.metric: Metric = metric
        self.options = options
        self._given = xy
        self._held = held or {}
        self.no_vector: Int64Array = np.empty(0, dtype=np.int64) if no_vector is None else no_vector
        self._tell: Tell = _nobody
        self._show: Show | None = None

    def make(self, tell: Tell, show: Show | None = None) -> None:
        """Make what is wanted at once: the map, and what it needs.

        Parameters
        ----------
        tell : callable
            Told (stage, share of it that is done): 0 neighbours, 1 map, 2 clusters.
        show : callable or None
            Given the map as it forms.
        """
        self._tell, self._show = tell, show
        try:
            if self._given is None:
                from labelatlas.space import prepare_layout

                _in_a_thread(prepare_layout)
                if not self._sampled:  # else the graph of all rows is made when somebody asks for it
                    tell(0, 0.0)
                    _ = self.neighbors
                tell(1, 0.0)
            _ = self.xy
            if self._given is None:
                tell(2, 0.0)
                _ = self.tree
        finally:
            self._tell, self._show = _nobody, None

    @property
    def neighbors(self) -> Neighbors:
        """Return the neighbour graph."""
        return Neighbors(self._graph["indices"], self._graph["distances"])

    @property
    def recall(self) -> float:
        """Return the share of true neighbours in the graph."""
        return float(self._graph["recall"])

    @cached_property
    def xy(self) -> Float32Array:
        """Return the map."""
        if self._given is not None:
            return self._given
        from labelatlas.space import layout, layout_sampled

        options = self.options

        def make() -> dict[str, npt.NDArray[Any]]:
            kept = self._kept
            show = self._show
            drawing: dict[str, Any] = {
                "metric": self.metric,
                "seed": options.seed,
                "engine": options.engine,
                "device": options.device,
                "start": None if options.start is None else np.asarray(options.start)[kept],
                "target": None if options.target is None else np.asarray(options.target)[kept],
                "target_weight": options.target_weight,
                "progress": lambda done, total: self._tell(1, done / total),
            }
            if self._sampled and options.sample is not None:
                vectors = np.ascontiguousarray(self.vectors[kept])
                placed = layout_sampled(
                    vectors,
                    self._k,
                    sample=options.sample,
                    exact=options.exact,
                    frames=None if show is None else lambda xy, _: show(xy),
                    **drawing,
                )
            else:
                placed = layout(*self._placeable(), frames=show, **drawing)
            xy = np.empty((len(self.vectors), 2), dtype=np.float32)
            xy[kept] = placed
            xy[self.no_vector] = corner_of(placed)
            return {"xy": xy}

        drawn = (options.engine, options.seed, options.target, options.target_weight, options.start, self.no_vector)
        drawn += (options.sample if self._sampled else None,)
        return read_only(remembered_place(("map", self._name, *drawn), make)["xy"])

    @cached_property
    def tree(self) -> ClusterTree:
        """Return the hierarchy of clusters on the map."""
        from labelatlas.space import grow_clusters

        def make() -> ClusterTree:
            return grow_clusters(self.xy[self._kept], seed=self.options.seed, progress=lambda part: self._tell(2, part))

        return self._tree("clusters", self.xy, make)

    @cached_property
    def tree_of_vectors(self) -> ClusterTree:
        """Return the hierarchy of clusters in the original space."""
        from labelatlas.space import grow_clusters_of_vectors

        def make() -> ClusterTree:
            options = self.options
            return grow_clusters_of_vectors(
                self.vectors[self._kept], metric=self.metric, seed=options.seed, device=options.device
            )

        return self._tree(f"clusters of vectors, {self.metric}", self.vectors, make)

    def _tree(self, name: str, places: Float32Array, make: Callable[[], ClusterTree]) -> ClusterTree:
        """Return a hierarchy; rows without a vector are in no cluster of it."""
        from labelatlas.space import ClusterTree

        def made() -> dict[str, npt.NDArray[Any]]:
            parts: dict[str, npt.NDArray[Any]] = dict(vars(make()))
            if len(self.no_vector):
                for field, nothing in (("node", -1), ("row_density", 0.0)):
                    found = np.full(len(self.vectors), nothing, dtype=parts[field].dtype)
                    found[self._kept] = parts[field]
                    parts[field] = found
            return parts

        return ClusterTree(**remembered_place((name, places, self.options.seed, self.no_vector), made))

    @property
    def _sampled(self) -> bool:
        """Tell whether the map is that of a sample, among which the other rows are placed: a GPU lays out all."""
        sample = None if self.options.device == "cuda" else self.options.sample
        return sample is not None and len(self.vectors) - len(self.no_vector) > max(sample, self._k + 1)

    @cached_property
    def _kept(self) -> Any:
        """Return the rows that have a vector."""
        lost = self.no_vector
        return np.setdiff1d(np.arange(len(self.vectors)), lost) if len(lost) else slice(None)

    def _placeable(self) -> tuple[Float32Array, Neighbors | None]:
        """Return the vectors of the rows that have one, and the graph among them."""
        if not len(self.no_vector):
            return self.vectors, self.neighbors if len(self.vectors) > 1 else None
        kept = self._kept
        vectors = np.ascontiguousarray(self.vectors[kept])
        number = np.full(len(self.vectors), -1, dtype=np.int32)
        number[kept] = np.arange(len(kept), dtype=np.int32)
        indices = number[self.neighbors.indices[kept]]
        if (indices >= 0).all():
            return vectors, Neighbors(indices, self.neighbors.distances[kept])
        if len(kept) == 1:
            return vectors, None
        from labelatlas.space import find_neighbors

        return vectors, find_neighbors(vectors, min(self._k, len(kept) - 1), metric=self.metric)

    @cached_property
    def _name(self) -> str:
        """Return a digest of all that the graph depends on."""
        exact = bool(self.options.exact) or (self.options.exact is None and len(self.vectors) <= _MANY_ROWS)
        chance = None if exact else self.options.seed
        return _cache.digest(self.vectors, self.metric, self._k, exact, chance, self.options.device)

    @property
    def _k(self) -> int:
        return min(self.options.n_neighbors, len(self.vectors) - 1)

    @cached_property
    def _graph(self) -> dict[str, npt.NDArray[Any]]:
        if self._held:
            return self._held
        if len(self.vectors) < 2:
            none = (len(self.vectors), 0)
            return {
                "indices": np.empty(none, np.int32),
                "distances": np.empty(none, np.float32),
                "recall": np.array(1.0),
            }
        from labelatlas.space import search_neighbors

        def make() -> dict[str, npt.NDArray[Any]]:
            neighbors, recall = search_neighbors(
                self.vectors,
                self._k,
                metric=self.metric,
                device=self.options.device,
                exact=self.options.exact,
                seed=self.options.seed,
                progress=lambda done, total: self._tell(0, done / total),
            )
            return {"indices": neighbors.indices, "distances": neighbors.distances, "recall": np.array(recall)}

        return {name: read_only(part) for name, part in remembered_place(("neighbours", self._name), make).items()}


def _in_a_thread(load: Callable[[], None]) -> None:
    """Load numba where no interrupt reaches: a kernel that was stopped midway cannot import it any more."""

    def quietly() -> None:
        with contextlib.suppress(Exception):  # the stage that needs it says what is wrong
            load()

    thread = threading.Thread(target=quietly, daemon=True, name="labelatlas-load")
    thread.start()
    thread.join()


_MANY_ROWS = 30_000


def corner_of(xy: Float32Array) -> Float32Array:
    """Return the lower left corner of a map, where rows without a vector are put.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float32
        n >= 1.

    Returns
    -------
    ndarray of shape (2,), float32
    """
    return xy.min(axis=0)


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view that cannot be written through; the array itself stays as it is.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    ndarray
    """
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _nobody(stage: int, part: float) -> None:
    """Take a report that nobody asked for."""
