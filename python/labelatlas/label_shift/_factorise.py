"""Rows that lean to the same domains, put together; and the mixes of classes that explain how often each domain shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array

_MAX_STEPS = 100
_FACTOR_STEPS = 1_000
_STILL = 1e-9


def cells(points: Float64Array, k: int, random: np.random.Generator, *, starts: int = 3) -> Int64Array:
    """Return the cell 0..k-1 of each point, by k-means of the lowest cost over several starts.

    Arthur, Vassilvitskii, "k-means++: The Advantages of Careful Seeding" (2007).

    Parameters
    ----------
    points : ndarray of shape (n, d), float64
    k : int
    random : numpy.random.Generator
    starts : int

    Returns
    -------
    ndarray of shape (n,), int64
    """
    best, lowest = np.zeros(len(points), dtype=np.int64), np.inf
    size = (points**2).sum(axis=1)
    for _ in range(starts):
        centres = points[random.integers(len(points), size=1)]
        near = np.maximum(size - 2 * points @ centres[0] + (centres[0] ** 2).sum(), 0)
        while len(centres) < k:
            total = near.sum()
            pick = random.choice(len(points), p=near / total) if total > 0 else random.integers(len(points))
            centres = np.concatenate([centres, points[pick][None]])
            near = np.minimum(near, np.maximum(size - 2 * points @ points[pick] + size[pick], 0))
        held, far = np.full(len(points), -1), np.zeros((len(points), k))
        for _ in range(_MAX_STEPS):
            far = (centres**2).sum(axis=1) - 2 * points @ centres.T
            now = far.argmin(axis=1)
            if (now == held).all():
                break
            held = now
            count = np.bincount(held, minlength=k)
            member = np.zeros((k, len(points)))
            member[held, np.arange(len(points))] = 1
            centres = np.where(count[:, None] > 0, member @ points / np.maximum(count, 1)[:, None], centres)
        cost = float((far.min(axis=1) + size).sum())
        if cost < lowest:
            best, lowest = held, cost
    return best


def count_cells(cell: Int64Array, domains: Int64Array, n_cells: int, n_domains: int) -> Float64Array:
    """Return how many rows of each domain lie in each cell, (cells, domains)."""
    counts = np.bincount(cell * n_domains + domains, minlength=n_cells * n_domains)
    return counts.reshape(n_cells, n_domains).astype(np.float64)


def mixes(
    counts: Float64Array, n_classes: int, random: np.random.Generator, *, starts: int = 20
) -> tuple[Float64Array, Float64Array]:
    """Return p(cell | class) and p(class | domain) under which the counts are most likely, over several starts.

    Non-negative factorisation by expectation-maximisation: Hofmann, "Probabilistic Latent Semantic Analysis" (1999).

    Parameters
    ----------
    counts : ndarray of shape (m, r), float64
    n_classes : int
        K.
    random : numpy.random.Generator
    starts : int

    Returns
    -------
    (ndarray of shape (m, K), ndarray of shape (K, r))
        Columns sum to 1.
    """
    m, r = counts.shape
    of_class = random.dirichlet(np.ones(m), (starts, n_classes)).transpose(0, 2, 1)
    of_domain = random.dirichlet(np.ones(n_classes), (starts, r)).transpose(0, 2, 1)
    before = np.full(starts, -np.inf)
    for step in range(_FACTOR_STEPS):
        expected = np.maximum(of_class @ of_domain, 1e-300)
        ratio = counts / expected
        grown = of_class * (ratio @ of_domain.transpose(0, 2, 1))
        of_domain = of_domain * (of_class.transpose(0, 2, 1) @ ratio)
        of_class = grown / np.maximum(grown.sum(axis=1, keepdims=True), 1e-300)
        of_domain = of_domain / np.maximum(of_domain.sum(axis=1, keepdims=True), 1e-300)
        if step % 20 == 0:
            now = (counts * np.log(expected)).sum(axis=(1, 2))
            if (now - before <= _STILL * np.abs(now)).all():
                break
            before = now
    best = int((counts * np.log(np.maximum(of_class @ of_domain, 1e-300))).sum(axis=(1, 2)).argmax())
    return of_class[best], of_domain[best]
