"""Time from a verdict's key to the next row with its content, in a real JupyterLab in Chromium.

    python tests/bench/bench_review.py [verdicts]

A scripted user judges support tickets (examples/tickets.py, 1,000 rows) as fast as the next row is there, while corrections are
saved and suspects are found again beside it. Times are taken in the page, from the key's event to the frame after the one
in which another row stands there with its text. No peer has a review queue, so none stands beside it; the bar is 100 ms.
"""

from __future__ import annotations

import os
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
from e2e.review_driver import DATA, MAP, ReviewDriver

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MEASURE = """async ([root, key]) => {
  const view = document.querySelector(root);
  const card = () => view.querySelector('.la-suspect-card');
  const before = card().dataset.row;
  const start = performance.now();
  view.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true }));
  const there = () => card() !== null && card().dataset.row !== before && card().dataset.ready === 'true';
  while (!there()) await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - start;
}"""


def main() -> None:
    """Print the table."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    home = Path(tempfile.mkdtemp(prefix="labelatlas-bench-"))
    with LabServer(home / "lab") as lab, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        cells = [DATA.format(examples=str(EXAMPLES), n=1000), MAP, "review = m.review()"]
        (lab.work / "bench").mkdir()
        write_notebook(lab.work / "bench" / "bench.ipynb", cells)
        page = NotebookPage(lab, chromium.new_page(), "bench/bench.ipynb", len(cells))
        page.open()
        page.run_all()
        page.map().wait_ready()
        review = ReviewDriver(page, page.map())
        review.wait_content()
        keys = "aakas"
        cpu, start = time.process_time(), time.perf_counter()
        took = [page.page.evaluate(MEASURE, [".la-root", keys[i % len(keys)]]) for i in range(wanted)]
        wall = time.perf_counter() - start
        page.map().wait_status("saved")
        counts = page.eval("[len(review.to_frame()), int((review.to_frame()['verdict'] != 'skip').sum())]")
        page.close()
        chromium.close()
    took.sort()
    print(f"{wanted} verdicts by key in {wall:.1f} s; the kernel has {counts[0]}, {counts[1]} of them gestures")
    print(
        f"next row, ms: median {statistics.median(took):.0f}, 95% {took[int(0.95 * (len(took) - 1))]:.0f}, most {took[-1]:.0f}"
    )
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; driver {time.process_time() - cpu:.1f} CPU-s")


if __name__ == "__main__":
    main()
