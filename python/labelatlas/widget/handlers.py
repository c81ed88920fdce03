"""One function for each request of the page; each request ends in exactly one reply or failure.

The work stands in `Labels` and in the rooms; here it is only found, called and answered. What looks at every row takes long: it
runs beside the messages (`work`), tells how far it is and can be cancelled, and edits are saved meanwhile.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._label_set import display_name
from labelatlas._payload import after_of, before_of
from labelatlas.exceptions import InputError, LabelAtlasError
from labelatlas.widget.encode import column_messages, decode_rows, encode_codes
from labelatlas.widget.export_requests import export
from labelatlas.widget.label_requests import LABEL_REQUESTS
from labelatlas.widget.look_requests import LOOK_TOPICS, selecting
from labelatlas.widget.people_requests import PEOPLE_TOPICS
from labelatlas.widget.review_requests import REVIEW_REQUESTS, open_review, tell_queue
from labelatlas.widget.row_requests import LONG_ROW_REQUESTS, ROW_REQUESTS
from labelatlas.widget.shift_requests import LONG_SHIFT_TOPICS
from labelatlas.widget.work import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Int64Array, Step
    from labelatlas.widget.protocol import ConflictRow, GestureRow
    from labelatlas.widget.session import Session
    from labelatlas.widget.work import Job

    Answer = tuple[dict[str, Any], list[bytes]]
    Handler = Callable[[Session, Mapping[str, Any], Sequence[Any]], Answer | None]
    LongHandler = Callable[[Session, Mapping[str, Any], Sequence[Any], Step], Answer]

log = logging.getLogger(__name__)

_SHOWN_NAMES = 3


def handle(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
    """Answer one message of the page.

    Parameters
    ----------
    session : Session
        The map that it came to.
    message : mapping
        One of `protocol.PageMessage`.
    buffers : sequence of buffers
        Its binary part.
    """
    kind = message.get("kind")
    long = LONG_TOPICS.get(str(message.get("topic"))) if kind == "ask" else LONG.get(str(kind))
    if long is not None:

        def work(job: Job) -> None:
            def in_the_end(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> Answer:
                answer = long(session, message, buffers, job)
                job.check()  # what was cancelled meanwhile is not answered
                return answer

            _answer(session, in_the_end, message, buffers)

        session.works.start(message["id"], work, place=PLACES.get(str(kind)))
        return
    handler = HANDLERS.get(str(kind))
    if handler is None:
        _fail(session, message, InputError(f"the page asked for {kind!r}, which this kernel does not know."))
        return
    _answer(session, handler, message, buffers)


def _answer(session: Session, handler: Handler, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
    try:
        answer = handler(session, message, buffers)
    except Stopped as end:
        if end.replaced:
            _fail(session, message, InputError("a newer one took its place.", hint="Ask again if you want it still."))
        return
    except LabelAtlasError as error:
        _fail(session, message, error, buffers)
        return
    except Exception as error:  # the page must hear of a fault of ours too, and the log must hold it
        log.exception("A request of the page failed: %s", message)
        fault = LabelAtlasError(f"{type(error).__name__}: {error}", hint="This is a fault of labelatlas; see the log.")
        _fail(session, message, fault, buffers)
        return
    if answer is None:
        return
    result, blobs = answer
    session.send({"kind": "reply", "id": message["id"], "result": result}, blobs)


def _fail(
    session: Session,
    message: Mapping[str, Any],
    error: LabelAtlasError,
    buffers: Sequence[Any] = (),
) -> None:
    if "id" not in message:
        log.warning("A message of the page could not be used: %s", error)
        return
    failure: dict[str, Any] = {
        "kind": "failure",
        "id": message["id"],
        "error": error.message,
        "hint": error.hint,
    }
    truth: list[bytes] = []
    with session.labels.lock:  # until it is sent: a patch that overtook it would be taken back on the page
        failure["revision"] = session.labels.revision
        if message.get("kind") in ("edit", "verdict"):
            rows = _meant_rows(session, message, buffers)
            failure["width"], truth = session.encode_labels(rows)
        session.send(failure, truth)


def _meant_rows(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> Int64Array:
    """Return the rows that a failed message meant, as far as they are rows."""
    try:
        if message["kind"] == "edit":
            return decode_rows(message["rows"], buffers[0], session.n_rows)
        return session.positions([message["row"]], None)
    except (InputError, KeyError, IndexError):
        return np.empty(0, dtype=np.int64)


# ---- the requests ----------------------------------------------------------------------------------------------------
def _hello(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    labels, atlas = session.labels, session.atlas
    session.watch()
    with labels.lock:
        n_labels = len(labels.names)
        columns: dict[Any, Any] = {
            "label": encode_codes(labels.codes, n_labels)[1],
            "original": encode_codes(labels.original, n_labels)[1],
            "flags": session.flags(),
        }
        if message["revision"] < 0:
            columns = {"xy": atlas.xy, "score": session.scores(), **columns}
        for name, values in columns.items():
            for head, blob in column_messages(message["id"], name, values):
                session.send(head, [blob])
        if message["revision"] < 0:
            session.tell_selection(
                origin="kernel"
            )  # a page that was reloaded must learn of it, of the review and the filter
            if session.review is not None:
                tell_queue(session, session.review)
            if session.filter.clauses:
                session.tell_filter()
        return {"revision": labels.revision, "n_rows": session.n_rows}, []


def _select(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
    rows = decode_rows(message["rows"], buffers[0], session.n_rows)
    session.select(rows, how=message["how"], origin=message["origin"])


def _ask(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    topic = TOPICS.get(message["topic"])
    if topic is None:
        raise InputError(f"the page asked for {message['topic']!r}, which this kernel does not know.")
    return topic(session, message)


def _history(session: Session, message: Mapping[str, Any]) -> Answer:
    with session.labels.lock:
        lines = session.labels.log.timeline(message["limit"])
        total = len(session.labels.log.gestures)
    gestures: list[GestureRow] = [
        {
            "id": g.id,
            "at": g.at,
            "author": g.author,
            "action": g.action,
            "how": g.how,
            "rows": g.rows,
            "before": [display_name(v) for v in before_of(g)[:_SHOWN_NAMES]],
            "after": [display_name(v) for v in after_of(g)[:_SHOWN_NAMES]],
            "undone": undone,
            "undoes": g.undoes,
        }
        for g, undone in reversed(lines)
    ]
    return {"topic": "history", "gestures": gestures, "total": total}, []


def _conflicts(session: Session, message: Mapping[str, Any]) -> Answer:
    problems = session.labels.problems
    lines: list[ConflictRow] = [
        {"key": str(p.key), "row": p.row, "frame": p.frame, "journal": p.journal, "reason": p.reason}
        for p in problems[: message["limit"]]
    ]
    return {"topic": "conflicts", "conflicts": lines, "total": len(problems)}, []


def _gesture(session: Session, message: Mapping[str, Any]) -> Answer:
    number, log_ = message["gesture"], session.labels.log
    with session.labels.lock:
        found = log_.find(number)
        if found is None:
            raise InputError(f"there is no gesture {number!r}.", hint="Reload the page.")
        rows = np.unique(log_.step(number)[0])[: message["limit"]]
    return {"topic": "gesture", "gesture": number, "total": found.rows}, [rows.astype("<u4").tobytes()]


def _hover(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> None:
    row = message["row"]
    if row is not None and not 0 <= row < session.n_rows:
        raise InputError(f"row must be below {session.n_rows}. Got {row!r}.", hint="Reload the page.")
    for listener in tuple(session.pointed):
        listener(row)


def _cancel(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> None:
    session.works.cancel(message["target"])


TOPICS: dict[str, Callable[[Session, Mapping[str, Any]], Answer]] = {
    **PEOPLE_TOPICS,
    "conflicts": _conflicts,
    "gesture": _gesture,
    "history": _history,
}

# those that look at every row
LONG_TOPICS: dict[str, LongHandler] = {"review": open_review, **LONG_SHIFT_TOPICS, **LOOK_TOPICS}
LONG: dict[str, LongHandler] = {"selecting": selecting, "export": export, **LONG_ROW_REQUESTS}
# what they set, of which a map has one
PLACES = {"filter": "filter"}

HANDLERS: dict[str, Handler] = {
    **LABEL_REQUESTS,
    **REVIEW_REQUESTS,
    **ROW_REQUESTS,
    "hello": _hello,
    "select": _select,
    "ask": _ask,
    "hover": _hover,
    "cancel": _cancel,
}
