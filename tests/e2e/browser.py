"""Finds a Chromium for the end-to-end tests, or installs one; there is no third way, so that the tests are never skipped.

As a script (`python tests/e2e/browser.py`) it installs what is missing: Debian's package for root, Playwright's own build
for anybody else, and says what to do when neither is possible.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = (
    "Install Chromium so that `chromium`, `chromium-browser` or `google-chrome` is on PATH "
    "(Debian, Ubuntu: `sudo apt-get install chromium`), or set LABELATLAS_CHROMIUM to the browser's executable."
)
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL2 without a GPU: the software renderer draws the same pixels on every machine
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
# what a Chromium without a GPU does by itself (chrome://gpu: "Compositing: Software only", "Rasterization: Software only"); with
# FLAGS alone the software renderer, made to pass for a GPU, draws the whole page too, which no user's browser does
NO_GPU_FLAGS = ("--disable-gpu-compositing", "--disable-gpu-rasterization")
# for the tests alone, not for what is measured
TEST_FLAGS = (
    # no name but this machine's is found: a page that asks elsewhere is refused (and Playwright's own way, a route over all
    # requests, would turn the cache off)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    # the software renderer draws the maps; all of JupyterLab around them by it costs a third of the whole run
    *NO_GPU_FLAGS,
)


class NoBrowserError(RuntimeError):
    """No Chromium was found."""


def _starts(executable: str) -> bool:
    """Return whether the program answers `--version` (on Ubuntu `chromium-browser` may be an empty shell)."""
    try:
        return subprocess.run([executable, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _candidates() -> list[str]:
    named = os.environ.get("LABELATLAS_CHROMIUM")
    if named:
        return [named]
    from playwright.sync_api import sync_playwright

    found = [path for name in NAMES if (path := shutil.which(name))]
    if not found:  # starting Playwright's driver takes a second: only where nothing is on PATH
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
        found = [own] if Path(own).exists() else []
    return found


def find_chromium() -> str:
    """Return the path of a Chromium that starts.

    Raises
    ------
    NoBrowserError
        With the cure, when there is none.
    """
    for candidate in _candidates():
        if _starts(candidate):
            return candidate
    raise NoBrowserError(f"expected a Chromium that starts. Found none. Hint: {CURE}")


def _commands() -> list[list[str]]:
    commands: list[list[str]] = []
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        commands += [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]]
    else:
        commands.append([sys.executable, "-m", "playwright", "install", "chromium"])
    return commands


def install_chromium() -> str:
    """Return the path of a Chromium, installing one where none is found."""
    try:
        return find_chromium()
    except NoBrowserError:
        logging.info("No Chromium found: installing one.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in _commands():
        logging.info("Running: %s", " ".join(command))
        subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL)
    return find_chromium()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        logging.info("Chromium: %s", install_chromium())
    except NoBrowserError as error:
        sys.exit(str(error))
