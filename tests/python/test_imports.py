"""`import labelatlas` is cheap, and so is the import of each room: what is heavy is loaded by the call that needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "python" / "labelatlas"
HEAVY = {
    "torch",
    "umap",
    "hdbscan",
    "numba",
    "pandas",
    "polars",
    "pyarrow",
    "sklearn",
    "anywidget",
    "ipywidgets",
    "IPython",
}
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
AT_HOME = {"widget": {"anywidget", "ipywidgets", "IPython"}}  # a widget cannot be defined without its base class


def _loaded(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=120
    )
    return set(json.loads(answer.stdout))


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded("import labelatlas") & HEAVY == set()


def test_a_heavy_import_is_seen() -> None:
    assert "sklearn" in _loaded("import sklearn") & HEAVY


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_loads_nothing_heavy(room: str) -> None:
    assert _loaded(f"import labelatlas.{room}") & (HEAVY - AT_HOME.get(room, set())) == set()


def test_the_version_is_that_of_the_installed_package() -> None:
    from importlib.metadata import version

    import labelatlas

    assert labelatlas.__version__ == version("labelatlas")
