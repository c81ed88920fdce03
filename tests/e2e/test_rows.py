"""The rows beside the map in a real JupyterLab, by mouse and by keyboard: labels, table, gallery, filter, search, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

N = 150
DATA = """
import io
import wave

import numpy as np
import pandas as pd

import labelatlas as la

def tone(seconds=3, rate=8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        wave_of_a = 9000 * np.sin(2 * np.pi * 440 * np.arange(seconds * rate) / rate)
        file.writeframes(wave_of_a.astype("<i2").tobytes())
    return out.getvalue()

rng = np.random.default_rng(0)
middle = np.repeat([[0, 0], [6, 0], [0, 6]], 50, axis=0)
df = pd.DataFrame({
    "id": [f"k{i}" for i in range(150)],
    "label": np.repeat(["refund", "card", "fees"], 50).astype(object),
    "text": [f"Row {i} <b>of</b> the {'Café' if i % 3 else 'résumé'}" for i in range(150)],
    "price": np.where(np.arange(150) % 10 == 0, np.nan, np.arange(150) / 2),
    "kind": [["plain", "<img src=x onerror='window.hacked=1'>", None][i % 3] for i in range(150)],
    "note": ["<i>note</i><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"] * 150,
    "picture": [np.full((6, 6), i, dtype=np.uint8) for i in range(150)],
    "photo": ["no such file.png" if i % 2 else np.full((6, 6), i, dtype=np.uint8) for i in range(150)],
    "clip": [tone(), b"no sound at all", "no such file.wav", None, 5] * 30,
    "topic": np.repeat(["refund the money", "the card was lost", "what fee and rate"], 50),
    "long": ["word " * 700] * 150,
    "trap": ["a" * 60 + "b" if i == 7 else "short" for i in range(150)],
})
xy = (middle + rng.normal(size=(150, 2))).astype(np.float32)
"""
SLOW = r"(\w+ )+[!?]$"  # some tenths of a second for each of the long texts
ENDLESS = r"(a|aa)+$"  # of the trap: each letter doubles its way
PLAYED = """(where) => {
  const sound = document.querySelector(where);
  return sound !== null && sound.currentTime > 0.1 && sound.played.length > 0 && sound.played.end(0) > 0.1;
}"""
ALL_IN_SIGHT = """async ([canvas, points]) => {
  const before = canvas.dataset.view;
  for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
  const [sx, sy, tx, ty] = before.split(',').map(Number);
  return before === canvas.dataset.view && points.every(([x, y]) => {
    const [px, py] = [x * sx + tx, y * sy + ty];
    return px > 0 && py > 0 && px < canvas.clientWidth && py < canvas.clientHeight;
  });
}"""
IN_SIGHT = """([canvas, [x, y]]) => {
  const [sx, sy, tx, ty] = canvas.dataset.view.split(',').map(Number);
  const [px, py] = [x * sx + tx, y * sy + ty];
  const [middleX, middleY] = [canvas.clientWidth / 2, canvas.clientHeight / 2];
  return Math.abs(px - middleX) < middleX / 2 && Math.abs(py - middleY) < middleY / 2;
}"""
MAP = 'm = la.LabelMap(df, xy=xy, text="topic", label="label", key="id", journal=None)\nm'


@pytest.fixture(scope="module")
def page(notebook: Callable[..., NotebookPage]) -> NotebookPage:
    opened = notebook([DATA, MAP, "'the last cell'"], width=1300, height=1100)
    opened.run_cell(0)
    opened.run_cell(1)
    opened.map().wait_ready()
    opened.execute('m.view.show(["text", "price", "note"], html=["note"], image=["picture"])')
    return opened


@pytest.fixture
def view(page: NotebookPage) -> MapDriver:
    page.execute("m.view.filter({}); m.selection([])")
    driver = page.map()
    driver.wait_ready()
    driver.root.get_by_text("0 selected", exact=True).wait_for()
    driver.root.focus()
    return driver


def press(page: NotebookPage, *keys: str) -> None:
    for key in keys:
        page.page.keyboard.press(key)


def open_table(page: NotebookPage, view: MapDriver) -> None:
    if view.root.locator(".la-dock").count() == 0:
        view.root.focus()
        press(page, "t")
    view.root.locator(".la-table-body [data-row]").first.wait_for()
    view.root.get_by_role("grid", name="Rows").focus()


def search_by_pattern(page: NotebookPage, view: MapDriver, pattern: str) -> None:
    press(page, "s")
    regex = view.root.get_by_role("button", name="Regular expression")
    if regex.get_attribute("aria-pressed") == "false":
        regex.click()
    view.root.get_by_label("Find rows by their text").fill(pattern)
    press(page, "Enter")


def row_that_stands_apart(xy: list[list[float]], rows: Iterable[int]) -> int:
    """Return the one of some rows that lies furthest from its nearest neighbour, so that a pointer means it alone."""
    points = np.array(xy)
    away = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(away, np.inf)
    return max(rows, key=lambda row: away[row].min())


def test_the_table_is_walked_by_keys_and_a_label_is_typed_in_place(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    view.root.get_by_text("150 rows in all").wait_for()
    view.root.locator(".la-table-body", has_text="Row 1 <b>of</b> the Café").wait_for()
    before = view.canvas.get_attribute("data-view")
    press(page, "ArrowDown", "ArrowDown")
    page.wait_eval("m.selection().tolist()", [2])
    page.page.wait_for_function(
        "([canvas, before]) => canvas.dataset.view !== before", arg=[view.canvas.element_handle(), before]
    )
    press(page, "Shift+ArrowDown")
    page.wait_eval("m.selection().tolist()", [2, 3])
    press(page, "Enter")
    view.root.get_by_role("combobox", name="Label of row 3").wait_for()
    revision = view.revision()
    page.page.keyboard.type("fee")
    press(page, "Enter")
    view.wait_status("saved", beyond=revision)
    assert page.eval("df['label'].tolist()[:5]") == ["refund", "refund", "refund", "fees", "refund"]
    assert page.eval("m.history()['how'].tolist()[-1]") == "table"
    press(page, "End")
    view.root.locator(f".la-table-body [data-row='{N - 1}']").wait_for()
    page.screenshot("rows_table")
    revision = view.revision()
    press(page, "Control+z")
    view.wait_status("saved", beyond=revision)
    assert page.eval("df['label'].tolist()[3]") == "refund"


def test_the_table_is_sorted_by_a_press_and_lists_what_is_selected(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    head = view.root.get_by_role("columnheader", name="price")
    for _ in range(2):
        head.get_by_role("button").click()
    view.root.locator(f".la-table-body [data-row='{N - 1}']").wait_for()
    assert head.get_attribute("aria-sort") == "descending"
    view.root.get_by_role("columnheader", name="row").get_by_role("button").click()
    page.execute("m.selection([5, 7, 9])")
    view.root.get_by_text("3 rows selected").wait_for()
    view.root.locator(".la-table-body [data-row='5']").click()
    view.root.locator(".la-table-body [data-row='9']").click(modifiers=["Shift"])
    page.wait_eval("m.selection().tolist()", [5, 7, 9])
    assert view.root.locator(".la-table-body [data-row]").count() == 3


def test_pictures_stand_in_a_gallery(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    view.root.get_by_role("tab", name="Gallery").click()
    image = view.root.locator(".la-picture img").first
    image.wait_for()
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    view.root.locator(".la-picture[data-row='2']").click()
    page.wait_eval("m.selection().tolist()", [2])
    page.screenshot("rows_gallery")
    view.root.get_by_role("tab", name="Table").click()


def test_columns_are_filtered_and_the_filter_is_seen_and_taken_away(page: NotebookPage, view: MapDriver) -> None:
    view.root.get_by_role("tab", name="Filter").click()
    view.root.get_by_label("Filter by a column").select_option("price")
    view.root.get_by_label("price from").fill("40")
    press(page, "Enter")
    page.wait_eval("m.view.filter().tolist()", [i for i in range(N) if i % 10 and i >= 80])
    view.root.get_by_label("Filter by a column").select_option("kind")
    view.root.locator("[data-facet=kind]").get_by_label("missing").check()
    wanted = [i for i in range(N) if i % 10 and i >= 80 and i % 3 == 2]
    page.wait_eval("m.view.filter().tolist()", wanted)
    bar = view.root.get_by_role("region", name="Filter")
    bar.get_by_text(f"{len(wanted)} of {N} pass").wait_for()
    page.screenshot("rows_filter")
    bar.get_by_role("button", name="Take away price: from 40").click()
    page.wait_eval("m.view.filter().tolist()", [i for i in range(N) if i % 3 == 2])
    page.execute('m.view.filter({"price": (None, 1)}, rest="hide")')
    bar.get_by_text("price: up to 1").wait_for()
    bar.get_by_role("button", name="Clear").click()
    bar.wait_for(state="detached")
    assert page.eval("m.view.filter().tolist()") == list(range(N))


def test_rows_are_found_by_their_text_and_a_bad_pattern_says_what_to_do(page: NotebookPage, view: MapDriver) -> None:
    press(page, "s")
    view.root.locator("[data-la-row-search]:focus").wait_for()
    page.page.keyboard.type("RESUME")
    press(page, "Enter")
    page.wait_eval("m.selection().tolist()", list(range(0, N, 3)))
    view.root.get_by_text("50 rows selected.").wait_for()
    view.root.get_by_role("button", name="Regular expression").click()
    field = view.root.get_by_label("Find rows by their text")
    field.fill("(")
    press(page, "Enter")
    view.root.get_by_role("alert").get_by_text("is no regular expression").wait_for()
    field.fill(r"^row \d ")
    press(page, "Enter")
    page.wait_eval("m.selection().tolist()", list(range(10)))


def test_a_slow_search_is_told_of_and_cancelled_and_edits_are_saved_meanwhile(
    page: NotebookPage, view: MapDriver
) -> None:
    page.execute('m.view.show(["long"]); m.selection([])')
    search_by_pattern(page, view, SLOW)
    work = view.root.locator(".la-work[data-working='Searching']")
    work.get_by_text("Searching…").wait_for()
    work.locator(".la-count").wait_for()
    page.screenshot("rows_slow_search")
    assert page.eval("len(m._session.works._jobs)") == 1
    before = view.revision()
    page.execute("m.relabel([0], 'fees')")
    view.wait_status("saved", beyond=before)
    assert page.eval("len(m._session.works._jobs)") == 1, "the edit did not wait for the search"
    work.get_by_role("button", name="Cancel").click()
    view.root.get_by_role("alert").get_by_text("Searching was stopped.").wait_for()
    work.wait_for(state="detached")
    page.wait_eval("len(m._session.works._jobs)", 0)
    assert page.eval("m.selection().tolist()") == []
    page.execute('m.undo(); m.view.show(["text", "price", "note"])')


def test_a_pattern_that_never_ends_ends_in_a_sentence_with_a_cure(page: NotebookPage, view: MapDriver) -> None:
    page.execute('m.view.show(["trap"])')
    search_by_pattern(page, view, ENDLESS)
    told = view.root.get_by_role("alert")
    told.get_by_text("it takes more than 1 s for row 7 alone").wait_for()
    told.get_by_text("Write it without a repeat inside a repeat").wait_for()
    page.screenshot("rows_endless_pattern")
    page.execute('m.view.show(["text", "price", "note"])')


def test_a_sound_is_played_on_the_card_and_in_the_table_and_what_cannot_be_is_said(
    page: NotebookPage, view: MapDriver
) -> None:
    page.execute('m.view.show(["clip", "photo"], audio=["clip"], image=["photo"])')
    xy = page.eval("xy.tolist()")
    card = view.root.locator(".la-card")
    press(page, "0")
    page.page.wait_for_function(ALL_IN_SIGHT, arg=[view.canvas.element_handle(), xy])
    row = row_that_stands_apart(xy, range(0, N, 5))
    for _ in range(20):  # what is under a pointer that came while the page still moved is not looked up
        view.hover(xy, row)
        view.next_frame()
        if card.get_by_text(f"row {row}", exact=True).count() == 1:
            break
        view.root.get_by_role("tab", name="Labels").hover()
    card.locator("audio").wait_for()
    page.page.wait_for_function(PLAYED, arg=".la-card audio")
    open_table(page, view)
    press(page, "Home")
    lines = view.root.locator(".la-table-body")
    first = lines.locator("[data-row='0'] audio")
    first.evaluate("(sound) => { sound.muted = true; return sound.play(); }")
    page.page.wait_for_function(PLAYED, arg=".la-table-body [data-row='0'] audio")
    first.evaluate("(sound) => sound.pause()")
    lines.locator("[data-row='1']").get_by_text("The browser cannot play this sound.").wait_for()
    lines.locator("[data-row='2']").get_by_text("cannot be read").wait_for()
    lines.locator("[data-row='4']").get_by_text("a sound must be bytes or a path").wait_for()
    lines.locator("[data-row='0'] img").wait_for()
    lines.locator("[data-row='5']").get_by_text("no such file.png").wait_for()
    page.screenshot("rows_media")
    page.execute('m.view.show(["text", "price", "note"])')


def test_the_columns_of_the_table_are_chosen_by_mouse_and_by_key(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    heads = view.root.get_by_role("columnheader")
    view.root.get_by_role("button", name="Columns").click()
    view.root.locator(".la-tick", has_text="kind").click()
    view.root.get_by_role("columnheader", name="kind").wait_for()
    before = heads.count()
    box = view.root.locator(".la-tick", has_text="price").get_by_role("checkbox")
    box.focus()
    press(page, "Space")
    view.root.get_by_role("columnheader", name="price").wait_for(state="detached")
    assert heads.count() == before - 1
    press(page, "Space")
    view.root.get_by_role("columnheader", name="price").wait_for()
    press(page, "Escape")
    box.wait_for(state="detached")


def test_rows_are_selected_from_here_to_there_by_mouse_and_key_in_the_order_that_is_shown(
    page: NotebookPage, view: MapDriver
) -> None:
    open_table(page, view)
    head = view.root.get_by_role("columnheader", name="price").get_by_role("button")
    head.focus()
    press(page, "Enter", "Enter")  # the dearest first
    body = view.root.locator(".la-table-body")
    body.locator(f"[data-row='{N - 1}']").click()
    body.locator(f"[data-row='{N - 4}']").click(modifiers=["Shift"])
    page.wait_eval("m.selection().tolist()", list(range(N - 4, N)))
    press(page, "Shift+ArrowDown")
    page.wait_eval("m.selection().tolist()", list(range(N - 5, N)))
    body.locator(f"[data-row='{N - 3}']").click(modifiers=["Control"])
    page.wait_eval("m.selection().tolist()", [N - 5, N - 4, N - 2, N - 1])
    head.click()  # back to the places of the rows


def test_a_label_is_edited_in_place_by_mouse(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    before = view.revision()
    view.root.locator(".la-table-body [data-row='1'] .la-label-cell").dblclick()
    view.root.get_by_role("listbox", name="Labels").get_by_role("option", name="card").click()
    view.wait_status("saved", beyond=before)
    assert page.eval("df['label'].tolist()[:3]") == ["refund", "card", "refund"]
    page.execute("m.undo()")


def test_up_and_down_fly_the_map_to_the_row(page: NotebookPage, view: MapDriver) -> None:
    open_table(page, view)
    xy = page.eval("xy.tolist()")
    press(page, "Home", "ArrowDown", "ArrowDown", "ArrowUp")
    page.wait_eval("m.selection().tolist()", [1])
    page.page.wait_for_function(IN_SIGHT, arg=[view.canvas.element_handle(), xy[1]])


def test_a_label_is_hidden_shown_alone_and_dropped_onto_another(page: NotebookPage, view: MapDriver) -> None:
    view.root.get_by_role("tab", name="Labels").click()
    line = view.root.locator(".la-line", has_text="card")
    line.hover()
    line.get_by_role("button", name="Hide card on the map").click()
    view.root.get_by_text("1 label hidden").wait_for()
    page.screenshot("rows_hidden_label")
    view.root.get_by_role("button", name="Show all").click()
    view.root.locator(".la-line", has_text="fees").drag_to(line)
    view.root.get_by_text("Merge 50 rows of “fees” into “card”?").wait_for()
    before = view.revision()
    view.root.get_by_role("button", name="Merge", exact=True).click()
    view.wait_status("saved", beyond=before)
    assert page.eval('df["label"].value_counts().to_dict()') == {"card": 100, "refund": 50}
    before = view.revision()
    press(page, "Control+z")
    view.wait_status("saved", beyond=before)
    view.root.get_by_label("Order of the labels").select_option("name")
    names = view.root.locator("[data-label]:not([data-label='-1']) .la-name").all_inner_texts()
    assert names == ["card", "fees", "refund"]


def test_clusters_are_named_on_the_map_by_what_their_rows_speak_of(page: NotebookPage, view: MapDriver) -> None:
    page.execute('m.view.colour("cluster"); m.view.fly()')
    legend = view.root.get_by_role("region", name="What the colours mean")
    legend.get_by_text("lost, card, was").or_(legend.get_by_text("card, lost, was")).wait_for()
    names = view.root.locator(".la-names span")
    names.filter(has_text="money, refund").wait_for()
    names.filter(has_text="fee, rate").or_(names.filter(has_text="and, fee, rate")).wait_for()
    page.screenshot("rows_clusters")
    page.execute("m.view.colour()")
    names.filter(has_text="refund").wait_for()


def test_keys_stay_in_the_map_and_are_listed(page: NotebookPage, view: MapDriver) -> None:
    press(page, "d", "d", "x", "a", "b")
    assert page.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length") == 3
    open_table(page, view)
    press(page, "d", "d")
    assert page.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length") == 3
    view.root.focus()
    press(page, "Shift+?")
    view.root.get_by_role("dialog", name="Keys").wait_for()
    page.screenshot("rows_keys")
    press(page, "Escape")
    view.root.get_by_role("dialog", name="Keys").wait_for(state="detached")


def test_the_view_fills_the_screen_and_gives_it_back(page: NotebookPage, view: MapDriver) -> None:
    button = view.root.get_by_role("button", name="Full screen")
    button.click()
    page.page.wait_for_function("() => document.fullscreenElement?.matches('.la-root')")
    page.page.wait_for_function(
        "(root) => Math.abs(root.getBoundingClientRect().height - window.innerHeight) < 3",
        arg=view.root.element_handle(),
    )
    page.screenshot("rows_full_screen")
    button.click()
    page.page.wait_for_function("() => document.fullscreenElement === null")


def test_nothing_in_the_rows_was_run(page: NotebookPage) -> None:
    assert page.page.evaluate("() => window.hacked ?? null") is None
    assert page.page_errors == []
    assert page.foreign_requests == []
