"""Other hands and other screens: fingers, a trackpad, two pixels a point, still motion, forced colours, a narrow place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from e2e.harness_page import barriers, build_page, open_page
from e2e.notebook import OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

    from e2e.map_driver import MapDriver

    Open = Callable[..., tuple[Page, MapDriver]]

QUERY = "n=600"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_page(tmp_path_factory.mktemp("page"))


@pytest.fixture
def opened(browser: Browser, script: Path) -> Iterator[Open]:
    pages: list[Page] = []

    def open_here(query: str = QUERY, **options: Any) -> tuple[Page, MapDriver]:
        page, view = open_page(browser, script, query, **options)
        pages.append(page)
        return page, view

    yield open_here
    for page in pages:
        page.context.close()


def looks(view: MapDriver) -> list[float]:
    """Return how the canvas says that it looks at the world: sx, sy, tx, ty."""
    return [float(part) for part in (view.canvas.get_attribute("data-view") or "").split(",")]


def world(view: MapDriver, at: Sequence[float]) -> Any:
    scale_x, scale_y, shift_x, shift_y = looks(view)
    return np.array([(at[0] - shift_x) / scale_x, (at[1] - shift_y) / scale_y])


def fingers(page: Page, way: CDPSession, kind: str, *at: Sequence[float]) -> None:
    """Put fingers down, move or lift them, at places of the window."""
    points = [{"x": float(x), "y": float(y), "id": i} for i, (x, y) in enumerate(at)]
    way.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")


def test_two_fingers_that_part_zoom_in_around_their_middle_and_select_nothing(opened: Open) -> None:
    page, view = opened(reader={"has_touch": True})
    way = page.context.new_cdp_session(page)
    box = view.box()
    x, y = box["width"] / 2 + 40, box["height"] / 2 - 20
    left, top = box["x"], box["y"]
    before, scale = world(view, (x, y)), looks(view)[0]
    fingers(page, way, "touchStart", (left + x - 40, top + y))
    fingers(page, way, "touchStart", (left + x - 40, top + y), (left + x + 40, top + y))
    for reach in (50, 60, 70, 80):
        fingers(page, way, "touchMove", (left + x - reach, top + y), (left + x + reach, top + y))
    fingers(page, way, "touchEnd")
    view.next_frame()
    assert looks(view)[0] == pytest.approx(2 * scale, rel=0.01)
    assert np.abs(world(view, (x, y)) - before).max() * looks(view)[0] < 1.5, (
        "what lay between the fingers lies there still"
    )
    assert view.root.locator(".la-chip").count() == 0
    fingers(page, way, "touchStart", (left + x - 80, top + y), (left + x + 80, top + y))
    fingers(page, way, "touchMove", (left + x - 50, top + y + 30), (left + x + 110, top + y + 30))
    fingers(page, way, "touchEnd")
    view.next_frame()
    assert np.abs(world(view, (x + 30, y + 30)) - before).max() * looks(view)[0] < 1.5, (
        "fingers side by side move the map"
    )


def test_one_finger_draws_a_lasso_and_a_tap_picks_a_row(opened: Open) -> None:
    page, view = opened(reader={"has_touch": True})
    way = page.context.new_cdp_session(page)
    box = view.box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corners = [(x - 90, y - 90), (x, y - 100), (x + 90, y - 90), (x + 90, y + 90), (x - 90, y + 90)]
    fingers(page, way, "touchStart", corners[0])
    for corner in corners[1:]:
        fingers(page, way, "touchMove", corner)
    fingers(page, way, "touchEnd")
    view.root.locator(".la-chip").wait_for()
    assert int(view.root.locator(".la-chip b").inner_text()) > 1


def test_a_pinch_of_a_trackpad_zooms_the_map_and_not_the_page(opened: Open) -> None:
    page, view = opened()
    box = view.box()
    at = (box["width"] / 2 + 60, box["height"] / 2 + 30)
    before, scale = world(view, at), looks(view)[0]
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    page.keyboard.down("Control")  # a browser tells a pinch as a wheel with Ctrl
    for _ in range(4):
        page.mouse.wheel(0, -20)
    page.keyboard.up("Control")
    page.wait_for_function(
        "(scale) => Number(document.querySelector('canvas[data-view]').dataset.view.split(',')[0]) > 1.5 * scale",
        arg=scale,
    )
    view.next_frame()
    assert np.abs(world(view, at) - before).max() * looks(view)[0] < 1.5, "what lies under the pointer stays there"
    assert page.evaluate("() => [window.visualViewport.scale, window.scrollY]") == [1, 0]


def test_a_wheel_scrolls_the_page_until_the_map_has_the_focus(opened: Open) -> None:
    page, view = opened(height=420)
    box, scale = view.box(), looks(view)[0]
    page.mouse.move(box["x"] + 200, box["y"] + 120)
    page.mouse.wheel(0, 60)
    page.wait_for_function("() => window.scrollY > 0")
    assert looks(view)[0] == scale
    view.root.focus()
    page.mouse.wheel(0, -60)
    page.wait_for_function(
        "(scale) => Number(document.querySelector('canvas[data-view]').dataset.view.split(',')[0]) > scale", arg=scale
    )


def test_a_fine_screen_is_drawn_in_all_its_pixels_and_hit_where_it_shows(opened: Open) -> None:
    page, view = opened(reader={"device_scale_factor": 2})
    sizes = view.canvas.evaluate("(canvas) => [canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight]")
    assert sizes == pytest.approx([2, 2], abs=0.01)
    xy = np.asarray(page.evaluate("() => Array.from(window.data.xy)")).reshape(-1, 2)
    away = np.linalg.norm(xy[:, None] - xy[None, :], axis=2) + np.diag(np.full(len(xy), np.inf))
    row = int(away.min(axis=1).argmax())
    view.hover(xy, row)
    view.root.locator(f".la-card[data-row='{row}']").wait_for()
    rows = view.lasso_rows(xy, range(3))
    view.root.locator(".la-chip").wait_for()
    assert view.root.locator(".la-chip b").inner_text() == f"{len(rows):,}"
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / "screen_fine.png")


def test_a_reader_who_wants_no_motion_is_brought_there_at_once(opened: Open) -> None:
    page, view = opened(reader={"reduced_motion": "reduce"})
    scale = looks(view)[0]
    view.root.focus()
    page.keyboard.press("+")
    view.next_frame()
    assert looks(view)[0] == pytest.approx(1.5 * scale, rel=1e-3), "one press, one frame"
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".la-root *")].filter((one) => {
          const { animationName, transitionDuration } = getComputedStyle(one);
          return animationName !== "none" || Number.parseFloat(transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_everything_is_there_and_the_points_keep_theirs(opened: Open, scheme: str) -> None:
    page, view = opened(
        f"{QUERY}&trouble", dark=scheme == "dark", reader={"forced_colors": "active", "color_scheme": scheme}
    )
    assert page.evaluate("() => matchMedia('(forced-colors: active)').matches")
    xy = np.asarray(page.evaluate("() => Array.from(window.data.xy)")).reshape(-1, 2)
    view.root.focus()
    page.keyboard.press("n")
    colours = {tuple(colour) for colour in view.colors(xy, range(0, 600, 20)).tolist()}
    assert len(colours) > 8, "labels stay apart"
    pressed = view.root.locator(".la-toolbar [aria-pressed='true']").first
    assert pressed.evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid", (
        "not told by a colour alone"
    )
    tab = view.root.get_by_role("tab", name="Filter")
    page.keyboard.press("Tab")
    tab.focus()
    assert tab.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / f"screen_forced_{scheme}.png")
    assert barriers(page) == []


def test_at_400_pixels_nothing_sticks_out_and_nothing_covers_the_map(opened: Open) -> None:
    page, view = opened(width=400, height=900)
    box = view.box()
    view.lasso([[60, 140], [300, 140], [300, 330], [60, 330]])
    view.root.locator(".la-chip").wait_for()
    legend = view.root.locator(".la-legend").bounding_box()
    assert legend is not None
    assert legend["height"] < 80, "the legend is as high as its lines"
    for name in ("Ways to select", "Save a picture or a page"):
        view.root.get_by_role("button", name=name).click()
        menu = view.root.get_by_role("menu").bounding_box()
        assert menu is not None
        assert box["x"] <= menu["x"]
        assert menu["x"] + menu["width"] <= box["x"] + box["width"]
        page.keyboard.press("Escape")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / "screen_narrow.png")


def test_the_last_buttons_and_tabs_are_in_reach_however_narrow_the_place(opened: Open) -> None:
    _, view = opened(width=260, height=900)
    root = view.root.bounding_box()
    assert root is not None
    ends = [*view.root.locator(".la-status-acts button").all(), *view.root.locator(".la-side [role=tab]").all()]
    assert len(ends) > 3
    for control in ends:
        box = control.bounding_box()
        assert box is not None
        assert root["x"] <= box["x"], control.text_content()
        assert box["x"] + box["width"] <= root["x"] + root["width"], control.text_content()


def test_names_that_are_hard_to_show_are_shown_as_they_are_written(opened: Open) -> None:
    page, view = opened("n=600&ugly")
    assert page.evaluate("() => window.hacked ?? null") is None
    names = page.evaluate("() => [...window.data.labels]")
    shown = [line.text_content() for line in view.root.locator("[data-label]:not([data-label='-1']) .la-name").all()]
    assert shown == names
    side = view.root.locator(".la-side").bounding_box()
    assert side is not None
    for line in view.root.locator(".la-line").all():
        box = line.bounding_box()
        assert box is not None
        assert box["height"] < 40, "one line each"
        assert box["x"] + box["width"] <= side["x"] + side["width"] + 1
    xy = np.asarray(page.evaluate("() => Array.from(window.data.xy)")).reshape(-1, 2)
    view.hover(xy, 0)
    view.root.locator(".la-card").wait_for()
    view.root.locator(".la-card dt").first.wait_for()
    assert [head.text_content() for head in view.root.locator(".la-card dt").all()] == names, "columns of these names"
    card, box = view.root.locator(".la-card").bounding_box(), view.box()
    assert card is not None
    assert box["y"] <= card["y"]
    assert card["y"] + card["height"] <= box["y"] + box["height"]
    assert view.root.locator(".la-card").evaluate("(card) => card.scrollWidth <= card.clientWidth")
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / "screen_ugly.png")
    view.root.focus()
    page.keyboard.press("t")
    view.root.locator(".la-table-body [data-row]").first.wait_for()
    view.root.get_by_role("tab", name="Filter").click()
    chosen = view.root.get_by_label("Filter by a column").bounding_box()
    assert chosen is not None
    assert chosen["x"] + chosen["width"] <= side["x"] + side["width"]
    page.screenshot(path=OUT / "screen_ugly_rows.png")
    assert page.evaluate("() => window.hacked ?? null") is None
    assert view.root.locator("img[src='x'], script").count() == 0


def test_rows_on_one_spot_are_drawn_selected_and_hovered(opened: Open) -> None:
    page, view = opened("n=50&same")
    box = view.box()
    x, y = view.to_canvas([[2.0, 2.0]])[0]
    assert 0 < x < box["width"]
    assert 0 < y < box["height"]
    view.lasso([[x - 40, y - 40], [x + 40, y - 40], [x + 40, y + 40], [x - 40, y + 40]])
    view.root.locator(".la-chip").wait_for()
    assert view.root.locator(".la-chip b").inner_text() == "50"
    for key in ("0", "f", "+", "c", "n"):
        page.keyboard.press(key)
    view.next_frame()
    assert all(np.isfinite(looks(view)))
