"""The quickstart notebook as it is shipped, in JupyterLab, light and dark; the README's pictures are made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from e2e.notebook import OUT, show_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "01_quickstart.ipynb"
THEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    opened = notebook(code, name="quickstart.ipynb", width=1360, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


def picture(view: MapDriver, name: str) -> None:
    OUT.mkdir(exist_ok=True)
    view.next_frame()
    view.root.screenshot(path=OUT / f"{name}.png")


@pytest.mark.parametrize("theme", THEMES)
def test_the_map_follows_the_theme_of_the_notebook(page: NotebookPage, theme: str) -> None:
    show_theme(page.page, theme)
    view = page.map()
    xy = np.asarray(page.eval("m.atlas.xy.astype(float).tolist()"))
    cluster = np.asarray(page.eval("m.atlas.clusters.tolist()"))
    page.execute("m.selection([])")
    view.lasso_rows(xy, np.flatnonzero(cluster == 1).tolist())
    page.page.wait_for_function("() => !document.querySelector('[data-fact=selected]').textContent.startsWith('0 ')")
    away = np.linalg.norm(xy[:, None] - xy[None, :], axis=2) + np.diag(np.full(len(xy), np.inf))
    lonely = np.argsort(-away.min(axis=1))[:40]
    # far from the selection, so that the card does not hide what the picture shows
    view.hover(xy, int(lonely[np.linalg.norm(xy[lonely] - xy[cluster == 1].mean(axis=0), axis=1).argmax()]))
    view.root.locator(".la-card img").wait_for()
    picture(view, f"label_map_{theme}")
    corner = np.asarray(view.picture())[-60:-50, 10:200].reshape(-1, 3)
    brightness = float(np.median(corner))
    assert brightness > 200 if theme == "light" else brightness < 80
    box = view.box()
    page.page.mouse.move(box["x"] + 5, box["y"] - 60)


def test_a_correction_on_the_map_is_a_better_table_in_the_next_cells(page: NotebookPage) -> None:
    view = page.map()
    before = page.eval("int((df['label'] == truth).sum())")
    suspects = page.eval(
        "m.label_errors().to_frame().query(\"decision == 'relabel' and suggested == 3\")['row'].tolist()"
    )
    assert len(suspects) > 5
    page.execute(f"m.selection({suspects})")
    page.page.wait_for_function(
        "(n) => document.querySelector('[data-fact=selected]').textContent.startsWith(`${n} `)", arg=len(suspects)
    )
    view.root.focus()
    revision = view.revision()
    page.page.keyboard.press("3")
    view.wait_status("saved", beyond=revision)
    for index in range(2, page.n_cells):
        page.run_cell(index)
    assert page.eval("int((df['label'] == truth).sum())") > before + len(suspects) // 2
    assert "relabel" in page.output_text(2)
    assert page.page_errors == []
    shift = page.eval("shift[['truth', 'target', 'low', 'high', 'source']].to_dict('list')")
    truth, target, source = (np.asarray(shift[name]) for name in ("truth", "target", "source"))
    assert np.abs(target - truth).sum() < np.abs(source - truth).sum() / 2, "June's mix is seen, not January's"


def test_a_reopened_notebook_shows_a_still_picture_of_the_map(page: NotebookPage) -> None:
    stills = page.page.locator(".labelatlas-still")
    stills.wait_for(state="attached")
    assert not stills.is_visible(), "the live map stands in its place"
    edited = page.eval("int(m.labels.edited.sum())")
    page.page.locator(".labelatlas-still", has_text=f"{edited:,} rows edited").wait_for(state="attached")
    page.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.page.goto("about:blank")
    page.page.goto(f"{page.lab.url}/lab/tree/{page.name}?reset")
    still = page.page.locator(".labelatlas-still")
    still.wait_for(state="visible")
    assert f"{edited:,} rows edited" in still.inner_text()
    assert still.locator("img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    still.scroll_into_view_if_needed()
    page.screenshot("quickstart_reopened")
