"""What does a gesture cost on a million rows, and what does opening a long journal cost?

Peer in the same run: the least that any durable edit must do, a write of as many bytes to a file, synced.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from labelatlas.frames import LiveColumn, Table, choose_recipe, fingerprints, read_labels, row_keys
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


def gestures(
    folder: Path, size: int, content: tuple[str, ...], dtype: str, *, live: bool
) -> tuple[float, float, float]:
    """Return the median milliseconds and CPU-milliseconds of a gesture on `size` rows, and the milliseconds of a bare synced write
    of as many bytes.
    """
    path = folder / f"g{size}{len(content)}{dtype}{live}.sqlite"
    frame = frame_of(dtype)
    labels = open_labels(frame, path, content, live=live)
    labels.listeners.append(lambda change: tell(labels, change.rows))
    rng = np.random.default_rng(0)
    took: list[float] = []
    cpu: list[float] = []
    bare: list[float] = []
    for i in range(REPEATS + 1):
        rows = np.sort(rng.choice(N, size, replace=False))
        started, worked = time.perf_counter(), time.process_time()
        labels.assign(rows, ["cat", "dog"][i % 2])
        took.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
        blob = rng.bytes(size * 10)
        started = time.perf_counter()
        with (folder / "bare").open("wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        bare.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[1:]), statistics.median(cpu[1:]), statistics.median(bare[1:])


def write_journal(path: Path, content: tuple[str, ...], frame: pd.DataFrame) -> None:
    """Write a journal of 10,000 gestures with 2 million edits."""
    prints = fingerprints(Table.from_any(frame), content, np.arange(N))
    stream = Journal(path).stream(StreamKey("bench", "label", "column:id", content))
    rng = np.random.default_rng(1)
    held = np.arange(N) % 4
    batch: list[NewGesture] = []
    for i in range(GESTURES):
        rows = np.sort(rng.choice(N, EDITS_EACH, replace=False)) if i % 10 else np.arange(i * 20, i * 20 + EDITS_EACH)
        old, new = held[rows].astype(np.int32), np.full(EDITS_EACH, i % 4, dtype=np.int32)
        held[rows] = new
        batch.append(
            NewGesture(
                at=now(),
                author="ada" if i % 3 else "bob",
                action="relabel",
                source="human",
                how="lasso",
                arm="none",
                note="",
                undoes=None,
                edits=Edits(rows.astype(np.int64), prints[rows], ("cat", "dog", "cow", "emu"), old, new),
            )
        )
        if len(batch) == 500:
            stream.append_all(batch)
            batch = []


def open_long(path: Path, content: tuple[str, ...], dtype: str) -> None:
    """Print what opening the long journal costs in this process, which has done nothing else: time, and memory at its peak."""
    frame = frame_of(dtype)
    Journal(None).stream(StreamKey("warm", "up", "column:id", ())).newest()  # what is imported is no part of it
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    started, worked = time.perf_counter(), time.process_time()
    labels = open_labels(frame, path, content, live=True)
    took, cpu = time.perf_counter() - started, time.process_time() - worked
    peak, left = (_status(name) - before for name in ("VmHWM", "VmRSS"))
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    sys.stdout.write(
        f"opening {GESTURES:,} gestures / {GESTURES * EDITS_EACH:,} edits, {'text' if content else 'no'} content, {dtype}: "
        f"{took:.2f} s ({cpu:.2f} CPU-s), {peak:+.0f} MB at the peak, {left:+.0f} MB kept; "
        f"{size / GESTURES / EDITS_EACH:.1f} bytes an edited row on disk\n"
    )
    questions(labels)


def _status(name: str) -> float:
    """Return a line of this process's status, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def write_times() -> None:
    """Print the CPU-milliseconds of bringing corrections into the caller's own column, by its dtype."""
    for dtype in ("object", "category", "str", "string", "string[python]", "Int64", "int64", "boolean", "arrow text"):
        frame = frame_of("object")
        if dtype in {"Int64", "int64"}:
            frame["label"] = (np.arange(N) % 4).astype(np.int64)
        if dtype == "boolean":
            frame["label"] = np.arange(N) % 2 == 0
        frame["label"] = frame["label"].astype(pd.ArrowDtype(pa.string()) if dtype == "arrow text" else dtype)
        table = Table.from_any(frame)
        column = read_labels(table, "label")
        recipe = choose_recipe(table, "id", ())
        writer = LiveColumn(frame, column, recipe, row_keys(table, recipe))
        del table
        rng = np.random.default_rng(0)
        codes = column.codes.copy()
        took: list[float] = []
        for size in (100, 100_000):
            times: list[float] = []
            for i in range(REPEATS + 1):
                rows = np.sort(rng.choice(N, size, replace=False))
                new = np.full(size, i % 2, dtype=np.int32)
                started = time.process_time()
                writer.write(rows, codes[rows], new, column.values)
                times.append((time.process_time() - started) * 1000)
                codes[rows] = new
            took.append(statistics.median(times[1:]))
        sys.stdout.write(
            f"live column of {dtype:<15} 100 rows {took[0]:6.1f} CPU-ms   100,000 rows {took[1]:6.1f} CPU-ms\n"
        )


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
                took, cpu, bare = gestures(folder, size, content, dtype, live=live)
                words = f"{'text' if content else 'no'} content, {'live ' + dtype if live else 'no sync'}"
                say(
                    f"gesture on {size:>7,} rows, {words:<28} {took:8.1f} ms ({cpu:6.1f} CPU)   bare synced write {bare:6.1f} ms\n"
                )
        write_times()
        for content in ((), ("text",)):
            path = folder / f"long{len(content)}.sqlite"
            write_journal(path, content, frame_of("object"))
            for dtype in ("object", "str"):
                run = [sys.executable, __file__, "open", str(path), *content]
                subprocess.run([*run[:3], dtype, *run[3:]], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["open"]:
        open_long(Path(sys.argv[3]), tuple(sys.argv[4:]), sys.argv[2])
    else:
        main()
