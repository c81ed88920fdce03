"""A whole atlas in a fresh process: from vectors to neighbours, map and clusters, imports and all, with nothing in the cache.

    python tests/bench/bench_engine.py [set ...] [--peer]

Sets: mixture20k (the default), million (1,000,000 x 128 in 200 groups: a sample of 200,000 is laid out, the rest placed, and the
graph of all rows, which the map does without, is timed by itself), and a folder that holds Fashion-MNIST's four .gz files (Debian:
dataset-fashion-mnist), of which 70,000 x 50 principal components are taken. With --peer `umap.UMAP()` and `hdbscan.HDBSCAN()` at
their defaults run beside it, in a process of their own; not on the million.

Prints CPU seconds, wall seconds, peak memory of the process in MB, and trustworthiness (15 neighbours, 3,000 rows). One run each:
they are long. Say what else the machine did.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from bench_map import make, trustworthiness

MILLION = 1_000_000
ROADS = ("labelatlas", "umap-learn + hdbscan")


def vectors_of(name: str) -> np.ndarray:
    """Return the vectors of a set, float32."""
    if name != "million":
        return make(name)
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, 128)) * 1.2).astype(np.float32)[rng.integers(0, 200, MILLION)]
    X += rng.standard_normal(X.shape, dtype=np.float32)
    return X


def run(road: str, path: str) -> dict[str, float]:
    """Return what one road took in this process, imports included."""
    warnings.simplefilter("ignore")
    X = np.load(path)
    begin, cpu = time.perf_counter(), time.process_time()
    told: dict[str, float] = {}
    if road == "labelatlas":
        from labelatlas import Atlas

        atlas = Atlas.from_frame({"id": np.arange(len(X))}, key="id", embedding=X, progress=False)
        xy, clusters = atlas.xy, atlas.clusters
    else:
        import hdbscan
        import umap

        xy = umap.UMAP().fit_transform(X)
        clusters = hdbscan.HDBSCAN().fit(xy).labels_
    told |= {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - begin, "clusters": int(clusters.max()) + 1}
    told["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if road == "labelatlas" and len(X) == MILLION:
        begin, cpu = time.perf_counter(), time.process_time()
        told["recall"] = atlas.recall
        told |= {"graph cpu": time.process_time() - cpu, "graph wall": time.perf_counter() - begin}
        told["graph mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told["trustworthiness"] = trustworthiness(X, np.asarray(xy)) if len(X) < MILLION else float("nan")
    return told


def main(sets: list[str], *, peer: bool) -> None:
    """Run every road on every set in a process of its own and print what it took."""
    for name in sets or ["mixture20k"]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "vectors.npy"
            np.save(path, vectors_of(name))
            for road in ROADS if peer and name != "million" else ROADS[:1]:
                environment = {**os.environ, "LABELATLAS_CACHE_DIR": str(Path(folder) / "cache")}
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", __file__, "--one", road, str(path)],
                    capture_output=True, text=True, check=True, env=environment,
                )  # fmt: skip
                told = json.loads(done.stdout.splitlines()[-1])
                print(f"{name} · {road} (load {os.getloadavg()[0]:.1f})")
                for fact, value in told.items():
                    print(f"  {fact:<16}{value:10.4f}" if value < 2 else f"  {fact:<16}{value:10.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--one":
        print(json.dumps(run(sys.argv[2], sys.argv[3])))
    else:
        main([word for word in sys.argv[1:] if word != "--peer"], peer="--peer" in sys.argv)
