"""The map in the browser beside its peers: main-thread JavaScript of each act, in CPU milliseconds, and memory.

    python tests/bench/bench_browser_map.py [repeats] [rows] [engines, such as ours,regl]
    python tests/bench/bench_browser_map.py 2 5000000 bare    (few repeats: a software renderer takes seconds for each drawing)

Headless Chromium with SwiftShader, 30 labels, a map of 1000 x 700. Each engine has a page of its own (tests/bench/browser_map),
built here; the peers come from npm into a temporary folder. The peers are bare maps over the page's own arrays, and so is "bare",
the map of the widget; "ours" is the whole widget with its panels, to which the rows come by message as from a kernel.
The figure is `TaskDuration` of the page's main thread in CPU ticks (Chrome DevTools Protocol), from the call until the frame is
drawn, so that another process on the machine does not count; a median, after a first turn that does not, and of the first
drawing that of three fresh pages. A pan frame is the tenth part of ten in a row, to and fro. Memory is the JavaScript
heap and the array buffers after the first drawing and a collection, less those before it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.browser import FLAGS, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

HERE = Path(__file__).resolve().parent / "browser_map"
JS = Path(__file__).resolve().parents[2] / "js"
PEERS = {"regl": "regl-scatterplot@1.16.0", "embedding_atlas": "embedding-atlas@0.23.0"}
PAGES = {"ours": "ours.ts", "bare": "bare.ts", "regl": "regl.js", "embedding_atlas": "embedding_atlas.js"}
VIEW: ViewportSize = {"width": 1400, "height": 800}
FIRST_PAGES = 3  # fresh pages, of whose first drawings the median counts
ONCE = {"first", "index"}
# A hand pans for many frames, and at its end comes one of another kind, when the map settles: alone, a frame says neither.
IN_A_ROW = {"pan": 10}
REPEAT = "async ([name, times]) => { for (let i = 0; i < times; i++) await window.tasks[name](); }"
AFTER = {"lasso": "undim", "dim": "undim"}  # what takes back an act before its next turn
ORDER = (
    *("first", "index", "recolour10k", "recolour10kRows", "recolourAll"),
    *("pan", "hover", "lasso", "dim"),
)
BARS = {"first": 80, "recolour10k": 8, "recolourAll": 15, "lasso": 20, "dim": 8, "pan": 2.5}
HTML = '<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#fff}</style><body></body>'


def fetch(engine: str, folder: Path) -> None:
    """Fetch a peer from npm; of embedding-atlas the package alone, for all it asks for cannot be installed."""
    if engine == "regl":
        (folder / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PEERS[engine]]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return
    packed = subprocess.run(["npm", "pack", PEERS[engine]], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")


def build(engine: str, folder: Path) -> str:
    """Return the page's script, its peer fetched where there is one."""
    if engine in PEERS:
        fetch(engine, folder)
    out = folder / f"{engine}.out.js"
    options = ["--bundle", "--minify", "--format=esm", "--loader:.css=text"]  # minified, as the widget is shipped
    options += ["--jsx=automatic", "--jsx-import-source=preact"]
    whole = folder / "package" / "dist" / "component.js"  # its index asks for all of Mosaic too
    stand_in = HERE / "mosaic.js"
    options += [f"--alias:embedding-atlas={whole}"]
    options += [f"--alias:@uwdata/{name}={stand_in}" for name in ("mosaic-core", "mosaic-sql")]
    paths = os.pathsep.join([str(folder / "node_modules"), str(JS / "node_modules")])
    subprocess.run(
        [str(JS / "node_modules" / ".bin" / "esbuild"), str(HERE / PAGES[engine]), *options, f"--outfile={out}"],
        check=True, env={**os.environ, "NODE_PATH": paths}, capture_output=True,
    )  # fmt: skip
    return out.read_text(encoding="utf-8")


class Driven:
    """A page with the tasks of one engine."""

    def __init__(self, page: Page, engine: str, script: str, rows: int) -> None:
        page.on("pageerror", lambda error: print(f"{engine}: {error}", file=sys.stderr))
        page.route("**/*", lambda route: route.fulfill(body=HTML, content_type="text/html"))
        page.goto(f"http://map.test/?n={rows}")
        page.add_script_tag(content=script, type="module")
        page.wait_for_function("() => window.ready", timeout=120_000)
        self._page = page
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def known(self) -> list[str]:
        """Return what the engine can do."""
        return self._page.evaluate("() => Object.keys(window.tasks)")

    def memory(self) -> float:
        """Return the megabytes of heap and buffers after a collection."""
        self._tools.send("HeapProfiler.collectGarbage")
        usage = self._tools.send("Runtime.getHeapUsage")
        return (usage["usedSize"] + usage["backingStorageSize"]) / 1e6

    def act(self, name: str) -> float:
        """Return the CPU milliseconds of one turn, of several in a row where an act is a part of a longer one."""
        times = IN_A_ROW.get(name, 1)
        before = self._clock()
        self._page.evaluate(REPEAT, [name, times])
        return (self._clock() - before) / times

    def median(self, name: str, repeats: int) -> float:
        """Return the median of several turns after one that does not count."""
        turns = []
        for _ in range(repeats + 1):
            turns.append(self.act(name))
            if name in AFTER:
                self.act(AFTER[name])
        return statistics.median(turns[1:])

    def close(self) -> None:
        """Close the page."""
        self._page.close()

    def hits(self) -> int:
        """Return how many rows the lasso catches."""
        self.act("lasso")
        found = self._page.evaluate("() => window.hits()")
        self.act(AFTER["lasso"])
        return found

    def _clock(self) -> float:
        metrics = {m["name"]: m["value"] for m in self._tools.send("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"] * 1e3


def measure(engine: str, script: str, repeats: int, rows: int) -> dict[str, float]:
    """Return the milliseconds of each act, the megabytes, and how many rows the lasso caught."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = Driven(chromium.new_page(viewport=VIEW), engine, script, rows)
        known = page.known()
        base = page.memory()
        first = [page.act("first")]
        figures = {"MB": page.memory() - base}
        for name in (name for name in ORDER[1:] if name in known):
            figures[name] = page.act(name) if name in ONCE else page.median(name, repeats)
        if "lasso" in known:
            figures["lasso rows"] = page.hits()
        for _ in range(FIRST_PAGES - 1):  # a page is drawn first only once
            page.close()
            page = Driven(chromium.new_page(viewport=VIEW), engine, script, rows)
            first.append(page.act("first"))
        figures["first"] = statistics.median(first)
        chromium.close()
    if "hover" in figures:
        figures["hover"] /= 1000  # a thousand at a time
    return figures


def main(repeats: int, rows: int, engines: list[str]) -> None:
    """Measure each engine in a browser of its own, and print the table."""
    folder = Path(tempfile.mkdtemp(prefix="labelatlas-bench-"))
    try:
        found = {engine: measure(engine, build(engine, folder), repeats, rows) for engine in engines}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    load = os.getloadavg()[0]
    print(f"\n{rows:,} rows, median of {repeats}, CPU ms on the main thread; load {load:.1f}")
    print(f"{'':<18}" + "".join(f"{engine:>18}" for engine in engines) + f"{'bar':>8}{'best peer / bare':>18}")
    for name in (*ORDER, "MB", "lasso rows"):
        values = [found[engine].get(name) for engine in engines]
        if all(value is None for value in values):
            continue
        cells = "".join(f"{'':>18}" if value is None else f"{value:>18.2f}" for value in values)
        peers = [found[engine][name] for engine in engines if engine in PEERS and name in found[engine]]
        ours = found.get("bare", {}).get(name)
        ratio = f"{min(peers) / ours:>17.1f}x" if peers and ours and name != "lasso rows" else ""
        print(f"{name:<18}{cells}{BARS.get(name, ''):>8}{ratio}")
    print(json.dumps(found))


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(
        int(given[0]) if given else 5,
        int(given[1]) if len(given) > 1 else 1_000_000,
        given[2].split(",") if len(given) > 2 else list(PAGES),
    )
