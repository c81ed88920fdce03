"""A map that takes a while to be made is seen while it forms; an interrupt loses only the stage at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

DATA = """
import numpy as np, pandas as pd, labelatlas as la
rng = np.random.default_rng(0)
group = rng.integers(0, 6, 12_000)
vectors = ((rng.normal(size=(6, 16)) * 2)[group] + rng.normal(size=(12_000, 16))).astype(np.float32)
df = pd.DataFrame({"id": range(12_000), "label": group.astype(str)})
"""
MAP = """
m = la.LabelMap(df, label="label", key="id", embedding=vectors, journal=None)
m
"""
FORMING = 'img[alt="the map as it forms"]'


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP, MAP], name="forming.ipynb")
    opened.run_cell(0)
    return opened


def test_the_map_is_seen_while_it_forms_and_an_interrupt_leaves_what_was_done(page: NotebookPage) -> None:
    page.start_cell(1)
    shown = page.page.locator(FORMING)
    shown.wait_for()
    first = shown.get_attribute("src")
    page.page.wait_for_function(
        "(first) => document.querySelector('img[alt=\"the map as it forms\"]').src !== first", arg=first
    )
    assert "map" in page.page.locator(".jp-OutputArea-output pre", has_text="left (3 of 4)").last.inner_text()
    page.screenshot("map_forming")
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    page.wait_idle()
    shown.wait_for(state="detached")
    assert page.outputs(1)[-1]["ename"] == "KeyboardInterrupt"
    page.run_cell(2)
    assert page.page.locator(FORMING).count() == 0, "nothing of the making is left"
    page.map().wait_ready()
    xy = np.asarray(page.eval("m.atlas.xy[:50].astype(float).tolist()"))
    assert np.isfinite(xy).all()
    texts = [str(output.get("data", {}).get("text/html", "")) for output in page.outputs(2)]
    assert not any("as it forms" in text for text in texts), "nor saved with the notebook"


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
