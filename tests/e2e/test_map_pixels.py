"""What the map draws, looked at pixel by pixel in a browser: the whole widget over a kernel in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from e2e.harness_page import build_page, open_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.map_driver import MapDriver

N = 300
GROUND = (255, 255, 255)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_page(tmp_path_factory.mktemp("page"))


@pytest.fixture
def opened(browser: Browser, script: Path) -> Iterator[tuple[Page, MapDriver]]:
    page, driver = open_page(browser, script, f"n={N}&labels=300")
    driver.root.focus()
    page.keyboard.press("n")  # names would cover the rows
    yield page, driver
    page.context.close()


def places(page: Page) -> Any:
    return np.asarray(page.evaluate("() => Array.from(window.data.xy)"), dtype=np.float64).reshape(-1, 2)


def lonely(xy: Any) -> list[int]:
    """Return the rows by how far their next neighbour is, the loneliest first: nothing else is drawn there."""
    away = np.linalg.norm(xy[:, None] - xy[None, :], axis=2) + np.diag(np.full(len(xy), np.inf))
    return np.argsort(-away.min(axis=1)).tolist()


def say(page: Page, rows: list[int], code: int) -> None:
    """Have the kernel give rows a label."""
    page.evaluate(
        """([rows, code]) => {
          const at = Uint32Array.from(rows);
          const buffers = [at, new Uint16Array(rows.length).fill(code), new Uint8Array(rows.length)];
          const revision = Number(document.querySelector(".la-root").dataset.revision) + 1;
          window.kernel.model.say({ kind: "patch", revision, width: "u16" }, buffers);
        }""",
        [sorted(rows), code],
    )


def rgb(hex_colour: str) -> Any:
    return np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)])


def palette(page: Page) -> list[str]:
    return page.evaluate("() => [...window.data.palette]")


def near(seen: Any, wanted: Any) -> bool:
    """Return whether a colour is the wanted one, drawn over white with some weight."""
    seen, wanted = np.asarray(seen, dtype=float), np.asarray(wanted, dtype=float)
    weight = (255 - seen).sum() / max(1.0, (255 - wanted).sum())
    return 0.5 < weight < 1.1 and np.abs((255 - seen) / max(weight, 1e-6) - (255 - wanted)).max() < 30


def test_a_relabelled_row_has_the_colour_of_its_label_and_row_0_like_any_other(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    rows = sorted({0, *lonely(xy)[:4]})
    for code in (3, 258):  # also beyond 256 labels
        say(page, rows, code)
        seen = view.colors(xy, rows)
        colour = rgb(palette(page)[code % len(palette(page))])
        assert [near(one, colour) for one in seen[1:]] == [True] * (len(rows) - 1), (code, seen, colour)


def test_row_0_can_be_picked(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    page.evaluate("() => window.kernel.model.say({kind: 'view', fly: 'u32'}, [Uint32Array.of(0)])")
    page.wait_for_function(
        """([x, y]) => {
          const canvas = document.querySelector("canvas[data-view]");
          const [sx, sy, tx, ty] = canvas.dataset.view.split(",").map(Number);
          return Math.hypot(x * sx + tx - canvas.clientWidth / 2, y * sy + ty - canvas.clientHeight / 2) < 1;
        }""",
        arg=xy[0].tolist(),
    )
    box, (x, y) = view.box(), view.to_canvas(xy)[0]
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_function("() => document.querySelector('.la-chip b')?.textContent === '1'")
    assert page.evaluate("() => window.kernel.model.get('selection_summary').count") == 1
    view.hover(xy, 0)
    view.root.locator(".la-card[data-row='0']").wait_for()


def test_a_hidden_label_is_not_drawn_and_one_shown_alone_leaves_the_rest_grey(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    first, second = lonely(xy)[:2]
    say(page, [first], 1)
    say(page, [second], 2)
    shown = {
        "turn": 1,
        "by": "label",
        "column": None,
        "hidden": [1],
        "isolated": [],
        "score": None,
        "score_column": None,
        "size": False,
        "weight": False,
        "linked": False,
    }
    page.evaluate("(shown) => window.kernel.model.set('shown', shown)", shown)
    hidden, drawn = view.colors(xy, [first, second])
    assert tuple(hidden) == GROUND
    assert near(drawn, rgb(palette(page)[2]))
    page.evaluate(
        "(shown) => window.kernel.model.set('shown', shown)", shown | {"turn": 2, "hidden": [], "isolated": [1]}
    )
    alone, grey = view.colors(xy, [first, second])
    assert near(alone, rgb(palette(page)[1]))
    assert int(np.ptp(grey.astype(int))) < 12
    assert tuple(grey) != GROUND


def test_what_is_not_selected_is_faint_and_what_is_has_a_ring(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    first, second = lonely(xy)[:2]
    before = view.colors(xy, [first, second]).astype(int)
    page.evaluate(
        "(row) => window.kernel.model.say({kind: 'select', rows: 'u32', how: 'api', origin: 'k'}, [Uint32Array.of(row)])",
        first,
    )
    view.root.locator(".la-chip").wait_for()
    after = view.colors(xy, [first, second]).astype(int)
    assert (255 - after[0]).sum() >= (255 - before[0]).sum()
    assert (255 - after[1]).sum() < 0.6 * (255 - before[1]).sum()
    pixels = np.asarray(view.picture()).astype(int)
    x, y = np.rint(view.to_canvas(xy)[first]).astype(int)
    around = pixels[y - 9 : y + 10, x - 9 : x + 10].sum(axis=2)
    assert around.min() < after[0].sum() - 60  # the ring is darker than the disc


def test_colours_can_follow_something_else_and_come_back(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    rows = lonely(xy)[:6]
    say(page, rows, 5)
    page.get_by_label("Colour by").select_option("cluster")
    page.locator(".la-legend-names").wait_for()
    seen = view.colors(xy, rows)
    assert [near(one, rgb(palette(page)[row % 3])) for row, one in zip(rows, seen, strict=True)] == [True] * 6
    page.get_by_label("Colour by").select_option("label")
    page.locator(".la-legend-names").wait_for(state="detached")
    assert all(near(one, rgb(palette(page)[5])) for one in view.colors(xy, rows))


def test_a_lost_context_comes_back_with_everything_on_it(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    row = lonely(xy)[0]
    say(page, [row], 4)
    page.get_by_label("Colour by").select_option("cluster")
    page.locator(".la-legend-names").wait_for()
    before = view.colors(xy, [row])
    page.evaluate(
        """() => new Promise((done) => {
          const canvas = document.querySelector("canvas[data-view]");
          const way = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
          canvas.addEventListener("webglcontextrestored", () => setTimeout(done), { once: true });
          canvas.addEventListener("webglcontextlost", () => setTimeout(() => way.restoreContext(), 50), { once: true });
          way.loseContext();
        })"""
    )
    view.next_frame()
    assert np.abs(view.colors(xy, [row]).astype(int) - before.astype(int)).max() < 8


def test_brush_and_polygon_and_box_select_what_they_touch(opened: tuple[Page, MapDriver]) -> None:
    page, view = opened
    xy = places(page)
    points = view.to_canvas(xy)
    box = view.box()
    row = lonely(xy)[0]
    count = "(wanted) => (document.querySelector('.la-chip b')?.textContent ?? '0') === String(wanted)"
    page.keyboard.press("r")
    page.mouse.click(box["x"] + points[row][0], box["y"] + points[row][1])
    reach = np.linalg.norm(points - np.rint(points[row] + [box["x"], box["y"]]) + [box["x"], box["y"]], axis=1)
    page.wait_for_function(count, arg=int((reach <= 24).sum()))
    page.keyboard.press("p")
    for corner in points[row] + np.array([[-14, -14], [14, -14], [14, 14], [-14, 14]]):
        page.mouse.click(box["x"] + corner[0], box["y"] + corner[1])
    page.keyboard.press("Enter")
    inside = (np.abs(points - points[row]) <= 14).all(axis=1).sum()
    page.wait_for_function(count, arg=int(inside))
    page.keyboard.press("i")
    page.wait_for_function(count, arg=int(N - inside))
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('.la-chip') === null")
