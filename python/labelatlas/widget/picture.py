"""A picture of the map made by the kernel alone: points, names and a legend, as PNG or SVG, for papers and reports.

`compose` decides where everything stands, in pixels of the finished picture; draw_picture.py only draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from labelatlas.widget.inks import FAINT, HIDDEN, SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float32Array
    from labelatlas.widget.inks import Inks

    Box = tuple[float, float, float, float]

Shade = Literal["light", "dark"]

LEGEND = 190  # pixels
LINE = 20
MARGIN = 16
SHADES: dict[Shade, tuple[str, str, str]] = {  # ground, text, unlabelled
    "light": ("#ffffff", "#1c1e22", "#96989e"),
    "dark": ("#1a1b1e", "#f0f1f3", "#767980"),
}
_LETTER = 7.4  # an upper guess of a letter's width, which only keeps names apart
_MOST_NAMES = 60
_MOST_LETTERS = 28
_LEGEND_LETTERS = 23  # of a line, its number counted in


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
        "#rrggbb" by slot; the last but one is that of rows without a value, the last that of faint rows.
    slots : ndarray of shape (n,), int64
        The colour of each point.
    size : float
        Diameter of a point.
    names : tuple of (str, float, float)
        Names on the map, with their middles.
    legend : tuple of (str, str)
        Words and colour, line by line; "" = no swatch.
    ends : tuple of str
        The values at the two ends of a scale, which stands in the second line of the legend and they in the third; else empty.
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
    ends: tuple[str, ...]
    shade: Shade


def compose(
    xy: Float32Array,
    inks: Inks,
    *,
    stands: npt.NDArray[np.uint8] | None = None,
    named: bool = True,
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
    inks : Inks
        The colours.
    stands : ndarray of shape (n,), uint8, or None
        0 hidden, 1 faint, 2 shown; None = all are shown. The legend counts what is shown.
    named : bool
        Whether names stand on the map.
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
    room = np.array([width - LEGEND - 2 * MARGIN, height - 2 * MARGIN], dtype=np.float64)
    scale = float((room / np.maximum(high - low, 1e-9)).min())
    places = (xy - (low + high) / 2).astype(np.float64) * [scale, -scale] + room / 2 + MARGIN
    stood = np.full(len(xy), SHOWN, dtype=np.uint8) if stands is None else stands
    seen = ((places >= 0) & (places <= room + 2 * MARGIN)).all(axis=1) & (stood != HIDDEN)
    places, slots, stood = places[seen], inks.slots[seen], stood[seen]
    colours, grey = inks.colours, SHADES[shade][2]
    counts = np.bincount(slots[stood != FAINT] + 1, minlength=len(colours) + 1)
    order = [int(slot) for slot in np.argsort(-counts[1:], kind="stable") if counts[slot + 1]] if inks.names else []
    shown = np.where(stood == FAINT, -1, slots)
    drawn = np.where(slots < 0, len(colours), slots)
    return Picture(
        width=width,
        height=height,
        places=places,
        colours=(*colours, grey, grey),
        slots=np.where(stood == FAINT, len(colours) + 1, drawn).astype(np.int64),
        size=float(np.clip(0.34 * np.sqrt(room.prod() / max(1, len(places))), 1.2, 8)),
        names=_names(places, shown, inks.names, order, room + 2 * MARGIN) if named else (),
        legend=_legend(inks, counts.tolist(), order, int((height - 2 * MARGIN) // LINE) - 3, grey),
        ends=inks.ends,
        shade=shade,
    )


def _legend(
    inks: Inks, counts: Sequence[int], order: Sequence[int], most: int, grey: str
) -> tuple[tuple[str, str], ...]:
    """Return words and colours line by line, the most frequent first; `counts` begins with the rows without a value."""

    def line(slot: int) -> str:
        number = f"{counts[slot + 1]:,}"
        return f"{_short(inks.names[slot], _LEGEND_LETTERS - len(number) - 2)}  {number}"

    lines = [] if inks.title == "" else [(_short(inks.title, _LEGEND_LETTERS), "")]
    lines += [("", ""), ("", "")] if inks.ends else []  # the scale and its ends
    colours = inks.colours
    lines += [(line(slot), colours[slot]) for slot in order[:most]]
    if len(order) > most:
        lines.append((f"and {len(order) - most:,} more", ""))
    if counts[0]:
        lines.append((f"{inks.missing}  {counts[0]:,}", grey))
    return tuple(lines)


def _names(
    places: npt.NDArray[np.float64],
    slots: npt.NDArray[np.integer],
    names: Sequence[str],
    order: Sequence[int],
    room: npt.NDArray[np.float64],
) -> tuple[tuple[str, float, float], ...]:
    """Return the largest names at the middles of their rows, all of each in the room; one that would lie on another is left out."""
    out: list[tuple[str, float, float]] = []
    taken: list[tuple[float, float, float]] = []
    for slot in order[:_MOST_NAMES]:
        x, y = np.median(places[slots == slot], axis=0)
        half = len(_short(names[slot])) * _LETTER / 2 + 4
        x = min(max(x, half), max(room[0] - half, room[0] / 2))
        y = min(max(y, LINE / 2), room[1] - LINE / 2)
        if all(abs(x - x1) > half + half1 or abs(y - y1) > LINE for x1, y1, half1 in taken):
            taken.append((x, y, half))
            out.append((_short(names[slot]), float(x), float(y)))
    return tuple(out)


def _short(name: str, most: int = _MOST_LETTERS) -> str:
    """Return a name as one line of at most so many letters."""
    line = " ".join(name.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
