"""Confident learning: count what the model is sure of.

Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (2021); used on ten test sets in
Northcutt, Athalye, Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks" (2021).
A row counts as truly k when its probability of k reaches the mean self-confidence of class k. The counts, scaled to
the class sizes, are the joint distribution of given and true label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence


def confident_joint(evidence: Evidence) -> Float64Array:
    """Return the joint distribution of given and true label by confident counts.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    ndarray of shape (C, C), float64
        Entry [j, k] is the estimated share of labelled rows given j and truly k; sums to 1. 1 - trace is the noise rate.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> sure = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.1, 0.9]])
    >>> confident_joint(Evidence(np.array([0, 0, 1, 1]), sure))
    array([[0.5, 0. ],
           [0. , 0.5]])
    """
    labels = evidence.labels
    n_classes = evidence.n_classes
    confident = _confident_class(evidence)
    counted = (labels != UNLABELLED) & (confident != UNLABELLED)
    cells = np.bincount(labels[counted] * n_classes + confident[counted], minlength=n_classes**2)
    counts = cells.reshape(n_classes, n_classes).astype(np.float64)
    # A class of whose rows the model is sure of none is taken at its word.
    silent = counts.sum(axis=1) == 0
    counts[silent, silent] = 1
    sizes = np.bincount(labels[labels != UNLABELLED], minlength=n_classes)
    return counts / counts.sum(axis=1, keepdims=True) * (sizes / sizes.sum())[:, None]


def confident_learning(evidence: Evidence) -> Float64Array:
    """Return the chance that the given label is wrong when classes are mixed up as often as the confident counts say.

    Parameters
    ----------
    evidence : Evidence
        Its neighbours are not asked.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]: one minus the normalised p_y · P(given y | true y), over all classes k of p_k · P(given y | true k); 0 for
        unlabelled rows.
    """
    joint = confident_joint(evidence)
    n_labelled, n_classes = len(evidence.labelled), evidence.n_classes
    # Cells with few counts lean on the uniform pattern: C rows' worth of it.
    rate = float(np.clip(1 - np.trace(joint), 1.0 / n_labelled, 1 - 1.0 / n_classes))
    pattern = np.full((n_classes, n_classes), rate / (n_classes - 1))
    np.fill_diagonal(pattern, 1 - rate)
    transition = joint.T * n_labelled + n_classes * pattern
    transition /= transition.sum(axis=1, keepdims=True)
    given = np.maximum(evidence.labels, 0)
    likelihood = np.maximum(evidence.probabilities, 1e-12) * transition[:, given].T
    own = likelihood[np.arange(len(given)), given]
    return np.where(evidence.labels == UNLABELLED, 0.0, np.clip(1 - own / likelihood.sum(axis=1), 0, 1))


def _confident_class(evidence: Evidence) -> Int64Array:
    """Return for every row the most probable class among those that reach their threshold, -1 where none does."""
    p = evidence.probabilities
    rows = evidence.labelled
    given = evidence.labels[rows]
    sizes = np.bincount(given, minlength=evidence.n_classes)
    total = np.bincount(given, weights=p[rows, given], minlength=evidence.n_classes)
    # No probability reaches 2: a class without rows is never counted.
    threshold = np.divide(total, sizes, out=np.full(len(sizes), 2.0), where=sizes > 0)
    # The mean of equal numbers may round above them.
    reached = p >= threshold * (1 - 1e-7)
    best = np.where(reached, p, -1.0).argmax(axis=1)
    return np.where(reached.any(axis=1), best, UNLABELLED)
