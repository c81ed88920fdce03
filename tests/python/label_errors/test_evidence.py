"""The door: what is let in, and what is refused with the cure."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._typing import Neighbors
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import find, flag, suspicion

P = np.tile([[0.9, 0.1], [0.2, 0.8]], (3, 1))
Y = np.array([0, 1, 0, 1, -1, 1])


def spoiled(row, values):
    p = P.copy()
    p[row] = values
    return p


@pytest.mark.parametrize("ask", [suspicion, flag, find])
@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        (Y, spoiled(2, [0.9, 0.9]), r"of sum 1\. Got 1 rows .* the first at row 2 \(sum 1\.8\)"),
        (Y, spoiled(0, [1.5, -0.5]), r"not negative\. Got 1 rows .* the first at row 0"),
        (Y, spoiled(5, [np.nan, 1.0]), r"finite\. Got 1 rows .* the first at row 5"),
        (Y, spoiled(5, [np.inf, 0.0]), r"finite\. Got 1 rows .* the first at row 5"),
        (Y, P[:4], r"labels must be of shape \(4,\)"),
        (Y, P[:, 0], "numbers of shape"),
        (Y, P.astype(str), "numbers of shape"),
        (Y.astype(float), P, "whole numbers"),
        (np.array([0, 1, 2, 1, 0, 1]), P, r"-1\.\.1\. Got 2 at row 2"),
        (np.array([-7, 1, 0, 1, 0, 1]), P, r"-1\.\.1\. Got -7 at row 0"),
    ],
)
def test_bad_labels_and_probabilities_are_refused(ask, labels, probabilities, message):
    with pytest.raises(InputError, match=message) as caught:
        ask(labels, probabilities)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("labels", "probabilities"),
    [
        (np.zeros(6, dtype=int), P),
        (np.full(6, -1), P),
        (np.zeros(1, dtype=int), P[:1]),
        (np.zeros(0, dtype=int), P[:0]),
        (np.zeros(6, dtype=int), np.ones((6, 1))),
    ],
    ids=["one class", "no label", "one row", "no row", "one column"],
)
def test_with_fewer_than_two_classes_it_says_that_it_cannot_say(labels, probabilities):
    with pytest.raises(NotApplicable, match="at least two") as caught:
        suspicion(labels, probabilities)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("indices", "distances", "message"),
    [
        (np.zeros((5, 1), dtype=int), np.ones((5, 1)), r"shape \(6, k\)"),
        (np.zeros((6, 1), dtype=int), np.ones((6, 2)), r"shape \(6, k\)"),
        (np.full((6, 1), 6), np.ones((6, 1)), r"0\.\.5"),
        (np.full((6, 1), -1), np.ones((6, 1)), r"0\.\.5"),
        (np.zeros((6, 1)), np.ones((6, 1)), r"0\.\.5"),
        (np.zeros((6, 1), dtype=int), np.full((6, 1), np.nan), "finite"),
    ],
)
def test_bad_neighbours_are_refused(indices, distances, message):
    with pytest.raises(InputError, match=message) as caught:
        suspicion(Y, P, neighbors=Neighbors(indices, distances))
    assert caught.value.hint


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_probabilities_of_any_width_and_stride_are_taken(dtype):
    wide = np.repeat(P.astype(dtype), 2, axis=1)[:, ::2]
    np.testing.assert_allclose(suspicion(Y, wide), suspicion(Y, P), atol=5e-3)


def test_lists_are_taken():
    assert suspicion([0, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]]).argmax() == 2


def test_keys_and_names_of_the_wrong_length_are_refused():
    with pytest.raises(InputError, match="keys must have length 6"):
        find(Y, P, keys=["a"])
    with pytest.raises(InputError, match="names must have length 2"):
        find(Y, P, names=["a", "b", "c"])


@pytest.mark.parametrize(
    ("labels", "probabilities", "neighbors", "message"),
    [
        ([0, 1], [[0.5, 0.5], [1.0]], None, "rows of several lengths"),
        ([[0], [1, 0]], [[0.5, 0.5]] * 2, None, "rows of several lengths"),
        ([0, 1], [[0.5, 0.5]] * 2, 15, "two arrays, indices and distances. Got int"),
        ([0, 1], [[0.5, 0.5]] * 2, (np.full((2, 1), 0.5), np.ones((2, 1))), r"Got dtype float64, 0\.5\.\.0\.5"),
    ],
)
def test_what_is_no_array_of_the_right_kind_is_said(labels, probabilities, neighbors, message):
    with pytest.raises(InputError, match=message) as caught:
        suspicion(labels, probabilities, neighbors=neighbors)
    assert caught.value.hint


@pytest.mark.parametrize("dtype", ["Int64", "string", "category"])
def test_groups_of_pandas_may_have_holes(dtype):
    import pandas as pd

    groups = pd.Series(["1", None, "1", "2"]).astype("Int64" if dtype == "Int64" else dtype)
    p = np.tile([[0.9, 0.1], [0.1, 0.9]], (2, 1))
    found = find([0, 1, 0, 1], p, groups=groups).evidence.groups
    assert found is not None
    assert found.tolist() == [0, -1, 0, 1]
