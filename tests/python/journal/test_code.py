"""The edits as Python: run on a fresh map, it gives the same labels."""

from __future__ import annotations

import ast

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.journal import Journal, code_of
from labelatlas.widget.label_map import LabelMap
from python.journal.make import KEY, edits, gesture


def map_of(labels, keys, journal=None):
    frame = pd.DataFrame({"id": keys, "y": labels})
    xy = np.random.default_rng(0).normal(size=(len(frame), 2))
    return LabelMap(frame, label="y", key="id", xy=xy, journal=journal, progress=False)


def test_code_run_on_a_fresh_map_gives_the_same_labels(tmp_path):
    keys = [f'key "{i}"\n' for i in range(60)]
    labels = ["cat", "dog", None] * 20
    m = map_of(labels, keys, tmp_path / "j.sqlite")
    m.relabel([0, 1, 2], "cow", note="first\n'''")
    m.relabel(list(range(5, 50)), 'new "name"')
    m.relabel([7, 8], None)
    m.relabel([3], "dog")
    m.undo()
    m.relabel([0], "cat")
    m.relabel([20], "cow")
    (key,) = Journal(tmp_path / "j.sqlite").streams()
    code = code_of(Journal(tmp_path / "j.sqlite").stream(key).gestures())
    fresh = map_of(labels, keys)
    exec(code, {"m": fresh})  # noqa: S102 - that is what the code is for
    assert fresh.to_frame().equals(m.to_frame())
    assert repr(keys[0]) not in code, "a row that came back to its first label is no edit"
    assert max(map(len, code.splitlines())) <= 160


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.integers(0, 5), st.sampled_from(["a", "b", "3", 3, True, None])),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
        ),
        max_size=5,
    )
)
def test_the_calls_lead_to_what_following_each_row_by_hand_does(acts):
    stream = Journal(None).stream(KEY)
    truth: dict[int, object] = {}
    for labels, note in acts:
        for key, label in labels.items():
            stream.append(gesture(note=note, author=note, edits=edits((key,), truth.get(key, "start"), label)))
            truth[key] = label
    got: dict[int, object] = {}
    for node in ast.parse(code_of(stream.gestures())).body:
        said = {word.arg: ast.literal_eval(word.value) for word in node.value.keywords}
        got |= dict.fromkeys(said["keys"], said["label"])
    assert repr(dict(sorted(got.items()))) == repr(dict(sorted(truth.items())))


def test_no_gestures_are_no_calls():
    assert code_of([]) == "# no edits\n"
