"""Label shift over an Atlas and its Labels: the rooms `probe` and `label_shift`, put together."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from labelatlas._random import generator
from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import check_assumption, estimate, over_time
from labelatlas.probe import out_of_fold
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Device, Float32Array, Int64Array, Step
    from labelatlas.atlas import Atlas
    from labelatlas.label_shift import MixOverTime, ShiftEstimate, ShiftVerdict
    from labelatlas.labels import Labels

log = logging.getLogger(__name__)

_STREAM = 67
_MOST_COMPARED = 10_000
_MIDNIGHT = "T00:00:00"


class Guess(NamedTuple):
    """What unlabelled rows probably are.

    Attributes
    ----------
    rows : ndarray of shape (u,), int64
        Positions, sorted.
    codes : ndarray of shape (u,), int64
        Label codes.
    """

    rows: Int64Array
    codes: Int64Array


def find_shift(
    atlas: Atlas,
    labels: Labels,
    domain: str | None,
    source: object,
    target: object,
    device: Device,
    seed: int,
    step: Step = quiet,
) -> tuple[ShiftEstimate, Guess]:
    """Return the class mix of a target domain, and what its unlabelled rows probably are; see `LabelMap.label_shift`.

    Only classes that the source has a label of take part: nothing is known of how others look. The target's labels are not
    looked at, so that a class labelled there alone is left out too, and named in `left_out`. `verdict.new_rows` are positions in
    the frame.
    """
    if domain is None:
        raise InputError("label_shift needs a domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    inside_source, inside_target = (_rows_of(atlas, domain, value) for value in (source, target))
    if (inside_source & inside_target).any():
        message = f"source and target must be two domains. Got {source!r} for both."
        raise InputError(message, hint="The mix of labelled rows is their count: df[label].value_counts().")
    seen = _judge(atlas, labels, inside_source, inside_target, device, seed, step)
    step("estimating the mix", 0, 0)
    if seen.left_out:
        log.info("label_shift: %r has no label of %d classes, left out: %s", source, len(seen.left_out), seen.left_out)
    found = estimate(
        seen.of_source,
        seen.learned,
        seen.of_target,
        method="em_bcts",  # the head was calibrated on these very labels: see the notes of `estimate`
        seed=seed,
        names=seen.names,
        frame_kind=atlas.table.kind,
        device=device,
    )
    guess = _guess(labels, seen, found.correct(seen.mean_of_target()))
    step("asking whether the rows changed", 0, 0)
    return replace(found, left_out=seen.left_out, verdict=_verdict(atlas, seen, device, seed)), guess


def find_shift_over_time(
    atlas: Atlas, labels: Labels, domain: str | None, device: Device, seed: int, step: Step = quiet
) -> tuple[MixOverTime, Guess]:
    """Return the class mix of every domain after the first, by the labels of the first; see `find_shift`."""
    if domain is None:
        raise InputError("label_shift needs a domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    places, domains = domains_in_order(atlas, domain)
    if len(domains) < 2:
        message = f"label_shift over time needs two domains. Got {len(domains)} in {domain!r} instead."
        raise InputError(message, hint="The mix of labelled rows is their count: df[label].value_counts().")
    seen = _judge(atlas, labels, places == 0, places > 0, device, seed, step)
    step("estimating the mixes", 0, 0)
    with labels.lock:
        original, codes = labels.original.copy(), labels.codes.copy()
    place = np.full(len(labels.values) + 1, UNLABELLED)
    place[seen.known] = np.arange(len(seen.known))
    found = over_time(
        seen.of_source,
        seen.learned,
        seen.of_target,
        places[seen.asked],
        labels=place[original[seen.asked]],
        corrected=place[codes[seen.asked]],
        method="em_bcts",
        seed=seed,
        names=seen.names,
        frame_kind=atlas.table.kind,
        device=device,
    )
    points = tuple(replace(point, period=domains[point.period]) for point in found.turning_points)
    return replace(found, periods=domains[1:], turning_points=points), _guess(labels, seen, seen.mean_of_target())


@dataclass(frozen=True)
class _Judged:
    """What heads that learned from the source say of source and target, and the classes that they learned."""

    rows: Int64Array
    of_source: Float32Array
    learned: Int64Array
    of_target: Float32Array
    asked: Int64Array
    known: Int64Array
    names: list[str | int | bool]
    left_out: tuple[str | int | bool, ...]

    def mean_of_target(self) -> Float32Array:
        """Return the probabilities (m, C) of the target's rows, where each was heard by several heads their mean."""
        return self.of_target.mean(axis=0) if self.of_target.ndim == 3 else self.of_target


def _guess(labels: Labels, seen: _Judged, probabilities: npt.NDArray[np.floating[Any]]) -> Guess:
    with labels.lock:
        unlabelled = labels.codes[seen.asked] == UNLABELLED
    return Guess(seen.asked[unlabelled], seen.known[probabilities[unlabelled].argmax(axis=1)])


def _judge(
    atlas: Atlas,
    labels: Labels,
    inside_source: BoolArray,
    inside_target: BoolArray,
    device: Device,
    seed: int,
    step: Step = quiet,
) -> _Judged:
    with labels.lock:
        codes, names = labels.codes.copy(), labels.values
    rows = np.flatnonzero(inside_source & (codes != UNLABELLED))
    known, learned = np.unique(codes[rows], return_inverse=True)
    able = int((np.bincount(learned, minlength=1) > 1).sum())
    if able < 2:
        message = (
            f"The source needs two labels with at least 2 rows each. Got {able} of them among its {int(inside_source.sum())} rows, "
            f"{len(rows)} of which are labelled, instead."
        )
        raise NotApplicable(message, hint="Label more rows of the source, or take another domain for it.")
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
        progress=step,
    )
    return _Judged(
        rows=rows,
        of_source=probe.probabilities[: len(rows)],
        learned=learned,
        of_target=probe.probabilities[len(rows) :] if probe.by_head is None else probe.by_head,
        asked=asked,
        known=known.astype(np.int64),
        names=[names[code] for code in known],
        left_out=tuple(name for code, name in enumerate(names) if code not in known),
    )


def _verdict(atlas: Atlas, seen: _Judged, device: Device, seed: int) -> ShiftVerdict | None:
    """Return whether the change of the mix is all that happened, by a sample of many rows; None where they are too few."""
    random = generator(seed, _STREAM)
    inside, outside = (random.permutation(len(rows))[:_MOST_COMPARED] for rows in (seen.rows, seen.asked))
    inside = np.union1d(inside, np.unique(seen.learned, return_index=True)[1])  # no class may be missing
    outside.sort()
    heads = seen.of_target
    # one head for each row, as in the source: the mean of the heads is another model
    of_target = heads[outside] if heads.ndim == 2 else heads[np.arange(len(outside)) % len(heads), outside]
    rows = seen.asked[outside]
    try:
        found = check_assumption(
            atlas.vectors[seen.rows[inside]],
            seen.of_source[inside],
            seen.learned[inside],
            atlas.vectors[rows],
            of_target,
            seed=seed,
            names=seen.names,
            frame_kind=atlas.table.kind,
            device=device,
        )
    except NotApplicable as reason:
        log.info("label_shift: nothing can be said of its assumption: %s", reason)
        return None
    return replace(found, new_rows=rows[found.new_rows])


def domains_in_order(atlas: Atlas, domain: str) -> tuple[Int64Array, tuple[str, ...]]:
    """Return the place (n,) of each row's domain among all, -1 = it has none, and the domains in order as a person writes them.

    Categories stand in their order, dates and numbers in theirs, everything else by its text.
    """
    held: list[Any] = list(atlas.table.values(domain))
    there = [row for row, value in enumerate(held) if value is not None]
    values = [held[row] for row in there]
    categories = atlas.table.labels(domain).categories
    moments = [_moment(value) for value in values]
    keys: list[Any] = [_text(value) for value in values]
    if categories is not None:
        at = {_text(category): place for place, category in enumerate(categories)}
        keys = [at[key] for key in keys]
    elif all(moment is not None for moment in moments) and any(_is_date(value) for value in values):
        keys = moments
    elif all(isinstance(value, int | float | np.number) for value in values):
        keys = values
    places = np.full(len(held), UNLABELLED, dtype=np.int64)
    _, first, places[there] = np.unique(np.array(keys), return_index=True, return_inverse=True)
    return places, tuple(_text(values[row]) for row in first)


def _rows_of(atlas: Atlas, domain: str, value: object) -> BoolArray:
    """Return which rows are of a domain, by its text; dates and times match however they are spelt."""
    held = list(atlas.table.values(domain))
    texts = [None if v is None else _text(v) for v in held]
    wanted = _text(value)
    inside = np.array([text == wanted for text in texts], dtype=bool)
    moment = _moment(value)
    if not inside.any() and moment is not None and any(_is_date(v) for v in (value, *held)):
        inside = np.array([v is not None and _moment(v) == moment for v in held], dtype=bool)
    if not inside.any():
        shown = ", ".join(repr(text) for text in domains_in_order(atlas, domain)[1][:12])
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
