"""The edits as Python: a cell that a person can read, review, keep in version control, and run on the frame again."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelatlas.journal.edits import LabelValue
    from labelatlas.journal.gesture import Gesture
    from labelatlas.journal.lines import Key

_WIDTH = 110


def code_of(gestures: Iterable[Gesture], *, name: str = "m") -> str:
    """Return code that gives a fresh map of the original frame the labels that gestures lead to.

    Parameters
    ----------
    gestures : iterable of Gesture
        All of a stream, in order.
    name : str
        The variable that holds the `LabelMap`.

    Returns
    -------
    str
        One call of `relabel` for each gesture and label that still stand, under a comment that says whose it was. Rows that
        came back to their first label are left out.

    Examples
    --------
    >>> print(code_of([]), end="")
    # no edits
    """
    first: dict[Key, LabelValue | None] = {}
    last: dict[Key, tuple[int, LabelValue | None]] = {}
    heads: dict[int, str] = {}
    for gesture in gestures:
        heads[gesture.id] = _comment(gesture)
        edits = gesture.edits
        for key, old, new in zip(edits.keys.tolist(), edits.old.tolist(), edits.new.tolist(), strict=True):
            first.setdefault(key, edits.values[old])
            if old != new or key not in last:  # who confirms a label did not choose it
                last[key] = (gesture.id, edits.values[new])
    groups: dict[tuple[int, type, LabelValue | None], list[Key]] = {}
    for key, (number, label) in last.items():
        if (type(label), label) != (type(first[key]), first[key]):
            groups.setdefault((number, type(label), label), []).append(key)
    lines: list[str] = []
    for (number, _, label), keys in sorted(groups.items(), key=lambda item: item[0][0]):
        lines += [heads[number], _call(name, keys, label)]
    return "\n".join(lines or ["# no edits"]) + "\n"


def _comment(gesture: Gesture) -> str:
    note = f": {_plain(gesture.note)}" if gesture.note else ""
    words = ", ".join(_plain(word) for word in (gesture.at, gesture.author, gesture.action, gesture.how))
    return f"# gesture {gesture.id}, {words}{note}"


def _plain(text: str) -> str:
    """Return text that cannot leave the comment it stands in."""
    return text if text.isprintable() else ascii(text)


def _call(name: str, keys: list[Key], label: LabelValue | None) -> str:
    listed = ", ".join(map(repr, keys))
    line = f"{name}.relabel(keys=[{listed}], label={label!r})"
    if len(line) <= _WIDTH:
        return line
    rows: list[str] = []
    for key in keys:
        item = f"{key!r},"
        if rows and len(rows[-1]) + len(item) < _WIDTH - 8:
            rows[-1] += f" {item}"
        else:
            rows.append(item)
    body = textwrap.indent("\n".join(rows), " " * 8)
    return f"{name}.relabel(\n    keys=[\n{body}\n    ],\n    label={label!r},\n)"
