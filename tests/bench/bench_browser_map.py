"""The map in the browser beside its peers: main-thread JavaScript of each act, in CPU milliseconds, and memory.

    python tests/bench/bench_browser_map.py [repeats] [rows] [engines, such as ours,regl]

Headless Chromium with SwiftShader, 30 labels, a map of 1000 x 700. Each engine has a page of its own (tests/bench/browser_map),
built here; the peers come from npm into a temporary folder. Ours is the whole widget with its panels, the peers are bare maps.
The figure is `TaskDuration` of the page's main thread in CPU ticks (Chrome DevTools Protocol), from the call until the frame is
drawn, so that another process on the machine does not count; a median, after a first turn that does not. Memory is the JavaScript
heap and the array buffers after the first drawing and a collection, less those before it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.browser import FLAGS, find_chromium

HERE = Path(__file__).resolve().parent / "browser_map"
JS = Path(__file__).resolve().parents[2] / "js"
PEERS = {"regl": "regl-scatterplot@1.16.0", "embedding_atlas": "embedding-atlas@0.23.0"}
PAGES = {"ours": "ours.ts", "regl": "regl.js", "embedding_atlas": "embedding_atlas.js"}
ONCE = {"first", "index"}
AFTER = {"lasso": "undim", "dim": "undim"}  # what takes back an act before its next turn
ORDER = (
    *("first", "index", "recolour10k", "recolour10kRows", "recolourAll"),
    *("pan", "hover", "lasso", "dim"),
)
BARS = {"first": 80, "recolour10k": 8, "recolourAll": 15, "lasso": 20, "dim": 8, "pan": 2.5}
HTML = '<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#fff}</style><body></body>'


def build(engine: str, folder: Path) -> str:
    """Return the page's script, its peer installed where there is one."""
    if engine in PEERS and not (folder / "node_modules").exists():
        (folder / "package.json").write_text('{"private": true}')
        packages = [PEERS[name] for name in PEERS]
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages], cwd=folder, check=True)
    out = folder / f"{engine}.out.js"
    options = ["--bundle", "--format=iife", "--loader:.css=text", "--jsx=automatic", "--jsx-import-source=preact"]
    paths = os.pathsep.join([str(folder / "node_modules"), str(JS / "node_modules")])
    subprocess.run(
        [str(JS / "node_modules" / ".bin" / "esbuild"), str(HERE / PAGES[engine]), *options, f"--outfile={out}"],
        check=True, env={**os.environ, "NODE_PATH": paths}, capture_output=True,
    )  # fmt: skip
    return out.read_text(encoding="utf-8")


def measure(engine: str, script: str, repeats: int, rows: int) -> dict[str, float]:
    """Return the milliseconds of each act, the megabytes, and how many rows the lasso caught."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, "--js-flags=--expose-gc"])
        page = chromium.new_page(viewport={"width": 1400, "height": 800})
        page.on("pageerror", lambda error: print(f"{engine}: {error}", file=sys.stderr))
        page.route("**/*", lambda route: route.fulfill(body=HTML, content_type="text/html"))
        page.goto(f"http://map.test/?n={rows}")
        page.add_script_tag(content=script)
        page.wait_for_function("() => window.ready", timeout=120_000)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def clock() -> float:
            metrics = {m["name"]: m["value"] for m in tools.send("Performance.getMetrics")["metrics"]}
            return metrics["TaskDuration"] * 1e3

        def memory() -> float:
            tools.send("HeapProfiler.collectGarbage")
            usage = tools.send("Runtime.getHeapUsage")
            return (usage["usedSize"] + usage["backingStorageSize"]) / 1e6

        def act(name: str) -> float:
            before = clock()
            page.evaluate("(name) => Promise.resolve(window.tasks[name]()).then(() => undefined)", name)
            return clock() - before

        figures: dict[str, float] = {}
        known = page.evaluate("() => Object.keys(window.tasks)")
        base = memory()
        for name in ORDER:
            if name not in known:
                continue
            if name in ONCE:
                figures[name] = act(name)
                if name == "first":
                    figures["MB"] = memory() - base
                continue
            turns = []
            for turn in range(repeats + 1):
                turns.append(act(name))
                if name == "lasso" and turn == 0:
                    figures["lasso rows"] = page.evaluate("() => window.hits()")
                if name in AFTER:
                    act(AFTER[name])
            figures[name] = statistics.median(turns[1:])
        if "hover" in figures:
            figures["hover"] /= 1000  # a thousand at a time
        if "--shots" in sys.argv:
            page.screenshot(path=f"{engine}.png")
        chromium.close()
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
    print(f"{'':<18}" + "".join(f"{engine:>18}" for engine in engines) + f"{'bar':>8}{'best peer / ours':>18}")
    for name in (*ORDER, "MB", "lasso rows"):
        values = [found[engine].get(name) for engine in engines]
        if all(value is None for value in values):
            continue
        cells = "".join(f"{'':>18}" if value is None else f"{value:>18.2f}" for value in values)
        peers = [found[engine][name] for engine in engines if engine != "ours" and name in found[engine]]
        ours = found.get("ours", {}).get(name)
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
