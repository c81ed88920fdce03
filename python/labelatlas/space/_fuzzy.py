"""The weighted graph that a map is drawn from: how strongly each row belongs to the neighbourhood of another.

From "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction" (L. McInnes, J. Healy, J. Melville, 2018),
section 3.1 and algorithms 2 and 3, as array operations over all rows at once: umap-learn's own functions for this step must
be compiled first, which costs a fresh process more than the step itself. The weights agree with umap-learn's to 1e-5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

    from labelatlas._typing import Float32Array, Float64Array, Neighbors

_N_BISECTIONS = 64
_TOLERANCE = 1e-5
_SMALLEST_WIDTH = 1e-3
"""Least width of a neighbourhood, as a share of the mean distance."""
_BLOCK = 65536


def fuzzy_graph(neighbors: Neighbors) -> scipy.sparse.csr_matrix:
    """Return the symmetric graph of memberships: w = p + q - p q for the two directions p and q of an edge.

    Parameters
    ----------
    neighbors : Neighbors
        Indices and distances of shape (n, k), nearest first, the row itself left out.

    Returns
    -------
    scipy.sparse.csr_matrix of shape (n, n), float32
        Weights in (0, 1]; row-sorted, without duplicates.
    """
    from scipy.sparse import csr_matrix

    n, k = neighbors.indices.shape
    weights = memberships(neighbors.distances)
    indptr = np.arange(0, n * k + 1, k)
    columns = neighbors.indices.flatten()  # a copy: sorting below is in place
    directed = csr_matrix((weights.ravel(), columns, indptr), shape=(n, n))
    directed.sort_indices()
    directed.eliminate_zeros()
    reverse = directed.T.tocsr()
    graph = (directed + reverse - directed.multiply(reverse)).tocsr()
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph


def memberships(distances: Float32Array) -> Float32Array:
    """Return how strongly each row belongs to the neighbourhood of each of its neighbours, seen from the neighbour's side.

    Parameters
    ----------
    distances : ndarray of shape (n, k), float32
        Nearest first, the row itself left out.

    Returns
    -------
    ndarray of shape (n, k), float32
        In [0, 1]; 1 for the nearest that is not at distance 0, and for those nearer than it.
    """
    n, k = distances.shape
    weights = np.empty((n, k), dtype=np.float32)
    mean = (
        float(distances.mean(dtype=np.float64)) * k / (k + 1)
    )  # over the row itself too, at distance 0, as in the reference
    unit = 1.0 if mean == 0.0 or 1e-9 < mean < 1e9 else mean  # the search for a width begins at 1
    for start in range(0, n, _BLOCK):
        part = distances[start : start + _BLOCK].astype(np.float64) / unit
        nearest = _nearest_positive(part)
        width = _widths(part - nearest[:, None], part.mean(axis=1) * k / (k + 1), nearest, mean / unit)
        above = np.maximum(part - nearest[:, None], 0.0)
        weights[start : start + _BLOCK] = np.exp(-above / np.where(width > 0.0, width, 1.0)[:, None])
    return weights


def _nearest_positive(distances: Float64Array) -> Float64Array:
    """Return the smallest distance above 0 of each row (0 where there is none): duplicates are not a neighbourhood."""
    smallest = np.where(distances > 0.0, distances, np.inf).min(axis=1)
    return np.where(np.isfinite(smallest), smallest, 0.0)


def _widths(
    beyond: Float64Array,
    row_mean: Float64Array,
    nearest: Float64Array,
    mean: float,
) -> Float64Array:
    """Return for each row the sigma with sum_j exp(-beyond_j / sigma) = log2(k + 1), by bisection."""
    n, k = beyond.shape
    target = np.log2(k + 1)
    low, high, mid = np.zeros(n), np.full(n, np.inf), np.ones(n)
    active = np.arange(n)
    for _ in range(_N_BISECTIONS):
        at = mid[active]
        total = np.exp(-np.maximum(beyond[active], 0.0) / at[:, None]).sum(axis=1)
        going = np.abs(total - target) >= _TOLERANCE
        active, at, too_wide = active[going], at[going], total[going] > target
        if not len(active):
            break
        high[active] = np.where(too_wide, at, high[active])
        low[active] = np.where(too_wide, low[active], at)
        unbounded = np.isinf(high[active])
        mid[active] = np.where(unbounded, at * 2.0, (low[active] + np.where(unbounded, 0.0, high[active])) / 2.0)
    return np.maximum(mid, _SMALLEST_WIDTH * np.where(nearest > 0.0, row_mean, mean))
