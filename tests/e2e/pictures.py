"""Makes the README's pictures of those that the end-to-end tests took: in few colours, so that the repository stays small.

As a script (`make screenshots`, after the tests) it writes them into examples/screenshots.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

E2E = Path(__file__).resolve().parent
SCREENSHOTS = E2E.parents[1] / "examples" / "screenshots"
TAKEN = {
    "label_map_light": "label_map_light",
    "label_map_dark": "label_map_dark",
    "label_map_million": "label_map_million",
    "label_map_77_labels": "label_map_77_labels",
    "review_light": "review",
    "drift_light": "shift_over_time",
    "lab_extension": "lab_extension",
}  # as the tests call them, and as the README does
MOST_BYTES = 200_000
COLOURS = (256, 128, 64)


def in_few_colours(image: Image.Image, n: int) -> Image.Image:
    """Return a picture in at most 256 colours, each pixel in the nearest of them.

    A quarter of them are those that most pixels have, as they are: the page's own greys stay grey. The others are spread over
    all that is left, however few pixels have it: a label's swatch keeps its colour.

    Parameters
    ----------
    image : PIL.Image.Image
        In RGB.
    n : int
        How many colours, from 4 to 256.
    """
    pixels = np.asarray(image).reshape(-1, 3).astype(np.int64)
    codes, place, counts = np.unique(pixels @ [65_536, 256, 1], return_inverse=True, return_counts=True)
    found = np.column_stack([codes >> 16, codes >> 8 & 255, codes & 255])
    order = np.argsort(-counts, kind="stable")
    kept, rest = found[order[: n // 4]], found[order[n // 4 :]]
    if len(rest):
        row = Image.fromarray(rest[None].astype(np.uint8))
        spread = row.quantize(n - len(kept), method=Image.Quantize.MAXCOVERAGE).getpalette() or []
        kept = np.concatenate([kept, np.reshape(spread, (-1, 3))[: n - len(kept)]])
    small = Image.fromarray(_nearest(found, kept)[place].reshape(image.height, image.width), "P")
    small.putpalette(kept.astype(np.uint8).tobytes())
    return small


def _nearest(colours: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return which of the kept colours is nearest to each colour."""
    parts = np.array_split(colours, max(1, len(colours) // 8192))
    return np.concatenate([((part[:, None] - kept) ** 2).sum(axis=2).argmin(axis=1) for part in parts]).astype(np.uint8)


def shrink(taken: Path, kept: Path) -> int:
    """Write a picture, in fewer colours where its size asks for it, and return its size in bytes."""
    image = Image.open(taken).convert("RGB")
    image.save(kept, optimize=True)
    for colours in COLOURS:
        if kept.stat().st_size <= MOST_BYTES:
            break
        in_few_colours(image, colours).save(kept, optimize=True)
    return kept.stat().st_size


if __name__ == "__main__":
    SCREENSHOTS.mkdir(exist_ok=True)
    sizes = {kept: shrink(E2E / "out" / f"{taken}.png", SCREENSHOTS / f"{kept}.png") for taken, kept in TAKEN.items()}
    if large := [kept for kept, size in sizes.items() if size > MOST_BYTES]:
        sys.exit(f"expected pictures of at most {MOST_BYTES:,} bytes. Larger: {', '.join(large)}.")
