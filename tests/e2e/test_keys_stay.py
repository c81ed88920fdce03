"""Keys pressed anywhere in the widget are the widget's: no cell is deleted, cut, run or left, whatever has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

rng = np.random.default_rng(0)
df = pd.DataFrame({
    "id": range(90),
    "label": np.repeat(["refund", "card", "fees"], 30).astype(object),
    "month": np.tile(["may", "june"], 45),
    "text": [f"row {i}" for i in range(90)],
})
xy = np.repeat([[0, 0], [6, 0], [0, 6]], 30, axis=0) + rng.normal(size=(90, 2))
"""
MAP = 'm = la.LabelMap(df, xy=xy, label="label", key="id", domain="month", journal=None)\nm'
# what JupyterLab's command mode would do with them: delete, cut, add a cell, change its type, go to another, run it
KEYS = ("d", "d", "x", "b", "m", "ArrowUp", "k", "Shift+Enter")
STOPS = """(part) => {
  for (const one of document.querySelectorAll('[data-stop]')) delete one.dataset.stop;
  const seen = (one) => one.getClientRects().length > 0 && !one.disabled && one.tabIndex >= 0;
  return [...part.querySelectorAll('button, input, select, [tabindex]')].filter(seen).map((one, i) => {
    one.dataset.stop = String(i);
    return one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40);
  });
}"""
CELLS = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  return [content.widgets.map(({ model }) => [model.type, model.sharedModel.source]), content.activeCellIndex];
}"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP, "'the last cell'"], width=1400, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


@pytest.fixture
def view(page: NotebookPage) -> MapDriver:
    driver = page.map()
    driver.wait_ready()
    return driver


def press_everywhere(page: NotebookPage, part: Locator) -> list[str]:
    """Press the keys of the notebook on each stop of the Tab key in a part; return the names of the stops."""
    before = page.page.evaluate(CELLS)
    names = part.evaluate(STOPS)
    for stop, name in enumerate(names):
        at = page.page.locator(f"[data-stop='{stop}']")
        if at.count() == 0 or not at.is_visible():
            continue  # another's key has closed it
        at.evaluate("(one) => one.focus({ preventScroll: true })")
        for key in KEYS:
            page.page.keyboard.press(key)
        assert page.page.evaluate(CELLS) == before, f"after the keys on {name!r}"
        page.page.keyboard.press("Escape")
    return names


def test_no_key_leaves_the_map_and_its_tools(page: NotebookPage, view: MapDriver) -> None:
    before = page.page.evaluate(CELLS)
    view.root.focus()
    for key in KEYS:
        page.page.keyboard.press(key)
    assert page.page.evaluate(CELLS) == before
    assert len(press_everywhere(page, view.root.locator(".la-map"))) > 12
    assert len(press_everywhere(page, view.root.locator(".la-status"))) > 2
    assert page.page_errors == []


@pytest.mark.parametrize("tab", ["Labels", "Filter", "Review", "Shift", "History"])
def test_no_key_leaves_a_panel(page: NotebookPage, view: MapDriver, tab: str) -> None:
    view.root.get_by_role("tab", name=tab).click()
    names = press_everywhere(page, view.root.locator(".la-tabpanel"))
    assert names or tab == "History"
    assert page.page_errors == []


def test_no_key_leaves_the_rows_the_help_and_the_menus(page: NotebookPage, view: MapDriver) -> None:
    before = page.page.evaluate(CELLS)
    if view.root.locator(".la-dock").count() == 0:
        view.root.focus()
        page.page.keyboard.press("t")
    view.root.locator(".la-table-body [data-row]").first.wait_for()
    for name in ("Columns", "Ways to select", "Save a picture or a page", "Keys"):
        view.root.get_by_role("button", name=name, exact=True).click()
        for key in ("d", "d", "x", "b", "Escape", "d", "d", "x"):
            page.page.keyboard.press(key)
        assert page.page.evaluate("() => document.querySelector('.la-root').contains(document.activeElement)"), name
        assert page.page.evaluate(CELLS) == before, name


def test_ctrl_z_in_the_map_takes_back_a_gesture_and_not_what_was_typed_in_a_cell(
    page: NotebookPage, view: MapDriver
) -> None:
    page.execute("m.relabel([0], 'fees')")
    before = page.page.evaluate(CELLS)
    revision = view.revision()
    view.root.focus()
    page.page.keyboard.press("Control+z")
    view.wait_status("saved", beyond=revision)
    assert page.eval("df['label'][0]") == "refund"
    assert page.page.evaluate(CELLS) == before


def test_a_dead_kernel_is_told_with_what_to_do_and_the_map_stays_to_be_looked_at(
    page: NotebookPage, view: MapDriver
) -> None:
    view.root.get_by_role("tab", name="Labels").click()
    pid = page.eval("__import__('os').getpid()")
    page.kill_kernel(pid)
    view.wait_status("offline")
    strip = view.root.get_by_role("alert").filter(has_text="kernel")
    strip.wait_for()
    assert "Run its cell again" in strip.inner_text()
    assert "Read-only" in view.root.locator(".la-saving").inner_text()
    before = view.canvas.get_attribute("data-view")
    view.root.focus()
    page.page.keyboard.press("+")
    page.page.wait_for_function(
        "(before) => document.querySelector('canvas[data-view]').dataset.view !== before", arg=before
    )
    assert view.root.locator("[data-label='0']").is_disabled()
    page.screenshot("keys_offline")
