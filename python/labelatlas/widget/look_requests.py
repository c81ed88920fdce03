"""The page's requests about the selection and the colours; `handlers` finds, answers and fails them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import InputError
from labelatlas.widget.colours import colours_of
from labelatlas.widget.encode import column_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Step
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Request = Callable[[Session, Mapping[str, Any], Sequence[Any], Step], Answer]


def selecting(session: Session, message: Mapping[str, Any], _: Sequence[Any], _step: Step) -> Answer:
    """Do something to the selection; the page hears of the rows as of any selection."""
    selections, act = session.selections, message["act"]
    if act in {"save", "load", "drop"}:
        getattr(selections, act)(message["name"])
    elif act in {"grow", "shrink", "stragglers", "clusters"}:
        getattr(selections, act)()
    else:
        raise InputError(f"the page asked for {act!r}, which this kernel does not know.")
    return {"count": len(session.selection)}, []


def _cohesion(session: Session, _message: Mapping[str, Any], _: Sequence[Any], _step: Step) -> Answer:
    found = session.selections.cohesion()
    result = {
        "topic": "cohesion",
        "count": len(found.rows),
        "inside": found.share,
        "by_chance": found.by_chance,
        "stragglers": len(found.stragglers),
    }
    return result, []


def _colours(session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step) -> Answer:
    by, column = message["by"], message.get("column")
    if "level" in message:
        session.cluster_level = max(1, int(message["level"]))
    found = colours_of(session, by, column, step)
    step("sending the colours", 0, 0)
    for head, blob in column_messages(message["id"], "colour", found.slots):
        session.send(head, [blob])
    result = {
        "topic": "colours",
        "by": by,
        "column": column,
        "title": found.title,
        "names": list(found.names),
        "counts": list(found.counts),
        "missing": found.missing,
        "ends": list(found.ends),
    }
    if by == "cluster":
        result["finest"] = session.atlas.tree.n_leaves
    return result, []


LOOK_TOPICS: dict[str, Request] = {"cohesion": _cohesion, "colours": _colours}
