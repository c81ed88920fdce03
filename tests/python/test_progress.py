"""What is seen while an atlas is made: stages, rate and time left, and in a notebook the map as it forms."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from PIL import Image

from labelatlas import LabelMap
from labelatlas._forming import forming_html
from labelatlas._progress import StageBar, time_left

CELL = """
import numpy as np
from labelatlas import Atlas
vectors = np.random.default_rng(0).normal(size=(3000, 8)).astype(np.float32)
vectors[:1500] += 6
atlas = Atlas.from_frame({"id": np.arange(3000)}, key="id", embedding=vectors)
atlas.xy.shape
"""


def opened(html):
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA"))


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """What a kernel sends while a cell makes an atlas."""
    folder = tmp_path_factory.mktemp("cache")
    manager, client = start_new_kernel()
    sent = []
    try:
        before = f"import os; os.environ['LABELATLAS_CACHE_DIR'] = {str(folder)!r}\n"
        client.execute_interactive(before + CELL, timeout=120, output_hook=sent.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return [(one["msg_type"], one["content"]) for one in sent]


def test_a_notebook_shows_one_bar_that_goes_when_the_work_is_done(messages):
    assert [content for kind, content in messages if kind == "error"] == []
    shown = [content for kind, content in messages if kind in {"display_data", "update_display_data"}]
    assert len({content["transient"]["display_id"] for content in shown}) == 1, "one output, updated"
    assert shown[-1]["data"] == {"text/plain": ""}
    lines = [content["data"]["text/plain"] for content in shown[:-1]]
    stages = list(dict.fromkeys(line.split()[1] for line in lines))
    assert stages == ["embed", "neighbours", "map", "clusters"]
    assert any(re.search(r"map \d+%, \d+ s left \(3 of 4\)", line) for line in lines)


def test_a_notebook_shows_the_map_as_it_forms(messages):
    pictures = [content["data"]["text/html"] for _, content in messages if "text/html" in content.get("data", {})]
    assert pictures
    first = opened(pictures[0])
    assert first.shape == (240, 240, 4)
    assert 300 < (first[..., 3] > 0).sum() < 240 * 240 / 2


def test_a_picture_shows_where_points_are_and_nothing_elsewhere():
    corners = np.array([[-1, -1], [1, -1], [1, 1]], dtype=np.float32)
    alpha = opened(forming_html(corners))[..., 3]
    lit = [(alpha[part] > 0).any() for part in (np.s_[200:, :40], np.s_[200:, 200:], np.s_[:40, 200:], np.s_[:40, :40])]
    assert lit == [True, True, True, False]
    assert (alpha[60:180, 60:180] == 0).all()
    crowd = np.zeros((30_000, 2), dtype=np.float32)
    assert (opened(forming_html(crowd))[..., 3] > 0).sum() == 1


@pytest.mark.parametrize(
    ("part", "seconds", "rows", "words"),
    [
        (0.5, 2.0, 1000, " 50%, 250 rows/s, 2 s left"),
        (0.5, 2.0, 0, " 50%, 2 s left"),
        (0.5, 0.0, 1000, " 50%, 0 s left"),
        (0.01, 2.0, 1000, ""),
        (1.0, 2.0, 1000, ""),
        (0.1, 60.0, 0, " 10%, 9 min left"),
    ],
)
def test_rate_and_time_left_are_told_when_they_are_known(part, seconds, rows, words):
    assert time_left(part, seconds, rows) == words


def test_a_terminal_shows_a_bar_and_no_picture(capsys):
    with StageBar(["embed", "map"], enabled=True, n_rows=10, n_by_row=1) as bar:
        assert not bar.shows_pictures
        bar.picture(np.zeros((1, 2), dtype=np.float32))
        bar.stage(1, 1.0)
    told = capsys.readouterr()
    assert told.out == ""
    assert "map" in told.err
    with StageBar(["embed"], enabled=False) as bar:
        bar.picture(np.zeros((1, 2), dtype=np.float32))
    assert capsys.readouterr().err == ""


def test_a_bar_that_waits_shows_nothing_of_work_that_is_done_before(capsys):
    with StageBar(["read", "search"], enabled=True, after=3600.0) as bar:
        bar.stage(1, 1.0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("progress", [True, False])
def test_a_long_search_tells_how_far_it_is(progress, monkeypatch, capsys):
    monkeypatch.setattr("labelatlas.widget.view._LONG", 0.0)  # so that this one is long
    table = {"id": range(30), "label": ["a"] * 30, "text": [f"the text of row {i}" for i in range(30)]}
    xy = np.arange(60.0).reshape(30, 2)
    m = LabelMap(table, label="label", key="id", text="text", xy=xy, journal=None, progress=progress)
    capsys.readouterr()
    assert m.view.search("row 7").tolist() == [7]
    assert ("searching the rows" in capsys.readouterr().err) is progress


@pytest.mark.parametrize(("enabled", "shown"), [(1, True), ("yes", True), (0, False), (None, False)])
def test_what_is_no_watcher_says_yes_or_no(enabled, shown, capsys):
    with StageBar(["embed"], enabled=enabled) as bar:
        bar.stage(0, 1.0)
    assert ("embed" in capsys.readouterr().err) == shown
