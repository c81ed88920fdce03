"""`m.selections`, by Python and by the page's messages: larger, smaller, the others, kept by name."""

from __future__ import annotations

import json

import numpy as np
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.widget.handlers import handle

N = 80


def map_of(n=N, journal=None, order=None):
    rng = np.random.default_rng(0)
    xy = np.concatenate([rng.normal(size=(n // 2, 2)), rng.normal(size=(n - n // 2, 2)) + 50])
    order = np.arange(n) if order is None else order
    data = {"id": [f"r{i}" for i in order], "label": [["a", "b"][i % 2] for i in order]}
    return la.LabelMap(data, label="label", key="id", xy=xy[order], journal=journal, n_neighbors=8, progress=False)


def asked(m, message):
    """Send a message as the page does and return the one answer to it; long work may answer from another thread."""
    import threading

    done, heard = threading.Event(), []

    def send(answer, buffers):
        if answer.get("id") == message["id"] and answer["kind"] in {"reply", "failure"}:
            heard.append((answer, buffers))
            done.set()

    session = m._session
    session.send = send
    handle(session, message, [])
    assert done.wait(60)
    return heard[0]


def test_invert_and_grow_and_shrink_change_the_committed_selection():
    m = map_of()
    seen = []
    m.on_selection(lambda rows: seen.append(rows.tolist()))
    m.selection([0])
    grown = m.selections.grow()
    assert grown.tolist() == sorted({0, *m.atlas.neighbors.indices[0].tolist()}) == m.selection().tolist()
    far = m.selections.grow(30)
    assert set(grown) < set(far) <= set(range(N // 2))  # of the other cloud nobody is a neighbour
    m.selection(range(N // 2))
    assert m.selections.shrink().tolist() == list(range(N // 2))
    assert m.selections.invert().tolist() == list(range(N // 2, N))
    assert seen[-1] == list(range(N // 2, N))


def test_clusters_takes_in_the_rows_of_the_same_clusters_and_of_no_others():
    m = map_of()
    clusters = m.atlas.clusters
    m.selection([0])
    found = m.selections.clusters().tolist()
    same = set(np.flatnonzero(clusters == clusters[0]).tolist()) if clusters[0] >= 0 else set()
    assert found == sorted(same | {0})
    m.selection([])
    assert m.selections.clusters().tolist() == []


def test_cohesion_tells_a_cloud_from_rows_of_two():
    m = map_of()
    m.selection(range(N // 2))
    assert m.selections.cohesion().share == 1
    m.selection([*range(N // 2), N - 1])
    assert m.selections.cohesion().stragglers.tolist() == [N - 1]
    assert m.selections.stragglers().tolist() == [N - 1]


def test_what_cannot_be_said_of_too_few_rows_is_said_so():
    m = map_of()
    with pytest.raises(NotApplicable, match="nothing is selected"):
        m.selections.grow()
    m.selection([3])
    with pytest.raises(NotApplicable, match="at least 2"):
        m.selections.cohesion()
    with pytest.raises(InputError, match="times must be at least 1"):
        m.selections.grow(0)


def test_names_outlive_the_map_and_find_their_rows_by_key(tmp_path):
    file = tmp_path / "j.sqlite"
    m = map_of(journal=file)
    m.selection([0, 7, 79])
    assert m.selections.save("  to check ") == 3
    assert m.selection_summary["saved"] == [{"name": "to check", "rows": 3}]
    again = map_of(journal=file, order=np.arange(N)[::-1][:75])  # another order, and rows 0 to 4 are gone
    assert again.selections.names() == {"to check": 2}
    assert [again.atlas.keys[row] for row in again.selections.load("to check")] == ["r79", "r7"]
    again.selections.drop("to check")
    assert again.selections.names() == m.selections.names() == {}
    assert "saved" not in again.selection_summary


def test_two_maps_of_other_columns_keep_their_names_apart(tmp_path):
    file = tmp_path / "j.sqlite"
    m = map_of(journal=file)
    m.selection([1])
    m.selections.save("mine")
    other = la.LabelMap(
        {"id": [f"r{i}" for i in range(9)], "kind": ["x"] * 9},
        label="kind", key="id", xy=np.eye(9)[:, :2], journal=file, progress=False,
    )  # fmt: skip
    assert other.selections.names() == {}


def test_without_a_journal_names_live_as_long_as_the_map(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    m = map_of()
    m.selection([2])
    m.selections.save("x")
    assert m.selections.load("x").tolist() == [2]
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_not_there_and_files_that_cannot_be_read_are_said_so(tmp_path):
    file = tmp_path / "j.sqlite"
    m = map_of(journal=file)
    for act in (m.selections.load, m.selections.drop):
        with pytest.raises(InputError, match="no selection named 'nope'"):
            act("nope")
    with pytest.raises(InputError, match="needs a name"):
        m.selections.save("  ")
    (tmp_path / "j.sqlite.selections.json").write_text("{broken")
    with pytest.raises(InputError, match="is no file of named selections"):
        m.selections.names()


def test_the_file_holds_keys_that_a_person_can_read(tmp_path):
    m = map_of(journal=tmp_path / "j.sqlite")
    m.selection([0])
    m.selections.save("<b>ä</b>")
    held = json.loads((tmp_path / "j.sqlite.selections.json").read_text(encoding="utf-8"))
    assert list(held.values()) == [{"<b>ä</b>": ["r0"]}]


def test_the_page_asks_for_the_same_by_message(tmp_path):
    m = map_of(journal=tmp_path / "j.sqlite")
    m.selection([*range(N // 2), N - 1])
    answer, _ = asked(m, {"kind": "ask", "id": 1, "topic": "cohesion", "limit": 0})
    result = answer["result"]
    assert (result["count"], result["stragglers"]) == (N // 2 + 1, 1)
    assert result["inside"] > 0.9
    assert result["by_chance"] == pytest.approx((N // 2) / (N - 1))
    answer, _ = asked(m, {"kind": "selecting", "id": 2, "act": "stragglers"})
    assert (answer["result"], m.selection().tolist()) == ({"count": 1}, [N - 1])
    asked(m, {"kind": "selecting", "id": 3, "act": "save", "name": "odd"})
    assert m.selections.names() == {"odd": 1}
    answer, _ = asked(m, {"kind": "selecting", "id": 4, "act": "burn"})
    assert (answer["kind"], "does not know" in answer["error"]) == ("failure", True)
