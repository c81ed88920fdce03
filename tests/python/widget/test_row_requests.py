"""What the page asks of rows, by the messages of the protocol; the answers against the frame itself."""

from __future__ import annotations

import io
import wave

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import labelatlas as la
from labelatlas.exceptions import ColumnNotFoundError, InputError
from labelatlas.widget.encode import decode_rows, encode_rows
from labelatlas.widget.handlers import handle

N = 40
EVIL = '<img src=x onerror="alert(1)">'


def sound(path=None):
    out = io.BytesIO()
    with wave.open(path or out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return out.getvalue()


@pytest.fixture
def frame(tmp_path):
    path = str(tmp_path / "a.wav")
    sound(path)
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(N)],
            "label": [["a", EVIL][i % 2] for i in range(N)],
            "text": [EVIL, None, "x" * 3000, *(f"row {i}" for i in range(3, N))],
            EVIL: [i / 3 for i in range(N)],
            "picture": [np.full((4, 4), i, dtype=np.uint8) if i % 2 else None for i in range(N)],
            "clip": [path, sound(), str(tmp_path / "no.wav"), 5, None, *[path] * (N - 5)],
            "note": ["<b>bold</b><script>alert(1)</script>", None, *["plain"] * (N - 2)],
        }
    )


@pytest.fixture
def m(frame):
    xy = np.random.default_rng(0).normal(size=(N, 2))
    return la.LabelMap(frame, label="label", key="id", xy=xy, journal=None, progress=False)


@pytest.fixture
def ask(m):
    heard = []
    m._session.send = lambda message, buffers: heard.append((message, buffers))

    def ask(message, *buffers):
        start = len(heard)
        handle(m._session, {"id": 1} | message, buffers)
        assert m._session.works.wait(30)
        [answer] = [(a, b) for a, b in heard[start:] if a["kind"] in {"reply", "failure"}]
        return answer

    ask.heard = heard
    return ask


def u32(*rows):
    return np.array(rows, dtype="<u4").tobytes()


def cells(ask, columns, *rows, **more):
    answer, blobs = ask({"kind": "describe", "columns": columns, **more}, u32(*rows))
    return answer["result"]["columns"], blobs


def test_columns_are_listed_with_their_types_and_what_the_card_shows(m, ask):
    result = ask({"kind": "columns"})[0]["result"]
    types = {column["name"]: column["type"] for column in result["columns"]}
    assert types == {"id": "text", "label": "text", "text": "text", EVIL: "number", "note": "text"}
    assert [column["name"] for column in result["columns"] if column["label"]] == ["label"]
    m.view.show(["text"], image=["picture"], audio=["clip"], html=["note"])
    result = ask({"kind": "columns"})[0]["result"]
    types = {column["name"]: column["type"] for column in result["columns"]}
    assert (types["picture"], types["clip"], types["note"], types["text"]) == ("image", "audio", "html", "text")
    assert result["shown"] == ["text"]


def test_cells_come_in_the_order_wanted_as_text_and_cut(ask):
    [text, number], _ = cells(ask, ["text", EVIL], 2, 0, 1, length=10)
    assert text == {"type": "text", "name": "text", "values": ["x" * 10, EVIL[:10], None]}
    assert number == {"type": "text", "name": EVIL, "values": ["0.666667", "0", "0.333333"]}


def test_the_label_column_says_what_the_labels_are_now(m, ask):
    m.relabel([0], "new")
    [label], _ = cells(ask, ["label"], 0, 1)
    assert label["values"] == ["new", EVIL]


def test_pictures_and_sounds_are_bytes_and_one_that_cannot_be_read_spoils_no_other(m, ask):
    assert m.view.show(["text"], image=["picture"], audio=["clip"]) == ("text",)
    [picture, clip], blobs = cells(ask, ["picture", "clip"], 0, 1, 2, 3, 4)
    assert [value if value is None else type(value) for value in picture["values"]] == [None, int, None, int, None]
    assert Image.open(io.BytesIO(blobs[picture["values"][1]])).size == (4, 4)
    assert [blobs[place] for place in clip["values"][:2]] == [sound(), sound()]
    assert "cannot be read" in clip["values"][2]
    assert "must be bytes or a path" in clip["values"][3]
    assert clip["values"][4] is None


def test_html_is_only_what_the_user_says_is_html(m, ask):
    [note], _ = cells(ask, ["note"], 0)
    assert note["type"] == "text"
    m.view.show(html=["note"])
    [note, text], _ = cells(ask, ["note", "text"], 0, 1)
    assert (note["type"], text["type"]) == ("html", "text")
    assert note["values"] == ["<b>bold</b><script>alert(1)</script>", None]


def test_show_tells_every_view_and_refuses_what_cannot_be_shown(m, ask):
    m.view.show(["text", EVIL])
    assert ask.heard[-1] == ({"kind": "content"}, [])
    before = m.view.show()
    for given, error in (
        ({"columns": ["no"]}, ColumnNotFoundError),
        ({"columns": ["picture"]}, InputError),
        ({"columns": "text"}, InputError),
        ({"html": "note"}, InputError),
        ({"audio": ["no"]}, ColumnNotFoundError),
    ):
        with pytest.raises(error):
            m.view.show(**given)
    assert m.view.show() == before


def test_rows_are_sorted_and_an_unknown_column_is_a_failure_with_its_cure(ask):
    encoding, blob = encode_rows(np.array([0, 3, 5]), N)
    answer, [rows] = ask({"kind": "order", "column": EVIL, "descending": True, "rows": encoding}, blob)
    assert answer["result"] == {"rows": 3}
    assert np.frombuffer(rows, "<u4").tolist() == [5, 3, 0]
    answer, _ = ask({"kind": "order", "column": "no", "descending": True, "rows": encoding}, blob)
    assert (answer["kind"], "must name a column" in answer["error"]) == ("failure", True)
    assert answer["hint"]


def test_a_search_gives_rows_and_a_bad_pattern_one_clear_failure(ask):
    answer, [rows] = ask({"kind": "search", "query": "ROW 3", "regex": False, "columns": ["text"]})
    assert np.frombuffer(rows, "<u4").tolist() == [3, *range(30, 40)]
    assert answer["result"]["rows"] == 11
    answer, _ = ask({"kind": "search", "query": "(", "regex": True, "columns": ["text"]})
    assert "is no regular expression" in answer["error"]
    answer, _ = ask({"kind": "search", "query": "R39", "regex": False, "columns": None})  # the key is shown, and text
    assert answer["result"]["rows"] == 1
    answer, _ = ask({"kind": "search", "query": "a", "regex": False, "columns": []})
    assert "no column of text" in answer["error"]


def test_a_filter_is_told_to_every_view_and_to_a_page_that_is_reloaded(ask):
    clause = {"type": "range", "column": EVIL, "low": 13, "high": None, "missing": False}
    answer, _ = ask({"kind": "filter", "clauses": [clause], "rest": "hide"})
    assert answer["result"] == {"rows": 1}
    told, [blob] = ask.heard[-2]
    assert told["kind"] == "filtered"
    assert (told["clauses"], told["rest"]) == ([clause], "hide")
    assert decode_rows(told["rows"], blob, N).tolist() == [39]
    ask({"kind": "hello", "revision": -1})
    assert [a["kind"] for a, _ in ask.heard].count("filtered") == 2
    ask({"kind": "hello", "revision": 0})
    assert [a["kind"] for a, _ in ask.heard].count("filtered") == 2
    answer, _ = ask({"kind": "filter", "clauses": [{"type": "strange"}], "rest": "hide"})
    assert answer["kind"] == "failure"


def test_a_describe_of_too_many_rows_or_of_rows_that_are_not_there_is_refused(ask):
    for rows in ([N], range(2000)):
        answer, _ = ask({"kind": "describe"}, u32(*rows))
        assert answer["kind"] == "failure"
    assert cells(ask, ["text"])[0][0]["values"] == []
