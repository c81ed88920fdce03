"""A map as one HTML file to share: read-only, with hover and text search, no kernel and no network.

The file holds the page's own map modules (js/src/share, built beside the widget's bundle) and the data: places in 16 bits,
labels, and the cells that are shown of a row, packed together, compressed, and written in base64, whose letters cannot end
the element that they stand in. The browser is told to load nothing from anywhere.
"""

from __future__ import annotations

import base64
import html
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float32Array, Int32Array, Step
    from labelatlas.widget.inks import Inks

_PAGE = Path(__file__).parent.parent / "static" / "share.js"
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_FULL = 65_535
_PART = 20_000  # cells written between two steps
_BLOCK = 4_000_000  # bytes compressed between two steps
_GZIP = 31  # zlib's word for the format of gzip, with the largest window


def share_page(
    xy: Float32Array,
    codes: Int32Array,
    names: Sequence[str],
    inks: Inks,
    cells: Sequence[tuple[str, Sequence[str | None]]],
    title: str,
    step: Step = quiet,
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
    step : Step
        Called between the parts.

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
    data = base64.b64encode(_pack(xy, codes, names, inks, cells, title, step)).decode()
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
    step: Step,
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
    }
    head = b"".join(_head(about, cells, step))
    head += b" " * (-len(head) % 4)
    # x of all rows, then y, then labels, then the colours where they are not the labels': alike next to alike packs best
    body = b"".join([places[:, 0].tobytes(), places[:, 1].tobytes(), *ids])
    return b"".join(_compressed(len(head).to_bytes(4, "little") + head + body, step))


def _ids(codes: Int32Array, width: str) -> bytes:
    """Return codes as the page reads them; the largest number is no code."""
    none = _FULL if width == "u16" else 0xFFFFFFFF
    return np.where(codes < 0, none, codes).astype("<u2" if width == "u16" else "<u4").tobytes()


def _head(about: dict[str, Any], cells: Sequence[tuple[str, Sequence[str | None]]], step: Step) -> Iterator[bytes]:
    """Yield `about` and the cells as one JSON object, written in parts: of a million rows at once it would hold up the kernel."""

    def written(value: object) -> bytes:
        # a text may hold half a surrogate pair, which UTF-8 has no bytes for; JSON's own escapes have
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()

    yield written(about)[:-1] + b',"columns":['
    for number, (name, values) in enumerate(cells):
        yield (b"," if number else b"") + b'{"name":' + written(name) + b',"values":['
        for start in range(0, len(values), _PART):
            step("writing the cells", start, len(values))
            yield (b"," if start else b"") + written(list(values[start : start + _PART]))[1:-1]
        yield b"]}"
    yield b"]}"


def _compressed(raw: bytes, step: Step) -> Iterator[bytes]:
    """Yield a gzip file of some bytes, the same for the same ones."""
    packer = zlib.compressobj(level=6, wbits=_GZIP)
    for start in range(0, len(raw), _BLOCK):
        step("compressing", start, len(raw))
        yield packer.compress(raw[start : start + _BLOCK])
    yield packer.flush()
