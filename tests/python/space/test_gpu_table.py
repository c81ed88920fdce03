"""The benchmark for GPUs runs, on this machine's CPU and at a small size: when a GPU is at hand it must not fail on a typing slip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "gpu.py"
STEPS = (
    "neighbours, exact",
    "neighbours, almost all",
    "neighbours, all rows",
    "layout, all rows",
    "clusters",
    "a whole atlas",
)


def test_every_line_of_the_table_is_printed():
    package = str(Path(__file__).resolve().parents[3] / "python")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "600", "12", "cpu"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "600 x 12 on the CPU" in done.stdout
    assert [name for name in STEPS if name not in done.stdout] == []
    assert "CPU and cpu agree on 1.00000" in done.stdout
