"""What the rows beside the map cost in the browser: a table of 100,000 rows, a list of 2,000 labels, over the page's own harness.

    python tests/bench/bench_table.py [rows] [labels]
    python tests/bench/bench_table.py lab [rows]

The second form is the same table in a real JupyterLab over a real kernel: the frames a second while it is scrolled, how many of
them are longer than 50 ms, the CPU milliseconds of all tasks of the page's main thread, and how long until the cells in sight have
come. Two peers in the same page say what the machine does by itself: nothing is scrolled, and a plain HTML table of 2,000 such
rows is, of the same size in the same place. It runs twice: in a browser that composes and rasters the page as one without a GPU
does, and in one whose GPU is a software renderer that has to draw the whole page too. The first is what a laptop without a GPU
has; the second is nobody's, and says how much is drawn.

One Chromium (SwiftShader). Per scroll frame: the main thread's script, style and layout in ms, as the DevTools protocol counts
them, and how long until the cells in sight have come. The peer in the same run is the plain way: the same rows as one HTML table.
"""

from __future__ import annotations

import functools
import http.server
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from e2e.browser import FLAGS, NO_GPU_FLAGS, find_chromium  # noqa: E402
from e2e.lab import LabServer  # noqa: E402
from e2e.notebook import NotebookPage, write_notebook  # noqa: E402

IN_LAB = sys.argv[1:2] == ["lab"]
GIVEN = [int(given) for given in sys.argv[2 if IN_LAB else 1 :]]
ROWS = GIVEN[0] if GIVEN else 100_000
LABELS = GIVEN[1] if len(GIVEN) > 1 else 2_000
STEPS = 20
FRAMES_MEASURED = 120
BROWSERS = {
    "composed and rastered as without a GPU": (*FLAGS, *NO_GPU_FLAGS),
    "the whole page drawn by the software GPU": FLAGS,
}
LONG_FRAME = 50  # ms
BUILD = "tests/harness/page.ts --bundle --format=esm --loader:.css=text --jsx=automatic --jsx-import-source=preact"
SCROLL = """async ([selector, steps, far]) => {
  const box = document.querySelector(selector);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let step = 0; step < steps; step++) {
    box.scrollTop += far;
    await frame();
  }
  await frame();
}"""
PLAIN = """(rows) => {
  const line = (_, row) => `<tr><td>${row}</td><td>label</td><td>The text of row ${row}</td></tr>`;
  const table = `<table>${Array.from({ length: rows }, line).join('')}</table>`;
  document.body.innerHTML = `<div id="plain" style="height:240px;overflow:auto">${table}</div>`;
  return document.body.offsetHeight;
}"""


DATA = f"""
import numpy as np, pandas as pd, labelatlas as la
n = {ROWS}
rng = np.random.default_rng(0)
df = pd.DataFrame({{
    "id": np.arange(n), "label": rng.choice(["refund", "card", "fees"], n), "price": rng.normal(size=n).round(2),
    "text": [f"row {{i}}: a customer writes about the card that was lost on the way" for i in range(n)],
}})
"""
SHOW = 'm = la.LabelMap(df, label="label", key="id", xy=rng.normal(size=(n, 2)), journal=None, progress=False)\nm'
FRAMES = """async ([selector, steps, far]) => {
  const box = document.querySelector(selector);
  const gaps = [];
  let before = await new Promise((done) => requestAnimationFrame(done));
  for (let step = 0; step < steps; step++) {
    box.scrollTop += far;
    const now = await new Promise((done) => requestAnimationFrame(done));
    gaps.push(now - before);
    before = now;
  }
  return gaps;
}"""
PLAIN_IN_LAB = """() => {
  const at = document.querySelector('.la-table').getBoundingClientRect();
  const line = (_, row) => `<tr><td>${row}</td><td>label</td><td>The text of row ${row}</td></tr>`;
  const box = document.createElement('div');
  box.id = 'plain';
  box.style = `position:fixed;z-index:99999;background:white;overflow:auto;left:${at.left}px;top:${at.top}px;`
    + `width:${at.width}px;height:${at.height}px`;
  box.innerHTML = `<table>${Array.from({ length: 2000 }, line).join('')}</table>`;
  document.body.append(box);
}"""
FILLED = "() => document.querySelectorAll('.la-table-body .la-waiting').length === 0"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def busy(client) -> float:
    """Return what the main thread has worked so far, ms."""
    found = {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}
    return 1000 * (found["ScriptDuration"] + found["LayoutDuration"] + found["RecalcStyleDuration"])


def per_frame(page, client, selector: str, far: int, repeats: int = 3) -> float:
    """Return the main thread's work per frame of scrolling, ms, median of a few runs."""
    found: list[float] = []
    for _ in range(repeats):
        start = busy(client)
        page.evaluate(SCROLL, [selector, STEPS, far])
        found.append((busy(client) - start) / STEPS)
    return statistics.median(found)


def once(page, client, act) -> tuple[float, float]:
    """Return the main thread's work and the wall time of one act, ms."""
    start, clock = busy(client), time.perf_counter()
    act()
    wall = 1000 * (time.perf_counter() - clock)
    return busy(client) - start, wall


def tasks(client) -> float:
    """Return the CPU time that all tasks of the main thread have taken so far, ms."""
    found = {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}
    return 1000 * found["TaskDuration"]


def lab() -> None:
    """Print what the table costs in JupyterLab over a real kernel, in two kinds of browser."""
    with tempfile.TemporaryDirectory() as folder, LabServer(Path(folder) / "lab") as server:
        write_notebook(server.work / "bench.ipynb", [DATA, SHOW])
        for browser, flags in BROWSERS.items():
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(flags))
                print(f"\n{browser}; load {os.getloadavg()[0]:.1f}")
                scroll_in_lab(
                    NotebookPage(server, chromium.new_page(viewport={"width": 1300, "height": 1100}), "bench.ipynb", 2)
                )
                chromium.close()


def scroll_in_lab(page: NotebookPage) -> None:
    """Print a line for each way of scrolling."""
    page.open()
    page.run_cell(0)
    page.run_cell(1)
    view = page.map()
    view.wait_ready()
    page.execute('m.view.show(["text", "price"])')
    client = page.page.context.new_cdp_session(page.page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    view.root.focus()
    _, wall = once(page.page, client, lambda: open_in_lab(page))
    print(f"{ROWS:,} rows in JupyterLab over a kernel; open the table, to its first cells: {wall:.0f} ms of wall")
    for selector, far in [(".la-table", far) for far in (0, 28, 280, 5000)] + [("#plain", 28), ("#plain", 280)]:
        if selector == "#plain" and page.page.locator(selector).count() == 0:
            page.page.evaluate(PLAIN_IN_LAB)
        start = tasks(client)
        gaps = sorted(page.page.evaluate(FRAMES, [selector, FRAMES_MEASURED, far]))
        work = (tasks(client) - start) / FRAMES_MEASURED
        clock = time.perf_counter()
        page.page.wait_for_function(FILLED)
        filled = 1000 * (time.perf_counter() - clock)
        over = sum(gap > LONG_FRAME for gap in gaps)
        name = "a plain HTML table" if selector == "#plain" else "ours"
        words = "nothing scrolled" if far == 0 else f"{name}, {far} px a frame"
        print(
            f"{words}: {1000 * len(gaps) / sum(gaps):.0f} frames a second, {gaps[len(gaps) // 2]:.0f} ms the median one, {gaps[-1]:.0f}"
            f" the longest; {over} of {len(gaps)} over 50 ms; {work:.1f} ms of main-thread CPU each; cells of the last"
            f" {filled:.0f} ms later"
        )
    page.close()


def open_in_lab(page: NotebookPage) -> None:
    """Open the table and wait for its first cells."""
    page.page.keyboard.press("t")
    page.page.wait_for_function("() => document.querySelector('.la-table-body')?.textContent.includes('row 0:')")


def main() -> None:
    """Print the table."""
    if IN_LAB:
        lab()
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out = Path(folder)
        command = ["npx", "esbuild", *BUILD.split(), f"--outfile={out}/page.js", "--log-level=error"]
        subprocess.run(command, cwd=ROOT / "js", check=True)
        (out / "index.html").write_text((ROOT / "js/tests/harness/index.html").read_text())
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        page = chromium.new_page(viewport={"width": 1200, "height": 1000})
        client = page.context.new_cdp_session(page)
        client.send("Performance.enable")
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html?n={ROWS}&labels={LABELS}")
        page.wait_for_selector(".la-root[data-status=saved]")
        page.focus(".la-root")

        def open_table() -> None:
            page.keyboard.press("t")
            page.wait_for_function("() => document.querySelector('.la-table-body')?.textContent.includes('row 0:')")

        def jump() -> None:
            page.evaluate(
                "() => { const box = document.querySelector('.la-table'); box.scrollTop = box.scrollHeight / 2; }"
            )
            wanted = f"row {ROWS // 2}:"
            page.wait_for_function(
                "(wanted) => document.querySelector('.la-table-body').textContent.includes(wanted)", arg=wanted
            )

        def type_name() -> None:
            page.keyboard.press("/")
            page.keyboard.type("199")
            page.wait_for_function("() => document.querySelectorAll('[data-label]').length < 30")

        print(f"{ROWS:,} rows, {LABELS:,} labels; main-thread ms (script, style, layout)")
        print(
            "open the table, to its first cells: {:.0f} ms of work, {:.0f} ms of wall".format(
                *once(page, client, open_table)
            )
        )
        for far in (28, 280, 5000):
            print(f"table, a scroll frame of {far} px: {per_frame(page, client, '.la-table', far):.2f} ms")
        print(
            "jump to the middle, to its cells: {:.0f} ms of work, {:.0f} ms of wall".format(*once(page, client, jump))
        )
        print(f"labels, a scroll frame of 280 px: {per_frame(page, client, '.la-side .la-list', 280):.2f} ms")
        page.evaluate("() => { document.querySelector('.la-root').focus(); }")
        print(
            "labels, '/' and three letters: {:.0f} ms of work, {:.0f} ms of wall".format(*once(page, client, type_name))
        )
        work, wall = once(page, client, lambda: page.evaluate(PLAIN, ROWS))
        print(f"peer, one HTML table of {ROWS:,} rows: {work:.0f} ms of work, {wall:.0f} ms of wall to open;", end=" ")
        print(f"a scroll frame of 280 px: {per_frame(page, client, '#plain', 280):.2f} ms")
        chromium.close()
        server.shutdown()


if __name__ == "__main__":
    main()
