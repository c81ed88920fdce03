"""Ways to select and what colours mean, with mouse and keyboard in a real JupyterLab over a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
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
xy = np.concatenate([rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 12])
df = pd.DataFrame({
    "id": range(120),
    "label": ["left"] * 60 + ["right"] * 60,
    "price": np.linspace(1, 5, 120),
    "month": ["may", "june", "july"] * 40,
})
"""
MAP = 'm = la.LabelMap(df, label="label", key="id", xy=xy, n_neighbors=6)\nm'


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP], width=1400, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


@pytest.fixture
def view(page: NotebookPage) -> MapDriver:
    driver = page.map()
    driver.wait_ready()
    page.execute("m.selection([])")
    page.page.wait_for_function("() => document.querySelector('.la-chip') === null")
    driver.root.focus()
    return driver


def choose(page: NotebookPage, view: MapDriver, name: str) -> None:
    view.root.get_by_role("button", name="Ways to select").click()
    view.root.get_by_role("menuitem", name=name).click()


def select(page: NotebookPage, rows: Any) -> None:
    page.execute(f"m.selection({list(rows)})")
    page.page.locator(".la-chip").wait_for()


def test_the_chip_says_how_well_a_selection_holds_together_and_gives_the_stragglers(
    page: NotebookPage, view: MapDriver
) -> None:
    select(page, [*range(60), 119])
    told = view.root.locator(".la-cohesion")
    told.wait_for()
    assert float(told.get_attribute("data-inside") or 0) > 0.9
    view.root.locator("[data-stragglers]").click()
    page.wait_eval("m.selection().tolist()", [119])
    page.screenshot("map_stragglers")


def test_the_menu_inverts_grows_and_shrinks_over_the_true_neighbours(page: NotebookPage, view: MapDriver) -> None:
    select(page, [0, 1])
    choose(page, view, "Grow by neighbours")
    grown = page.eval("sorted({0, 1} | set(m.atlas.neighbors.indices[[0, 1]].ravel().tolist()))")
    page.wait_eval("m.selection().tolist()", grown)
    view.root.focus()
    page.page.keyboard.press("i")
    page.wait_eval("m.selection().tolist()", np.setdiff1d(np.arange(120), grown).tolist())
    choose(page, view, "All rows")
    page.wait_eval("len(m.selection())", 120)
    choose(page, view, "Shrink by neighbours")
    page.wait_eval("len(m.selection())", 120)


def test_a_selection_is_kept_under_a_name_and_comes_back(page: NotebookPage, view: MapDriver) -> None:
    select(page, [3, 4])
    choose(page, view, "Keep under a name…")
    field = view.root.get_by_label("Name of the selection")
    field.fill("<i>odd</i>")
    field.press("Enter")
    page.wait_eval("m.selections.names()", {"<i>odd</i>": 2})
    page.execute("m.selection([])")
    choose(page, view, "<i>odd</i> (2 rows)")
    page.wait_eval("m.selection().tolist()", [3, 4])


def test_colours_follow_a_column_chosen_on_the_page_or_in_python(page: NotebookPage, view: MapDriver) -> None:
    chosen = view.root.get_by_label("Colour by")
    chosen.focus()
    chosen.locator("option[value='column:month']").wait_for(state="attached")
    chosen.select_option("column:month")
    view.root.locator(".la-legend-names li").first.wait_for()
    assert view.root.locator(".la-legend-names li").all_inner_texts() == ["may\n40", "june\n40", "july\n40"]
    page.execute('m.view.colour(column="price")')
    view.root.locator(".la-scale").wait_for()
    assert view.root.locator(".la-scale span").all_inner_texts() == ["1", "5"]
    page.screenshot("map_colours")
    page.execute("m.view.colour()")
    view.root.locator(".la-scale").wait_for(state="detached")


def test_keys_walk_the_map_and_fit_the_selection(page: NotebookPage, view: MapDriver) -> None:
    def seen() -> list[float]:
        return [float(part) for part in (view.canvas.get_attribute("data-view") or "").split(",")]

    moved = "(before) => document.querySelector('canvas[data-view]').dataset.view !== before"
    home = seen()
    for key in ("ArrowLeft", "+", "-"):
        before = view.canvas.get_attribute("data-view")
        page.page.keyboard.press(key)
        page.page.wait_for_function(moved, arg=before)
    select(page, range(60))
    view.root.focus()
    page.page.keyboard.press("f")
    rows = np.asarray(page.eval("m.atlas.xy[:60].astype(float).tolist()"))
    middle = (rows.min(axis=0) + rows.max(axis=0)) / 2
    page.page.wait_for_function(
        """([x, y]) => {
          const canvas = document.querySelector("canvas[data-view]");
          const [sx, sy, tx, ty] = canvas.dataset.view.split(",").map(Number);
          return Math.hypot(x * sx + tx - canvas.clientWidth / 2, y * sy + ty - canvas.clientHeight / 2) < 2;
        }""",
        arg=middle.tolist(),
    )
    assert seen()[0] > home[0]
    page.page.keyboard.press("0")
    page.page.wait_for_function(
        "(scale) => Math.abs(Number(document.querySelector('canvas[data-view]').dataset.view.split(',')[0]) - scale) < 1e-3",
        arg=home[0],
    )


def wait_names(page: NotebookPage, wanted: set[str]) -> None:
    page.page.wait_for_function(
        """(wanted) => {
          const names = [...document.querySelectorAll(".la-names span")].map((one) => one.textContent);
          return names.length === wanted.length && wanted.every((name) => names.includes(name));
        }""",
        arg=sorted(wanted),
    )


def test_names_and_contours_come_and_go_by_key(page: NotebookPage, view: MapDriver) -> None:
    wait_names(page, {"left", "right"})
    page.page.keyboard.press("n")
    wait_names(page, set())
    page.page.keyboard.press("n")
    wait_names(page, {"left", "right"})
    lines = view.root.locator(".la-contours path")
    assert lines.count() == 0
    page.page.keyboard.press("c")
    lines.first.wait_for(state="attached")
    page.screenshot("map_contours")
    page.page.keyboard.press("c")
    lines.first.wait_for(state="detached")


def test_the_minimap_stands_while_one_is_near_and_a_press_on_it_goes_there(page: NotebookPage, view: MapDriver) -> None:
    minimap = view.root.locator(".la-minimap")
    assert not minimap.is_visible()
    for _ in range(4):
        page.page.keyboard.press("+")
    minimap.wait_for()
    xy = np.asarray(page.eval("m.atlas.xy.astype(float).tolist()"))
    low, high = xy.min(axis=0), xy.max(axis=0)
    span = 2 * 0.53 * (high - low).max()
    for rows in (slice(0, 60), slice(60, 120)):
        place = xy[rows].mean(axis=0)
        across, up = (place - (low + high) / 2) / span + 0.5
        box = minimap.bounding_box()
        assert box is not None
        page.page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
        reach = 2 * span / box["width"]  # of two pixels of the small picture
        page.page.wait_for_function(
            """([x, y, reach]) => {
              const canvas = document.querySelector("canvas[data-view]");
              const [sx, sy, tx, ty] = canvas.dataset.view.split(",").map(Number);
              return Math.hypot((canvas.clientWidth / 2 - tx) / sx - x, (canvas.clientHeight / 2 - ty) / sy - y) < reach;
            }""",
            arg=[*place.tolist(), reach],
        )
    page.screenshot("map_minimap")
    view.root.focus()
    page.page.keyboard.press("0")
    minimap.wait_for(state="hidden")


def test_clusters_are_named_on_the_map_and_renamed_after_a_relabel(page: NotebookPage, view: MapDriver) -> None:
    clusters = np.asarray(page.eval("m.atlas.clusters.tolist()"))
    assert clusters.max() == 1
    view.root.get_by_label("Colour by").select_option("cluster")
    wait_names(page, {"left", "right"})
    page.execute("m.relabel([*range(60)], 'right')")
    wait_names(page, {"right (0)", "right (1)"})
    page.execute("m.undo()")
    view.root.get_by_label("Colour by").select_option("label")
    wait_names(page, {"left", "right"})


def test_points_are_scaled_by_a_column_chosen_on_the_page(page: NotebookPage, view: MapDriver) -> None:
    xy = np.asarray(page.eval("m.atlas.xy.astype(float).tolist()"))

    def inked(rows: slice) -> int:
        points = view.to_canvas(xy)[rows]
        (x0, y0), (x1, y1) = np.floor(points.min(axis=0)).astype(int), np.ceil(points.max(axis=0)).astype(int)
        pixels = np.asarray(view.picture())[max(0, y0) : y1, max(0, x0) : x1].astype(int)
        return int((np.ptp(pixels, axis=2) > 40).sum())

    page.page.keyboard.press("n")
    wait_names(page, set())
    before = inked(slice(0, 60)) / inked(slice(60, 120))
    chosen = view.root.get_by_label("Scale by")
    chosen.focus()
    chosen.locator("option[value='column:price']").wait_for(state="attached")
    assert chosen.locator("option[value='column:month']").count() == 0
    chosen.select_option("column:price")
    view.root.get_by_role("group", name="What price changes").wait_for()
    view.next_frame()
    after = inked(slice(0, 60)) / inked(slice(60, 120))
    assert after < 0.6 * before  # the prices of the first rows are the low ones
    view.root.get_by_label("opacity").check()
    page.screenshot("map_scaled")
    chosen.select_option("")
    view.root.locator(".la-legend-ways").wait_for(state="detached")
    view.root.focus()
    page.page.keyboard.press("n")
