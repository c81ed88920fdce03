"""A real JupyterLab server in a process of its own, which knows nothing of the user's Jupyter settings."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 20
KERNEL_SECONDS = 3


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LabServer:
    """JupyterLab over `home/work`; a context manager, its output in `home/lab.log`."""

    home: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = field(default=None, init=False, repr=False)
    _ready: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _reader: threading.Thread | None = field(default=None, init=False, repr=False)

    @property
    def work(self) -> Path:
        """The folder in which notebooks are written."""
        return self.home / "work"

    @property
    def log(self) -> Path:
        """Everything that the server and its kernels print."""
        return self.home / "lab.log"

    @property
    def url(self) -> str:
        """Address without a closing slash."""
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        self.work.mkdir(parents=True)
        self._write_kernelspec()
        self._write_settings()
        self._process = subprocess.Popen(
            self._command(),
            cwd=self.work,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read_output, args=(self._process,), daemon=True)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or self._process.poll() is not None:
            self.__exit__()
            raise RuntimeError(f"JupyterLab did not start. Its last words:\n{self.log.read_text()[-3000:]}")
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join(STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()

    def sessions(self) -> list[dict[str, object]]:
        """Return the open sessions as the server tells them."""
        with urllib.request.urlopen(f"{self.url}/api/sessions") as answer:  # noqa: S310 - our own server
            return list(json.load(answer))

    def close_sessions(self, under: str) -> None:
        """Ask for the end of each session whose file's path begins so, with its kernel, and wait a moment for it.

        A server answers only when the kernel has ended, and one that is starting or computes may take minutes to do so on a
        machine with other work. Nobody needs that answer: a kernel that is left ends with the server, which is our process.
        """
        for session in self.sessions():
            if not str(session["path"]).startswith(under):
                continue
            request = urllib.request.Request(f"{self.url}/api/sessions/{session['id']}", method="DELETE")  # noqa: S310
            with contextlib.suppress(TimeoutError, urllib.error.URLError):
                urllib.request.urlopen(request, timeout=KERNEL_SECONDS).close()  # noqa: S310 - our own server

    def _read_output(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with self.log.open("w", encoding="utf-8") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if f":{self.port}/lab" in line:
                    self._ready.set()
        self._ready.set()  # the process is gone: whoever waits must look at it

    def _command(self) -> list[str]:
        command = [
            sys.executable, "-m", "jupyterlab",
            "--no-browser",
            "--expose-app-in-browser",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.work}",
            "--IdentityProvider.token=",
            # two answers to "may this page talk to this server": the server is on the loopback address and lives for one run
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=None",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        return command

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
        search = [str(REPOSITORY / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
        folders = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        own = {name: str(self.home / folder) for name, folder in folders.items()}
        own["JUPYTER_PATH"] = str(REPOSITORY / "js" / "lab" / "share")  # our extension as it was built here
        own["LABELATLAS_CACHE_DIR"] = os.environ.get("LABELATLAS_CACHE_DIR", str(self.home / "cache"))
        return {**kept, **own, "PYTHONPATH": os.pathsep.join(search)}

    def _write_kernelspec(self) -> None:
        folder = self.home / "data" / "kernels" / "python3"
        folder.mkdir(parents=True)
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
        }
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    def _write_settings(self) -> None:
        """Answer JupyterLab's first question beforehand: no news, no look for updates."""
        folder = self.home / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        settings = {"fetchNews": "false", "checkForUpdates": False}
        (folder / "notification.jupyterlab-settings").write_text(json.dumps(settings), encoding="utf-8")
