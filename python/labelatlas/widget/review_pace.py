"""How a review goes on: how many rows, how fast, and what noise is left."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RECENT = 20
_PAUSE_SECONDS = 60.0
"""Whoever takes longer over one row has been away."""


@dataclass(frozen=True)
class Progress:
    """How far a review has come.

    Attributes
    ----------
    judged : int
        Rows that got a verdict, skipped ones left out.
    changed : int
        Those of them whose label was wrong: accepted, relabelled or dropped.
    left : int
        Rows still to be judged.
    noise_rate : float or None
        Estimated share of wrong labels that is left among the labelled rows, in [0, 1]; judged rows count as right. None = labels
        go with their rows no more than chance would have it, and none can be judged.
    noise_interval : tuple of float or None
        95% interval of `noise_rate`.
    noise_before : float or None
        The same when the review began.
    per_minute : float or None
        Verdicts a minute over the last 20, pauses above a minute left out; None before the second.
    refitting : bool
        Whether the suspects are being found again, with the corrections so far.
    """

    judged: int
    changed: int
    left: int
    noise_rate: float | None
    noise_interval: tuple[float, float] | None
    noise_before: float | None
    per_minute: float | None
    refitting: bool


def per_minute(times: Sequence[float]) -> float | None:
    """Return how many verdicts a minute were given lately.

    Parameters
    ----------
    times : sequence of float
        When, in seconds, oldest first.

    Returns
    -------
    float or None
        None = there is no pause shorter than a minute to tell it by.

    Examples
    --------
    >>> per_minute([0.0, 2.0, 4.0])
    30.0
    """
    recent = times[-_RECENT - 1 :]
    gaps = [b - a for a, b in itertools.pairwise(recent) if b - a <= _PAUSE_SECONDS]
    total = sum(gaps)
    return None if total <= 0 else 60.0 * len(gaps) / total
