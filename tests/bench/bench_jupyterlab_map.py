"""A map of a million rows in a real JupyterLab, beside jupyter-scatter: shown, recoloured from Python, relabelled with a lasso.

    python tests/bench/bench_jupyterlab_map.py [repeats] [rows] [engines, such as ours,jupyter_scatter]

Positions are given, and 30 labels. "show" is from running the cell to the last drawing of new data; the libraries were
imported in a cell before. The work of the graphics driver, here a software renderer, is in no figure. "recolour" gives 10,000 rows another label or colour from Python, until it is drawn.
"lasso relabel" draws a line around about 10,000 rows and presses a digit: the main thread's CPU ms from the key until it is
drawn, and wall seconds until it says "saved". Wall seconds, the median of the repeats; the page's main-thread CPU beside them.
jupyter-scatter is installed by pip into a folder of its own, which the kernel alone sees.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from playwright.sync_api import sync_playwright

from e2e.browser import FLAGS, find_chromium
from e2e.lab import LabServer
from e2e.map_driver import circle
from e2e.notebook import NotebookPage, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

PEER = "jupyter-scatter"
PEER_NEEDS = (
    *("matplotlib", "seaborn", "annotated-doc"),
    *("pyparsing", "cycler", "kiwisolver", "contourpy", "fonttools"),
)  # by name, so that pandas and numpy stay those of the environment
DATA = """
import numpy as np, pandas as pd
n = {rows}
rng = np.random.default_rng(0)
truth = rng.integers(0, 30, n)
xy = (rng.uniform(-1, 1, (30, 2))[truth] + rng.normal(size=(n, 2)) * 0.05).astype(np.float32)
names = np.array([f"label {{at:02}}" for at in range(30)], dtype=object)
df = pd.DataFrame({{"id": np.arange(n), "x": xy[:, 0], "y": xy[:, 1], "label": names[truth]}})
few = rng.choice(n, 10_000, replace=False)
"""
IMPORTS = {"ours": "import labelatlas as la; la.LabelMap", "jupyter_scatter": "import jscatter"}
SHOW = {
    "ours": 'm = la.LabelMap(df, label="label", key="id", xy=xy, journal="{journal}", progress=False)\nm',
    "jupyter_scatter": (
        "df['label'] = df['label'].astype('category')\n"
        "s = jscatter.Scatter(data=df, x='x', y='y', color_by='label', height=560)\ns.show()"
    ),
}
RECOLOUR = {
    "ours": "m.relabel(few, names[{turn} % 30])",
    "jupyter_scatter": (
        "codes = df['label'].cat.codes.to_numpy().copy(); codes[few] = {turn} % 30\n"
        "df['label'] = pd.Categorical.from_codes(codes, df['label'].cat.categories)\ns.data(df)"
    ),
}
# Notes, by the clock, when the page last drew many points with something new in its buffers; nothing is asked of the GPU.
WATCH = """() => {
  window.drawn = { at: 0 };
  let fresh = false;
  const size = (given) => Math.max(0, ...given.map((one) => one?.byteLength ?? 0));
  for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of ['bufferData', 'bufferSubData', 'texImage2D', 'texSubImage2D']) {
      const before = kind.prototype[name];
      kind.prototype[name] = function (...given) {
        fresh ||= size(given) >= 4096;
        return before.apply(this, given);
      };
    }
    for (const [name, place] of [['drawArrays', 2], ['drawElements', 1]]) {
      const before = kind.prototype[name];
      kind.prototype[name] = function (...given) {
        const out = before.apply(this, given);
        if (fresh && given[place] >= 1000) {
          window.drawn.at = Date.now();
          fresh = false;
        }
        return out;
      };
    }
  }
}"""
# Notes when the next key goes down, and when the view says after it that a later revision is saved.
TIMED = """(revision) => {
  window.timed = { from: Infinity, saved: 0 };
  const root = document.querySelector('[data-status][data-revision]');
  document.addEventListener('keydown', () => { window.timed.from = Date.now(); }, { capture: true, once: true });
  new MutationObserver(() => {
    const done = root.dataset.status === 'saved' && Number(root.dataset.revision) > revision;
    if (done && window.timed.saved === 0) window.timed.saved = Date.now();
  }).observe(root, { attributes: true });
}"""
QUIET_MS = 1500
SETTLED = f"(start) => window.drawn.at > start && Date.now() - window.drawn.at > {QUIET_MS}"


class Bench:
    """One notebook with the data of the benchmark, in a page of its own."""

    def __init__(self, lab: LabServer, chromium: Any, engine: str, rows: int, turn: int) -> None:
        name = f"{engine}-{rows}-{turn}"
        (lab.work / name).mkdir()
        show = SHOW[engine].format(journal=lab.work / name / "edits.sqlite")
        cells = [DATA.format(rows=rows), IMPORTS[engine], show]
        write_notebook(lab.work / name / "bench.ipynb", cells)
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(f"({WATCH})()")
        self.page = NotebookPage(lab, page, f"{name}/bench.ipynb", 3)
        self.engine = engine
        self.page.open()
        self.page.run_cell(0)
        self.page.run_cell(1)
        self._tools = self.page.page.context.new_cdp_session(self.page.page)
        self._tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def cpu(self) -> float:
        """Return the CPU milliseconds of the page's main thread so far."""
        metrics = {m["name"]: m["value"] for m in self._tools.send("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"] * 1e3

    def measure(self, act: Callable[[], object]) -> tuple[float, float]:
        """Return wall seconds from an act to the last drawing of new data, and the CPU milliseconds of the page."""
        before, start = self.cpu(), time.time()
        act()
        self.page.page.wait_for_function(SETTLED, arg=start * 1e3, timeout=120_000, polling=200)
        return self.page.page.evaluate("() => window.drawn.at") / 1e3 - start, self.cpu() - before

    def show(self) -> tuple[float, float]:
        """Run the cell that shows the map."""
        return self.measure(lambda: self.page.run_cell(2))

    def recolour(self, turn: int) -> tuple[float, float]:
        """Recolour 10,000 rows from Python."""
        code = RECOLOUR[self.engine].format(turn=turn)
        return self.measure(lambda: self.page.execute(code))

    def lasso_relabel(self, digit: int) -> tuple[int, float, float]:
        """Lasso about 10,000 rows and press a digit; return how many, CPU ms until drawn and wall seconds until saved."""
        page, driven = self.page.page, self.page.map()
        xy = np.asarray(self.page.eval("xy[::200].tolist()"))
        points = driven.to_canvas(xy)
        middle = points[len(points) // 2]
        away = np.sort(np.hypot(*(points - middle).T))
        driven.lasso(circle(middle, max(12.0, float(away[10_000 // 200]))))
        page.wait_for_function("() => document.querySelector('.la-chip b') !== null")
        count = int(page.inner_text(".la-chip b").replace(",", ""))
        page.evaluate(TIMED, driven.revision())
        before = self.cpu()
        page.keyboard.press(str(digit))
        page.wait_for_function("() => window.drawn.at > window.timed.from")
        drawn = self.cpu() - before
        page.wait_for_function("() => window.timed.saved > 0")
        saved = page.evaluate("() => window.timed.saved - window.timed.from") / 1e3
        page.keyboard.press("Escape")
        return count, drawn, saved

    def close(self) -> None:
        """Close the page and its kernel."""
        self.page.close()


def install(folder: Path) -> None:
    """Install the peer where only the benchmark's kernels look."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, PEER, *PEER_NEEDS], check=True, capture_output=True)


def line(engine: str, what: str, turns: list[tuple[float, float]]) -> None:
    """Print the medians of one act."""
    wall, cpu = (statistics.median(column) for column in zip(*turns, strict=True))
    print(f"{engine:<16} {what:<28} {wall:8.2f} s wall {cpu:9.0f} ms CPU of the page", flush=True)


def main(repeats: int, rows: int, engines: list[str]) -> None:
    """Print the table."""
    home = Path(tempfile.mkdtemp(prefix="labelatlas-bench-"))
    if "jupyter_scatter" in engines:
        install(home / "peers")
        os.environ["PYTHONPATH"] = os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(home / "peers")])
    print(f"{rows:,} rows, medians of {repeats}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    try:
        with LabServer(home / "lab") as lab, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
            for engine in engines:
                shown = []
                for turn in range(1, repeats):
                    once = Bench(lab, chromium, engine, rows, turn)
                    shown.append(once.show())
                    once.close()
                bench = Bench(lab, chromium, engine, rows, 0)
                shown.append(bench.show())
                line(engine, "show", shown)
                line(engine, "recolour 10,000", [bench.recolour(turn) for turn in range(1, repeats + 2)][1:])
                if engine == "ours":
                    acts = [bench.lasso_relabel(1 + turn % 9) for turn in range(repeats + 1)][1:]
                    count, drawn, saved = (statistics.median(column) for column in zip(*acts, strict=True))
                    print(
                        f"{engine:<16} lasso relabel of {count:,.0f}: drawn {drawn:.1f} ms CPU, saved {saved:.2f} s wall"
                    )
                bench.close()
            chromium.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 3,
        int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000,
        sys.argv[3].split(",") if len(sys.argv) > 3 else ["ours", "jupyter_scatter"],
    )
