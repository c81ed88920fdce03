"""The GPU table: exact and bfloat16 neighbours and the torch layout of a million made-up rows, and how far CPU and GPU agree.

    python tests/bench/gpu.py [rows] [columns]

Says so plainly where there is no CUDA device.
"""

from __future__ import annotations

import sys
import time

import numpy as np

K = 15


def timed(name: str, function):
    """Print how long a step takes, the device waited for, and return its result."""
    import torch

    torch.cuda.synchronize()
    wall = time.perf_counter()
    result = function()
    torch.cuda.synchronize()
    print(f"{name:<28}{time.perf_counter() - wall:8.2f} s   peak {torch.cuda.max_memory_allocated() / 1e9:.1f} GB")
    return result


def main(n: int, d: int) -> None:
    """Print the table."""
    import torch

    if not torch.cuda.is_available():
        print("no CUDA device: nothing is measured")
        return
    from labelatlas.space import grow_clusters, layout, search_neighbors

    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, d)) * 1.2)[rng.integers(0, 200, n)].astype(np.float32)
    X += rng.standard_normal((n, d), dtype=np.float32)
    print(f"{n:,} x {d} on {torch.cuda.get_device_name()}, torch {torch.__version__}")
    few = X[:70_000]
    search_neighbors(few[:5000], K, device="cuda", exact=False)
    _, recall = timed("neighbours, bfloat16", lambda: search_neighbors(few, K, device="cuda", exact=False))
    print(f"  recall {recall:.4f} on 70,000 rows")
    exact, _ = timed("neighbours, exact, 70,000", lambda: search_neighbors(few, K, device="cuda", exact=True))
    cpu, _ = search_neighbors(few, K, device="cpu", exact=True)
    print(f"  CPU and GPU agree on {float((exact.indices == cpu.indices).mean()):.5f} of the neighbours")
    neighbors, recall = timed("neighbours, all rows", lambda: search_neighbors(X, K, device="cuda", exact=False))
    xy = timed("layout", lambda: layout(X, neighbors, engine="torch", device="cuda"))
    timed("clusters (on the CPU)", lambda: grow_clusters(xy))


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], "1000000", "384"][:2]))
