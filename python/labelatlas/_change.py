"""What is said to the ledger with a gesture, and what it says afterwards: to whoever asked, and to those it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from labelatlas._typing import Arm, Int64Array, Source


def row_set(rows: Int64Array) -> Int64Array:
    """Return positions sorted and each once; those that are so already, as most come, are given back as they are.

    Examples
    --------
    >>> row_set(np.array([4, 0, 4])).tolist()
    [0, 4]
    """
    return rows if bool((rows[1:] > rows[:-1]).all()) else np.unique(rows)  # telling costs a hundredth of sorting


@dataclass(frozen=True)
class Change:
    """What one gesture did, or would do.

    Attributes
    ----------
    gesture : int or None
        Its number in the journal; None: nothing had to change, or it was only a plan, so there is no gesture.
    rows : ndarray of shape (m,), int64
        Positions whose label changed, or would.
    skipped : int
        Rows that an undo left alone, because they were changed again since; conflicts that could not be settled that way.
    """

    gesture: int | None
    rows: Int64Array
    skipped: int = 0


class Said(NamedTuple):
    """How a gesture came about: what the journal keeps beside its rows.

    Attributes
    ----------
    how : str
        How the rows were selected: "lasso", "menu", "api", ...
    source : "human", "head", "llm" or "rule"
        Who or what chose the label.
    arm : "shown", "hidden" or "none"
        Whether suggestions were to be seen; "none" = there were none.
    note : str
        Free text.
    """

    how: str = "api"
    source: Source = "human"
    arm: Arm = "none"
    note: str = ""


BY_HAND = Said()


@dataclass(frozen=True)
class Notice:
    """Somebody else changed rows on which the reader had had the last word.

    Attributes
    ----------
    gesture : int
        Theirs.
    at, author, action : str
        When (ISO 8601, UTC), who, what.
    rows : ndarray of shape (m,), int64
        Positions.
    labels : tuple of str
        Display names of what the rows hold now; "" = unlabelled.
    """

    gesture: int
    at: str
    author: str
    action: str
    rows: Int64Array
    labels: tuple[str, ...]
