"""What the map can be coloured by, against what pandas and a loop say of the same column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import labelatlas as la
from labelatlas.exceptions import ColumnNotFoundError, InputError, NotApplicable
from labelatlas.widget.cluster_names import cluster_names
from labelatlas.widget.colours import EMPTY, MOST_NAMES, colours_of, of_codes, of_names, of_scale
from labelatlas.widget.look_requests import LOOK_TOPICS
from labelatlas.widget.work import quiet

N = 120


@pytest.fixture
def m():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": range(N),
            "label": [["a", "b", None][i % 3] for i in range(N)],
            "month": [["may", "june", "july", None][i % 4] for i in range(N)],
            "price": np.where(np.arange(N) % 10 == 0, np.nan, np.arange(N) / 3),
            "few": np.arange(N) % 3,
            "when": pd.date_range("2026-01-01", periods=N),
            "good": np.arange(N) % 2 == 0,
        }
    )
    xy = rng.normal(size=(N, 2)) + np.arange(N)[:, None] % 3 * 9
    return la.LabelMap(
        frame, label="label", key="id", xy=xy, domain="month", journal=None, author="ada", progress=False
    )


def named(found):
    """Return each row's name; None = no value."""
    return [None if slot == EMPTY else found.names[slot] for slot in found.slots.tolist()]


def test_a_column_of_names_is_what_the_frame_holds_most_frequent_first(m):
    found = colours_of(m._session, "column", "month")
    assert named(found) == [["may", "june", "july", None][i % 4] for i in range(N)]
    assert found.counts == (30, 30, 30)
    assert found.missing == 30
    few = colours_of(m._session, "column", "few")
    assert named(few) == [str(i % 3) for i in range(N)]


def test_a_column_of_numbers_or_days_is_a_scale(m):
    found = colours_of(m._session, "column", "price")
    values = np.arange(N) / 3
    expected = np.round((values - values[1]) / (values[119] - values[1]) * 254)
    known = np.arange(N) % 10 != 0
    assert found.slots[known].tolist() == expected[known].tolist()
    assert set(found.slots[~known].tolist()) == {EMPTY}
    assert found.ends == ("0.3333", "39.67")
    assert colours_of(m._session, "column", "when").ends == ("2026-01-01", "2026-04-30")


def test_labels_keep_their_codes_so_that_they_keep_their_colours(m):
    m.relabel([0, 2], "b")
    assert named(colours_of(m._session, "label"))[:3] == ["b", "b", "b"]
    assert named(colours_of(m._session, "original"))[:3] == ["a", "b", None]
    assert named(colours_of(m._session, "edited"))[:3] == ["edited", "as it came", "edited"]


def test_author_is_who_changed_a_row_last_and_nobody_after_it_was_taken_back(m):
    m.relabel([0, 1], "z")
    assert named(colours_of(m._session, "author"))[:3] == ["ada", "ada", None]
    m.undo()
    assert set(named(colours_of(m._session, "author"))) == {None}


def test_agreement_needs_somebody_who_edited(m):
    with pytest.raises(NotApplicable, match="nobody has edited"):
        colours_of(m._session, "agreement")
    m.relabel([0], "z")
    assert named(colours_of(m._session, "agreement"))[:2] == ["one voice", None]


def test_agreement_tells_disputed_rows_from_agreed_ones(tmp_path):
    def map_by(author):
        frame = pd.DataFrame({"id": range(6), "label": ["a"] * 6})
        where = {"label": "label", "key": "id", "xy": np.eye(6)[:, :2], "journal": tmp_path / "j.sqlite"}
        return la.LabelMap(frame, author=author, progress=False, **where)

    one, two = map_by("ada"), map_by("bob")
    one.relabel([0, 1, 2], "b")
    two.labels.refresh()
    two.relabel([1], "c")
    two.labels.people.confirm(np.array([0]))
    two.labels.refresh()
    assert named(colours_of(two._session, "agreement")) == ["agreed", "disputed", "one voice", None, None, None]


def test_clusters_and_suspicion_are_those_of_the_map(m):
    clusters = m.atlas.clusters
    found = named(colours_of(m._session, "cluster"))
    names = cluster_names(clusters, m.labels.codes, m.labels.names)
    assert found == [None if c < 0 else names[c] for c in clusters.tolist()]
    suspicion = m.label_errors().suspicion
    slots = colours_of(m._session, "suspicion").slots
    assert slots[suspicion.argmax()] == 254
    assert (np.diff(slots[np.argsort(suspicion)].astype(int)) >= 0).all()


def test_what_cannot_be_had_is_refused_with_its_cure(m):
    with pytest.raises(ColumnNotFoundError):
        m.view.colour(column="nope")
    with pytest.raises(InputError, match="by must be one of"):
        m.view.colour("mood")
    with pytest.raises(InputError, match="holds names"):
        m.view.scale(column="month")
    with pytest.raises(InputError, match="there is no label 'zebra'"):
        m.view.hide(["zebra"])
    with pytest.raises(InputError, match="labels must be a list"):
        m.view.isolate("a")


def test_python_says_how_the_map_is_to_look(m):
    m.view.colour("domain")
    m.view.scale("suspicion", weight=True)
    m.view.isolate(["a", None])
    shown = dict(m.shown)
    assert (shown["by"], shown["column"]) == ("column", "month")
    assert (shown["score"], shown["size"], shown["weight"]) == ("suspicion", True, True)
    assert (shown["isolated"], shown["hidden"]) == ([-1, 0], [])
    assert shown["turn"] == 3
    m.view.hide(["b"])
    m.view.colour()
    m.view.scale()
    assert (m.shown["hidden"], m.shown["isolated"], m.shown["by"], m.shown["score"]) == ([1], [], "label", None)


def test_more_names_than_slots_share_the_last_one():
    codes = np.repeat(np.arange(300), np.arange(300, 0, -1))
    found = of_codes("x", codes, [f"n{i}" for i in range(300)])
    assert len(found.names) == MOST_NAMES
    assert found.names[-1] == "101 others"
    assert sum(found.counts) == len(codes)
    assert found.slots[0] == 0
    assert found.slots[-1] == MOST_NAMES - 1


@pytest.mark.parametrize(
    ("numbers", "slots", "ends"),
    [
        ([1.0, 1.0], [0, 0], ("1", "1")),
        ([np.nan, np.nan], [EMPTY, EMPTY], ("", "")),
        ([np.inf, 2.0, 4.0], [EMPTY, 0, 254], ("2", "4")),
        ([3e-5, 1.0], [0, 254], ("0", "1")),
        ([1000.0, 1001.0], [0, 254], ("1000", "1001")),
        ([], [], ("", "")),
    ],
)
def test_ugly_numbers_have_a_scale_too(numbers, slots, ends):
    found = of_scale("x", np.array(numbers, dtype=np.float64))
    assert (found.slots.tolist(), found.ends) == (slots, ends)


def test_a_few_numbers_far_out_do_not_take_the_scale_from_the_rest():
    found = of_scale("x", np.append(np.linspace(0, 1, 999), 1e9))
    assert found.ends[0].startswith("≤ 0.01")
    assert found.ends[1].startswith("≥ 0.99")
    assert found.slots[500] in range(120, 135)
    assert found.slots[-1] == 254


def test_no_names_at_all():
    found = of_names("x", [None, None])
    assert (found.names, found.missing) == ((), 2)


@pytest.mark.parametrize("seed", range(20))
def test_a_cluster_has_the_name_of_the_label_of_most_of_its_rows_and_no_two_have_the_same(seed):
    rng = np.random.default_rng(seed)
    n, labels = int(rng.integers(0, 60)), ["a", "b", "c"]
    clusters = rng.integers(-1, 4, n).astype(np.int32)
    codes = rng.integers(-1, 3, n).astype(np.int32)
    names = cluster_names(clusters, codes, labels)
    assert len(names) == len(set(names)) == (clusters.max() + 1 if n else 0)
    majority = []
    for cluster in range(len(names)):
        inside = [labels[code] for at, code in enumerate(codes) if clusters[at] == cluster and code >= 0]
        majority.append(next((name for name in labels if inside.count(name) > len(inside) / 2), None))
    for cluster, (name, label) in enumerate(zip(names, majority, strict=True)):
        alone = label is not None and majority.count(label) == 1
        assert name == (f"cluster {cluster}" if label is None else label if alone else f"{label} ({cluster})")


def test_the_page_asks_for_a_number_of_clusters_and_the_selection_goes_by_the_same():
    rng = np.random.default_rng(0)
    middle = np.repeat([0.0, 3.0, 30.0, 33.0], 40)
    xy = np.stack([middle, middle], axis=1) + rng.normal(scale=0.3, size=(160, 2))
    m = la.LabelMap(
        {"id": range(160), "label": ["a", "b"] * 80}, label="label", key="id", xy=xy, journal=None, progress=False
    )

    def ask(**more):
        message = {"id": 1, "by": "cluster", **more}
        result, _ = LOOK_TOPICS["colours"](m._session, message, [], quiet)
        return result

    assert ask(level=2)["names"] == ask()["names"], "kept until another is asked for"
    assert len(ask()["names"]) == 2
    assert ask()["finest"] == m.atlas.tree.n_leaves
    m.selection([0])
    assert len(m.selections.clusters()) > 70, "two of the four heaps"
    assert len(ask(level=4)["names"]) == 4
    m.selection([0])
    assert 30 < len(m.selections.clusters()) <= 40
    assert len(ask(level=-7)["names"]) >= 1, "never fewer than one is meant"
    assert "finest" not in LOOK_TOPICS["colours"](m._session, {"id": 1, "by": "label"}, [], quiet)[0]


def test_a_relabel_renames_the_cluster(m):
    clusters = m.atlas.clusters
    cluster = int(clusters.max())
    rows = np.flatnonzero(clusters == cluster)
    m.relabel(rows, "b")
    found = colours_of(m._session, "cluster")
    assert found.names[found.slots[rows[0]]] in {"b", f"b ({cluster})"}


def texts_of_three_topics():
    rng = np.random.default_rng(0)
    topics = np.repeat(np.arange(3), 60)
    words = np.array([["refund", "money"], ["card", "lost"], ["fee", "rate"]])
    frame = {
        "id": np.arange(180),
        "label": ["a", "b", "b"] * 60,
        "text": [f"please the {words[t][i % 2]} of {words[t][0]}" for i, t in enumerate(topics)],
    }
    return frame, np.array([[0, 0], [30, 0], [0, 30]])[topics] + rng.normal(size=(180, 2)), topics


def test_clusters_of_texts_have_the_names_of_what_their_rows_speak_of():
    frame, xy, topics = texts_of_three_topics()
    m = la.LabelMap(frame, label="label", key="id", text="text", xy=xy, journal=None, progress=False)
    found = colours_of(m._session, "cluster")
    assert set(found.names) == {"refund, money", "card, lost", "fee, rate"}
    assert {found.names[found.slots[row]] for row in np.flatnonzero(topics == 1) if found.slots[row] != EMPTY} == {
        "card, lost"
    }
    m.relabel(range(60), "c")
    assert colours_of(m._session, "cluster").names == found.names


def test_two_clusters_of_the_same_words_are_told_apart():
    clusters = np.array([0, 1, 2])
    names = cluster_names(clusters, np.zeros(3, dtype=np.int32), ["cat"], [("fur",), ("fur",), ()])
    assert names == ["fur (0)", "fur (1)", "cat"]
