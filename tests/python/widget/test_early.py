"""The map that forms in its own view: what the page is told while it is made, and what is left when it fails."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas.widget.early import EarlyView, can_show_early
from labelatlas.widget.encode import encode_codes


class Widget:
    """Notes what a map is told to say."""

    def __init__(self):
        self.forming, self.sent, self.closed = {}, [], False

    def send(self, message, buffers):
        self.sent.append((message, buffers))

    def close(self):
        self.closed = True


class Handle:
    """Notes what is put in the place of a display."""

    def __init__(self):
        self.updates = []

    def update(self, data, *, raw):
        assert raw
        self.updates.append(data)


def view_of(codes, n_labels=3):
    early = EarlyView(Widget(), lambda: None, np.asarray(codes, dtype=np.int32), n_labels)
    early._handle, early._free = Handle(), True  # as if it had been displayed
    return early


def test_the_page_is_told_stage_and_share_and_in_the_end_that_the_map_is_made():
    early = view_of([0, 1, -1])
    with early:
        early.tell("map 25%, 3 s left (3 of 4)", 0.55)
        assert early._widget.forming == {"stage": "map 25%, 3 s left (3 of 4)", "part": 0.55}
    assert early._widget.forming == {}
    assert not early._widget.closed


def test_a_frame_holds_places_and_labels_and_does_not_come_too_often():
    early = view_of([0, 1, -1])
    xy = np.arange(6, dtype=np.float32).reshape(3, 2)
    early.picture(xy)
    early.picture(xy + 1)
    ((message, (places, labels)),) = early._widget.sent
    assert message == {"kind": "frame", "width": "u16"}
    assert places == xy.tobytes()
    assert labels == encode_codes(np.array([0, 1, -1], dtype=np.int32), 3)[1].tobytes()


def test_a_frame_of_a_sample_has_no_labels_and_one_of_a_million_rows_is_thinned():
    early = view_of([0, 1, 2])
    early.picture(np.zeros((2, 2), dtype=np.float32))
    assert np.frombuffer(early._widget.sent[0][1][1], "<u2").tolist() == [0xFFFF, 0xFFFF]
    large = view_of(np.arange(1_000_000) % 3)
    large.picture(np.random.default_rng(0).random((1_000_000, 2), dtype=np.float32))
    (places, labels) = large._widget.sent[0][1]
    assert len(places) + len(labels) <= 4_000_000
    codes = np.frombuffer(labels, "<u2")
    assert len(codes) * 8 == len(places)
    np.testing.assert_array_equal(codes, (np.arange(1_000_000) % 3)[:: 1_000_000 // len(codes) + 1][: len(codes)])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyboardInterrupt(), "The map was stopped at: map. Run the cell again: it goes on with that stage."),
        (ValueError("x"), "The map could not be made; the error below says why. It was at: map."),
    ],
)
def test_a_making_that_fails_leaves_a_sentence_and_closes_the_model(error, words):
    early = view_of([0])
    early.tell("map (3 of 4)", 0.5)
    with pytest.raises(type(error)), early:
        raise error
    assert early._handle.updates == [{"text/plain": words}]
    assert early._widget.closed


def test_the_first_display_takes_the_view_and_a_second_makes_one_of_its_own():
    early = view_of([0])
    assert early.claim()
    assert not early.claim()


def test_outside_a_notebook_nothing_is_shown_early(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "work.ipynb")
    assert not can_show_early()
