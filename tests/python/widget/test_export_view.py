"""The map as a file, against what a reader of such files finds in it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.widget.draw_picture import draw_png, draw_svg
from labelatlas.widget.export_requests import export
from labelatlas.widget.export_view import page_size
from labelatlas.widget.inks import label_inks
from labelatlas.widget.palette import EDITED, ramp
from labelatlas.widget.picture import compose
from labelatlas.widget.share import share_page
from labelatlas.widget.work import quiet

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
    picture = compose(xy, label_inks(codes, ["", "", ""], ["", "#ff0000"]), width=600, height=400)
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
    picture = compose(xy, label_inks(codes, ["a", "b"]), box=(-1, -1, 1, 5))
    assert len(picture.places) == 2
    assert picture.places[1, 1] < picture.places[0, 1]
    assert [words for words, _ in picture.legend] == ["a  2"]


def test_one_row_and_none_in_sight_are_drawn_too() -> None:
    one = np.zeros((1, 2), dtype=np.float32)
    code = np.zeros(1, dtype=np.int32)
    picture = compose(one, label_inks(code, ["a"]))
    assert len(picture.places) == 1
    empty = compose(one, label_inks(code, ["a"]), box=(5, 5, 6, 6))
    assert empty.names == ()
    assert len(draw_png(empty)) > 0


def test_names_do_not_lie_on_each_other() -> None:
    rng = np.random.default_rng(1)
    n_labels = 77
    codes = np.arange(3000, dtype=np.int32) % n_labels
    xy = rng.normal(size=(n_labels, 2))[codes] * 3 + rng.normal(size=(3000, 2)) * 0.1
    names = [f"a label with the number {i}" for i in range(n_labels)]
    found = compose(xy.astype(np.float32), label_inks(codes, names)).names
    assert len(found) > 5
    for i, (name, x, y) in enumerate(found):
        assert len(name) * 3.7 <= x <= 1200 - 190 - len(name) * 3.7
        assert 10 <= y <= 790
        for other, x1, y1 in found[:i]:
            assert abs(x - x1) > (len(name) + len(other)) * 3.5 or abs(y - y1) > 16


def test_an_svg_is_read_by_an_xml_parser_whatever_the_names_are() -> None:
    xy = np.array([[0, 0], [9, 9], [0, 9]], dtype=np.float32)
    codes = np.array([0, 1, 0], dtype=np.int32)
    picture = compose(xy, label_inks(codes, ["<b>&amp;\"'", "bell\x07\ud800"]))
    root = ET.fromstring(draw_svg(picture).decode("utf-8"))  # noqa: S314 - our own
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<b>&amp;\"'" in texts
    moves = "".join(element.attrib["d"] for element in root.iter(f"{SVG}path"))
    assert moves.count("M") == 3


def test_an_svg_of_many_rows_stays_small_enough_to_be_opened() -> None:
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(60_000, 2)).astype(np.float32)
    codes = rng.integers(0, 5, 60_000).astype(np.int32)
    made = draw_svg(compose(xy, label_inks(codes, list("abcde")), width=600, height=400))
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
    page = share_page(xy, codes, ["a"], label_inks(codes, ["a"]), [("text", ["half \ud800"])], "map").decode("utf-8")
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
        "by": "column",
        "column": "id",
        "hidden": [1],
        "isolated": [-1, 0],
        "names": False,
    }
    result, buffers = export(m._session, {**ask, "plan": False}, [], quiet)
    assert result["bytes"] == sum(map(len, buffers)) > 1000
    assert b"".join(buffers)[:5] == {"png": b"\x89PNG\r", "svg": b"<svg ", "html": b"<!doc"}[kind]
    assert export(m._session, {**ask, "plan": True}, [], quiet)[1] == []


def coloured_map() -> la.LabelMap:
    frame: dict[str, Any] = {
        "id": list(range(6)),
        "label": ["a", "b", "a", "b", "a", None],
        "month": ["may", "june", "may", None, "may", "june"],
        "price": [1.0, 2.0, 3.0, np.nan, 4.0, 5.0],
    }
    xy = np.array([[0, 0], [9, 0], [0, 9], [9, 9], [4, 4], [6, 2]], dtype=np.float64)
    return la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)


def words_of(m: la.LabelMap, folder: Path) -> list[str]:
    """Return what stands in the legend of the picture: the words, line by line."""
    m.view.save(folder / "map.svg")
    texts = ET.fromstring((folder / "map.svg").read_text(encoding="utf-8")).iter(f"{SVG}text")  # noqa: S314 - our own
    return [str(text.text) for text in texts if float(text.attrib["x"]) > 1200 - 190]


def dots_of(folder: Path) -> dict[str, int]:
    """Return how many points the picture has of each colour."""
    root = ET.fromstring((folder / "map.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    found: Counter[str] = Counter()
    for path in root.iter(f"{SVG}path"):
        found[path.attrib["stroke"]] += path.attrib["d"].count("M")
    return dict(found)


def test_a_picture_is_coloured_by_what_the_view_is_coloured_by(tmp_path: Path) -> None:
    m = coloured_map()
    assert words_of(m, tmp_path) == ["a  3", "b  2", "unlabelled  1"]
    m.view.colour(column="month")
    assert words_of(m, tmp_path) == ["month", "may  3", "june  2", "no value  1"]
    assert dots_of(tmp_path) == {"#4477aa": 3, "#ee6677": 2, "#96989e": 1}
    m.relabel([0], "b")
    m.view.colour("edited")
    assert words_of(m, tmp_path) == ["edited", "as it came  5", "edited  1"]
    assert dots_of(tmp_path) == {"#a9abb2": 5, "#d7263d": 1}
    m.view.colour("original")
    assert words_of(m, tmp_path) == ["original label", "a  3", "b  2", "unlabelled  1"]


def test_a_picture_of_numbers_has_a_scale_with_its_ends(tmp_path: Path) -> None:
    n = 255
    frame = {"id": list(range(n + 1)), "label": ["a"] * (n + 1), "price": [*np.linspace(1, 5, n), np.nan]}
    xy = np.random.default_rng(0).normal(size=(n + 1, 2))
    m = la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)
    m.view.colour(column="price")
    assert words_of(m, tmp_path) == ["1", "5", "price", "no value  1"]
    assert dots_of(tmp_path) == {**Counter(ramp(n)), "#96989e": 1}
    m.view.save(tmp_path / "map.png")
    image = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    bar = image[92, -2 * 190 :].astype(int) @ [65_536, 256, 1]
    assert {int(colour[1:], 16) for colour in (ramp(5)[0], ramp(5)[4])} <= set(bar.tolist()), "from end to end"


def test_a_picture_heeds_what_is_hidden_shown_alone_and_filtered(tmp_path: Path) -> None:
    m = coloured_map()
    m.view.hide(["b"])
    assert words_of(m, tmp_path) == ["a  3", "unlabelled  1"]
    assert dots_of(tmp_path) == {"#4477aa": 3, "#96989e": 1}
    m.view.isolate(["b"])
    assert words_of(m, tmp_path) == ["b  2"]
    assert dots_of(tmp_path) == {"#ee6677": 2, "#96989e": 4}
    m.view.hide()
    m.view.filter({"price": (2, None)}, rest="hide")
    assert words_of(m, tmp_path) == ["a  2", "b  1", "unlabelled  1"]
    m.view.filter({"price": (2, None)}, rest="grey")
    assert words_of(m, tmp_path) == ["a  2", "b  1", "unlabelled  1"]
    assert sum(dots_of(tmp_path).values()) == 6


def test_a_page_holds_the_colours_of_the_view_beside_the_labels(tmp_path: Path) -> None:
    m = coloured_map()
    m.view.colour(column="month")
    planned = m.view.save(tmp_path / "map.html", plan=True)
    assert planned == m.view.save(tmp_path / "map.html")
    head, body = data_of((tmp_path / "map.html").read_text(encoding="utf-8"))
    codes, slots = np.frombuffer(body[24:], dtype="<u2").reshape(2, 6).astype(int)
    assert [head["names"][code] if code < 65_535 else None for code in codes] == ["a", "b", "a", "b", "a", None]
    assert head["inks"]["title"] == "month"
    assert [head["inks"]["names"][slot] if slot < 65_535 else None for slot in slots] == [
        "may",
        "june",
        "may",
        None,
        "may",
        "june",
    ]


def test_the_colours_of_the_kernels_pictures_are_the_pages() -> None:
    """The page draws by its own copies; both are written in one place each, which must say the same."""
    source = Path(__file__).parents[3] / "js" / "src"
    stops = re.search(r"STOPS = \[(.*?)\]", (source / "state" / "ramp.ts").read_text(encoding="utf-8"))
    inks = re.search(r"EDITED_INKS = \[(.*?)\]", (source / "state" / "colouring.ts").read_text(encoding="utf-8"))
    assert stops is not None
    assert inks is not None
    assert re.findall(r"#\w+", stops[1]) == list(ramp(5))
    assert re.findall(r"#\w+", inks[1]) == list(EDITED)
