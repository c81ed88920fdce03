"""Two maps of the same rows in one notebook, joined: what is done in one is seen in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

rng = np.random.default_rng(0)
xy = np.concatenate([rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 12])
df = pd.DataFrame({"id": range(120), "label": ["left"] * 60 + ["right"] * 60})
turned = np.column_stack([-xy[:, 1], xy[:, 0]])
options = dict(label="label", key="id", sync="manual", dataset="rows", height=320)
one = la.LabelMap(df, xy=xy, **options)
two = la.LabelMap(df, xy=turned, **options)
part = one.view.link(two)
"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, "one", "two"], width=1400, height=1200)
    for cell in range(3):
        opened.run_cell(cell)
    for index in range(2):
        opened.map(index).wait_ready()
    return opened


def test_a_lasso_in_one_selects_in_the_other(page: NotebookPage) -> None:
    one, two = page.map(0), page.map(1)
    one.root.scroll_into_view_if_needed()
    xy = np.asarray(page.eval("one.atlas.xy.astype(float).tolist()"))
    rows = one.lasso_rows(xy, range(60))
    assert {*range(60)} <= {*rows.tolist()}
    two.root.locator(".la-chip").wait_for()
    page.wait_eval("two.selection().tolist()", rows.tolist())
    assert two.root.locator(".la-chip b").inner_text() == str(len(rows))
    page.screenshot("map_linked")


def test_a_row_that_is_pointed_at_has_a_ring_in_the_other(page: NotebookPage) -> None:
    one, two = page.map(0), page.map(1)
    page.execute("one.selection([])")
    one.root.scroll_into_view_if_needed()
    xy = np.asarray(page.eval("one.atlas.xy.astype(float).tolist()"))
    away = np.linalg.norm(xy[:, None] - xy[None, :], axis=2) + np.diag(np.full(len(xy), np.inf))
    row = int(away.min(axis=1).argmax())
    one.hover(xy, row)
    ring = two.root.locator(".la-ring")
    ring.wait_for(state="attached")
    turned = np.asarray(page.eval("two.atlas.xy.astype(float).tolist()"))
    where = [float(ring.get_attribute(name) or "nan") for name in ("cx", "cy")]
    assert np.abs(two.to_canvas(turned)[row] - where).max() < 1
    box = one.box()
    page.page.mouse.move(box["x"] + 2, box["y"] + box["height"] - 2)
    ring.wait_for(state="detached")


def test_each_has_colours_of_its_own(page: NotebookPage) -> None:
    one, two = page.map(0), page.map(1)
    one.root.get_by_label("Colour by").select_option("cluster")
    one.root.locator(".la-legend-names").wait_for()
    page.execute('two.view.colour("edited")')
    two.root.get_by_text("as it came").wait_for()
    assert one.root.get_by_label("Colour by").input_value() == "cluster"
    assert two.root.get_by_label("Colour by").input_value() == "edited"
    page.execute("two.view.colour()")
    one.root.get_by_label("Colour by").select_option("label")


def test_a_relabel_in_one_is_drawn_in_the_other_and_undone_there(page: NotebookPage) -> None:
    one, two = page.map(0), page.map(1)
    revisions = one.revision(), two.revision()
    page.execute("one.relabel([0, 1, 2], 'right')")
    for view, revision in zip((one, two), revisions, strict=True):
        view.wait_status("saved", beyond=revision)
    page.wait_eval("[two.labels.names[c] for c in two.labels.codes[:3]]", ["right"] * 3)
    two.root.focus()
    page.page.keyboard.press("Control+z")
    page.wait_eval("[one.labels.names[c] for c in one.labels.codes[:3]]", ["left"] * 3)
    page.execute("part()")
