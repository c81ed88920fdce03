"""The page's questions about the authors of a journal; `handlers` finds, answers and fails them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas._agreement import SILENT
from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from labelatlas.labels import Agreement
    from labelatlas.widget.protocol import AuthorRow, ConfusionResult, DifferencesResult, PairRow, PeopleResult
    from labelatlas.widget.session import Session

    Answer = tuple[Any, list[bytes]]


def _people(session: Session, _: Mapping[str, Any]) -> Answer:
    people = session.labels.people
    with session.labels.lock:
        gestures = [gesture.author for gesture in session.labels.log.gestures]
        authors = people.authors()
        agreement = people.agreement()
        differ = len(people.disagreements())
    spoken = (agreement.words > SILENT).sum(axis=1).tolist()
    everybody: list[AuthorRow] = [
        {"author": author, "gestures": gestures.count(author), "rows": rows}
        for author, rows in zip(authors, spoken, strict=True)
    ]
    fleiss, rows = _fleiss(agreement)
    result: PeopleResult = {
        "topic": "people",
        "authors": everybody,
        "pairs": _pairs(agreement),
        "fleiss": fleiss,
        "fleiss_rows": rows,
        "differ": differ,
    }
    return result, []


def _pairs(agreement: Agreement) -> list[PairRow]:
    lines = agreement.columns()
    return [
        {"a": a, "b": b, "rows": rows, "agreed": round(share * rows) if rows else 0, "kappa": _or_none(kappa)}
        for a, b, rows, share, kappa in zip(
            lines["a"],
            lines["b"],
            lines["rows"].tolist(),
            lines["agreement"].tolist(),
            lines["kappa"].tolist(),
            strict=True,
        )
    ]


def _fleiss(agreement: Agreement) -> tuple[float | None, int]:
    together = int((agreement.words > SILENT).all(axis=0).sum())
    try:
        return agreement.fleiss()[0], together
    except NotApplicable:
        return None, together


def _differences(session: Session, message: Mapping[str, Any]) -> Answer:
    rows = session.labels.people.disagreements()
    result: DifferencesResult = {"topic": "differences", "total": len(rows)}
    return result, [rows[: message["limit"]].astype("<u4").tobytes()]


def _confusion(session: Session, message: Mapping[str, Any]) -> Answer:
    authors = message.get("authors", [])
    if len(authors) != 2:
        raise InputError(f"the page asked how {len(authors)} authors differ; it must be two.", hint="Reload the page.")
    cells = session.labels.people.agreement(authors).cells(*authors)
    result: ConfusionResult = {
        "topic": "confusion",
        "authors": list(authors),
        "cells": [{"a": a, "b": b, "rows": rows} for a, b, rows in cells[: message["limit"]]],
        "total": len(cells),
    }
    return result, []


def _or_none(kappa: float) -> float | None:
    return None if kappa != kappa else kappa  # noqa: PLR0124 - NaN; JSON has none


PEOPLE_TOPICS: dict[str, Callable[[Session, Mapping[str, Any]], Answer]] = {
    "confusion": _confusion,
    "differences": _differences,
    "people": _people,
}
