"""How well a space fits labels: whether the neighbours of a row would name its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    from labelatlas._typing import Neighbors

_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class SpaceQuality:
    """Accuracy of a vote of neighbours, each row left out of its own vote.

    Attributes
    ----------
    accuracy : float
        Share of labelled rows whose neighbours' vote is their label; in [0, 1].
    low, high : float
        95% interval of it (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927).
    majority : float
        Share of the commonest label: what a space that says nothing reaches.
    n_rows : int
        Labelled rows with a labelled neighbour.

    Examples
    --------
    >>> SpaceQuality(0.9, 0.8, 0.95, 0.5, 60)
    SpaceQuality(accuracy=0.9, low=0.8, high=0.95, majority=0.5, n_rows=60)
    """

    accuracy: float
    low: float
    high: float
    majority: float
    n_rows: int


def space_quality(neighbors: Neighbors, labels: Any, *, k: int = 10) -> SpaceQuality:
    """Return how often a vote of its nearest rows names a row's label.

    Parameters
    ----------
    neighbors : Neighbors
        Graph of n rows.
    labels : array-like of shape (n,), int
        Codes; -1 = unlabelled: such a row neither votes nor is asked.
    k : int
        Voters, at most those that the graph has. Among equal votes the label of the nearer voters wins.

    Returns
    -------
    SpaceQuality

    Raises
    ------
    InputError
        When the labels are no whole numbers, one a row, or k is below 1.
    NotApplicable
        When no labelled row has a labelled neighbour.

    Examples
    --------
    >>> from labelatlas.space import find_neighbors
    >>> space_quality(find_neighbors([[0.0], [1.0], [9.0], [10.0]], 1), [0, 0, 1, 1], k=1).accuracy
    1.0
    """
    codes = np.asarray(labels)
    n = len(neighbors.indices)
    if codes.shape != (n,) or codes.dtype.kind not in "iu":
        raise InputError(f"labels must be {n} whole numbers. Got shape {codes.shape}, dtype {codes.dtype} instead.")
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"k must be a whole number of at least 1. Got {k!r} instead.")
    voters = codes[neighbors.indices[:, :k]]
    asked = np.flatnonzero((codes >= 0) & (voters >= 0).any(axis=1))
    if not len(asked):
        message = "no labelled row has a labelled neighbour: nothing says how good the space is."
        raise NotApplicable(message, hint="Label some rows first.")
    voters = voters[asked]
    # Nearer voters count a little more, less in sum than one vote.
    weight = 1.0 + np.linspace(0.5, 0.0, voters.shape[1]) / voters.shape[1]
    same = (voters[:, :, None] == voters[:, None, :]) & (voters >= 0)[:, None, :]
    votes = np.where(voters >= 0, (same * weight).sum(axis=2), -1.0)
    named = np.take_along_axis(voters, votes.argmax(axis=1)[:, None], axis=1)[:, 0]
    right, total = float((named == codes[asked]).mean()), len(asked)
    low, high = _wilson(right, total)
    majority = float(np.bincount(codes[asked]).max() / total)
    return SpaceQuality(right, low, high, majority, total)


def _wilson(share: float, n: int) -> tuple[float, float]:
    z2 = _NORMAL_95**2 / n
    middle = (share + z2 / 2.0) / (1.0 + z2)
    half = _NORMAL_95 * float(np.sqrt(share * (1.0 - share) / n + z2 / (4.0 * n))) / (1.0 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)
