"""Files that are no tables, and columns that cannot be what was chosen: told in words, with a way on; no name of theirs is markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from e2e.lab_page import WAIT_MS, LabPage, choose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Locator

    from e2e.lab import LabServer

MARKUP = "<img src=x onerror=window.broken=1>"
N = 2_100  # more than are looked at before the columns are chosen


@pytest.fixture(scope="module")
def lab_page(lab: LabServer, window: BrowserContext) -> Iterator[LabPage]:
    folder = lab.work / "trouble"
    folder.mkdir()
    (folder / "broken.parquet").write_bytes(b"this is no parquet file")
    frame = pd.DataFrame(
        {
            "id": [f"k{i}" for i in range(N - 1)] + ["k0"],
            MARKUP: ["refund", "card", "fees"] * (N // 3),
            "x": [i % 50 for i in range(N)],
            "y": [i // 50 for i in range(N)],
        }
    )
    frame.to_csv(folder / "twice.csv", index=False)
    page = window.new_page()
    page.set_viewport_size({"width": 1300, "height": 860})
    page.goto(f"{lab.url}/lab/tree/trouble?reset")
    opened = LabPage(page, folder)
    opened.wait_shell()
    yield opened
    page.close()
    lab.close_sessions("trouble/")


def open_with(lab_page: LabPage, name: str) -> Locator:
    """Open a file as a label map; return where its tab says what is the matter."""
    page = lab_page.page
    page.locator(".jp-DirListing-item", has_text=name).click(button="right")
    page.locator(".lm-Menu-item", has_text="Open With").hover()
    page.locator(".lm-Menu-item", has_text="Label map").click()
    return page.locator(".jp-LabelAtlas:visible > [role=status]")


def test_a_file_that_cannot_be_read_says_why_and_is_tried_again_once_it_can(lab_page: LabPage) -> None:
    said = open_with(lab_page, "broken.parquet")
    again = lab_page.page.get_by_role("button", name="Choose the columns…")
    again.wait_for(timeout=WAIT_MS)
    assert "broken.parquet" in said.inner_text()
    assert "Traceback" not in said.inner_text()
    assert lab_page.page.locator(".jp-Dialog").count() == 0
    lab_page.screenshot("lab_unreadable")
    frame = pd.read_csv(lab_page.folder / "twice.csv").drop_duplicates("id")
    frame.to_parquet(lab_page.folder / "broken.parquet")
    again.click()
    lab_page.page.locator(".jp-LabelAtlas-form").wait_for(timeout=WAIT_MS)
    lab_page.page.keyboard.press("Escape")
    lab_page.page.locator(".jp-Dialog").wait_for(state="detached")
    assert said.inner_text() == "Not opened: no columns were chosen."


def test_a_choice_that_does_not_hold_says_so_with_the_cure_and_another_one_is_made(lab_page: LabPage) -> None:
    page = lab_page.page
    said = open_with(lab_page, "twice.csv")
    form = page.locator(".jp-LabelAtlas-form")
    form.wait_for(timeout=WAIT_MS)
    assert form.locator("select[name='Label']").input_value() == MARKUP
    choose(page, "Placed by", "The columns x and y")
    choose(page, "Key", "id")
    page.get_by_role("button", name="Open", exact=True).click()
    again = page.get_by_role("button", name="Choose the columns…")
    again.wait_for(timeout=WAIT_MS)
    assert "k0" in said.inner_text()
    assert "Hint:" in said.inner_text()
    lab_page.screenshot("lab_bad_choice")
    again.click()
    form.wait_for(timeout=WAIT_MS)
    assert form.locator("select[name='Key']").input_value() == "id", "what was chosen before is offered again"
    choose(page, "Key", "None: by their content")
    choose(page, "Text", "id")
    page.get_by_role("button", name="Open", exact=True).click()
    view = lab_page.map()
    assert lab_page.eval("len(m.atlas.keys)") == N
    view.root.get_by_label("Colour by").focus()
    view.root.get_by_label("Colour by").locator("option", has_text=MARKUP).wait_for(state="attached")
    assert page.evaluate("() => window.broken ?? null") is None
    assert lab_page.errors == []
