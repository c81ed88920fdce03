"""The shift panel in a real JupyterLab: two quarters of support tickets, their mix side by side, and the rows behind a bar.

The tests go on where the one before stopped, as a person does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.notebook import OUT, show_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
THEMES = ["light", "dark"]
DATA = f"""
import sys
sys.path.insert(0, {str(EXAMPLES)!r})
from tickets import make_tickets

import labelatlas as la

df = make_tickets(n=1000).rename(columns={{"intent": "label"}})
df["quarter"] = df["created"].dt.quarter.map("2025 Q{{}}".format)
"""
MAP = 'm = la.LabelMap(df, text="text", label="label", key="ticket", domain="quarter", journal=None)\nm'
ESTIMATE_MS = 120_000


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP], width=1360, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


@pytest.fixture(scope="module")
def view(page: NotebookPage) -> MapDriver:
    driver = page.map()
    driver.root.get_by_role("tab", name="Shift").click()
    wait_estimate(driver, "2025 Q1", "2025 Q4")
    return driver


def bar(view: MapDriver, name: str, source: str, target: str) -> Locator:
    return view.root.locator(f'.la-shift-row[aria-label^="{name}: "][aria-label*=" in {source}, "]').and_(
        view.root.locator(f'[aria-label*=" in {target}. "]')
    )


def wait_estimate(view: MapDriver, source: str, target: str) -> None:
    settled = f'.la-shift[data-working="false"]:has(.la-shift-row[aria-label*=" in {source}, "][aria-label*=" in {target}. "])'
    view.root.locator(settled).wait_for(timeout=ESTIMATE_MS)


def told(page: NotebookPage, name: str, source: str, target: str) -> str:
    """Return what a bar must be called, by what Python says; its estimate stays behind as `found`."""
    page.execute(f"found = m.label_shift({source!r}, {target!r})")
    share, now = page.eval(f"found.to_frame().set_index('label').loc[{name!r}, ['source', 'target']].tolist()")
    return f"{name}: {share:.1%} in {source}, {now:.1%} in {target}. Select its rows there"


def test_the_first_and_the_last_quarter_are_compared_with_a_verdict(page: NotebookPage, view: MapDriver) -> None:
    first = view.root.locator(".la-shift-row").first
    assert first.locator(".la-whisker").count() == 1
    name = first.locator(".la-name").inner_text()
    assert first.get_attribute("aria-label") == told(page, name, "2025 Q1", "2025 Q4")
    assert name == page.eval("found.names[abs(found.change).argmax()]"), "what changed most stands first"
    words = {
        "pure label shift": "Nothing else seems to have changed",
        "new content": "nothing in 2025 Q1",
        "features changed": "do not rely on these shares",
    }
    assert words[page.eval("found.verdict.kind")] in view.root.locator(".la-shift-verdict").inner_text()


@pytest.mark.parametrize("theme", THEMES)
def test_the_panel_is_shown_in_the_theme_of_the_notebook(page: NotebookPage, view: MapDriver, theme: str) -> None:
    show_theme(page.page, theme)
    view.next_frame()
    OUT.mkdir(exist_ok=True)
    view.root.screenshot(path=OUT / f"shift_{theme}.png")
    colours = view.root.locator(".la-shift-source").first.evaluate(
        "(bar) => [getComputedStyle(bar).backgroundColor, getComputedStyle(bar.closest('.la-panel')).color]"
    )
    assert len(set(colours)) == 2, "a bar is not drawn in the colour of the text"


def changed_most(page: NotebookPage, source: str, target: str) -> str:
    """Return the class that stands first: the list has only those lines that are in sight."""
    page.execute(f"found = m.label_shift({source!r}, {target!r})")
    return page.eval("found.names[abs(found.change).argmax()]")


def test_another_source_and_target_are_picked(page: NotebookPage, view: MapDriver) -> None:
    view.root.get_by_label("Target", exact=True).select_option("2025 Q3")
    wait_estimate(view, "2025 Q1", "2025 Q3")
    view.root.get_by_label("Source", exact=True).select_option("2025 Q2")
    wait_estimate(view, "2025 Q2", "2025 Q3")
    name = changed_most(page, "2025 Q2", "2025 Q3")
    view.root.get_by_role("button", name=told(page, name, "2025 Q2", "2025 Q3"), exact=True).wait_for()


def test_a_press_on_a_class_selects_its_rows_in_the_target(page: NotebookPage, view: MapDriver) -> None:
    name = changed_most(page, "2025 Q2", "2025 Q3")
    bar(view, name, "2025 Q2", "2025 Q3").click()
    wanted = page.eval(f"[r for r in range(len(df)) if df.quarter[r] == '2025 Q3' and df.label[r] == {name!r}]")
    assert wanted
    page.wait_eval("m.selection().tolist()", wanted)
    bar(view, name, "2025 Q2", "2025 Q3").locator(".la-shift-own").wait_for()


def test_a_relabel_is_estimated_again(page: NotebookPage, view: MapDriver) -> None:
    name = changed_most(page, "2025 Q2", "2025 Q3")
    before = told(page, name, "2025 Q2", "2025 Q3")
    page.execute(
        f"rows = [r for r in range(len(df)) if df.quarter[r] == '2025 Q2' and df.label[r] != {name!r}][:4]\n"
        f"m.relabel(rows, {name!r})"
    )
    after = told(page, name, "2025 Q2", "2025 Q3")
    assert after != before
    view.root.get_by_role("button", name=after, exact=True).wait_for(timeout=ESTIMATE_MS)
    OUT.mkdir(exist_ok=True)
    view.root.screenshot(path=OUT / "shift_relabelled.png")
    assert page.page_errors == []


def test_all_quarters_in_order_show_where_the_mix_changed_and_lead_to_their_rows(
    page: NotebookPage, view: MapDriver
) -> None:
    view.root.get_by_role("button", name="Over time").click()
    view.root.locator('.la-shift[data-working="false"] .la-drift-row').first.wait_for(timeout=ESTIMATE_MS)
    page.execute("drift = m.label_shift().to_frame().set_index(['basis', 'label', 'period'])['share']")
    share = page.eval("drift['predictions', 'login_problem', '2025 Q3']")
    view.root.get_by_role("button", name=f"login_problem in 2025 Q3: {share:.1%}. Select its rows there").click()
    page.wait_eval(
        "m.selection().tolist()",
        page.eval("[r for r in range(len(df)) if df.quarter[r] == '2025 Q3' and df.label[r] == 'login_problem']"),
    )
    for theme in THEMES:
        show_theme(page.page, theme)
        view.next_frame()
        view.root.screenshot(path=OUT / f"drift_{theme}.png")
    view.root.get_by_role("button", name="Two domains").click()
    wait_estimate(view, "2025 Q2", "2025 Q3")
    assert page.page_errors == []
