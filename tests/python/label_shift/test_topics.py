"""Topics of groups against planted kinds of speakers and themes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.metrics import mutual_info_score, normalized_mutual_info_score

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift import counts, find_topics
from labelatlas.label_shift._factorise import cells

SPEAKERS, THEMES, GROUPS = 3, 4, 120


def recordings(seed: int, rows: int = 80):
    """Recordings, each by a kind of speaker on a theme: sounds of the theme, all with the speaker's large offset.

    A theme is a mix of eight of sixteen sounds, so that the mean of a recording says little of it; a speaker moves all sounds.
    """
    random = generator(seed, 91)
    speaker, theme = np.arange(GROUPS) % SPEAKERS, (np.arange(GROUPS) // SPEAKERS) % THEMES
    sounds = 4 * random.normal(size=(16, 12))
    sounds -= sounds.mean(axis=0)
    of_theme = np.stack([np.roll(np.r_[np.full(4, 0.22), np.full(12, 0.01)], 4 * t) for t in range(THEMES)])
    offset = 1.5 * random.normal(size=(SPEAKERS, 12))
    group = np.repeat(np.arange(GROUPS), rows)
    sound = np.concatenate([random.choice(16, rows, p=of_theme[t]) for t in theme])
    # the mean of each theme's sounds is moved to one place: only their mix tells themes apart
    centred = sounds - (of_theme @ sounds)[np.arange(16) // 4]
    X = centred[sound] + offset[speaker[group]] + 0.8 * random.normal(size=(len(group), 12))
    return X, group, speaker, theme


@pytest.mark.parametrize("seed", range(3))
def test_topics_tell_the_themes_where_means_of_rows_do_not(seed):
    X, group, speaker, theme = recordings(seed)
    found = find_topics(cells(X, 100, generator(seed)), group, n_topics=SPEAKERS * THEMES)
    means = np.stack([X[group == g].mean(axis=0) for g in range(GROUPS)])
    plain = KMeans(SPEAKERS * THEMES, n_init=5, random_state=seed).fit_predict(means)
    ours = normalized_mutual_info_score(theme, found.topic)
    assert ours > normalized_mutual_info_score(theme, plain) + 0.1
    told = found.encodes(
        {
            "noise": generator(seed, 92).integers(3, size=GROUPS).tolist(),
            "speaker": speaker.tolist(),
            "id": range(GROUPS),
        }
    )
    assert told.names[0] == "speaker"
    assert told.p_values[0] == pytest.approx(0.001)
    assert told.p_values[told.names.index("noise")] > 0.01
    assert told.excess[told.names.index("id")] == pytest.approx(0, abs=1e-9)
    peer = mutual_info_score(speaker, found.topic)
    assert told.information[0] == pytest.approx(peer)


def test_the_counts_are_explained_as_well_as_by_a_peer():
    X, group, _, _ = recordings(0)
    cluster = cells(X, 60, generator(0))
    table, _, _ = counts(cluster, group)
    found = find_topics(cluster, group, n_topics=12)
    peer = LatentDirichletAllocation(12, doc_topic_prior=1 / 12, learning_method="batch", max_iter=100, random_state=0)
    of_group = peer.fit_transform(table.T).T
    of_topic = (peer.components_ / peer.components_.sum(axis=1, keepdims=True)).T

    def likelihood(expected):
        return float((table * np.log(np.maximum(expected, 1e-12))).sum())

    assert likelihood(found.cluster_given_topic @ found.topic_given_group) >= likelihood(of_topic @ of_group) - 1


def test_counts_are_those_of_a_naive_loop():
    random = generator(3)
    cluster, group = random.integers(-1, 5, 200), random.choice(["b", "a", "c"], 200)
    table, clusters, groups = counts(cluster, group)
    assert groups == ("a", "b", "c")
    for i, word in enumerate(clusters):
        for j, text in enumerate(groups):
            assert table[i, j] == sum(c == word and g == text for c, g in zip(cluster, group, strict=True))
    assert -1 not in clusters


def test_a_row_gets_the_topic_of_its_group_and_a_seed_the_same_topics():
    X, group, _, _ = recordings(1, rows=20)
    cluster = cells(X, 30, generator(0))
    first, again = (find_topics(cluster, group, n_topics=4, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.topic_given_group, again.topic_given_group)
    assert (first.of_rows(group) == first.topic[group]).all()
    assert first.of_rows([GROUPS + 1]).tolist() == [-1]
    np.testing.assert_allclose(first.topic_given_group.sum(axis=0), 1)
    np.testing.assert_allclose(first.cluster_given_topic.sum(axis=0), 1)
    assert list(first.to_frame().columns) == ["group", "topic", "share", "rows"]


@pytest.mark.parametrize(
    ("cluster", "group", "n_topics", "kind", "message"),
    [
        ([0, 1], ["a"], 2, InputError, "same shape"),
        ([], [], 2, InputError, "same shape"),
        ([0, 1], ["a", "a"], 2, NotApplicable, "1 group"),
        ([0, 1, 2], ["a", "b", "a"], 3, InputError, r"2\.\.2"),
        ([0, 1, 2], ["a", "b", "a"], 1, InputError, r"2\.\.2"),
        ([-1, -1], ["a", "b"], 2, NotApplicable, "0 group"),
    ],
)
def test_what_cannot_be_asked_is_refused(cluster, group, n_topics, kind, message):
    with pytest.raises(kind, match=message) as caught:
        find_topics(cluster, group, n_topics=n_topics)
    assert caught.value.hint


def test_columns_of_another_length_are_refused():
    found = find_topics([0, 1, 0, 1], ["a", "a", "b", "b"], n_topics=2)
    with pytest.raises(InputError, match="each of 2 groups"):
        found.encodes({"age": [1]})
    with pytest.raises(InputError, match="at least one"):
        found.encodes({})


@pytest.mark.parametrize("hole", [None, np.nan])
def test_a_row_of_no_group_or_no_cluster_is_not_counted(hole):
    cluster = np.array([0, 1, 0, 1, 0, hole], dtype=object)
    group = np.array(["a", "a", "b", "b", hole, "b"], dtype=object)
    table, clusters, groups = counts(cluster, group)
    assert (table.tolist(), clusters, groups) == ([[1, 1], [1, 1]], (0, 1), ("a", "b"))
    assert (find_topics(cluster, group, n_topics=2).of_rows(group) < 0).tolist() == [False] * 4 + [True, False]


def test_a_frame_of_columns_is_taken_and_a_number_of_topics_is_whole():
    import pandas as pd

    found = find_topics([0, 1, 0, 1], ["a", "a", "b", "b"], n_topics=2)
    frame = pd.DataFrame({"age": [1.0, np.nan], "land": ["x", "y"]})
    assert set(found.encodes(frame).names) == {"age", "land"}
    with pytest.raises(InputError, match="whole number"):
        find_topics([0, 1, 0, 1], ["a", "a", "b", "b"], n_topics=2.0)
