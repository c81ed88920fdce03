"""Every panel, menu and sheet, one after the other: looked at by axe in light and in dark, and kept as a picture to be looked at."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from e2e.harness_page import barriers, build_page, open_page
from e2e.notebook import OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.map_driver import MapDriver

Step = tuple["Page", "MapDriver"]
QUERY = "n=400&trouble&domain&pictures"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_page(tmp_path_factory.mktemp("page"))


def around_the_middle(_: Page, view: MapDriver) -> None:
    box = view.box()
    x, y = box["width"] / 2, box["height"] / 2
    view.lasso([[x - 110, y - 90], [x + 110, y - 90], [x + 110, y + 90], [x - 110, y + 90]])
    view.root.locator(".la-chip").wait_for()


def tab(name: str, shown: str) -> Callable[[Page, MapDriver], None]:
    def step(_: Page, view: MapDriver) -> None:
        view.root.get_by_role("tab", name=re.compile(f"^{name}")).click()
        view.root.locator(shown).first.wait_for()

    return step


def keys(pressed: str, shown: str) -> Callable[[Page, MapDriver], None]:
    def step(page: Page, view: MapDriver) -> None:
        view.root.focus()
        page.keyboard.press(pressed)
        view.root.locator(shown).first.wait_for()

    return step


def button(name: str, shown: str) -> Callable[[Page, MapDriver], None]:
    def step(_: Page, view: MapDriver) -> None:
        view.root.get_by_role("button", name=name, exact=True).click()
        view.root.locator(shown).first.wait_for()

    return step


def label_menu(_: Page, view: MapDriver) -> None:
    view.root.locator("[data-label='1']").click(button="right")
    view.root.locator("[role=menu]").wait_for()


def act(name: str) -> Callable[[Page, MapDriver], None]:
    def step(page: Page, view: MapDriver) -> None:
        label_menu(page, view)
        view.root.get_by_role("menuitem", name=name).click()
        view.root.locator(".la-sheet").wait_for()

    return step


def relabel(page: Page, view: MapDriver) -> None:
    around_the_middle(page, view)
    before = view.revision()
    page.keyboard.press("1")
    view.wait_status("saved", beyond=before)


def find_suspects(_: Page, view: MapDriver) -> None:
    view.root.get_by_role("tab", name="Review").click()
    view.root.get_by_role("button", name="Find suspects").click()
    view.root.locator(".la-verdicts button").first.wait_for()


def filter_by(column: str) -> Callable[[Page, MapDriver], None]:
    def step(_: Page, view: MapDriver) -> None:
        view.root.get_by_label("Filter by a column").select_option(column)
        view.root.locator(f"[data-facet={column}]").wait_for()

    return step


def colour_by(by: str) -> Callable[[Page, MapDriver], None]:
    def step(_: Page, view: MapDriver) -> None:
        view.root.get_by_label("Colour by").select_option(by)
        view.root.locator(".la-legend-names, .la-scale").first.wait_for()

    return step


STEPS: dict[str, Callable[[Page, MapDriver], None]] = {
    "labels": tab("Labels", "[data-label]"),
    "selection": around_the_middle,
    "ways_to_select": button("Ways to select", "[role=menu]"),
    "export_menu": button("Save a picture or a page", "[role=menu]"),
    "label_menu": label_menu,
    "rename": act("Rename"),
    "merge": act("Merge into…"),
    "colour": act("Colour"),
    "delete": act("Delete"),
    "colours": colour_by("cluster"),
    "filter": tab("Filter", "[data-la-row-search]"),
    "filter_numbers": filter_by("price"),
    "filter_ticks": filter_by("kind"),
    "review": find_suspects,
    "shift": tab("Shift", ".la-shift-row"),
    "relabelled": relabel,
    "history": tab("History", "[data-gesture]"),
    "people": tab("People", "[data-author]"),
    "conflicts": tab("Conflicts", "[data-key]"),
    "table": keys("t", ".la-table-body [data-row]"),
    "gallery": keys("g", ".la-picture img"),
    "help": keys("Shift+?", ".la-help"),
}
LEAVES = {"ways_to_select", "export_menu", "label_menu", "rename", "merge", "colour", "delete"}


@pytest.fixture(params=["light", "dark"])
def opened(request: pytest.FixtureRequest, browser: Browser, script: Path) -> Iterator[tuple[str, Page, MapDriver]]:
    page, view = open_page(browser, script, QUERY, dark=request.param == "dark", height=900)
    yield request.param, page, view
    page.context.close()


def test_axe_finds_nothing_serious_in_any_panel_menu_or_sheet(opened: tuple[str, Page, MapDriver]) -> None:
    theme, page, view = opened
    OUT.mkdir(exist_ok=True)
    found: dict[str, object] = {}
    for name, step in STEPS.items():
        step(page, view)
        view.next_frame()
        page.screenshot(path=OUT / f"panel_{name}_{theme}.png")
        # the dark view differs by its colours alone
        if serious := barriers(page, ["color-contrast"] if theme == "dark" else ()):
            found[name] = serious
        if name in LEAVES:
            page.keyboard.press("Escape")
            view.root.locator("[role=menu], .la-sheet").wait_for(state="detached")
    assert found == {}, json.dumps(found, indent=1)


def press_in(list_name: str, name: str) -> Callable[[Page, MapDriver], None]:
    def step(_: Page, view: MapDriver) -> None:
        view.root.locator(list_name).get_by_role("button", name=re.compile(name)).first.click()

    return step


def fly_by_the_menu(page: Page, view: MapDriver) -> None:
    label_menu(page, view)
    view.root.get_by_role("menuitem", name="Fly to its rows").click()


def walk_the_rows(page: Page, view: MapDriver) -> None:
    view.root.get_by_role("grid", name="Rows").focus()
    page.keyboard.press("ArrowDown")


def open_picture(_: Page, view: MapDriver) -> None:
    view.root.locator(".la-picture").first.click()


FLIGHTS: dict[str, tuple[Callable[[Page, MapDriver], None], Callable[[Page, MapDriver], None]]] = {
    "labels": (tab("Labels", "[data-label]"), fly_by_the_menu),
    "history": (tab("History", "[data-gesture]"), press_in("[data-gesture]", "^Show the ")),
    "people": (tab("People", "[data-author]"), press_in(".la-people", "where authors differ")),
    "conflicts": (tab("Conflicts", "[data-key]"), press_in(".la-conflict", "Show it$")),
    "table": (keys("t", ".la-table-body [data-row]"), walk_the_rows),
    "gallery": (keys("g", ".la-picture img"), open_picture),
}


def test_every_list_brings_its_rows_into_sight(browser: Browser, script: Path) -> None:
    page, view = open_page(browser, script, QUERY, height=900, reader={"reduced_motion": "reduce"})
    relabel(page, view)
    for step, act in FLIGHTS.values():
        step(page, view)
        view.root.focus()
        page.keyboard.press("0")
        view.next_frame()
        home = view.canvas.get_attribute("data-view")
        act(page, view)
        page.wait_for_function("(home) => document.querySelector('canvas[data-view]').dataset.view !== home", arg=home)
    page.context.close()
