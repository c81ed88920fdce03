"""What the neighbours of a row are called.

A second view of every row that shares no parameter with the head: near rows mostly have equal labels. A neighbour's
vote weighs exp(-(distance / distance of the last neighbour)²), so that the k-th counts a third of one at distance 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import NotApplicable

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Neighbors
    from labelatlas.label_errors._evidence import Evidence

_BLOCK = 1 << 13


def neighbor_vote(evidence: Evidence) -> Float64Array:
    """Return the weighted share of labelled neighbours that carry another label, 0 for unlabelled rows.

    Parameters
    ----------
    evidence : Evidence
        With neighbours; unlabelled neighbours do not vote.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]. A row without a labelled neighbour gets 0.5: nobody speaks.

    Raises
    ------
    NotApplicable
        When there are no neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas._typing import Neighbors
    >>> from labelatlas.label_errors import Evidence
    >>> near = Neighbors(np.array([[1], [0], [1]], dtype=np.int32), np.ones((3, 1), dtype=np.float32))
    >>> neighbor_vote(Evidence(np.array([0, 0, 1]), np.full((3, 2), 0.5), near))
    array([0., 0., 1.])
    """
    if evidence.neighbors is None:
        message = "The neighbour vote needs neighbours. Got none instead."
        raise NotApplicable(message, hint="Pass neighbors=labelatlas.space.find_neighbors(X, k=15).")
    indices = evidence.neighbors.indices
    weights = vote_weights(evidence.neighbors, voters=evidence.labels != UNLABELLED)
    against = evidence.labels[indices] != evidence.labels[:, None]
    total = weights.sum(axis=1)
    share = np.divide((weights * against).sum(axis=1), total, out=np.full(len(total), 0.5), where=total > 0)
    return np.where(evidence.labels == UNLABELLED, 0.0, share)


def vote_weights(neighbors: Neighbors, *, voters: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Float64Array:
    """Return the weight (n, k) of each neighbour's vote: 0 for a row that does not vote, or that is the row itself."""
    distances = neighbors.distances.astype(np.float64)
    scale = distances.max(axis=1, keepdims=True, initial=0)
    # Where all neighbours are duplicates of the row the scale is 0, and every one counts in full.
    relative = np.divide(distances, scale, out=np.zeros_like(distances), where=scale > 0)
    allowed = voters[neighbors.indices] & (neighbors.indices != np.arange(len(distances))[:, None])
    return np.exp(-np.square(relative)) * allowed


def pool_votes(
    neighbors: Neighbors, weights: Float64Array, opinions: Float64Array, fallback: Float64Array
) -> Float64Array:
    """Return the weighted mean (n, C) of the neighbours' opinions (n, C); a row where nobody votes keeps its fallback."""
    pooled = fallback.astype(np.float64, copy=True)
    total = weights.sum(axis=1)
    rows = np.flatnonzero(total > 0)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        share = weights[block] / total[block, None]
        pooled[block] = np.einsum("nk,nkc->nc", share, opinions[neighbors.indices[block]])
    return pooled
