"""The extension of JupyterLab by mouse and keyboard: a file opened as a map, the list of maps, the layout after a reload."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from e2e.lab import REPOSITORY
from e2e.lab_page import WAIT_MS, LabPage, choose
from e2e.notebook import show_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext

    from e2e.lab import LabServer
    from e2e.map_driver import MapDriver

# a name that ends strings and tags, wherever it is not put in as text
UGLY = 'it\'s "a" <img src=x onerror=window.broken=1>\\.csv'


@pytest.fixture(scope="module")
def lab_page(lab: LabServer, window: BrowserContext) -> Iterator[LabPage]:
    folder = lab.work / "files"
    folder.mkdir()
    rng = np.random.default_rng(0)
    middle = np.repeat([[0, 0], [6, 0], [0, 6]], 40, axis=0)
    xy = middle + rng.normal(size=(120, 2))
    texts = [f"customer {i} writes about something <b>else</b>" for i in range(120)]
    frame = pd.DataFrame(
        {
            "id": [f"k{i}" for i in range(120)],
            "ticket": texts,
            "intent": np.repeat(["refund", "card", "fees"], 40),
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )
    frame.to_csv(folder / UGLY, index=False)
    frame.drop(columns="ticket").to_parquet(folder / "tickets.parquet")
    page = window.new_page()
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{lab.url}/lab/tree/files?reset")
    opened = LabPage(page, folder)
    opened.wait_shell()
    yield opened
    page.close()
    lab.close_sessions("files/")


CHANGED = [
    {"command": "labelatlas:open", "keys": ["Accel Shift M"], "selector": "body", "disabled": True},
    {"command": "labelatlas:open", "keys": ["Accel Shift Y"], "selector": "body"},
]


def set_shortcuts(lab_page: LabPage, shortcuts: list[dict[str, Any]]) -> None:
    """Write the user's own shortcuts as JupyterLab's settings editor does."""
    lab_page.page.evaluate(
        """(shortcuts) => window.jupyterapp.serviceManager.settings.save(
          '@jupyterlab/shortcuts-extension:shortcuts', JSON.stringify({ shortcuts })
        )""",
        shortcuts,
    )


def press_and_save(lab_page: LabPage, view: MapDriver, key: str) -> None:
    before = view.revision()
    view.root.focus()
    lab_page.page.keyboard.press(key)
    view.wait_status("saved", beyond=before)


def test_the_extension_is_listed_as_enabled_and_of_the_package_own_version() -> None:
    environment = {**os.environ, "JUPYTER_PATH": str(REPOSITORY / "js" / "lab" / "share")}
    command = [sys.executable, "-m", "jupyterlab.labextensions", "list"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    said = re.sub(r"\x1b\[\d+m", "", answer.stdout + answer.stderr)
    version = re.search(r'^version = "(.+?)"', (REPOSITORY / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"labelatlas v{version[1]} enabled OK (python, labelatlas)" in said


def test_a_csv_of_any_name_is_opened_by_open_with(lab_page: LabPage) -> None:
    page = lab_page.page
    page.locator(".jp-DirListing-item", has_text="it's").click(button="right")
    page.locator(".lm-Menu-item", has_text="Open With").hover()
    page.locator(".lm-Menu-item", has_text="Label map").click()
    form = page.locator(".jp-LabelAtlas-form")
    form.wait_for(timeout=WAIT_MS)
    chosen = {name: form.locator(f"select[name='{name}']").input_value() for name in ("Label", "Text", "Key")}
    assert chosen == {"Label": "intent", "Text": "ticket", "Key": "id"}
    assert page.locator(".jp-Dialog-header").inner_text() == f"Label map of {UGLY}"
    lab_page.screenshot("lab_dialog")
    choose(page, "Text", "None")
    choose(page, "Placed by", "The columns x and y")
    page.get_by_role("button", name="Open", exact=True).click()
    view = lab_page.map()
    assert lab_page.eval("len(m.atlas.keys)") == 120
    assert page.evaluate("() => window.broken") is None
    box = view.root.bounding_box()
    assert box is not None
    assert box["height"] > 600, "the map fills its tab"


def test_a_lasso_there_is_journalled_beside_the_file(lab_page: LabPage) -> None:
    view = lab_page.map()
    xy = np.asarray(lab_page.eval("m.atlas.xy.astype(float).tolist()"))
    rows = view.lasso_rows(xy, list(range(3)))
    press_and_save(lab_page, view, "2")
    names = lab_page.eval("[m.labels.names[c] for c in m.labels.codes]")
    assert len({names[row] for row in rows}) == 1
    assert (lab_page.folder / "labelatlas.sqlite").exists()
    lab_page.screenshot("lab_file_light")


def test_the_side_panel_lists_the_map_and_says_that_it_is_saved(lab_page: LabPage) -> None:
    page = lab_page.page
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").fill("open label maps")
    page.keyboard.press("Enter")
    line = page.locator(".jp-LabelAtlas-maps li")
    line.wait_for()
    assert line.inner_text().split("\n") == [UGLY, "120 rows · saved"]
    lab_page.screenshot("lab_panel")
    page.locator(".lm-TabBar-tab", has_text="Launcher").click()
    page.locator(".jp-Launcher:visible").wait_for()
    line.click()
    lab_page.map()


def test_the_corrected_copy_is_saved_by_key_and_the_file_is_left_alone(lab_page: LabPage) -> None:
    page = lab_page.page
    given = (lab_page.folder / UGLY).read_bytes()
    lab_page.map().root.focus()
    page.keyboard.press("Control+s")
    field = page.locator(".jp-Dialog input")
    field.wait_for()
    assert field.input_value() == UGLY.replace(".csv", ".corrected.csv")
    field.fill(UGLY)
    page.keyboard.press("Enter")
    page.get_by_text("the copy needs a name of its own").wait_for()
    page.keyboard.press("Enter")
    page.locator(".jp-Dialog").wait_for(state="detached")
    lab_page.map().root.focus()
    page.keyboard.press("Control+s")
    field.fill("fixed.csv")
    page.keyboard.press("Enter")
    page.get_by_text("The corrected copy is saved as fixed.csv.").first.wait_for()
    assert (lab_page.folder / UGLY).read_bytes() == given
    wanted = lab_page.eval("[m.labels.names[c] for c in m.labels.codes]")
    assert pd.read_csv(lab_page.folder / "fixed.csv")["intent"].tolist() == wanted


def test_in_the_dark_theme_the_tab_and_the_panel_are_dark(lab_page: LabPage) -> None:
    show_theme(lab_page.page, "dark")
    lab_page.map()
    for selector in (".jp-LabelAtlas", ".jp-LabelAtlas-maps", ".la-root"):
        ground = lab_page.page.locator(selector).first.evaluate("(one) => getComputedStyle(one).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 80, (selector, ground)
    lab_page.page.evaluate("() => void jupyterapp.commands.execute('labelatlas:choose-columns')")
    lab_page.page.locator(".jp-LabelAtlas-form").wait_for(timeout=WAIT_MS)
    lab_page.screenshot("lab_dialog_dark")
    lab_page.page.keyboard.press("Escape")
    lab_page.page.locator(".jp-Dialog").wait_for(state="detached")
    lab_page.page.get_by_role("button", name="Choose the columns…").wait_for(state="hidden")
    lab_page.map()
    lab_page.screenshot("lab_file_dark")
    show_theme(lab_page.page, "light")


def test_after_a_reload_the_map_stands_where_it_was(lab_page: LabPage) -> None:
    wanted = lab_page.eval("m.labels.codes.tolist()")
    set_shortcuts(lab_page, CHANGED)
    lab_page.page.reload()
    lab_page.wait_shell()
    lab_page.map()
    assert lab_page.eval("m.labels.codes.tolist()") == wanted
    assert lab_page.page.locator(".jp-Dialog").count() == 0


def test_a_shortcut_that_a_person_has_changed_is_the_one_that_works(lab_page: LabPage) -> None:
    page = lab_page.page
    page.locator(".jp-LabelAtlas:visible").wait_for()
    page.keyboard.press("Control+Shift+M")
    page.keyboard.press("Control+Shift+Y")
    page.locator(".jp-Dialog-header", has_text="Open as a label map").wait_for()
    assert page.locator(".jp-Dialog").count() == 1, "the old keys do nothing"
    page.keyboard.press("Escape")
    page.locator(".jp-Dialog").wait_for(state="detached")
    set_shortcuts(lab_page, [])


def test_after_a_restart_of_its_kernel_the_map_comes_back_by_itself(lab_page: LabPage) -> None:
    wanted = lab_page.eval("m.labels.codes.tolist()")
    lab_page.map().root.evaluate("(root) => root.classList.add('of-the-old-kernel')")
    lab_page.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()")
    lab_page.page.locator(".of-the-old-kernel").wait_for(state="detached", timeout=WAIT_MS)
    lab_page.map()
    assert lab_page.eval("m.labels.codes.tolist()") == wanted


def test_a_card_in_the_launcher_asks_for_a_file(lab_page: LabPage) -> None:
    page = lab_page.page
    # the last reload may have come before JupyterLab had remembered that the panel was open
    page.evaluate("() => window.jupyterapp.shell.activateById('labelatlas-maps')")
    page.evaluate("() => window.jupyterapp.commands.execute('launcher:create', { cwd: 'files' })")
    page.locator(".jp-LauncherCard:visible", has_text="Label Map").click()
    dialog = page.locator(".jp-Dialog")
    dialog.locator(".jp-DirListing-item", has_text="tickets.parquet").wait_for()
    assert dialog.locator(".jp-DirListing-item", has_text="sqlite").count() == 0
    lab_page.screenshot("lab_launcher_card")
    dialog.locator(".jp-DirListing-item", has_text="tickets.parquet").click()
    dialog.get_by_role("button", name=re.compile("Open|Select")).click()
    page.locator(".jp-LabelAtlas-form").wait_for(timeout=WAIT_MS)
    choose(page, "Placed by", "The columns x and y")
    page.get_by_role("button", name="Open", exact=True).click()
    page.locator(".jp-LabelAtlas-maps li", has_text="tickets.parquet").get_by_text("saved").wait_for(timeout=WAIT_MS)
    page.evaluate(
        """() => {
          const { shell } = window.jupyterapp;
          for (const widget of [...shell.widgets('main')]) if (widget !== shell.currentWidget) widget.close();
        }"""
    )
    line = page.locator(".jp-LabelAtlas-maps li")
    line.filter(has_text="it's").wait_for(state="detached")
    assert line.count() == 1, "what is closed is listed no more"
    show_theme(lab_page.page, "dark")
    lab_page.map()
    page.mouse.move(700, 860)
    lab_page.screenshot("lab_extension")
    show_theme(lab_page.page, "light")
    assert lab_page.errors == []


def test_what_sqlite_keeps_beside_a_journal_is_not_listed_and_the_journal_is(lab: LabServer) -> None:
    folder = lab.work / "journals"
    folder.mkdir()
    names = ["labels.sqlite", "labels.sqlite-shm", "labels.sqlite-wal", "notes.txt"]
    for name in names:
        (folder / name).touch()
    with urllib.request.urlopen(f"{lab.url}/api/contents/journals") as answer:  # noqa: S310 - our own server
        listed = {entry["name"] for entry in json.load(answer)["content"]}
    assert listed == {"labels.sqlite", "notes.txt"}
