"""Where a tensor computation runs."""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from labelatlas._typing import Device


def resolve_device(device: Device) -> Literal["cpu", "cuda"]:
    """Return "cuda" or "cpu"; "auto" means CUDA where torch finds one.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}

    Returns
    -------
    {"cpu", "cuda"}

    Raises
    ------
    InputError
        When the word is none of these, or CUDA is asked for and not there.

    Examples
    --------
    >>> resolve_device("cpu")
    'cpu'
    """
    if device == "cpu":
        return "cpu"
    if device not in {"auto", "cuda"}:
        raise InputError(f"device must be one of 'auto', 'cpu', 'cuda'. Got {device!r} instead.")
    if device == "auto" and "torch" not in sys.modules and not _has_driver():
        return "cpu"  # a second or two of loading torch would find the same
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise InputError("device='cuda' needs a GPU that torch can use. Got none instead.", hint="Pass device='auto'.")
    return "cpu"


@contextmanager
def sparing_a_core() -> Generator[None]:
    """Have the tensor work of this thread leave a processor free, where there are two.

    For work in the background while somebody waits for answers: torch's threads take all processors, and spin between two
    steps, so that a browser on the same machine has none left to draw with.

    Examples
    --------
    >>> import torch
    >>> before = torch.get_num_threads()
    >>> with sparing_a_core():
    ...     torch.get_num_threads() == max(1, before - 1)
    True
    >>> torch.get_num_threads() == before
    True
    """
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(max(1, n_threads - 1))
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)  # torch hands its number on to threads that begin later


def _has_driver() -> bool:
    """Return whether the machine has the driver of a GPU, without which torch finds none: NVIDIA's, or AMD's on Linux."""
    if Path("/dev/kfd").exists():
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
