"""Time from vectors to a map with clusters, each run in a fresh process, beside umap-learn's defaults.

    python tests/bench/bench_map.py [repeats] [set ...]

Sets: digits, mixture10k, mixture20k, a file of vectors (.npy), and a folder that holds Fashion-MNIST's four .gz files (Debian:
dataset-fashion-mnist), of which 70,000 x 50 principal components are taken. Without a set: digits and mixture20k.

Prints medians of wall and CPU seconds by stage, their ratios to the peer's total, and trustworthiness (15 neighbours; at
20,000 rows on a sample of 3,000 rows' neighbourhoods). The peer is `umap.UMAP()` followed by `hdbscan.HDBSCAN()`, once as
it is and once with a seed. Imports count: a user waits for them too. The data is made, so that nothing is downloaded.
"""

from __future__ import annotations

import gzip
import json
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np

SETS = ("digits", "mixture20k")
ENGINES = ("labelatlas", "umap-learn", "umap-learn seeded")
FASHION = ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")


def make(name: str) -> np.ndarray:
    """Return the vectors of a benchmark set, float32."""
    if name == "digits":
        from sklearn.datasets import load_digits

        return load_digits().data.astype(np.float32)
    folder = Path(name)
    if folder.suffix == ".npy":
        return np.load(folder).astype(np.float32)
    if folder.is_dir():
        raw = [np.frombuffer(gzip.decompress((folder / part).read_bytes()), np.uint8, offset=16) for part in FASHION]
        pixels = np.concatenate(raw).reshape(-1, 784).astype(np.float32) / 255.0
        pixels -= pixels.mean(axis=0)
        _, axes = np.linalg.eigh((pixels.T @ pixels).astype(np.float64))
        return np.ascontiguousarray(pixels @ axes[:, ::-1][:, :50].astype(np.float32))
    n = {"mixture10k": 10_000, "mixture20k": 20_000}[name]
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, 50)) * 1.2
    stretch = rng.normal(size=(20, 50, 50)) / 7.0
    truth = rng.integers(0, 20, n)
    return (centres[truth] + np.einsum("nd,nde->ne", rng.normal(size=(n, 50)), stretch[truth])).astype(np.float32)


def run(engine: str, name: str) -> dict[str, list[float]]:
    """Return wall and CPU seconds of each stage, in this process, and the map's trustworthiness."""
    warnings.simplefilter("ignore")
    X = make(name)
    times: dict[str, list[float]] = {}

    def stage(label: str, function):
        wall, cpu = time.perf_counter(), time.process_time()
        result = function()
        times[label] = [time.perf_counter() - wall, time.process_time() - cpu]
        return result

    if engine == "labelatlas":

        def imports():
            import torch  # noqa: F401 - only the time counts

            from labelatlas import space

            space.prepare_layout()
            return space

        space = stage("import", imports)
        neighbors = stage("neighbours", lambda: space.search_neighbors(X, 15))[0]
        xy = stage("layout", lambda: space.layout(X, neighbors))
        stage("clusters", lambda: space.find_clusters(xy))
    else:

        def imports():
            import hdbscan
            import umap

            return umap, hdbscan

        umap, hdbscan = stage("import", imports)
        seed = 0 if engine.endswith("seeded") else None
        xy = stage("layout", lambda: umap.UMAP(random_state=seed).fit_transform(X))
        stage("clusters", lambda: hdbscan.HDBSCAN().fit(xy))
    times["total"] = [sum(part[i] for part in times.values()) for i in (0, 1)]
    times["peak MB"] = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024] * 2
    times["trustworthiness"] = [trustworthiness(X, xy)] * 2
    return times


def trustworthiness(X: np.ndarray, xy: np.ndarray, k: int = 15) -> float:
    """Return the share of map neighbours that are true ones, penalised by rank (J. Venna, S. Kaski, 2001)."""
    rng = np.random.default_rng(0)
    n = len(X)
    rows = rng.choice(n, min(n, 3000), replace=False)
    penalty = 0
    for row in rows:
        near = np.argsort(((xy - xy[row]) ** 2).sum(axis=1), kind="stable")
        near = near[near != row][:k]
        distances = ((X - X[row]) ** 2).sum(axis=1)
        distances[row] = -1.0
        ranks = np.empty(n, dtype=np.int64)
        ranks[np.argsort(distances, kind="stable")] = np.arange(n)
        penalty += int(np.maximum(ranks[near] - k, 0).sum())
    return 1.0 - 2.0 * penalty / (len(rows) * k * (2 * n - 3 * k - 1))


def main(repeats: int, sets: list[str]) -> None:
    """Run everything in fresh processes and print the table."""
    for name in sets or SETS:
        totals: dict[str, float] = {}
        for engine in ENGINES:
            runs = [
                json.loads(
                    subprocess.run(
                        [sys.executable, "-W", "ignore", __file__, "--one", engine, name],
                        capture_output=True, text=True, check=True,
                    ).stdout.splitlines()[-1]
                )
                for _ in range(repeats)
            ]  # fmt: skip
            print(f"\n{name} · {engine} (median of {repeats}; wall s / CPU s)")
            for label in runs[0]:
                wall, cpu = (statistics.median(one[label][i] for one in runs) for i in (0, 1))
                if label in {"trustworthiness", "peak MB"}:
                    print(f"  {label:<16}{wall:.4f}")
                    continue
                print(f"  {label:<16}{wall:7.2f} /{cpu:7.2f}")
                if label == "total":
                    totals[engine] = cpu
        ours = totals["labelatlas"]
        print(f"\n{name}: CPU of the peer over ours: " + ", ".join(f"{e} {t / ours:.1f}x" for e, t in totals.items()))


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--one":
        print(json.dumps(run(sys.argv[2], sys.argv[3])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, sys.argv[2:])
