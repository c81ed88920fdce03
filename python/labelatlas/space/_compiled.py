"""Compiled functions that are compiled once on a machine: numba's own cache on disk, switched on where it can be.

Where the package's own folder is read-only numba uses the user's cache folder (or NUMBA_CACHE_DIR); where neither can be
written a function is compiled in each process, and that is all that happens.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_logger = logging.getLogger(__name__)


def keep_compiled(function: Any, first_call: Callable[[], object]) -> None:
    """Let numba keep a function on disk, and compile it now or read it from there.

    Parameters
    ----------
    function : numba dispatcher
        Not called yet.
    first_call : callable
        Calls it on a tiny input of the types that it is for.
    """
    try:
        function.enable_caching()
    except RuntimeError as error:
        _logger.info("numba has no folder to keep compiled code in (set NUMBA_CACHE_DIR): %s", error)
    try:
        first_call()
    except OSError as error:  # compiled, but not kept: a full disk must not cost the user the map
        _logger.warning("numba could not keep compiled code: %s", error)
