"""What durability costs: gestures, a long journal opened onto a large frame, and the bytes an edited row takes.

    python tests/bench/bench_journal.py [repeats]

Medians. "journal" is the commit alone (synchronous=FULL), "labels" all of `Labels.assign`: fingerprints of a text column,
commit, the caller's pandas column. The peer in the same run writes the same edits as one SQLite row each, with the same
durability.
"""

from __future__ import annotations

import resource
import sqlite3
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

N = 1_000_000
GESTURES, ROWS = 10_000, 200


def seconds(act, repeats: int) -> float:
    """Return the median wall time of an act that takes the number of its turn."""
    times = []
    for i in range(repeats):
        start = time.perf_counter()
        act(i)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def memory() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def gesture(edits: Edits) -> NewGesture:
    """Return a gesture over edits."""
    return NewGesture(
        at=now(), author="ada", action="relabel", source="human", how="lasso", arm="none", note="", undoes=None, edits=edits
    )  # fmt: skip


def some_edits(rows: np.ndarray, keys: np.ndarray, turn: int) -> Edits:
    """Return edits of rows between two of three labels."""
    prints = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    old, new = (np.full(len(rows), code, dtype=np.int32) for code in (turn % 3, (turn + 1) % 3))
    return Edits(keys[rows], prints, ("a", "b", "c"), old, new)


def as_rows(connection: sqlite3.Connection, edits: Edits) -> None:
    """Commit the same edits as one row each."""
    labels = [edits.values[i] for i in range(3)]
    rows = zip(
        edits.keys.tolist(),
        edits.fingerprints.astype(np.int64).tolist(),
        [labels[i] for i in edits.old.tolist()],
        [labels[i] for i in edits.new.tolist()],
        strict=True,
    )
    with connection:
        connection.executemany("INSERT INTO edits VALUES (?, ?, ?, ?)", rows)


def measure_gestures(folder: Path, repeats: int) -> None:
    """Print what a gesture takes, alone and through `Labels`."""
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"id": np.arange(N), "text": [f"row {i}" for i in range(N)], "y": np.array(["a", "b", "c"] * N)[:N]}
    )
    texts = np.array([f"user-{i:08}" for i in range(N)], dtype=object)
    peer = sqlite3.connect(folder / "peer.sqlite")
    peer.execute("PRAGMA journal_mode=WAL")
    peer.execute("PRAGMA synchronous=FULL")
    peer.execute("CREATE TABLE edits (key, fingerprint, old, new)")
    print(f"{'rows':>8} {'journal, int keys':>18} {'text keys':>10} {'bytes/row':>10} {'labels':>8} {'as rows':>9}")
    for m in (1, 100, 100_000):
        rows = np.sort(chance.choice(N, m, replace=False))
        ints = some_edits(rows, frame["id"].to_numpy(), 0)
        named = some_edits(rows, texts, 0)
        stream = Journal(folder / f"{m}.sqlite").stream(StreamKey("d", "y", "column:id", ("text",)))
        alone = seconds(lambda _, s=stream, e=ints: s.append(gesture(e)), repeats)
        with_text = seconds(lambda _, s=stream, e=named: s.append(gesture(e)), repeats)
        labels = labels_of(frame, folder / f"{m}_labels.sqlite", live=True)
        whole = seconds(lambda i, b=labels, r=rows: b.assign(r, ["a", "b"][i % 2] + str(i)), repeats)
        apart = seconds(lambda _, e=ints: as_rows(peer, e), repeats)
        size = len(ints.to_bytes()) / m
        print(
            f"{m:>8} {1000 * alone:>15.1f} ms {1000 * with_text:>7.1f} ms {size:>10.1f} {1000 * whole:>5.0f} ms"
            f" {1000 * apart:>6.0f} ms"
        )


def labels_of(frame: pd.DataFrame, path: Path, *, live: bool = False) -> Labels:
    """Return the labels of a frame with a journal."""
    table = Table.from_any(frame)
    column = read_labels(table, "y")
    recipe = choose_recipe(table, "id", ["text"])
    keys = row_keys(table, recipe)
    stream = Journal(path).stream(StreamKey("d", "y", str(recipe), ("text",)))
    writer = LiveColumn(frame, column, recipe, keys) if live else None
    return Labels(table, column, keys, ["text"], stream, live=writer, author="ada")


def measure_opening(folder: Path, repeats: int) -> None:
    """Print what a long journal takes to be opened and folded onto a large frame."""
    from labelatlas.frames import fingerprints

    frame = pd.DataFrame(
        {"id": np.arange(N), "text": [f"row {i}" for i in range(N)], "y": np.array(["a", "b", "c"] * N)[:N]}
    )
    table = Table.from_any(frame)
    path = folder / "long.sqlite"
    stream = Journal(path).stream(StreamKey("d", "y", "column:id", ("text",)))
    chance = np.random.default_rng(0)
    places = chance.permutation(N)[: GESTURES * ROWS // 4]
    prints = np.zeros(N, dtype=np.uint64)
    prints[places] = fingerprints(table, ["text"], places)
    codes = np.arange(N, dtype=np.int32) % 3
    for start in range(0, GESTURES, 500):
        batch = []
        for i in range(start, start + 500):
            rows = np.sort(chance.choice(places, ROWS, replace=False))
            new = np.full(ROWS, i % 3, dtype=np.int32)
            edits = Edits(frame["id"].to_numpy()[rows], prints[rows], ("a", "b", "c"), codes[rows], new)
            codes[rows] = new
            batch.append(gesture(edits))
        stream.append_all(batch)
    size = sum(file.stat().st_size for file in folder.glob("long.sqlite*"))
    before = memory()
    reading = seconds(lambda _: sum(len(g.edits) for g in Journal(path).stream(stream_key()).gestures()), repeats)
    after_reading = memory()
    column, keys = read_labels(table, "y"), frame["id"].to_numpy()
    folded: list[Labels] = []

    def fold(_: int) -> None:
        folded[:] = [Labels(table, column, keys, ["text"], Journal(path).stream(stream_key()))]

    folding = seconds(fold, repeats)
    assert np.array_equal(folded[0].codes, codes)
    checking = seconds(lambda _: Journal(path).verify(), 1)
    print(f"\n{GESTURES:,} gestures of {ROWS} rows onto {N:,} rows")
    print(f"  read                 {reading:6.2f} s   {after_reading - before:+.0f} MB at most")
    print(f"  read and folded      {folding:6.2f} s   {memory() - before:+.0f} MB at most")
    print(f"  verified             {checking:6.2f} s")
    print(f"  on disk              {size / GESTURES / ROWS:6.1f} bytes an edited row ({size / 1e6:.0f} MB)")


def stream_key() -> StreamKey:
    """Return the stream of the long journal."""
    return StreamKey("d", "y", "column:id", ("text",))


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        measure_opening(Path(name), 3)
        measure_gestures(Path(name), times)
