"""The registry: every estimator by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from labelatlas.label_shift._adjusted import acc, pacc
from labelatlas.label_shift._black_box import bbse_hard, bbse_soft
from labelatlas.label_shift._counting import counting, pcc
from labelatlas.label_shift._density import density_matching
from labelatlas.label_shift._likelihood import em, em_adaptive, em_bcts, em_temperature, em_vector
from labelatlas.label_shift._matching import histogram_matching
from labelatlas.label_shift._regularised import rlls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

Method: TypeAlias = Literal[
    "auto",
    "acc",
    "bbse_hard",
    "bbse_soft",
    "counting",
    "density_matching",
    "em",
    "em_adaptive",
    "em_bcts",
    "em_temperature",
    "em_vector",
    "histogram_matching",
    "pacc",
    "pcc",
    "rlls",
]


class Estimator(Protocol):
    """A function from B weightings of source (B, n) and target (B, m) rows, each of sum 1, to B priors (B, C) on the simplex.

    Row 0 of the weights is even: it gives the estimate; the others give its uncertainty. The order of classes does not matter.
    """

    def __call__(self, task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array, /) -> Float64Array:
        """Return the priors of the target under each weighting."""
        ...


ESTIMATORS: Final[Mapping[str, Estimator]] = {
    "acc": acc,
    "bbse_hard": bbse_hard,
    "bbse_soft": bbse_soft,
    "counting": counting,
    "density_matching": density_matching,
    "em": em,
    "em_adaptive": em_adaptive,
    "em_bcts": em_bcts,
    "em_temperature": em_temperature,
    "em_vector": em_vector,
    "histogram_matching": histogram_matching,
    "pacc": pacc,
    "pcc": pcc,
    "rlls": rlls,
}
"""Estimators by name; "auto" is "em_adaptive", which says by itself how much to calibrate and to shrink."""
