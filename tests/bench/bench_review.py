"""Time from a verdict's key to the next row with its content, in a real JupyterLab in Chromium.

    python tests/bench/bench_review.py [verdicts] [--only plain|drawn] [--rest SECONDS]

A scripted user judges support tickets (examples/tickets.py, 1,000 rows) as fast as the next row is there, while corrections are
saved and suspects are found again beside it; with `--rest` the fingers rest so long on each row, and the map flies. Keys go through the browser as a keyboard's do. Two times are taken of each, from
the moment at which the browser was handed the key: "next row", to the frame after the one in which another row stands there
with its text, which the bar of 100 ms is about; and "on the screen", to the picture with which Chromium says that it showed the
consequence of the key (Event Timing, W3C; in steps of 8 ms). No peer has a review queue, so none stands beside it.

On a machine without a GPU, which this one is, Chromium draws the page itself ("plain", what a laptop without a GPU does), or its
software GPU draws all of it ("drawn", which says what the page's compositing alone would cost); the map's WebGL is the software
GPU's in both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from e2e.browser import FLAGS, TEST_FLAGS, find_chromium
from e2e.lab import LabServer
from e2e.notebook import NotebookPage, write_notebook
from e2e.review_driver import DATA, MAP, ReviewDriver

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KEYS = "aakas"
HOW = {"plain": (*FLAGS, *TEST_FLAGS), "drawn": FLAGS}
WATCH = """() => {
  const card = () => document.querySelector('.la-root .la-suspect-card');
  const seen = (window.laBench = { next: [], screen: new Map() });
  window.addEventListener('keydown', async (event) => {
    const before = card().dataset.row;
    const there = () => card() !== null && card().dataset.row !== before && card().dataset.ready === 'true';
    do await new Promise((done) => requestAnimationFrame(done)); while (!there());
    seen.next.push(performance.now() - event.timeStamp);
  }, { capture: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'keydown') seen.screen.set(entry.startTime, entry.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
}"""
# the entries of the last keys come with the next picture
TOLD = """async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => requestAnimationFrame(done));
  return [window.laBench.next, [...window.laBench.screen.values()]];
}"""


def judge(playwright: Playwright, how: str, wanted: int, rest: float) -> None:
    """Give the verdicts and print a line."""
    home = Path(tempfile.mkdtemp(prefix="labelatlas-bench-"))
    with LabServer(home / "lab") as lab:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(HOW[how]))
        cells = [DATA.format(examples=str(EXAMPLES), n=1000), MAP, "review = m.review()"]
        (lab.work / "bench").mkdir()
        write_notebook(lab.work / "bench" / "bench.ipynb", cells)
        page = NotebookPage(lab, chromium.new_page(), "bench/bench.ipynb", len(cells))
        page.open()
        page.run_all()
        page.map().wait_ready()
        review = ReviewDriver(page, page.map())
        review.wait_content()
        page.execute(
            "taken = []\ntake = review.desk.take\nreview.desk.refit._take = lambda e: (take(e), taken.append(1))"
        )
        review.view.root.focus()
        page.page.evaluate(WATCH)
        start = time.perf_counter()
        for i in range(wanted):
            time.sleep(rest)
            page.page.keyboard.press(KEYS[i % len(KEYS)])
            page.page.wait_for_function("(n) => window.laBench.next.length === n", arg=i + 1)
        wall = time.perf_counter() - start
        page.map().wait_status("saved")
        took, screen = page.page.evaluate(TOLD)
        n, gestures, found = page.eval(
            "[len(review.to_frame()), int((review.to_frame()['verdict'] != 'skip').sum()), len(taken)]"
        )
        page.close()
        chromium.close()
    for what, times in (("next row", took), ("on the screen", screen)):
        times.sort()
        most = f"median {statistics.median(times):.0f}, 95% {times[int(0.95 * (len(times) - 1))]:.0f}, most {times[-1]:.0f}"
        print(f"{how:6} {what:14} ms of {len(times)}: {most}")
    print(
        f"       {wanted} verdicts in {wall:.1f} s; the kernel has {n}, {gestures} of them gestures, and searched {found} times"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verdicts", nargs="?", type=int, default=60)
    parser.add_argument("--only", choices=list(HOW))
    parser.add_argument("--rest", type=float, default=0.0)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        for how in [given.only] if given.only else HOW:
            judge(playwright, how, given.verdicts, given.rest)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
