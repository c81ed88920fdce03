"""The map as a file: a picture in PNG or SVG, or a page of its own in HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.draw_picture import draw_png, draw_svg
from labelatlas.widget.inks import Look, inks_of, stands_of
from labelatlas.widget.picture import compose
from labelatlas.widget.protocol import ExportFormat
from labelatlas.widget.share import share_page
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from labelatlas._typing import Int64Array, Step
    from labelatlas.widget.inks import Inks
    from labelatlas.widget.picture import Box, Shade
    from labelatlas.widget.session import Session

_SAMPLE = 4_000  # rows that tell how large a page will be
_PART = 20_000  # rows that are read between two steps
_LENGTH = 300  # letters of a cell in a page
_LEAST = 200  # pixels
_MOST = 4_000


AS_IT_COMES = Look()


def format_of(name: str) -> ExportFormat:
    """Return the kind of file that a name asks for.

    Raises
    ------
    InputError
        It ends in nothing that a map can be written as.
    """
    for known in get_args(ExportFormat):
        if name.lower().endswith(f".{known}"):
            return known
    message = f"a map is saved as .png, .svg or .html. Got {name!r}."
    raise InputError(message, hint='m.view.save("map.html"); the labels themselves leave by m.to_frame().')


def export_view(
    session: Session,
    kind: ExportFormat,
    look: Look = AS_IT_COMES,
    *,
    box: Box | None = None,
    width: int = 1200,
    height: int = 800,
    shade: Shade = "light",
    step: Step = quiet,
) -> bytes:
    """Return the map as the content of a file.

    Parameters
    ----------
    session : Session
        The map.
    kind : "png", "svg" or "html"
        The file.
    look : Look
        How it is looked at. A page has its colours and their legend; it holds the rows that are hidden or grey as well.
    box : tuple of four float, or None
        What a picture shows: the least x and y, the greatest x and y; None = everything. A page holds everything.
    width, height : int
        Size of a picture in CSS pixels, from 200 to 4,000 each.
    shade : "light" or "dark"
        Of a picture; a page follows its reader.
    step : Step
        Called between the parts of what takes long.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        The size is out of range, the page's half was not built, or there is no such thing to colour by.
    NotApplicable
        There is nothing to say yet of what the colours are to follow.
    """
    inks = inks_of(session, look)
    if kind == "html":
        return _page(session, inks, np.arange(session.n_rows), step)
    if not (_LEAST <= width <= _MOST and _LEAST <= height <= _MOST):
        raise InputError(f"a picture is from {_LEAST} to {_MOST} pixels wide and high. Got {width} x {height}.")
    picture = compose(
        session.atlas.xy,
        inks,
        stands=stands_of(session, look),
        named=look.names,
        box=box,
        width=width,
        height=height,
        shade=shade,
    )
    return draw_png(picture) if kind == "png" else draw_svg(picture)


def page_size(session: Session, look: Look = AS_IT_COMES) -> int:
    """Return about how many bytes the page of a map has; exactly, up to 4,000 rows."""
    n, inks = session.n_rows, inks_of(session, look)
    if n <= _SAMPLE:
        return len(_page(session, inks, np.arange(n)))
    # neighbours in the frame are alike and pack better than rows from all over it: the second half of a block of neighbours
    # tells what one more row costs
    rows = np.arange(_SAMPLE) + (n - _SAMPLE) // 2
    whole, half = len(_page(session, inks, rows)), len(_page(session, inks, rows[: _SAMPLE // 2]))
    return whole + round((whole - half) / (_SAMPLE - _SAMPLE // 2) * (n - _SAMPLE))


def _page(session: Session, inks: Inks, rows: Int64Array, step: Step = quiet) -> bytes:
    with session.labels.lock:
        names, codes = tuple(session.labels.names), session.labels.codes
    content = session.content
    columns = [name for name in content.shown if content.type_of(name) not in {"image", "audio", "html"}]
    cells: list[tuple[str, list[str | None]]] = [(name, []) for name in columns]
    for start in range(0, len(rows), _PART):
        step("reading the rows", start, len(rows))
        described, _ = content.describe(rows[start : start + _PART], columns, _LENGTH)
        for (_, values), column in zip(cells, described, strict=True):
            values.extend(column["values"])
    title = f"Label map: {session.n_rows:,} rows, {len(set(codes[codes >= 0].tolist())):,} labels"
    about = replace(inks, slots=inks.slots[rows])
    return share_page(session.atlas.xy[rows], codes[rows], names, about, cells, title, step)
