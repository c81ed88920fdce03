"""How far the priors might be off: source and target rows weighted at random, many times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import beta, norm

from labelatlas._random import generator
from labelatlas.label_shift._likelihood import concentrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_shift._estimators import Estimator
    from labelatlas.label_shift._task import ShiftTask

REPLICATES: Final = 400
# Beyond so many rows the bootstrap runs on a part of them, and its spread is scaled to the whole; fewer rows where classes are
# many, so that rows x classes stay below the product.
_MAX_ROWS = 10_000
_MAX_CELLS = 50_000
_LEAST_ROWS = 2_000
_STREAM_SOURCE, _STREAM_TARGET = 32, 33


@dataclass(frozen=True)
class Replicated:
    """Priors, and what they would have been for other draws of the rows.

    Attributes
    ----------
    priors : ndarray of shape (C,), float64
    spread : ndarray of shape (400, C), float64
        Priors of replicates, centred on the unshrunk estimate of all rows.
    source_spread : ndarray of shape (400, C), float64
        Source priors of the same replicates, minus their own.
    concentration : float or None
        How many rows the source's mix was worth; None where nothing was shrunk.
    """

    priors: Float64Array
    spread: Float64Array
    source_spread: Float64Array
    concentration: float | None


def replicate(heads: Sequence[ShiftTask], estimator: Estimator, *, shrunk: bool, seed: int) -> Replicated:
    """Return the priors, the mean over the heads, and their replicates.

    Parameters
    ----------
    heads : sequence of ShiftTask
        The same source; one target for each head that judged it.
    estimator : Estimator
    shrunk : bool
        Whether the priors are shrunk towards the source's.
    seed : int

    Returns
    -------
    Replicated
    """
    whole = heads[0]
    if len(heads) > 1:
        # The spread is that of one matrix, the mean of the heads': the same to 5%, and a climb for each head is spared.
        whole = whole.with_target(np.mean([head.target for head in heads], axis=0))
    n, m = len(whole.labels), len(whole.target)
    most = min(_MAX_ROWS, max(_LEAST_ROWS, _MAX_CELLS // whole.n_classes))
    source_rows = _some_rows(n, most, generator(seed, _STREAM_SOURCE, 1), whole.labels)
    target_rows = _some_rows(m, most, generator(seed, _STREAM_TARGET, 1))
    part = whole
    if len(source_rows) < n or len(target_rows) < m:
        part = replace(
            whole, source=whole.source[source_rows], labels=whole.labels[source_rows], target=whole.target[target_rows]
        )
    of_source = _weightings(len(source_rows), generator(seed, _STREAM_SOURCE), shrink=np.sqrt(len(source_rows) / n))
    of_target = _weightings(len(target_rows), generator(seed, _STREAM_TARGET), shrink=np.sqrt(len(target_rows) / m))
    replicates = estimator(part, of_source, of_target)
    priors = replicates[0]
    if part is not whole or len(heads) > 1:
        even = np.full((1, n), 1 / n), np.full((1, m), 1 / m)
        priors = np.mean([estimator(head, *even)[0] for head in heads], axis=0)
    member = part.membership
    moved = of_source[1:] @ member - member.mean(axis=0)
    spread, concentration = replicates[1:] - replicates[0] + priors, None
    if shrunk:
        several = [concentrate(head, priors) for head in heads]
        priors = np.mean([found for found, _ in several], axis=0)
        concentration = float(np.mean([found for _, found in several]))
    return Replicated(priors, spread, moved, concentration)


def interval(found: Replicated, m: int, level: float) -> tuple[Float64Array, Float64Array]:
    """Return the ends (C,) and (C,) of the intervals.

    Percentiles of the replicates (Rubin, "The Bayesian Bootstrap", 1981), never inside the interval that as many rows with known
    labels would give (Jeffreys' interval; Brown, Cai, DasGupta, "Interval Estimation for a Binomial Proportion", 2001).

    Parameters
    ----------
    found : Replicated
    m : int
        Number of target rows.
    level : float

    Returns
    -------
    (ndarray of shape (C,), ndarray of shape (C,))
    """
    priors, tail = found.priors, (1 - level) / 2
    low, high = np.quantile(found.spread, [tail, 1 - tail], axis=0)
    seen = priors * m
    known_low = np.where(seen < 0.5, 0.0, beta.ppf(tail, seen + 0.5, m - seen + 0.5))
    known_high = np.where(seen > m - 0.5, 1.0, beta.ppf(1 - tail, seen + 0.5, m - seen + 0.5))
    low = np.clip(np.minimum(np.minimum(low, known_low), priors), 0, 1)
    high = np.clip(np.maximum(np.maximum(high, known_high), priors), 0, 1)
    return low, high


def change_p_values(found: Replicated, source_priors: Float64Array, n: int, m: int) -> Float64Array:
    """Return for each class how likely so large a change would be without any, held for all classes together.

    Two-sided normal, with the spread of the replicates, never below that of as many rows with known labels; Holm, "A Simple
    Sequentially Rejective Multiple Test Procedure" (1979): a class whose value is below .05 has changed, at a risk of 5% that
    any class is named wrongly.

    Parameters
    ----------
    found : Replicated
    source_priors : ndarray of shape (C,), float64
    n, m : int
        Rows of source and target.

    Returns
    -------
    ndarray of shape (C,), float64
    """
    together = (n * source_priors + m * found.priors + 1) / (n + m + 2)
    known = np.sqrt(together * (1 - together) * (1 / n + 1 / m))
    spread = (found.spread - found.source_spread).std(axis=0)
    z = (found.priors - source_priors) / np.maximum(spread, known)
    return holm(2 * norm.sf(np.abs(z)))


def holm(p_values: Float64Array) -> Float64Array:
    """Return p-values (C,) that hold for all tests together.

    Parameters
    ----------
    p_values : ndarray of shape (C,), float64

    Returns
    -------
    ndarray of shape (C,), float64
        Not below those given; at most 1.

    Examples
    --------
    >>> import numpy as np
    >>> holm(np.array([0.01, 0.2, 0.03])).round(3).tolist()
    [0.03, 0.2, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    scaled = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    held = np.empty_like(scaled)
    held[order] = np.minimum(scaled, 1)
    return held


def _weightings(rows: int, random: np.random.Generator, *, shrink: float) -> Float64Array:
    """Return even weights first, then random ones of sum 1; `shrink` draws these towards even as more rows would."""
    weights = random.standard_exponential((REPLICATES + 1, rows))
    weights /= weights.sum(axis=1, keepdims=True)
    weights[0] = 1 / rows
    return weights if shrink == 1 else 1 / rows + shrink * (weights - 1 / rows)


def _some_rows(rows: int, most: int, random: np.random.Generator, labels: Int64Array | None = None) -> Int64Array:
    """Return at most so many positions in order, and at least one of each class where there are labels."""
    if rows <= most:
        return np.arange(rows)
    chosen = random.choice(rows, most, replace=False)
    if labels is not None:
        chosen = np.concatenate([chosen, np.unique(labels, return_index=True)[1]])
    return np.unique(chosen)
