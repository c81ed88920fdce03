"""Pictures through a model of torch, some at a time: what all models of pictures share.

A picture is read (`decode_image`), brought to what the model expects, and put through it with others. On a GPU the model runs in half
precision; where a batch does not fit into its memory it is halved, and where a single picture does not fit, the rest is done on the CPU.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._in_threads import in_threads
from labelatlas._rows import unit_rows
from labelatlas.embed._decode import decode_image, image_peak
from labelatlas.embed._embedding import Embedding, InvalidRowsError, as_vectors, with_gaps
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch
    from PIL.Image import Image

_logger = logging.getLogger(__name__)

_BATCH = {"cpu": 32, "cuda": 256}


@dataclass(frozen=True)
class PictureModel:
    """A model of pictures, ready to run.

    Attributes
    ----------
    name : str
        What the embedding is called.
    network : torch.nn.Module
        In evaluation mode, on the CPU.
    prepare : callable
        From one RGB picture to what the network takes, (3, H, W) float32; pictures of one set all to the same size.
    encode : callable
        From the network and a batch (b, 3, H, W) to vectors (b, d).
    """

    name: str
    network: torch.nn.Module
    prepare: Callable[[Image], torch.Tensor]
    encode: Callable[[Any, torch.Tensor], torch.Tensor]


def embed_pictures(
    images: Sequence[Any],
    model: PictureModel,
    place: str,
    *,
    batch: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as a model embeds them.

    Parameters
    ----------
    images : sequence of n pictures
        Anything that `decode_image` reads; n >= 1.
    model : PictureModel
    place : {"cpu", "cuda"}
        Where it runs.
    batch : int or None
        Most pictures at once; None = 32 on the CPU, 256 on a GPU.
    progress : callable or None
        Told (pictures done, pictures in all) after each batch.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32, rows of length 1 or 0; metric "cosine". Pictures that are missing or cannot be read are `missing`.

    Raises
    ------
    InvalidRowsError
        No picture can be read, or the model answers with something that is not finite.
    """
    import torch

    peak = image_peak(images)
    runner = _Runner(model, place)
    step = batch or _BATCH[place]
    readable = np.zeros(len(images), dtype=np.bool_)
    reasons: list[str] = [""] * len(images)

    def embed(first: int) -> tuple[int, Any]:
        last = min(first + step, len(images))
        ready: list[torch.Tensor] = []
        for row in range(first, last):
            try:
                ready.append(model.prepare(_as_rgb(decode_image(images[row], peak=peak))))
            except InputError as error:
                reasons[row] = error.message
                continue
            readable[row] = True
        return last, runner.run(torch.stack(ready)) if ready else None

    found: list[Any] = []
    starts = range(0, len(images), step)
    for last, vectors in in_threads(embed, starts) if place == "cpu" else map(embed, starts):
        if vectors is not None:
            found.append(vectors)
        if progress is not None:
            progress(last, len(images))
    reason = next((reason for reason in reasons if reason), "")
    if not found:
        raise InvalidRowsError(
            f"a row must be a picture. Got {len(images)} that cannot be read instead (the first: {reason})",
            range(len(images)),
            hint="Is this the right column, and are the paths relative to this folder?",
        )
    vectors = np.concatenate(found)
    strange = np.flatnonzero(readable)[~np.isfinite(vectors).all(axis=1)]
    if len(strange):
        message = f"{model.name} must answer with finite numbers. Got {len(strange)} row(s) that are not instead"
        raise InvalidRowsError(message, strange.tolist(), hint="Are the weights those of this model?")
    whole = Embedding(as_vectors(unit_rows(vectors)), "cosine", f"{model.name}: {vectors.shape[1]} dimensions")
    return with_gaps(whole, readable, reason)


class _Runner:
    """A network that makes do with the memory there is."""

    def __init__(self, model: PictureModel, place: str) -> None:
        self._model = model
        self._most: int | None = None
        self._settle(place)

    def run(self, batch: torch.Tensor) -> Any:
        """Return vectors (b, d) float32 of a batch (b, 3, H, W)."""
        import torch

        parts: list[Any] = []
        start = 0
        while start < len(batch):
            some = batch[start : start + (self._most or len(batch))]
            try:
                with torch.inference_mode():
                    ready = some.to(self._place, self._dtype, memory_format=torch.channels_last)
                    answer = self._model.encode(self._network, ready)
                    parts.append(answer.float().cpu().numpy())
            except torch.OutOfMemoryError as error:
                if len(some) > 1:
                    self._most = len(some) // 2
                elif self._place == "cpu":
                    raise
                else:
                    _logger.warning("the GPU has too little memory for one picture, so the CPU goes on: %s", error)
                    self._settle("cpu")
                continue
            start += len(some)
        return np.concatenate(parts)

    def _settle(self, place: str) -> None:
        import torch

        self._place = place
        self._dtype = torch.float32 if place == "cpu" else torch.float16
        # Colours beside each other: the same numbers in half the time on a CPU.
        self._network = self._model.network.to(place, self._dtype, memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def _as_rgb(pixels: Any) -> Image:
    from PIL import Image

    return Image.fromarray(pixels).convert("RGB")
