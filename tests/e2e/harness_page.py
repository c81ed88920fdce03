"""The page of js/tests/harness in a browser: the whole widget over a kernel in the page, with no server and no notebook."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from e2e.map_driver import MapDriver

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

JS = Path(__file__).resolve().parents[2] / "js"
PLACE = "http://map.test/"


def build_page(folder: Path) -> Path:
    """Return the page's script, built into a folder."""
    script = folder / "page.js"
    options = ["--bundle", "--format=esm", "--loader:.css=text", "--jsx=automatic", "--jsx-import-source=preact"]
    command = [str(JS / "node_modules" / ".bin" / "esbuild"), "tests/harness/page.ts", *options, f"--outfile={script}"]
    subprocess.run(command, cwd=JS, check=True, capture_output=True, text=True)
    return script


def open_page(
    browser: Browser, script: Path, query: str = "", *, dark: bool = False, width: int = 1100, height: int = 640
) -> tuple[Page, MapDriver]:
    """Open the page in a window of its own, and wait until its map is drawn."""
    context = browser.new_context(viewport={"width": width, "height": height})
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
