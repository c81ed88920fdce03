"""The order in which suspects are judged, as plain arrays: no session, no journal, no page.

A ranking says what is suspected and why it comes first; the queue says what is still to be judged. When a new ranking comes
while somebody reviews, the rows that they look at, and the next few, stay where they are and as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED, BoolArray, Float64Array, Int32Array, Int64Array
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelatlas.label_errors import LabelErrors

STEADY = 6
"""So many rows at the head of the queue stay as they are when a new ranking comes."""


@dataclass(frozen=True)
class Ranking:
    """Suspects, the most suspicious first.

    Attributes
    ----------
    rows : ndarray of shape (m,), int64
        Positions, without repeats.
    given : ndarray of shape (n,), int32
        The labels that were suspected; -1 = unlabelled.
    suspicion : ndarray of shape (n,), float64
        In [0, 1], high = suspicious.
    suggested : ndarray of shape (n,), int32
        What a row may be instead; the given label = there is no suggestion.
    confidence : ndarray of shape (n,), float64
        Of the suggestion, in [0, 1].
    noise_rate : float or None
        Estimated share of wrong labels among all labelled rows, in [0, 1]; None = none can be judged.
    noise_interval : tuple of float or None
        Its 95% interval.
    """

    rows: Int64Array
    given: Int32Array
    suspicion: Float64Array
    suggested: Int32Array
    confidence: Float64Array
    noise_rate: float | None
    noise_interval: tuple[float, float] | None

    def keeping(self, rows: Int64Array, before: Ranking) -> Ranking:
        """Return this ranking with some rows first and as they were before."""
        first = np.isin(self.rows, rows, invert=True)
        arrays = {name: getattr(self, name).copy() for name in ("given", "suspicion", "suggested", "confidence")}
        for name, array in arrays.items():
            array[rows] = getattr(before, name)[rows]
        return replace(self, rows=np.concatenate([rows, self.rows[first]]), **arrays)

    def noise_left(self, verified: BoolArray) -> float | None:
        """Return the estimated share of wrong labels, those of verified rows being right; None = none can be judged."""
        return None if self.noise_rate is None else self.noise_rate * self._still_in_doubt(verified)

    def interval_left(self, verified: BoolArray) -> tuple[float, float] | None:
        """Return the 95% interval of `noise_left`."""
        if self.noise_interval is None:
            return None
        doubt = self._still_in_doubt(verified)
        low, high = self.noise_interval
        return low * doubt, high * doubt

    def _still_in_doubt(self, verified: BoolArray) -> float:
        total = self.suspicion.sum()
        return float(self.suspicion[~verified].sum() / total) if total else 0.0


def ranking_of(found: LabelErrors, rows: Int64Array | None = None, scores: Float64Array | None = None) -> Ranking:
    """Return what a finding suspects, or some rows with what it says of them.

    Parameters
    ----------
    found : LabelErrors
        Of all rows.
    rows : ndarray of shape (m,), int64, or None
        Positions in the order in which they are to be judged; None = those that are flagged.
    scores : ndarray of shape (m,), float64, or None
        Their suspicion, in [0, 1]; None = as found.

    Returns
    -------
    Ranking

    Raises
    ------
    InputError
        Scores that are no number from 0 to 1.
    """
    suspicion = found.suspicion.astype(np.float64)
    if rows is None:
        rows = found.ranking[found.flagged[found.ranking]]
    elif scores is not None:
        if not (np.isfinite(scores).all() and (scores >= 0).all() and (scores <= 1).all()):
            raise InputError("scores must be numbers from 0 to 1.", hint="High = suspicious: 1 - label_quality.")
        suspicion[rows] = scores
        rows = rows[np.argsort(-scores, kind="stable")]
    suggested = np.where(found.suggested == UNLABELLED, found.given, found.suggested).astype(np.int32)
    return Ranking(
        np.asarray(rows, dtype=np.int64),
        found.given.astype(np.int32),
        suspicion,
        suggested,
        found.confidence.astype(np.float64),
        float(found.noise_rate) if found.judgeable else None,
        found.noise_interval if found.judgeable else None,
    )


def pending(
    ranking: Ranking, codes: Int32Array, verified: BoolArray, *, front: Iterable[int] = (), aside: Iterable[int] = ()
) -> Int64Array:
    """Return what is still to be judged, in order.

    Parameters
    ----------
    ranking : Ranking
        What is suspected.
    codes : ndarray of shape (n,), int32
        What the rows are called now: one that has got another label is suspected no more.
    verified : ndarray of shape (n,), bool
        Rows that somebody has judged.
    front : iterable of int
        Rows that come first, the last of them before all others: their verdict was taken back.
    aside : iterable of int
        Rows that come last: they were skipped.

    Returns
    -------
    ndarray of shape (m,), int64
    """
    rows = ranking.rows
    rows = rows[(codes[rows] == ranking.given[rows]) & ~verified[rows]]
    here = set(rows.tolist())
    first = [row for row in reversed(list(front)) if row in here]
    last = [row for row in aside if row in here and row not in first]
    middle = rows[~np.isin(rows, [*first, *last])]
    return np.concatenate([np.array(first, dtype=np.int64), middle, np.array(last, dtype=np.int64)])
