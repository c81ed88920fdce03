"""Whether labels go with what is said about their rows at all.

Where they do not (features that say nothing of these labels, labels drawn at random) every label looks as wrong as it looks
right, and what any account of errors makes of that is its own prior. So first of all it is asked whether the probabilities of the
given labels are higher than those of the same labels dealt out to the rows anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Int64Array
    from labelatlas.label_errors._evidence import Evidence

LEAST_AGREEMENT = 3.0
# what rounding leaves where all rows are told the same
_NO_SPREAD = 1e-20


def agreement(evidence: Evidence, rows: Int64Array) -> float:
    """Return how many standard deviations the labels of some rows fit their rows better than in a random order.

    Mean and variance over all orders are known (Hoeffding, "A Combinatorial Central Limit Theorem", 1951). What heads that learned
    from the other labels say of random ones spreads about 1.5 times as much (60 seeds), for such rows are not independent.

    Parameters
    ----------
    evidence : Evidence
        Its probabilities are those of the head, or of head and raw votes: had the labels had a say in whose vote counts, random ones
        would seem to go with them (above 3 in an eighth of 60 worlds, where raw votes never were).
    rows : ndarray of shape (m,), int64
        Labelled.

    Returns
    -------
    float
        0 where every order fits as well.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> p = np.tile([[0.9, 0.1], [0.1, 0.9]], (50, 1))
    >>> round(agreement(Evidence(np.tile([0, 1], 50), p), np.arange(100)), 2)
    9.95
    >>> abs(round(agreement(Evidence(np.tile([0, 0, 1, 1], 25), p), np.arange(100)), 2))
    0.0
    """
    p = evidence.probabilities[rows].astype(np.float64)
    given = evidence.labels[rows]
    n, n_classes = p.shape
    share = np.bincount(given, minlength=n_classes) / max(1, n)
    own = p[np.arange(n), given]
    # of each row and each class only what neither the row nor the class explains can go with the labels
    p -= (p @ share)[:, None] + p.mean(axis=0) - share @ p.mean(axis=0)
    spread = float(np.einsum("nk,nk,k->", p, p, share)) * n / max(1, n - 1)
    surplus = float(p[np.arange(n), given].sum())
    return surplus / float(np.sqrt(spread)) if spread > _NO_SPREAD * float(own @ own) else 0.0
