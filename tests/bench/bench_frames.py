"""Time to read keys and labels of a frame of a million rows, and to write into the caller's own column, by dtype and kind.

    python tests/bench/bench_frames.py [rows]

The peer in the same run is pandas itself: the same write by `frame.loc[rows, "y"] = label`, unjournalled and unverified.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
import tracemalloc

import numpy as np
import pandas as pd

from labelatlas.frames import KINDS, LiveColumn, Table, choose_recipe, fingerprints, read_labels, row_keys, with_labels

N = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
WORDS = [f"label {i:02}" for i in range(20)]


def median_ms(act, repeats: int = 5) -> float:
    """Return the median of a few runs, in milliseconds."""
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Print the tables."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 20, N)
    words = np.array(WORDS, dtype=object)[codes]
    columns = {
        "str": pd.Series(words, dtype="str"),
        "object": pd.Series(words, dtype=object),
        "category": pd.Series(pd.Categorical.from_codes(codes, WORDS)),
        "int64": pd.Series(codes),
        "Int64": pd.Series(codes, dtype="Int64"),
        "string": pd.Series(words, dtype="string"),
    }
    ids = rng.permutation(N)
    some, many = (np.sort(rng.choice(N, size, replace=False)) for size in (100, 100_000))
    print(f"{N:,} rows, medians in ms; pandas {pd.__version__}")
    print(
        f"{'dtype':10}{'read labels':>12}{'write 100':>12}{'(pandas)':>10}{'write 100k':>12}{'(pandas)':>10}{'to_frame':>10}{'MB':>8}"
    )
    for name, y in columns.items():
        frame = pd.DataFrame({"id": ids, "y": y})
        table = Table.from_any(frame)
        tracemalloc.start()
        column = read_labels(table, "y")
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        read = median_ms(lambda table=table: read_labels(table, "y"))
        recipe = choose_recipe(table, "id", [])
        live = LiveColumn(frame, column, recipe, row_keys(table, recipe))
        line = [read]
        now = column.codes.copy()
        for rows in (some, many):

            def write(rows=rows, now=now, live=live, column=column) -> None:
                fresh = (now[rows] + 1) % 20
                live.write(rows, now[rows], fresh, column.values)
                now[rows] = fresh

            line.append(median_ms(write))
            copy = frame.copy()
            line.append(
                median_ms(
                    lambda copy=copy, rows=rows, column=column: copy.iloc.__setitem__((rows, 1), column.values[3])
                )
            )
        changed = column.codes.copy()
        changed[many] = 0
        line.append(
            median_ms(
                lambda table=table, column=column, changed=changed: with_labels(table, column, column.values, changed)
            )
        )
        print(
            f"{name:10}{line[0]:12.1f}{line[1]:12.2f}{line[2]:10.2f}{line[3]:12.1f}{line[4]:10.1f}{line[5]:10.1f}{memory:8.0f}"
        )
    kinds(ids, words, many)


def kinds(ids: np.ndarray, words: np.ndarray, many: np.ndarray) -> None:
    """Print what each kind takes to come in and go out."""
    texts = [f"a sentence of some length, number {i}" for i in range(len(ids))]
    head = ("kind", "labels", "int keys", "text keys", "content keys", "prints 100k", "to_frame")
    print("".join(f"{h:>13}" for h in head))
    modules = {"polars_lazy": "polars"}
    for name, kind in KINDS.items():
        if importlib.util.find_spec(modules.get(name, name)) is None:
            continue
        table = Table.from_any(kind.build({"id": ids, "text": texts, "y": words}))
        column = read_labels(table, "y")
        codes = column.codes.copy()
        codes[many] = 0
        acts = [
            lambda table=table: read_labels(table, "y"),
            lambda table=table: row_keys(table, choose_recipe(table, "id", [])),
            lambda table=table: row_keys(table, choose_recipe(table, "text", [])),
            lambda table=table: row_keys(table, choose_recipe(table, None, ["text"])) if table.index is None else None,
            lambda table=table: fingerprints(table, ["text"], many),
            lambda table=table, column=column, codes=codes: with_labels(table, column, column.values, codes),
        ]
        print(f"{name:>13}" + "".join(f"{median_ms(act, 3):13.0f}" for act in acts))


if __name__ == "__main__":
    main()
