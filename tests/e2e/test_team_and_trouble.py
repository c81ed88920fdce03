"""Several authors on one journal, and a journal that cannot be written to, as the page shows them in a real JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

rng = np.random.default_rng(0)
n = 2_400
x, y = np.repeat([[0, 0], [6, 0], [0, 6]], n // 3, axis=0).T + rng.normal(size=(2, n))
df = pd.DataFrame({
    "id": rng.permutation(n) * 7919,
    "label": np.repeat(["refund", "card", "fees"], n // 3).astype(object),
    "x": x,
    "y": y,
})
options = {"label": "label", "key": "id", "xy": ("x", "y"), "journal": "team.sqlite"}
"""
MAP = 'm = la.LabelMap(df, author="ada", **options)\nm'
BOB = """
bob = la.LabelMap(df.copy(), author="bob", **options)
bob.relabel(range(0, 40), "card")
bob.relabel(range(800, 810), "fees")
"""
ADA = """
m.relabel(range(20, 40), "fees")
m.relabel(range(800, 805), "refund")
m.relabel(range(805, 810), "card")
"""
# a limit is of one connection, and whoever reads meanwhile has another: each is told when it is taken
LIMITS = """
from sqlalchemy import event

limits, engine = {}, m.labels._ledger.stream._database.engine

@event.listens_for(engine, "checkout")
def limit(connection, *_):
    for words in limits.values():
        connection.execute(f"PRAGMA {words}")

def pragma(words):
    limits[words.split()[0]] = words
    with engine.connect() as connection:
        answer = connection.exec_driver_sql(f"PRAGMA {words}")
        return answer.scalar() if answer.returns_rows else None
"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP], width=1400, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    opened.execute(LIMITS)
    return opened


@pytest.fixture
def view(page: NotebookPage) -> MapDriver:
    driver = page.map()
    driver.wait_ready()
    return driver


def test_authors_are_compared_in_their_panel_and_where_they_differ_is_selected(
    page: NotebookPage, view: MapDriver
) -> None:
    assert view.root.get_by_role("tab", name="People").count() == 0
    page.execute(BOB)
    page.execute(ADA)
    view.root.get_by_role("tab", name="People").click()
    button = view.root.get_by_role("button", name="Select the 30 rows where authors differ")
    button.wait_for()
    texts = [line.inner_text().split() for line in view.root.locator("[data-author]").all()]
    assert texts == [["bob", "2", "50"], ["ada", "3", "30"]]
    button.press("Enter")
    page.wait_eval("m.selection().tolist()", [*range(20, 40), *range(800, 810)])
    assert page.eval("m.labels.people.disagreements().tolist() == m.selection().tolist()")
    pair = view.root.get_by_role("button", name="bob · ada: what they said")
    pair.press("Enter")
    view.root.locator(".la-confusion tbody tr").first.wait_for()
    cells = [row.inner_text().split() for row in view.root.locator(".la-confusion tbody tr").all()]
    assert cells == [["card", "fees", "20"], ["fees", "card", "5"], ["fees", "refund", "5"]]
    page.screenshot("team_people")
    view.root.get_by_role("tab", name="Labels").click()


def relabel_all(page: NotebookPage, view: MapDriver) -> None:
    page.execute("m.selection(range(n))")
    page.page.wait_for_function("() => document.querySelector('[data-fact=selected]').textContent.startsWith('2,400 ')")
    view.root.focus()
    page.page.keyboard.press("1")


def refused(page: NotebookPage, view: MapDriver, why: str, cure: str, picture: str) -> None:
    """Relabel all rows in a place that does not let us; the page must say so and show the truth again."""
    before = page.eval('df["label"].tolist()')
    counts = [line.inner_text() for line in view.root.locator("[data-label]").all()]
    history = page.eval("len(m.history())")
    relabel_all(page, view)
    banner = view.root.get_by_role("alert")
    banner.wait_for()
    assert why in banner.inner_text()
    assert cure in banner.locator("p").inner_text()
    view.wait_status("saved")
    page.screenshot(picture)
    assert [line.inner_text() for line in view.root.locator("[data-label]").all()] == counts
    assert page.eval('df["label"].tolist()') == before
    assert page.eval("len(m.history())") == history
    banner.get_by_role("button", name="Dismiss").click()
    banner.wait_for(state="detached")


def works_again(page: NotebookPage, view: MapDriver) -> None:
    """Relabel all rows, and find them and all that was saved before in the journal, by a map of the frame as it came in."""
    before, history = page.eval('df["label"].tolist()'), page.eval("len(m.history())")
    revision = view.revision()
    relabel_all(page, view)
    view.wait_status("saved", beyond=revision)
    assert page.eval('df["label"].nunique()') == 1
    assert page.eval("len(m.history())") == history + 1
    revision = view.revision()
    page.page.keyboard.press("Control+z")
    view.wait_status("saved", beyond=revision)
    assert page.eval('df["label"].tolist()') == before
    assert page.eval('la.LabelMap(df.copy(), author="cy", **options).to_frame()["label"].tolist()') == before
    assert page.eval('__import__("labelatlas.journal").journal.Journal("team.sqlite").verify()') == []


def test_a_full_disk_is_told_and_loses_nothing_and_work_goes_on_when_there_is_room(
    page: NotebookPage, view: MapDriver
) -> None:
    page.execute("pragma(f\"max_page_count = {pragma('page_count')}\")")
    refused(page, view, "no space left", "Make room", "trouble_full_disk")
    page.execute('pragma("max_page_count = 1000000")')
    works_again(page, view)


def test_a_read_only_journal_is_told_and_loses_nothing_and_work_goes_on_when_it_is_writable(
    page: NotebookPage, view: MapDriver
) -> None:
    page.execute('pragma("query_only = ON")')
    refused(page, view, "the place is not writable", "a journal you may write", "trouble_read_only")
    page.execute('pragma("query_only = OFF")')
    works_again(page, view)
    assert page.page_errors == []
