"""How much better the best other class fits than the given one.

In log-odds, max over k ≠ y of log p_k - log p_y, the margin ranks at least as well as every score of confident learning, and
its sigmoid p_k / (p_k + p_y) reads as a probability: the chance that a fresh label, drawn from these two, were the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence
    from labelatlas.label_errors._unmix import Lens

FLOOR = 1e-12
"""Added to a probability before its logarithm: what a head says never is nought."""

_BLOCK = 1 << 12
# With few classes the maximum of each row is found fastest across rows, on a transposed block.
_FEW_CLASSES = 32


def log_odds(evidence: Evidence, lens: Lens | None = None) -> Float64Array:
    """Return log p_other - log p_given of every labelled row, other being the most probable class but the given one.

    Parameters
    ----------
    evidence : Evidence
        Its neighbours are not asked.
    lens : Lens or None
        Through which the probabilities are looked at.

    Returns
    -------
    ndarray of shape (n,), float64
        Within ±27.7 without a lens, high = suspicious; -inf for unlabelled rows. The probabilities are read block by block:
        nothing of their size is made.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> log_odds(Evidence(np.array([0, -1]), np.array([[0.25, 0.75], [0.5, 0.5]]))).round(3)
    array([1.099,  -inf])
    """
    result = np.empty(len(evidence.labels))
    for start in range(0, len(result), _BLOCK):
        block = slice(start, start + _BLOCK)
        given = np.maximum(evidence.labels[block], 0)
        p = _freed(evidence.probabilities[block], lens)
        result[block] = _against(p if lens is None else lens.weigh(p, given), given)
    result[evidence.labels == UNLABELLED] = -np.inf
    return result


def every_log_odds(probabilities: npt.NDArray[np.floating[Any]], lens: Lens | None = None) -> Float64Array:
    """Return what `log_odds` would be if each class in turn were the given one.

    Parameters
    ----------
    probabilities : ndarray of shape (n, C), floating
    lens : Lens or None

    Returns
    -------
    ndarray of shape (n, C), float64

    Examples
    --------
    >>> every_log_odds(np.array([[0.25, 0.75]])).round(3)
    array([[ 1.099, -1.099]])
    """
    result = np.empty(probabilities.shape)
    for start in range(0, len(result), _BLOCK):
        block = slice(start, start + _BLOCK)
        p = _freed(probabilities[block], lens)
        for label in range(probabilities.shape[1]):
            given = np.full(len(p), label)
            result[block, label] = _against(p.copy() if lens is None else lens.weigh(p, given), given)
    return result


def _freed(block: npt.NDArray[np.floating[Any]], lens: Lens | None) -> npt.NDArray[np.floating[Any]]:
    return np.maximum(block, 0) if lens is None else lens.free(block)


def _against(p: npt.NDArray[np.floating[Any]], given: Int64Array) -> Float64Array:
    """Return the log-odds (m,) against the given classes; the probabilities are overwritten."""
    place = np.arange(len(p)), given
    own = p[place].astype(np.float64)
    p[place] = 0
    best = np.ascontiguousarray(p.T).max(axis=0) if p.shape[1] <= _FEW_CLASSES else p.max(axis=1)
    return np.log((best.astype(np.float64) + FLOOR) / (own + FLOOR))


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
    return sigmoid(log_odds(evidence))


def sigmoid(scores: Float64Array) -> Float64Array:
    """Return 1 / (1 + exp(-score)); 0 at -inf."""
    return np.exp(-np.logaddexp(0, -scores))
