"""The page of js/tests/harness in a browser: the whole widget over a kernel in the page, with no server and no notebook."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from e2e.map_driver import MapDriver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Browser, Page

JS = Path(__file__).resolve().parents[2] / "js"
AXE = JS / "node_modules" / "axe-core" / "axe.min.js"
PLACE = "http://map.test/"


def build_page(folder: Path) -> Path:
    """Return the page's script, built into a folder."""
    script = folder / "page.js"
    options = ["--bundle", "--format=esm", "--loader:.css=text", "--jsx=automatic", "--jsx-import-source=preact"]
    command = [str(JS / "node_modules" / ".bin" / "esbuild"), "tests/harness/page.ts", *options, f"--outfile={script}"]
    subprocess.run(command, cwd=JS, check=True, capture_output=True, text=True)
    return script


def open_page(
    browser: Browser,
    script: Path,
    query: str = "",
    *,
    dark: bool = False,
    width: int = 1100,
    height: int = 640,
    reader: Mapping[str, Any] | None = None,
) -> tuple[Page, MapDriver]:
    """Open the page in a window of its own, and wait until its map is drawn.

    `reader`: what the reader's machine is like, as Playwright's `new_context` takes it: touch, pixel ratio, reduced motion ...
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **(reader or {}))
    page = context.new_page()
    markup = (JS / "tests" / "harness" / "index.html").read_text(encoding="utf-8")
    if dark:
        markup = markup.replace("<body>", '<body class="dark">')
    page.route(f"{PLACE}**", lambda route: route.fulfill(body=markup, content_type="text/html"))
    page.route(f"{PLACE}page.js", lambda route: route.fulfill(path=script, content_type="text/javascript"))
    page.goto(PLACE + "?" + query)
    page.wait_for_function("() => window.ready")
    driver = MapDriver(page)
    driver.wait_ready()
    return page, driver


def barriers(page: Page, rules: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return what axe calls serious or critical in the views of a page; by all of its rules, or by some."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async (rules) => {
          const asked = rules.length > 0 ? { runOnly: rules } : {};
          const { violations, passes } = await axe.run(".la-root", asked);
          return { violations, passes };
        }""",
        list(rules),
    )
    assert len(found["passes"]) >= (len(rules) or 10), "it looked"
    return [
        {"rule": one["id"], "why": node["failureSummary"], "at": node["html"][:300]}
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
