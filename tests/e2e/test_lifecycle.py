"""Nothing is lost: twenty maps in one notebook, a lost context, a tab behind another, a reload; and no serious barrier for anybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from e2e.harness_page import barriers
from e2e.notebook import show_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

N_MAPS = 20
DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

xy = np.repeat([[0, 0], [6, 0], [0, 6]], 40, axis=0) + np.random.default_rng(0).normal(size=(120, 2))

def show():
    df = pd.DataFrame({"id": [f"k{i}" for i in range(120)], "label": np.repeat(["refund", "card", "fees"], 40)})
    return la.LabelMap(df, xy=xy, label="label", key="id", journal=None, progress=False, height=420)

m = show()
"""
# how many colours the middle of a canvas shows: one where nothing is drawn
INKS = """(canvas) => {
  const copy = document.createElement('canvas');
  copy.width = canvas.width; copy.height = canvas.height;
  const pen = copy.getContext('2d');
  pen.drawImage(canvas, 0, 0);
  const seen = new Set(new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer));
  return seen.size;
}"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, "m", *["show()"] * (N_MAPS - 1)], name="maps.ipynb")
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


def wait_drawn(page: NotebookPage, index: int = 0) -> None:
    page.page.wait_for_function(
        f"""(index) => {{
          const canvas = document.querySelectorAll('.la-root')[index]?.querySelector('canvas[data-view]');
          return canvas != null && ({INKS})(canvas) > 10;
        }}""",
        arg=index,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: NotebookPage, theme: str) -> None:
    show_theme(page.page, theme)
    view = page.map()
    view.wait_ready()
    assert barriers(page.page) == []


def test_a_lost_context_comes_back_with_the_points(page: NotebookPage) -> None:
    canvas = page.map().canvas
    assert canvas.evaluate(INKS) > 10
    canvas.evaluate(
        """async (canvas) => {
          const gl = canvas.getContext('webgl2');
          const way = gl.getExtension('WEBGL_lose_context');
          const told = new Promise((done) => canvas.addEventListener('webglcontextlost', done, { once: true }));
          way.loseContext();
          await told;
          const back = new Promise((done) => canvas.addEventListener('webglcontextrestored', done, { once: true }));
          setTimeout(() => way.restoreContext());
          await back;
        }"""
    )
    page.map().next_frame()
    page.map().next_frame()
    assert canvas.evaluate(INKS) > 10


def test_twenty_maps_in_one_notebook_all_draw_when_looked_at(page: NotebookPage) -> None:
    for index in range(2, N_MAPS + 1):
        page.run_cell(index)
    for index in [*range(N_MAPS), 0]:
        view = page.map(index)
        view.root.scroll_into_view_if_needed()
        view.wait_status("saved")
        wait_drawn(page, index)
    assert page.page_errors == []


def test_a_map_behind_another_tab_hears_of_an_edit_and_shows_it_when_it_is_in_front_again(page: NotebookPage) -> None:
    view = page.map()
    before = view.revision()
    page.page.evaluate(
        """async () => {
          const { shell, commands } = window.jupyterapp;
          window.kept = shell.currentWidget;
          await commands.execute('launcher:create', {});
        }"""
    )
    assert not view.canvas.is_visible()
    page.page.evaluate("() => jupyterapp.shell.activateById(window.kept.id)")
    page.execute("m.relabel([5], 'fees')")
    view.wait_status("saved", beyond=before)
    wait_drawn(page)
    assert view.canvas.is_visible()


@pytest.mark.parametrize("kind", ["png", "svg", "html"])
def test_the_page_hands_the_map_to_the_browser_as_a_file(page: NotebookPage, kind: str) -> None:
    root = page.map().root
    root.get_by_label("Colour by").select_option("cluster")
    root.locator(".la-legend-names").wait_for()
    root.get_by_role("button", name="Save a picture or a page").click()
    name = {"png": "Picture (PNG)", "svg": "Picture (SVG)", "html": "Page to share"}[kind]
    if kind == "html":
        root.get_by_role("menuitem", name="kB").wait_for()  # the size is said before
    with page.page.expect_download() as waiting:
        root.get_by_role("menuitem", name=name).click()
    assert waiting.value.suggested_filename == f"label-map.{kind}"
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith({"png": b"\x89PNG\r\n", "svg": b"<svg", "html": b"<!doctype html>"}[kind])
    assert len(content) > 2_000
    if kind == "svg":
        assert ">cluster</text>" in content.decode(), "the legend says what the colours follow"
    root.get_by_label("Colour by").select_option("label")


def test_after_a_browser_reload_the_map_of_a_living_kernel_is_back_and_takes_edits(
    notebook: Callable[..., NotebookPage],
) -> None:
    # With the state of twenty maps a slow machine needs more than the 2 s for which ipywidgets' `get_model` waits; it then says
    # "model not found" although the models have come meanwhile, and our picture stands beneath.
    page = notebook([DATA, "m"], name="reload.ipynb")
    page.run_all()
    page.map().wait_ready()
    page.execute("m.relabel([0, 1], 'card')")
    page.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    wanted = page.eval("m.labels.codes.tolist()")
    page.page.reload()
    page.page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session != null")
    view = page.map()
    view.root.scroll_into_view_if_needed(timeout=120_000)  # JupyterLab lays out what is in sight
    view.wait_ready()
    wait_drawn(page)
    assert page.eval("m.labels.codes.tolist()") == wanted
    page.screenshot("lifecycle_reloaded")
    assert not page.page.locator(".jp-Cell").nth(1).locator(".labelatlas-still").is_visible()
    xy = np.asarray(page.eval("m.atlas.xy.astype(float).tolist()"))
    rows = view.lasso_rows(xy, [80, 81])
    before = view.revision()
    page.page.keyboard.press("1")
    view.wait_status("saved", beyond=before)
    assert {page.eval("[m.labels.names[code] for code in m.labels.codes]")[row] for row in rows} == {"card"}
    assert page.page_errors == []
