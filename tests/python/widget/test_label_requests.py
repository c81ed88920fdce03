"""What the page can ask of whole labels, conflicts and other people, by real messages over a real comm."""

from __future__ import annotations

import threading

import comm
import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from labelatlas.journal import Journal
from page_end import PageEnd


def frame_of(n=30):
    words = ["cat", "dog", "cow"]
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, n))
    return pd.DataFrame({"id": range(n), "label": [words[i % 3] for i in range(n)], "x": x, "y": y})


def map_of(frame=None, **options):
    given = {"label": "label", "key": "id", "xy": ("x", "y"), "progress": False, "journal": None}
    return la.LabelMap(frame_of() if frame is None else frame, **(given | options))


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", PageEnd)
    return lambda label_map: label_map.comm


def shown(m):
    return [name for code, name in enumerate(m.meta["labels"]) if code not in m.meta.get("retired", [])]


def test_a_label_is_planned_then_renamed_and_the_page_hears_of_names_before_rows(page):
    m = map_of()
    end = page(m)
    answer, _ = end.ask({"kind": "rename", "label": 0, "name": "feline", "plan": True})
    assert answer["result"] == {"revision": 0, "gesture": None, "rows": 10, "skipped": 0}
    answer, _ = end.ask({"kind": "rename", "label": 0, "name": "feline"})
    assert (answer["result"]["gesture"], answer["result"]["rows"]) == (1, 10)
    assert m.meta["labels"] == ["cat", "cow", "dog", "feline"]
    assert m.meta["retired"] == [0]
    assert m.meta["colours"][3] == m.meta["palette"][0]
    [(_, buffers)] = [(p, b) for p, b in end.heard if p["kind"] == "patch"]
    assert np.frombuffer(buffers[1], "<u2").tolist() == [3] * 10
    end.ask({"kind": "undo", "gesture": 1, "how": "history"})
    assert shown(m) == ["cat", "cow", "dog"]
    assert "colours" not in m.meta
    assert m.history()["how"].tolist() == ["menu", "history"]


def test_labels_are_merged_deleted_created_and_recoloured(page):
    m = map_of()
    end = page(m)
    assert end.ask({"kind": "merge", "labels": [0, 1], "into": 1})[0]["result"]["rows"] == 10
    assert end.ask({"kind": "merge", "labels": [1], "into": "both"})[0]["result"]["rows"] == 20
    assert end.ask({"kind": "delete", "label": 2})[0]["result"]["rows"] == 10
    assert shown(m) == ["both"]
    answer, _ = end.ask({"kind": "create", "name": "refund", "colour": "#e69f00"})
    assert answer["result"]["rows"] == 0
    end.ask({"kind": "recolour", "label": 3, "colour": "#0072b2"})
    assert shown(m) == ["both", "refund"]
    assert m.meta["colours"][3:] == ["#0072b2", "#e69f00"]
    patches = [p["revision"] for p, _ in end.heard if p["kind"] == "patch"]
    assert patches == [1, 2, 3, 4, 5], "a gesture without rows raises the revision too"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"kind": "rename", "label": 0, "name": "dog"}, "there is a label 'dog' already"),
        ({"kind": "rename", "label": 9, "name": "x"}, "the page chose label 9; there are 3"),
        ({"kind": "delete", "label": -1}, "there is no label None"),
        ({"kind": "create", "name": "cat"}, "there is a label 'cat' already"),
        ({"kind": "undo", "gesture": None, "how": "by magic"}, "how='by magic'"),
        ({"kind": "ask", "topic": "gesture", "gesture": 7, "limit": 5}, "there is no gesture 7"),
        ({"kind": "ask", "topic": "weather", "limit": 5}, "asked for 'weather'"),
    ],
)
def test_what_makes_no_sense_is_one_failure_with_its_cure(page, message, words):
    m = map_of()
    answer, _ = page(m).ask(message)
    assert answer["kind"] == "failure"
    assert words in answer["error"]
    assert len(m.history()) == 0


def test_an_edit_says_whether_suggestions_were_shown_and_where_it_applies(page):
    m = map_of()
    rows = np.array([0, 1], dtype="<u4").tobytes()
    edit = {
        "kind": "edit",
        "base_revision": 0,
        "label": 1,
        "rows": "u32",
        "how": "queue",
        "arm": "shown",
        "where": 0,
    }
    answer, _ = page(m).ask(edit, rows)
    assert answer["result"]["rows"] == 1
    assert m.history().loc[0, ["how", "arm", "source", "rows"]].tolist() == ["queue", "shown", "human", 1]
    m.relabel([5], "cat", source="llm", where="cow")
    assert m.history().loc[1, ["how", "arm", "source"]].tolist() == ["api", "none", "llm"]
    answer, buffers = page(m).ask({"kind": "ask", "topic": "gesture", "gesture": 1, "limit": 9})
    assert answer["result"] == {"topic": "gesture", "gesture": 1, "total": 1}
    assert np.frombuffer(buffers[0], "<u4").tolist() == [0]


def test_conflicts_are_listed_and_settled_from_the_page(page, tmp_path):
    path = tmp_path / "j.sqlite"
    map_of(journal=path).relabel([0, 3, 6], "dog")
    frame = frame_of()
    frame.loc[[0, 3], "label"] = "elsewhere"
    m = map_of(frame.drop(index=6), journal=path)
    end = page(m)
    assert (m.status["n_conflicts"], m.status["n_orphans"]) == (2, 1)
    answer, _ = end.ask({"kind": "ask", "topic": "conflicts", "limit": 1})
    first = {"key": "0", "row": 0, "frame": "elsewhere", "journal": "dog", "reason": "label"}
    assert answer["result"] == {"topic": "conflicts", "conflicts": [first], "total": 3}
    assert end.ask({"kind": "resolve", "keep": "journal", "keys": ["0"]})[0]["result"]["rows"] == 1
    assert (m.status["n_conflicts"], m.status["n_orphans"]) == (1, 1)
    answer, _ = end.ask({"kind": "resolve", "keep": "frame", "keys": None})
    assert (answer["result"]["rows"], answer["result"]["skipped"]) == (1, 0)
    assert (m.status["n_conflicts"], m.status["n_orphans"]) == (0, 0)
    assert m.to_frame()["label"].tolist()[:4] == ["dog", "dog", "cow", "elsewhere"]
    m.close()


def test_a_map_on_show_hears_of_others_and_is_told_when_it_is_overwritten(page, tmp_path):
    path = tmp_path / "j.sqlite"
    ada, bob = (map_of(journal=path, author=name) for name in ("ada", "bob"))
    page(ada).ask({"kind": "hello", "revision": -1})
    ada.relabel([0, 1], "cow")
    page(ada).patched.clear()
    bob.relabel([1], "dog")
    assert page(ada).patched.wait(20)
    with ada.labels.lock:  # the status is told right after the patch
        [notice] = ada.status["notices"]
    facts = {"gesture": 2, "author": "bob", "action": "relabel", "rows": 1, "labels": ["dog"]}
    assert {name: notice[name] for name in facts} == facts
    assert "notices" not in bob.status
    for m in (ada, bob):
        m.close()


def test_a_map_in_memory_has_nobody_to_look_out_for(page):
    m = map_of()
    before = threading.active_count()
    page(m).ask({"kind": "hello", "revision": -1})
    assert threading.active_count() == before
    assert Journal(None).is_durable is False


def test_the_page_is_told_how_far_authors_agree_and_where_they_differ(page, tmp_path):
    path = tmp_path / "j.sqlite"
    ada, bob = (map_of(journal=path, author=name) for name in ("ada", "bob"))
    ada.relabel([0, 1, 3], "cow")
    assert "n_authors" not in ada.status
    bob.relabel([0, 1, 4], "dog")
    bob.relabel([6], "cow")
    ada.labels.refresh()
    ada.relabel([6], "dog")
    ada.undo()
    assert ada.status["n_authors"] == 2
    end = page(ada)
    answer, _ = end.ask({"kind": "ask", "topic": "people", "limit": 0})
    assert answer["result"] == {
        "topic": "people",
        "authors": [{"author": "ada", "gestures": 3, "rows": 3}, {"author": "bob", "gestures": 2, "rows": 3}],
        "pairs": [{"a": "ada", "b": "bob", "rows": 2, "agreed": 0, "kappa": 0.0}],
        "fleiss": -1.0,
        "fleiss_rows": 2,
        "differ": 2,
    }
    answer, buffers = end.ask({"kind": "ask", "topic": "differences", "limit": 1})
    assert answer["result"] == {"topic": "differences", "total": 2}
    assert np.frombuffer(buffers[0], "<u4").tolist() == [0]
    answer, _ = end.ask({"kind": "ask", "topic": "confusion", "limit": 5, "authors": ["bob", "ada"]})
    assert answer["result"]["cells"] == [{"a": "dog", "b": "cow", "rows": 2}]
    for wrong in (["ada"], ["ada", "nobody"]):
        answer, _ = end.ask({"kind": "ask", "topic": "confusion", "limit": 5, "authors": wrong})
        assert answer["kind"] == "failure"
    for m in (ada, bob):
        m.close()


def test_what_cannot_be_said_of_authors_is_null(page, tmp_path):
    path = tmp_path / "j.sqlite"
    ada, bob = (map_of(journal=path, author=name) for name in ("ada", "bob"))
    ada.relabel([0], "cow")
    bob.relabel([1], "cow")
    ada.labels.refresh()
    result = page(ada).ask({"kind": "ask", "topic": "people", "limit": 0})[0]["result"]
    assert result["pairs"] == [{"a": "ada", "b": "bob", "rows": 0, "agreed": 0, "kappa": None}]
    assert (result["fleiss"], result["fleiss_rows"], result["differ"]) == (None, 0, 0)
    for m in (ada, bob):
        m.close()
