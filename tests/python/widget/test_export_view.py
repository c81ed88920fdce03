"""The map as a file, against what a reader of such files finds in it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.widget.export_requests import export
from labelatlas.widget.export_view import page_size
from labelatlas.widget.picture import compose, draw_png, draw_svg, label_colours
from labelatlas.widget.share import share_page
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
UGLY = "</script><script>window.broken=1</script><!--"


def some_map(n: int = 30, label: str = "fees", text: str | None = None) -> la.LabelMap:
    xy = np.random.default_rng(0).normal(size=(n, 2))
    frame: dict[str, Any] = {"id": list(range(n)), "label": ([label, "card", "refund"] * n)[:n]}
    frame["text"] = [f"row {i} {text or ''}" for i in range(n)]
    made = la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)
    made.view.show(["text", "id"])
    return made


def data_of(page: str) -> tuple[dict[str, Any], bytes]:
    found = re.search(r'<script id="labelatlas-data"[^>]*>([A-Za-z0-9+/=]*)</script>', page)
    assert found is not None
    packed = gzip.decompress(base64.b64decode(found[1]))
    length = int.from_bytes(packed[:4], "little")
    return json.loads(packed[4 : 4 + length]), packed[4 + length :]


def test_a_png_is_twice_as_fine_as_asked_and_shows_each_label_in_its_colour() -> None:
    xy = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], dtype=np.float32)
    codes = np.array([0, 1, 2, -1], dtype=np.int32)
    colours = label_colours(3, ["", "#ff0000"])
    picture = compose(xy, codes, ["", "", ""], colours, width=600, height=400)
    image = np.asarray(Image.open(io.BytesIO(draw_png(picture))).convert("RGB"))
    assert image.shape == (800, 1200, 3)
    for (x, y), wanted in zip(picture.places, ["#4477aa", "#ff0000", "#228833", "#96989e"], strict=True):
        ink = np.array([int(wanted[i : i + 2], 16) for i in (1, 3, 5)])
        shown = image[round(y * 2) - 1, round(x * 2) - 1]
        assert np.abs(shown - (0.82 * ink + 0.18 * 255)).max() <= 2, "its ink, through which the ground shines a little"
    assert image[0, 0].tolist() == [255, 255, 255]


def test_up_is_up_and_what_is_out_of_the_box_is_not_drawn() -> None:
    xy = np.array([[0, 0], [0, 4], [50, 50]], dtype=np.float32)
    codes = np.array([0, 0, 1], dtype=np.int32)
    picture = compose(xy, codes, ["a", "b"], label_colours(2, []), box=(-1, -1, 1, 5))
    assert len(picture.places) == 2
    assert picture.places[1, 1] < picture.places[0, 1]
    assert [words for words, _ in picture.legend] == ["a  2"]


def test_one_row_and_none_in_sight_are_drawn_too() -> None:
    one = np.zeros((1, 2), dtype=np.float32)
    code = np.zeros(1, dtype=np.int32)
    picture = compose(one, code, ["a"], label_colours(1, []))
    assert len(picture.places) == 1
    empty = compose(one, code, ["a"], label_colours(1, []), box=(5, 5, 6, 6))
    assert empty.names == ()
    assert len(draw_png(empty)) > 0


def test_names_do_not_lie_on_each_other() -> None:
    rng = np.random.default_rng(1)
    n_labels = 77
    codes = np.arange(3000, dtype=np.int32) % n_labels
    xy = rng.normal(size=(n_labels, 2))[codes] * 3 + rng.normal(size=(3000, 2)) * 0.1
    names = [f"a label with the number {i}" for i in range(n_labels)]
    found = compose(xy.astype(np.float32), codes, names, label_colours(n_labels, [])).names
    assert len(found) > 5
    for i, (name, x, y) in enumerate(found):
        for other, x1, y1 in found[:i]:
            assert abs(x - x1) > (len(name) + len(other)) * 3.5 or abs(y - y1) > 16


def test_an_svg_is_read_by_an_xml_parser_whatever_the_names_are() -> None:
    xy = np.array([[0, 0], [9, 9], [0, 9]], dtype=np.float32)
    codes = np.array([0, 1, 0], dtype=np.int32)
    picture = compose(xy, codes, ["<b>&amp;\"'", "bell\x07\ud800"], label_colours(2, []))
    root = ET.fromstring(draw_svg(picture).decode("utf-8"))  # noqa: S314 - our own
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<b>&amp;\"'" in texts
    moves = "".join(element.attrib["d"] for element in root.iter(f"{SVG}path"))
    assert moves.count("M") == 3


def test_an_svg_of_many_rows_stays_small_enough_to_be_opened() -> None:
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(60_000, 2)).astype(np.float32)
    codes = rng.integers(0, 5, 60_000).astype(np.int32)
    made = draw_svg(compose(xy, codes, list("abcde"), label_colours(5, []), width=600, height=400))
    assert len(made) < 2_000_000
    assert b"<image" in made


def test_a_page_holds_the_rows_as_they_are_shown(tmp_path: Path) -> None:
    m = some_map()
    m.relabel([0], None)
    assert m.view.save(tmp_path / "map.html") == (tmp_path / "map.html").stat().st_size
    head, body = data_of((tmp_path / "map.html").read_text(encoding="utf-8"))
    n = head["n"]
    places = np.frombuffer(body[: 4 * n], dtype="<u2").reshape(2, n).T
    xy = places / 65_535 * head["span"] + head["low"]
    assert np.abs(xy - m.atlas.xy).max() <= head["span"] / 65_535
    codes = np.frombuffer(body[4 * n :], dtype="<u2").astype(np.int64)
    assert codes[0] == 65_535
    assert codes[1:].tolist() == m.labels.codes[1:].tolist()
    assert head["columns"][0] == {"name": "text", "values": [f"row {i} " for i in range(n)]}


@pytest.mark.parametrize("ugly", [UGLY, "\x00\u2028"])
def test_no_text_of_the_data_ends_the_element_it_stands_in(tmp_path: Path, ugly: str) -> None:
    m = some_map(label=ugly, text=ugly)
    m.view.save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 2
    assert "window.broken" not in page
    head, _ = data_of(page)
    assert ugly in head["names"]
    assert head["columns"][0]["values"][0] == f"row 0 {ugly}"


def test_half_a_surrogate_pair_in_a_cell_is_no_reason_to_fail() -> None:
    xy, codes = np.zeros((1, 2), dtype=np.float32), np.zeros(1, dtype=np.int32)
    page = share_page(xy, codes, ["a"], ["#000000"], [("text", ["half \ud800"])], "map").decode("utf-8")
    assert data_of(page)[0]["columns"][0]["values"] == ["half \ud800"]


def test_the_size_is_said_before_and_nothing_is_written(tmp_path: Path) -> None:
    m = some_map()
    for end in ("png", "svg", "html"):
        file = tmp_path / f"map.{end}"
        planned = m.view.save(file, plan=True)
        assert not file.exists()
        assert planned == m.view.save(file)


def test_the_size_of_a_large_page_is_estimated_within_a_tenth(tmp_path: Path) -> None:
    m = some_map(n=9_000, text="some words that many rows have in common")
    planned = page_size(m._session)
    assert planned == pytest.approx(m.view.save(tmp_path / "map.html"), rel=0.1)


@pytest.mark.parametrize("name", ["map", "map.pdf", "map.html.txt"])
def test_another_kind_of_file_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(InputError, match=r"a map is saved as \.png, \.svg or \.html"):
        some_map().view.save(name)


def test_a_size_or_a_theme_that_is_none_is_refused(tmp_path: Path) -> None:
    m = some_map()
    with pytest.raises(InputError, match="from 200 to 4000 pixels"):
        m.view.save(tmp_path / "a.png", width=50)
    with pytest.raises(InputError, match="theme must be"):
        m.view.save(tmp_path / "a.png", theme="blue")  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="cannot be written"):
        m.view.save(tmp_path / "no" / "a.svg")


@pytest.mark.parametrize("kind", ["png", "svg", "html"])
def test_the_page_asks_for_a_file_and_gets_it_in_parts(kind: str) -> None:
    m = some_map()
    ask = {
        "kind": "export",
        "id": 1,
        "format": kind,
        "box": [-1.0, -1.0, 1.0, 1.0],
        "size": [500, 400],
        "shade": "dark",
    }
    result, buffers = export(m._session, {**ask, "plan": False}, [], quiet)
    assert result["bytes"] == sum(map(len, buffers)) > 1000
    assert b"".join(buffers)[:5] == {"png": b"\x89PNG\r", "svg": b"<svg ", "html": b"<!doc"}[kind]
    assert export(m._session, {**ask, "plan": True}, [], quiet)[1] == []
