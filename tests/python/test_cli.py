"""The command line over a journal: what is done without a notebook is what the notebook would do."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from labelatlas.cli import main
from labelatlas.journal import Journal
from labelatlas.labels import Said
from labelatlas.widget.label_map import LabelMap


def frame_of(n=40):
    words = ["cat", "dog", "cow"]
    return pd.DataFrame(
        {
            "id": [f"{i:03}" for i in range(n)],
            "text": [f"text {i}, quoted" if i % 2 else "nan" for i in range(n)],
            "score": np.arange(n) / 7,
            "y": [words[i % 3] for i in range(n)],
        }
    )


def map_of(frame, journal, **options):
    xy = np.random.default_rng(0).normal(size=(len(frame), 2))
    return LabelMap(frame, label="y", key="id", text="text", xy=xy, journal=journal, progress=False, **options)


@pytest.fixture
def edited(tmp_path):
    """A journal with edits, the data before them, and the map."""
    original = frame_of()
    m = map_of(original.copy(), tmp_path / "j.sqlite", author="ada")
    m.relabel([0, 1, 2, 3], "cow", note="first look")
    m.relabel([10, 11], 'new, "quoted"')
    m.relabel([12], None)
    m.undo(2)
    return tmp_path / "j.sqlite", original, m


def run(capsys, *words):
    """Return status, what was said, and the error that was told."""
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("out", [".csv", ".parquet"])
def test_replay_writes_the_data_as_the_map_has_it(edited, tmp_path, capsys, suffix, out):
    journal, original, m = edited
    data, fixed = tmp_path / f"data{suffix}", tmp_path / f"fixed{out}"
    if suffix == ".csv":
        original.to_csv(data, index=False)
    else:
        original.to_parquet(data)
    status, said, error = run(
        capsys, "journal", "replay", data, "--journal", journal, "--label", "y", "--key", "id", "--out", fixed
    )
    assert (status, error) == (0, "")
    assert "4 of 40 rows corrected, 0 conflicts, 0 orphans" in said
    read = {"dtype": {"id": "str"}, "keep_default_na": False, "na_values": [""]}
    result = pd.read_csv(fixed, **read) if out == ".csv" else pd.read_parquet(fixed)
    pd.testing.assert_frame_equal(result, m.to_frame(), check_dtype=False)
    assert result["id"].tolist()[:2] == ["000", "001"], "a text key that looks like a number stays text"


def test_replay_names_what_it_does_not_apply(edited, tmp_path, capsys):
    journal, original, _ = edited
    changed = original.drop(index=0)
    changed.loc[1, "y"] = "sheep"
    changed.to_csv(tmp_path / "data.csv", index=False)
    status, said, _ = run(
        capsys, "journal", "replay", tmp_path / "data.csv", "--journal", journal, "--out", tmp_path / "o.csv"
    )
    assert status == 0
    assert "1 conflicts, 1 orphans" in said
    assert "key '001' holds 'sheep', journal 'cow' (label)" in said
    assert "key '000' is not in the data, journal 'cow' (missing)" in said


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_export_and_import_bring_the_edits_into_another_journal(edited, tmp_path, capsys, suffix):
    journal, original, m = edited
    file, other = tmp_path / f"edits{suffix}", tmp_path / "other.sqlite"
    assert run(capsys, "journal", "export", journal, file)[0] == 0
    words = ["journal", "import", other, file, "--label", "y", "--key", "id", "--content", "text"]
    status, said, _ = run(capsys, *words)
    assert (status, said.split(" new")[0]) == (0, "4")
    assert run(capsys, *words)[1].startswith("0 new gestures")
    assert run(capsys, "journal", "import", other, file)[1].startswith("0 new gestures"), "one stream needs no name"
    again = map_of(original.copy(), other)
    assert again.to_frame().equals(m.to_frame())


def test_show_lists_streams_and_gestures(edited, capsys):
    status, said, _ = run(capsys, "journal", "show", edited[0])
    assert status == 0
    assert "dataset 'default', label 'y', key column:id, content text: 4 gestures" in said
    assert "'ada'  relabel (api)  3 rows: 'cat', 'dog' -> 'cow'  'first look'" in said
    assert "undo of 2" in said
    assert "relabel (api, undone)" in said
    assert "-> unlabelled" in said


def test_what_a_gesture_says_beside_its_rows_is_shown_in_words(edited, capsys):
    journal, _, m = edited
    m.labels.create("odd one", "#e69f00")
    m.labels.rename("cat", "feline", said=Said(note="as the guide says"))
    m.labels.tag("done")
    said = run(capsys, "journal", "show", journal)[1]
    assert "create (api)  0 rows: nothing -> 'odd one'  '#e69f00'" in said
    assert "'cat' -> 'feline'  'as the guide says'" in said
    assert "{" not in said, "no facts as they stand in the journal"
    code = run(capsys, "journal", "show", journal, "--code")[1]
    assert "rename, api: as the guide says\n" in code
    assert m.to_code() == code


def test_show_code_prints_calls_that_run(edited, capsys):
    journal, original, m = edited
    code = run(capsys, "journal", "show", journal, "--code")[1]
    fresh = map_of(original.copy(), None)
    exec(code, {"m": fresh})  # noqa: S102 - that is what the code is for
    assert fresh.to_frame().equals(m.to_frame())


def test_verify_is_silent_about_a_clean_journal_and_names_damage(edited, tmp_path, capsys):
    journal = edited[0]
    assert run(capsys, "journal", "verify", journal) == (0, f"{journal}: clean\n", "")
    with Journal(journal)._database.writing("damage") as connection:
        connection.exec_driver_sql("UPDATE labelatlas_gestures SET author = 'eve' WHERE number = 3")
    status, said, _ = run(capsys, "journal", "verify", journal)
    assert status == 1
    assert "gesture 3 of stream" in said
    assert "1 problems" in said
    status, said, _ = run(capsys, "journal", "salvage", journal, "--out", tmp_path / "saved.sqlite")
    assert status == 0
    assert "gesture 3 of stream" in said
    assert "3 gestures of 1 streams saved" in said
    assert run(capsys, "journal", "verify", tmp_path / "saved.sqlite")[0] == 0


ERRORS = {
    "a journal that is not there": (["show", "nowhere.sqlite"], "there is no journal nowhere.sqlite"),
    "a label that no stream has": (
        ["export", "{journal}", "e.csv", "--label", "z"],
        "Found 0.*It holds: dataset 'default'",
    ),
    "another kind of file": (["export", "{journal}", "e.xlsx"], r"\.csv, \.jsonl or \.parquet"),
    "edits that are not there": (["import", "{journal}", "nowhere.csv"], "nowhere.csv is no file"),
    "data that is not there": (["replay", "nowhere.csv", "--journal", "{journal}", "--out", "o.csv"], "is no file"),
    "data over itself": (["replay", "{data}", "--journal", "{journal}", "--out", "{data}"], "must be another file"),
    "another key": (["replay", "{data}", "--journal", "{journal}", "--key", "x", "--out", "o.csv"], "Found 0"),
    "a new stream without a label": (["import", "n.sqlite", "{data}", "--key", "id"], "name of its label column"),
    "a table that holds no edits": (["import", "{journal}", "{data}"], "lacks gesture"),
}


@pytest.mark.parametrize(("words", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_one_line_and_status_1(edited, tmp_path, capsys, words, message):
    journal, original, _ = edited
    data = tmp_path / "data.csv"
    original.to_csv(data, index=False)
    status, _, error = run(capsys, "journal", *(word.format(journal=journal, data=data) for word in words))
    assert status == 1
    assert error.startswith("labelatlas: ")
    assert error.count("\n") == 1
    assert re.search(message, error), error


def test_two_streams_must_be_chosen_from(edited, tmp_path, capsys):
    journal, original, _ = edited
    map_of(original.copy(), journal, dataset="second").relabel([0], "dog")
    status, _, error = run(capsys, "journal", "export", journal, tmp_path / "e.csv")
    assert status == 1
    assert "Found 2" in error
    assert run(capsys, "journal", "export", journal, tmp_path / "e.csv", "--dataset", "second")[0] == 0


def test_looking_loads_no_frame_library():
    code = "import sys; import labelatlas.cli.journal; print({'pandas', 'torch'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "labelatlas.cli", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "journal" in done.stdout
