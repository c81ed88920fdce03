"""`labelatlas demo`: the quickstart notebook, with a browser or without."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labelatlas.exceptions import InputError, LabelAtlasError, MissingDependencyError

if TYPE_CHECKING:
    import argparse

    from labelatlas.cli import Commands

_NOTEBOOK = "01_quickstart.ipynb"
_WORK = Path("build") / "demo"

# run in the notebook's own kernel, after its cells: what a person does with the mouse, through the same public calls
_CORRECTION = """
_ranked = m.label_errors().to_frame()
_sure = _ranked[_ranked["decision"] == "relabel"]
if len(_sure):
    _to = _sure["suggested"].value_counts().index[0]
    _keys = _sure.loc[_sure["suggested"] == _to, "key"].tolist()
    _before = int((df["label"] == truth).sum())
    _change = m.relabel(keys=_keys, label=_to, note="labelatlas demo")
    print(f"relabelled {len(_change.rows)} suspects as {_to} (gesture {_change.gesture}):")
    print(f"  right labels before: {_before:,} of {len(df):,}; after: {int((df['label'] == truth).sum()):,}")
else:
    print("no suspect is left to relabel")
m.to_frame()[["id", "label"]].to_csv("corrected.csv", index=False)
print(m.history()[["gesture", "action", "rows", "before", "after", "note"]].tail(3).to_string(index=False))
"""


def add_parser(commands: Commands) -> None:
    """Add the command to those of the command line."""
    demo = commands.add_parser("demo", help="open the quickstart notebook, or run it without a browser")
    demo.add_argument("--headless", action="store_true", help="run it here and perform one correction")
    demo.add_argument("--notebook", type=Path, default=None, help=f"default: examples/{_NOTEBOOK}")
    demo.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    notebook = _find_notebook(options.notebook)
    return _run_headless(notebook) if options.headless else _open(notebook)


def _find_notebook(given: Path | None) -> Path:
    places = [given] if given else [root / "examples" / _NOTEBOOK for root in (Path.cwd(), Path(__file__).parents[3])]
    for place in places:
        if place.is_file():
            return place
    message = f"the notebook is not there: {', '.join(str(p) for p in places)}."
    raise InputError(message, hint="Run this in a clone of the project, or name a notebook with --notebook.")


def _open(notebook: Path) -> int:
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(notebook)])  # noqa: S603 - our own interpreter


def _run_headless(notebook: Path) -> int:
    """Run a copy of the notebook and one correction, and say what changed and where the results are."""
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError as error:
        message = f"the demo needs a package that is not installed: {error.name}."
        raise MissingDependencyError(message, hint="pip install 'labelatlas[demo]'") from error
    _WORK.mkdir(parents=True, exist_ok=True)
    copy = _WORK / notebook.name
    shutil.copyfile(notebook, copy)
    book = nbformat.read(copy, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(_CORRECTION))
    sys.stdout.write(f"Running {notebook} (about a minute the first time, while the map is compiled) ...\n")
    sys.stdout.flush()
    try:
        NotebookClient(book, timeout=600, resources={"metadata": {"path": str(_WORK)}}).execute()
    except CellExecutionError as error:
        raise LabelAtlasError(f"a cell of {notebook} failed:\n{error}") from error
    finally:
        nbformat.write(book, copy)
    said = "".join(o.get("text", "") for o in book.cells[-1].outputs if o.output_type == "stream")
    sys.stdout.write(said)
    for what, name in (("executed notebook", notebook.name), ("corrected table", "corrected.csv")):
        sys.stdout.write(f"{what + ':':<20}{(_WORK / name).resolve()}\n")
    sys.stdout.write(f"{'journal:':<20}{(_WORK / 'labelatlas.sqlite').resolve()}\n")
    return 0
