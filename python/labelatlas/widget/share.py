"""A map as one HTML file to share: read-only, with hover and text search, no kernel and no network.

The file holds the page's own map modules (js/src/share, built beside the widget's bundle) and the data: places in 16 bits,
labels, and the cells that are shown of a row, packed together, compressed, and written in base64, whose letters cannot end
the element that they stand in. The browser is told to load nothing from anywhere.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float32Array, Int32Array
    from labelatlas.widget.inks import Inks

_PAGE = Path(__file__).parent.parent / "static" / "share.js"
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_FULL = 65_535


def share_page(
    xy: Float32Array,
    codes: Int32Array,
    names: Sequence[str],
    inks: Inks,
    cells: Sequence[tuple[str, Sequence[str | None]]],
    title: str,
) -> bytes:
    """Return a map as an HTML file.

    Parameters
    ----------
    xy : ndarray of shape (n, 2), float32
        Positions; kept to 1/65,535 of the map's extent.
    codes : ndarray of shape (n,), int32
        Labels; -1 = unlabelled.
    names : sequence of str
        By code.
    inks : Inks
        The colours.
    cells : sequence of (name, values)
        What is shown of a row, column by column: n texts, None = missing.
    title : str
        What the page is called.

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    InputError
        The page's half was not built.
    """
    if not _PAGE.exists():
        raise InputError("the page of a shared map is not built.", hint="python js/hatch_build.py, in the clone.")
    script = _PAGE.read_text(encoding="utf-8").replace("</script", "<\\/script").replace("<!--", "<\\!--")
    data = base64.b64encode(_pack(xy, codes, names, inks, cells, title)).decode()
    said = html.escape(title)
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{said}</title></head><body>\n"
        f'<script id="labelatlas-data" type="application/octet-stream">{data}</script>\n'
        f'<script type="module">{script}</script>\n'
        "</body></html>\n"
    ).encode()


def _pack(
    xy: Float32Array,
    codes: Int32Array,
    names: Sequence[str],
    inks: Inks,
    cells: Sequence[tuple[str, Sequence[str | None]]],
    title: str,
) -> bytes:
    low, high = xy.min(axis=0), xy.max(axis=0)
    span = max(float((high - low).max()), 1e-9)
    places: npt.NDArray[np.uint16] = np.rint((xy - low) / span * _FULL).astype("<u2")
    width = "u16" if len(names) < _FULL else "u32"
    ids = [_ids(codes, width)]
    if inks.title != "":
        ids.append(_ids(inks.slots, width))
    about: dict[str, Any] = {
        "title": title,
        "n": len(xy),
        "names": list(names),
        "inks": {
            "title": inks.title,
            "names": list(inks.names) if inks.title else [],
            "palette": list(inks.palette),
            "own": list(inks.own),
            "ends": list(inks.ends),
            "missing": inks.missing,
        },
        "low": [float(value) for value in low],
        "span": span,
        "width": width,
        "columns": [{"name": name, "values": list(values)} for name, values in cells],
    }
    # a text may hold half a surrogate pair, which UTF-8 has no bytes for; JSON's own escapes have
    head = json.dumps(about, ensure_ascii=True, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 4)
    # x of all rows, then y, then labels, then the colours where they are not the labels': alike next to alike packs best
    body = b"".join([places[:, 0].tobytes(), places[:, 1].tobytes(), *ids])
    return gzip.compress(len(head).to_bytes(4, "little") + head + body, compresslevel=6, mtime=0)


def _ids(codes: Int32Array, width: str) -> bytes:
    """Return codes as the page reads them; the largest number is no code."""
    none = _FULL if width == "u16" else 0xFFFFFFFF
    return np.where(codes < 0, none, codes).astype("<u2" if width == "u16" else "<u4").tobytes()
