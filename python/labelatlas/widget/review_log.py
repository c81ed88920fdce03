"""The verdicts of one review, in order; which of them stand is read from the journal's undo book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas._typing import Arm
    from labelatlas.labels import Labels
    from labelatlas.widget.protocol import Act


@dataclass(frozen=True)
class Verdict:
    """What was said of one row.

    Attributes
    ----------
    row : int
        Its position.
    act : str
        What was said: "accept", "keep", "other", "drop" or "skip".
    before, after, suggested : int
        Label codes; -1 = unlabelled. `suggested` equal to `before` = nothing was suggested.
    suspicion, confidence : float
        When it was judged.
    arm : "shown", "hidden" or "none"
        Whether suggestions were to be seen.
    gesture : int or None
        Its number in the journal; None: a skipped row is no gesture.
    at : float
        When, in seconds of a clock that never goes back.
    """

    row: int
    act: Act
    before: int
    after: int
    suggested: int
    suspicion: float
    confidence: float
    arm: Arm
    gesture: int | None
    at: float


class VerdictLog:
    """Verdicts in order.

    Parameters
    ----------
    labels : Labels
        Whose undo book says which of them stand.
    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._all: list[Verdict] = []
        self._unskipped: set[int] = set()  # places of skips that were taken back

    def add(self, verdict: Verdict) -> None:
        """Take in the next verdict."""
        self._all.append(verdict)

    def take_back(self, skip: Verdict) -> None:
        """Take back a skip, which the journal knows nothing of."""
        self._unskipped.add(max(i for i, v in enumerate(self._all) if v is skip))

    def standing(self) -> list[Verdict]:
        """Return the verdicts that nobody took back."""
        undone = self._labels.log.book.undone
        return [v for i, v in enumerate(self._all) if i not in self._unskipped and v.gesture not in undone]

    def last_standing(self) -> Verdict | None:
        """Return the newest of them; None = there is none."""
        standing = self.standing()
        return standing[-1] if standing else None

    def of_act(self, verdict: Verdict) -> list[Verdict]:
        """Return all verdicts that were given in the same gesture."""
        if verdict.gesture is None:
            return [verdict]
        return [v for v in self._all if v.gesture == verdict.gesture]

    def rows(self) -> set[int]:
        """Return every row that was ever judged here."""
        return {v.row for v in self._all}

    def times(self) -> list[float]:
        """Return when verdicts were given, oldest first; those of one gesture once."""
        return sorted({v.at for v in self._all})

    def columns(self, keys: npt.NDArray[Any]) -> Mapping[str, Any]:
        """Return all of it as columns, for people."""
        names, undone = self._labels.names, self._labels.log.book.undone

        def name(code: int) -> str:
            return "" if code < 0 else names[code]

        every = self._all
        return {
            "key": [keys[[v.row]].tolist()[0] for v in every],
            "row": [v.row for v in every],
            "verdict": [v.act for v in every],
            "before": [name(v.before) for v in every],
            "after": [name(v.after) for v in every],
            "suggested": ["" if v.suggested == v.before else name(v.suggested) for v in every],
            "suspicion": [v.suspicion for v in every],
            "confidence": [v.confidence for v in every],
            "arm": [v.arm for v in every],
            "gesture": [-1 if v.gesture is None else v.gesture for v in every],
            "undone": [i in self._unskipped or v.gesture in undone for i, v in enumerate(every)],
        }
