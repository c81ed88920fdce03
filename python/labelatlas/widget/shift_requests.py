"""The page's half of label shift: which domains there are, their rows, and how the mix changed between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError
from labelatlas.widget.findings import Guess, domains_in_order, find_shift, find_shift_over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Int64Array, Step
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Topic = Callable[[Session, Mapping[str, Any], Sequence[Any], Step], Answer]


def _shift(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    source, target = str(message["source"]), str(message["target"])
    with session.labels.lock:
        revision, values = session.labels.revision, session.labels.values
    found, guess = find_shift(
        session.atlas, session.labels, session.domain, source, target, session.device, session.seed, step
    )
    unlike = np.empty(0, dtype=np.int64) if found.verdict is None else found.verdict.new_rows
    code_of = {value: code for code, value in enumerate(values)}
    columns = (found.source_priors, found.priors, found.low, found.high, found.weights, found.p_values)
    names = ("source", "target", "low", "high", "weight", "p_value")
    classes = [
        {"label": code_of[name], **{word: float(column[k]) for word, column in zip(names, columns, strict=True)}}
        for k, name in enumerate(found.names or ())
    ]
    return {
        "topic": "shift",
        "source": source,
        "target": target,
        "revision": revision,
        "level": float(found.level),
        "classes": classes,
        "left_out": [str(name) for name in found.left_out],
        "verdict": None if found.verdict is None else found.verdict.kind,
        "new": len(unlike),
    }, [unlike.astype("<u4").tobytes(), *_encode_guess(guess)]


def _drift(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    """Answer how the mix moved over the domains; takes long."""
    with session.labels.lock:
        revision, values = session.labels.revision, session.labels.values
    found, guess = find_shift_over_time(
        session.atlas, session.labels, session.domain, session.device, session.seed, step
    )
    code_of = {value: code for code, value in enumerate(values)}
    place = {period: t for t, period in enumerate(found.periods)}
    shares = np.array([(s.shares, s.low, s.high) for s in found.by.values()], dtype="<f4")
    turning = [
        {"label": code_of[p.label], "period": place[p.period], "before": float(p.before), "after": float(p.after)}
        for p in found.turning_points[: message["limit"]]
    ]
    return {
        "topic": "drift",
        "revision": revision,
        "periods": [str(period) for period in found.periods],
        "bases": list(found.by),
        "classes": [code_of[name] for name in found.names],
        "turning": turning,
    }, [shares.tobytes(), *_encode_guess(guess)]


def _encode_guess(guess: Guess) -> list[bytes]:
    return [part.astype("<u4").tobytes() for part in guess]


def _domains(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    places, names = _places(session, step)
    rows = np.bincount(places[places >= 0], minlength=len(names))
    labelled = np.bincount(places[(places >= 0) & (session.labels.codes != UNLABELLED)], minlength=len(names))
    counted = zip(names, rows.tolist(), labelled.tolist(), strict=True)
    lines = [{"name": name, "rows": n, "labelled": m} for name, n, m in counted]
    return {"topic": "domains", "domains": lines[: message["limit"]]}, []


def _domain(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    places, names = _places(session, step)
    asked = str(message["source"])
    rows = np.flatnonzero(places == names.index(asked)) if asked in names else np.empty(0, dtype=np.int64)
    return {"topic": "domain", "total": len(rows)}, [rows.astype("<u4").tobytes()]


def _places(session: Session, step: Step) -> tuple[Int64Array, tuple[str, ...]]:
    if session.domain is None:
        raise InputError("the map has no domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    step("reading the domains", 0, 0)
    return domains_in_order(session.atlas, session.domain)


LONG_SHIFT_TOPICS: dict[str, Topic] = {"domains": _domains, "domain": _domain, "shift": _shift, "drift": _drift}
