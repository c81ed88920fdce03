"""The edits as Python: a cell that a person can read, review, keep in version control, and run on the frame again."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from labelatlas.journal.edits import LabelValue
    from labelatlas.journal.gesture import Gesture
    from labelatlas.journal.lines import Key

    _Said = tuple[int, LabelValue | None]

_WIDTH = 110


def code_of(gestures: Iterable[Gesture], *, name: str = "m", words: Callable[[Gesture], str] | None = None) -> str:
    """Return code that gives a fresh map of the original frame the labels that gestures lead to.

    Parameters
    ----------
    gestures : iterable of Gesture
        All of a stream, in order.
    name : str
        The variable that holds the `LabelMap`.
    words : callable or None
        What the comment says of a gesture besides who, when and how; None = its note as it stands.

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
    last: dict[Key, _Said] = {}
    heads: dict[int, str] = {}
    settled: dict[int, dict[Key, _Said | None]] = {}  # what was said before a conflict was settled
    for gesture in gestures:
        heads[gesture.id] = _comment(gesture, gesture.note if words is None else words(gesture))
        edits = gesture.edits
        if gesture.action == "resolve":
            settled[gesture.id] = {key: last.get(key) for key in edits.keys.tolist()}
        elif gesture.undoes in settled:
            before = settled[gesture.id] = settled[gesture.undoes]
            if gesture.action == "undo":  # the conflict is open again: what was said to settle it was never said
                _put_back(last, {key: before[key] for key in edits.keys.tolist() if key in before})
                continue
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


def _put_back(last: dict[Key, _Said], before: dict[Key, _Said | None]) -> None:
    for key, said in before.items():
        if said is None:
            last.pop(key, None)
        else:
            last[key] = said


def _comment(gesture: Gesture, said: str) -> str:
    note = f": {_plain(said)}" if said else ""
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
