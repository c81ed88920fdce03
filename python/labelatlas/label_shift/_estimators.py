"""The registry: every estimator by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from labelatlas.label_shift._black_box import bbse_hard, bbse_soft
from labelatlas.label_shift._counting import counting
from labelatlas.label_shift._likelihood import em, em_bcts, em_temperature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelatlas._typing import Float64Array
    from labelatlas.label_shift._task import ShiftTask

Method: TypeAlias = Literal["auto", "bbse_hard", "bbse_soft", "counting", "em", "em_bcts", "em_temperature"]


class Estimator(Protocol):
    """A function from B weightings of source (B, n) and target (B, m) rows, each of sum 1, to B priors (B, C) on the simplex.

    Row 0 of the weights is even: it gives the estimate; the others give its uncertainty. The order of classes does not matter.
    """

    def __call__(self, task: ShiftTask, source_weights: Float64Array, target_weights: Float64Array, /) -> Float64Array:
        """Return the priors of the target under each weighting."""
        ...


ESTIMATORS: Final[Mapping[str, Estimator]] = {
    "bbse_hard": bbse_hard,
    "bbse_soft": bbse_soft,
    "counting": counting,
    "em": em,
    "em_bcts": em_bcts,
    "em_temperature": em_temperature,
}
"""Estimators by name; "auto" chooses among those of expectation-maximisation."""
