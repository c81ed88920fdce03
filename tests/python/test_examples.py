"""Every example notebook runs from top to bottom, in a copy, so that what it writes is thrown away."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
CELL_SECONDS = 300


def execute(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a folder and return it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    # in a thread of its own: where a browser is driven in this process, an event loop runs in this one. By
    # asyncio.run, for `client.execute` leaves its event loop open, and a later test would be blamed for the sockets
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(client.async_execute())).result()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_an_example_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("*.sqlite*", ".ipynb_checkpoints"))
    execute(folder / path.name, folder)


def test_there_is_an_example_to_run() -> None:
    assert NOTEBOOKS


def test_an_example_that_fails_is_seen(tmp_path: Path) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, tmp_path / "broken.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(tmp_path / "broken.ipynb", tmp_path)
