"""How much the cache may hold: the results that were not asked for longest go first."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, NamedTuple

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from pathlib import Path

_logger = logging.getLogger(__name__)

LIMIT_VARIABLE = "LABELATLAS_CACHE_GB"
_DEFAULT_GB = 5.0
_AFTER = 0.9
"""Share of the limit that is left after making room, so that it is not made at every store."""


class CacheInfo(NamedTuple):
    """What the cache holds.

    Attributes
    ----------
    n_results : int
        Files of results.
    n_bytes : int
        Their size.
    limit : int
        The most bytes it may hold.
    """

    n_results: int
    n_bytes: int
    limit: int


def cache_limit() -> int:
    """Return the most bytes that the cache may hold: LABELATLAS_CACHE_GB, else 5 GB.

    Raises
    ------
    InputError
        The variable holds no number from 0 on.
    """
    named = os.environ.get(LIMIT_VARIABLE)
    if not named:
        return int(_DEFAULT_GB * 1e9)
    try:
        limit = float(named) * 1e9
    except ValueError:
        limit = -1.0
    if not 0.0 <= limit < 1e18:
        raise InputError(f"{LIMIT_VARIABLE} must be a number of gigabytes. Got {named!r} instead.", hint="5")
    return int(limit)


def cache_info(folder: Path) -> CacheInfo:
    """Return what a folder of results holds.

    Parameters
    ----------
    folder : Path
        It need not exist.
    """
    held = _results(folder)
    return CacheInfo(len(held), sum(size for _, size, _ in held), cache_limit())


def make_room(folder: Path, *, keep: Path | None = None, limit: int | None = None) -> int:
    """Remove results, those used longest ago first, until the folder is within its limit.

    Parameters
    ----------
    folder : Path
    keep : Path or None
        A file that stays: the one just written.
    limit : int or None
        Bytes; None = `cache_limit`.

    Returns
    -------
    int
        How many results went. What another process removes at the same time is no error.
    """
    most = cache_limit() if limit is None else limit
    held = sorted(_results(folder))
    total = sum(size for _, size, _ in held)
    removed = 0
    if total <= most:
        return 0
    for _, size, path in held:
        if total <= most * _AFTER:
            break
        if path == keep:
            continue
        with contextlib.suppress(OSError):
            path.unlink()
            removed += 1
        total -= size
    _logger.info("cache: %d results made room for newer ones", removed)
    return removed


def _results(folder: Path) -> list[tuple[float, int, Path]]:
    """Return when each result was last used, its size and its file; left-over parts of unfinished writes too."""
    found: list[tuple[float, int, Path]] = []
    with contextlib.suppress(OSError):
        for path in [*folder.glob("*.npz"), *folder.glob(".*.part")]:
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
    return found
