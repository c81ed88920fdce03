"""Long work of the kernel: beside the messages, told of, cancelled, replaced; edits meanwhile."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.probe import out_of_fold
from labelatlas.widget import row_text, row_ticks, work
from labelatlas.widget.encode import encode_rows
from labelatlas.widget.handlers import handle
from labelatlas.widget.row_text import FoldedText, compile_pattern, fold
from labelatlas.widget.row_ticks import sorted_by_people
from labelatlas.widget.work import Stopped, Works

N = 30
ENDLESS = "(a|aa)+$"  # each letter of "aaa...b" doubles its way
TRAP = 7


class Page:
    """Asks a map as a page does, and hears what is said."""

    def __init__(self, m):
        self.m = m
        self.heard = []
        self.answered = {number: threading.Event() for number in range(1, 20)}
        self.progress = threading.Event()
        m._session.send = self._hear

    def _hear(self, message, buffers):
        self.heard.append(message)
        if message["kind"] in {"reply", "failure"}:
            self.answered[message["id"]].set()
        if message["kind"] == "progress":
            self.progress.set()

    def ask(self, number, kind, *buffers, **more):
        handle(self.m._session, {"id": number, "kind": kind} | more, buffers)

    def answer(self, number):
        assert self.answered[number].wait(60)
        return self.of(number)[-1]

    def of(self, number):
        return [m for m in self.heard if m.get("id") == number and m["kind"] in {"reply", "failure"}]


@pytest.fixture
def m():
    df = pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(N)],
            "label": ["cat", "dog"] * (N // 2),
            "text": ["a" * 60 + "b" if i == TRAP else f"row {i}" for i in range(N)],
        }
    )
    xy = np.random.default_rng(0).normal(size=(N, 2))
    opened = la.LabelMap(df, label="label", key="id", xy=xy, journal=None, progress=False)
    opened.view.show(["text"])
    yield opened
    opened.close()


@pytest.fixture
def page(m):
    return Page(m)


@pytest.fixture
def gate(monkeypatch):
    """Work on text waits here, step by step, until it is let on."""
    reached, go = threading.Event(), threading.Event()

    def each(self, step):
        while not go.is_set():
            reached.set()
            step("searching the rows", 1, 4)
            go.wait(0.01)
        for number, piece in enumerate(self._pieces):
            yield number * row_text._PIECE, piece

    monkeypatch.setattr(FoldedText, "_each", each)
    yield reached, go
    go.set()


def regex_search(page, number, query=ENDLESS):
    page.ask(number, "search", query=query, regex=True, columns=None)


def test_a_pattern_that_never_ends_on_one_row_ends_in_a_sentence_with_a_cure(page, monkeypatch):
    monkeypatch.setattr(row_text, "_ROW_SECONDS", 0.1)
    regex_search(page, 1)
    failure = page.answer(1)
    assert failure["kind"] == "failure"
    assert f"row {TRAP}" in failure["error"]
    assert "repeat inside a repeat" in failure["hint"]


def test_python_hears_of_it_too(m, monkeypatch):
    monkeypatch.setattr(row_text, "_ROW_SECONDS", 0.1)
    with pytest.raises(InputError, match="given up"):
        m.view.search(ENDLESS, regex=True)


def test_edits_are_saved_while_a_search_runs(m, page, gate):
    reached, go = gate
    regex_search(page, 1, "row")
    assert reached.wait(30)
    encoding, blob = encode_rows(np.array([0]), N)
    page.ask(2, "edit", blob, base_revision=0, label="cow", rows=encoding, how="lasso")
    assert page.of(2)[0]["kind"] == "reply"
    assert page.of(1) == []
    go.set()
    assert page.answer(1)["result"]["rows"] == N - 1
    assert m.labels.names[m.labels.codes[0]] == "cow"


def test_what_is_cancelled_stops_and_is_not_answered(m, page, gate):
    reached, _ = gate
    regex_search(page, 1, "row")
    assert reached.wait(30)
    page.ask(2, "cancel", target=1)
    assert m._session.works.wait(30)
    assert page.of(1) == []


def test_what_is_not_asked_is_not_cancelled(m, page):
    page.ask(1, "cancel", target=5)
    page.ask(5, "search", query="row 3", regex=False, columns=None)
    assert page.answer(5)["result"]["rows"] == 1


def test_a_newer_filter_takes_the_place_of_an_older_one_which_is_told(m, page, gate):
    reached, go = gate
    clause = {"type": "text", "query": "row 1", "regex": False, "columns": None}
    page.ask(1, "filter", clauses=[clause], rest="grey")
    assert reached.wait(30)
    page.ask(2, "filter", clauses=[{**clause, "query": "row 2"}], rest="grey")
    assert page.answer(1)["error"] == "a newer one took its place."
    go.set()
    assert page.answer(2)["result"]["rows"] == 11
    assert m.view.filter().tolist() == [2, *range(20, 30)]


def test_a_filter_of_python_takes_the_place_of_the_pages(m, page, gate):
    reached, go = gate
    clause = {"type": "text", "query": "row 1", "regex": False, "columns": None}
    page.ask(1, "filter", clauses=[clause], rest="grey")
    assert reached.wait(30)
    m.view.filter({"label": ["cat"]})
    go.set()
    assert page.answer(1)["kind"] == "failure"
    assert m.view.filter().tolist() == list(range(0, N, 2))


def test_an_edit_does_not_search_again_for_a_filter_on_labels_and_text(m, monkeypatch):
    rows = m.view.filter({"label": ["cat"]}, text="row")
    assert TRAP not in rows
    monkeypatch.setattr(FoldedText, "containing", lambda *_: pytest.fail("searched again"))
    m.relabel([1, TRAP], "cat")
    assert m.view.filter().tolist() == sorted([*range(0, N, 2), 1]), "the trap holds no such text"


def test_progress_is_told_in_shares_of_the_rows(page, gate):
    reached, go = gate
    regex_search(page, 1, "row")
    assert page.progress.wait(30)
    assert reached.is_set()
    go.set()
    page.answer(1)
    told = [message for message in page.heard if message["kind"] == "progress"]
    assert told[0] == {"kind": "progress", "id": 1, "stage": "searching the rows", "done": 1, "total": 4}


def test_work_is_spoken_of_ten_times_a_second_at_most(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(work.time, "monotonic", lambda: clock[0])
    told = []
    job = work.Job(1, lambda message, _: told.append(message))
    for _ in range(1000):
        clock[0] += 0.003
        job("searching", 0, 0)
    assert 25 <= len(told) <= 30


def test_a_closed_map_stops_its_work(m, page, gate):
    reached, _ = gate
    regex_search(page, 1, "row")
    assert reached.wait(30)
    m.close()
    assert m._session.works.wait(30)


def test_two_pieces_of_work_of_one_number_end_both():
    works = Works(lambda *_: None)
    go = threading.Event()
    for _ in range(2):
        works.start(1, lambda _: go.wait(30))
    go.set()
    assert works.wait(30)


def test_heads_stop_learning_when_they_are_told_to():
    rng = np.random.default_rng(0)
    seen = []

    def step(stage, done, total):
        seen.append((stage, done, total))
        if done == 2:
            raise Stopped(replaced=False)

    with pytest.raises(Stopped):
        out_of_fold(rng.normal(size=(80, 3)), np.arange(80) % 2, progress=step)
    assert seen[0] == ("learning", 0, 5)
    assert seen[-1] == ("learning", 2, 5)


@given(st.lists(st.text(alphabet="aAbÉéßzZ ", max_size=4), unique=True, max_size=60))
def test_parts_are_sorted_as_the_whole_would_be(texts):
    wanted = sorted(range(len(texts)), key=lambda i: (fold(texts[i]), texts[i]))
    assert sorted_by_people(texts) == wanted
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_ticks, "_PIECE", 4)
        patch.setattr(row_ticks, "_SAMPLE", 8)
        patch.setattr(row_ticks, "_PARTS", 3)
        assert sorted_by_people(texts) == wanted


@given(st.lists(st.none() | st.text(alphabet="abÉ\x00 ", max_size=5), max_size=20), st.text("abé", min_size=1))
def test_a_text_is_found_across_pieces_as_in_one(values, query):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_text, "_PIECE", 3)
        small = FoldedText(values)
        wanted = [value is not None and fold(query) in fold(value) for value in values]
        assert small.containing(query).tolist() == wanted
        assert small.matching(compile_pattern(query)).tolist() == wanted


@given(st.text(alphabet="ab()[]{}|*+?.^$\\<>=!:#-,0123Pndswé&~", max_size=12))
def test_whatever_is_typed_is_a_pattern_or_a_sentence(query):
    try:
        pattern = compile_pattern(query)
    except InputError:
        return
    FoldedText(["ab01", ""]).matching(pattern)
