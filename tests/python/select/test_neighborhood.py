"""Selections over the neighbour graph against loops over sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas._typing import Neighbors
from labelatlas.exceptions import NotApplicable
from labelatlas.select import cohesion, grow, shrink


@st.composite
def selections(draw):
    n = draw(st.integers(3, 40))
    k = draw(st.integers(1, min(6, n - 1)))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    near = np.stack([rng.choice(np.delete(np.arange(n), row), k, replace=False) for row in range(n)])
    rows = np.flatnonzero(rng.random(n) < draw(st.floats(0, 1)))
    return rows, Neighbors(near.astype(np.int32), np.ones((n, k), dtype=np.float32))


@settings(max_examples=200, deadline=None)
@given(selections())
def test_growing_and_shrinking_are_what_sets_say(drawn):
    rows, neighbors = drawn
    chosen = set(rows.tolist())
    larger = chosen | {other for row in chosen for other in neighbors.indices[row].tolist()}
    smaller = {row for row in chosen if set(neighbors.indices[row].tolist()) <= chosen}
    assert grow(rows, neighbors).tolist() == sorted(larger)
    assert shrink(rows, neighbors).tolist() == sorted(smaller)


@settings(max_examples=200, deadline=None)
@given(selections())
def test_cohesion_counts_the_neighbours_inside(drawn):
    rows, neighbors = drawn
    if len(rows) < 2:
        with pytest.raises(NotApplicable, match="at least 2"):
            cohesion(rows, neighbors)
        return
    chosen = set(rows.tolist())
    shares = [np.mean([other in chosen for other in neighbors.indices[row].tolist()]) for row in rows]
    found = cohesion(rows, neighbors)
    assert np.allclose(found.inside, shares)
    assert found.share == pytest.approx(np.mean(shares), abs=1e-6)
    assert found.stragglers.tolist() == [row for row, share in zip(rows, shares, strict=True) if share <= 0.2 + 1e-9]


def test_rows_of_one_cloud_hold_together_and_a_strip_across_two_does_not():
    from labelatlas.space import find_neighbors

    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(size=(300, 10)), rng.normal(size=(300, 10)) + 20]).astype(np.float32)
    neighbors = find_neighbors(X, k=15)
    whole = cohesion(np.arange(300), neighbors)
    assert whole.share == 1.0
    assert not len(whole.stragglers)
    lied = np.concatenate([np.arange(200), [450, 500]])  # what a map that folds two clouds together would show as one
    found = cohesion(lied, neighbors)
    assert found.stragglers.tolist() == [450, 500]
    blind = cohesion(np.sort(rng.choice(600, 200, replace=False)), neighbors)
    assert blind.share == pytest.approx(blind.by_chance, abs=0.05)


def test_row_0_and_all_rows_and_none():
    near = Neighbors(np.array([[1], [0], [1]], dtype=np.int32), np.ones((3, 1), dtype=np.float32))
    every = np.arange(3)
    assert grow(every, near).tolist() == shrink(every, near).tolist() == [0, 1, 2]
    assert (
        grow(np.array([], dtype=np.int64), near).tolist() == shrink(np.array([], dtype=np.int64), near).tolist() == []
    )
    assert shrink(np.array([0, 1]), near).tolist() == [0, 1]
