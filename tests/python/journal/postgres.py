"""A PostgreSQL server for the journal's tests: found or installed, started in a folder of its own, stopped at the end.

As a script (`python tests/python/journal/postgres.py`) it installs what is missing: Debian's package for root, and says what
to do otherwise. There is no third way, so that the tests are never skipped.
"""

from __future__ import annotations

import itertools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

CURE = (
    "Install PostgreSQL's server (Debian, Ubuntu: `sudo apt-get install postgresql`; macOS: `brew install postgresql`), "
    "or set LABELATLAS_POSTGRES to the folder that holds `initdb` and `pg_ctl`."
)
USER, PASSWORD = "ada", "s3cret"
_SERVER_USERS = ("postgres", "nobody")


class NoPostgresError(RuntimeError):
    """No PostgreSQL server was found."""


def find_postgres() -> Path:
    """Return the folder with PostgreSQL's server programs.

    Raises
    ------
    NoPostgresError
        With the cure, when there is none.
    """
    named = os.environ.get("LABELATLAS_POSTGRES")
    on_path = shutil.which("initdb")
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    places = [Path(named)] if named else [*([Path(on_path).resolve().parent] if on_path else []), *packaged]
    for place in places:
        programs = [str(place / name) for name in ("initdb", "pg_ctl", "postgres")]
        if all(map(os.access, programs, [os.X_OK] * len(programs))):
            return place
    raise NoPostgresError(f"expected a PostgreSQL server. Found none. Hint: {CURE}")


def install_postgres() -> Path:
    """Return the folder with PostgreSQL's programs, installing them where there are none."""
    try:
        return find_postgres()
    except NoPostgresError:
        if "LABELATLAS_POSTGRES" in os.environ or os.geteuid() != 0 or not shutil.which("apt-get"):
            raise  # another folder than the one that was named is not what was asked for
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in ("update", "install -y --no-install-recommends postgresql"):
        command = ["apt-get", *words.split()]
        logging.info("No PostgreSQL found. Running: %s", " ".join(command))
        subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL)
    return find_postgres()


class PostgresServer:
    """A server that listens on a socket in its own folder, and nowhere else."""

    def __init__(self) -> None:
        self._programs = find_postgres()
        # not below pytest's folder: it is closed to the user that the server runs as, and its path too long for a socket
        self.folder = Path(tempfile.mkdtemp(prefix="labelatlas-pg-"))
        self._data = self.folder / "data"
        self._user: dict[str, str] = {}
        self._names = itertools.count(1)

    def __enter__(self) -> Self:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._user = {"user": self._lower_user()}
            shutil.chown(self.folder, self._user["user"])
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb",
            "-D",
            self._data,
            "-U",
            USER,
            f"--pwfile={password}",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
        )
        settings = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", self.folder / "log", "-o", settings)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def stop(self) -> None:
        """Stop this server, by the process id in its own folder."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def url(self, database: str = "postgres", *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the URL of a database, as a user of labelatlas would write it."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def make_database(self) -> str:
        """Return the URL of a new, empty database."""
        name = f"journal_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, statement: str, url: str | None = None) -> list[tuple]:
        """Run one statement, outside a transaction, and return what it answers."""
        import psycopg

        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    @staticmethod
    def _lower_user() -> str:
        import pwd

        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in _SERVER_USERS if name in known)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        log = self.folder / f"{program}.log"
        # into a file: the server inherits the pipe of whoever starts it, which would then never end
        with log.open("wb") as out:
            answer = subprocess.run(
                command, cwd=self.folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False, **self._user
            )
        if answer.returncode != 0:
            server = self.folder / "log"
            said = log.read_text() + (server.read_text() if server.exists() else "")
            raise NoPostgresError(f"{program} failed:\n{said}\nHint: {CURE}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        logging.info("PostgreSQL: %s", install_postgres())
    except NoPostgresError as error:
        sys.exit(str(error))
