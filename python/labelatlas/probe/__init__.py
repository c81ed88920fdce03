"""Vectors and labels in, calibrated out-of-fold probabilities out.

Every statistic about a label rests on a probability that was made without that label: a head that has seen a wrong label
has begun to believe it. This room fits a linear head several times, each time without one fold of the rows, asks it
about the rows it has not seen, and calibrates the answers.

May import: numpy, torch, and of labelatlas `_typing`, `_random`, `_device`, `_values`, `exceptions`. No sibling room: vectors come as
arrays.

To add a head: one module with a function of (vectors, codes) that returns an object with `logits(vectors)`, as `_head`
has it; to add a calibration: one entry in `_calibration.FAMILIES`, which the held-out gate then judges unasked.
"""

from __future__ import annotations

from labelatlas.probe._dynamics import learning_dynamics
from labelatlas.probe._out_of_fold import OutOfFold, Prior, out_of_fold

__all__ = ["OutOfFold", "Prior", "learning_dynamics", "out_of_fold"]
