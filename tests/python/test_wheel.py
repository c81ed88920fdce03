"""What is shipped holds what it needs: the built page, the types marker, and nothing of the workshop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BUNDLE = "labelatlas/static/index.js"
SHARED = "labelatlas/static/share.js"  # the page that m.view.save("map.html") writes
EXTENSION = ".data/data/share/jupyter/labextensions/labelatlas/"


def _build(folder: Path, out: Path, *targets: str, path: str | None = None) -> None:
    """Build with the hatchling of this environment, which needs no network."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    for target in targets:
        command += ["-t", target]
    environment = {**os.environ, "PATH": path if path is not None else os.environ["PATH"]}
    answer = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _build(REPOSITORY, out, "wheel", "sdist")
    return out


@pytest.fixture(scope="module")
def wheel(shipped: Path) -> Path:
    return next(shipped.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(next(shipped.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def test_the_wheel_holds_the_built_page_and_the_types_marker(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert {BUNDLE, SHARED, "labelatlas/py.typed", "labelatlas/__init__.py"} <= names
        assert b"export" in archive.read(BUNDLE)
        assert b"labelatlas-data" in archive.read(SHARED)


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.startswith("labelatlas")} == set()


def test_the_wheel_installs_the_extension_of_jupyterlab(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.partition(EXTENSION)[2]: name for name in archive.namelist() if EXTENSION in name}
        about = json.loads(archive.read(inside["package.json"]))
    assert about["jupyterlab"]["_build"]["load"] in inside
    assert {"install.json", "schemas/labelatlas/plugin.json"} <= set(inside)
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert about["version"] == version


def test_the_page_in_the_wheel_asks_for_nothing_from_elsewhere(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        pages = archive.read(BUNDLE).decode("utf-8") + archive.read(SHARED).decode("utf-8")
    assert "cdn." not in pages
    assert "unpkg.com" not in pages
    assert "import(" not in pages


def test_the_source_distribution_holds_the_page_and_what_it_is_made_from(unpacked: Path) -> None:
    wanted = ["js/package-lock.json", "js/src/index.ts", "js/hatch_build.py", "LICENSE", "README.md", "Makefile"]
    wanted += ["js/lab/package-lock.json", "js/lab/src/index.ts", "js/lab/share/labextensions/labelatlas/package.json"]
    wanted += [f"python/{BUNDLE}", f"python/{SHARED}", "tests/python/test_wheel.py"]
    assert [name for name in wanted if not (unpacked / name).exists()] == []
    assert list(unpacked.rglob("node_modules")) == []


def test_a_wheel_is_built_from_the_source_distribution_without_node(unpacked: Path, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    assert shutil.which("node", path=str(empty)) is None
    _build(unpacked, tmp_path / "dist", "wheel", path=str(empty))
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as archive:
        names = archive.namelist()
    assert {BUNDLE, SHARED} <= set(names)
    assert any(name.endswith(f"{EXTENSION}package.json") for name in names)


def test_the_installed_wheel_is_imported_from_where_it_was_installed(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)  # noqa: S202 - built a moment ago, by us
    code = (
        "import importlib.metadata, labelatlas, pathlib;"
        "page = pathlib.Path(labelatlas.__file__).parent / 'static' / 'index.js';"
        "print(labelatlas.__file__, labelatlas.__version__ == importlib.metadata.version('labelatlas'), page.exists())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    file, same_version, has_page = answer.stdout.split()
    assert Path(file).is_relative_to(target)
    assert (same_version, has_page) == ("True", "True")
