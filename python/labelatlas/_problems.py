"""Edits of the journal that were not applied, each by name, and what it would take to settle them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from labelatlas._label_set import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelatlas._typing import BoolArray, Int64Array
    from labelatlas.frames.kind import LabelValue

Reason: TypeAlias = Literal["label", "content", "missing", "type"]
Keep: TypeAlias = Literal["journal", "frame"]


class Problem(NamedTuple):
    """An edit of the journal that was not applied.

    Attributes
    ----------
    key : str or int
        The row.
    row : int
        Its position; -1 = the row is missing.
    held, said : str, int, bool or None
        The label that the frame holds, and the one that the journal says last; None = unlabelled.
    reason : "label", "content", "missing" or "type"
        The frame holds a label that no gesture put there; the row's content changed; the row is gone; the column can no
        longer hold the label.
    first : int
        Code of the label that the journal says the row had before its first edit; below -1 = not to be held here.
    print_ : int
        The row's fingerprint when it was last edited.
    """

    key: Any
    row: int
    held: LabelValue | None
    said: LabelValue | None
    reason: Reason
    first: int = -2
    print_: int = 0

    @property
    def frame(self) -> str:
        """Return the display name of what the frame holds; "" = unlabelled, or no row."""
        return "" if self.row < 0 else display_name(self.held)

    @property
    def journal(self) -> str:
        """Return the display name of what the journal says; "" = unlabelled."""
        return display_name(self.said)

    def can_keep(self, keep: Keep) -> bool:
        """Return whether this side can win: a row that is gone and a label of another type can only be let go."""
        return keep == "frame" or self.reason in ("label", "content")


class Problems:
    """Problems by key, and the rows they stand on.

    Parameters
    ----------
    n : int
        Number of rows.
    """

    def __init__(self, n: int) -> None:
        self.by_key: dict[Any, Problem] = {}
        self.on_row: BoolArray = np.zeros(n, dtype=bool)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.by_key)

    def put(self, problems: Iterable[Problem]) -> None:
        """Take in problems; a later one about the same row replaces the earlier."""
        for problem in problems:
            self.by_key[problem.key] = problem
            if problem.row >= 0:
                self.on_row[problem.row] = True

    def settle(self, keys: Iterable[Any]) -> list[Problem]:
        """Let go of problems; return those that there were."""
        gone = [self.by_key.pop(key) for key in keys if key in self.by_key]
        for problem in gone:
            if problem.row >= 0:
                self.on_row[problem.row] = False
        return gone

    def rows(self) -> Int64Array:
        """Return the positions of rows with a problem, sorted."""
        return np.flatnonzero(self.on_row)

    def count(self) -> tuple[int, int]:
        """Return how many edits are in conflict ("label", "type"), and how many are orphans ("content", "missing")."""
        conflicts = sum(p.reason in ("label", "type") for p in self.by_key.values())
        return conflicts, len(self.by_key) - conflicts
