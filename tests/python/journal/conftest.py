"""Fixtures of the journal's tests: each kind of database, real and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from python.journal.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the run."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a journal may be made: a file, and a database of a server."""
    if request.param == "sqlite":
        return str(tmp_path / "journal.sqlite")
    return request.getfixturevalue("postgres").make_database()


@pytest.fixture
def empty_database(postgres: PostgresServer) -> Callable[[], str]:
    """Make databases."""
    return postgres.make_database
