"""Pictures by a model of timm whose weights are on this machine: nothing is downloaded.

The library (R. Wightman, "PyTorch Image Models", 2019) is asked for only when a model is named. What is done to a picture before
it enters the network, size, crop, mean and spread, is what the library says of the very weights.
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

_FILES = ("model.safetensors", "pytorch_model.bin")


def embed_timm(
    images: Sequence[Any],
    model: str,
    *,
    device: Device = "auto",
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as the last layer before the classifier of a timm model sees them.

    Parameters
    ----------
    images : sequence of n pictures
        Anything that `decode_image` reads.
    model : str
        The name of a model whose weights the Hugging Face cache holds ("resnet18.a1_in1k"); a name and a file of weights
        ("resnet18@mine.safetensors"); or a folder that timm saved (config.json beside the weights).
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
        The package `timm` is not installed, or cannot be loaded.

    References
    ----------
    R. Wightman, "PyTorch Image Models", 2019.

    Examples
    --------
    >>> embed_timm([], "resnet18")
    Traceback (most recent call last):
    labelatlas.exceptions.InputError: expected at least 1 row to embed. Got 0 instead. Hint: Is the frame empty?
    """
    check_rows(len(images))
    timm = library("timm", "timm", model)
    with reading_weights("timm", model):
        network = _load(timm, model)
        prepare = timm.data.create_transform(**timm.data.resolve_model_data_config(network), is_training=False)
    ready = PictureModel(f"timm:{Path(name_and_file(model)[0]).name}", network, prepare, lambda net, batch: net(batch))
    return embed_pictures(images, ready, resolve_device(device), progress=progress)


def _load(timm: Any, model: str) -> Any:
    """Return the network without its classifier, every weight of it from this machine."""
    name, file = name_and_file(model)
    folder = Path(model)
    if (folder / "config.json").is_file():
        network = timm.create_model(f"local-dir:{folder.absolute()}", pretrained=True)
    else:
        network = _with_weights(timm, name, file)
    network.reset_classifier(0)
    return network.eval()


def _with_weights(timm: Any, name: str, file: Path | None) -> Any:
    """Return a network of a name with the weights of a file, or with those that are kept for it."""
    facts = timm.get_pretrained_cfg(name)
    if facts is None:
        raise ValueError("timm knows no model of that name.")
    if file is None:
        file = kept_weights(facts.hf_hub_id, _FILES) if facts.hf_hub_id else None
        if file is None:
            raise ValueError("no weights of it are kept here.")
    if not file.is_file():
        raise ValueError(f"there is no file {file}.")
    # The classifier is as wide as the file says: with another number timm would pass over whatever else does not fit.
    classifier = facts.classifier if isinstance(facts.classifier, str) else (facts.classifier or ("",))[0]
    head = timm.models.load_state_dict(str(file)).get(f"{classifier}.weight")
    n_classes = 0 if head is None else len(head)
    given = {"file": str(file), "num_classes": n_classes}
    return timm.create_model(name, pretrained=True, pretrained_cfg_overlay=given, num_classes=n_classes)
