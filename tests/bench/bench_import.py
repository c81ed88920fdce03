"""How long `import labelatlas` takes over a bare interpreter. Run: `python tests/bench/bench_import.py`.

Each figure is the median wall time of fresh interpreters, the kinds taken in turn so that a busy moment hits all of them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 11
KINDS = {"bare interpreter": "pass", "import labelatlas": "import labelatlas", "import numpy": "import numpy"}


def seconds(statement: str) -> float:
    """Return the wall time of a fresh interpreter that runs a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    for statement in KINDS.values():  # once for the disk's sake
        seconds(statement)
    measured: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind, statement in KINDS.items():
            measured[kind].append(seconds(statement))
    bare = statistics.median(measured["bare interpreter"])
    print(f"Python {sys.version.split()[0]}, median of {ROUNDS}")
    for kind, values in measured.items():
        median = statistics.median(values)
        print(f"{kind:20} {median:6.3f} s   {median - bare:+6.3f} s over the bare interpreter")


if __name__ == "__main__":
    main()
