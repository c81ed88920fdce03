"""A review by keyboard in a real JupyterLab: 60 verdicts, undo, blind mode, many at once, and what a restart remembers.

The rows are support tickets of which every wrong label is known. The tests go on where the one before stopped, as a person does;
how fast the next row comes is measured by tests/bench/bench_review.py.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.notebook import OUT, show_theme
from e2e.review_driver import DATA, MAP, ReviewDriver

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2e.notebook import NotebookPage

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
THEMES = ["light", "dark"]
OPEN = "review = m.review()"


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA.format(examples=str(EXAMPLES), n=1000), MAP, OPEN], width=1360, height=1000)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    return opened


@pytest.fixture(scope="module")
def review(page: NotebookPage) -> ReviewDriver:
    page.run_cell(2)
    return ReviewDriver(page, page.map())


def test_a_review_that_a_cell_opens_is_open_in_the_page(page: NotebookPage, review: ReviewDriver) -> None:
    queue = page.eval("review.queue.tolist()")
    review.wait_row(queue[0])
    review.wait_content()
    text = page.eval(f'df["text"].iloc[{queue[0]}]')
    assert " ".join(text.split()) in " ".join(review.card.inner_text().split())
    for reason in page.eval("list(review.look().reasons)"):
        review.card.get_by_text(reason, exact=True).wait_for()
    assert review.view.root.locator(".la-ring").count() > 1, "its neighbours are lit"


@pytest.mark.parametrize("theme", THEMES)
def test_the_review_is_shown_in_the_theme_of_the_notebook(page: NotebookPage, review: ReviewDriver, theme: str) -> None:
    show_theme(page.page, theme)
    review.wait_content()
    review.view.next_frame()
    OUT.mkdir(exist_ok=True)
    review.view.root.screenshot(path=OUT / f"review_{theme}.png")


LONG = """(text) => {
  const node = document.querySelector('.la-suspect-card dd span').firstChild;
  const before = node.data;
  node.data = text ?? before + ' And so on, all of it written down.'.repeat(60);
  return before;
}"""
SIZE = """([width, height]) => {
  document.querySelector('.la-root').style.width = width;
  document.querySelector('.la-root').style.setProperty('--la-height', height);
}"""
# the parts from top to bottom, and whether all of each is in the panel
PARTS = """() => {
  const place = document.querySelector('.la-review').getBoundingClientRect();
  const parts = ['.la-content', '.la-doubt', '.la-perhaps', '.la-reasons', '[data-verdict=accept]', '[data-verdict=undo]'];
  return parts.map((one) => {
    const { top, bottom } = document.querySelector('.la-review ' + one).getBoundingClientRect();
    return [Math.round(top - place.top), Math.round(bottom - place.top), Math.round(place.height)];
  });
}"""
UNSEEN = """() => {
  const place = document.querySelector('.la-reasons').getBoundingClientRect();
  const cut = ({ bottom }) => bottom > place.bottom + 1;
  return [...document.querySelectorAll('.la-reasons li')].filter((one) => cut(one.getBoundingClientRect())).length;
}"""


@pytest.mark.parametrize("text", ["short", "long"])
@pytest.mark.parametrize(("width", "height"), [("", "560px"), ("800px", "560px"), ("400px", "560px"), ("", "400px")])
def test_the_question_and_its_answers_are_in_sight(
    page: NotebookPage, review: ReviewDriver, text: str, width: str, height: str
) -> None:
    review.wait_content()
    before = page.page.evaluate(LONG) if text == "long" else None
    page.page.evaluate(SIZE, [width, height])
    try:
        review.view.next_frame()
        parts = page.page.evaluate(PARTS)
        assert all(end <= place for _, end, place in parts), parts
        assert all(end - start >= 15 for start, end, _ in parts), parts
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(parts)), f"one upon another: {parts}"
        if width != "400px" and height == "560px":
            assert page.page.evaluate(UNSEEN) == 0, "every reason is read without scrolling"
    finally:
        page.page.evaluate(SIZE, ["", "560px"])
        if before is not None:
            page.page.evaluate(LONG, before)


def test_sixty_verdicts_by_keyboard_are_sixty_gestures(page: NotebookPage, review: ReviewDriver) -> None:
    page.execute("right = {r for r, t in enumerate(df['true_intent']) if t == df['label'].iloc[r]}")
    said = []
    for _ in range(60):
        row = review.row()
        word = page.eval(
            f"'keep' if {row} in right else 'accept' if review.look({row}).suggested == df['true_intent'].iloc[{row}] else "
            f"'drop' if not df['true_intent'].iloc[{row}] else 'skip'"
        )
        said.append((row, word))
        review.press(word)
        review.wait_other_than(row)
    review.view.wait_status("saved")
    frame = page.eval("review.to_frame()[['row', 'verdict']].values.tolist()")
    assert [(row, word) for row, word in frame] == said
    gestures = page.eval("m.history()[['how', 'source', 'arm']].drop_duplicates().values.tolist()")
    assert gestures == [["queue", "human", "shown"]]
    assert page.eval("len(m.history())") == sum(word != "skip" for _, word in said)
    accepted = [row for row, word in said if word == "accept"]
    assert page.eval(f"bool((df['label'].iloc[{accepted}] == df['true_intent'].iloc[{accepted}]).all())")
    progress = page.eval("[review.progress().judged, review.progress().noise_rate < review.progress().noise_before]")
    assert progress == [sum(word != "skip" for _, word in said), True]
    page.screenshot("review_sixty")


def test_undo_brings_the_row_back_with_its_label(page: NotebookPage, review: ReviewDriver) -> None:
    row = review.row()
    given = page.eval(f'df["label"].iloc[{row}]')
    review.press("accept")
    review.wait_other_than(row)
    page.wait_eval(f'df["label"].iloc[{row}] == {given!r}', wanted=False)
    review.press("undo")
    review.wait_row(row)
    page.wait_eval(f'df["label"].iloc[{row}]', given)
    page.wait_eval("int(review.queue[0])", row)


def test_another_label_is_typed(page: NotebookPage, review: ReviewDriver) -> None:
    row = review.row()
    review.press("other")
    review.view.root.get_by_label("Another label for the row").wait_for()
    page.page.keyboard.type("invoi")
    page.page.keyboard.press("Enter")
    review.wait_other_than(row)
    page.wait_eval(f'df["label"].iloc[{row}]', "invoice_request")


def test_blind_mode_tells_two_labels_and_not_which_is_given(page: NotebookPage, review: ReviewDriver) -> None:
    review.view.root.get_by_role("button", name="Blind: hide which label is given").click()
    row = review.row()
    first, second = page.eval(f"review.choices({row})")
    buttons = review.view.root.locator("[data-verdict=first], [data-verdict=second]")
    assert [text.split("\n")[0] for text in buttons.all_inner_texts()] == [first, second]
    review.view.root.locator(".la-ring").first.wait_for(state="detached")  # the colour of its point would tell
    OUT.mkdir(exist_ok=True)
    review.view.root.screenshot(path=OUT / "review_blind.png")
    page.page.keyboard.press("b")
    review.wait_other_than(row)
    page.wait_eval(f'df["label"].iloc[{row}]', second)
    page.wait_eval("m.history()['arm'].iloc[-1]", "hidden")
    review.view.root.get_by_role("button", name="Show the suggestions").click()


def test_many_suggestions_are_accepted_as_one_gesture(page: NotebookPage, review: ReviewDriver) -> None:
    assert page.eval("review.wait(120)")

    def those_like(row: int) -> list[int]:
        return page.eval(f"review.accept_all(review.look({row}).suggested, above=0.5, plan=True).rows.tolist()")

    row = review.row()
    while row not in (meant := those_like(row)):  # one that is suspected with less than half would stay on the card
        review.press("skip")
        review.wait_other_than(row)
        row = review.row()
    before = page.eval("len(m.history())")
    review.view.root.get_by_label("Least confidence").select_option("0.5")
    review.view.root.locator(".la-bulk").get_by_role("button", name=f"Accept {len(meant)}", exact=True).click()
    page.wait_eval("len(m.history())", before + 1)
    assert page.eval("int(m.history()['rows'].iloc[-1])") == len(meant)
    review.wait_other_than(row)
    assert not set(meant) & set(page.eval("review.queue.tolist()"))


def test_after_a_restart_no_judged_row_comes_back(page: NotebookPage, review: ReviewDriver) -> None:
    kept = page.eval("review.to_frame().query(\"verdict == 'keep' and not undone\")['row'].tolist()")
    judged = page.eval("review.to_frame().query(\"verdict != 'skip' and not undone\")['row'].tolist()")
    assert kept
    page.restart_kernel()
    page.run_cell(0)
    page.run_cell(1)
    page.map().wait_ready()
    page.run_cell(2)
    again = ReviewDriver(page, page.map())
    queue = page.eval("review.queue.tolist()")
    assert queue
    again.wait_row(queue[0])
    assert not set(queue) & set(judged)
    assert page.eval(f"bool(m.labels.people.verified()[{kept}].all())")
    assert page.page_errors == []
