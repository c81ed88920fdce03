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
