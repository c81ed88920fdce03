"""The tree that HDBSCAN grows from: least mutual reachability between all rows, found in pieces that an interrupt can part.

The library does all of it in one call that nothing can stop: 14 CPU-s for a map of 200,000 rows, most of them in its search for
core distances. In few dimensions that search is done here by a k-d tree, block by block, and the library finds the tree: 4 CPU-s.
In many dimensions the library would compare all pairs on one core; here it is O. Boruvka's algorithm ("O jistem problemu
minimalnim", 1926) over the exact neighbours and, only for rows of which these cannot tell the nearest other component, over tiles of
distances, on the CPU or a GPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._in_threads import in_threads
from labelatlas.space._exhaustive import squared_differences
from labelatlas.space._memory import or_on_cpu
from labelatlas.space._neighbors import find_neighbors
from labelatlas.space._tree import MAX_TREE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array

_BLOCK = 1 << 14
_NEIGHBORS = 16
_TILE_VALUES = {"cpu": 1 << 22, "cuda": 1 << 26}
"""Distances held at once: 32 MB by a thread, 512 MB on a GPU."""
_PIECE_PRODUCTS = 1 << 33
"""Products of numbers in one piece of a thread's work, half a second: an interrupt waits for no more."""


def spanning_edges(
    places: Float64Array, min_samples: int, *, device: str = "cpu", tell: Callable[[float], None] | None = None
) -> Float64Array:
    """Return the spanning tree of least mutual reachability.

    Parameters
    ----------
    places : ndarray of shape (n, d), float64
        n >= 2, not all equal.
    min_samples : int
        The distance to this nearest other row says how dense a place is; from 1 to n - 1.
    device : {"cpu", "cuda"}
        Where distances in many dimensions are computed.
    tell : callable or None
        Told the share that is done, in [0, 1], every second or more often.

    Returns
    -------
    ndarray of shape (n - 1, 3), float64
        Row, row, reachability; ascending by the last.
    """
    told = tell or _nobody
    few = places.shape[1] <= MAX_TREE_COLUMNS
    if few:
        edges = _by_library(places, min_samples, told)
    else:
        edges = or_on_cpu(lambda place: _by_rounds(places, min_samples, place, told), device, "clusters")
    # The order of equal ones decides how the library divides: its own order, so that clusters are those it finds itself.
    return np.ascontiguousarray(edges[np.argsort(edges[:, 2])])


def _by_library(places: Float64Array, min_samples: int, tell: Callable[[float], None]) -> Float64Array:
    """Return what the library finds, its questions for neighbours answered here."""
    from hdbscan._hdbscan_boruvka import KDTreeBoruvkaAlgorithm

    search: Any = KDTreeBoruvkaAlgorithm(
        _Tree(places, tell), min_samples, leaf_size=13, approx_min_span_tree=True, n_jobs=1
    )
    tell(0.7)
    return np.asarray(search.spanning_tree())


class _Tree:
    """A k-d tree as the library asks for one; each block of an answer can be interrupted."""

    def __init__(self, places: Float64Array, tell: Callable[[float], None]) -> None:
        from scipy.spatial import cKDTree  # pyright: ignore[reportAttributeAccessIssue]

        self.data = places
        self._tree, self._tell = cKDTree(places), tell

    def query(self, data: Any, k: int, **_: object) -> tuple[Float64Array, Int64Array]:
        """Return distances and rows of the k nearest of each row, itself among them."""
        asked = np.asarray(data)
        distances, rows = np.empty((len(asked), k)), np.empty((len(asked), k), dtype=np.intp)
        for first in range(0, len(asked), _BLOCK):
            part = slice(first, first + _BLOCK)
            distances[part], rows[part] = self._tree.query(asked[part], k)
            self._tell(0.5 * min(first + _BLOCK, len(asked)) / len(asked))
        return distances, rows


def _by_rounds(places: Float64Array, min_samples: int, device: str, tell: Callable[[float], None]) -> Float64Array:
    """Return the tree by joining each component to the one nearest to it, until one is left."""
    n = len(places)
    k = min(n - 1, max(_NEIGHBORS, min_samples))
    near = find_neighbors(
        places, k, device="cuda" if device == "cuda" else "cpu", progress=lambda done, total: tell(0.6 * done / total)
    ).indices.astype(np.int64)
    distance = np.sqrt(squared_differences(places, np.arange(n), near))
    core = distance[:, min_samples - 1]
    reach = np.maximum(np.maximum(distance, core[:, None]), core[near])
    # No row that is not among the neighbours is reached at less than this: until such a row is looked for, all that is known of it.
    least = np.maximum(distance[:, -1], core) if k < n - 1 else np.full(n, np.inf)
    far = np.full(n, -1)
    tiles = _Tiles(places, core, device)
    edges: list[tuple[int, int, float]] = []
    component = np.arange(n)
    parent = np.arange(n)
    while len(edges) < n - 1:
        foreign = np.where(component[near] != component[:, None], reach, np.inf)
        nearest = foreign.argmin(axis=1)
        value, target = foreign[np.arange(n), nearest], near[np.arange(n), nearest]
        apart = (far >= 0) & (component[far] != component)
        better = apart & (least < value)
        value[better], target[better] = least[better], far[better]
        bound = np.full(n, np.inf)
        np.minimum.at(bound, component, value)
        asked = np.flatnonzero(~apart & (least < np.minimum(value, bound[component])))
        if len(asked):
            least[asked], far[asked] = tiles.nearest_foreign(asked, component)
            closer = asked[least[asked] < value[asked]]
            value[closer], target[closer] = least[closer], far[closer]
        order = np.lexsort((np.arange(n), value, component))
        first = order[np.unique(component[order], return_index=True)[1]]
        for row in first[np.argsort(value[first], kind="stable")].tolist():
            one, other = _root(parent, row), _root(parent, int(target[row]))
            if one != other:
                parent[max(one, other)] = min(one, other)
                edges.append((row, int(target[row]), float(value[row])))
        component = _roots(parent)
        tell(0.6 + 0.4 * len(edges) / (n - 1))
    return np.array(edges, dtype=np.float64)


class _Tiles:
    """All rows, for those whose neighbours are all of their own component."""

    def __init__(self, places: Float64Array, core: Float64Array, device: str) -> None:
        import torch

        self._places, self._device = places, device
        centred = places - places.mean(axis=0)
        self._rows = torch.from_numpy(centred).to(device)  # float64: a GPU for such work has units for it
        self._norms = self._rows.square().sum(dim=1)
        self._core, self._reach = torch.from_numpy(core**2).to(device), core

    def nearest_foreign(self, asked: Int64Array, component: Int64Array) -> tuple[Float64Array, Int64Array]:
        """Return the least reachability of a row of another component, and that row, for each that is asked about."""
        import torch

        n, d = self._rows.shape
        columns = min(n, _BLOCK)
        block = max(1, _TILE_VALUES[self._device] // columns)
        if self._device == "cpu":
            block = max(1, min(block, _PIECE_PRODUCTS // (n * d)))
        target = np.empty(len(asked), dtype=np.int64)
        parts = torch.from_numpy(component).to(self._device)

        @torch.inference_mode()
        def search(first: int) -> None:
            own = torch.from_numpy(asked[first : first + block]).to(self._device)
            best = torch.full((len(own),), torch.inf, dtype=torch.float64, device=self._device)
            at = torch.zeros(len(own), dtype=torch.int64, device=self._device)
            for left in range(0, n, columns):
                others = slice(left, left + columns)
                tile = torch.addmm(self._norms[others], self._rows[own], self._rows[others].T, alpha=-2.0)
                tile += self._norms[own, None]
                tile = torch.maximum(torch.maximum(tile, self._core[own, None]), self._core[others])
                tile[parts[own, None] == parts[others]] = torch.inf
                values, places = tile.min(dim=1)
                closer = values < best
                best[closer], at[closer] = values[closer], places[closer] + left
            target[first : first + block] = at.cpu().numpy()

        starts = range(0, len(asked), block)
        for _ in in_threads(search, starts) if self._device == "cpu" else map(search, starts):
            pass
        found = np.sqrt(squared_differences(self._places, asked, target[:, None])[:, 0])
        return np.maximum(np.maximum(found, self._reach[asked]), self._reach[target]), target


def _root(parent: npt.NDArray[Any], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = int(parent[row])
    return row


def _roots(parent: npt.NDArray[Any]) -> Int64Array:
    """Return the root of every row."""
    found = parent
    while True:
        up = found[found]
        if (up == found).all():
            return up
        found = up


def _nobody(_: float) -> None:
    """Take a report that nobody asked for."""
