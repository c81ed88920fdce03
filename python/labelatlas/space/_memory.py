"""Work for a GPU that goes to the CPU where the GPU's memory does not suffice."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_R = TypeVar("_R")
_logger = logging.getLogger(__name__)


def or_on_cpu(work: Callable[[str], _R], place: str, name: str) -> _R:
    """Return what the work gives at a place; where memory runs out there, a warning is logged and the CPU does it.

    Parameters
    ----------
    work : callable
        Takes "cuda" or "cpu".
    place : {"cpu", "cuda"}
    name : str
        What the warning calls it.

    Returns
    -------
    What `work` returns.

    Examples
    --------
    >>> or_on_cpu(lambda place: place, "cpu", "nothing")
    'cpu'
    """
    if place == "cpu":
        return work("cpu")
    import torch

    try:
        return work(place)
    except torch.OutOfMemoryError as error:
        _logger.warning("the GPU has too little memory for the %s, which the CPU does instead: %s", name, error)
        torch.cuda.empty_cache()
    return work("cpu")
