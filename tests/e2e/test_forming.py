"""A map that takes a while to be made forms in its own view and becomes the map there; a cancel loses only the stage at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from e2e.map_driver import WAIT_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

DATA = """
import numpy as np, pandas as pd, labelatlas as la
rng = np.random.default_rng(0)
group = rng.integers(0, 6, 20_000)
vectors = ((rng.normal(size=(6, 16)) * 2)[group] + rng.normal(size=(20_000, 16))).astype(np.float32)
df = pd.DataFrame({"id": range(20_000), "label": group.astype(str)})
"""
MAP = """
m = la.LabelMap(df, label="label", key="id", embedding=vectors, journal=None)
m
"""
UNSHOWN = """
other = la.LabelMap(df, label="label", key="id", embedding=vectors[:, ::-1] ** 3, journal=None)
print("made")
"""
STOPPED = "gone = la.LabelMap(df, label='label', key='id', embedding=vectors ** 2, journal=None)"
SEE = "(index) => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')"
ROOT = ".la-root[data-status]"
COUNT_FRAMES = """() => {
  window.framesSeen = 0;
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.iopubMessage.connect((_, message) => {
    if (message.content.data?.content?.kind === 'frame') window.framesSeen += 1;
  });
}"""
MODELS = """(index) => window.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON()
  .map((output) => output.data?.['application/vnd.jupyter.widget-view+json']?.model_id).filter(Boolean)"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP, UNSHOWN, STOPPED], name="forming.ipynb")
    opened.run_cell(0)
    return opened


def test_the_map_forms_in_its_own_view_and_takes_its_place(page: NotebookPage) -> None:
    page.page.evaluate(COUNT_FRAMES)
    page.start_cell(1)
    root = page.page.locator(ROOT)
    bar = root.locator(".la-making", has_text=" left (3 of 4)")
    bar.wait_for(timeout=WAIT_MS)
    assert root.get_attribute("data-status") == "loading", "nothing can be edited yet"
    root.evaluate("(root) => { root.dataset.markedByTest = 'it'; }")
    page.page.wait_for_function("() => window.framesSeen >= 2", timeout=WAIT_MS)
    page.screenshot("map_forming")
    view = page.map()
    view.wait_status("saved")
    view.wait_ready()
    assert bar.count() == 0
    assert root.count() == 1, "shown once, though the cell ends with it"
    assert root.get_attribute("data-marked-by-test") == "it", "and it is the same element"
    assert page.page.evaluate(MODELS, 1) == [page.eval("m.model_id")]
    assert page.eval("m.forming") == {}
    xy = np.asarray(page.eval("m.atlas.xy.astype(float).tolist()"))
    drawn, box = view.to_canvas(xy), view.box()
    assert (drawn >= 0).all(), "all of it is in sight"
    assert (drawn <= [box["width"], box["height"]]).all()
    page.screenshot("map_formed")
    rows = view.lasso_rows(xy, [int(np.argmin(xy[:, 0]))])
    page.wait_eval("m.selection().tolist()", rows.tolist())
    assert page.page_errors == []


def test_a_slider_cuts_the_map_into_more_or_fewer_clusters_at_once(page: NotebookPage) -> None:
    view = page.map()
    view.wait_ready()
    view.root.get_by_label("Colour by").select_option("cluster")
    slider = view.root.get_by_label("Number of clusters")
    slider.wait_for()
    assert int(slider.get_attribute("max") or 0) == page.eval("m.atlas.tree.n_leaves")
    names = view.root.locator(".la-legend-names li")
    for level in (2, 4):
        slider.fill(str(level))
        expected = page.eval(f"len(set(m.atlas.clusters_at({level}).tolist()) - {{-1}})")
        page.page.wait_for_function(
            "([root, n]) => root.getAttribute('aria-valuetext').startsWith(n + ' of')",
            arg=[slider.element_handle(), str(expected)],
        )
        assert names.count() in (expected, expected + 1), "and a line for rows of none"
    slider.focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.wait_for_function(
        "(slider) => !slider.getAttribute('aria-valuetext').startsWith('4 of')", arg=slider.element_handle()
    )
    page.screenshot("cluster_level")


def test_a_map_that_its_cell_does_not_show_goes_when_the_cell_ends(page: NotebookPage) -> None:
    before = page.page.locator(ROOT).count()
    page.page.evaluate(SEE, 2)
    page.start_cell(2)
    page.page.wait_for_function(
        "([root, n]) => document.querySelectorAll(root).length > n", arg=[ROOT, before], timeout=WAIT_MS
    )
    page.page.wait_for_function(
        "([root, n]) => document.querySelectorAll(root).length === n", arg=[ROOT, before], timeout=WAIT_MS
    )
    assert page.output_text(2).strip() == "made"
    assert page.page.evaluate(MODELS, 2) == []


def test_a_making_that_is_stopped_leaves_what_was_done_and_a_sentence(page: NotebookPage) -> None:
    page.page.evaluate(SEE, 3)
    page.start_cell(3)
    root = page.page.locator(ROOT).filter(has=page.page.locator(".la-making"))
    root.locator(".la-making", has_text="(3 of 4)").wait_for(timeout=WAIT_MS)
    root.get_by_role("button", name="Stop", exact=True).click()
    root.wait_for(state="detached", timeout=WAIT_MS)
    page.page.locator(".jp-Cell").nth(3).get_by_text("[4]:", exact=True).wait_for(timeout=WAIT_MS)
    assert page.outputs(3)[-1]["ename"] == "KeyboardInterrupt"
    assert "The map was stopped at: map. Run the cell again" in page.output_text(3)
    assert page.page.evaluate(MODELS, 3) == [], "no view of a map that is not there"
