"""The page's requests about rows: their content, their columns, their order, search and filter; `handlers` answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.encode import decode_rows
from labelatlas.widget.row_filter import checked, facet, find_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Step
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Request = Callable[[Session, Mapping[str, Any], Sequence[Any]], Answer]
    LongRequest = Callable[[Session, Mapping[str, Any], Sequence[Any], Step], Answer]

_MOST_ROWS = 1000  # of one describe


def _describe(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> Answer:
    rows = np.frombuffer(bytes(buffers[0]), dtype="<u4").astype(np.int64)
    if len(rows) > _MOST_ROWS or (len(rows) and rows.max() >= session.n_rows):
        told = f"at most {_MOST_ROWS:,} rows, each below {session.n_rows}, are described at once."
        raise InputError(f"{told} Got {len(rows):,}.", hint="Reload the page.")
    content = session.content
    columns, blobs = content.describe(rows, message.get("columns", content.shown), message.get("length", 2000))
    return {"columns": columns}, blobs


def _columns(session: Session, _message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    return {"columns": session.content.info(), "shown": list(session.content.shown)}, []


def _facet(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    return cast("dict[str, Any]", facet(session.columns, message["column"], step)), []


def _order(session: Session, message: Mapping[str, Any], buffers: Sequence[Any], step: Step) -> Answer:
    rows = decode_rows(message["rows"], buffers[0], session.n_rows)
    ordered = session.columns.order(message["column"], rows, descending=message["descending"], step=step)
    return {"rows": len(ordered)}, [ordered.astype("<u4").tobytes()]


def _search(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    found = np.flatnonzero(
        find_text(
            message["query"],
            regex=message["regex"],
            names=message["columns"],
            columns=session.columns,
            shown=session.content.shown,
            step=step,
        )
    )
    return {"rows": len(found)}, [found.astype("<u4").tobytes()]


def _filter(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    clauses, rest = checked(message["clauses"], message["rest"])
    return {"rows": len(session.set_filter(clauses, rest, step))}, []


ROW_REQUESTS: dict[str, Request] = {"columns": _columns, "describe": _describe}
LONG_ROW_REQUESTS: dict[str, LongRequest] = {"facet": _facet, "filter": _filter, "order": _order, "search": _search}
