"""What Python tells the views of a map, by real messages over a real comm."""

from __future__ import annotations

import comm
import numpy as np
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.widget.encode import decode_rows
from page_end import PageEnd

N = 60


@pytest.fixture
def m(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", PageEnd)
    rng = np.random.default_rng(0)
    data = {"id": [f"r{i}" for i in range(N)], "label": (["a", "b", None] * N)[:N]}
    return la.LabelMap(data, label="label", key="id", xy=rng.normal(size=(N, 2)), journal=None, progress=False)


def flights(m):
    """Return where the views were told to fly: rows, or None for the whole map."""
    told = [(message, buffers) for message, buffers in m.comm.heard if message["kind"] == "view"]
    return [
        None if message["fly"] is None else decode_rows(message["fly"], *buffers, N).tolist()
        for message, buffers in told
    ]


def test_fly_tells_every_view_which_rows_to_bring_into_sight(m):
    m.view.fly([0])
    m.view.fly(np.arange(N) % 2 == 0)
    m.view.fly(keys=["r5", "r3"])
    assert flights(m) == [[0], list(range(0, N, 2)), [3, 5]]


def test_fly_to_a_label_means_the_rows_that_hold_it_now(m):
    m.relabel([0, 3], "b")
    m.view.fly(label="b")
    m.view.fly(label=None)
    assert flights(m) == [sorted([0, 3, *range(1, N, 3)]), [*range(2, N, 3)]]


def test_fly_without_anything_shows_the_whole_map(m):
    m.view.fly()
    assert flights(m) == [None]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rows": [N]}, "rows must be positions"),
        ({"keys": ["nobody"]}, "keys must be those of the frame"),
        ({"label": "zebra"}, "there is no label 'zebra'"),
        ({"rows": [0], "label": "a"}, "Got rows and label"),
        ({"rows": []}, "no row to fly to"),
    ],
)
def test_fly_refuses_what_the_map_does_not_have(m, given, message):
    with pytest.raises(InputError, match=message):
        m.view.fly(**given)
    assert flights(m) == []


def test_a_label_that_was_renamed_away_is_no_place_to_fly_to(m):
    m.labels.rename("a", "alpha")
    m.view.fly(label="alpha")
    with pytest.raises(InputError, match="there is no label 'a'"):
        m.view.fly(label="a")
