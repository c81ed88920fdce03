"""What embeds pictures, by the name that a caller gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas.embed._efficientnet import NAME, embed_efficientnet
from labelatlas.embed._image import embed_image
from labelatlas.embed._open_clip import embed_open_clip
from labelatlas.embed._timm import embed_timm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import Device
    from labelatlas.embed._embedding import Embedding

PIXELS = "pixels"
_LIBRARIES = {"timm": embed_timm, "open_clip": embed_open_clip}


def embeds_pictures(embedder: object) -> bool:
    """Return whether a name is that of an embedder of pictures; whether its model is there is another question.

    Parameters
    ----------
    embedder : object

    Returns
    -------
    bool

    Examples
    --------
    >>> embeds_pictures("timm:resnet18"), embeds_pictures("tf-idf")
    (True, False)
    """
    if not isinstance(embedder, str):
        return False
    library, _, model = embedder.partition(":")
    return embedder in {PIXELS, NAME} or (library in _LIBRARIES and bool(model))


def embed_pictures_by(
    embedder: str,
    images: Sequence[Any],
    *,
    device: Device = "auto",
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as an embedder makes vectors of them.

    Parameters
    ----------
    embedder : str
        "pixels", "efficientnet-lite0", "timm:MODEL" or "open_clip:MODEL".
    images : sequence of n pictures
    device : {"auto", "cpu", "cuda"}
        Where models run.
    seed : int
        Of what draws lots.
    progress : callable or None
        Told (pictures done, pictures in all) now and then.

    Returns
    -------
    Embedding

    Raises
    ------
    InvalidRowsError
        No picture can be read.
    InputError
        No rows, or no such model on this machine.
    MissingDependencyError
        The package that holds the model is not installed.

    Examples
    --------
    >>> embed_pictures_by("pixels", [[[0.0, 1.0]], [[1.0, 1.0]]]).vectors.shape
    (2, 1)
    """
    if embedder == PIXELS:
        return embed_image(images, seed=seed, progress=progress)
    if embedder == NAME:
        return embed_efficientnet(images, device=device, seed=seed, progress=progress)
    library, _, model = embedder.partition(":")
    return _LIBRARIES[library](images, model, device=device, seed=seed, progress=progress)
