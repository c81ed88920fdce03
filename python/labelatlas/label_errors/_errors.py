"""The finding: which labels are suspected, why, and how many are wrong in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas.label_errors._explain import Explainer, Explanation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float64Array, Int32Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence


@dataclass(frozen=True, kw_only=True, repr=False)
class LabelErrors(Findings):
    """Suspected label errors.

    Attributes
    ----------
    given : ndarray of shape (n,), int32
        The labels that were judged; -1 = unlabelled.
    suspicion : ndarray of shape (n,), float64
        Chance that the label is wrong, in [0, 1]; 0 for unlabelled and verified rows.
    suggested : ndarray of shape (n,), int32
        Most probable other class of a flagged row, the given one of a row that is not flagged, the most probable class of an
        unlabelled row.
    confidence : ndarray of shape (n,), float64
        Probability of the suggested class by head and neighbours, the given label left aside.
    flagged : ndarray of shape (n,), bool
        Whether the row counts as an error; never an unlabelled or a verified row.
    decision : ndarray of shape (n,), str
        "keep" (not flagged), "relabel" (another class is likely), "drop" (no class is), "ambiguous" (the given one is possible).
    ranking : ndarray of shape (n_labelled,), int64
        Positions of the labelled rows, most suspicious first; equal ones by position.
    noise_rate : float
        Estimated share of wrong labels among the labelled rows, in [0, 1].
    noise_interval : tuple of float
        95% interval of that share.
    noise_matrix : ndarray of shape (C, C), float64
        Entry [j, k] is the estimated chance that a row given j is truly k; rows sum to 1.
    noise_low, noise_high : ndarray of shape (C, C), float64
        Ends of the 95% intervals of `noise_matrix`.
    noise_counts : ndarray of shape (C, C), float64
        Entry [j, k] is the expected number of rows given j and truly k.
    not_estimable : ndarray of shape (u,), int32
        Classes with fewer than 20 labelled rows: nothing should be read off their rows of `noise_matrix`.
    judgeable : bool
        False where probabilities and neighbours go with the labels no more than chance would have it. Then nothing is flagged,
        suspicions are next to 0, `noise_rate` is 0 with the interval from 0 to 1, and all classes are `not_estimable`.
    evidence : Evidence
        What was judged, head and neighbours apart.
    keys : tuple or None
        Row keys; positions stand for them when None.
    names : tuple or None
        Class names; codes stand for them when None.
    """

    given: Int32Array
    suspicion: Float64Array
    suggested: Int32Array
    confidence: Float64Array
    flagged: BoolArray
    decision: npt.NDArray[np.str_]
    ranking: Int64Array
    noise_rate: float
    noise_interval: tuple[float, float]
    noise_matrix: Float64Array
    noise_low: Float64Array = field(repr=False)
    noise_high: Float64Array = field(repr=False)
    noise_counts: Float64Array = field(repr=False)
    not_estimable: Int32Array
    judgeable: bool = True
    evidence: Evidence = field(repr=False)
    keys: tuple[Any, ...] | None = None
    names: tuple[Any, ...] | None = None

    def columns(self) -> Mapping[str, Any]:
        """Return one line per labelled row, most suspicious first; `reason` is "" for rows that are not flagged."""
        return self._lines(self.ranking)

    def _lines(self, rows: Int64Array) -> Mapping[str, Any]:
        return {
            "key": rows if self.keys is None else [self.keys[row] for row in rows],
            "row": rows,
            "given": self._named(self.given[rows]),
            "suggested": self._named(self.suggested[rows]),
            "suspicion": self.suspicion[rows],
            "confidence": self.confidence[rows],
            "decision": self.decision[rows].tolist(),
            "flagged": self.flagged[rows],
            "reason": [
                " ".join(self._explainer.explain(row).reasons) if self.flagged[row] else "" for row in rows.tolist()
            ],
        }

    def explain(self, row: int) -> Explanation:
        """Return what speaks about the label of a row: head, neighbours, near-duplicates, its group, and all in words.

        Parameters
        ----------
        row : int
            Its position.

        Returns
        -------
        Explanation

        Raises
        ------
        InputError
            There is no such row.
        """
        return self._explainer.explain(row)

    def pairs(self) -> ErrorPairs:
        """Return which classes are taken for which, most rows first; classes that cannot be judged are left out.

        Returns
        -------
        ErrorPairs
        """
        small = np.zeros(len(self.noise_matrix), dtype=bool)
        small[self.not_estimable] = True
        counts = np.where(small[:, None], 0.0, self.noise_counts)
        np.fill_diagonal(counts, 0)
        given, true = np.nonzero(counts >= _FEWEST_EXPECTED)
        order = np.argsort(-counts[given, true], kind="stable")
        given, true = given[order].astype(np.int32), true[order].astype(np.int32)
        return ErrorPairs(
            frame_kind=self.frame_kind,
            given=given,
            true=true,
            rows=counts[given, true],
            share=self.noise_matrix[given, true],
            low=self.noise_low[given, true],
            high=self.noise_high[given, true],
            names=self.names,
        )

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.evidence, self.suggested, self.names)

    def _named(self, codes: Int32Array) -> Int32Array | list[Any]:
        return codes if self.names is None else [self.names[code] for code in codes]

    def _headline(self) -> str:
        low, high = self.noise_interval
        n = len(self.ranking)
        if not self.judgeable:
            return (
                f"LabelErrors: none of {n:,} labels can be judged: probabilities and neighbours go with them no more than chance "
                "would have it; other features, or a head that learned from them, may tell more"
            )
        return (
            f"LabelErrors: {int(self.flagged.sum()):,} of {n:,} labels flagged; estimated wrong: {self.noise_rate:.1%} "
            f"(95% interval {low:.1%} to {high:.1%}); .to_frame() has all lines, .pairs() the confused classes"
        )

    def _first(self, n: int) -> Mapping[str, Any]:
        return self._lines(self.ranking[:n])


# fewer rows than half a one are a trace of the smoothing
_FEWEST_EXPECTED = 0.5


@dataclass(frozen=True, kw_only=True, repr=False)
class ErrorPairs(Findings):
    """Which classes are taken for which.

    Attributes
    ----------
    given, true : ndarray of shape (m,), int32
        Codes: rows given the one are truly the other.
    rows : ndarray of shape (m,), float64
        Expected number of them, descending.
    share, low, high : ndarray of shape (m,), float64
        Share of the rows given that class, and the ends of its 95% interval.
    names : tuple or None
        Class names; codes stand for them when None.
    """

    given: Int32Array
    true: Int32Array
    rows: Float64Array
    share: Float64Array
    low: Float64Array
    high: Float64Array
    names: tuple[Any, ...] | None = None

    def columns(self) -> Mapping[str, Any]:
        """Return one line per pair."""
        named = [codes if self.names is None else [self.names[c] for c in codes] for codes in (self.given, self.true)]
        return {
            "given": named[0],
            "true": named[1],
            "rows": self.rows,
            "share": self.share,
            "low": self.low,
            "high": self.high,
        }
