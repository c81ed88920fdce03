"""Whole labels, conflicts and other people's gestures, by mouse and keyboard in a real JupyterLab."""

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
middle = np.repeat([[0, 0], [6, 0], [0, 6]], 40, axis=0)
vectors = np.column_stack([middle + rng.normal(size=(120, 2)), rng.normal(size=(120, 6)) / 9]).astype(np.float32)
df = pd.DataFrame({
    "id": [f"k{i}" for i in range(120)],
    "label": np.repeat(["refund", "card", "fees"], 40).astype(object),
    **{f"x{i}": vectors[:, i] for i in range(8)},
})
features = [f"x{i}" for i in range(8)]
"""
MAP = 'm = la.LabelMap(df, features=features, label="label", key="id", journal="team.sqlite", author="ada")\nm'
CHANGED = """
m.relabel([0, 1, 2], "card")
df = df[df["id"] != "k2"].reset_index(drop=True)
df.loc[0, "label"] = "fees"
m = la.LabelMap(df, features=features, label="label", key="id", journal="team.sqlite", author="ada")
m
"""
BOB = """
bob = la.LabelMap(df.copy(), features=features, label="label", key="id", journal="team.sqlite", author="bob")
m.relabel([50, 51], "refund")
bob.relabel([50, 51], "fees")
"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP, CHANGED], width=1400, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


@pytest.fixture
def view(page: NotebookPage) -> MapDriver:
    driver = page.map()
    driver.wait_ready()
    return driver


def act(view: MapDriver, label: str, name: str) -> None:
    view.root.locator("[data-label] .la-name").get_by_text(label, exact=True).click(button="right")
    view.root.get_by_role("menuitem", name=name).click()


def labels(page: NotebookPage) -> dict[str, int]:
    return page.eval('df["label"].value_counts(dropna=False).to_dict()')


def names(view: MapDriver) -> list[str]:
    return [line.inner_text() for line in view.root.locator("[data-label]:not([data-label='-1']) .la-name").all()]


def test_a_label_is_renamed_and_the_old_name_leaves_the_list(page: NotebookPage, view: MapDriver) -> None:
    act(view, "refund", "Rename")
    view.root.get_by_role("textbox", name="New name").fill("money back")
    view.root.get_by_text("Rename “refund” to “money back” on 40 rows?").wait_for()
    before = view.revision()
    page.page.keyboard.press("Enter")
    view.wait_status("saved", beyond=before)
    assert labels(page) == {"money back": 40, "card": 40, "fees": 40}
    assert sorted(names(view)) == ["card", "fees", "money back"]
    before = view.revision()
    page.page.keyboard.press("Control+z")
    view.wait_status("saved", beyond=before)
    assert labels(page) == {"refund": 40, "card": 40, "fees": 40}
    assert sorted(names(view)) == ["card", "fees", "refund"]


def test_a_merge_tells_its_rows_and_is_one_gesture(page: NotebookPage, view: MapDriver) -> None:
    act(view, "fees", "Merge into…")
    view.root.get_by_role("textbox", name="Label to merge into").fill("car")
    page.page.keyboard.press("Enter")
    view.root.get_by_text("Merge 40 rows of “fees” into “card”?").wait_for()
    before = view.revision()
    page.page.keyboard.press("Enter")
    view.wait_status("saved", beyond=before)
    assert labels(page) == {"refund": 40, "card": 80}
    page.screenshot("whole_labels_merged")
    before = view.revision()
    page.page.keyboard.press("Control+z")
    view.wait_status("saved", beyond=before)
    assert labels(page) == {"refund": 40, "card": 40, "fees": 40}


def test_a_label_is_deleted_created_and_coloured(page: NotebookPage, view: MapDriver) -> None:
    act(view, "fees", "Delete")
    view.root.get_by_text("Its 40 rows become unlabelled.").wait_for()
    before = view.revision()
    view.root.get_by_role("button", name="Delete", exact=True).click()
    view.wait_status("saved", beyond=before)
    assert page.eval('int(df["label"].isna().sum())') == 40
    before = view.revision()
    page.page.keyboard.press("Control+z")
    view.wait_status("saved", beyond=before)
    page.page.keyboard.press("/")
    view.root.locator("[data-la-search]:focus").wait_for()
    page.page.keyboard.type("new one")
    page.page.keyboard.press("Enter")
    view.root.locator("[data-label] .la-name").get_by_text("new one", exact=True).wait_for()
    act(view, "card", "Colour")
    view.root.get_by_role("button", name="Colour #228833").click()
    page.wait_eval('dict(enumerate(m.meta.get("colours", []))).get(m.meta["labels"].index("card"))', "#228833")
    view.root.get_by_role("button", name="Done").click()


def test_conflicts_are_settled_in_their_panel(page: NotebookPage) -> None:
    page.run_cell(2)
    view = page.map(1)
    view.wait_ready()
    view.root.get_by_role("button", name="1 conflict").click()
    view.root.locator("[data-key='k0']").wait_for()
    page.screenshot("whole_labels_conflicts")
    view.root.locator("[data-key='k2']").get_by_role("button", name="Frame: let it go").click()
    view.root.locator("[data-key='k2']").wait_for(state="detached")
    view.root.locator("[data-key='k0']").get_by_role("button", name="Keep the journal: card").click()
    view.root.get_by_role("tab", name="Conflicts").wait_for(state="detached")
    assert page.eval('df["label"].iloc[0]') == "card"


def test_what_another_author_changed_is_told_and_shown(page: NotebookPage) -> None:
    view = page.map(1)
    page.execute(BOB)
    view.root.get_by_text("bob changed 2 rows that you had labelled").wait_for(timeout=10_000)
    page.screenshot("whole_labels_notice")
    view.root.get_by_role("button", name="Show", exact=True).click()
    page.wait_eval("m.selection().tolist()", [50, 51])
