"""The page's half of label shift: which domains there are, their rows, and how the mix changed between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError
from labelatlas.widget.findings import domain_texts, find_shift

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Step
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Topic = Callable[[Session, Mapping[str, Any], Sequence[Any], Step], Answer]


def _shift(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    source, target = str(message["source"]), str(message["target"])
    with session.labels.lock:
        revision, values = session.labels.revision, session.labels.values
    found = find_shift(
        session.atlas, session.labels, session.domain, source, target, session.device, session.seed, step
    )
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
        "new": 0 if found.verdict is None else len(found.verdict.new_rows),
    }, []


def _domains(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    names, which = np.unique(_texts(session, step), return_inverse=True)
    rows = np.bincount(which, minlength=len(names))
    labelled = np.bincount(which[session.labels.codes != UNLABELLED], minlength=len(names))
    counted = zip(names.tolist(), rows.tolist(), labelled.tolist(), strict=True)
    lines = [{"name": name, "rows": n, "labelled": m} for name, n, m in counted]
    return {"topic": "domains", "domains": lines[: message["limit"]]}, []


def _domain(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    rows = np.flatnonzero(_texts(session, step) == str(message["source"]))
    return {"topic": "domain", "total": len(rows)}, [rows.astype("<u4").tobytes()]


def _texts(session: Session, step: Step) -> Any:
    if session.domain is None:
        raise InputError("the map has no domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
    step("reading the domains", 0, 0)
    return np.array(domain_texts(session.atlas, session.domain), dtype=str)


LONG_SHIFT_TOPICS: dict[str, Topic] = {"domains": _domains, "domain": _domain, "shift": _shift}
