"""Where named selections are kept: a file of keys beside the journal, so that they outlive the kernel.

They are no gestures: keeping a selection changes no label, and the journal is for what was said of rows. A file that a person
can read, copy and delete is enough.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Int64Array


class SavedRows:
    """Rows by name, kept by their keys.

    Parameters
    ----------
    path : Path or None
        The file, made when the first name is kept; None = memory.
    stream : str
        What tells this map's names from those of others in the file.
    keys : ndarray of shape (n,)
        Row keys.
    """

    def __init__(self, path: Path | None, stream: str, keys: npt.NDArray[Any]) -> None:
        self._path = path
        self._stream = stream
        self._keys = keys
        self._memory: dict[str, dict[str, list[Any]]] = {}

    def all(self) -> dict[str, Int64Array]:
        """Return the rows of each name that are here, sorted; by name.

        Raises
        ------
        InputError
            The file cannot be read.
        """
        kept = self._read().get(self._stream, {})
        if not kept:
            return {}
        index = KeyIndex(self._keys)
        found = {name: index.positions(keys) for name, keys in sorted(kept.items())}
        return {name: np.unique(rows[rows >= 0]).astype(np.int64) for name, rows in found.items()}

    def put(self, name: str, rows: Int64Array | None) -> None:
        """Keep rows under a name; None = let the name go.

        Raises
        ------
        InputError
            The file cannot be read or written.
        """
        held = self._read()  # anew each time: another kernel may have kept a name meanwhile
        mine = held.setdefault(self._stream, {})
        mine.pop(name, None)
        if rows is not None:
            mine[name] = self._keys[rows].tolist()
        self._write(held)

    def _read(self) -> dict[str, dict[str, list[Any]]]:
        if self._path is None:
            return self._memory
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(
                f"the named selections cannot be read: {error}", hint="See the rights of the file."
            ) from error
        try:
            return json.loads(text)
        except ValueError as error:
            message = f"{self._path.name} is no file of named selections: {error}"
            raise InputError(message, hint="Move it away; a new one is made.") from error

    def _write(self, held: dict[str, dict[str, list[Any]]]) -> None:
        if self._path is None:
            self._memory = held
            return
        try:
            # beside it and then over it, so that a kernel that dies meanwhile leaves the old file whole
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._path.parent, prefix=f".{self._path.name}.", suffix=".new", delete=False
            ) as file:
                json.dump(held, file)
            Path(file.name).replace(self._path)
        except OSError as error:
            message = f"the named selections cannot be written: {error}"
            raise InputError(message, hint="See the rights of the folder that the journal is in.") from error


def beside(journal: str | Path | None) -> Path | None:
    """Return the file of a journal's named selections; None where the journal is no file."""
    if journal is None or "://" in str(journal):
        return None
    path = Path(journal)
    return path.with_name(path.name + ".selections.json")
