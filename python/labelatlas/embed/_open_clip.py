"""Pictures by a model of open_clip whose weights are on this machine: nothing is downloaded.

Models that learnt pictures and their captions together (A. Radford et al., "Learning Transferable Visual Models From Natural
Language Supervision", 2021), in the open implementation (G. Ilharco et al., "OpenCLIP", 2021).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelatlas._device import resolve_device
from labelatlas.embed._embedding import Embedding, check_rows
from labelatlas.embed._local_weights import kept_weights, library, name_and_file, reading_weights
from labelatlas.embed._picture_model import PictureModel, embed_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Device

_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


def embed_open_clip(
    images: Sequence[Any],
    model: str,
    *,
    device: Device = "auto",
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as the picture half of an open_clip model sees them.

    Parameters
    ----------
    images : sequence of n pictures
        Anything that `decode_image` reads.
    model : str
        A name and the tag of weights that the Hugging Face cache holds ("ViT-B-32@laion2b_s34b_b79k"); a name and a file of
        weights ("ViT-B-32@mine.pt"); or a folder of one (open_clip_config.json beside the weights).
    device : {"auto", "cpu", "cuda"}
        Where it runs.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (pictures done, pictures in all) after each batch.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, rows of length 1 or 0; metric "cosine". Pictures that are missing or cannot be read are `missing`.

    Raises
    ------
    InvalidRowsError
        No picture can be read.
    InputError
        No rows, no such model, or no weights of it on this machine.
    MissingDependencyError
        The package `open_clip_torch` is not installed, or cannot be loaded.

    References
    ----------
    A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021.

    Examples
    --------
    >>> embed_open_clip([], "ViT-B-32@mine.pt")
    Traceback (most recent call last):
    labelatlas.exceptions.InputError: expected at least 1 row to embed. Got 0 instead. Hint: Is the frame empty?
    """
    check_rows(len(images))
    open_clip = library("open_clip", "open_clip_torch", model)
    with reading_weights("open_clip", model):
        network, prepare = _load(open_clip, model)
    name = f"open_clip:{Path(name_and_file(model)[0]).name}"
    ready = PictureModel(name, network, prepare, lambda net, batch: net.encode_image(batch))
    return embed_pictures(images, ready, resolve_device(device), progress=progress)


def _load(open_clip: Any, model: str) -> tuple[Any, Any]:
    """Return the network, every weight of it from this machine, and what brings a picture to it."""
    name, weights = name_and_file(model)
    if (Path(model) / "open_clip_config.json").is_file():
        made = open_clip.create_model_and_transforms(f"local-dir:{Path(model).absolute()}")
    else:
        _check_kept(open_clip, name, weights)
        made = open_clip.create_model_and_transforms(name, pretrained=str(weights))
    network, _, prepare = made
    return network.eval(), prepare


def _check_kept(open_clip: Any, name: str, weights: Path | None) -> None:
    """Raise when the weights are neither a file nor a tag of which the cache holds one."""
    if weights is None:
        raise ValueError("its weights are not named.")
    if weights.is_file():
        return
    facts = open_clip.get_pretrained_cfg(name, str(weights))
    repository, _, file = str(facts.get("hf_hub", "")).rpartition("/")
    if not repository or kept_weights(repository, (file, *_FILES) if file else _FILES) is None:
        raise ValueError(f"{weights} is no file, and no tag whose weights are kept here.")
