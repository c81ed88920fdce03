"""Libraries of models and the weights that are on this machine already, and a door that is shut while they are read."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import InputError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


def library(module: str, package: str, model: str) -> Any:
    """Return a library that makes models of pictures.

    Parameters
    ----------
    module : str
        As it is imported.
    package : str
        As it is installed.
    model : str
        The model that is wanted of it.

    Returns
    -------
    module

    Raises
    ------
    MissingDependencyError
        It is not installed, or cannot be loaded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(module)
    except (ImportError, RuntimeError) as error:  # a torchvision of another build than torch raises the latter
        message = f'embedder="{module}:{model}" needs the package {package}, which cannot be loaded: {error}.'
        raise MissingDependencyError(
            message, hint=f"pip install {package}, with a torchvision that fits torch."
        ) from error


@contextmanager
def reading_weights(module: str, model: str) -> Generator[None]:
    """Have whatever fails while weights are read, and whatever would be downloaded, be said in one way.

    Parameters
    ----------
    module : str
        The library.
    model : str
        As the caller names it.

    Raises
    ------
    InputError
        There is no such model, or no weights of it on this machine.
    """
    try:
        with warnings.catch_warnings(), offline():
            warnings.simplefilter("ignore")
            yield
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = lines[0].rstrip(":")
        message = f"embedder must name a model of {module} with its weights on this machine. Got {model!r}: {reason}"
        raise InputError(message, hint=f"Nothing is downloaded. Give the file: {module}:NAME@FILE.") from error


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
def offline() -> Generator[None]:
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
