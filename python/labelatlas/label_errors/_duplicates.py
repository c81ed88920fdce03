"""The same thing, twice, under two names: one of the labels is wrong, or the difference is a matter of taste.

Neighbours count as near-duplicates when they are closer than a tenth of the usual distance of a nearest neighbour's neighbourhood
(the median over rows of the distance of the middle neighbour). Such pairs deserve a list of their own, for they are certain in a
way that no score of a model is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors._votes import require_neighbors

if TYPE_CHECKING:
    from labelatlas._typing import BoolArray, Float64Array, Neighbors
    from labelatlas.label_errors._evidence import Evidence

_CLOSE = 0.1


def near_duplicates(neighbors: Neighbors) -> BoolArray:
    """Return which neighbours (n, k) are near-duplicates of their row; the row itself never is.

    Parameters
    ----------
    neighbors : Neighbors

    Returns
    -------
    ndarray of shape (n, k), bool

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas._typing import Neighbors
    >>> near = Neighbors(np.array([[1, 2], [0, 2], [0, 1]], np.int32), np.array([[0.0, 1], [0.0, 1], [1, 1]], np.float32))
    >>> near_duplicates(near)
    array([[ True, False],
           [ True, False],
           [False, False]])
    """
    if not neighbors.distances.size:
        return np.zeros(neighbors.indices.shape, dtype=bool)
    usual = float(np.median(neighbors.distances[:, neighbors.distances.shape[1] // 2]))
    close = neighbors.distances <= _CLOSE * usual
    return close & (neighbors.indices != np.arange(len(neighbors.indices))[:, None])


def near_duplicate_conflict(evidence: Evidence) -> Float64Array:
    """Return the share of a row's labelled near-duplicates that carry another label.

    Parameters
    ----------
    evidence : Evidence
        With neighbours.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 0 for unlabelled rows and for rows without a near-duplicate.

    Raises
    ------
    NotApplicable
        When there are no neighbours, or no two labelled rows are near-duplicates.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas._typing import Neighbors
    >>> from labelatlas.label_errors import Evidence
    >>> near = Neighbors(np.array([[1, 2], [0, 2], [0, 1]], np.int32), np.array([[0.0, 1], [0.0, 1], [1, 1]], np.float32))
    >>> near_duplicate_conflict(Evidence(np.array([0, 1, 1]), np.full((3, 2), 0.5), near))
    array([1., 1., 0.])
    """
    neighbors = require_neighbors(evidence, "The near-duplicate check")
    labels = evidence.labels
    twin = near_duplicates(neighbors) & (labels[neighbors.indices] != UNLABELLED) & (labels != UNLABELLED)[:, None]
    count = twin.sum(axis=1)
    if not count.any():
        message = "No two labelled rows are near-duplicates of each other."
        raise NotApplicable(message, hint="Nothing to do: this check has nothing to say about these rows.")
    against = (twin & (labels[neighbors.indices] != labels[:, None])).sum(axis=1)
    return np.divide(against, count, out=np.zeros(len(labels)), where=count > 0)
