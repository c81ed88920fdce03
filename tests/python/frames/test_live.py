"""Writing into the caller's own column: never at the wrong row."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest

from labelatlas.exceptions import SyncError
from labelatlas.frames import LiveColumn, Table, choose_recipe, read_labels, row_keys


def live_on(frame, key="id", content=()):
    table = Table.from_any(frame)
    recipe = choose_recipe(table, key, content)
    return LiveColumn(frame, read_labels(table, "label"), recipe, row_keys(table, recipe))


def write(live, rows, old, new):
    """Write labels, given as labels."""
    values = ["a", "b", *sorted({*old, *new} - {"a", "b"})]
    live.write(np.array(rows), *(np.array([values.index(v) for v in side]) for side in (old, new)), values)


def small(dtype="str"):
    frame = pd.DataFrame({"id": [10, 20, 30, 40], "text": ["p", "q", "q", "r"], "label": ["a", "b", "a", "b"]})
    return frame.astype({"label": dtype})


@pytest.mark.parametrize("dtype", ["str", "object", "string", "category"])
def test_a_write_changes_the_rows_asked_for_and_keeps_the_dtype(dtype):
    frame = small(dtype)
    write(live_on(frame), [0, 3], ["a", "b"], ["b", "a"])
    assert frame["label"].tolist() == ["b", "b", "a", "a"]
    assert frame["label"].dtype == small(dtype)["label"].dtype


def test_a_new_category_is_gained_and_lost_again():
    frame = small("category")
    live = live_on(frame)
    write(live, [1], ["b"], ["new"])
    assert frame["label"].cat.categories.tolist() == ["a", "b", "new"]
    write(live, [1], ["new"], ["b"])
    assert frame["label"].dtype == small("category")["label"].dtype


def test_a_frame_sorted_in_place_is_written_at_the_right_rows():
    frame = small()
    live = live_on(frame)
    frame._update_inplace(
        frame.iloc[[2, 3, 0, 1]]
    )  # what sort_values(inplace=True) does, without its deprecation warning
    write(live, [0], ["a"], ["b"])
    assert frame.set_index("id")["label"].to_dict() == {10: "b", 20: "b", 30: "a", 40: "b"}


def test_a_frame_that_lost_rows_in_place_is_written_where_they_are_left():
    frame = small()
    live = live_on(frame)
    frame._update_inplace(frame.drop(index=0))  # what drop(inplace=True) does, without its deprecation warning
    write(live, [3], ["b"], ["a"])
    assert frame["label"].tolist() == ["b", "a", "a"]
    with pytest.raises(SyncError, match="1 of the 1 rows are no longer in the frame"):
        write(live, [0], ["a"], ["b"])


def test_a_row_with_another_label_than_ours_stops_the_write_whole():
    frame = small()
    live = live_on(frame)
    frame.loc[1, "label"] = "elsewhere"
    with pytest.raises(SyncError, match="row 20 holds 'elsewhere', not 'b'"):
        write(live, [0, 1], ["a", "b"], ["b", "a"])
    assert frame["label"].tolist() == ["a", "elsewhere", "a", "b"]


def test_a_row_that_holds_the_new_label_already_is_no_fault():
    frame = small()
    live = live_on(frame)
    frame.loc[1, "label"] = "a"
    write(live, [1], ["b"], ["a"])
    assert frame["label"].tolist() == ["a", "a", "a", "b"]


def test_a_frame_that_nobody_holds_any_more_is_detached():
    frame = small()
    live = live_on(frame)
    assert not live.is_detached
    frame = frame.sort_values("id")
    gc.collect()
    assert live.is_detached
    with pytest.raises(SyncError, match=r"m.to_frame\(\)"):
        write(live, [0], ["a"], ["b"])


def test_content_keys_find_equal_rows_in_their_order():
    frame = small().drop(columns="id")
    live = live_on(frame, None, ["text"])
    write(live, [2], ["a"], ["b"])
    assert frame["label"].tolist() == ["a", "b", "b", "b"]


def test_keys_broken_after_the_map_was_made_stop_the_write():
    frame = small()
    live = live_on(frame)
    frame["id"] = [1, 1, 2, 2]
    with pytest.raises(SyncError, match="cannot be found again"):
        write(live, [0], ["a"], ["b"])


def test_a_label_column_that_was_dropped_stops_the_write():
    frame = small()
    live = live_on(frame)
    del frame["label"]
    with pytest.raises(SyncError, match="no longer has its label column"):
        write(live, [0], ["a"], ["b"])
