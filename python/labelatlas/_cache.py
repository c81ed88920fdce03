"""Heavy results kept on disk, found again by content.

A key is a digest of everything that a result depends on, so nothing is ever stale: other inputs have another key. A cache
may not harm: a damaged file is a miss and is removed, a folder that cannot be written costs a logged warning and the work
goes on uncached, and it is kept within a size (`_cache_room`). Files are written whole under another name and then renamed, so two processes can share a folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._cache_room import make_room

if TYPE_CHECKING:
    from collections.abc import Mapping

_logger = logging.getLogger(__name__)

_KEY = re.compile(r"[0-9a-f]{32}")


def cache_dir() -> Path:
    """Return the folder of cached results; it need not exist yet.

    Returns
    -------
    pathlib.Path
        The environment variable LABELATLAS_CACHE_DIR where it is set and not empty, else the user's cache folder.

    Examples
    --------
    >>> cache_dir().is_absolute()
    True
    """
    named = os.environ.get("LABELATLAS_CACHE_DIR")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("labelatlas", appauthor=False)


def digest(*parts: Any) -> str:
    """Return a key for the content of `parts`.

    Parameters
    ----------
    parts : ndarray, str, bytes, bool, int, float, None, or tuples, lists and dicts of these
        Arrays count by dtype, shape and values, not by memory layout; 1, 1.0, True and "1" are four different things, a
        tuple and a list of the same things one. Dicts count regardless of order.

    Returns
    -------
    str
        32 hexadecimal digits (BLAKE2b, 128 bit).

    Raises
    ------
    TypeError
        For anything else, object arrays included: no guess is made at what their content is.

    Examples
    --------
    >>> digest("layout", 1) == digest("layout", 1), digest("layout", 1) == digest("layout", 1.0)
    (True, False)
    """
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        _feed(state, part)
    return state.hexdigest()


def load(key: str) -> dict[str, np.ndarray[Any, Any]] | None:
    """Return the arrays stored under a key, or None.

    Parameters
    ----------
    key : str
        From `digest`.

    Returns
    -------
    dict of str to ndarray, or None
        None when there is nothing, or nothing that can be read; a damaged file is removed.

    Examples
    --------
    >>> load(digest("never stored")) is None
    True
    """
    path = _path(key)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            held = {name: archive[name] for name in archive.files}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        _logger.warning("cache: cannot read %s: %s", path, error)
        return None
    except (
        OSError,
        ValueError,
        EOFError,
        KeyError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
    ) as error:
        _logger.warning("cache: %s is damaged and will be removed: %s", path, error)
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        path.touch()  # it was used: what was not, goes first when room is made
    return held


def store(key: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> bool:
    """Keep arrays under a key, replacing what was there.

    Parameters
    ----------
    key : str
        From `digest`.
    arrays : mapping of str to ndarray
        Of any dtype but object.

    Returns
    -------
    bool
        Whether they were kept. When the folder cannot be written (read-only, full) a warning is logged and False returned.

    Raises
    ------
    TypeError
        When an array holds objects: those would need pickle, which runs code when read.

    Examples
    --------
    >>> key = digest("example of store")
    >>> kept = store(key, {"xy": np.zeros((2, 2))})
    >>> load(key)["xy"].shape if kept else (2, 2)
    (2, 2)
    """
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise TypeError(f"array {name!r} must not hold objects. Got dtype {np.asarray(array).dtype} instead.")
    path = _path(key)
    fields: dict[str, Any] = dict(arrays)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{key}-", suffix=".part")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **fields)
        temporary.replace(path)
        make_room(path.parent, keep=path)
    except OSError as error:
        _logger.warning("cache: cannot write to %s, work goes on uncached: %s", path.parent, error)
        return False
    finally:  # after an interrupt too
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return True


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError(f"key must be 32 hexadecimal digits, as digest() returns them. Got {key!r} instead.")
    return cache_dir() / f"{key}.npz"


def _feed(state: Any, part: Any) -> None:  # noqa: C901 - one branch for each kind of content
    """Add one part to a hash, with its kind and length before it, so that no two contents are spelt alike."""
    if part is None:
        state.update(b"n;")
    elif isinstance(part, bool | np.bool_):
        state.update(b"t;" if part else b"f;")
    elif isinstance(part, int | np.integer):
        _feed_bytes(state, b"i", str(int(part)).encode())
    elif isinstance(part, float | np.floating):
        _feed_bytes(state, b"d", struct.pack("<d", float(part)))
    elif isinstance(part, str):
        _feed_bytes(state, b"s", part.encode("utf-8", "surrogatepass"))
    elif isinstance(part, bytes):
        _feed_bytes(state, b"b", part)
    elif isinstance(part, np.ndarray):
        if part.dtype.hasobject:
            raise TypeError("an array of objects has no bytes to digest. Convert it to a fixed dtype first.")
        _feed_bytes(state, b"a", f"{part.dtype.str}{part.shape}".encode())
        state.update(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
    elif isinstance(part, tuple | list):
        _feed_bytes(state, b"l", str(len(part)).encode())
        for item in part:
            _feed(state, item)
    elif isinstance(part, dict):
        _feed_bytes(state, b"m", str(len(part)).encode())
        for one in sorted(digest(name, value) for name, value in part.items()):
            state.update(one.encode())
    else:
        raise TypeError(
            f"digest takes arrays, text, bytes, numbers, None and collections. Got {type(part).__name__} instead."
        )


def _feed_bytes(state: Any, kind: bytes, content: bytes) -> None:
    state.update(kind + str(len(content)).encode() + b":")
    state.update(content)
