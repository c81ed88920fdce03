"""Fixtures of the end-to-end tests: one JupyterLab and one Chromium for the run, one page and one kernel for a notebook."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from e2e.browser import FLAGS, TEST_FLAGS, find_chromium
from e2e.lab import LabServer
from e2e.notebook import NotebookPage, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from playwright.sync_api import Browser, BrowserContext

    OpenNotebook = Callable[..., NotebookPage]

_counter = itertools.count(1)
LAST = 20


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test that fails say what the browser said: a report is often all that is left of a run."""
    report = yield
    if report.failed:
        for page in getattr(item, "funcargs", {}).values():
            said = [*getattr(page, "page_errors", []), *getattr(page, "console_errors", [])]
            if said:
                report.sections.append(("Said in the browser", "\n".join(said[-LAST:])))
    return report


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """A JupyterLab server of its own."""
    with LabServer(tmp_path_factory.mktemp("lab") / "home") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, which reaches nothing but this machine.

    Playwright's synchronous API keeps an event loop running in this thread for as long: who needs one of their own after the
    first of these tests (`asyncio.run`, nbclient) makes it in another thread.
    """
    with sync_playwright() as playwright:
        flags = [*FLAGS, *TEST_FLAGS]
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """The windows that share a cache, as a person's do: JupyterLab's own 20 MB of scripts are fetched and compiled once."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture(scope="module")
def notebook(lab: LabServer, window: BrowserContext) -> Iterator[OpenNotebook]:
    """A function that writes code cells as a notebook and opens it in a window of its own."""
    opened: list[NotebookPage] = []

    def open_notebook(
        cells: list[str], *, name: str = "work.ipynb", width: int = 1300, height: int = 900
    ) -> NotebookPage:
        folder = f"notebook_{next(_counter)}"  # each in its own, for journals are kept beside notebooks
        (lab.work / folder).mkdir()
        file = f"{folder}/{name}"
        write_notebook(lab.work / file, cells)
        tab = window.new_page()
        tab.set_viewport_size({"width": width, "height": height})
        page = NotebookPage(lab, tab, file, len(cells))
        opened.append(page)
        page.open()
        return page

    yield open_notebook
    for page in opened:
        page.close()
