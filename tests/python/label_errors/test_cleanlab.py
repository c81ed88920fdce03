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
