"""LabelMap without a browser: everything by the public calls, and the page's half by real messages over a real comm."""

from __future__ import annotations

import re
import sqlite3
import threading

import comm
import numpy as np
import pandas as pd
import polars as pl
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError, JournalError, LabelTypeError, NotApplicable
from labelatlas.widget.encode import decode_rows, encode_rows
from labelatlas.widget.protocol import FLAG_EDITED
from page_end import PageEnd

N = 90


def frame_of(n=N):
    words = ["cat", "dog", "cow"]
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "id": range(n),
            "label": [words[i % 3] for i in range(n)],
            "x": [(i % 3) * 5.0 + rng.normal() * 0.3 for i in range(n)],
            "y": rng.normal(size=n) * 0.3,
            "month": ["may" if i % 2 else "june" for i in range(n)],
        }
    )


def map_of(frame=None, **options):
    given = {"label": "label", "key": "id", "xy": ("x", "y"), "progress": False, "journal": None}
    return la.LabelMap(frame_of() if frame is None else frame, **(given | options))


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", PageEnd)
    return lambda label_map: label_map.comm


def u32(*rows):
    return np.array(rows, dtype="<u4").tobytes()


def edit(number, label, **more):
    return {"kind": "edit", "id": number, "base_revision": 0, "label": label, "rows": "u32", "how": "lasso"} | more


# ---- by the public calls ---------------------------------------------------------------------------------------------
def test_relabel_undo_redo_reach_the_callers_frame():
    frame = frame_of()
    m = map_of(frame)
    m.relabel([0, 3], "cow")
    assert frame["label"].tolist()[:4] == ["cow", "dog", "cow", "cow"]
    m.undo()
    assert frame["label"].tolist() == frame_of()["label"].tolist()
    m.redo()
    assert m.history()["rows"].tolist() == [2, 2, 2]
    assert m.plan().to_dict("records") == [{"before": "cat", "after": "cow", "rows": 2}]


def test_rows_can_be_given_as_positions_a_mask_or_keys_or_be_the_selection():
    m = map_of()
    assert m.relabel(np.arange(N) < 1, "cow").rows.tolist() == [0]
    assert m.relabel(keys=[3], label="cow").rows.tolist() == [3]
    m.selection([6, 9])
    assert m.relabel(label="cow").rows.tolist() == [6, 9]
    assert m.selection(keys=[1]).tolist() == [1]
    assert m.selection([]).tolist() == []


@pytest.mark.parametrize(
    ("rows", "keys", "words"),
    [
        ([N], None, "positions from 0 to 89. Got 90 to 90"),
        ([-1], None, "Got -1 to -1"),
        ([0.5], None, "whole numbers or a mask. Got float64"),
        ([True, False], None, "a mask must have 90 values"),
        (None, [999], "1 are not, among them 999"),
        ([1], [1], "rows or keys, one of the two"),
    ],
)
def test_rows_that_the_map_does_not_have_are_refused(rows, keys, words):
    with pytest.raises(InputError, match=words):
        map_of().relabel(rows, "cow", keys=keys)


def test_polars_frames_come_back_corrected_as_polars():
    frame = pl.from_pandas(frame_of())
    m = map_of(frame)
    m.relabel([0], "cow")
    assert isinstance(m.to_frame(), pl.DataFrame)
    assert m.to_frame()["label"].to_list()[:3] == ["cow", "dog", "cow"]
    assert frame["label"].to_list()[0] == "cat"
    assert isinstance(m.selected(), pl.DataFrame)
    assert "sync manual" in repr(m)
    with pytest.raises(InputError, match="can be changed in place. Got a polars frame"):
        map_of(frame, sync="live")


def test_manual_sync_leaves_the_frame_alone():
    frame = frame_of()
    m = map_of(frame, sync="manual")
    m.relabel([0], "cow")
    assert frame["label"][0] == "cat"
    assert m.to_frame()["label"][0] == "cow"
    with pytest.raises(InputError, match='"live", "manual" or None'):
        map_of(frame, sync="sometimes")


def test_the_same_labels_come_back_after_a_restart_and_the_repr_says_so(tmp_path):
    path = tmp_path / "j.sqlite"
    m = map_of(journal=path)
    m.relabel([0, 3, 6], "cow")
    m.relabel([3], "dog")
    m.undo()
    again = map_of(journal=path)
    assert again.to_frame()["label"].tolist() == m.to_frame()["label"].tolist()
    assert "3 rows edited; 3 replayed from the journal" in repr(again)
    assert "0 conflicts, 0 orphans" in repr(again)
    assert again.meta["notice"] == "3 edited rows came back from the journal."


def test_only_the_cell_run_again_gives_no_conflict_after_undos_and_double_edits(tmp_path):
    frame, path = frame_of(), tmp_path / "j.sqlite"
    m = map_of(frame, journal=path)
    m.relabel([0, 3], "cow")
    m.relabel([3], "dog")
    m.undo()
    m.relabel([3, 6], "new")
    again = map_of(frame, journal=path)
    assert len(again.conflicts()) == 0
    assert again.to_frame()["label"].tolist() == frame["label"].tolist()
    assert again.undo().rows.tolist() == [3, 6]


def test_selection_is_told_to_listeners_until_they_end_it():
    m = map_of()
    heard = []
    end = m.on_selection(lambda rows: heard.append(rows.tolist()))
    m.selection([2, 1])
    end()
    m.selection([5])
    assert heard == [[1, 2]]
    assert m.selection_summary == {"count": 1}
    assert m.selected()["id"].tolist() == [5]


def test_label_errors_rank_the_planted_ones_first():
    frame = frame_of()
    frame.loc[[0, 4, 8], "label"] = ["dog", "cow", "cat"]
    found = map_of(frame).label_errors().to_frame()
    assert {"key", "suspicion", "suggested", "decision"} <= set(found.columns)
    assert set(found["key"].head(3)) == {0, 4, 8}
    assert dict(zip(found["key"].head(3), found["suggested"].head(3), strict=True)) == {0: "cat", 4: "dog", 8: "cow"}


@pytest.mark.parametrize("labels", [[None] * N, ["one"] * N])
def test_no_label_or_one_class_is_shown_but_has_no_suspects(labels):
    frame = frame_of()
    frame["label"] = pd.Series(labels, dtype=object)
    m = map_of(frame)
    with pytest.raises(NotApplicable):
        m.label_errors()
    m.relabel([0], "first")
    assert frame["label"][0] == "first"


def test_label_shift_needs_a_domain_and_knows_its_values():
    with pytest.raises(InputError, match="domain='month'"):
        map_of().label_shift("may", "june")
    m = map_of(domain="month")
    with pytest.raises(InputError, match="no 'july'.*'june', 'may'"):
        m.label_shift("may", "july")
    estimate = m.label_shift("may", "june").to_frame()
    assert {"label", "source", "target", "low", "high", "weight"} <= set(estimate.columns)
    assert estimate["label"].tolist() == ["cat", "cow", "dog"]


def test_a_typed_label_that_the_column_cannot_hold_is_refused():
    frame = frame_of()
    frame["label"] = [i % 3 for i in range(N)]
    with pytest.raises(LabelTypeError, match="whole numbers"):
        map_of(frame).relabel([0], "refund")


# ---- as the page does ------------------------------------------------------------------------------------------------
def test_hello_gives_every_column_and_then_only_what_edits_change(page):
    m = map_of()
    m.selection([4])
    wire = page(m)
    wire.heard.clear()
    answer, _ = wire.ask({"kind": "hello", "id": 1, "revision": -1})
    assert answer["result"] == {"revision": 0, "n_rows": N}
    columns = {head["name"]: (head, blob[0]) for head, blob in wire.of_kind("column")}
    assert set(columns) == {"xy", "label", "original", "flags", "score"}
    assert columns["xy"][1] == m.atlas.xy.tobytes()
    assert np.frombuffer(columns["label"][1], "<u2").tolist() == m.labels.codes.tolist()
    ((selected, (blob,)),) = wire.of_kind("select")
    assert decode_rows(selected["rows"], blob, N).tolist() == [4]
    wire.heard.clear()
    wire.ask({"kind": "hello", "id": 2, "revision": 0})
    assert {head["name"] for head, _ in wire.of_kind("column")} == {"label", "original", "flags"}
    assert wire.of_kind("select") == []


def test_an_edit_is_patched_then_answered_after_the_commit(page):
    frame = frame_of()
    m = map_of(frame)
    wire = page(m)
    answer, _ = wire.ask(edit(1, 1), u32(0, 3))
    assert answer["result"] == {"revision": 1, "gesture": 1, "rows": 2, "skipped": 0}
    ((head, (rows, codes, flags)),) = wire.of_kind("patch")
    assert head == {"kind": "patch", "revision": 1, "width": "u16"}
    assert np.frombuffer(rows, "<u4").tolist() == [0, 3]
    assert np.frombuffer(codes, "<u2").tolist() == [1, 1]
    assert list(flags) == [FLAG_EDITED, FLAG_EDITED]
    assert [m_["kind"] for m_, _ in wire.heard] == ["patch", "reply"]
    assert frame["label"].tolist()[:4] == ["cow", "dog", "cow", "cow"]
    assert m.history()["how"].tolist() == ["lasso"]


def test_a_bitmap_a_new_name_and_unlabelled_are_understood(page):
    m = map_of()
    wire = page(m)
    encoding, blob = encode_rows(np.arange(0, N, 3), N)
    assert encoding == "bitmap"
    assert wire.ask(edit(1, "brand new", rows=encoding), blob)[0]["result"]["rows"] == N // 3
    assert m.meta["labels"] == ["cat", "cow", "dog", "brand new"]
    wire.ask(edit(2, -1), u32(1))
    assert m.labels.codes[:2].tolist() == [3, -1]


def test_a_refused_edit_is_answered_with_the_true_codes(page):
    frame = frame_of()
    frame["label"] = [i % 3 for i in range(N)]
    m = map_of(frame)
    answer, (rows, codes, flags) = page(m).ask(edit(9, "refund"), u32(0, 1))
    assert answer["kind"] == "failure"
    assert "whole numbers" in answer["error"]
    assert "astype(str)" in answer["hint"]
    assert answer["revision"] == 0
    assert np.frombuffer(rows, "<u4").tolist() == [0, 1]
    assert np.frombuffer(codes, "<u2").tolist() == [0, 1]
    assert list(flags) == [0, 0]


@pytest.mark.parametrize(
    ("message", "blobs", "words"),
    [
        (edit(1, 99), [u32(0)], "there are 3"),
        (edit(1, 0), [u32(N)], "below 90"),
        ({"kind": "undo", "id": 1, "gesture": None}, [], "no gesture left"),
        ({"kind": "redo", "id": 1}, [], "nothing to redo"),
        ({"kind": "describe", "id": 1}, [u32(N)], "below 90"),
        ({"kind": "ask", "id": 1, "topic": "weather", "limit": 5}, [], "does not know"),
        ({"kind": "dance", "id": 1}, [], "does not know"),
        ({"kind": "edit", "id": 1}, [], "KeyError|IndexError"),
    ],
)
def test_every_request_is_answered_failures_included(page, message, blobs, words):
    answer, _ = page(map_of()).ask(message, *blobs)
    assert answer["kind"] == "failure"
    assert answer["id"] == 1
    assert re.search(words, answer["error"])


def test_undo_redo_and_history_by_message(page):
    m = map_of(author="ada")
    wire = page(m)
    wire.ask(edit(1, 1), u32(0, 3))
    assert wire.ask({"kind": "undo", "id": 2, "gesture": 1})[0]["result"]["rows"] == 2
    assert m.status["can_redo"]
    wire.ask({"kind": "redo", "id": 3})
    result = wire.ask({"kind": "ask", "id": 4, "topic": "history", "limit": 2})[0]["result"]
    assert result["total"] == 3
    assert [(g["action"], g["rows"], g["undone"]) for g in result["gestures"]] == [
        ("redo", 2, False),
        ("undo", 2, True),
    ]
    assert [(g["before"], g["after"]) for g in result["gestures"]] == [(["cat"], ["cow"]), (["cow"], ["cat"])]


def test_the_committed_selection_belongs_to_the_kernel_and_is_told_to_all(page):
    m = map_of()
    wire = page(m)
    wire.ask({"kind": "select", "rows": "u32", "how": "lasso", "origin": "view 1"}, u32(4, 7))
    assert m.selection().tolist() == [4, 7]
    ((head, (blob,)),) = wire.of_kind("select")
    assert head["origin"] == "view 1"
    assert decode_rows(head["rows"], blob, N).tolist() == [4, 7]


def test_rows_are_described_with_pictures_beside(page):
    frame = frame_of()
    frame["picture"] = [np.eye(4)] * N
    frame.loc[1, "picture"] = None
    m = map_of(frame, image="picture", xy=None, embedding=frame[["x", "y"]].to_numpy(), domain="month")
    answer, blobs = page(m).ask({"kind": "describe", "id": 5}, u32(1, 0))
    columns = {c["name"]: c for c in answer["result"]["columns"]}
    assert columns["picture"]["values"] == [None, 0]
    assert blobs[0].startswith(b"\x89PNG")
    assert columns["id"]["values"] == ["1", "0"]
    assert columns["month"]["values"] == ["may", "june"]


def test_a_question_that_cannot_be_answered_is_a_failure_in_words(page):
    frame = frame_of()
    frame["label"] = "one"
    answer, _ = page(map_of(frame)).ask({"kind": "ask", "id": 6, "topic": "review", "limit": 2})
    assert answer["kind"] == "failure"
    assert answer["hint"]


def test_edits_from_many_threads_are_all_there(page):
    m = map_of()
    threads = [threading.Thread(target=m.relabel, args=([i], "cow")) for i in range(0, 60, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert m.labels.revision == 20
    assert len(m.history()) == 20
    assert [head["revision"] for head, _ in page(m).of_kind("patch")] == list(range(1, 21))


def test_a_journal_that_cannot_be_written_is_a_failure_and_nothing_changes(page, tmp_path, monkeypatch):
    path = tmp_path / "j.sqlite"
    frame = frame_of()
    monkeypatch.setattr("labelatlas.journal.store.BUSY_SECONDS", 0.1)
    m = map_of(frame, journal=path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer, (_, codes, _) = page(m).ask(edit(1, 1), u32(0))
    holder.execute("ROLLBACK")
    holder.close()
    assert answer["kind"] == "failure"
    assert "another process holds it" in answer["error"]
    assert np.frombuffer(codes, "<u2").tolist() == [0]
    assert frame["label"][0] == "cat"
    (tmp_path / "text").write_text("no journal" * 100)
    with pytest.raises(JournalError, match="no journal"):
        map_of(journal=tmp_path / "text")


def test_the_edits_as_code_give_a_fresh_map_the_same_labels(tmp_path):
    m = map_of()
    m.relabel([0, 3], "cow")
    m.relabel([3], None)
    m.relabel([5], "brand new", note="why")
    m.undo()
    fresh = map_of()
    exec(m.to_code(), {"m": fresh})  # noqa: S102 - what it is for
    assert fresh.to_frame()["label"].equals(m.to_frame()["label"])
    assert m.export(tmp_path / "edits.csv") == 4
    assert len(pd.read_csv(tmp_path / "edits.csv")) == 5
