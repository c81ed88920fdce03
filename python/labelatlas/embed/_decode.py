"""One picture, however it comes, as 8-bit pixels: for embedding and for thumbnails alike."""

from __future__ import annotations

import io
import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from labelatlas._typing import UInt8Array

_PEAKS = (1.0, 16.0, 255.0, 65535.0)
"""Largest values that pixels are usually scaled to; 16 is that of the handwritten digits in scikit-learn."""
_CHANNELS = (1, 3, 4)


def decode_image(image: Any, *, peak: float | None = None) -> UInt8Array:
    """Return one picture as 8-bit pixels.

    Parameters
    ----------
    image : array-like, PIL image, bytes or path
        An array is (H, W), (H, W, C) or (C, H, W) with C = 1, 3 or 4; bytes and paths hold an encoded picture (PNG, JPEG,
        ...). Transparency is laid over white.
    peak : float or None
        The array value that becomes 255. None means 255 for uint8; for other numbers the least of 1, 16, 255 and 65535
        that is not below the largest magnitude, or that magnitude itself above 65535. Pictures of one set should share it:
        see `image_peak`. Arrays with negative values are read as [-peak, peak]. Not used for uint8, booleans and files.

    Returns
    -------
    ndarray of shape (H, W) or (H, W, 3), uint8

    Raises
    ------
    InputError
        When it is no picture: another shape, no pixels, NaN or infinity, bytes or a file that cannot be read.

    Examples
    --------
    >>> decode_image(np.array([[0.0, 8.0], [12.0, 16.0]])).tolist()
    [[0, 128], [191, 255]]
    """
    if isinstance(image, str | os.PathLike | bytes | bytearray | memoryview):
        return _read(image)
    if hasattr(image, "convert") and hasattr(image, "getbands"):  # a PIL image, without importing PIL
        with _as_input_error("an opened picture"):
            return _from_pil(image)
    array = _as_array(image)
    if array.dtype.kind == "b":
        return _flatten_alpha(array.astype(np.uint8) * np.uint8(255))
    if array.dtype == np.uint8:
        return _flatten_alpha(array)
    values = array.astype(np.float64)
    top = peak_of(float(np.abs(values).max())) if peak is None else float(peak)
    if values.min() < 0.0:
        values = (values + top) / 2.0
    return _flatten_alpha(np.rint(np.clip(values / top, 0.0, 1.0) * 255.0).astype(np.uint8))


def image_peak(images: Iterable[Any]) -> float | None:
    """Return the `peak` that all arrays of one set share; None where no picture needs one.

    Parameters
    ----------
    images : iterable
        As in `decode_image`; what is no array of numbers is passed over.

    Returns
    -------
    float or None

    Examples
    --------
    >>> image_peak([np.zeros((2, 2)), np.full((2, 2), 15.0)])
    16.0
    """
    largest = -1.0
    for image in images:
        if isinstance(image, str | bytes | bytearray | memoryview | os.PathLike) or hasattr(image, "getbands"):
            continue
        try:
            array = _as_array(image)
        except InputError:
            continue
        if array.dtype != np.uint8 and array.dtype.kind != "b":
            largest = max(largest, float(np.abs(array.astype(np.float64)).max()))
    return peak_of(largest) if largest >= 0.0 else None


def peak_of(largest: float) -> float:
    """Return the usual full scale that a largest magnitude belongs to.

    Parameters
    ----------
    largest : float
        Not negative.

    Returns
    -------
    float
        Above 0.

    Examples
    --------
    >>> [peak_of(value) for value in (0.0, 0.7, 16.0, 200.0, 1e6)]
    [1.0, 1.0, 16.0, 255.0, 1000000.0]
    """
    return next((peak for peak in _PEAKS if largest <= peak), largest)


def _as_array(image: Any) -> np.ndarray[Any, Any]:
    """Return pixels as a finite numeric (H, W) or (H, W, C) array."""
    if hasattr(image, "detach") and hasattr(image, "cpu"):  # a torch tensor; an open file has the former too
        image = image.detach().cpu()
    try:
        array = np.asarray(image)
    except ValueError:
        array = np.asarray(None)
    if array.dtype == object and array.ndim == 1 and len(array):  # rows of lists, as some frames give them
        try:
            array = np.asarray([np.asarray(row) for row in array])
        except ValueError:
            array = np.asarray(None)
    if array.dtype.kind not in "fiub":
        raise InputError(
            f"an image must be an array of numbers, a PIL image, bytes or a path. Got {type(image).__name__} instead."
        )
    if array.ndim == 3 and array.shape[2] not in _CHANNELS and array.shape[0] in _CHANNELS:
        array = np.moveaxis(array, 0, 2)
    if array.ndim not in {2, 3} or array.size == 0 or (array.ndim == 3 and array.shape[2] not in _CHANNELS):
        raise InputError(
            f"an image must have shape (H, W), (H, W, 3) or (H, W, 4). Got {array.shape} instead.",
            hint="Flat pixels become an image with reshape(H, W).",
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError("the pixels of an image must be finite. Got NaN or infinity instead.")
    return array


def _flatten_alpha(pixels: UInt8Array) -> UInt8Array:
    """Return (H, W) or (H, W, 3): one channel is grey, a fourth is laid over white."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    elif pixels.ndim == 3 and pixels.shape[2] == 4:
        colour, opacity = pixels[:, :, :3].astype(np.float64), pixels[:, :, 3:] / 255.0
        pixels = np.rint(colour * opacity + 255.0 * (1.0 - opacity)).astype(np.uint8)
    return np.ascontiguousarray(pixels)


def _read(source: Any) -> UInt8Array:
    """Return the pixels of an encoded picture."""
    from PIL import Image

    encoded = isinstance(source, bytes | bytearray | memoryview)
    where = "bytes" if encoded else str(source)
    stream: Any = io.BytesIO(source) if encoded else source
    with _as_input_error(where), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities of a file that still opens
        with Image.open(stream) as picture:
            return _from_pil(picture)


@contextmanager
def _as_input_error(where: str) -> Generator[None]:
    """Have whatever PIL says of a picture that it cannot read be said in one way; what it has opened it may not have read yet."""
    from PIL import Image

    try:
        yield
    # PIL reports a broken file by any of these, by format.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"expected an encoded picture. Got {where}, which cannot be read: {error}",
            hint="Is the path right, and the file complete?",
        ) from error


def _from_pil(picture: Any) -> UInt8Array:
    bands = picture.getbands()
    if picture.mode in {"1", "L"}:
        return np.array(picture.convert("L"), dtype=np.uint8)
    if picture.mode in {"F", "I"} or picture.mode.startswith("I;"):
        return decode_image(np.array(picture))
    if "A" in bands or "transparency" in picture.info:
        return _flatten_alpha(np.array(picture.convert("RGBA"), dtype=np.uint8))
    return np.array(picture.convert("RGB"), dtype=np.uint8)
