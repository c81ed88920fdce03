"""Which rows are stranger than chance allows: weighted conformal p-values, and the discoveries among them.

Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World" (2005); Benjamini, Hochberg, "Controlling the False Discovery
Rate" (1995).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array


def conformal_p_values(of_source: Float64Array, of_target: Float64Array, weights: Float64Array) -> Float64Array:
    """Return for each target row (m,) the weighted share of source rows that are as strange.

    Parameters
    ----------
    of_source, of_target : ndarray of shape (n,) and (m,), float64
        How strange the rows are.
    weights : ndarray of shape (n,), float64
        Of the source rows.

    Returns
    -------
    ndarray of shape (m,), float64
        In (0, 1].
    """
    order = np.argsort(of_source, kind="stable")
    above = np.concatenate([np.cumsum(weights[order][::-1])[::-1], [0.0]])
    at_least = above[np.searchsorted(of_source[order], of_target, side="left")]
    return np.minimum((at_least + 1) / (weights.sum() + 1), 1)


def discoveries(p_values: Float64Array, share: float) -> Int64Array:
    """Return the positions, sorted, of p-values (m,) that are discoveries, `share` of them false at most on average."""
    order = np.argsort(p_values, kind="stable")
    passed = np.flatnonzero(p_values[order] <= share * np.arange(1, len(order) + 1) / len(order))
    return np.sort(order[: passed[-1] + 1]) if len(passed) else np.empty(0, dtype=np.int64)
