"""What the page asks of domains and of the shift between them, by real messages over a real comm."""

from __future__ import annotations

import queue

import comm
import numpy as np
import pandas as pd
import pytest

import labelatlas as la

N = 120


class PageEnd(comm.base_comm.BaseComm):
    """The other end of the wire."""

    def __init__(self, *args, **kwargs):
        self.heard = queue.Queue()
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        content = (data or {}).get("content") or {}
        if content.get("kind") in {"reply", "failure"}:
            self.heard.put((content, [bytes(b) for b in buffers or []]))

    def ask(self, message):
        """Send a question as the page does, and return the answer to it."""
        self.handle_msg({"content": {"data": {"method": "custom", "content": message}}, "buffers": []})
        return self.heard.get(timeout=120)


def frame_of():
    """Two classes in two months of 60 rows: half and half in the first, one to three in the second, unlabelled there."""
    rng = np.random.default_rng(3)
    truth = np.r_[np.arange(60) % 2, (np.arange(60) % 4 > 0).astype(int)]
    x, y = (6.0 * truth[:, None] + rng.normal(size=(N, 2))).T
    labels = [("ham", "spam")[t] if i < 60 else None for i, t in enumerate(truth)]
    return pd.DataFrame(
        {"id": range(N), "x": x, "y": y, "label": labels, "month": np.repeat(["2026-01", "2026-02"], 60)}
    )


@pytest.fixture
def opened(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", PageEnd)

    def open_map(**options):
        return la.LabelMap(frame_of(), label="label", key="id", xy=("x", "y"), journal=None, progress=False, **options)

    return open_map


def test_the_domains_are_listed_with_their_rows_and_labels(opened):
    m = opened(domain="month")
    assert m.meta["domain"] == "month"
    answer, _ = m.comm.ask({"kind": "ask", "id": 1, "topic": "domains", "limit": 9})
    assert answer["result"]["domains"] == [
        {"name": "2026-01", "rows": 60, "labelled": 60},
        {"name": "2026-02", "rows": 60, "labelled": 0},
    ]
    answer, (rows,) = m.comm.ask({"kind": "ask", "id": 2, "topic": "domain", "limit": 1, "source": "2026-02"})
    assert np.frombuffer(rows, "<u4").tolist() == list(range(60, N))
    assert answer["result"]["total"] == 60


def test_the_shift_is_the_one_that_python_gets_and_finds_the_planted_mix(opened):
    m = opened(domain="month")
    question = {"kind": "ask", "id": 3, "topic": "shift", "limit": 1, "source": "2026-01", "target": "2026-02"}
    answer, _ = m.comm.ask(question)
    found = m.label_shift("2026-01", "2026-02")
    classes = answer["result"]["classes"]
    assert [m.labels.names[row["label"]] for row in classes] == list(found.names)
    assert [row["target"] for row in classes] == pytest.approx(found.priors.tolist())
    assert [row["target"] for row in classes] == pytest.approx([0.25, 0.75], abs=0.03)
    assert all(row["low"] <= row["target"] <= row["high"] for row in classes)
    assert answer["result"]["revision"] == 0
    assert (answer["result"]["verdict"], answer["result"]["new"]) == ("pure label shift", 0)


def test_a_map_without_domains_says_so(opened):
    m = opened()
    assert "domain" not in m.meta
    for topic in ("domains", "shift", "drift"):
        answer, _ = m.comm.ask({"kind": "ask", "id": 4, "topic": topic, "limit": 1, "source": "a", "target": "b"})
        assert answer["kind"] == "failure"
        assert "domain='month'" in answer["hint"]


def test_unlabelled_rows_of_the_target_are_taken_for_what_they_probably_are(opened):
    m = opened(domain="month")
    question = {"kind": "ask", "id": 5, "topic": "shift", "limit": 1, "source": "2026-01", "target": "2026-02"}
    _, (unlike, rows, codes) = m.comm.ask(question)
    assert len(unlike) == 0
    assert np.frombuffer(rows, "<u4").tolist() == list(range(60, N))
    guessed = np.array(m.labels.names)[np.frombuffer(codes, "<u4")]
    truth = np.where(np.arange(60) % 4 > 0, "spam", "ham")
    assert (guessed == truth).mean() > 0.95
    m.relabel([60], "spam")
    _, (_, rows, _) = m.comm.ask(question)
    assert np.frombuffer(rows, "<u4").tolist() == list(range(61, N)), "a labelled row needs no guess"


def test_rows_that_are_like_nothing_in_the_source_are_told_with_the_shift(opened):
    frame = frame_of()
    frame.loc[90:, "x"] += 60  # half of the second month is of a kind that nobody has seen
    m = la.LabelMap(frame, label="label", key="id", xy=("x", "y"), domain="month", journal=None, progress=False)
    found = m.label_shift("2026-01", "2026-02").verdict
    assert set(found.new_rows) >= set(range(90, N))
    question = {"kind": "ask", "id": 6, "topic": "shift", "limit": 1, "source": "2026-01", "target": "2026-02"}
    answer, (unlike, *_) = m.comm.ask(question)
    assert np.frombuffer(unlike, "<u4").tolist() == found.new_rows.tolist()
    assert answer["result"]["new"] == len(found.new_rows)


def test_the_drift_is_the_one_that_python_gets(opened):
    frame = frame_of()
    frame["month"] = np.r_[np.repeat("2026-01", 60), np.repeat(["2026-02", "2026-03"], 30)]
    m = la.LabelMap(frame, label="label", key="id", xy=("x", "y"), domain="month", journal=None, progress=False)
    answer, (numbers, rows, _) = m.comm.ask({"kind": "ask", "id": 7, "topic": "drift", "limit": 9})
    told, found = answer["result"], m.label_shift()
    assert (told["periods"], told["bases"]) == (["2026-02", "2026-03"], list(found.by))
    assert [m.labels.names[code] for code in told["classes"]] == list(found.names)
    shares = np.frombuffer(numbers, "<f4").reshape(len(found.by), 3, 2, 2)
    for b, line in enumerate(found.by.values()):
        for part, wanted in enumerate((line.shares, line.low, line.high)):
            np.testing.assert_allclose(shares[b, part], wanted, rtol=1e-6)
    assert len(np.frombuffer(rows, "<u4")) == 60
    assert [point["period"] for point in told["turning"]] == [
        told["periods"].index(point.period) for point in found.turning_points
    ]


def test_the_domains_stand_in_their_order_and_rows_of_none_in_none(opened, monkeypatch):
    frame = frame_of()
    frame["month"] = frame["month"].map({"2026-01": 9, "2026-02": 10}).astype("Int64")
    frame.loc[[3, 4], "month"] = pd.NA
    monkeypatch.setattr(f"{__name__}.frame_of", lambda: frame)
    m = opened(domain="month")
    answer, _ = m.comm.ask({"kind": "ask", "id": 1, "topic": "domains", "limit": 9})
    lines = answer["result"]["domains"]
    assert [(line["name"], line["rows"], line["labelled"]) for line in lines] == [("9", 58, 58), ("10", 60, 0)]
    for source, total in (("9", 58), ("None", 0)):
        answer, _ = m.comm.ask({"kind": "ask", "id": 2, "topic": "domain", "source": source})
        assert answer["result"]["total"] == total
