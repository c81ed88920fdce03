"""Two maps of the same rows, joined: what is done in one is so in the other, and nothing echoes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.widget.handlers import handle

N = 40


def frame_of(order=None):
    order = np.arange(N) if order is None else order
    return pd.DataFrame({"id": order, "label": [["a", "b", "c"][i % 3] for i in order]})


def map_of(frame, seed=0, journal=None, **options):
    xy = np.random.default_rng(seed).normal(size=(len(frame), 2))
    return la.LabelMap(frame, label="label", key="id", xy=xy, journal=journal, progress=False, **options)


def test_the_selection_is_shared_by_key_both_ways_and_from_the_start():
    order = np.random.default_rng(1).permutation(N)
    one, two = map_of(frame_of()), map_of(frame_of(order))
    one.selection([0, 5])
    part = one.view.link(two)
    assert sorted(two.atlas.keys[two.selection()].tolist()) == [0, 5]
    two.selection(keys=[7, 9, 11])
    assert one.selection().tolist() == [7, 9, 11]
    part()
    two.selection([])
    assert one.selection().tolist() == [7, 9, 11]


def test_labels_are_shared_with_a_journal_of_each_ones_own():
    order = np.arange(N)[::-1]
    one, two = map_of(frame_of()), map_of(frame_of(order))
    one.view.link(two)
    one.relabel([0, 1], "new")
    assert [two.labels.values[c] for c in two.labels.codes[[N - 1, N - 2]]] == ["new", "new"]
    assert two.labels.edited.sum() == 2
    two.relabel([0], "b")
    assert one.labels.values[one.labels.codes[N - 1]] == "b"
    two.undo()
    assert np.array_equal(
        [one.labels.values[c] for c in one.labels.codes], [two.labels.values[c] for c in two.labels.codes[::-1]]
    )


def test_over_one_journal_an_edit_is_one_gesture(tmp_path):
    frame = frame_of()
    where = {"journal": tmp_path / "j.sqlite", "sync": "manual", "dataset": "rows"}  # a name: trust the keys
    one, two = map_of(frame, **where), map_of(frame, seed=5, **where)
    one.view.link(two)
    one.relabel([0, 1], "new")
    assert two.labels.values[two.labels.codes[0]] == "new"
    for m in (one, two):
        assert m.history()["rows"].tolist().count(2) == 1
    two.undo()
    assert one.labels.values[one.labels.codes[0]] == "a"
    assert one.history()["rows"].tolist().count(2) == two.history()["rows"].tolist().count(2) == 2


def test_the_pointer_is_shared():
    order = np.arange(N)[::-1]
    one, two = map_of(frame_of()), map_of(frame_of(order))
    part = one.view.link(two)
    heard = []
    two._session.send = lambda message, _: heard.append(message)
    handle(one._session, {"kind": "hover", "row": 0}, [])
    handle(one._session, {"kind": "hover", "row": None}, [])
    assert heard == [{"kind": "view", "ring": N - 1}, {"kind": "view", "ring": None}]
    assert one.shown["linked"]
    assert two.shown["linked"]
    part()
    handle(one._session, {"kind": "hover", "row": 1}, [])
    assert len(heard) == 2


def test_maps_that_do_not_hold_the_same_rows_cannot_be_linked():
    one = map_of(frame_of())
    with pytest.raises(InputError, match="same rows"):
        one.view.link(map_of(frame_of(np.arange(N) + 1)))
    with pytest.raises(InputError, match="same rows"):
        one.view.link(map_of(frame_of(np.arange(N - 1))))
    with pytest.raises(InputError, match="to itself"):
        one.view.link(one)
