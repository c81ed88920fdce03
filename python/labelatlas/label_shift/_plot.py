"""Pictures of class mixes as SVG: nothing to install, sharp at any size, and drawn in the colours of the page around them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import Float64Array

_LINE = 22
_LEFT, _WIDTH, _RIGHT = 150, 420, 60
_LONGEST_NAME = 22
_GREY, _BLUE = "#8a8f98", "#3b7dd8"
_STYLE = 'font-family="system-ui, sans-serif" font-size="12" fill="currentColor"'


@dataclass(frozen=True)
class Picture:
    """A picture that a notebook shows.

    Attributes
    ----------
    svg : str
        The picture as an SVG element.

    Examples
    --------
    >>> Picture("<svg></svg>")._repr_html_()
    '<svg></svg>'
    """

    svg: str

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Picture of {len(self.svg):,} characters of SVG; .svg has it"


def draw_mixes(
    names: Sequence[str], source: Float64Array, target: Float64Array, low: Float64Array, high: Float64Array
) -> Picture:
    """Return a line for each class: a hollow mark at the source's share, a full one with a whisker at the target's.

    Parameters
    ----------
    names : sequence of str
    source, target, low, high : ndarray of shape (C,), float64

    Returns
    -------
    Picture
    """
    most = max(float(high.max()), float(source.max()), 1e-9)

    def at(share: float) -> float:
        return round(_LEFT + _WIDTH * share / most, 1)

    parts: list[str] = []
    for i, name in enumerate(names):
        y = 34 + _LINE * i
        told = f"{html.escape(name)}: {source[i]:.1%} to {target[i]:.1%} ({low[i]:.1%} to {high[i]:.1%})"
        parts += [
            _text(_LEFT - 8, y + 4, _short(name), anchor="end"),
            f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y}" y2="{y}" stroke="{_GREY}" stroke-opacity=".25"/>',
            f'<line x1="{at(low[i])}" x2="{at(high[i])}" y1="{y}" y2="{y}" stroke="{_BLUE}" stroke-width="2"/>',
            f'<circle cx="{at(source[i])}" cy="{y}" r="4.5" fill="none" stroke="{_GREY}" stroke-width="2"/>',
            f'<circle cx="{at(target[i])}" cy="{y}" r="4.5" fill="{_BLUE}"><title>{told}</title></circle>',
            _text(_LEFT + _WIDTH + 10, y + 4, f"{target[i]:.1%}"),
        ]
    parts += [
        f'<circle cx="{_LEFT + 5}" cy="12" r="4.5" fill="none" stroke="{_GREY}" stroke-width="2"/>',
        _text(_LEFT + 15, 16, "source"),
        f'<circle cx="{_LEFT + 75}" cy="12" r="4.5" fill="{_BLUE}"/>',
        _text(_LEFT + 85, 16, "target, with interval"),
    ]
    return _picture(_LEFT + _WIDTH + _RIGHT, 34 + _LINE * len(names), parts, "Share of each class in source and target")


def draw_domains(domains: Sequence[str], shares: Float64Array) -> Picture:
    """Return a bar for each domain, made of the shares of its classes.

    Parameters
    ----------
    domains : sequence of str, length r
    shares : ndarray of shape (K, r), float64
        Columns sum to 1.

    Returns
    -------
    Picture
    """
    n_classes = len(shares)
    parts: list[str] = []
    for d, domain in enumerate(domains):
        y, left = 26 + _LINE * d, float(_LEFT)
        parts.append(_text(_LEFT - 8, y + 12, _short(domain), anchor="end"))
        for k in range(n_classes):
            wide = round(_WIDTH * float(shares[k, d]), 1)
            told = f"class {k} in {html.escape(domain)}: {shares[k, d]:.1%}"
            parts.append(
                f'<rect x="{left:.1f}" y="{y}" width="{wide}" height="{_LINE - 6}" fill="{_hue(k, n_classes)}"><title>{told}</title></rect>'
            )
            left += wide
    for k in range(n_classes):
        x = _LEFT + k * _WIDTH / n_classes
        parts += [
            f'<rect x="{x:.1f}" y="4" width="10" height="10" fill="{_hue(k, n_classes)}"/>',
            _text(round(x + 15, 1), 13, str(k)),
        ]
    return _picture(_LEFT + _WIDTH + _RIGHT, 30 + _LINE * len(domains), parts, "Share of each class in each domain")


def draw_periods(
    names: Sequence[str], periods: Sequence[str], shares: Float64Array, low: Float64Array, high: Float64Array
) -> Picture:
    """Return small multiples: for each class its share over the periods, with a band.

    Parameters
    ----------
    names : sequence of str, length C
    periods : sequence of str, length T
    shares, low, high : ndarray of shape (T, C), float64
        NaN where a period says nothing.

    Returns
    -------
    Picture
    """
    wide, tall, columns = 190, 92, 3
    parts: list[str] = []
    for c, name in enumerate(names):
        left, top = 10 + (c % columns) * (wide + 24), 26 + (c // columns) * (tall + 44)
        most = max(float(high[:, c][high[:, c] == high[:, c]].max(initial=0.0)), 1e-9)
        said = [t for t in range(len(periods)) if shares[t, c] == shares[t, c]]
        x = [round(left + wide * (t + 0.5) / len(periods), 1) for t in range(len(periods))]

        def y(value: float, top: float = top, most: float = most) -> float:
            return round(top + tall * (1 - value / most), 1)

        band = [f"{x[t]},{y(low[t, c])}" for t in said] + [f"{x[t]},{y(high[t, c])}" for t in reversed(said)]
        line = [f"{x[t]},{y(shares[t, c])}" for t in said]
        parts += [
            _text(left, top - 8, _short(name)),
            _text(left + wide, top - 8, f"max {most:.0%}", anchor="end", faint=True),
            f'<rect x="{left}" y="{top}" width="{wide}" height="{tall}" fill="none" stroke="{_GREY}" stroke-opacity=".35"/>',
            f'<polygon points="{" ".join(band)}" fill="{_BLUE}" fill-opacity=".2"/>',
            f'<polyline points="{" ".join(line)}" fill="none" stroke="{_BLUE}" stroke-width="2"/>',
            *(
                f'<circle cx="{x[t]}" cy="{y(shares[t, c])}" r="2.5" fill="{_BLUE}"><title>{html.escape(periods[t])}: '
                f"{shares[t, c]:.1%} ({low[t, c]:.1%} to {high[t, c]:.1%})</title></circle>"
                for t in said
            ),
            _text(left, top + tall + 14, periods[0], faint=True),
            _text(left + wide, top + tall + 14, periods[-1], anchor="end", faint=True),
        ]
    rows = -(-len(names) // columns)
    return _picture(10 + columns * (wide + 24), 26 + rows * (tall + 44), parts, "Share of each class by period")


def _hue(k: int, n: int) -> str:
    return f"hsl({round(360 * k / n + 210) % 360} 55% 55%)"


def _text(x: float, y: float, words: str, *, anchor: str = "start", faint: bool = False) -> str:
    opacity = ' fill-opacity=".65"' if faint else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {_STYLE}{opacity}>{html.escape(words)}</text>'


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _picture(width: int, height: int, parts: Sequence[str], title: str) -> Picture:
    label = html.escape(title)
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
