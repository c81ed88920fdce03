"""Why a row is suspected, in words, and the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from labelatlas._typing import Int32Array, Neighbors
    from labelatlas.frames.kind import LabelValue
    from labelatlas.widget.review_queue import Ranking

_SAME = 1e-6
"""Rows nearer than this share of the usual distance to the farthest neighbour have the same content."""


@dataclass(frozen=True)
class Suspect:
    """A row whose label is doubted.

    Attributes
    ----------
    row : int
        Its position.
    key : object
        Its key.
    given, suggested : str, int, bool or None
        Its label, and what it may be instead; None = unlabelled, or there is no suggestion.
    suspicion : float
        In [0, 1], high = suspicious.
    confidence : float
        Of the suggestion, in [0, 1].
    reasons : tuple of str
        Sentences, the strongest first.
    neighbors : tuple of int
        The nearest rows, nearest first.
    """

    row: int
    key: object
    given: LabelValue | None
    suggested: LabelValue | None
    suspicion: float
    confidence: float
    reasons: tuple[str, ...]
    neighbors: tuple[int, ...]


def reasons_of(
    row: int, ranking: Ranking, neighbors: Neighbors, usual: float, codes: Int32Array, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Return why a row is suspected.

    Parameters
    ----------
    row : int
        Its position.
    ranking : Ranking
        That suspects it.
    neighbors : Neighbors
        Of all rows.
    usual : float
        How far the last neighbour of a row usually is: what "the same content" is measured by.
    codes : ndarray of shape (n,), int32
        What the rows are called now.
    names : tuple of str
        Of the codes.

    Returns
    -------
    tuple of str
        Sentences, the strongest first.
    """
    given, suggested = int(ranking.given[row]), int(ranking.suggested[row])
    near, distances = neighbors.indices[row], neighbors.distances[row]
    near_codes = codes[near]

    def name(code: int) -> str:
        return "unlabelled" if code == UNLABELLED else names[code]

    reasons: list[str] = []
    twins = near[(distances <= _SAME * usual) & (near_codes != given) & (near_codes != UNLABELLED)]
    if len(twins):
        others = sorted({name(int(code)) for code in codes[twins]})
        same = "A row with the same content is" if len(twins) == 1 else f"{len(twins)} rows with the same content are"
        reasons.append(f"{same} labelled {' or '.join(others)}.")
    if len(near):
        alike = int((near_codes == given).sum())
        said = f"{alike} of its {len(near)} nearest rows {'is' if alike == 1 else 'are'} {name(given)}"
        if suggested != given:
            said += f", {int((near_codes == suggested).sum())} {name(suggested)}"
        reasons.append(said + ".")
    if suggested != given:
        sure = "more than 99%" if ranking.confidence[row] > 0.99 else f"{ranking.confidence[row]:.0%}"
        reasons.append(f"Its own label left aside, it looks like {name(suggested)} with {sure}.")
    else:
        reasons.append("No other label fits it better.")
    return tuple(reasons)
