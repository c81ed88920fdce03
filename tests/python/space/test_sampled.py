"""A map of a sample, and the rest placed on it: near what the map of all rows is, in less time."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas import Atlas
from labelatlas.exceptions import InputError
from labelatlas.space import find_nearest, layout, layout_sampled, search_neighbors
from labelatlas.space._sampled import _Near

N, SAMPLE = 6000, 2000


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(0)
    group = rng.integers(0, 12, N)
    rows = (rng.normal(size=(12, 20)) * 1.5)[group] + rng.normal(size=(N, 20))
    return rows.astype(np.float32), group


@pytest.fixture(scope="module")
def placed(world):
    return layout_sampled(world[0], 10, sample=SAMPLE, seed=0)


def purity(xy, group):
    near = search_neighbors(xy, 15)[0].indices
    return float((group[near] == group[:, None]).mean())


def test_placed_rows_lie_among_rows_of_their_group_as_on_the_map_of_all(world, placed):
    rows, group = world
    whole = layout(rows, search_neighbors(rows, 10)[0], seed=0)
    assert placed.shape == (N, 2)
    assert placed.dtype == np.float32
    assert purity(placed, group) > purity(whole, group) - 0.03
    assert np.abs(placed).max() < 1.2


def test_the_same_seed_gives_the_same_bytes(world, placed):
    assert layout_sampled(world[0], 10, sample=SAMPLE, seed=0).tobytes() == placed.tobytes()
    assert layout_sampled(world[0], 10, sample=SAMPLE, seed=1).tobytes() != placed.tobytes()


def test_progress_rises_to_the_end_and_frames_say_which_rows_they_are_of(world):
    told, shown = [], []
    layout_sampled(
        world[0], 10, sample=SAMPLE,
        progress=lambda done, total: told.append(done / total),
        frames=lambda xy, rows: shown.append((xy.shape, len(rows), int(rows.max()) < N)),
    )  # fmt: skip
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert set(shown) == {((SAMPLE, 2), SAMPLE, True)}


def test_equal_rows_lie_at_one_place_and_equal_zero_rows_do_no_harm():
    rng = np.random.default_rng(1)
    rows = np.repeat(rng.normal(size=(300, 5)), 10, axis=0).astype(np.float32)
    rows[:50] = 0.0
    for metric in ("euclidean", "cosine"):
        xy = layout_sampled(rows, 5, sample=1500, metric=metric)
        assert np.isfinite(xy).all()
    assert np.isfinite(layout_sampled(np.ones((50, 3)), 3, sample=20)).all()


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_rows_near_a_query_are_found_in_few_cells_at_exact_distances(world, metric):
    rows, _ = world
    sample, queries = rows[:5000], rows[5000:]
    search = _Near(sample, metric, 10, 0)
    near = search.of(queries)
    truth = find_nearest(sample, queries, 10, metric=metric)
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(near.indices, truth.indices, strict=True)]) > 0.85
    asked, found = queries[:, None].astype(np.float64), sample[near.indices].astype(np.float64)
    if metric == "euclidean":
        distances = np.linalg.norm(asked - found, axis=2)
    else:
        lengths = np.linalg.norm(asked, axis=2) * np.linalg.norm(found, axis=2)
        distances = 1.0 - (asked * found).sum(axis=2) / lengths
    np.testing.assert_allclose(near.distances, distances, atol=1e-5)
    assert (np.diff(near.distances, axis=1) >= 0).all()
    own = search.of(sample[:100])
    assert (own.indices[:, 0] == np.arange(100)).all(), "a row of the sample finds itself"


def test_where_no_row_is_much_nearer_than_others_a_quarter_of_the_cells_will_do():
    noise = np.random.default_rng(0).normal(size=(4000, 60)).astype(np.float32)
    search = _Near(noise, "euclidean", 10, 0)
    assert search._taken.max() <= max(1, len(search._centres) // 4 + 1)
    assert search.of(noise[:7]).indices.shape == (7, 10)


@pytest.mark.parametrize("sample", [1, 6000, 7000])
def test_a_sample_that_is_no_part_of_the_rows_is_refused(world, sample):
    with pytest.raises(InputError, match="sample must be from 2 to 5999"):
        layout_sampled(world[0], 10, sample=sample)


def test_an_atlas_of_many_rows_makes_the_graph_of_all_when_it_is_asked_for(world, monkeypatch):
    rows, group = world
    asked = []
    whole = search_neighbors

    def watched(vectors, *args, **options):
        asked.append(len(vectors))
        return whole(vectors, *args, **options)

    monkeypatch.setattr("labelatlas.space.search_neighbors", watched)
    lost = np.full((N, 20), np.nan, dtype=np.float32)
    lost[: N - 2] = rows[: N - 2]
    frame = {"id": np.arange(N)}
    atlas = Atlas.from_frame(frame, key="id", embedding=lost, on_invalid="drop", sample=SAMPLE, progress=False)
    assert atlas.xy.shape == (N - 2, 2)
    assert atlas.clusters.shape == (N - 2,)
    assert asked == []
    assert atlas.neighbors.indices.shape == (N - 2, 15)
    assert asked == [N - 2]
    assert purity(atlas.xy, group[: N - 2]) > 0.8
    with pytest.raises(InputError, match="sample must be at least 1,000"):
        Atlas.from_frame(frame, key="id", embedding=rows, sample=50, progress=False)


def test_texts_without_a_vector_lie_in_the_corner_of_a_sampled_map():
    words = ["card", "lost", "refund", "late", "fee", "transfer", "pin", "money", "bank", "loan"]
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(words, 4)) for _ in range(1500)]
    texts[3] = None
    atlas = Atlas.from_frame({"id": range(1500), "text": texts}, text="text", key="id", sample=1000, progress=False)
    assert atlas.no_vector.tolist() == [3]
    assert (atlas.xy[3] == np.delete(atlas.xy, 3, axis=0).min(axis=0)).all()
