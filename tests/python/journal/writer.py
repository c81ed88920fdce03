"""A process that appends gestures: `python writer.py WHERE NAME COUNT`. It says "ready", begins on a line of input, and
acknowledges each gesture with its number and its place in the count, on a line of its own, after the journal has done so.
"""

from __future__ import annotations

import sys

import numpy as np

from labelatlas.journal import Edits, Journal, NewGesture, StreamKey, now


def main(where: str, name: str, count: int) -> None:
    """Append."""
    print("ready", flush=True)
    sys.stdin.readline()
    # opened only now, so that two processes make the journal and the stream at once
    stream = Journal(where, busy_seconds=60.0).stream(StreamKey("default", "label", "column:id", ("text",)))
    for i in range(count):
        n = 1 + i % 50
        ones = np.ones(n, dtype=np.int32)
        edits = Edits(np.arange(i, i + n), np.arange(n, dtype=np.uint64) + 1, ("a", f"{name} {i}"), ones * 0, ones)
        number = stream.append(
            NewGesture(
                at=now(), author=name, action="relabel", source="human", how="api", arm="none", note=str(i),
                undoes=None, edits=edits,
            )
        )  # fmt: skip
        print(number, i, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
