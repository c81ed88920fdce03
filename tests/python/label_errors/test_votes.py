"""Who votes on whom over the graph of neighbours, beside the same by dense matrices."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas._typing import Neighbors
from labelatlas.label_errors import Evidence
from labelatlas.label_errors._views import join_views
from labelatlas.label_errors._votes import pool_graph, vote_graph, vote_weights
from labelatlas.space import find_neighbors


def scene(n=120, *, groups=None, seed=0):
    random = generator(seed)
    labels = random.integers(-1, 3, n)
    near = find_neighbors(random.normal(size=(n, 3)).astype(np.float32), k=6)
    return Evidence(labels, random.dirichlet([1, 1, 1], n), near, groups=groups), random.random(n).astype(np.float32)


def dense_graph(evidence):
    near, n = evidence.neighbors, len(evidence.labels)
    directed = np.zeros((n, n))
    weights = vote_weights(near, voters=np.ones(n, dtype=bool), groups=evidence.groups)
    for row in range(n):
        directed[row, near.indices[row]] = weights[row]
    both = directed + directed.T
    scale = 1 / np.sqrt(np.maximum(both.sum(axis=1), 1e-300))
    return both * scale[:, None] * scale


@pytest.mark.parametrize("grouped", [False, True])
def test_the_votes_over_the_graph_are_those_of_dense_matrices(grouped):
    groups = generator(7).integers(-1, 20, 120) if grouped else None
    evidence, trust = scene(groups=groups)
    graph = dense_graph(evidence)
    np.testing.assert_allclose(vote_graph(evidence.neighbors, groups).toarray(), graph, atol=1e-6)
    ballots = np.eye(4)[evidence.labels][:, :3] * trust[:, None]  # -1 is the column left out
    votes = graph @ ballots
    if not grouped:
        twice = graph @ graph
        np.fill_diagonal(twice, 0)
        votes = votes + 0.15 * twice @ ballots
    share = votes / votes.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(pool_graph(evidence, vote_graph(evidence.neighbors, groups), trust), share, atol=1e-5)


@pytest.mark.parametrize("grouped", [False, True])
def test_a_rows_own_label_has_no_voice_nor_have_those_of_its_group(grouped):
    groups = np.repeat(np.arange(40), 3) if grouped else None
    evidence, trust = scene(groups=groups, seed=1)
    graph = vote_graph(evidence.neighbors, groups)
    before = pool_graph(evidence, graph, trust)
    for row in np.flatnonzero(evidence.labels >= 0)[::7]:
        labels = evidence.labels.copy()
        kin = groups == groups[row] if groups is not None else np.arange(120) == row
        labels[kin] = (labels[row] + 1) % 3
        after = pool_graph(Evidence(labels, evidence.probabilities, evidence.neighbors, groups=groups), graph, trust)
        np.testing.assert_allclose(after[row], before[row], atol=1e-5)


def test_rows_nobody_votes_on_keep_what_the_head_says():
    near = Neighbors(np.array([[0], [2], [1]], dtype=np.int32), np.ones((3, 1), dtype=np.float32))
    p = np.array([[0.7, 0.3], [0.5, 0.5], [0.5, 0.5]])
    evidence = Evidence(np.array([0, 0, 1]), p, near)
    pooled = pool_graph(evidence, vote_graph(near), np.ones(3, dtype=np.float32))
    np.testing.assert_allclose(pooled, [[0.7, 0.3], [0, 1], [1, 0]], atol=1e-6)


def test_duplicates_of_a_row_count_in_full():
    near = find_neighbors(np.zeros((5, 2), dtype=np.float32), k=3)
    evidence = Evidence(np.array([0, 0, 0, 0, 1]), np.full((5, 2), 0.5), near)
    assert pool_graph(evidence, vote_graph(near), np.ones(5, dtype=np.float32))[4, 0] > 0.9


def test_raw_views_know_of_a_rows_own_label_no_more_than_the_shares_of_the_views_do():
    evidence, _ = scene(400, seed=2)
    before = join_views(evidence)[0].probabilities
    for row in np.flatnonzero(evidence.labels >= 0)[::40]:
        labels = evidence.labels.copy()
        labels[row] = (labels[row] + 1) % 3
        after = join_views(Evidence(labels, evidence.probabilities, evidence.neighbors))[0].probabilities
        np.testing.assert_allclose(after[row], before[row], atol=0.005)


def test_groups_of_one_row_each_are_no_groups():
    evidence, trust = scene(seed=3)
    graph = vote_graph(evidence.neighbors)
    alone = Evidence(evidence.labels, evidence.probabilities, evidence.neighbors, groups=np.arange(120))
    np.testing.assert_array_equal(pool_graph(alone, graph, trust), pool_graph(evidence, graph, trust))


def test_of_a_vote_that_is_taken_off_again_nothing_is_left():
    # two rows that only know each other: the way round leads back to the row alone
    near = Neighbors(np.array([[1], [0]], dtype=np.int32), np.ones((2, 1), dtype=np.float32))
    evidence = Evidence(np.array([0, 1]), np.full((2, 2), 0.5), near)
    pooled = pool_graph(evidence, vote_graph(near), np.full(2, 0.3, dtype=np.float32))
    np.testing.assert_array_equal(pooled, [[0, 1], [1, 0]])
