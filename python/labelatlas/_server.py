"""The part that runs in Jupyter Server: it keeps SQLite's own files out of the file browser.

They stand beside a journal while a map is open, and go with its last map. A server that lists a folder answers "not found" for all
of it where a file is gone between being named and being looked at, and JupyterLab then leaves the folder with a dialog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

# the names that Jupyter Server asks for
__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]

OF_SQLITE = ("*.sqlite-wal", "*.sqlite-shm", "*.sqlite-journal")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "labelatlas._server"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    manager = app.contents_manager
    manager.hide_globs = [*manager.hide_globs, *OF_SQLITE]
