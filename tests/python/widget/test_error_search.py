"""How label errors are looked for on a map: by groups, weights, rows that are known to be right, and the prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import find
from labelatlas.probe import out_of_fold
from labelatlas.widget.protocol import FLAG_FLAGGED

N_CLASSES, N_AUTHORS, EACH = 3, 30, 12
WRONG_AUTHOR = 4


def written_rows() -> tuple[pd.DataFrame, np.ndarray]:
    """Return rows whose vectors tell the class and, louder, the author; some, and all of one author, carry the next class."""
    random = np.random.default_rng(0)
    author = np.repeat(np.arange(N_AUTHORS), EACH)
    true = author % N_CLASSES
    vectors = np.concatenate([np.eye(N_CLASSES)[true], 3 * np.eye(N_AUTHORS)[author]], axis=1)
    vectors += random.normal(scale=0.25, size=vectors.shape)
    slips = np.arange(len(author)) % 29 == 0
    given = np.where((author == WRONG_AUTHOR) | slips, (true + 1) % N_CLASSES, true)
    frame = pd.DataFrame({"id": np.arange(len(author)), "label": np.array(["a", "b", "c"])[given]})
    frame["author"] = [f"writer {number}" for number in author]
    frame["weight"] = np.where(author % 2, 1.0, 0.5)
    return frame, vectors.astype(np.float32)


def map_of(frame: pd.DataFrame, vectors: np.ndarray) -> la.LabelMap:
    xy = vectors[:, :2]
    return la.LabelMap(frame, label="label", key="id", embedding=vectors, xy=xy, journal=None, progress=False)


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, np.ndarray]:
    return written_rows()


@pytest.fixture
def m(rows: tuple[pd.DataFrame, np.ndarray]) -> la.LabelMap:
    frame, vectors = rows
    return map_of(frame.copy(), vectors)


def test_an_author_who_is_wrong_all_along_is_doubted_once_his_rows_are_held_out_together(m, rows):
    his = (rows[0]["author"] == f"writer {WRONG_AUTHOR}").to_numpy()
    alone = m.label_errors().suspicion[his].mean()
    together = m.label_errors(groups="author")
    assert together.suspicion[his].mean() > 2 * alone, "his rows vouch for each other"
    assert together.suspicion[his].mean() > together.suspicion[~his].mean()
    assert set(together.explain(int(np.flatnonzero(his)[0])).group) == {
        ("b" if WRONG_AUTHOR % 3 == 0 else "c", EACH - 1)
    }


def test_the_search_is_that_of_the_rooms_put_together_by_hand(m, rows):
    frame, _ = rows
    author, weight = frame["author"].to_numpy(), frame["weight"].to_numpy()
    verified = np.arange(0, len(frame), 7)
    found = m.label_errors(groups="author", weights="weight", verified=verified, prior="uniform")
    probe = out_of_fold(
        m.atlas.vectors, m.labels.codes, n_classes=3, groups=author, weights=weight, prior="uniform", device="cpu"
    )
    mask = np.isin(np.arange(len(frame)), verified)
    wanted = find(m.labels.codes, probe.probabilities, neighbors=m.atlas.neighbors, verified=mask, groups=author)
    np.testing.assert_array_equal(found.suspicion, wanted.suspicion)
    assert not found.suspicion[verified].any()
    assert not np.array_equal(found.suspicion, m.label_errors().suspicion)


def test_columns_and_their_values_are_the_same(m, rows):
    frame, _ = rows
    by_name = m.label_errors(groups="author", weights="weight")
    by_value = m.label_errors(groups=frame["author"], weights=frame["weight"].to_numpy())
    np.testing.assert_array_equal(by_name.suspicion, by_value.suspicion)


def test_rows_of_no_group_stand_alone(m):
    missing = np.full(len(m.atlas.keys), None)
    folds = out_of_fold(m.atlas.vectors, m.labels.codes, n_classes=3, groups=np.arange(len(missing)), device="cpu")
    wanted = find(m.labels.codes, folds.probabilities, neighbors=m.atlas.neighbors)
    np.testing.assert_array_equal(m.label_errors(groups=missing).suspicion, wanted.suspicion)


def test_a_review_goes_on_searching_as_its_issues_were_found(m):
    found = m.label_errors(groups="author")
    review = m.review(found)
    search = m._session.search_behind(found)
    assert search is not None
    assert search.groups is not None
    for _ in range(6):
        review.accept()
    assert review.wait(120)
    again = m._session.find_errors(search)
    assert again is not found
    assert m._session.search_behind(again) is search
    assert m.label_errors() is not again, "asked without groups, it searches without"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"groups": "nobody"}, "nobody"),
        ({"groups": ["a", "b"]}, r"groups must be a column or of shape \(360,\)"),
        ({"weights": [1.0]}, r"weights must be a column or of shape \(360,\)"),
        ({"weights": "author"}, "weights must be numbers"),
        ({"weights": -np.ones(360)}, "not negative"),
        ({"weights": np.full(360, np.nan)}, "not negative"),
        ({"verified": [360]}, "positions from 0 to 359"),
        ({"prior": "flat"}, 'prior must be "given" or "uniform"'),
    ],
)
def test_what_cannot_be_used_is_said(m, given, words):
    with pytest.raises(InputError, match=words):
        m.label_errors(**given)


def test_a_single_group_leaves_nothing_to_compare(m):
    with pytest.raises(NotApplicable, match="group"):
        m.label_errors(groups=np.zeros(360, dtype=int))


def test_the_page_is_told_what_was_found_last(m):
    assert not m._session.scores().any(), "nothing was asked"
    for groups in (None, "author"):
        found = m.label_errors(groups=groups)
        np.testing.assert_array_equal((m._session.flags() & FLAG_FLAGGED) > 0, found.flagged)
        np.testing.assert_allclose(m._session.scores() / 255, found.suspicion, atol=1 / 255)


@pytest.mark.parametrize("dtype", ["Int64", "string"])
def test_groups_with_holes_of_pandas_are_those_with_none(m, dtype):
    numbers = np.arange(360) // 12
    held = pd.Series(numbers).astype(dtype).where(numbers != 5)
    plain = (
        np.where(numbers != 5, numbers, None) if dtype == "Int64" else np.where(numbers != 5, numbers.astype(str), None)
    )
    np.testing.assert_array_equal(m.label_errors(groups=held).suspicion, m.label_errors(groups=plain).suspicion)


def test_labels_with_too_few_rows_are_called_by_their_names(rows):
    frame, vectors = rows
    lonely = frame.assign(label=["all"] * 358 + ["one", "two"])
    with pytest.raises(NotApplicable, match="Got 1, fewer in 2 classes: 'one', 'two' instead"):
        map_of(lonely, vectors).label_errors()
