"""Edits in files: out and in again is the identity, types and all, and a second time adds nothing."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelatlas._export import export_edits, import_edits
from labelatlas.exceptions import InputError, JournalError
from labelatlas.journal import Edits, Journal, NewGesture
from labelatlas.journal.lines import COLUMNS, from_cell, to_cell
from python.journal.make import KEY, edits, gesture, naive_fold, said

SUFFIXES = [".csv", ".jsonl", ".parquet"]
PLAIN = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# what a database holds as text; keys and labels may be any text at all
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
ANY_TEXT = st.one_of(
    st.text(max_size=6), st.sampled_from(["3", "nan", "None", "null", "", "true", '"', "a\0b", "\ud800", "-0"])
)
LABELS = st.one_of(st.none(), ANY_TEXT, st.integers(-(2**70), 2**70), st.booleans())


@st.composite
def new_edits(draw):
    """Any rows, keys of either kind, any labels, some of them in the dictionary alone."""
    keys = draw(st.one_of(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5), st.lists(ANY_TEXT, max_size=5)))
    n = len(keys)
    array = np.array(keys, dtype=object if n and isinstance(keys[0], str) else np.int64)
    values = draw(st.lists(LABELS, min_size=1, max_size=4))
    places = st.lists(st.integers(0, len(values) - 1), min_size=n, max_size=n)
    old, new = (np.array(draw(places), dtype=np.int32) for _ in range(2))
    prints = np.array(draw(st.lists(st.integers(0, 2**64 - 1), min_size=n, max_size=n)), dtype=np.uint64)
    return Edits(array, prints, tuple(values), old, new)


@st.composite
def histories(draw):
    """Any gestures; some take back an earlier one, some come twice."""
    found: list[NewGesture] = []
    for i in range(draw(st.integers(0, 5))):
        if found and draw(st.booleans()):
            found.append(draw(st.sampled_from(found)))
            continue
        words = {name: draw(WORDS) for name in ("at", "author", "action", "source", "how", "arm", "note")}
        undoes = draw(st.sampled_from([None, *range(1, i + 1)]))
        found.append(NewGesture(**words, undoes=undoes, edits=draw(new_edits())))
    return found


def labels_named(gestures):
    """Return each gesture's labels that no row holds, for those are told too."""
    out = []
    for g in gestures:
        used = {(type(g.edits.values[i]), g.edits.values[i]) for i in [*g.edits.old.tolist(), *g.edits.new.tolist()]}
        out.append({(type(v), v) for v in g.edits.values if v is not None} - used)
    return out


@pytest.mark.parametrize("suffix", SUFFIXES)
@PLAIN
@given(history=histories(), other=histories())
def test_export_and_import_are_the_identity(tmp_path, suffix, history, other):
    path = tmp_path / f"edits{suffix}"
    there = Journal(None).stream(KEY)
    there.append_all(history)
    assert export_edits(there, path) == len(history)
    here = Journal(None).stream(KEY)
    assert import_edits(here, path) == len(history)
    was, now_ = list(there.gestures()), list(here.gestures())
    assert [said(g) for g in now_] == [said(g) for g in was]
    assert labels_named(now_) == labels_named(was)
    assert repr(naive_fold(now_)) == repr(naive_fold(was))
    # a second time adds nothing, and neither does it in a journal that has grown since
    assert import_edits(here, path) == 0
    assert import_edits(there, path) == 0
    here.append_all([g for g in other if g.undoes is None])
    assert import_edits(here, path) == 0


@given(LABELS)
def test_a_cell_keeps_value_and_type(value):
    assert (type(from_cell(to_cell(value))), from_cell(to_cell(value))) == (type(value), value)


def test_cells_are_bare_text_where_that_can_be_read_one_way_only():
    cells = [to_cell(value) for value in ("cat", "3", 3, None, "", "true", True, "007", 'say "a"', "nan", "two\nlines")]
    assert cells == ["cat", '"3"', "3", "", '""', '"true"', "true", "007", 'say "a"', "nan", '"two\\nlines"']


def test_a_csv_says_one_line_for_each_edited_row(tmp_path):
    stream = Journal(None).stream(KEY)
    stream.append(gesture(at="t", note="a, b", edits=edits((5, 6), "3", "dog")))
    assert stream.export(tmp_path / "edits.csv") == 1
    rows = list(csv.reader((tmp_path / "edits.csv").read_text(encoding="utf-8").splitlines()))
    assert rows == [
        list(COLUMNS),
        ["1", "t", "ada", "relabel", "human", "lasso", "none", "a, b", "", "5", f"{1:016x}", '"3"', "dog"],
        ["1", "t", "ada", "relabel", "human", "lasso", "none", "a, b", "", "6", f"{2:016x}", '"3"', "dog"],
    ]


def test_jsonl_is_json_with_its_own_types(tmp_path):
    stream = Journal(None).stream(KEY)
    stream.append(gesture(edits=edits(("ü",), 3, None)))
    stream.export(tmp_path / "edits.jsonl")
    (line,) = [json.loads(text) for text in (tmp_path / "edits.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (line["key"], line["old"], line["new"], line["undoes"]) == ("ü", 3, None, None)
    assert "ü" in (tmp_path / "edits.jsonl").read_text(encoding="utf-8")


def test_an_undo_finds_its_gesture_under_its_new_number(where, tmp_path):
    there = Journal(None).stream(KEY)
    there.append_all([gesture(note="one"), gesture(note="two"), gesture(action="undo", undoes=2)])
    there.export(tmp_path / "edits.jsonl")
    here = Journal(where).stream(KEY)
    here.append_all([gesture(note="mine"), gesture(note="two, not the same")])
    assert here.import_(tmp_path / "edits.jsonl") == 3
    assert [(g.id, g.note, g.undoes) for g in here.gestures()][2:] == [(3, "one", None), (4, "two", None), (5, "", 4)]


def test_an_import_that_fails_half_way_adds_nothing(tmp_path):
    stream = Journal(None).stream(KEY)
    stream.append_all([gesture(note=str(i)) for i in range(3)])
    path = tmp_path / "edits.jsonl"
    stream.export(path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]) + lines[-1][:40])
    here = Journal(None).stream(KEY)
    with pytest.raises(InputError, match=r"line 9 of edits\.jsonl is no JSON"):
        here.import_(path)
    assert here.newest() == 0


HEAD = ",".join(COLUMNS)
ROW = "1,t,ada,relabel,human,api,none,,,5,,cat,dog"
BAD = {
    "another table": ("a,b\n1,2\n", "lacks gesture"),
    "no line": ("", "lacks gesture"),
    "a short line": (f"{HEAD}\n1,2\n", "line 2 of .* must have 13 cells"),
    "a number that is none": (f"{HEAD}\n{ROW.replace('1,', 'x,', 1)}\n", "line 2 .*invalid literal"),
    "a gesture 0": (f"{HEAD}\n{ROW.replace('1,', '0,', 1)}\n", "gesture 0"),
    "a fingerprint that is none": (f"{HEAD}\n{ROW.replace('5,,', '5,zz,')}\n", "fingerprint 'zz'"),
    "keys of two types": (f"{HEAD}\n{ROW}\n{ROW.replace(',5,', ',five,')}\n", "keys of one type"),
    "a key beyond 64 bits": (f"{HEAD}\n{ROW.replace(',5,', f',{2**64},')}\n", "below 2"),
    "a gesture told twice": (f"{HEAD}\n{ROW}\n2{ROW[1:]}\n{ROW}\n", "one place"),
    "a gesture told in two ways": (f"{HEAD}\n{ROW}\n{ROW.replace('ada', 'bob')}\n", "one place"),
    "an undo of what is not there": (f"{HEAD}\n{ROW.replace(',,,5', ',,7,5')}\n", "takes back gesture 7"),
    "a broken cell": (
        f"{HEAD}\n{ROW.replace('cat', chr(34) * 4 + 'x' + chr(34) * 3 + chr(34) * 2)}\n",
        "line 2|line 1",
    ),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_file_that_no_journal_exported_is_refused_with_its_line(tmp_path, content, words):
    (tmp_path / "edits.csv").write_text(content)
    stream = Journal(None).stream(KEY)
    with pytest.raises(InputError, match=words):
        stream.import_(tmp_path / "edits.csv")
    assert stream.newest() == 0


def test_files_of_other_kinds_and_missing_files_are_refused(tmp_path):
    stream = Journal(None).stream(KEY)
    for act in (stream.export, stream.import_):
        with pytest.raises(InputError, match=r"\.csv, \.jsonl or \.parquet"):
            act(tmp_path / "edits.xlsx")
    for suffix in SUFFIXES:
        with pytest.raises(InputError, match=r"cannot be read"):
            import_edits(stream, tmp_path / f"nowhere{suffix}")
    (tmp_path / "latin.csv").write_bytes(HEAD.encode() + b"\n\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        stream.import_(tmp_path / "latin.csv")
    with pytest.raises(JournalError, match="cannot be written"):
        stream.export(tmp_path / "nowhere" / "edits.csv")


def test_a_failed_export_leaves_the_old_file_and_no_other(tmp_path):
    stream = Journal(None).stream(KEY)
    stream.append(gesture())
    path = tmp_path / "edits.csv"
    stream.export(path)
    before = path.read_bytes()
    with stream._database.writing("damage") as connection:
        connection.exec_driver_sql("UPDATE labelatlas_gestures SET note = 'other'")
    with pytest.raises(JournalError, match="damaged"):
        stream.export(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["edits.csv"]
