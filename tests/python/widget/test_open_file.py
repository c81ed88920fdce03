"""A table in a file as a map, as JupyterLab asks for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from labelatlas.exceptions import InputError
from labelatlas.widget.open_file import columns_of, open_file, save_copy

if TYPE_CHECKING:
    from pathlib import Path

N = 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tickets() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(N, 2))
    return pd.DataFrame(
        {
            "id": [f"k{i}" for i in range(N)],
            "ticket": [f"customer {i} has a question about the last invoice" for i in range(N)],
            "intent": ["refund", "card"] * (N // 2),
            "x": xy[:, 0],
            "y": xy[:, 1],
            "amount": rng.random(N),
        }
    )


@pytest.mark.parametrize("end", [".csv", ".parquet"])
def test_the_likely_columns_are_chosen_beforehand(folder: Path, end: str) -> None:
    frame = tickets()
    frame["vector"] = list(np.eye(N, 4))
    file = folder / f"tickets{end}"
    if end == ".csv":
        frame.drop(columns="vector").to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    found = columns_of(file)
    assert (found["label"], found["text"], found["key"]) == ("intent", "ticket", "id")
    titles = [place["title"] for place in found["places"]]
    assert titles == [
        "The text",
        *(["The vectors in “vector”"] if end == ".parquet" else []),
        "The columns x and y",
        "3 columns of numbers",
    ]
    assert json.loads(json.dumps(found)) == found, "it travels as JSON"


@pytest.mark.parametrize(
    ("place", "more"), [("The columns x and y", {}), ("3 columns of numbers", {}), ("The text", {"text": "ticket"})]
)
def test_each_place_that_is_offered_makes_a_map(folder: Path, place: str, more: dict[str, str]) -> None:
    tickets().to_csv("a.csv", index=False)
    found = columns_of("a.csv")
    arguments = next(one["arguments"] for one in found["places"] if one["title"] == place)
    made = open_file("a.csv", label="intent", key="id", **more, **arguments)
    assert made.atlas.xy.shape == (N, 2)


def test_without_a_long_text_the_first_place_needs_none(folder: Path) -> None:
    tickets().drop(columns="ticket").to_csv("a.csv", index=False)
    found = columns_of("a.csv")
    assert found["text"] == ""
    assert found["places"][0]["arguments"] != {}


def test_y_is_a_label_unless_it_stands_beside_x(folder: Path) -> None:
    whole = np.arange(N)
    pd.DataFrame({"x": whole % 5, "y": whole % 4, "kind": ["a", "b"] * (N // 2)}).to_csv(
        folder / "placed.csv", index=False
    )
    pd.DataFrame({"a": whole, "y": whole % 2}).to_csv(folder / "features.csv", index=False)
    pd.DataFrame({"x": whole % 5, "y": whole % 4}).to_csv(folder / "only.csv", index=False)
    assert [columns_of(f"{name}.csv")["label"] for name in ("placed", "features", "only")] == ["kind", "y", "x"]


def test_a_file_of_numbers_with_a_point_has_no_labels_and_says_so(folder: Path) -> None:
    pd.DataFrame({"x": [0.5, 1.5], "y": [0.25, 2.5]}).to_csv("a.csv", index=False)
    with pytest.raises(InputError, match="a map needs a column of labels"):
        columns_of("a.csv")


def test_a_file_without_rows_is_looked_at_and_refused_when_opened(folder: Path) -> None:
    tickets().head(0).to_csv("a.csv", index=False)
    assert columns_of("a.csv")["labels"]
    with pytest.raises(InputError, match="at least 2 rows"):
        open_file("a.csv", label="intent", key="id", xy=["x", "y"])


def test_edits_come_back_from_the_journal_and_leave_by_a_copy(folder: Path) -> None:
    tickets().to_csv("a.csv", index=False)
    given = (folder / "a.csv").read_bytes()
    open_file("a.csv", label="intent", key="id", xy=["x", "y"]).relabel([0, 3], "fees")
    again = open_file("a.csv", label="intent", key="id", xy=["x", "y"])
    save_copy(again, "b.csv", "a.csv")
    expected = tickets().assign(intent=["fees", "card", "refund", "fees", *["refund", "card"] * (N // 2 - 2)])
    pd.testing.assert_frame_equal(pd.read_csv("b.csv"), expected, check_dtype=False)
    assert (folder / "a.csv").read_bytes() == given


def test_a_copy_over_the_file_itself_is_refused(folder: Path) -> None:
    tickets().to_csv("a.csv", index=False)
    made = open_file("a.csv", label="intent", key="id", xy=["x", "y"])
    with pytest.raises(InputError, match="a name of its own"):
        save_copy(made, folder / "a.csv", "a.csv")


def test_two_files_in_one_folder_do_not_mix_their_edits(folder: Path) -> None:
    for name in ("a.csv", "b.csv"):
        tickets().to_csv(name, index=False)
    open_file("a.csv", label="intent", key="id", xy=["x", "y"]).relabel([0], "fees")
    other = open_file("b.csv", label="intent", key="id", xy=["x", "y"])
    assert other.labels.edited.sum() == 0


@pytest.mark.parametrize("name", ["nothing.csv", "nothing.parquet", "notes.txt"])
def test_a_file_that_cannot_be_read_is_refused_in_words(folder: Path, name: str) -> None:
    with pytest.raises(InputError):
        columns_of(name)
