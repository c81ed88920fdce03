"""What every test may count on: nothing is written outside temporary folders, and no journal or cache of the user is met."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before torch is imported, here and in what the tests start: on data as small as a test's, its threads wait for one another
# longer than they work (two of them took twice the CPU seconds and half again the time).
for _name, _value in {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}.items():
    os.environ.setdefault(_name, _value)


@pytest.fixture(scope="session", autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache in a folder of the run, which its tests share and which nothing outside it sees."""
    folder = tmp_path_factory.mktemp("labelatlas")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABELATLAS_CACHE_DIR", str(folder / "cache"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "jupyter" / "config"))
        patch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter" / "data"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "jupyter" / "runtime"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        yield


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands in an empty folder, where a journal "beside the notebook" may be written."""
    monkeypatch.chdir(tmp_path)
