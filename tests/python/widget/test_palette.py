"""The palette for colour-blind eyes: how far its colours stay apart, beside a palette that everybody knows.

Colours are seen by the matrices of G. Machado, M. Oliveira, L. Fernandes ("A physiologically-based model for simulation of
color vision deficiency", 2009, severity 1.0) and compared in CIELAB, where a distance of about 2.3 is just noticed.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from labelatlas.widget.palette import PALETTE

SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopes": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# the ten colours of matplotlib and of Tableau, known to be hard on colour-blind eyes
TAB10 = (
    *("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"),
    *("#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"),
)


def lab(colours, eye):
    """Return colours as an eye sees them in CIELAB (D65), shape (n, 3)."""
    share = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ SEEN_BY[eye].T, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = seen @ to_xyz.T / [0.9505, 1.0, 1.089]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def nearest_pair(colours, eye):
    """Return the distance of the two colours that are most alike."""
    points = lab(colours, eye)
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(points, 2))


def test_white_black_and_grey_are_where_they_belong():
    points = lab(["#ffffff", "#000000", "#777777"], "everybody")
    assert np.allclose(points[:, 1:], 0, atol=0.1)
    assert np.allclose(points[:2, 0], [100, 0], atol=0.1)


@pytest.mark.parametrize("eye", ["protanopes", "deuteranopes"])
@pytest.mark.parametrize("first", [4, 6, 8])
def test_the_first_colours_stay_further_apart_than_those_of_a_known_palette(eye, first):
    assert nearest_pair(PALETTE[:first], eye) > nearest_pair(TAB10[:first], eye)


@pytest.mark.parametrize("eye", list(SEEN_BY))
def test_no_two_of_the_first_ten_are_taken_for_each_other(eye):
    assert nearest_pair(PALETTE[:10], eye) > 6.9  # three times what is just noticed


def test_the_colours_are_all_different_and_written_the_same_way():
    assert len(set(PALETTE)) == len(PALETTE) == 20
    assert all(c == c.lower() and len(c) == 7 for c in PALETTE)
