"""What was done to the labels, as frames of the caller's own kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._label_set import display_name
from labelatlas._payload import after_of, before_of, payload_of, words_of
from labelatlas.frames import build_frame

if TYPE_CHECKING:
    from labelatlas.labels import Labels


def history_frame(labels: Labels) -> Any:
    """Return the log, one line per gesture, oldest first.

    Returns
    -------
    frame of the caller's kind
        Columns gesture (its number), at (ISO 8601, UTC), author, action, source, how, arm, rows (how many it touched), before
        and after (label names, joined by ", "; "" = unlabelled), undoes (0 = none), undone, note.
    """
    with labels.lock:
        lines = labels.log.timeline()
    said = [payload_of(g) for g, _ in lines]
    gestures = [g for g, _ in lines]
    columns: dict[str, Any] = {"gesture": np.array([g.id for g in gestures], dtype=np.int64)}
    for name in ("at", "author", "action", "source", "how", "arm"):
        columns[name] = [str(getattr(g, name)) for g in gestures]
    columns |= {
        "rows": np.array([g.rows for g in gestures], dtype=np.int64),
        "before": [", ".join(map(display_name, before_of(g))) for g in gestures],
        "after": [", ".join(map(display_name, after_of(g))) for g in gestures],
        "undoes": np.array([g.undoes or 0 for g in gestures], dtype=np.int64),
        "undone": np.array([undone for _, undone in lines], dtype=bool),
        "note": [words_of(payload) for payload in said],
    }
    return build_frame(columns, labels.table.kind)


def plan_frame(labels: Labels) -> Any:
    """Return what the edits so far amount to: columns before, after (label names; "" = unlabelled), rows; most rows first."""
    with labels.lock:
        changed = np.flatnonzero(labels.edited)
        pairs = np.stack([labels.original[changed], labels.codes[changed]], axis=1)
        names = labels.names
    unique, counts = np.unique(pairs, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    columns: dict[str, Any] = {
        name: ["" if code < 0 else names[code] for code in unique[order, side]]
        for side, name in enumerate(("before", "after"))
    }
    columns["rows"] = counts[order].astype(np.int64)
    return build_frame(columns, labels.table.kind)


def conflicts_frame(labels: Labels) -> Any:
    """Return the journal's edits that were not applied: columns key, row, frame, journal, reason, as in `Problem`."""
    problems = labels.problems
    columns: dict[str, Any] = {
        "key": [p.key for p in problems],
        "row": np.array([p.row for p in problems], dtype=np.int64),
        "frame": [p.frame for p in problems],
        "journal": [p.journal for p in problems],
        "reason": [p.reason for p in problems],
    }
    return build_frame(columns, labels.table.kind)
