"""A picture of the map made by the kernel alone: points, names and a legend, as PNG or SVG, for papers and reports.

`compose` decides where everything stands, in pixels of the finished picture; `draw_png` and `draw_svg` only draw it.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from labelatlas.widget.palette import PALETTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float32Array, Int32Array

    Box = tuple[float, float, float, float]

Shade = Literal["light", "dark"]

_LEGEND = 190  # pixels
_LINE = 20
_FONT = 13
_MARGIN = 16
_LETTER = 7.4  # an upper guess of a letter's width, which only keeps names apart
_MOST_NAMES = 60
_MOST_LETTERS = 28
_FEW = 50_000  # more points than this are one picture within an SVG, which no program could open else
_FINE = 2  # pixels of a PNG beside each one of the layout
_ALPHA = 0.82
_SHADES: dict[Shade, tuple[str, str, str]] = {  # ground, text, unlabelled
    "light": ("#ffffff", "#1c1e22", "#96989e"),
    "dark": ("#1a1b1e", "#f0f1f3", "#767980"),
}


@dataclass(frozen=True)
class Picture:
    """Where everything stands.

    Attributes
    ----------
    width, height : int
        Pixels.
    places : ndarray of shape (n, 2), float64
        Where the points stand that are in sight.
    colours : tuple of str
        "#rrggbb" by slot; the last is that of the unlabelled.
    slots : ndarray of shape (n,), int64
        The colour of each point.
    size : float
        Diameter of a point.
    names : tuple of (str, float, float)
        Names on the map, with their middles.
    legend : tuple of (str, str)
        Words and colour, line by line; "" = no swatch.
    shade : "light" or "dark"
        The ground that it stands on.
    """

    width: int
    height: int
    places: npt.NDArray[np.float64]
    colours: tuple[str, ...]
    slots: npt.NDArray[np.int64]
    size: float
    names: tuple[tuple[str, float, float], ...]
    legend: tuple[tuple[str, str], ...]
    shade: Shade


def label_colours(n_labels: int, own: Sequence[str]) -> tuple[str, ...]:
    """Return the colour of each label, "#rrggbb".

    Parameters
    ----------
    n_labels : int
        Number of labels.
    own : sequence of str
        Colours that were chosen for labels, by code; "" or none = that of the palette.

    Returns
    -------
    tuple of str
    """
    chosen = [*own, *[""] * max(0, n_labels - len(own))]
    return tuple(chosen[code] or PALETTE[code % len(PALETTE)] for code in range(n_labels))


def compose(
    xy: Float32Array,
    codes: Int32Array,
    names: Sequence[str],
    colours: Sequence[str],
    *,
    box: Box | None = None,
    width: int = 1200,
    height: int = 800,
    shade: Shade = "light",
) -> Picture:
    """Lay a map out.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float32
        Positions.
    codes : ndarray of shape (n,), int32
        Labels; -1 = unlabelled.
    names, colours : sequence of str
        By code.
    box : tuple of four float, or None
        What is in sight: the least x and y, the greatest x and y; None = everything.
    width, height : int
        Pixels; the legend takes 190 of the width.
    shade : "light" or "dark"
        The ground that it stands on.

    Returns
    -------
    Picture
    """
    low, high = (xy.min(axis=0), xy.max(axis=0)) if box is None else (np.array(box[:2]), np.array(box[2:]))
    room = np.array([width - _LEGEND - 2 * _MARGIN, height - 2 * _MARGIN], dtype=np.float64)
    scale = float((room / np.maximum(high - low, 1e-9)).min())
    places = (xy - (low + high) / 2).astype(np.float64) * [scale, -scale] + room / 2 + _MARGIN
    seen = ((places >= 0) & (places <= room + 2 * _MARGIN)).all(axis=1)
    places, codes = places[seen], codes[seen]
    counts = np.bincount(codes + 1, minlength=len(names) + 1)
    size = float(np.clip(0.34 * np.sqrt(room.prod() / max(1, len(places))), 1.2, 8))
    lines: list[tuple[str, str]] = []
    order = [int(code) for code in np.argsort(-counts[1:], kind="stable") if counts[code + 1]]
    most = int((height - 2 * _MARGIN) // _LINE) - 2
    lines += [(f"{_short(names[code])}  {counts[code + 1]:,}", colours[code]) for code in order[:most]]
    if len(order) > most:
        lines.append((f"and {len(order) - most:,} labels more", ""))
    if counts[0]:
        lines.append((f"unlabelled  {counts[0]:,}", _SHADES[shade][2]))
    return Picture(
        width=width,
        height=height,
        places=places,
        colours=(*colours, _SHADES[shade][2]),
        slots=np.where(codes < 0, len(colours), codes).astype(np.int64),
        size=size,
        names=_names(places, codes, names, order),
        legend=tuple(lines),
        shade=shade,
    )


def _names(
    places: npt.NDArray[np.float64], codes: Int32Array, names: Sequence[str], order: Sequence[int]
) -> tuple[tuple[str, float, float], ...]:
    """Return the names of the largest labels at the middles of their rows; one that would lie on another is left out."""
    out: list[tuple[str, float, float]] = []
    taken: list[tuple[float, float, float]] = []
    for code in order[:_MOST_NAMES]:
        x, y = np.median(places[codes == code], axis=0)
        half = len(_short(names[code])) * _LETTER / 2 + 4
        if all(abs(x - x1) > half + half1 or abs(y - y1) > _LINE for x1, y1, half1 in taken):
            taken.append((x, y, half))
            out.append((_short(names[code]), float(x), float(y)))
    return tuple(out)


def draw_png(picture: Picture) -> bytes:
    """Return a picture as a PNG of twice its pixels each way.

    Letters that Pillow's own font does not have (those of Chinese, for one) are drawn as boxes; an SVG has them all.

    Parameters
    ----------
    picture : Picture
        From `compose`.

    Returns
    -------
    bytes
    """
    from PIL import Image, ImageDraw, ImageFont

    image = Image.fromarray(_points(picture))
    draw = ImageDraw.Draw(image)
    ground, text, _ = _SHADES[picture.shade]
    font = ImageFont.load_default(_FONT * _FINE)
    for name, x, y in picture.names:
        at = (x * _FINE, y * _FINE)
        draw.text(at, name, font=font, fill=text, anchor="mm", stroke_width=2 * _FINE, stroke_fill=ground)
    for words, colour, x, y in _lines(picture):
        if colour:
            corners = [(x - 14) * _FINE, (y - 5) * _FINE, (x - 4) * _FINE, (y + 5) * _FINE]
            draw.ellipse(corners, fill=colour)
        draw.text((x * _FINE, y * _FINE), words, font=font, fill=text, anchor="lm")
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
    ground, text, _ = _SHADES[picture.shade]
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
    for words, colour, x, y in _lines(picture):
        if colour:
            parts.append(f'<circle cx="{x - 9}" cy="{y}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{x}" y="{y}">{_xml(words)}</text>')
    parts.append("</g></svg>\n")
    return "\n".join(parts).encode()


def _lines(picture: Picture) -> list[tuple[str, str, int, int]]:
    left = picture.width - _LEGEND + _MARGIN
    return [(words, colour, left, _MARGIN + _LINE * i + _LINE // 2) for i, (words, colour) in enumerate(picture.legend)]


def _dots(picture: Picture) -> list[str]:
    """Return the points: of each colour one path of lines without length, whose round caps are the discs."""
    out = [f'<g stroke-width="{picture.size:.2f}" stroke-linecap="round" stroke-opacity="{_ALPHA}">']
    for slot in np.unique(picture.slots):
        moves = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in picture.places[picture.slots == slot])
        out.append(f'<path stroke="{picture.colours[slot]}" d="{moves}"/>')
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
            np.add.at(weight, at, cover[touched])
            for channel, sums in enumerate(total):
                np.add.at(sums, at, cover[touched] * rgb[touched, channel])
    opacity = (1 - (1 - _ALPHA) ** weight)[:, None]
    mean = (total / np.maximum(weight, 1e-9)).T
    blended = mean * opacity + np.array(_rgb(_SHADES[picture.shade][0])) * (1 - opacity)
    return np.rint(blended).astype(np.uint8).reshape(*shape, 3)


def _short(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def _xml(words: str) -> str:
    """Escape words for XML, which has no place for control characters."""
    return html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", words))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
