"""cleanlab's results in the shapes in which it gives them, without cleanlab."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError
from labelatlas.label_errors import from_cleanlab

FRAME = pd.DataFrame(
    {
        "is_label_issue": [False, True, True, False],
        "label_score": [0.9, 0.2, 0.1, 0.05],
        "given_label": ["a", "b", "a", "b"],
        "predicted_label": ["a", "a", "b", "b"],
    }
)


class Datalab:
    def get_issues(self, name):
        assert name == "label"
        return FRAME


@pytest.mark.parametrize("issues", [FRAME, Datalab()], ids=["frame", "Datalab"])
def test_a_frame_and_a_datalab_are_read_flagged_rows_first(issues):
    found = from_cleanlab(issues, keys=[10, 11, 12, 13])
    columns = found.columns()
    assert columns["key"] == [12, 11, 13, 10]
    assert columns["suggested"] == ["b", "a", "b", "a"]
    assert found.flagged.tolist() == FRAME["is_label_issue"].tolist()
    assert columns["suspicion"].tolist() == pytest.approx([0.9, 0.8, 0.95, 0.1])


def test_the_frame_of_clean_learning_and_of_polars_are_read_too():
    import polars as pl

    other = FRAME.rename(columns={"label_score": "label_quality"})
    assert from_cleanlab(other).ranking.tolist() == [2, 1, 3, 0]
    assert from_cleanlab(pl.from_pandas(FRAME)).ranking.tolist() == [2, 1, 3, 0]


def test_a_mask_and_ranked_positions_are_read():
    assert from_cleanlab(np.array([False, True, False])).ranking.tolist() == [1, 0, 2]
    found = from_cleanlab(np.array([3, 0]), n_rows=5)
    assert found.ranking.tolist()[:2] == [3, 0]
    assert found.flagged.tolist() == [True, False, False, True, False]
    assert from_cleanlab([], n_rows=2).flagged.tolist() == [False, False]


@pytest.mark.parametrize(
    ("issues", "options", "message"),
    [
        ([1, 2], {}, "how many rows"),
        ([1, 5], {"n_rows": 3}, r"0\.\.2"),
        ([1, 1], {"n_rows": 3}, "without repeats"),
        (np.zeros((2, 2)), {}, "mask or positions"),
        (FRAME.drop(columns="label_score"), {}, "one column of"),
        (FRAME.assign(label_score=np.nan), {}, "finite"),
        (FRAME, {"keys": [1]}, "keys must have length 4"),
    ],
)
def test_anything_else_is_refused(issues, options, message):
    with pytest.raises(InputError, match=message) as caught:
        from_cleanlab(issues, **options)
    assert caught.value.hint


def test_a_review_takes_it_in_its_order():
    random = np.random.default_rng(0)
    df = pd.DataFrame({"id": range(40), "label": ["a", "b"] * 20})
    m = la.LabelMap(df, label="label", key="id", xy=random.normal(size=(40, 2)), journal=None, progress=False)
    queue = m.review(from_cleanlab([7, 3], n_rows=40)).queue
    assert list(queue)[:2] == [7, 3]
    with pytest.raises(InputError, match="40 rows of the map"):
        m.review(from_cleanlab([0], n_rows=2))


def test_a_sorted_frame_is_about_the_rows_that_its_index_says():
    found = from_cleanlab(FRAME.sort_values("label_score"))
    assert found.flagged.tolist() == FRAME["is_label_issue"].tolist()
    assert found.given == tuple(FRAME["given_label"])
    np.testing.assert_array_equal(found.suspicion, from_cleanlab(FRAME).suspicion)
    named = FRAME.set_index(pd.Index(list("wxyz")))
    assert from_cleanlab(named).ranking.tolist() == [2, 1, 3, 0]


def test_a_part_of_a_frame_is_not_taken_for_the_first_rows():
    with pytest.raises(InputError, match=r"index 0\.\.1, in any order. Got 1\.\.2") as caught:
        from_cleanlab(FRAME[FRAME["is_label_issue"]])
    assert "reset_index" in caught.value.hint
    with pytest.raises(InputError, match="about 9 rows"):
        from_cleanlab(FRAME, n_rows=9)


def test_a_review_suggests_what_cleanlab_suggests_where_it_speaks_of_the_same_labels():
    random = np.random.default_rng(0)
    xy = np.repeat([[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]], 20, axis=0) + random.normal(size=(60, 2))
    names = np.repeat(["a", "b", "c"], 20)
    df = pd.DataFrame({"id": range(60), "label": names})
    m = la.LabelMap(df, label="label", key="id", xy=xy, journal=None, progress=False)
    issues = pd.DataFrame({"is_label_issue": np.arange(60) == 3, "label_score": 0.5, "given_label": names})
    issues["predicted_label"] = "b"
    suspect = m.review(from_cleanlab(issues)).look()
    assert (suspect.row, suspect.suggested) == (3, "b")
    assert 0 <= suspect.confidence < 0.5, "our own head does not think so"
    other = issues.assign(given_label="b", predicted_label="c")  # another count of the labels
    assert m.review(from_cleanlab(other)).look().suggested is None
