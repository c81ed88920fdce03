"""How a head learned a row: late and against resistance, or at once.

The area under the margin of Pleiss, Zhang, Elenberg, Weinberger, "Identifying Mislabeled Data using the Area Under the Margin
Ranking" (2020): the logit of the given class minus the largest other one, averaged over the epochs of a training run. Rows
with a wrong label are pulled the other way by their like. The room `probe` trains the head (`learning_dynamics`); here its
record is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import NotApplicable
from labelatlas.label_errors._margin import sigmoid

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.label_errors._evidence import Evidence


def learning_dynamics(evidence: Evidence) -> Float64Array:
    """Return how far below zero the margin stayed while the head learned.

    Parameters
    ----------
    evidence : Evidence
        With dynamics.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]: the sigmoid of minus the area under the margin, in units of its median size; 0 for unlabelled rows.

    Raises
    ------
    NotApplicable
        When there is no record of a training run.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> learning_dynamics(Evidence(np.array([0, 1]), np.full((2, 2), 0.5), dynamics=np.array([2.0, -2.0]))).round(2)
    array([0.27, 0.73])
    """
    if evidence.dynamics is None:
        message = "The learning-dynamics detector needs the record of a training run. Got none instead."
        raise NotApplicable(message, hint="Pass dynamics=labelatlas.probe.learning_dynamics(Z, labels).")
    rows = evidence.labelled
    area = np.asarray(evidence.dynamics, dtype=np.float64)
    scale = float(np.median(np.abs(area[rows]))) or 1.0
    return np.where(evidence.labels == UNLABELLED, 0.0, sigmoid(-area / scale))
