"""The registry: every detector by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from labelatlas.label_errors._confident import confident_learning
from labelatlas.label_errors._duplicates import near_duplicate_conflict
from labelatlas.label_errors._dynamics import learning_dynamics
from labelatlas.label_errors._ensemble import ensemble
from labelatlas.label_errors._group import group_context
from labelatlas.label_errors._margin import margin
from labelatlas.label_errors._noise_model import noise_posterior
from labelatlas.label_errors._prototype import prototype
from labelatlas.label_errors._votes import neighbor_vote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelatlas._typing import Float64Array
    from labelatlas.label_errors._evidence import Evidence


class Detector(Protocol):
    """A function of evidence: suspicion (n,) in [0, 1], high = suspicious, 0 for unlabelled rows.

    It raises `NotApplicable` when it cannot say, and depends neither on the order of rows nor on that of classes.
    """

    def __call__(self, evidence: Evidence, /) -> Float64Array:
        """Return the suspicion of every row."""
        ...


DETECTORS: Final[Mapping[str, Detector]] = {
    "confident_learning": confident_learning,
    "ensemble": ensemble,
    "group_context": group_context,
    "learning_dynamics": learning_dynamics,
    "margin": margin,
    "near_duplicate_conflict": near_duplicate_conflict,
    "neighbor_vote": neighbor_vote,
    "noise_model": noise_posterior,
    "prototype": prototype,
}
"""Detectors by name; "ensemble" is what `suspicion` uses."""
