"""Who wrote it: a row whose label does not fit what else is known of its author, session or case.

After the finding that labels of single texts are often wrong because annotators did not see the author's other texts ("Understanding
and Tackling Label Errors in Individual-Level Natural Language Understanding"). The rows of a group speak for one another with
their probabilities and labels; how loud they may get is read off the data: from the agreement of the pairs within groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors._margin import margin

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence

_LEAST_AGREEMENT = 0.2
_FLOOR = 1e-6
# a reading of a label counts half of what its error rate would allow: errors within a group are rarely independent
_SHRINK = 0.5
_USUAL_RATE = 0.1


def group_context(evidence: Evidence) -> Float64Array:
    """Return the chance that another class fits better than the given one, once the rest of the group has been heard.

    Parameters
    ----------
    evidence : Evidence
        With groups; -1 = of no group.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1], as `margin`; 0 for unlabelled rows. A row that is alone in its group is judged by its probabilities.

    Raises
    ------
    NotApplicable
        When there are no groups, or groups say nothing of the label: pairs within them agree hardly more than by chance (a
        kappa of at most 0.2).

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> groups, truth = np.repeat(np.arange(10), 6), np.repeat(np.arange(10) % 2, 6)
    >>> y = truth.copy()
    >>> y[3] = 1
    >>> int(group_context(Evidence(y, np.full((60, 2), 0.5), groups=groups)).argmax())
    3
    """
    if evidence.groups is None:
        message = "The group check needs groups. Got none instead."
        raise NotApplicable(message, hint="Pass groups=: one number for each row, such as its author.")
    agreed, kappa = pair_agreement(evidence.groups, evidence.labels, evidence.n_classes)
    if not kappa > _LEAST_AGREEMENT:
        message = f"Groups carry no signal about the label: kappa within them is {kappa:.2f}, expected above {_LEAST_AGREEMENT}."
        raise NotApplicable(message, hint="Choose another group column, or none.")
    agreed = float(np.clip(agreed, 0.5, 0.99))
    loudest = float(np.log(agreed / (1 - agreed)))
    classes = evidence.n_classes
    reading = _SHRINK * float(np.log((1 - _USUAL_RATE) / _USUAL_RATE * (classes - 1)))
    own = np.log(np.maximum(evidence.probabilities, _FLOOR, dtype=np.float64))
    own -= own.mean(axis=1, keepdims=True)
    word = own.copy()
    labelled = evidence.labelled
    word[labelled, evidence.labels[labelled]] += reading
    others = _sum_of_others(evidence.groups, word)
    others -= others.max(axis=1, keepdims=True)
    joined = own + np.maximum(others, -loudest)
    joined = np.exp(joined - joined.max(axis=1, keepdims=True))
    return margin(type(evidence)(evidence.labels, joined / joined.sum(axis=1, keepdims=True)))


def pair_agreement(groups: Int64Array, labels: Int64Array, n_classes: int) -> tuple[float, float]:
    """Return the share of pairs of labelled rows within groups that agree, and that agreement beyond chance (kappa).

    Both are 0 when no group has two labelled rows.
    """
    known = (labels != UNLABELLED) & (groups >= 0)
    _, number = np.unique(groups[known], return_inverse=True)
    cells = number * n_classes + labels[known]
    _, count = np.unique(cells, return_counts=True)
    sizes = np.bincount(number) if len(number) else np.zeros(0, dtype=np.int64)
    pairs = float((sizes * (sizes - 1)).sum())
    if pairs == 0:
        return 0.0, 0.0
    agreed = float((count * (count - 1)).sum()) / pairs
    shares = np.bincount(labels[known], minlength=n_classes) / known.sum()
    chance = float(np.square(shares).sum())
    return agreed, (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def _sum_of_others(groups: Int64Array, word: Float64Array) -> Float64Array:
    """Return for every row the sum (n, C) over the other rows of its group, zeros outside of groups."""
    _, number = np.unique(groups, return_inverse=True)
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    total = np.add.reduceat(word[order], starts, axis=0)[number] - word
    total[groups < 0] = 0
    return total
