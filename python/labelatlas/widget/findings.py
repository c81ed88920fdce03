"""Findings over an Atlas and its Labels: the rooms `probe`, `label_errors` and `label_shift`, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.label_errors import find
from labelatlas.label_shift import estimate
from labelatlas.probe import out_of_fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import BoolArray, Device
    from labelatlas.atlas import Atlas
    from labelatlas.label_errors import LabelErrors
    from labelatlas.label_shift import ShiftEstimate
    from labelatlas.labels import Labels


def find_label_errors(
    atlas: Atlas,
    labels: Labels,
    device: Device,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> LabelErrors:
    """Return the suspected label errors; see `LabelMap.label_errors`."""
    with labels.lock:
        codes, names = labels.codes.copy(), labels.values
    if progress is not None:
        progress("probabilities", 0, 2)
    probe = out_of_fold(atlas.vectors, codes, n_classes=len(names), seed=seed, device=device)
    if progress is not None:
        progress("ranking", 1, 2)
    return find(
        codes,
        probe.probabilities,
        neighbors=atlas.neighbors,
        keys=atlas.keys.tolist(),
        names=names,
        frame_kind=atlas.table.kind,
    )


def find_shift(
    atlas: Atlas,
    labels: Labels,
    domain: str | None,
    source: object,
    target: object,
    device: Device,
    seed: int,
) -> ShiftEstimate:
    """Return the class mix of a target domain; see `LabelMap.label_shift`."""
    if domain is None:
        raise InputError("label_shift needs a domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    inside_source, inside_target = (_rows_of(atlas, domain, value) for value in (source, target))
    with labels.lock:
        codes, names = labels.codes.copy(), labels.values
    # the head learns from the source alone: it must not have seen the mix that it is asked about
    learned = np.where(inside_source, codes, -1).astype(np.int32)
    probe = out_of_fold(atlas.vectors, learned, n_classes=len(names), seed=seed, device=device)
    labelled = learned >= 0
    return estimate(
        probe.probabilities[labelled],
        codes[labelled],
        probe.probabilities[inside_target],
        seed=seed,
        names=names,
        frame_kind=atlas.table.kind,
    )


def _rows_of(atlas: Atlas, domain: str, value: object) -> BoolArray:
    held = [str(v) for v in atlas.table.values(domain).tolist()]
    inside = np.array([v == str(value) for v in held], dtype=bool)
    if not inside.any():
        shown = ", ".join(repr(v) for v in sorted(set(held))[:12])
        raise InputError(f"domain column {domain!r} has no {value!r}.", hint=f"It has: {shown}.")
    return inside
