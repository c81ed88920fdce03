"""Time from running the `LabelMap` cell to the first painted map, in a real JupyterLab in Chromium.

    python tests/bench/bench_first_paint.py [repeats]

Each run is a fresh kernel with an empty cache of maps. "first on a machine" empties numba's cache too, so that the layout is
compiled; "later" finds it. Figures are wall seconds from the click to the page's first painted map, imports included: the
median of the repeats. No peer draws an editable map, so none stands beside them; the layout's peer is in bench_map.py.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from e2e.browser import FLAGS, find_chromium
from e2e.lab import LabServer
from e2e.notebook import NotebookPage, write_notebook

DIGITS = """
from sklearn.datasets import load_digits
import pandas as pd
digits = load_digits()
df = pd.DataFrame({"id": range(1797), "image": list(digits.images), "label": digits.target})
"""
MIXTURE = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
truth = rng.integers(0, 20, 20_000)
Z = (rng.normal(size=(20, 50)) * 1.2)[truth] + rng.normal(size=(20_000, 50))
df = pd.DataFrame({"id": range(20_000), "label": [f"class {t}" for t in truth]})
"""
CASES = {
    "digits, 1,797 rows": (DIGITS, 'image="image"'),
    "mixture, 20,000 rows x 50": (MIXTURE, "embedding=Z"),
}
MAP = 'import labelatlas as la\nm = la.LabelMap(df, label="label", key="id", journal=None, {source})\nm'


def seconds(page: NotebookPage) -> float:
    """Return the wall time from running the map's cell to the first painted map."""
    page.run_cell(0)
    start = time.perf_counter()
    page.run_cell(1)
    page.map().wait_ready()
    page.map().next_frame()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    home = Path(tempfile.mkdtemp(prefix="labelatlas-bench-"))
    os.environ["LABELATLAS_CACHE_DIR"] = str(home / "maps")
    os.environ["NUMBA_CACHE_DIR"] = str(home / "numba")
    print(f"wall seconds from running the cell to the first painted map, median of {repeats}; {os.cpu_count()} cores")
    with LabServer(home / "lab") as lab, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        for name, (data, source) in CASES.items():
            for when in ("first on a machine", "later"):
                took: list[float] = []
                for turn in range(repeats):
                    shutil.rmtree(home / "maps", ignore_errors=True)
                    if when == "first on a machine":
                        shutil.rmtree(home / "numba", ignore_errors=True)
                    folder = lab.work / f"{len(list(lab.work.iterdir()))}-{turn}"
                    folder.mkdir()
                    cells = [data, MAP.format(source=source)]
                    write_notebook(folder / "bench.ipynb", cells)
                    page = NotebookPage(lab, chromium.new_page(), f"{folder.name}/bench.ipynb", len(cells))
                    page.open()
                    took.append(seconds(page))
                    page.close()
                print(f"{name:28} {when:20} {statistics.median(took):6.1f} s")
        chromium.close()
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
