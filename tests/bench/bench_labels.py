"""What does a gesture cost on a million rows, and what does opening a long journal cost?

Peer in the same run: the least that any durable edit must do, a write of as many bytes to a file, synced.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from labelatlas.frames import LiveColumn, Table, choose_recipe, read_labels, row_keys
from labelatlas.journal import Edits, Journal, NewGesture, StreamKey, now
from labelatlas.labels import Labels
from labelatlas.widget.encode import encode_codes
from labelatlas.widget.facts import label_facts, status_of

N = 1_000_000
GESTURES = 10_000
EDITS_EACH = 200
REPEATS = 5


def frame_of(dtype: str) -> pd.DataFrame:
    """Return a frame of a million rows with a text column and a label column."""
    names = np.array(["cat", "dog", "cow", "emu"], dtype=object)
    labels = names[np.arange(N) % 4]
    label = pd.Series(labels, dtype=dtype)
    return pd.DataFrame({"id": np.arange(N), "text": [f"some text of row {i}" for i in range(N)], "label": label})


def open_labels(frame: pd.DataFrame, path: Path, content: tuple[str, ...], *, live: bool) -> Labels:
    """Return the labels of a frame over the journal at `path`."""
    table = Table.from_any(frame)
    column = read_labels(table, "label")
    recipe = choose_recipe(table, "id", content)
    keys = row_keys(table, recipe)
    stream = Journal(path).stream(StreamKey("bench", "label", str(recipe), content))
    writer = LiveColumn(frame, column, recipe, keys) if live else None
    return Labels(table, column, keys, content, stream, live=writer, author="ada")


def tell(labels: Labels, rows: np.ndarray) -> None:
    """Make what a map would send after a change: the patch and the small facts."""
    encode_codes(labels.codes[rows], len(labels.names))
    label_facts(labels)
    status_of(labels)


def gestures(folder: Path, size: int, content: tuple[str, ...], dtype: str, *, live: bool) -> tuple[float, float]:
    """Return the median milliseconds of a gesture on `size` rows, and of a bare synced write of as many bytes."""
    path = folder / f"g{size}{len(content)}{dtype}{live}.sqlite"
    frame = frame_of(dtype)
    labels = open_labels(frame, path, content, live=live)
    labels.listeners.append(lambda change: tell(labels, change.rows))
    rng = np.random.default_rng(0)
    took: list[float] = []
    bare: list[float] = []
    for i in range(REPEATS + 1):
        rows = np.sort(rng.choice(N, size, replace=False))
        started = time.perf_counter()
        labels.assign(rows, ["cat", "dog"][i % 2])
        took.append((time.perf_counter() - started) * 1000)
        blob = rng.bytes(size * 10)
        started = time.perf_counter()
        with (folder / "bare").open("wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        bare.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[1:]), statistics.median(bare[1:])


def write_journal(path: Path, content: tuple[str, ...], frame: pd.DataFrame) -> int:
    """Write a journal of 10,000 gestures with 2 million edits; return its size in bytes."""
    table = Table.from_any(frame)
    labels = open_labels(frame, path, content, live=False)
    from labelatlas.frames import fingerprints

    prints = fingerprints(table, content, np.arange(N))
    stream = labels._ledger.stream
    rng = np.random.default_rng(1)
    held = np.arange(N) % 4
    for i in range(GESTURES):
        rows = np.sort(rng.choice(N, EDITS_EACH, replace=False)) if i % 10 else np.arange(i * 20, i * 20 + EDITS_EACH)
        new = np.full(EDITS_EACH, i % 4, dtype=np.int32)
        edits = Edits(
            rows.astype(np.int64), prints[rows], ("cat", "dog", "cow", "emu"), held[rows].astype(np.int32), new
        )
        held[rows] = new
        stream.append(
            NewGesture(
                at=now(),
                author="ada" if i % 3 else "bob",
                action="relabel",
                source="human",
                how="lasso",
                arm="none",
                note="",
                undoes=None,
                edits=edits,
            )
        )
    stream.journal.close()
    return path.stat().st_size


def questions(labels: Labels) -> None:
    """Print what is asked of a long history while one works."""
    for words, act in (
        ("at(gesture in the middle)", lambda: labels.at(GESTURES // 2)),
        ("status", lambda: status_of(labels)),
        ("undo of 200 rows", labels.undo),
        ("history, newest 500", lambda: labels.log.timeline(500)),
        ("by_author", lambda: labels.people.by_author("bob")),
    ):
        started = time.perf_counter()
        act()
        sys.stdout.write(f"    {words:<28} {(time.perf_counter() - started) * 1000:8.1f} ms\n")


def main() -> None:
    """Print the table."""
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"{N:,} rows, SQLite, medians of {REPEATS}\n")
        for size in (100, 100_000):
            for content, dtype, live in [((), "object", False), (("text",), "object", False), ((), "category", True)]:
                took, bare = gestures(folder, size, content, dtype, live=live)
                words = f"{'text' if content else 'no'} content, {'live ' + dtype if live else 'no sync'}"
                say(f"gesture on {size:>7,} rows, {words:<28} {took:8.1f} ms   bare synced write {bare:6.1f} ms\n")
        for content in ((), ("text",)):
            path = folder / f"long{len(content)}.sqlite"
            frame = frame_of("object")
            size = write_journal(path, content, frame)
            table = Table.from_any(frame)
            column = read_labels(table, "label")
            recipe = choose_recipe(table, "id", content)
            keys = row_keys(table, recipe)
            started = time.perf_counter()
            stream = Journal(path).stream(StreamKey("bench", "label", str(recipe), content))
            labels = Labels(table, column, keys, content, stream, author="ada")
            took = time.perf_counter() - started
            say(
                f"opening {GESTURES:,} gestures / {GESTURES * EDITS_EACH:,} edits, {'text' if content else 'no'} content: "
                f"{took:.2f} s; {size / GESTURES / EDITS_EACH:.1f} bytes an edit\n"
            )
            questions(labels)


if __name__ == "__main__":
    main()
