"""One notebook, open in a real JupyterLab, driven as a person drives it and asked as only a test may ask.

Every wait is for a state of the page or of the kernel, never for time.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from e2e.map_driver import MapDriver

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page, Request

    from e2e.lab import LabServer

OUT = Path(__file__).resolve().parent / "out"
PAGE_MS = 90_000
KERNEL_MS = 180_000
EVAL_SECONDS = 30
LOCAL = re.compile(r"^(https?|wss?)://(localhost|127\.0\.0\.1)[:/]|^(data|blob|about|chrome-error):")

_READY = """([file, count]) => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.path === file && panel.content?.widgets?.length >= count
    && panel.sessionContext?.session?.kernel?.status === 'idle';
}"""
_IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
_RESTARTED = """() => document.querySelector('.jp-Dialog') !== null
  && window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"""
_RUN = """async (index) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
# the splash that JupyterLab lays over a change must be gone: a second change within its 200 ms makes it remove it twice
_THEMED = """(light) => document.body.dataset.jpThemeLight === light
  && document.getElementById('jupyterlab-splash') === null"""
_OUTPUTS = "(index) => window.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON()"
_EXECUTE = """async ([code, expressions]) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, user_expressions: expressions, store_history: false });
  let printed = '';
  future.onIOPub = (message) => {
    if (message.header.msg_type === 'stream') printed += message.content.text;
  };
  const reply = await future.done;
  return { printed, content: reply.content };
}"""


class KernelError(AssertionError):
    """Code that a test ran in the kernel raised."""


def show_theme(page: Page, theme: str) -> None:
    """Give JupyterLab its light or its dark theme, and wait until it has it."""
    page.evaluate(
        "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", f"JupyterLab {theme.title()}"
    )
    page.wait_for_function(_THEMED, arg=str(theme == "light").lower(), timeout=PAGE_MS)


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write code cells as a notebook file."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


@dataclass
class NotebookPage:
    """A page with one notebook in it.

    Attributes
    ----------
    page_errors : list of str
        Exceptions that nobody caught, as the browser told them.
    console_errors : list of str
        What was logged as an error.
    foreign_requests : list of str
        Addresses outside this machine that the page asked for.
    """

    lab: LabServer
    page: Page
    name: str
    n_cells: int
    page_errors: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", self._on_page_error)
        self.page.on("console", self._on_console)
        self.page.on("request", self._on_request)

    @property
    def folder(self) -> Path:
        """Where the notebook lies, and its kernel works."""
        return (self.lab.work / self.name).parent

    def open(self) -> None:
        """Open the notebook and wait until its kernel is idle."""
        self.page.goto(f"{self.lab.url}/lab/tree/{self.name}?reset")
        self.page.wait_for_function(_READY, arg=[self.name, self.n_cells], timeout=PAGE_MS)

    def close(self) -> None:
        """Close the page and shut down the kernel."""
        self.page.close()
        self.lab.close_sessions(self.name)

    def run_cell(self, index: int) -> None:
        """Run one cell and wait until the kernel has answered; an error in it raises KernelError."""
        self.page.evaluate(_RUN, index)
        self._raise_on_error(index)

    def run_all(self) -> None:
        """Run all cells and wait for the last one."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        for index in range(self.n_cells):
            self._raise_on_error(index)

    def start_cell(self, index: int) -> None:
        """Run one cell, without waiting for it."""
        self.page.evaluate(f"(index) => {{ ({_RUN})(index); }}", index)

    def restart_kernel(self) -> None:
        """Restart the kernel and wait until it is idle."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.wait_idle()

    def kill_kernel(self, pid: int) -> None:
        """End the kernel's process as a crash does, and close JupyterLab's word about it."""
        os.kill(pid, signal.SIGKILL)
        self.page.wait_for_function(_RESTARTED, timeout=KERNEL_MS)
        self.page.keyboard.press("Escape")

    def wait_idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(_IDLE, timeout=KERNEL_MS)

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as the notebook file would hold them."""
        return list(self.page.evaluate(_OUTPUTS, index))

    def output_text(self, index: int) -> str:
        """Return what a cell printed, its value in plain text, and its error."""
        parts: list[str] = []
        for output in self.outputs(index):
            found = (output.get("text", ""), output.get("data", {}).get("text/plain", ""), output.get("evalue", ""))
            parts += ["".join(text) for text in found]
        return "".join(parts)

    def execute(self, code: str) -> str:
        """Run code in the kernel, outside the notebook's cells, and return what it printed."""
        answer = self.page.evaluate(_EXECUTE, [code, {}])
        self._check(answer["content"])
        return str(answer["printed"])

    def eval(self, expression: str) -> Any:
        """Return the value of a Python expression of the kernel; it travels as JSON."""
        answer = self.page.evaluate(_EXECUTE, ["", {"value": f"__import__('json').dumps({expression})"}])
        self._check(answer["content"])
        value = answer["content"]["user_expressions"]["value"]
        self._check(value)
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def wait_eval(self, expression: str, wanted: object) -> None:
        """Wait until an expression of the kernel has a value; at the end, fail with the value that it has."""
        until = time.monotonic() + EVAL_SECONDS
        while (value := self.eval(expression)) != wanted and time.monotonic() < until:
            pass  # each question is a round trip through the page and the kernel
        assert value == wanted, f"{expression} stayed {value!r}, expected {wanted!r}"

    def wait_file(self, name: str) -> None:
        """Wait until a file stands beside the notebook."""
        until = time.monotonic() + EVAL_SECONDS
        while not (there := (self.folder / name).exists()) and time.monotonic() < until:
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        assert there, f"{name} is not there"

    def map(self, index: int = 0) -> MapDriver:
        """Return a driver for the index-th LabelMap view of the page."""
        return MapDriver(self.page, index)

    def screenshot(self, name: str) -> Path:
        """Write what the window shows to tests/e2e/out and return the file."""
        OUT.mkdir(exist_ok=True)
        path = OUT / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """Return the colour that the window shows at a CSS pixel."""
        data = self.page.screenshot(clip={"x": int(x), "y": int(y), "width": 1, "height": 1})
        red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").tobytes()[:3]
        return red, green, blue

    def _raise_on_error(self, index: int) -> None:
        for output in self.outputs(index):
            if output["output_type"] == "error":
                raise KernelError(f"cell {index}: {output['ename']}: {output['evalue']}")

    @staticmethod
    def _check(content: dict[str, Any]) -> None:
        if content["status"] != "ok":
            raise KernelError(f"{content.get('ename')}: {content.get('evalue')}")

    def _on_page_error(self, error: Error) -> None:
        self.page_errors.append(error.stack or error.message)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not LOCAL.match(request.url):
            self.foreign_requests.append(request.url)
