"""Makes the README's pictures of those that the end-to-end tests took: in few colours, so that the repository stays small.

As a script (`make screenshots`, after the tests) it writes them into examples/screenshots.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

E2E = Path(__file__).resolve().parent
SCREENSHOTS = E2E.parents[1] / "examples" / "screenshots"
TAKEN = {
    "label_map_light": "label_map_light",
    "label_map_dark": "label_map_dark",
    "label_map_million": "label_map_million",
    "label_map_77_labels": "label_map_77_labels",
    "review_light": "review",
    "lab_extension": "lab_extension",
}  # as the tests call them, and as the README does
MOST_BYTES = 200_000
COLOURS = (256, 128, 64)


def shrink(taken: Path, kept: Path) -> int:
    """Write a picture, in fewer colours where its size asks for it, and return its size in bytes."""
    image = Image.open(taken).convert("RGB")
    image.save(kept, optimize=True)
    for colours in COLOURS:
        if kept.stat().st_size <= MOST_BYTES:
            break
        # of the ways to choose them, the one that keeps a colour which few pixels have: a label's swatch
        image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(kept, optimize=True)
    return kept.stat().st_size


if __name__ == "__main__":
    SCREENSHOTS.mkdir(exist_ok=True)
    sizes = {kept: shrink(E2E / "out" / f"{taken}.png", SCREENSHOTS / f"{kept}.png") for taken, kept in TAKEN.items()}
    if large := [kept for kept, size in sizes.items() if size > MOST_BYTES]:
        sys.exit(f"expected pictures of at most {MOST_BYTES:,} bytes. Larger: {', '.join(large)}.")
