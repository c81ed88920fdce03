"""Which labels are probably wrong, and what they should be.

Arrays in, findings out: given labels, probabilities made without them (`labelatlas.probe`) and, when there is a neighbour
graph, what the neighbours are called. Nothing here writes a label.

May import: numpy, scipy, and of labelatlas `_typing`, `_random`, `_values`, `_findings`, `exceptions`. No sibling room: probabilities
and neighbours come as arguments.

To add a detector: one module with a function of `Evidence` that returns a suspicion in [0, 1] per row (high = suspicious),
and one line in `_detectors.DETECTORS`. The contract suite then tests it unasked.
"""

from __future__ import annotations

from labelatlas.label_errors._cleanlab import ImportedErrors, from_cleanlab
from labelatlas.label_errors._crowd import Opinions, crowd_consensus
from labelatlas.label_errors._detectors import DETECTORS, Detector
from labelatlas.label_errors._duplicates import near_duplicates
from labelatlas.label_errors._errors import ErrorPairs, LabelErrors
from labelatlas.label_errors._evidence import Evidence
from labelatlas.label_errors._explain import Explanation
from labelatlas.label_errors._find import find, flag, suspicion
from labelatlas.label_errors._many import multilabel_suspicion, numeric_suspicion
from labelatlas.label_errors._planted import PlantedTruth, planted_truth
from labelatlas.label_errors._reasons import reasons_for
from labelatlas.label_errors._rows import GroupEffects, RowChecks, check_rows
from labelatlas.label_errors._stability import Stability, benchmark_stability

__all__ = [
    "DETECTORS",
    "Detector",
    "ErrorPairs",
    "Evidence",
    "Explanation",
    "GroupEffects",
    "ImportedErrors",
    "LabelErrors",
    "Opinions",
    "PlantedTruth",
    "RowChecks",
    "Stability",
    "benchmark_stability",
    "check_rows",
    "crowd_consensus",
    "find",
    "flag",
    "from_cleanlab",
    "multilabel_suspicion",
    "near_duplicates",
    "numeric_suspicion",
    "planted_truth",
    "reasons_for",
    "suspicion",
]
