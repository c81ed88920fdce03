"""Whose class centre a row lies nearest to, the row itself left out of its own.

The prototype score of Qin et al., "CAPro: Webly Supervised Learning with Cross-Modality Aligned Prototypes" (2023), on given vectors:
means of the rows of a class, made anew a few times with the weight of doubtful rows lowered. Where classes are not one cloud each
the votes of neighbours say more; what centres add is that they do not follow a local pile of wrong labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors._margin import sigmoid

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence

_ROUNDS = 5


def prototype(evidence: Evidence) -> Float64Array:
    """Return how much nearer the centre of another class is than that of the given one.

    Parameters
    ----------
    evidence : Evidence
        With vectors.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]: the sigmoid of the difference of squared distances in units of the mean squared distance to the own centre over
        the square root of d; 0 for unlabelled rows.

    Raises
    ------
    NotApplicable
        When there are no vectors.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> Z = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [5.15]])
    >>> y = np.array([0, 0, 0, 1, 1, 1, 0])
    >>> int(prototype(Evidence(y, np.full((7, 2), 0.5), vectors=Z)).argmax())
    6
    """
    if evidence.vectors is None:
        message = "The prototype detector needs the vectors of the rows. Got none instead."
        raise NotApplicable(message, hint="Pass vectors=atlas.vectors.")
    rows = evidence.labelled
    z = np.asarray(evidence.vectors, dtype=np.float64)[rows]
    z = z - z.mean(axis=0)
    given = evidence.labels[rows]
    trust = np.ones(len(rows))
    suspicion = np.zeros(len(rows))
    for _ in range(_ROUNDS):
        suspicion = sigmoid(_score(z, given, trust, evidence.n_classes))
        trust = 1 - suspicion
    result = np.zeros(len(evidence.labels))
    result[rows] = suspicion
    result[evidence.labels == UNLABELLED] = 0
    return result


def _score(z: Float64Array, given: Int64Array, trust: Float64Array, n_classes: int) -> Float64Array:
    from scipy.sparse import csr_array

    every = np.arange(len(z))
    members = csr_array((trust, (given, every)), shape=(n_classes, len(z)))
    total, weight = np.asarray(members @ z), np.bincount(given, trust, minlength=n_classes)
    seen = weight > 0
    centres = np.divide(total, weight[:, None], out=np.zeros_like(total), where=seen[:, None])
    square = np.einsum("nd,nd->n", z, z)
    distances = square[:, None] - 2 * (z @ centres.T) + np.einsum("cd,cd->c", centres, centres)
    distances[:, ~seen] = np.inf
    # without itself: the centre of the others of its class is farther by (W / (W - w))²; alone, a row has no centre
    own_weight = weight[given]
    rest = own_weight - trust
    alone = rest <= 1e-9 * own_weight
    grow = np.divide(own_weight, rest, out=np.ones(len(z)), where=~alone)
    own = np.maximum(distances[every, given], 0) * np.square(grow)
    distances[every, given] = np.inf
    best = np.maximum(distances.min(axis=1), 0)
    own = np.where(alone, best, own)
    scale = float(np.average(own, weights=trust + 1e-12)) / np.sqrt(z.shape[1])
    return (own - best) / scale if scale > 0 else own - best
