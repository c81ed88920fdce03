"""The letters of a picture: Pillow's own font has those of English and few more, so that "Größe" would be drawn with boxes.

What it lacks is taken from the fonts of the machine, where there are any. An SVG needs none of this: who shows it has the fonts.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.ImageFont import FreeTypeFont

_NAMES = (
    # of wide reach first: Linux, Windows, macOS; then those of single scripts
    *(
        "DejaVuSans.ttf",
        "NotoSans-Regular.ttf",
        "LiberationSans-Regular.ttf",
        "arial.ttf",
        "Arial Unicode.ttf",
        "Arial.ttf",
    ),
    *("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf", "msyh.ttc", "PingFang.ttc"),
    *("YuGothR.ttc", "Hiragino Sans GB.ttc", "malgun.ttf", "AppleSDGothicNeo.ttc"),
    *(
        "NotoSansDevanagari-Regular.ttf",
        "NotoSansArabic-Regular.ttf",
        "NotoSansHebrew-Regular.ttf",
        "NotoSansThai-Regular.ttf",
    ),
    *("Nirmala.ttf", "seguisym.ttf", "Symbola.ttf"),
)
_NO_LETTER = "\uffff"  # Unicode promises that it will never be one: what is drawn for it is the box


@lru_cache(maxsize=4096)
def _drawn(font: FreeTypeFont, letter: str) -> bytes:
    from PIL import Image, ImageDraw

    side = round(3 * font.size)
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).text((0, 0), letter, font=font, fill=255)
    return image.tobytes()


def _has(font: FreeTypeFont, letter: str) -> bool:
    return letter.isspace() or _drawn(font, letter) != _drawn(font, _NO_LETTER)


def lacking(font: FreeTypeFont, words: str) -> int:
    """Return how many of the letters of some words a font does not have.

    Parameters
    ----------
    font : PIL.ImageFont.FreeTypeFont
    words : str

    Returns
    -------
    int

    Examples
    --------
    >>> from PIL import ImageFont
    >>> lacking(ImageFont.load_default(12), "map"), lacking(ImageFont.load_default(12), "地图")
    (0, 2)
    """
    return sum(not _has(font, letter) for letter in set(words))


def fonts_for(words: Iterable[str], fonts: Sequence[FreeTypeFont]) -> dict[str, FreeTypeFont]:
    """Return the font of each of some words: one font for as many as it can, so that a picture looks of a piece.

    Parameters
    ----------
    words : iterable of str
    fonts : sequence of PIL.ImageFont.FreeTypeFont
        The first one that lacks the fewest letters is taken.

    Returns
    -------
    dict of str to PIL.ImageFont.FreeTypeFont
    """
    wanted = list(words)
    together = "".join(wanted)
    main = min(fonts, key=lambda font: lacking(font, together))
    order = (main, *(font for font in fonts if font is not main))
    return {one: min(order, key=lambda font: lacking(font, one)) for one in wanted}


@cache
def fonts_here(size: int) -> tuple[FreeTypeFont, ...]:
    """Return Pillow's own font, and those of the machine that are known to have many letters.

    Parameters
    ----------
    size : int
        Pixels.

    Returns
    -------
    tuple of PIL.ImageFont.FreeTypeFont
    """
    from PIL import ImageFont

    found: list[FreeTypeFont] = []
    for name in _NAMES:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:  # not on this machine
            continue
    own = ImageFont.load_default(size)
    return (own, *found) if isinstance(own, ImageFont.FreeTypeFont) else tuple(found)
