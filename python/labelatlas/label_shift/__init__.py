"""How the class mix of unlabelled rows differs from that of labelled ones, and how sure one can be.

Label shift: the classes come in other proportions, the rows inside a class look as before. From probabilities of a labelled
source and of an unlabelled target the priors of the target follow, with intervals, and weights that make the source look
like the target.

May import: numpy, scipy, torch, and of labelatlas `_typing`, `_random`, `_device`, `_values`, `_findings`, `exceptions`. No sibling
room: source probabilities come as an argument, made out of fold.

To add an estimator: one module with a function of (task, source weights, target weights) that returns priors for each row
of weights, and one line in `_estimators.ESTIMATORS`. Intervals come by themselves; the contract suite tests it unasked.
"""

from __future__ import annotations

from labelatlas.label_shift._assumption import ShiftKind, ShiftVerdict, check_assumption
from labelatlas.label_shift._discover import LatentClasses, discover
from labelatlas.label_shift._estimate import estimate
from labelatlas.label_shift._estimators import ESTIMATORS, Estimator, Method
from labelatlas.label_shift._head_mix import HeadMix, mix_heads
from labelatlas.label_shift._over_time import MixOverTime, Shares, TurningPoint, new_clusters, over_time
from labelatlas.label_shift._plot import Picture
from labelatlas.label_shift._settle import LabelPlan, SettledShare, plan_labels, settle
from labelatlas.label_shift._shift_estimate import ExpectedAccuracy, ShiftEstimate
from labelatlas.label_shift._task import ShiftTask
from labelatlas.label_shift._topics import Encoding, GroupTopics, counts, find_topics

__all__ = [
    "ESTIMATORS",
    "Encoding",
    "Estimator",
    "ExpectedAccuracy",
    "GroupTopics",
    "HeadMix",
    "LabelPlan",
    "LatentClasses",
    "Method",
    "MixOverTime",
    "Picture",
    "SettledShare",
    "Shares",
    "ShiftEstimate",
    "ShiftKind",
    "ShiftTask",
    "ShiftVerdict",
    "TurningPoint",
    "check_assumption",
    "counts",
    "discover",
    "estimate",
    "find_topics",
    "mix_heads",
    "new_clusters",
    "over_time",
    "plan_labels",
    "settle",
]
