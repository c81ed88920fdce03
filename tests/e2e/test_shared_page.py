"""The page that is made to be shared, opened as a file: it is read, searched and pointed at, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import labelatlas as la
from e2e.notebook import OUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

N = 120
BREAK_OUT = "</script><script>window.hacked = 1</script><!--"
IMAGE = "<img src=x onerror='window.hacked = 1'>"
WAIT_MS = 60_000


@pytest.fixture(scope="module")
def xy() -> Any:
    return np.repeat([[0, 0], [6, 0], [0, 6]], N // 3, axis=0) + np.random.default_rng(0).normal(size=(N, 2))


@pytest.fixture(scope="module")
def shared(window: BrowserContext, tmp_path_factory: pytest.TempPathFactory, xy: Any) -> Iterator[Page]:
    texts = [f"{IMAGE} row {i} of the café" for i in range(N)]
    texts[7] = f"{BREAK_OUT} only here"
    frame = {
        "id": list(range(N)),
        "label": [BREAK_OUT] * 40 + [IMAGE] * 40 + ["fees"] * 40,
        "text": texts,
        f"{IMAGE}note": ["&lt;b&gt;"] * N,
    }
    m = la.LabelMap(frame, label="label", key="id", text="text", xy=xy, journal=None, progress=False)
    m.view.show(["text", f"{IMAGE}note"])
    file: Path = tmp_path_factory.mktemp("shared") / "map.html"
    assert m.view.save(file) == file.stat().st_size
    m.close()
    page = window.new_page()
    page.set_viewport_size({"width": 1100, "height": 700})
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(file.as_uri())
    page.locator(".la-shared canvas[data-view]").wait_for(timeout=WAIT_MS)
    yield page
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert failed == []
    page.close()


@pytest.fixture(autouse=True)
def _nothing_ran(shared: Page) -> Iterator[None]:
    """Whatever a test does, no word of the data was taken for markup."""
    yield
    assert shared.evaluate("() => window.hacked") is None
    assert shared.locator("img").count() == 0
    assert shared.locator("script").count() == 2


def test_the_labels_stand_beside_the_map_as_they_are_written(shared: Page) -> None:
    names = shared.locator(".la-side li span").all_text_contents()
    assert sorted(names) == sorted([BREAK_OUT, IMAGE, "fees"])
    shared.wait_for_function(
        """() => {
          const canvas = document.querySelector(".la-canvas");
          const copy = document.createElement("canvas");
          [copy.width, copy.height] = [canvas.width, canvas.height];
          const pen = copy.getContext("2d");
          pen.drawImage(canvas, 0, 0);
          return new Set(new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer)).size > 10;
        }""",
        timeout=WAIT_MS,
    )


def test_pointing_at_a_row_shows_what_it_says(shared: Page, xy: Any) -> None:
    canvas = shared.locator("canvas[data-view]")
    box = canvas.bounding_box()
    assert box is not None
    away = np.linalg.norm(xy[:, None] - xy[None, :], axis=2) + np.diag(np.full(N, np.inf))
    lonely = int(away[:40].min(axis=1).argmax())
    scale_x, scale_y, shift_x, shift_y = map(float, (canvas.get_attribute("data-view") or "").split(","))
    x, y = xy[lonely] * [scale_x, scale_y] + [shift_x, shift_y]
    shared.mouse.move(box["x"] + x, box["y"] + y)
    card = shared.locator(".la-card:not([hidden])")
    card.get_by_text(f"row {lonely} of the café").wait_for(timeout=WAIT_MS)
    assert card.locator("b").inner_text() == BREAK_OUT
    assert card.locator("dt").all_text_contents() == ["text", f"{IMAGE}note"]
    assert card.locator("dd").all_text_contents() == [f"{IMAGE} row {lonely} of the café", "&lt;b&gt;"]
    OUT.mkdir(exist_ok=True)
    shared.screenshot(path=OUT / "shared_page.png")
    shared.mouse.move(2, 2)


def test_a_search_finds_rows_without_regard_to_case_and_accents(shared: Page) -> None:
    said = shared.get_by_role("status")
    field = shared.get_by_label("Find in the rows")
    for words, found in (("ONLY here", "1 row found"), ("CAFE", "119 rows found"), ("nowhere", "0 rows found")):
        field.fill(words)
        shared.wait_for_function("(found) => document.querySelector('[role=status]').textContent === found", arg=found)
    field.fill("")
    said.get_by_text("120 rows", exact=True).wait_for()


@pytest.mark.parametrize("by", ["month", "price"])
def test_a_page_is_coloured_as_the_map_was_and_still_names_the_labels(
    window: BrowserContext, tmp_path: Path, xy: Any, by: str
) -> None:
    frame = {
        "id": list(range(N)),
        "label": ["card"] * 60 + ["fees"] * 60,
        "month": ["may"] * 70 + ["june"] * 40 + [None] * 10,
        "price": np.linspace(0.5, 9.5, N),
    }
    m = la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)
    m.view.colour(column=by)
    m.view.save(tmp_path / "map.html")
    m.close()
    page = window.new_page()
    page.set_viewport_size({"width": 1000, "height": 560})
    page.goto((tmp_path / "map.html").as_uri())
    page.locator(".la-shared canvas[data-view]").wait_for(timeout=WAIT_MS)
    assert page.locator(".la-side h2").inner_text() == f"Coloured by {by}"
    lines = [line.inner_text().split("\n") for line in page.locator(".la-side li").all()]
    assert lines == ([["may", "70"], ["june", "40"], ["no value", "10"]] if by == "month" else [])
    assert page.locator(".la-scale span").all_inner_texts() == ([] if by == "month" else ["0.5", "9.5"])
    if by == "month":
        line = page.get_by_role("button", name="june")
        line.click()
        assert line.get_attribute("aria-pressed") == "true"
    page.get_by_label("Find in the rows").fill("fees")
    page.get_by_text("60 rows found").wait_for()
    page.screenshot(path=OUT / f"shared_page_{by}.png")
    page.close()
