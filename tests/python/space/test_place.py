"""New rows on an old map, against where they lie when all rows make the map together."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError
from labelatlas.space import find_neighbors, layout, place_rows


@pytest.fixture(scope="module")
def world():
    X, y = load_digits(return_X_y=True)
    old, new = np.arange(1400), np.arange(1400, 1797)
    neighbors = find_neighbors(X[old], 15)
    return X, y, old, new, neighbors, layout(X[old], neighbors)


def near(X, old, rows, k=15):
    distances, indices = NearestNeighbors(n_neighbors=k).fit(X[old]).kneighbors(rows)
    return Neighbors(indices.astype(np.int32), distances.astype(np.float32))


def test_new_rows_lie_among_rows_of_their_kind(world):
    X, y, old, new, neighbors, xy = world
    placed = place_rows(xy, neighbors, near(X, old, X[new]))
    on_map = KNeighborsClassifier(15).fit(xy, y[old]).score(placed, y[new])
    in_space = KNeighborsClassifier(15).fit(X[old], y[old]).score(X[new], y[new])
    assert on_map > in_space - 0.03


def test_rows_that_are_there_already_lie_where_they_are(world):
    X, _, old, _, neighbors, xy = world
    placed = place_rows(xy, neighbors, near(X, old, X[old[:200]]))
    assert np.abs(placed - xy[:200]).max() < 0.01


def test_a_place_depends_on_no_other_new_row_but_on_the_seed(world):
    X, _, old, new, neighbors, xy = world
    found = near(X, old, X[new])
    first = place_rows(xy, neighbors, found)
    assert place_rows(xy, neighbors, found).tobytes() == first.tobytes()
    assert place_rows(xy, neighbors, found, seed=1).tobytes() != first.tobytes()


def test_a_map_in_other_units_gives_the_same_places_in_them(world):
    X, _, old, new, neighbors, xy = world
    found = near(X, old, X[new])
    plain, wide = place_rows(xy, neighbors, found), place_rows(xy * 100.0 + 7.0, neighbors, found)
    assert np.median(np.abs((wide - 7.0) / 100.0 - plain)) < 0.01


def test_no_new_rows_and_maps_of_one_place(world):
    X, _, old, _, neighbors, xy = world
    none = Neighbors(np.zeros((0, 3), np.int32), np.zeros((0, 3), np.float32))
    assert place_rows(xy, neighbors, none).shape == (0, 2)
    flat = np.ones((1400, 2))
    assert (place_rows(flat, neighbors, near(X, old, X[:5] + 0.5)) == 1.0).all()


def test_rows_that_the_map_does_not_have_are_refused(world):
    _, _, _, _, neighbors, xy = world
    with pytest.raises(InputError, match="near must name rows 0 to 1399"):
        place_rows(xy, neighbors, Neighbors(np.array([[1400]]), np.zeros((1, 1))))
    with pytest.raises(InputError, match="near must have"):
        place_rows(xy, neighbors, Neighbors(np.array([3]), np.zeros(1)))
