"""An atlas in a folder: arrays as .npy, the rest as JSON, nothing that runs code when it is read.

The frame itself is not kept: it is the caller's, and may hold anything. It is given again when the atlas is loaded, and its rows
are found by key.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._place_options import PlaceOptions, without_arrays
from labelatlas._sources import FORGOTTEN, Sources
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

VERSION = 1
"""Of the format; a reader of another version refuses."""
_MAPPED_BYTES = 1 << 30
"""Arrays from this size on stay on disk and are read as they are needed."""
_PART = ".part"


def write_atlas(path: str | Path, facts: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write a folder, which must not be there yet or hold an atlas.

    Parameters
    ----------
    path : str or Path
    facts : mapping
        What JSON can hold.
    arrays : mapping of str to ndarray
        Of any dtype but object.

    Raises
    ------
    InputError
        When the folder holds something else or cannot be written.
    """
    folder = Path(path)
    marker = folder / "atlas.json"
    if folder.exists() and not marker.exists() and (not folder.is_dir() or any(_is_of_others(folder))):
        raise InputError(f"{folder} must be a new folder or one of an atlas. Got something else instead.")
    text = json.dumps({"version": VERSION, **facts}, indent=1)
    # Each file is written beside the one it replaces: when the disk is full the atlas that was there is whole still, and arrays
    # that are mapped from it, perhaps those that are written here, keep what they hold.
    parts = {folder / f"{name}.npy": folder / f".{name}.npy{_PART}" for name in arrays}
    parts[marker] = folder / f".{marker.name}{_PART}"  # last, so that half a folder is never taken for an atlas
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part, array in zip(parts.values(), arrays.values(), strict=False):
            with part.open("wb") as file:
                np.save(file, array, allow_pickle=False)
        parts[marker].write_text(text, encoding="utf-8")
        marker.unlink(missing_ok=True)
        for whole, part in parts.items():
            part.replace(whole)
    except OSError as error:
        raise InputError(f"an atlas cannot be written to {folder}: {error}.", hint="Is there room?") from error
    finally:
        with contextlib.suppress(OSError):
            for part in parts.values():
                part.unlink(missing_ok=True)


def _is_of_others(folder: Path) -> Iterator[bool]:
    """Tell of each file in a folder whether it is none that was left over when an atlas was being written."""
    return (not path.name.endswith(_PART) for path in folder.iterdir())


def read_atlas(path: str | Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Read a folder that `write_atlas` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    facts : dict
    arrays : dict of str to ndarray
        Large ones mapped, not read.

    Raises
    ------
    InputError
        When there is no whole atlas of this version.
    """
    folder = Path(path)
    try:
        facts = json.loads((folder / "atlas.json").read_text(encoding="utf-8"))
        if facts.get("version") != VERSION:
            message = f"{folder} must be an atlas of version {VERSION}. Got version {facts.get('version')!r} instead."
            raise InputError(message, hint="Save it again with this version of labelatlas.")
        arrays: dict[str, npt.NDArray[Any]] = {}
        for file in sorted(folder.glob("*.npy")):
            large = file.stat().st_size >= _MAPPED_BYTES
            arrays[file.stem] = np.load(file, mmap_mode="r" if large else None, allow_pickle=False)
        _check_whole(facts, arrays)
    except (OSError, ValueError, EOFError, AttributeError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        reason = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{folder} must be the folder of an atlas. It cannot be read: {reason}.") from error
    return facts, arrays


def _check_whole(facts: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Raise whatever comes to hand when something is missing, or arrays are not of the same rows."""
    kind, columns = facts["recipe"]
    if not isinstance(kind, str) or not isinstance(columns, list):
        raise TypeError("its recipe is none")
    for name in ("metric", "embedder", "device"):
        _ = facts[name]
    sources_from(facts)
    n, k = len(arrays["keys"]), arrays["indices"].shape[1]
    shapes = {"vectors": (n, arrays["vectors"].shape[1]), "xy": (n, 2), "recall": ()}
    shapes |= {"keys": (n,), "indices": (n, k), "distances": (n, k)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
    if arrays.get("no_vector", np.empty(0)).ndim != 1:
        raise ValueError("no_vector is no list of rows")


def facts_of(sources: Sources, options: PlaceOptions) -> dict[str, Any]:
    """Return sources and options as JSON can hold them; arrays and functions among them are left out.

    Parameters
    ----------
    sources : Sources
    options : PlaceOptions

    Returns
    -------
    dict
    """
    kept = {name: getattr(sources, name) for name in ("text", "image", "audio", "features", "weights")}
    kept["embedder"] = {name: FORGOTTEN if callable(by) else str(by) for name, by in sources.embedder.items()}
    held = sources.embedding
    column = held if held is None or isinstance(held, str) else FORGOTTEN
    return {"sources": {**kept, "embedding": column}, "options": asdict(without_arrays(options))}


def sources_from(facts: Mapping[str, Any]) -> tuple[Sources, PlaceOptions]:
    """Return what `facts_of` wrote.

    Parameters
    ----------
    facts : mapping

    Returns
    -------
    sources : Sources
    options : PlaceOptions
    """
    kept: dict[str, Any] = dict(facts["sources"])
    kept["features"] = tuple(kept["features"])
    kept.setdefault("embedder", {"text": "tf-idf", "image": "pixels"})  # of an atlas from before it was written down
    return Sources(**kept), PlaceOptions(**facts["options"])
