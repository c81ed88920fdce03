"""The small facts of the labels as the page is told them: the traits `status` and a part of `meta`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas.widget.palette import PALETTE
from labelatlas.widget.protocol import PROTOCOL_VERSION

if TYPE_CHECKING:
    from labelatlas.labels import Labels
    from labelatlas.widget.protocol import Meta, NoticeRow, Status, Theme

LABEL_FACTS = ("labels", "retired", "colours")
"""The fields of `meta` that gestures change."""

UNMADE: Status = {
    "revision": 0,
    "can_undo": False,
    "can_redo": False,
    "n_edited": 0,
    "n_conflicts": 0,
    "n_orphans": 0,
    "sync": "manual",
    "sync_note": "",
}
"""`status` while the map is made."""

_NEWEST = 5
_SHOWN_NAMES = 3


def unmade_meta(column: str, names: list[str], n_rows: int, theme: Theme, height: int) -> Meta:
    """Return `meta` while the map is made: the labels as the frame has them, and nothing of a journal."""
    return {
        "protocol": PROTOCOL_VERSION,
        "n_rows": n_rows,
        "labels": names,
        "palette": list(PALETTE),
        "label_column": column,
        "theme": theme,
        "height": height,
        "author": "",
        "journal": "",
        "durable": True,
        "device": "",
        "notice": "",
    }


def label_facts(labels: Labels) -> dict[str, Any]:
    """Return what `meta` says of labels: names, and where there are some, retired codes and colours of their own."""
    facts: dict[str, Any] = {"labels": list(labels.names)}
    retired, own = labels.retired, labels.colours
    if retired:
        facts["retired"] = list(retired)
    if own:
        facts["colours"] = [_colour(own.get(code, "")) for code in range(max(own) + 1)]
    return facts


def status_of(labels: Labels) -> Status:
    """Return what every gesture changes."""
    with labels.lock:
        can_undo, can_redo = labels.log.can_undo_redo(labels.author)
        conflicts, orphans = labels.n_problems
        state, note = labels.sync
        status: Status = {
            "revision": labels.revision,
            "can_undo": can_undo,
            "can_redo": can_redo,
            "n_edited": int(labels.edited.sum()),
            "n_conflicts": conflicts,
            "n_orphans": orphans,
            "sync": state,
            "sync_note": note,
        }
        notices: list[NoticeRow] = [
            {
                "gesture": notice.gesture,
                "at": notice.at,
                "author": notice.author,
                "action": notice.action,
                "rows": len(notice.rows),
                "labels": list(notice.labels[:_SHOWN_NAMES]),
            }
            for notice in labels.people.notices()[-_NEWEST:]
        ]
        n_authors = labels.log.n_authors
    if notices:
        status["notices"] = notices
    if n_authors > 1:
        status["n_authors"] = n_authors
    return status


def _colour(own: str | int) -> str:
    return own if isinstance(own, str) else PALETTE[own % len(PALETTE)]
