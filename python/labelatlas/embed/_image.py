"""Pictures as vectors, offline: their pixels at one small size, reduced to principal components.

The components are those of H. Hotelling, "Analysis of a complex of statistical variables into principal components", 1933.
Good where pictures are alike in framing (digits, cells, spectrograms, products on white); for photographs hand in the
vectors of a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.embed._decode import decode_image, image_peak
from labelatlas.embed._embedding import Embedding, InvalidRowsError, as_vectors, check_rows, with_gaps
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labelatlas._typing import BoolArray, Float64Array, UInt8Array

_MAX_SIDE = 32
_BLOCK = 4096
_TELL_EVERY = 64


def embed_image(
    images: Sequence[Any],
    *,
    dim: int = 50,
    seed: int = 0,  # noqa: ARG001 - all embedders are called alike
    progress: Callable[[int, int], None] | None = None,
) -> Embedding:
    """Return pictures as the principal components of their pixels; nothing is downloaded.

    Parameters
    ----------
    images : sequence of n pictures
        Anything that `decode_image` reads. Pictures of several sizes, and larger ones than 32 x 32, are resized to one size
        of at most 32 x 32; when any has colour, all are taken as colour. Arrays of numbers other than uint8 share one
        scale (`image_peak`).
    dim : int
        Most dimensions; fewer when the pixels vary in fewer.
    seed : int
        Not used: all embedders are called alike.
    progress : callable or None
        Told (pictures read, pictures in all) now and then.

    Returns
    -------
    Embedding
        `vectors` (n, d) float32 with 1 <= d <= dim, in units of full brightness; metric "euclidean". Pictures that are all
        equal lie at 0. Pictures that are missing or cannot be read have no vector: `missing` lists them, and one more column
        holds them apart.

    Raises
    ------
    InvalidRowsError
        No picture can be read.
    InputError
        No rows, or dim below 1.

    References
    ----------
    H. Hotelling, "Analysis of a complex of statistical variables into principal components", 1933.

    Examples
    --------
    >>> embed_image([np.zeros((8, 8)), np.ones((8, 8)), np.eye(8)]).vectors.shape
    (3, 2)
    """
    if dim < 1:
        raise InputError(f"dim must be at least 1. Got {dim} instead.")
    check_rows(len(images))
    pixels, readable, reason = _stack(images, progress)
    vectors = as_vectors(_principal_components(pixels, dim))
    found = Embedding(vectors, "euclidean", f"image: pixels + PCA {vectors.shape[1]}")
    return with_gaps(found, readable, reason)


def _stack(images: Sequence[Any], progress: Callable[[int, int], None] | None) -> tuple[UInt8Array, BoolArray, str]:
    """Return the m readable pictures at one size, (m, p) uint8, which those are, and why the first other one is not."""
    peak = image_peak(images)
    small: list[UInt8Array] = []
    sizes: set[tuple[int, int]] = set()
    readable = np.zeros(len(images), dtype=np.bool_)
    reason = ""
    for i, image in enumerate(images):
        if progress is not None and i % _TELL_EVERY == 0:
            progress(i, len(images))
        try:
            picture = decode_image(image, peak=peak)
        except InputError as error:
            reason = reason or error.message
            continue
        readable[i] = True
        sizes.add((picture.shape[0], picture.shape[1]))
        # Shrunk at once, so that a folder of photographs never lies in memory whole.
        small.append(_resize(picture, _MAX_SIDE, _MAX_SIDE) if max(picture.shape[:2]) > _MAX_SIDE else picture)
    if not small:
        raise InvalidRowsError(
            f"a row must be a picture. Got {len(images)} that cannot be read instead (the first: {reason})",
            range(len(images)),
            hint="Is this the right column, and are the paths relative to this folder?",
        )
    height, width = small[0].shape[:2] if len(sizes) == 1 else (_common_side(sizes),) * 2
    coloured = any(picture.ndim == 3 for picture in small)
    stack = np.empty((len(small), height, width, 3 if coloured else 1), dtype=np.uint8)
    for i, picture in enumerate(small):
        fitted = picture if picture.shape[:2] == (height, width) else _resize(picture, height, width)
        stack[i] = fitted if fitted.ndim == 3 else fitted[:, :, None]
    return stack.reshape(len(small), -1), readable, reason


def _common_side(sizes: set[tuple[int, int]]) -> int:
    """Return the side of the square that pictures of several sizes are brought to."""
    return min(_MAX_SIDE, max(max(size) for size in sizes))


def _resize(picture: UInt8Array, height: int, width: int) -> UInt8Array:
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BOX), dtype=np.uint8)


def _principal_components(pixels: UInt8Array, dim: int) -> Float64Array:
    """Return the rows on their leading principal axes, (n, d); pixels are taken as 0 .. 1."""
    from scipy.linalg import eigh

    n, p = pixels.shape
    mean = pixels.mean(axis=0, dtype=np.float64)
    blocks = range(0, n, _BLOCK)
    if n <= p:  # the smaller of the two products; both have the same spectrum
        centred = (pixels - mean) / 255.0
        scatter = centred @ centred.T
    else:
        scatter = np.zeros((p, p))
        for start in blocks:
            centred = (pixels[start : start + _BLOCK] - mean) / 255.0
            scatter += centred.T @ centred
    side = len(scatter)
    values, axes = eigh(scatter, subset_by_index=(max(0, side - dim), side - 1))
    values, axes = values[::-1], axes[:, ::-1]
    kept = values > max(float(values[0]), 0.0) * 1e-9
    if values[0] <= 1e-12 or not kept.any():
        return np.zeros((n, 1))
    values, axes = values[kept], axes[:, kept]
    # A sign that does not depend on the linear algebra library.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    if n <= p:
        return axes * np.sqrt(values)
    return np.vstack([(pixels[start : start + _BLOCK] - mean) / 255.0 @ axes for start in blocks])


def example(n: int) -> tuple[Any, ...]:
    """Return arguments for n made-up rows."""
    rows, columns = np.mgrid[0:6, 0:5]
    return ([np.sin(rows * (i % 7 + 1)) ** 2 * np.cos(columns + i) ** 2 for i in range(n)],)
