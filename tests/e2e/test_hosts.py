"""The widget in hosts that are not JupyterLab: the map draws, a lasso relabel is saved, and its styles are its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from e2e.lab import REPOSITORY, free_port
from e2e.map_driver import MapDriver
from e2e.notebook import OUT, write_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.lab import LabServer

WAIT_MS = 120_000
START_SECONDS = 120
DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

xy = np.repeat([[0, 0], [6, 0], [0, 6]], 40, axis=0) + np.random.default_rng(0).normal(size=(120, 2))
df = pd.DataFrame({"id": [f"k{i}" for i in range(120)], "label": np.repeat(["refund", "card", "fees"], 40)})
m = la.LabelMap(df, xy=xy, label="label", key="id", journal="hosts.sqlite", progress=False)
"""
MARIMO = f"""
import marimo

app = marimo.App()


@app.cell
def _():
{DATA.replace(chr(10), chr(10) + "    ")}
    import marimo as mo

    mo.ui.anywidget(m)
    return


if __name__ == "__main__":
    app.run()
"""


def reopened(folder: Path) -> Any:
    """Return a map of the same data over the journal that the host's kernel wrote."""
    xy = np.repeat([[0, 0], [6, 0], [0, 6]], 40, axis=0) + np.random.default_rng(0).normal(size=(120, 2))
    df = pd.DataFrame({"id": [f"k{i}" for i in range(120)], "label": np.repeat(["refund", "card", "fees"], 40)})
    journal = folder / "hosts.sqlite"
    return la.LabelMap(df, xy=xy, label="label", key="id", journal=journal, progress=False)


def relabel_by_lasso(page: Page, folder: Path, name: str) -> None:
    """Wait for the map, draw a lasso around a few refunds, make them cards by key; the journal must hold it."""
    view = MapDriver(page)
    view.canvas.wait_for(timeout=WAIT_MS)
    page.locator(".la-root[data-status=saved][data-revision='0']").wait_for(timeout=WAIT_MS)
    view.root.scroll_into_view_if_needed()
    view.next_frame()
    before = reopened(folder)
    rows = view.lasso_rows(before.atlas.xy, [0, 1, 2])
    page.locator("[data-fact=selected]", has_text=f"{len(rows)} ").first.wait_for()
    view.root.press("1")  # card, which none of them is
    page.locator(".la-root[data-status=saved][data-revision='1']").wait_for(timeout=WAIT_MS)
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / f"{name}.png")
    after = reopened(folder)
    assert np.flatnonzero(after.labels.codes != before.labels.codes).tolist() == rows.tolist()
    inks = np.asarray(view.picture()).reshape(-1, 3)
    assert len(np.unique(inks, axis=0)) > 20, "points are drawn, not only a ground"
    assert view.root.evaluate("(root) => getComputedStyle(root).borderRadius") == "8px", "the style sheet is there"


def test_notebook_7(lab: LabServer, browser: Browser) -> None:
    folder = lab.work / "notebook7"
    folder.mkdir()
    write_notebook(folder / "work.ipynb", [f"{DATA}\nm"])
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    try:
        page = context.new_page()
        page.goto(f"{lab.url}/notebooks/notebook7/work.ipynb")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached", timeout=WAIT_MS)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.locator(".jp-Notebook.jp-mod-editMode .jp-CodeCell.jp-mod-active .cm-focused").wait_for(timeout=WAIT_MS)
        page.keyboard.press("Shift+Enter")
        relabel_by_lasso(page, folder, "host_notebook7")
    finally:
        context.close()
        lab.close_sessions("notebook7/")


@pytest.fixture
def marimo(tmp_path: Path) -> Iterator[str]:
    """The address of a marimo app over `MARIMO`, in a process of its own."""
    (tmp_path / "app.py").write_text(MARIMO, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--port", str(port), "--no-token"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "python"), os.environ.get("PYTHONPATH", "")]),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "LABELATLAS_CACHE_DIR": str(tmp_path / "cache"),
    }
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    ready = threading.Event()

    def read() -> None:
        for line in process.stdout or ():
            said.append(line)
            if re.search(rf":{port}\b", line):
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(START_SECONDS), "".join(said)
        assert process.poll() is None, "".join(said)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)
        reader.join(30)
        if process.stdout is not None:
            process.stdout.close()


def test_marimo_where_the_view_stands_in_a_shadow_tree(marimo: str, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    try:
        page = context.new_page()
        page.goto(marimo)
        relabel_by_lasso(page, tmp_path, "host_marimo")
        root = MapDriver(page).root
        assert root.evaluate("(root) => root.getRootNode() instanceof ShadowRoot")
        assert root.evaluate("(root) => root.getRootNode().querySelectorAll('style').length") > 0
        assert page.evaluate(
            "() => [...document.styleSheets].every((sheet) => !sheet.ownerNode.textContent.includes('.la-root'))"
        )
    finally:
        context.close()
