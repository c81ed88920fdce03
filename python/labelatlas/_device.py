"""Where a tensor computation runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
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
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise InputError("device='cuda' needs a GPU that torch can use. Got none instead.", hint="Pass device='auto'.")
    return "cpu"
