"""How much better the best other class fits than the given one.

In log-odds, max over k ≠ y of log p_k - log p_y, the margin ranks at least as well as every score of confident learning, and
its sigmoid p_k / (p_k + p_y) reads as a probability: the chance that a fresh label, drawn from these two, were the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_errors._evidence import Evidence

_FLOOR = 1e-12
_BLOCK = 1 << 16


def margin(evidence: Evidence) -> Float64Array:
    """Return p_other / (p_other + p_given) of every labelled row, 0 for the others.

    Parameters
    ----------
    evidence : Evidence
        Its neighbours are not asked.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; above 0.5 when another class is more probable than the given one.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> margin(Evidence(np.array([0, 0, -1]), np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])))
    array([0.25, 0.75, 0.  ])
    """
    rows = evidence.labelled
    result = np.zeros(len(evidence.labels))
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        p = np.maximum(evidence.probabilities[block], 0)
        given = np.arange(len(block)), evidence.labels[block]
        own = p[given].astype(np.float64) + _FLOOR
        p[given] = 0
        best = p.max(axis=1).astype(np.float64) + _FLOOR
        result[block] = best / (best + own)
    return result
