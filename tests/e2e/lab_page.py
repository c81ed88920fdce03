"""A JupyterLab without a notebook: a file of its file browser, opened as a label map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from e2e.map_driver import MapDriver
from e2e.notebook import OUT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

WAIT_MS = 120_000
_EVAL = """async (expression) => {
  const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
  const code = `__import__('json').dumps(${expression})`;
  const future = kernel.requestExecute({ code: '', user_expressions: { value: code }, store_history: false });
  const { value } = (await future.done).content.user_expressions;
  if (value.status !== 'ok') throw new Error(value.evalue);
  return value.data['text/plain'];
}"""


class LabPage:
    """A JupyterLab without a notebook."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def eval(self, expression: str) -> Any:
        """Return a value of the kernel of the file in front."""
        return json.loads(eval(self.page.evaluate(_EVAL, expression), {}))  # noqa: S307 - the repr of a str

    def wait_shell(self) -> None:
        self.page.wait_for_function("() => window.jupyterapp?.restored", timeout=WAIT_MS)
        self.page.evaluate("() => window.jupyterapp.restored")

    def map(self) -> MapDriver:
        view = MapDriver(self.page)
        view.wait_ready()
        return view

    def screenshot(self, name: str) -> None:
        OUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUT / f"{name}.png")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f".jp-LabelAtlas-form select[name='{name}']").select_option(label=value)
