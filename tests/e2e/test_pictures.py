"""Much of everything in a real JupyterLab, and a picture of it for the README: a million rows, and 77 labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from e2e.notebook import OUT, show_theme
from e2e.pictures import in_few_colours

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

DATA = """
import numpy as np
import pandas as pd

import labelatlas as la

rng = np.random.default_rng(4)

def bows(n, k, spread):
    "Rows along k bent lines, some of them dense and some of them loose; and which line each belongs to."
    line = rng.choice(k, size=n, p=rng.dirichlet(np.full(k, 3.0)))
    middle = rng.uniform(-1, 1, size=(k, 2)) * [30, 22]
    turn, reach, loose = rng.uniform(0, 2 * np.pi, k), rng.uniform(1.5, 5, k), rng.uniform(0.3, 1.2, k)
    angle = turn[line] + rng.normal(size=n) * 0.6
    xy = middle[line] + reach[line, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return (xy + rng.normal(size=(n, 2)) * spread * loose[line, None]).astype(np.float32), line
"""
MILLION = """
n = 1_000_000
places, line = bows(n, 30, 2.2)
topics = np.array([f"topic {i}" for i in range(12)])
rows = pd.DataFrame({"id": np.arange(n), "topic": topics[line % 12]})
large = la.LabelMap(rows, xy=places, label="topic", key="id", journal=None, progress=False, height=560)
large
"""
MANY = """
states = ["lost", "blocked", "new", "second", "wrong", "late", "foreign", "shared", "old", "frozen", "broken"]
things = ["card", "transfer", "top-up", "refund", "fee", "PIN", "account"]
names = np.array([f"{state} {thing}" for state in states for thing in things])
places, line = bows(9_000, 77, 0.6)
text = [f"Hello, it is about my {name}: can you help me with it?" for name in names[line]]
rows = pd.DataFrame({"id": np.arange(9_000), "intent": names[line], "text": text})
many = la.LabelMap(rows, xy=places, label="intent", text="text", key="id", progress=False, height=620)
many
"""


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MILLION, MANY], name="pictures.ipynb", width=1360, height=1000)
    show_theme(opened.page, "light")
    opened.run_cell(0)
    return opened


def picture(view: MapDriver, name: str) -> None:
    OUT.mkdir(exist_ok=True)
    view.next_frame()
    view.root.screenshot(path=OUT / f"{name}.png")


def test_a_million_rows_are_drawn_and_a_line_around_many_of_them_selects_them(page: NotebookPage) -> None:
    page.run_cell(1)
    view = page.map()
    view.wait_ready()
    assert view.root.locator("[data-label]").count() == 12
    box = view.box()
    x, y = box["width"] / 2, box["height"] / 2
    view.lasso([[x - 120, y - 90], [x + 110, y - 100], [x + 130, y + 80], [x - 100, y + 100]])
    page.page.wait_for_function(
        "() => Number(document.querySelector('[data-fact=selected]').textContent.replace(/\\D/g, '')) > 10_000"
    )
    selected = page.eval("len(large.selection())")
    assert f"{selected:,} selected" in view.root.locator("[data-fact=selected]").inner_text()
    legend, chip = view.root.locator(".la-legend").bounding_box(), view.root.locator(".la-chip").bounding_box()
    assert legend is not None
    assert chip is not None
    assert legend["y"] + legend["height"] <= chip["y"], "neither covers the other"
    picture(view, "label_map_million")


def test_seventy_seven_labels_are_listed_and_found_by_a_few_letters(page: NotebookPage) -> None:
    page.run_cell(2)
    view = page.map(1)
    view.wait_ready()
    picture(view, "label_map_77_labels")
    view.root.focus()
    page.page.keyboard.press("/")
    view.root.locator("[data-la-search]:focus").wait_for()
    page.page.keyboard.type("frozen")
    page.page.wait_for_function(
        "(root) => root.querySelectorAll('.la-side [data-label], .la-panel [data-label], [data-label]').length === 7",
        arg=view.root.element_handle(),
    )
    assert page.page_errors == []


def test_a_picture_in_few_colours_keeps_its_greys_and_a_colour_that_few_pixels_have() -> None:
    rng = np.random.default_rng(0)
    given = rng.integers(120, 256, size=(300, 400, 3), dtype=np.uint8)  # a cloud of ever other tints
    given[:100] = (246, 247, 248)
    given[100:140] = (28, 30, 34)
    given[150:153, 10:13] = (34, 136, 51)
    shown = np.asarray(in_few_colours(Image.fromarray(given), 128).convert("RGB")).astype(int)
    assert (shown[:100] == (246, 247, 248)).all()
    assert (shown[100:140] == (28, 30, 34)).all()
    assert np.abs(shown[150:153, 10:13] - (34, 136, 51)).max() <= 4
    assert np.abs(shown - given).mean() < 12


def test_a_picture_of_one_colour_stays_as_it_is() -> None:
    given = Image.new("RGB", (5, 4), (1, 2, 3))
    assert in_few_colours(given, 64).convert("RGB").tobytes() == given.tobytes()
