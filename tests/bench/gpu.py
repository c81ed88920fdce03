"""The GPU table: neighbours, layout and a whole atlas of a million made-up rows, and how far CPU and GPU agree.

    python tests/bench/gpu.py [rows] [columns] [device]

1,000,000 x 384 on "cuda" where nothing is said; bars: neighbours 6 s, a whole atlas 15 s, at most .005 of trustworthiness between
the maps of CPU and GPU. On "cpu" the same steps are taken, at a size that suits it, so that they are known to run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from bench_map import trustworthiness

if TYPE_CHECKING:
    from collections.abc import Callable

K = 15
COMPARED = 70_000
"""Rows on which both machines do the same."""


class Steps:
    """A table of steps, each printed when it is done: seconds, the device waited for, and the most memory it took there."""

    def __init__(self, device: str) -> None:
        self.on_gpu = device == "cuda"

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:
        """Print what a step takes, and return its result."""
        import torch

        if self.on_gpu:
            torch.cuda.synchronize()
            torch.cuda.reset_peak_memory_stats()
        begin = time.perf_counter()
        result = step()
        memory = ""
        if self.on_gpu:
            torch.cuda.synchronize()
            memory = f"   peak {torch.cuda.max_memory_allocated() / 1e9:.1f} GB"
        print(f"{name:<34}{time.perf_counter() - begin:8.2f} s{memory}")
        return result


def made_up(n: int, d: int) -> np.ndarray:
    """Return n rows of d columns in 200 groups, float32."""
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, d)) * 1.2).astype(np.float32)[rng.integers(0, 200, n)]
    X += rng.standard_normal(X.shape, dtype=np.float32)
    return X


def main(n: int, d: int, device: str) -> None:
    """Print the table."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        print("no CUDA device: nothing is measured")
        return
    from labelatlas import Atlas
    from labelatlas.space import grow_clusters, layout, search_neighbors

    X, step = made_up(n, d), Steps(device)
    where = torch.cuda.get_device_name() if step.on_gpu else "the CPU"
    print(f"{n:,} x {d} on {where}, torch {torch.__version__}, {time.strftime('%Y-%m-%d')}")
    few = X[:COMPARED]
    search_neighbors(few[:5000], K, device=device, exact=False)  # what is loaded once is not what is measured
    exact, _ = step(f"neighbours, exact, {len(few):,}", lambda: search_neighbors(few, K, device=device, exact=True))
    near, _ = step(
        f"neighbours, almost all, {len(few):,}", lambda: search_neighbors(few, K, device=device, exact=False)
    )
    cpu, _ = search_neighbors(few, K, device="cpu", exact=True)
    print(f"  the exact ones of CPU and {device} agree on {float((exact.indices == cpu.indices).mean()):.5f}")
    held = np.mean([len(set(a) & set(b)) / K for a, b in zip(near.indices[::20], cpu.indices[::20], strict=True)])
    print(f"  the others hold {held:.5f} of them")
    there = layout(few, exact, engine="torch", device=device)
    here = layout(few, cpu, device="cpu")
    print(
        f"  trustworthiness of their maps: {trustworthiness(few, there):.4f}, the CPU's {trustworthiness(few, here):.4f}"
    )
    neighbors, recall = step("neighbours, all rows", lambda: search_neighbors(X, K, device=device, exact=False))
    print(f"  recall {recall:.5f}")
    xy = step("layout, all rows", lambda: layout(X, neighbors, engine="torch", device=device))
    step("clusters (on the CPU)", lambda: grow_clusters(xy))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LABELATLAS_CACHE_DIR"] = folder
        options = {"key": "id", "embedding": X, "device": device, "progress": False}
        step("a whole atlas", lambda: Atlas.from_frame({"id": np.arange(n)}, **options).clusters)


if __name__ == "__main__":
    rows, columns, place = [*sys.argv[1:], *("1000000", "384", "cuda")[len(sys.argv) - 1 :]][:3]
    main(int(rows), int(columns), place)
