"""Which rows are held out together.

Folds are stratified: each class is spread over the folds as evenly as its size allows. With groups (one author, one
patient, one video) all rows of a group share a fold, so that a head is never asked about somebody whom it has met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    from labelatlas._typing import Int32Array, Int64Array

_STREAM = 1
_FEWEST = 2


def assign_folds(codes: Int32Array, *, folds: int, seed: int, groups: Int64Array | None = None) -> Int32Array:
    """Return the fold of every row, classes spread evenly.

    Parameters
    ----------
    codes : ndarray of shape (n,), int32
        Class of each row, none missing.
    folds : int
        At least 2; fewer are used when there are fewer rows or groups.
    seed : int
        Which rows share a fold depends on the seed and on the order of the rows, on nothing else.
    groups : ndarray of shape (n,), int64, or None
        Rows of equal number are held out together.

    Returns
    -------
    ndarray of shape (n,), int32
        In 0..folds-1, every fold used.

    Raises
    ------
    InputError
        When `folds` is below 2.
    NotApplicable
        When there is only one group.

    Examples
    --------
    >>> import numpy as np
    >>> fold = assign_folds(np.array([0, 0, 1, 1], dtype=np.int32), folds=2, seed=0)
    >>> sorted(fold[:2].tolist()), sorted(fold[2:].tolist())
    ([0, 1], [0, 1])
    """
    if folds < _FEWEST:
        message = f"folds must be at least 2. Got {folds} instead."
        raise InputError(message, hint="Pass folds=5.")
    random = generator(seed, _STREAM)
    if groups is None:
        return _by_row(codes, min(folds, len(codes)), random)
    names, number = np.unique(groups, return_inverse=True)
    if len(names) < _FEWEST:
        message = f"groups must hold at least 2 different groups among the labelled rows. Got {len(names)} instead."
        raise NotApplicable(message, hint="Leave groups out, or label rows of a second group.")
    return _by_group(codes, number, min(folds, len(names)), random)[number]


def _by_row(codes: Int32Array, folds: int, random: np.random.Generator) -> Int32Array:
    # Shuffled rows are sorted by class and dealt like cards: the deal goes on from class to class, so that the folds
    # stay of equal size even when all classes are small.
    shuffled = random.permutation(len(codes))
    order = shuffled[np.argsort(codes[shuffled], kind="stable")]
    fold = np.empty(len(codes), dtype=np.int32)
    fold[order] = np.arange(len(codes)) % folds
    return fold


def _by_group(codes: Int32Array, number: Int64Array, folds: int, random: np.random.Generator) -> Int32Array:
    # Greedy, the largest group first: a group goes where its classes are scarcest, measured against each class's even share.
    n_groups, n_classes = int(number.max()) + 1, int(codes.max()) + 1
    counts = np.bincount(number * n_classes + codes, minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    share = np.maximum(counts.sum(axis=0), 1)
    shuffled = random.permutation(n_groups)
    order = shuffled[np.argsort(-counts[shuffled].sum(axis=1), kind="stable")]
    held = np.zeros((folds, n_classes))
    sizes = np.zeros(folds)
    fold = np.empty(n_groups, dtype=np.int32)
    for group in order:
        fullness = (held / share) @ counts[group] / counts[group].sum() + sizes / len(codes)
        fold[group] = np.argmin(fullness)
        held[fold[group]] += counts[group]
        sizes[fold[group]] += counts[group].sum()
    return fold
