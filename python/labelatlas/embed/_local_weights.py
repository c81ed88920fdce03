"""Weights of models that are on this machine already, and a door that is shut while they are read."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def kept_weights(repository: str, names: Sequence[str]) -> Path | None:
    """Return a file of weights that the Hugging Face cache holds, or None.

    Parameters
    ----------
    repository : str
        As the hub names it.
    names : sequence of str
        Of the file, the one that is best first.

    Returns
    -------
    Path or None
    """
    from huggingface_hub import try_to_load_from_cache

    for name in names:
        found: Any = try_to_load_from_cache(repository, name)
        if isinstance(found, str):
            return Path(found)
    return None


@contextmanager
def offline() -> Iterator[None]:
    """Keep the hub's client from asking the network while this lasts: what is not here is an error, not a download."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def name_and_file(model: str) -> tuple[str, Path | None]:
    """Return the name of a model and the file of its weights, where one is named behind an @.

    Parameters
    ----------
    model : str
        "resnet18", or "resnet18@weights/mine.safetensors".

    Returns
    -------
    name : str
    file : Path or None

    Examples
    --------
    >>> name_and_file("resnet18")
    ('resnet18', None)
    """
    name, _, file = model.partition("@")
    return name, Path(file) if file else None
