"""Makes the README's pictures of those that the end-to-end tests took: in few colours, so that the repository stays small.

As a script (`make screenshots`, after the tests) it writes them into examples/screenshots.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

E2E = Path(__file__).resolve().parent
SCREENSHOTS = E2E.parents[1] / "examples" / "screenshots"
TAKEN = (
    "label_map_light",
    "label_map_dark",
    "label_map_million",
    "label_map_77_labels",
    "label_map_review",
    "lab_extension",
)
MOST_BYTES = 200_000
COLOURS = (256, 128, 64)


def shrink(taken: Path, kept: Path) -> int:
    """Write a picture with as many colours as its size allows, and return its size in bytes."""
    image = Image.open(taken).convert("RGB")
    for colours in COLOURS:
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(kept, optimize=True)
        if kept.stat().st_size <= MOST_BYTES:
            break
    return kept.stat().st_size


if __name__ == "__main__":
    SCREENSHOTS.mkdir(exist_ok=True)
    large = [name for name in TAKEN if shrink(E2E / "out" / f"{name}.png", SCREENSHOTS / f"{name}.png") > MOST_BYTES]
    if large:
        sys.exit(f"expected pictures of at most {MOST_BYTES:,} bytes. Larger: {', '.join(large)}.")
