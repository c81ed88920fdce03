"""The rule of rooms, held by reading imports: who may import whom, and which library lives in which room only.

The tables are the rule. A new room gets a line in `MAY_IMPORT`; a new library that only one room may know, one in `LIVES_IN`.
Imports inside functions count as well; imports for type checkers count only for the sibling rule's outer border (a type of
another room is knowledge of it too).
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "python" / "labelatlas"

SHARED = {"_typing", "_random", "_device", "_in_threads", "_rows", "_values", "exceptions", "_findings"}
SIBLINGS = {
    "embed",
    "space",
    "probe",
    "label_errors",
    "label_shift",
    "suggest",
    "select",
    "taxonomy",
    "weak",
    "multilabel",
    "annotate",
    "report",
}
# private modules beside a composer that are a part of it
PARTS_OF_LABELS = {
    "_agreement",
    "_change",
    "_label_set",
    "_ledger",
    "_log",
    "_operations",
    "_payload",
    "_people",
    "_problems",
}
PARTS_OF_LABELS |= {
    "_export",
    "_provenance",
    "_reading",
    "_row_prints",
    "_settle",
    "_replay",
    "_reports",
    "_states",
    "_vocabulary",
    "_watch",
}
PARTS_OF_ATLAS = {
    "_atlas_files",
    "_cache",
    "_cache_room",
    "_compare",
    "_embed_rows",
    "_extend",
    "_forming",
    "_place_options",
    "_placement",
    "_progress",
    "_remember",
    "_rows_in",
    "_sources",
}
PART_OF = {**dict.fromkeys(PARTS_OF_LABELS, "labels"), **dict.fromkeys(PARTS_OF_ATLAS, "atlas")}

# room -> the parts of labelatlas that it may import, itself left out
MAY_IMPORT: dict[str, set[str]] = {
    "exceptions": set(),
    "_typing": set(),
    "_random": set(),
    "_device": {"_typing", "exceptions"},
    "_in_threads": set(),
    "_rows": {"_typing"},
    "_values": {"_typing", "exceptions"},
    "_server": set(),  # Jupyter Server loads it, and with it nothing of the rooms
    "_findings": {"frames"},  # lazily: a finding becomes a frame only when somebody asks for one
    "frames": SHARED,
    "journal": SHARED,
    **dict.fromkeys(SIBLINGS, SHARED),
    "atlas": SHARED | {"frames", "embed", "space"},
    "labels": SHARED | {"frames", "journal"},
    "widget": SHARED | SIBLINGS | {"frames", "journal", "atlas", "labels"},
    "cli": SHARED | SIBLINGS | {"frames", "journal", "atlas", "labels", "widget", "__init__"},
    "__init__": SHARED | SIBLINGS | {"frames", "journal", "atlas", "labels", "widget"},
}

# library -> the only rooms that may import it
LIVES_IN: dict[str, set[str]] = {
    "narwhals": {"frames"},
    "pandas": {"frames"},
    "polars": {"frames"},
    "pyarrow": {"frames"},
    "duckdb": {"frames"},
    "anndata": {"frames"},
    "datasets": {"frames"},
    "umap": {"space"},
    "cuml": {"space"},
    "hdbscan": {"space"},
    "pynndescent": {"space"},
    "numba": {"space"},
    "sqlalchemy": {"journal"},
    "sqlite3": {"journal"},
    "anywidget": {"widget"},
    "ipywidgets": {"widget"},
    "traitlets": {"widget"},
    "IPython": {"widget", "atlas"},
    "ipykernel": {"widget"},
    "regex": {"widget"},
    "torch": {"_device", "_in_threads", "embed", "space", "probe", "label_shift", "suggest", "select"},
    "sklearn": {"embed", "space", "taxonomy"},
    "transformers": {"embed"},
    "sentence_transformers": {"embed"},
    "tokenizers": {"embed"},
    "timm": {"embed"},
    "open_clip": {"embed"},
    "huggingface_hub": {"embed"},
    "efficientnet_lite_pytorch": {"embed"},
    "PIL": {"embed", "widget"},
    "platformdirs": {"atlas", "space"},
    "nbclient": {"cli"},
    "nbformat": {"cli"},
    "jupyterlab": {"cli"},
    "jupyter_server": {"_server"},
}

# modules with a stricter rule of their own: nothing but the standard library and what is named
NOTHING_BUT: dict[str, set[str]] = {
    "exceptions": set(),
    "_typing": {"numpy"},
    "_random": {"numpy"},
    "widget.protocol": set(),
}


@dataclass(frozen=True)
class Import:
    """One imported module: its dotted name, and the line."""

    name: str
    line: int


def room_of(module: str) -> str:
    """Return the room of a dotted name below labelatlas ("widget.protocol" -> "widget")."""
    first = module.split(".", maxsplit=1)[0]
    return PART_OF.get(first, first) or "__init__"


def read_imports(source: str, module: str, *, is_package: bool) -> list[Import]:
    """Return everything that a module's source imports, nested imports too, as absolute names.

    `from labelatlas import atlas` counts as labelatlas.atlas.
    """
    found: list[Import] = []
    own = ["labelatlas", *filter(None, module.split("."))]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = own[: len(own) - node.level + (1 if is_package else 0)]
                base = ".".join([*up, *filter(None, [node.module])])
            if base == "labelatlas":
                found += [Import(f"labelatlas.{alias.name}", node.lineno) for alias in node.names]
            else:
                found.append(Import(base, node.lineno))
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"} and isinstance(node.args[0].value, str):
                found.append(Import(node.args[0].value, node.lineno))
    return found


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Return a sentence for each import of a module that the tables do not allow.

    Parameters
    ----------
    source : str
    module : str
        Dotted name below labelatlas; "" for the package itself.
    is_package : bool
        Whether the source is an `__init__.py`.
    """
    room = room_of(module)
    if room not in MAY_IMPORT:
        return [f"labelatlas.{module}: a room that the table of {Path(__file__).name} does not know. Add its line."]
    wrong: list[str] = []
    for item in read_imports(source, module, is_package=is_package):
        top, _, below = item.name.partition(".")
        where = f"labelatlas.{module or '__init__'}, line {item.line}"
        if top == "labelatlas":
            other = room_of(below)
            public = re.fullmatch(r"[A-Z]\w*|__version__", other) is not None  # a name of the package, not a module
            if other != room and "__init__" not in MAY_IMPORT[room] and (public or other not in MAY_IMPORT[room]):
                wrong.append(f"{where}: the room {room} may not import {item.name}.")
            elif module in NOTHING_BUT and other != room:
                wrong.append(f"{where}: may import nothing of the package.")
            continue
        if room not in LIVES_IN.get(top, {room}):
            wrong.append(f"{where}: {top} lives in {sorted(LIVES_IN[top])} only.")
        if module in NOTHING_BUT and top not in NOTHING_BUT[module] and top not in sys.stdlib_module_names:
            wrong.append(f"{where}: may import only the standard library and {sorted(NOTHING_BUT[module])}, not {top}.")
    return wrong


def _modules() -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found.append((".".join(part for part in parts if part != "__init__"), path))
    return found


@pytest.mark.parametrize(("module", "path"), _modules(), ids=[name or "__init__" for name, _ in _modules()])
def test_a_module_imports_only_what_its_room_may(module: str, path: Path) -> None:
    wrong = violations(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py")
    assert not wrong, "\n".join(wrong)


PLANTED = [
    ("probe._head", "from labelatlas.space import find_neighbors", "may not import labelatlas.space"),
    ("probe._head", "def f():\n    from labelatlas import space", "may not import labelatlas.space"),
    ("probe._head", "from labelatlas import LabelMap", "may not import labelatlas.LabelMap"),
    ("label_errors.flags", "from ..label_shift import estimate", "may not import labelatlas.label_shift"),
    ("label_errors.flags", "from .. import atlas", "may not import labelatlas.atlas"),
    ("journal.store", "import pandas as pd", r"pandas lives in \['frames'\] only"),
    ("labels", "def f():\n    import sqlalchemy.exc", r"sqlalchemy lives in \['journal'\] only"),
    ("atlas", "import importlib\nimportlib.import_module('umap')", r"umap lives in \['space'\] only"),
    ("atlas", "from labelatlas.labels import Labels", "may not import labelatlas.labels"),
    ("labels", "from labelatlas.widget import LabelMap", "may not import labelatlas.widget"),
    ("label_errors", "import torch", "torch lives in"),
    (
        "frames.table",
        "if True:\n    try:\n        import anywidget\n    except ImportError:\n        raise",
        "anywidget",
    ),
    ("widget.protocol", "import numpy", "only the standard library"),
    ("widget.protocol", "from labelatlas.exceptions import InputError", "nothing of the package"),
    ("exceptions", "import numpy", "only the standard library"),
    ("newroom.part", "import json", "does not know"),
]


@pytest.mark.parametrize(("module", "source", "message"), PLANTED)
def test_a_planted_violation_is_seen(module: str, source: str, message: str) -> None:
    wrong = violations(source, module)
    assert len(wrong) == 1
    assert re.search(message, wrong[0])


ALLOWED = [
    ("probe._head", "import torch\nfrom labelatlas._random import generator\nfrom labelatlas.probe import _folds"),
    ("probe", "from ._head import Head"),
    ("_findings", "def f():\n    from labelatlas.frames import build_frame"),
    ("widget.handlers", "from labelatlas.widget import protocol\nfrom labelatlas import label_errors"),
    ("widget.protocol", "from typing import TypedDict"),
    ("cli", "from labelatlas import LabelMap\nimport labelatlas as la"),
]


@pytest.mark.parametrize(("module", "source"), ALLOWED)
def test_what_a_room_may_import_is_let_pass(module: str, source: str) -> None:
    assert violations(source, module, is_package=module == "probe") == []


def test_every_room_has_a_sign_on_its_door() -> None:
    silent = [
        path.parent.name
        for path in PACKAGE.glob("*/__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_room_names_itself_private_and_no_file_is_called_utils() -> None:
    assert [path.name for path in PACKAGE.rglob("util*.py")] == []
