"""The harness itself, proved on a widget of ten lines: what it says of the page and the kernel is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from e2e.map_driver import circle, inside
from e2e.notebook import KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    function render({ model, el }) {
      const root = document.createElement("div");
      root.dataset.status = "saved";
      const canvas = document.createElement("canvas");
      canvas.width = 300; canvas.height = 200; canvas.dataset.view = "100,-100,150,100";
      const pen = canvas.getContext("2d");
      const draw = () => {
        pen.fillStyle = model.get("value") % 2 ? "#ff0000" : "#0000ff";
        pen.fillRect(0, 0, 300, 200);
        root.dataset.revision = String(model.get("value"));
      };
      const path = [];
      canvas.addEventListener("pointerdown", (e) => { path.length = 0; path.push([e.offsetX, e.offsetY]); });
      canvas.addEventListener("pointermove", (e) => { if (e.buttons) path.push([e.offsetX, e.offsetY]); });
      canvas.addEventListener("pointerup", (e) => {
        model.set("path", path.slice());
        model.set("shift", e.shiftKey);
        model.set("value", model.get("value") + 1);
        model.save_changes();
      });
      model.on("change:value", draw);
      draw();
      root.append(canvas);
      el.append(root);
    }
    export default { render };
    """
    value = traitlets.Int(0).tag(sync=True)
    path = traitlets.List().tag(sync=True)
    shift = traitlets.Bool(False).tag(sync=True)
'''
CELLS = [COUNTER, "c = Counter()\nc", "print('row', 0)\n{'a': 1}", "1 / 0"]


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook(CELLS)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


def test_a_cells_text_is_what_it_printed_and_its_value(page: NotebookPage) -> None:
    page.run_cell(2)
    assert page.output_text(2) == "row 0\n{'a': 1}"


def test_an_error_in_a_cell_is_raised_with_its_name(page: NotebookPage) -> None:
    with pytest.raises(KernelError, match="ZeroDivisionError"):
        page.run_cell(3)


def test_an_expression_of_the_kernel_comes_back_as_a_value(page: NotebookPage) -> None:
    page.execute("kept = [None, 'é', 1.5]")
    assert page.eval("kept") == [None, "é", 1.5]


def test_an_expression_that_raises_says_so(page: NotebookPage) -> None:
    with pytest.raises(KernelError, match="NameError"):
        page.eval("no_such_name")


def test_what_code_prints_comes_back(page: NotebookPage) -> None:
    assert page.execute("print('said')") == "said\n"


def test_the_mouse_draws_a_lasso_with_a_modifier_and_the_kernel_sees_it(page: NotebookPage) -> None:
    view = page.map()
    before = page.eval("c.value")
    corners = circle((150, 100), 40)
    meant = view.lasso(corners, ["Shift"])
    view.wait_status("saved", beyond=before)
    assert page.eval("c.shift") is True
    drawn = np.asarray(page.eval("c.path"))
    assert np.abs(drawn[: len(meant)] - meant).max() <= 1
    assert np.abs(meant - corners).max() <= 0.5


def test_rows_are_enclosed_where_the_view_says_that_they_are_drawn(page: NotebookPage) -> None:
    view = page.map()
    xy = np.array([[0.0, 0.0], [0.5, 0.5], [-1.0, 0.5]])
    assert view.to_canvas(xy).tolist() == [[150, 100], [200, 50], [50, 50]]
    before = view.revision()
    assert view.lasso_rows(xy, [0, 1]).tolist() == [0, 1]
    view.wait_status("saved", beyond=before)


def test_the_colour_of_a_row_is_read_from_the_screen(page: NotebookPage) -> None:
    view = page.map()
    page.wait_eval("c.value", view.revision())  # a change that the page still has under way would hide the kernel's
    page.execute("c.value = 11")
    view.wait_status("saved", beyond=10)
    assert view.colors([[0.0, 0.0]], [0]).tolist() == [[255, 0, 0]]
    page.execute("c.value = 12")
    view.wait_status("saved", beyond=11)
    assert view.colors([[0.0, 0.0]], [0]).tolist() == [[0, 0, 255]]
    box = view.box()
    assert page.pixel(box["x"] + 5, box["y"] + 5) == (0, 0, 255)


def test_a_picture_of_the_window_is_kept(page: NotebookPage) -> None:
    assert page.screenshot("harness").stat().st_size > 10_000


def test_a_request_to_elsewhere_is_refused_and_told(page: NotebookPage) -> None:
    assert page.foreign_requests == []
    refused = page.page.evaluate("() => fetch('https://elsewhere.invalid/x.js').then(() => false, () => true)")
    assert refused is True
    assert page.foreign_requests == ["https://elsewhere.invalid/x.js"]


def test_an_exception_of_the_page_is_kept(page: NotebookPage) -> None:
    assert page.page_errors == []
    with page.page.expect_event("pageerror"):
        page.page.evaluate("() => { setTimeout(() => { throw new Error('planted') }) }")
    assert [error for error in page.page_errors if "planted" in error]


def test_a_restarted_kernel_has_forgotten(page: NotebookPage) -> None:
    page.execute("kept = 1")
    page.restart_kernel()
    with pytest.raises(KernelError, match="NameError"):
        page.eval("kept")


def test_inside_goes_by_winding_number_and_not_by_parity() -> None:
    twice_around = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [4, 0], [4, 4], [0, 4]], dtype=np.float64)
    assert inside(twice_around, np.array([[2.0, 2.0], [5.0, 2.0]])).tolist() == [True, False]
