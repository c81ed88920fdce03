"""Findings over an Atlas and its Labels: the rooms `probe`, `label_errors` and `label_shift`, put together."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
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

log = logging.getLogger(__name__)

_MIDNIGHT = "T00:00:00"


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
        verified = labels.people.verified()
    if progress is not None:
        progress("probabilities", 0, 2)
    probe = out_of_fold(atlas.vectors, codes, n_classes=len(names), seed=seed, device=device)
    if progress is not None:
        progress("ranking", 1, 2)
    return find(
        codes,
        probe.probabilities,
        neighbors=atlas.neighbors,
        verified=verified & (codes != UNLABELLED),
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
    """Return the class mix of a target domain; see `LabelMap.label_shift`.

    Only classes that the source has a label of take part: nothing is known of how others look. The target's labels are not
    looked at, so that a class labelled there alone is left out too, and named in `left_out`.
    """
    if domain is None:
        raise InputError("label_shift needs a domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    inside_source, inside_target = (_rows_of(atlas, domain, value) for value in (source, target))
    if (inside_source & inside_target).any():
        message = f"source and target must be two domains. Got {source!r} for both."
        raise InputError(message, hint="The mix of labelled rows is their count: df[label].value_counts().")
    with labels.lock:
        codes, names = labels.codes.copy(), labels.values
    rows = np.flatnonzero(inside_source & (codes != UNLABELLED))
    known, learned = np.unique(codes[rows], return_inverse=True)
    left_out = tuple(name for code, name in enumerate(names) if code not in known)
    if left_out:
        log.info("label_shift: %r has no label of %d classes, left out: %s", source, len(left_out), left_out)
    # The head learns from the source alone: it must not have seen the mix that it is asked about.
    asked = np.flatnonzero(inside_target)
    unknown = np.full(len(asked), UNLABELLED)
    probe = out_of_fold(
        atlas.vectors[np.concatenate([rows, asked])],
        np.concatenate([learned, unknown]),
        n_classes=len(known),
        seed=seed,
        device=device,
        keep_heads=True,
    )
    found = estimate(
        probe.probabilities[: len(rows)],
        learned,
        probe.probabilities[len(rows) :] if probe.by_head is None else probe.by_head,
        method="em_bcts",  # the head was calibrated on these very labels: see the notes of `estimate`
        seed=seed,
        names=[names[code] for code in known],
        frame_kind=atlas.table.kind,
    )
    return replace(found, left_out=left_out)


def domain_texts(atlas: Atlas, domain: str) -> list[str]:
    """Return the domain of each row as a person writes it."""
    return [_text(value) for value in atlas.table.values(domain)]


def _rows_of(atlas: Atlas, domain: str, value: object) -> BoolArray:
    """Return which rows are of a domain, by its text; dates and times match however they are spelt."""
    held = list(atlas.table.values(domain))
    texts = domain_texts(atlas, domain)
    wanted = _text(value)
    inside = np.array([text == wanted for text in texts], dtype=bool)
    moment = _moment(value)
    if not inside.any() and moment is not None and any(_is_date(v) for v in (value, *held)):
        inside = np.array([_moment(v) == moment for v in held], dtype=bool)
    if not inside.any():
        shown = ", ".join(repr(text) for text in sorted(set(texts))[:12])
        raise InputError(f"domain column {domain!r} has no {wanted!r}.", hint=f"It has: {shown}.")
    return inside


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date | np.datetime64)


def _text(value: object) -> str:
    """Return a domain as a person writes it: 2026-01-31 for its midnight, 3 for 3.0."""
    if isinstance(value, np.datetime64):
        text = str(value)
        return (text.rstrip("0").rstrip(".") if "." in text else text).removesuffix(_MIDNIGHT)
    if isinstance(value, dt.datetime):
        return value.isoformat().removesuffix(_MIDNIGHT)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _moment(value: object) -> np.datetime64 | None:
    """Return a date, or a text that spells one in full, as a moment in UTC; None when it is neither."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    elif isinstance(value, str):
        try:
            return _moment(dt.datetime.fromisoformat(value))
        except ValueError:
            return None
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[ns]")
    # as text: a pandas Timestamp has nanoseconds that numpy does not ask it for
    return np.datetime64(str(value), "ns") if isinstance(value, dt.date) else None
