"""Vectors in files: .npy and .safetensors, mapped rather than read."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

_VECTOR_FILES = (".npy", ".safetensors")
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
_MOST_HEADER = 100_000_000


def is_vector_file(path: str | Path) -> bool:
    """Return whether a name is that of a file that `read_vectors` reads.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    bool

    Examples
    --------
    >>> is_vector_file("z.npy"), is_vector_file("z.csv")
    (True, False)
    """
    return Path(path).suffix in _VECTOR_FILES


def read_vectors(path: str | Path, name: str | None = None) -> npt.NDArray[Any]:
    """Return the vectors in a file, left on disk until they are read.

    Parameters
    ----------
    path : str or Path
        Ends in .npy or .safetensors.
    name : str or None
        Which tensor of a .safetensors file; None = its only one of two dimensions.

    Returns
    -------
    ndarray of shape (n, d)
        Read-only, of the file's own dtype (bfloat16 becomes float32 and is read).

    Raises
    ------
    InputError
        When there is no such file or tensor, or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "z.npy"
    >>> np.save(file, np.eye(2, dtype=np.float32))
    >>> read_vectors(file).shape
    (2, 2)
    """
    path = Path(path)
    if not is_vector_file(path):
        raise InputError(f"a file of vectors must end in .npy or .safetensors. Got {path.name!r} instead.")
    try:
        if path.suffix == ".npy":
            return np.load(path, mmap_mode="r", allow_pickle=False)
        return _read_safetensors(path, name)
    except InputError:
        raise
    except (OSError, ValueError, EOFError, KeyError, struct.error, TypeError) as error:
        raise InputError(f"expected vectors in {path}. It cannot be read: {error}.", hint="Is it complete?") from error


def _read_safetensors(path: Path, name: str | None) -> npt.NDArray[Any]:
    """Return one tensor: eight bytes say how long the JSON header is, which says where each tensor lies."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > _MOST_HEADER:
            raise ValueError("its header is too long")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    matrices = [key for key, entry in header.items() if len(entry["shape"]) == 2]
    if name is None and len(matrices) != 1:
        raise InputError(f"{path.name} must hold one matrix. Got {sorted(header)} instead.", hint="Name the tensor.")
    if name is not None and name not in header:
        raise InputError(f"{path.name} must hold a tensor {name!r}. Got {sorted(header)} instead.")
    entry = header[name or matrices[0]]
    begin, shape = 8 + length + entry["data_offsets"][0], tuple(entry["shape"])
    if entry["dtype"] == "BF16":  # the upper half of a float32
        halves = np.memmap(path, dtype="<u2", mode="r", offset=begin, shape=shape)
        return (halves.astype(np.uint32) << 16).view(np.float32)
    return np.memmap(path, dtype=_DTYPES[entry["dtype"]], mode="r", offset=begin, shape=shape)
