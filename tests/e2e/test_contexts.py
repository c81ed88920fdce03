"""What a view takes of the browser it gives back: nodes, listeners and graphics contexts, counted by the browser itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.harness_page import build_page, open_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

    from e2e.map_driver import MapDriver

MOUNTS = 20
ALLOWED = 16  # contexts that Chromium lets one page have; it takes the oldest away from who asks for more
WAIT_MS = 60_000
COUNT = """() => {
  window.contexts = [];
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    const before = window.contexts.some((one) => one.deref()?.canvas === this);
    const context = real.call(this, kind, ...more);
    if (kind === "webgl2" && context !== null && !before) window.contexts.push(new WeakRef(context));
    return context;
  };
  window.held = () => window.contexts.map((one) => one.deref()).filter((gl) => gl !== undefined && !gl.isContextLost());
  window.frame = () => new Promise((done) => requestAnimationFrame(done));
}"""
COME_AND_GO = """async (mounts) => {
  for (let turn = 0; turn < mounts; turn++) {
    const el = document.createElement("div");
    document.body.prepend(el);
    const before = window.contexts.length;
    const dispose = window.made.render({ model: window.kernel.model, el });
    while (window.contexts.length === before) await window.frame();
    await window.frame();
    dispose();
    if (el.childNodes.length > 0) return "a node is left in the host's element";
    el.remove();
  }
  return window.contexts.length;
}"""
MANY = """(maps) => {
  for (let turn = 0; turn < maps; turn++) {
    const el = document.createElement("div");
    el.className = "of-many";
    document.body.append(el);
    window.made.render({ model: window.kernel.model, el });
  }
}"""
DRAWN = """(index) => {
  const canvas = document.querySelectorAll(".of-many .la-canvas")[index];
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext("2d");
  pen.drawImage(canvas, 0, 0);
  return new Set(new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer)).size > 10;
}"""
# how many opaque colours the points have, to a few shades
INKS = """() => {
  const canvas = document.querySelector(".of-many .la-canvas");
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext("2d");
  pen.drawImage(canvas, 0, 0);
  const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
  const inks = new Map();
  for (let i = 0; i < bytes.length; i += 4) {
    if (bytes[i + 3] < 200) continue;
    const ink = [...bytes.slice(i, i + 3)].map((part) => part >> 5).join();
    inks.set(ink, (inks.get(ink) ?? 0) + 1);
  }
  return [...inks.values()].filter((count) => count > 20).length;
}"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_page(tmp_path_factory.mktemp("page"))


@pytest.fixture
def opened(browser: Browser, script: Path) -> Iterator[tuple[Page, MapDriver]]:
    page, driver = open_page(browser, script, "n=300&labels=9")
    page.evaluate("() => window.mounts[0]()")  # the views that are counted are the tests' own
    page.evaluate(COUNT)
    yield page, driver
    page.context.close()


def counts(page: Page, protocol: CDPSession) -> dict[str, int]:
    """Return what the browser holds for the page once the garbage is gone."""
    page.evaluate("async () => { for (let i = 0; i < 3; i++) await window.frame(); }")
    for _ in range(2):
        protocol.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: int(one["value"]) for one in protocol.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in ("Nodes", "JSEventListeners", "Documents")}


def test_twenty_views_that_came_and_went_leave_no_node_no_listener_and_no_context(
    opened: tuple[Page, MapDriver],
) -> None:
    page, _ = opened
    protocol = page.context.new_cdp_session(page)
    protocol.send("Performance.enable")
    assert page.evaluate(COME_AND_GO, 2) == 2  # what is made once for the page is made
    before = counts(page, protocol)
    assert page.evaluate(COME_AND_GO, MOUNTS) == 2 + MOUNTS
    page.wait_for_function("() => window.held().length === 0")
    after = counts(page, protocol)
    assert {name: after[name] - before[name] for name in after} == dict.fromkeys(before, 0)


def test_of_twenty_maps_those_that_are_seen_hold_a_context_and_each_draws_when_looked_at(
    opened: tuple[Page, MapDriver],
) -> None:
    page, _ = opened
    page.evaluate(MANY, MOUNTS)
    page.wait_for_function("() => window.held().length > 0", timeout=WAIT_MS)
    assert page.evaluate("() => window.held().length") <= 3, "the others were not seen yet"
    many = page.locator(".of-many")
    for index in [*range(MOUNTS), 0]:
        many.nth(index).scroll_into_view_if_needed()
        page.wait_for_function(DRAWN, arg=index, timeout=WAIT_MS)
    assert page.evaluate("() => window.contexts.length") == MOUNTS
    assert page.evaluate("() => window.held().length") <= ALLOWED
    page.wait_for_function("() => window.held().length <= 4", timeout=WAIT_MS)  # the others have given theirs back
    many.nth(MOUNTS - 1).scroll_into_view_if_needed()
    page.wait_for_function(DRAWN, arg=MOUNTS - 1, timeout=WAIT_MS)


def test_a_page_that_no_frame_was_drawn_for_shows_afterwards_what_it_heard_meanwhile(
    opened: tuple[Page, MapDriver],
) -> None:
    """A browser draws no frame for a tab in the background; the headless one hides no tab, so its frames are held here."""
    page, _ = opened
    page.evaluate(MANY, 1)
    page.wait_for_function(DRAWN, arg=0, timeout=WAIT_MS)
    before = page.evaluate(INKS)
    assert before > 3
    page.evaluate(
        """() => {
          const real = window.requestAnimationFrame;
          const waiting = [];
          window.requestAnimationFrame = (callback) => waiting.push(callback);
          window.bringToFront = () => {
            window.requestAnimationFrame = real;
            for (const callback of waiting) real(callback);
            return waiting.length;
          };
          const revision = Number(document.querySelector(".of-many .la-root").dataset.revision) + 1;
          const rows = Uint32Array.from({ length: 300 }, (_, row) => row);
          const buffers = [rows, new Uint16Array(300).fill(4), new Uint8Array(300)];
          window.kernel.model.say({ kind: "patch", revision, width: "u16" }, buffers);
        }"""
    )
    assert page.evaluate(INKS) == before, "no frame was drawn"
    assert page.evaluate("() => window.bringToFront()") > 0
    page.wait_for_function(f"() => ({INKS})() === 1", timeout=WAIT_MS)
