"""Suspected label errors over an Atlas and its Labels: the rooms `probe` and `label_errors`, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas._values import list_values
from labelatlas.exceptions import InputError
from labelatlas.label_errors import find
from labelatlas.probe import out_of_fold
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Device, Float32Array, Int64Array, Step
    from labelatlas.atlas import Atlas
    from labelatlas.label_errors import LabelErrors
    from labelatlas.labels import Labels
    from labelatlas.probe import Prior


@dataclass(frozen=True, eq=False)
class ErrorSearch:
    """How suspected label errors are looked for; one that is made anew is another one.

    Attributes
    ----------
    groups : ndarray of shape (n,), object, or None
        What a row belongs to; None = to nothing. Rows of a group are held out together.
    weights : ndarray of shape (n,), float32, or None
        How much a row counts while heads learn.
    verified : ndarray of shape (n,), bool, or None
        Rows that are right, beside those that the journal knows to be.
    prior : "given" or "uniform"
        Whose class mix the heads answer for.
    """

    groups: npt.NDArray[np.object_] | None = None
    weights: Float32Array | None = None
    verified: BoolArray | None = None
    prior: Prior = "given"


def read_search(
    atlas: Atlas, groups: object, weights: object, verified: Int64Array | None, prior: Prior
) -> ErrorSearch:
    """Return what a caller says of a search.

    Parameters
    ----------
    atlas : Atlas
        The rows.
    groups, weights : str, array-like of shape (n,), or None
        A column of the frame, or its values.
    verified : ndarray of int64, or None
        Positions.
    prior : "given" or "uniform"

    Returns
    -------
    ErrorSearch

    Raises
    ------
    InputError
        A wrong number of groups or weights, weights that are no numbers or missing; `ColumnNotFoundError`: no such column.
    """
    mask = None
    if verified is not None:
        mask = np.zeros(len(atlas.keys), dtype=bool)
        mask[verified] = True
    return ErrorSearch(
        groups=None if groups is None else _groups(_column(atlas, "groups", groups)),
        weights=None if weights is None else _weights(_column(atlas, "weights", weights)),
        verified=mask,
        prior=prior,
    )


def find_label_errors(
    atlas: Atlas,
    labels: Labels,
    device: Device,
    seed: int,
    search: ErrorSearch,
    step: Step = quiet,
) -> LabelErrors:
    """Return the suspected label errors; see `LabelMap.label_errors`."""
    with labels.lock:
        codes, names = labels.codes.copy(), labels.values
        verified = labels.people.verified()
    if search.verified is not None:
        verified = verified | search.verified
    probe = out_of_fold(
        atlas.vectors,
        codes,
        n_classes=len(names),
        seed=seed,
        groups=search.groups,
        weights=search.weights,
        prior=search.prior,
        device=device,
        names=names,
        progress=step,
    )
    step("ranking", 0, 0)
    return find(
        codes,
        probe.probabilities,
        neighbors=atlas.neighbors,
        verified=verified & (codes != UNLABELLED),
        groups=search.groups,
        keys=atlas.keys.tolist(),
        names=names,
        frame_kind=atlas.table.kind,
    )


def _column(atlas: Atlas, parameter: str, given: object) -> npt.NDArray[Any]:
    if isinstance(given, str):
        atlas.table.require(given, parameter)
        return atlas.table.values(given)
    n = len(atlas.keys)
    values = np.asarray(given)
    if values.shape != (n,):
        message = f"{parameter} must be a column or of shape ({n},). Got {values.shape} instead."
        raise InputError(message, hint=f"Pass one of the {parameter} for each row of the map, or the name of a column.")
    return values


def _groups(values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    held = np.empty(len(values), dtype=object)
    held[:] = list_values("groups", values, len(values))
    return held


def _weights(values: npt.NDArray[Any]) -> Float32Array:
    try:
        return values.astype(np.float32)
    except (TypeError, ValueError):
        message = f"weights must be numbers, one for each row. Got dtype {values.dtype} or a missing one instead."
        raise InputError(message, hint="Give rows that shall not count the weight 0.") from None
