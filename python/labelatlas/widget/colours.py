"""What the map can be coloured by, as a slot for each row: the page draws slots and knows no column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from labelatlas._agreement import SILENT
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.widget.cluster_names import cluster_names
from labelatlas.widget.encode import encode_codes
from labelatlas.widget.protocol import ColourBy
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int32Array, Int64Array, Step
    from labelatlas.widget.row_columns import RowColumns
    from labelatlas.widget.session import Session

EMPTY = 0xFFFF
SCALE_TOP = 254
MOST_NAMES = 200
"""So many values get a slot of their own, the most frequent first; the rest share one."""
# An end so near to 0, as a share of the scale, is read as 0: 3e-05 says nothing beside colours up to 1.
_UNSEEN = 1e-3
_FAR = 5.0  # a range that is so many times that of the middle 98% is cut to it

AGREEMENT = ("agreed", "disputed", "one voice")


@dataclass(frozen=True)
class Colours:
    """What the rows are coloured by.

    Attributes
    ----------
    title : str
        What it is called.
    slots : ndarray of shape (n,), uint16
        Of each row; 0xFFFF = no value. On a scale 0 to 254.
    names, counts : tuple
        Of each slot, the most frequent first; empty on a scale.
    ends : tuple of str
        The values at slot 0 and 254 of a scale, in words; else empty.
    """

    title: str
    slots: npt.NDArray[np.uint16]
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    ends: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """Return how many rows have no value."""
        return int((self.slots == EMPTY).sum())


def colours_of(session: Session, by: str, column: str | None = None, step: Step = quiet) -> Colours:
    """Return what the rows are coloured by.

    Parameters
    ----------
    session : Session
        The map.
    by : str
        One of `protocol.ColourBy`.
    column : str or None
        With "column", which one.
    step : Step
        Called between the parts of what takes long.

    Raises
    ------
    InputError
        There is no such thing to colour by; `ColumnNotFoundError` is a kind of it.
    NotApplicable
        There is nothing to say: no suspects can be found, or nobody has edited yet.
    """
    if by == "column":
        if column is None:
            raise InputError("colouring by a column needs its name.", hint='m.view.colour(column="month")')
        return _column(session.columns, column, step)
    source = _SOURCES.get(by)
    if source is None:
        raise InputError(f"by must be one of {get_args(ColourBy)}. Got {by!r} instead.")
    return source(session, step)


def _column(columns: RowColumns, name: str, step: Step) -> Colours:
    """Return a column as a scale where a filter would ask for a range, else by its values."""
    if columns.is_range(name, step):
        if columns.type_of(name) != "time":
            return of_scale(name, columns.numbers(name))
        found = of_scale(name, columns.numbers(name), digits=17)
        return replace(found, ends=tuple(_date(words) for words in found.ends))
    ticks = columns.ticks(name, step)
    return of_codes(name, ticks.codes, ticks.values)


def _date(milliseconds: str) -> str:
    """Return the day of one end of a scale of times."""
    mark, _, number = milliseconds.rpartition(" ")
    day = str(np.datetime64(round(float(number)), "ms").astype("datetime64[D]")) if number else ""
    return f"{mark} {day}".strip()


def of_names(title: str, names: Iterable[str | None]) -> Colours:
    """Return names as slots, the most frequent first; None = no value."""
    codes: dict[str, int] = {}
    places = np.array([-1 if name is None else codes.setdefault(name, len(codes)) for name in names], dtype=np.int64)
    return of_codes(title, places, tuple(codes))


def of_codes(title: str, codes: npt.NDArray[np.integer], names: Sequence[str]) -> Colours:
    """Return codes of names as slots, the most frequent first; beyond 200 of them the rest share one. -1 = no value."""
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=len(names))
    order = np.argsort(-counts, kind="stable")
    slot_of = np.empty(len(names), dtype=np.int64)
    slot_of[order] = np.arange(len(names))
    words = [names[int(i)] for i in order]
    totals = counts[order].tolist()
    if len(words) > MOST_NAMES:
        rest = len(words) - MOST_NAMES + 1
        words = [*words[: MOST_NAMES - 1], f"{rest:,} others"]
        totals = [*totals[: MOST_NAMES - 1], sum(totals[MOST_NAMES - 1 :])]
        slot_of = np.minimum(slot_of, MOST_NAMES - 1)
    slots = np.full(len(codes), EMPTY, dtype=np.uint16)
    slots[known] = slot_of[codes[known]]
    return Colours(title, slots, tuple(words), tuple(totals))


def of_scale(title: str, numbers: Float64Array, *, digits: int = 4) -> Colours:
    """Return numbers on a scale; where a few lie far out, the ends of the scale stand for all beyond them.

    Parameters
    ----------
    title : str
        What it is called.
    numbers : ndarray of shape (n,), float64
        NaN = no value, and so is what is infinite.
    digits : int
        Of the numbers at the ends.

    Examples
    --------
    >>> found = of_scale("size", np.append(np.linspace(0, 1, 255), np.nan))
    >>> found.slots[[0, 127, 254, 255]].tolist(), found.ends
    ([0, 127, 254, 65535], ('0', '1'))
    """
    finite = np.isfinite(numbers)
    slots = np.full(len(numbers), EMPTY, dtype=np.uint16)
    if not finite.any():
        return Colours(title, slots, ends=("", ""))
    found = numbers[finite]
    low, high = float(found.min()), float(found.max())
    inner_low, inner_high = np.quantile(found, [0.01, 0.99])
    cut = inner_high > inner_low and (high - low) > _FAR * (inner_high - inner_low)
    marks = ("", "")
    if cut:
        marks = ("≤ " if inner_low > low else "", "≥ " if inner_high < high else "")
        low, high = float(inner_low), float(inner_high)
    width = high - low
    share = np.clip((found - low) / width, 0, 1) if width > 0 else np.zeros(len(found))
    slots[finite] = np.round(share * SCALE_TOP).astype(np.uint16)
    low, high = (0.0 if abs(end) < _UNSEEN * width else end for end in (low, high))
    return Colours(title, slots, ends=(f"{marks[0]}{low:.{digits}g}", f"{marks[1]}{high:.{digits}g}"))


def _labels(title: str, codes: Int32Array, names: Sequence[str]) -> Colours:
    """Return labels as slots by code, so that they keep their colours."""
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    slots = encode_codes(codes, min(len(names), EMPTY))[1].astype(np.uint16)
    return Colours(title, slots, tuple(names), tuple(counts.tolist()))


def _label(session: Session, _: Step) -> Colours:
    return _labels("label", session.labels.codes, session.labels.names)


def _original(session: Session, _: Step) -> Colours:
    return _labels("original label", session.labels.original, session.labels.names)


def _edited(session: Session, _: Step) -> Colours:
    edited = session.labels.edited
    return Colours(
        "edited", edited.astype(np.uint16), ("as it came", "edited"), (int((~edited).sum()), int(edited.sum()))
    )


def _cluster(session: Session, step: Step) -> Colours:
    step("finding the clusters", 0, 0)  # the one step that cannot be stopped half-way: only its answer is let go of
    clusters = session.clusters()
    terms = session.cluster_terms.of(clusters, step)
    with session.labels.lock:
        names = cluster_names(clusters, session.labels.codes, session.labels.names, terms)
    return of_codes("cluster", clusters, names)


def _suspicion(session: Session, step: Step) -> Colours:
    return of_scale("suspicion", session.find_errors(step=step).suspicion.astype(np.float64))


def _author(session: Session, _: Step) -> Colours:
    """Return who changed each row last; rows that nobody changed have no value."""
    labels = session.labels
    with labels.lock:
        last = np.full(session.n_rows, -1, dtype=np.int64)
        gestures = labels.log.gestures
        for place, gesture in enumerate(gestures):
            rows, old, new = labels.log.step(gesture.id)
            last[rows[old != new]] = place
        last[~labels.edited] = -1
        authors = {author: code for code, author in enumerate(dict.fromkeys(gesture.author for gesture in gestures))}
        code_of = np.array([*(authors[gesture.author] for gesture in gestures), -1], dtype=np.int64)
    return of_codes("author", code_of[last], tuple(authors))


def _agreement(session: Session, _: Step) -> Colours:
    """Return whether people said the same of a row; rows that nobody spoke of have no value."""
    people = session.labels.people
    with session.labels.lock:
        authors = people.authors()
        if not authors:
            raise NotApplicable("nobody has edited yet, so there is no agreement to show.")
        words = np.stack([people.by_author(author) for author in authors])
        disputed: Int64Array = people.disagreements()
    voices = (words > SILENT).sum(axis=0)
    codes = np.where(voices == 0, -1, np.where(voices == 1, AGREEMENT.index("one voice"), AGREEMENT.index("agreed")))
    codes[disputed] = AGREEMENT.index("disputed")
    return of_codes("agreement", codes, AGREEMENT)


_SOURCES: dict[str, Callable[[Session, Step], Colours]] = {
    "label": _label,
    "original": _original,
    "edited": _edited,
    "cluster": _cluster,
    "suspicion": _suspicion,
    "author": _author,
    "agreement": _agreement,
}
