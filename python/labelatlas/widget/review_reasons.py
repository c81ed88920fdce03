"""Why a row is suspected, in words, and the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelatlas.label_errors import reasons_for

if TYPE_CHECKING:
    from labelatlas.frames.kind import LabelValue
    from labelatlas.widget.review_queue import Ranking
    from labelatlas.widget.session import Session


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


def reasons_of(session: Session, ranking: Ranking, row: int) -> tuple[str, ...]:
    """Return why a row is suspected, by what its neighbours are called now; see `label_errors.reasons_for`.

    Parameters
    ----------
    session : Session
        The map.
    ranking : Ranking
        That suspects it.
    row : int
        Its position.

    Returns
    -------
    tuple of str
        Sentences, the strongest first.
    """
    labels = session.labels
    return reasons_for(
        int(ranking.given[row]),
        int(ranking.suggested[row]),
        float(ranking.confidence[row]),
        labels.codes[session.atlas.neighbors.indices[row]],
        session.near_duplicates[row],
        names=labels.names,
    )
