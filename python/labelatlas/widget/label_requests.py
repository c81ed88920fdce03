"""The page's requests that change labels, each one gesture; `handlers` finds, answers and fails them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from labelatlas._typing import Arm
from labelatlas.exceptions import InputError
from labelatlas.labels import Said
from labelatlas.widget.encode import decode_rows
from labelatlas.widget.protocol import How

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas.labels import Change
    from labelatlas.widget.session import Session

    Answer = tuple[dict[str, Any], list[bytes]]
    Request = Callable[[Session, Mapping[str, Any], Sequence[Any]], Answer]


def _edit(session: Session, message: Mapping[str, Any], buffers: Sequence[Any]) -> Answer:
    rows = decode_rows(message["rows"], buffers[0], session.n_rows)
    said = _said(session, message)
    where = _label(session, message["where"]) if "where" in message else ...
    label = _label(session, message["label"])
    return _changed(session, session.labels.assign(rows, label, where=where, **said._asdict()))


def _undo(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    return _changed(session, session.labels.undo(message["gesture"], said=_said(session, message, "key")))


def _redo(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    return _changed(session, session.labels.redo(said=_said(session, message, "key")))


def _rename(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    old, said = _label(session, message["label"]), _said(session, message, "menu")
    return _changed(session, session.labels.rename(old, message["name"], plan=_is_plan(message), said=said))


def _merge(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    old, into = [_label(session, code) for code in message["labels"]], _label(session, message["into"])
    said = _said(session, message, "menu")
    return _changed(session, session.labels.merge(old, into, plan=_is_plan(message), said=said))


def _delete(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    label, said = _label(session, message["label"]), _said(session, message, "menu")
    return _changed(session, session.labels.delete(label, plan=_is_plan(message), said=said))


def _create(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    said = _said(session, message, "menu")
    return _changed(session, session.labels.create(message["name"], message.get("colour", ""), said=said))


def _recolour(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    label, said = _label(session, message["label"]), _said(session, message, "menu")
    return _changed(session, session.labels.recolour(label, message["colour"], said=said))


def _resolve(session: Session, message: Mapping[str, Any], _: Sequence[Any]) -> Answer:
    keys, labels = message["keys"], session.labels
    if keys is not None:
        said_so = set(keys)  # as text: a page's number holds 53 bits, a key 64
        keys = [p.key for p in labels.problems if str(p.key) in said_so]
    said = _said(session, message, "conflicts")
    return _changed(session, labels.resolve(keys, keep=message["keep"], plan=_is_plan(message), said=said))


def _label(session: Session, label: int | str) -> object:
    """Return the label that the page means: a code, or a name as typed."""
    if not isinstance(label, int):  # names travel as text, whatever the column holds
        return label
    values = session.labels.values
    if label >= len(values):
        raise InputError(f"the page chose label {label}; there are {len(values)}.", hint="Reload the page.")
    return values[label] if label >= 0 else None


def _said(session: Session, message: Mapping[str, Any], how: How = "api") -> Said:
    how, arm = message.get("how", how), message.get("arm", session.arm)
    if how not in get_args(How) or arm not in get_args(Arm):
        raise InputError(f"the page says how={how!r}, arm={arm!r}, which this kernel does not know.")
    return Said(how=how, arm=cast("Arm", arm))


def _is_plan(message: Mapping[str, Any]) -> bool:
    return bool(message.get("plan", False))


def _changed(session: Session, change: Change) -> Answer:
    return {
        "revision": session.labels.revision,
        "gesture": change.gesture,
        "rows": len(change.rows),
        "skipped": change.skipped,
    }, []


LABEL_REQUESTS: dict[str, Request] = {
    "create": _create,
    "delete": _delete,
    "edit": _edit,
    "merge": _merge,
    "recolour": _recolour,
    "redo": _redo,
    "rename": _rename,
    "resolve": _resolve,
    "undo": _undo,
}
