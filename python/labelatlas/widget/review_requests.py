"""The page's half of a review: its queue as a message, verdicts, and why a row is suspected."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from labelatlas._typing import Arm
from labelatlas.exceptions import InputError
from labelatlas.widget.review_reasons import reasons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Step
    from labelatlas.labels import Change
    from labelatlas.widget.review import Review
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Request = Callable[[Session, Mapping[str, Any], Sequence[Any]], Answer]

_MOST_SENT = 2_000


def open_review(session: Session, _message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    """Open a review, or find the suspects of the open one again; the queue is told to every view."""
    found = session.find_errors(step=step)
    step("opening the review", 0, 0)  # not where it was cancelled meanwhile
    review = session.review
    if review is None or review.desk.refit is None:
        review = session.open_review(None)
    else:
        review.desk.take(found)
    return {"topic": "review", "left": len(review.desk.queue)}, []


def tell_queue(session: Session, review: Review, *, show: bool = False) -> None:
    """Tell every view what is to be judged; with `show` they open the panel for it."""
    desk = review.desk
    with session.labels.lock:  # until it is sent: a verdict's answer must not overtake it
        rows, ranking = desk.queue[:_MOST_SENT], desk.ranking
        blobs = [
            rows.astype("<u4").tobytes(),
            ranking.given[rows].astype("<i4").tobytes(),
            ranking.suggested[rows].astype("<i4").tobytes(),
            ranking.suspicion[rows].astype("<f4").tobytes(),
            ranking.confidence[rows].astype("<f4").tobytes(),
            review.order[rows].astype("u1").tobytes(),
        ]
        progress = asdict(desk.progress())
        session.send({"kind": "queue", "show": show, "blind": review.blind, "progress": progress}, blobs)


def _verdict(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    review, arm = _open(session), _arm(message)
    if message["act"] == "undo":
        change = review.desk.undo()
        tell_queue(session, review)  # a row is back, or all those of a bulk
        row = int(review.desk.queue[0]) if len(review.desk.queue) else -1
        return _judged(session, review, change, row)
    row, label = int(message["row"]), message.get("label", ...)
    if isinstance(label, int):
        values = session.labels.values
        if not 0 <= label < len(values):
            raise InputError(f"the page chose label {label}; there are {len(values)}.", hint="Reload the page.")
        label = values[label]
    return _judged(session, review, review.desk.judge(message["act"], row, label, arm=arm), row)


def _bulk(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    review, code = _open(session), int(message["label"])
    values = session.labels.values
    if not 0 <= code < len(values):
        raise InputError(f"the page chose label {code}; there are {len(values)}.", hint="Reload the page.")
    change = review.desk.accept_all(
        values[code],
        above=float(message["above"]),
        rows=session.selection if message["selected"] else None,
        plan=False,
        arm=_arm(message),
    )
    if change.gesture is not None:
        tell_queue(session, review)  # many rows are gone
    return _judged(session, review, change, -1)


def _explain(session: Session, _message: Mapping[str, Any], buffers: Sequence[Any]) -> Answer:
    ranking, labels, atlas = _open(session).desk.ranking, session.labels, session.atlas
    rows = np.frombuffer(bytes(buffers[0]), dtype="<u4").astype(np.int64)
    rows = rows[rows < session.n_rows]
    with labels.lock:
        explanations = [
            {
                "row": row,
                "reasons": list(reasons_of(session, ranking, row)),
                "neighbors": atlas.neighbors.indices[row].tolist(),
            }
            for row in rows.tolist()
        ]
    return {"explanations": explanations}, []


def _open(session: Session) -> Review:
    if session.review is None:
        raise InputError("no review is open.", hint="Press Find suspects, or call m.review().")
    return session.review


def _arm(message: Mapping[str, Any]) -> Arm:
    arm = message.get("arm", "shown")
    if arm not in get_args(Arm):
        raise InputError(f"the page says arm={arm!r}, which this kernel does not know.")
    return cast("Arm", arm)


def _judged(session: Session, review: Review, change: Change, row: int) -> Answer:
    return {
        "revision": session.labels.revision,
        "gesture": change.gesture,
        "rows": len(change.rows),
        "skipped": change.skipped,
        "row": row,
        "progress": asdict(review.desk.progress()),
    }, []


REVIEW_REQUESTS: dict[str, Request] = {"verdict": _verdict, "bulk": _bulk, "explain": _explain}
