"""Gestures to test with."""

from __future__ import annotations

import numpy as np

from labelatlas.journal import Edits, NewGesture, StreamKey, now

KEY = StreamKey("default", "label", "column:id", ("text",))


def edits(keys=(1, 2, 3), old="a", new="b"):
    """Return edits of some rows from one label to another."""
    n = len(keys)
    array = np.array(keys, dtype=np.int64) if not n or isinstance(keys[0], int) else np.array(keys, dtype=object)
    zeros, ones = np.zeros(n, dtype=np.int32), np.ones(n, dtype=np.int32)
    return Edits(array, np.arange(n, dtype=np.uint64) + 1, (old, new), zeros, ones)


def gesture(**fields):
    """Return a gesture, like this one where nothing else is said."""
    defaults = {
        "at": now(),
        "author": "ada",
        "action": "relabel",
        "source": "human",
        "how": "lasso",
        "arm": "none",
        "note": "",
        "undoes": None,
        "edits": edits(),
    }
    return NewGesture(**(defaults | fields))


def said(held):
    """Return all that a gesture says, its number apart, as values that can be compared."""
    e = held.edits
    labels = [[(type(e.values[i]), e.values[i]) for i in places] for places in (e.old.tolist(), e.new.tolist())]
    words = (held.at, held.author, held.action, held.source, held.how, held.arm, held.note, held.undoes)
    return (*words, e.keys.tolist(), e.fingerprints.tolist(), *labels)


def naive_fold(gestures):
    """Return the last label of each key, by hand."""
    labels = {}
    for held in gestures:
        labels |= zip(held.edits.keys.tolist(), (held.edits.values[i] for i in held.edits.new), strict=True)
    return labels
