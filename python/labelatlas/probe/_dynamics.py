"""How a head learned each row.

The area under the margin of Pleiss, Zhang, Elenberg, Weinberger, "Identifying Mislabeled Data using the Area Under the Margin
Ranking" (2020): the logit of the given class minus the largest other one, averaged over the epochs of a training run. Rows
with a wrong label are pulled the other way by their like, and their margin stays low. Each epoch here is one step on all rows, so
that neither chance nor the order of rows comes in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError
from labelatlas.probe._out_of_fold import checked

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Device, Float64Array

_STEP = 0.05
_DECAY = 1e-3


def learning_dynamics(
    Z: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    n_classes: int | None = None,
    epochs: int = 60,
    device: Device = "auto",
) -> Float64Array:
    """Return the area under the margin of every row while a linear head learns.

    Parameters
    ----------
    Z : array-like of shape (n, d)
        Vectors; finite.
    labels : array-like of shape (n,), int
        Codes 0..C-1; -1 = unlabelled.
    n_classes : int or None
        C; the largest code + 1 when None.
    epochs : int
        Steps of Adam on all labelled rows; at least 1. After few steps the head has not yet learned to repeat wrong labels.
    device : {"auto", "cpu", "cuda"}

    Returns
    -------
    ndarray of shape (n,), float64
        Mean over epochs of the logit of the given class minus the largest other one; low = probably mislabelled. 0 for unlabelled
        rows.

    Raises
    ------
    InputError
        As `out_of_fold`, and when `epochs` is below 1.
    NotApplicable
        When fewer than two classes have two labelled rows.

    Examples
    --------
    >>> import numpy as np
    >>> Z = np.repeat([[0.0, 1.0], [1.0, 0.0]], 10, axis=0)
    >>> y = np.repeat([0, 1], 10)
    >>> y[3] = 1
    >>> int(learning_dynamics(Z, y).argmin())
    3
    """
    if epochs < 1:
        raise InputError(f"epochs must be at least 1. Got {epochs} instead.", hint="Pass epochs=60.")
    vectors, codes, n_classes = checked(Z, labels, n_classes)
    place = resolve_device(device)
    import torch

    from labelatlas.probe._head import standardise

    rows = np.flatnonzero(codes != UNLABELLED)
    x = standardise(torch.tensor(vectors, device=place))[torch.as_tensor(rows, device=place)]
    y = torch.as_tensor(codes[rows], dtype=torch.int64, device=place)
    weight = torch.zeros((x.shape[1], n_classes), device=place, requires_grad=True)
    bias = torch.zeros(n_classes, device=place, requires_grad=True)
    optimiser = torch.optim.Adam([weight, bias], lr=_STEP)
    area = torch.zeros(len(rows), dtype=torch.float64, device=place)
    for _ in range(epochs):
        optimiser.zero_grad()
        scores = torch.addmm(bias, x, weight)
        loss = torch.nn.functional.cross_entropy(scores, y) + 0.5 * _DECAY * weight.square().sum()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            logits = torch.addmm(bias, x, weight)
            own = logits.gather(1, y[:, None])[:, 0].clone()
            logits.scatter_(1, y[:, None], -torch.inf)
            area += (own - logits.amax(dim=1)).double()
    result = np.zeros(len(codes))
    result[rows] = (area / epochs).cpu().numpy()
    return result
