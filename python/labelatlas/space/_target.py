"""Labels that draw the map: edges between rows of different labels are weakened, as in UMAP's supervised variant.

L. McInnes, J. Healy, J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", 2018, names it;
the weights are umap-learn's for categorical targets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    import scipy.sparse

_UNKNOWN_DISTANCE = 1.0
_FAR = 2.5
_INFINITELY_FAR = 1e12


def with_target(graph: scipy.sparse.csr_matrix, target: Any, weight: float) -> scipy.sparse.csr_matrix:
    """Return the graph with edges between labels weakened, each row's strongest edge 1 again.

    Parameters
    ----------
    graph : csr_matrix of shape (n, n), float32
        Symmetric.
    target : array-like of shape (n,), int
        Label codes; -1 = unlabelled.
    weight : float
        In [0, 1].

    Returns
    -------
    csr_matrix of shape (n, n), float32
        Symmetric.

    Raises
    ------
    InputError
        When the target is no whole number for each row, or the weight outside [0, 1].
    """
    codes = np.asarray(target)
    n = len(graph.indptr) - 1
    if codes.shape != (n,) or codes.dtype.kind not in "iu":
        raise InputError(
            f"target must be {n} whole numbers, one a row. Got shape {codes.shape}, dtype {codes.dtype} instead.",
            hint="Label codes: 0, 1, 2, ...; -1 for rows without a label.",
        )
    if not 0.0 <= weight <= 1.0:
        raise InputError(f"target_weight must be in [0, 1]. Got {weight!r} instead.")
    far = _FAR / (1.0 - weight) if weight < 1.0 else _INFINITELY_FAR
    edges = graph.tocoo()
    one, other = codes[edges.row], codes[edges.col]
    unknown = (one < 0) | (other < 0)
    factor = np.where(unknown, np.exp(-_UNKNOWN_DISTANCE), np.where(one == other, 1.0, np.exp(-far)))
    weakened = graph.copy()
    weakened.data = (edges.data * factor).astype(np.float32)
    strongest = np.maximum.reduceat(np.append(weakened.data, 0.0), np.minimum(weakened.indptr[:-1], weakened.nnz))
    counts = np.diff(weakened.indptr)
    weakened.data /= np.repeat(np.where(strongest > 0.0, strongest, 1.0), counts).astype(np.float32)
    weakened.eliminate_zeros()
    reverse = weakened.T.tocsr()
    joined = (weakened + reverse - weakened.multiply(reverse)).tocsr()
    joined.eliminate_zeros()
    joined.sort_indices()
    return joined
