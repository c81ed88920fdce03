"""A map that `picture.compose` has laid out, drawn as PNG or as SVG."""

from __future__ import annotations

import base64
import html
import io
import re
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.widget.palette import ramp
from labelatlas.widget.picture import LEGEND, LINE, MARGIN, SHADES
from labelatlas.widget.picture_font import fonts_for, fonts_here

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas.widget.picture import Picture

_FONT = 13
_FEW = 50_000  # more points than this are one picture within an SVG, which no program could open else
_FINE = 2  # pixels of a PNG beside each one of the layout
_ALPHA = 0.82
_FAINT = 0.3


def draw_png(picture: Picture) -> bytes:
    """Return a picture as a PNG of twice its pixels each way.

    Letters that neither Pillow's own font nor any known one of the machine has are drawn as boxes; an SVG has them all.

    Parameters
    ----------
    picture : Picture
        From `compose`.

    Returns
    -------
    bytes
    """
    from PIL import Image, ImageDraw

    image = Image.fromarray(_points(picture))
    draw = ImageDraw.Draw(image)
    ground, text, _ = SHADES[picture.shade]
    told = (
        [name for name, _, _ in picture.names]
        + [words for words, _, _, _ in _lines(picture)]
        + list(picture.ends or ())
    )
    fonts = fonts_for(told, fonts_here(_FONT * _FINE))
    for name, x, y in picture.names:
        at = (x * _FINE, y * _FINE)
        draw.text(at, name, font=fonts[name], fill=text, anchor="mm", stroke_width=2 * _FINE, stroke_fill=ground)
    if picture.ends:
        left, top, width = _scale(picture)
        for i, colour in enumerate(ramp(width)):
            draw.rectangle(
                [(left + i) * _FINE, (top - 5) * _FINE, (left + i + 1) * _FINE - 1, (top + 5) * _FINE], fill=colour
            )
        for end, x, anchor in zip(picture.ends, (left, left + width), ("lm", "rm"), strict=True):
            draw.text((x * _FINE, (top + LINE) * _FINE), end, font=fonts[end], fill=text, anchor=anchor)
    for words, colour, x, y in _lines(picture):
        if colour:
            corners = [(x - 14) * _FINE, (y - 5) * _FINE, (x - 4) * _FINE, (y + 5) * _FINE]
            draw.ellipse(corners, fill=colour)
        draw.text((x * _FINE, y * _FINE), words, font=fonts[words], fill=text, anchor="lm")
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def draw_svg(picture: Picture) -> bytes:
    """Return a picture as SVG; above 50,000 points these are one picture within it, and the words stay words.

    Parameters
    ----------
    picture : Picture
        From `compose`.

    Returns
    -------
    bytes
        UTF-8; every word of the data is escaped.
    """
    ground, text, _ = SHADES[picture.shade]
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="{_FONT}">',
        f'<rect width="100%" height="100%" fill="{ground}"/>',
        *(_dots(picture) if len(picture.places) <= _FEW else [_bitmap(picture)]),
        f'<g fill="{text}" dominant-baseline="central">',
        f'<g text-anchor="middle" font-weight="600" stroke="{ground}" stroke-width="4" paint-order="stroke">',
        *(f'<text x="{x:.1f}" y="{y:.1f}">{_xml(name)}</text>' for name, x, y in picture.names),
        "</g>",
    ]
    if picture.ends:
        left, top, width = _scale(picture)
        stops = "".join(f'<stop offset="{i / 8}" stop-color="{colour}"/>' for i, colour in enumerate(ramp(9)))
        parts.append(f'<linearGradient id="scale">{stops}</linearGradient>')
        parts.append(f'<rect x="{left}" y="{top - 5}" width="{width}" height="10" fill="url(#scale)"/>')
        for end, x, anchor in zip(picture.ends, (left, left + width), ("start", "end"), strict=True):
            parts.append(f'<text x="{x}" y="{top + LINE}" text-anchor="{anchor}">{_xml(end)}</text>')
    for words, colour, x, y in _lines(picture):
        if colour:
            parts.append(f'<circle cx="{x - 9}" cy="{y}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{x}" y="{y}">{_xml(words)}</text>')
    parts.append("</g></svg>\n")
    return "\n".join(parts).encode()


def _lines(picture: Picture) -> list[tuple[str, str, int, int]]:
    left = picture.width - LEGEND + MARGIN
    lines = enumerate(picture.legend)
    return [(words, colour, left, MARGIN + LINE * i + LINE // 2) for i, (words, colour) in lines if words]


def _scale(picture: Picture) -> tuple[int, int, int]:
    """Return where the scale begins, its middle line and its width."""
    return picture.width - LEGEND + MARGIN, MARGIN + LINE + LINE // 2, LEGEND - 2 * MARGIN


def _dots(picture: Picture) -> list[str]:
    """Return the points: of each colour one path of lines without length, whose round caps are the discs."""
    out = [f'<g stroke-width="{picture.size:.2f}" stroke-linecap="round" stroke-opacity="{_ALPHA}">']
    for slot in np.unique(picture.slots)[::-1]:  # what is faint, and what has no value, lies below
        moves = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in picture.places[picture.slots == slot])
        faint = f' stroke-opacity="{_FAINT}"' if slot == len(picture.colours) - 1 else ""
        out.append(f'<path stroke="{picture.colours[slot]}"{faint} d="{moves}"/>')
    return [*out, "</g>"]


def _bitmap(picture: Picture) -> str:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(_points(picture)).save(out, format="PNG", optimize=True)
    source = base64.b64encode(out.getvalue()).decode()
    return f'<image width="{picture.width}" height="{picture.height}" href="data:image/png;base64,{source}"/>'


def _points(picture: Picture) -> npt.NDArray[np.uint8]:
    """Return the ground with its points, shape (height, width, 3): discs with soft edges, laid over each other in no order.

    A pixel's weight is the sum of the discs' covers, its colour their weighted mean, its opacity what so many layers let
    through: a place where two labels mix looks mixed, whichever row comes last.
    """
    shape = (picture.height * _FINE, picture.width * _FINE)
    table = np.array([_rgb(colour) for colour in picture.colours], dtype=np.float64)
    rgb = table[picture.slots]
    strength = np.where(picture.slots == len(picture.colours) - 1, _FAINT, 1.0)
    where = picture.places * _FINE
    corner = np.floor(where).astype(np.int64)
    radius = picture.size * _FINE / 2
    reach = int(np.ceil(radius)) + 1
    weight = np.zeros(shape[0] * shape[1])
    total = np.zeros((3, len(weight)))
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            pixel = corner + np.array((dx, dy))
            cover = np.clip(radius + 0.5 - np.hypot(*(pixel + 0.5 - where).T), 0, 1)
            touched = (cover > 0) & (pixel >= 0).all(axis=1) & (pixel[:, 0] < shape[1]) & (pixel[:, 1] < shape[0])
            at = pixel[touched, 1] * shape[1] + pixel[touched, 0]
            ink = cover[touched] * strength[touched]
            np.add.at(weight, at, ink)
            for channel, sums in enumerate(total):
                np.add.at(sums, at, ink * rgb[touched, channel])
    opacity = (1 - (1 - _ALPHA) ** weight)[:, None]
    mean = (total / np.maximum(weight, 1e-9)).T
    blended = mean * opacity + np.array(_rgb(SHADES[picture.shade][0])) * (1 - opacity)
    return np.rint(blended).astype(np.uint8).reshape(*shape, 3)


def _xml(words: str) -> str:
    """Escape words for XML, which has no place for control characters."""
    return html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", words))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
