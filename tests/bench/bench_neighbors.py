"""Neighbours of 70,000 x 50 vectors: exact and almost exact, beside faiss where it is installed; each in a fresh process.

    python tests/bench/bench_neighbors.py vectors.npy

Prints CPU seconds, wall seconds and the share of true neighbours found (of every 20th row, against our exact search).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROADS = ("exact", "cells", "faiss flat", "faiss HNSW")


def run(road: str, X: np.ndarray) -> tuple[np.ndarray, float]:
    """Return indices (n, 15) and recall as the road tells it itself (NaN where it does not)."""
    if road in {"exact", "cells"}:
        from labelatlas.space import search_neighbors

        neighbors, recall = search_neighbors(X, 15, exact=road == "exact", device="cpu")
        return neighbors.indices, recall
    import faiss

    if road == "faiss flat":
        index = faiss.IndexFlatL2(X.shape[1])
    else:
        index = faiss.IndexHNSWFlat(X.shape[1], 16)
        index.hnsw.efConstruction, index.hnsw.efSearch = 60, 48
    index.add(X)
    return index.search(X, 16)[1], float("nan")


def main(path: str) -> None:
    """Run every road in a process of its own and print the table."""
    true = None
    for road in ROADS:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, "--one", road, path], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{road:<12} not run: {done.stderr.strip().splitlines()[-1]}")
            continue
        told = json.loads(done.stdout.splitlines()[-1])
        found = [set(row) for row in told["found"]]
        true = found if true is None else true
        recall = np.mean([len(a & b) / len(b) for a, b in zip(found, true, strict=True)])
        print(
            f"{road:<12}{told['cpu']:8.1f} CPU-s{told['wall']:8.1f} s   recall {recall:.4f} (says {told['says']:.4f})"
        )


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        vectors = np.load(Path(sys.argv[3]))
        wall, cpu = time.perf_counter(), time.process_time()
        indices, says = run(sys.argv[2], vectors)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        rows = [[j for j in indices[i].tolist() if j != i][:15] for i in range(0, len(vectors), 20)]
        print(json.dumps({"cpu": cpu, "wall": wall, "says": says, "found": rows}))
    else:
        main(sys.argv[1])
