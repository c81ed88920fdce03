"""The picture for where no view stands."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from labelatlas.widget.palette import PALETTE
from labelatlas.widget.still import page, picture


def pixels(xy, codes):
    image = Image.open(io.BytesIO(picture(np.array(xy, dtype=np.float32), np.array(codes, dtype=np.int32))))
    return np.asarray(image.convert("RGB"))


def test_each_point_has_its_colour_and_up_is_up():
    seen = pixels([[0, 0], [1, 0], [0, 1]], [0, 1, -1])
    low, high = 5, 313
    assert "#{:02x}{:02x}{:02x}".format(*seen[high, low + 1]) == PALETTE[0]
    assert "#{:02x}{:02x}{:02x}".format(*seen[high, high + 1]) == PALETTE[1]
    assert seen[low, low + 1].tolist() == [150, 150, 150]
    assert seen[160, 160].tolist() == [255, 255, 255]


def test_a_pixel_has_the_colour_of_its_most_common_label():
    middle = pixels([[0, 0]] * 3 + [[1, 1]], [2, 1, 1, 0])
    assert "#{:02x}{:02x}{:02x}".format(*middle[313, 6]) == PALETTE[1]


def test_one_place_and_many_rows_have_a_picture():
    assert pixels([[3, 3]] * 5, [0] * 5).shape == (320, 320, 3)
    rng = np.random.default_rng(0)
    many = picture(rng.normal(size=(200_000, 2)).astype(np.float32), rng.integers(0, 30, 200_000).astype(np.int32))
    assert len(many) < 60_000


def test_words_of_the_data_are_escaped():
    xy = np.zeros((2, 2), dtype=np.float32)
    made = page(xy, np.array([0, 0], dtype=np.int32), ("<script>alert(1)</script>",), '"><img onerror=x>')
    seen = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, sorted(name for name, _ in attrs)))

    Reader().feed(made)
    assert ("img", ["alt", "height", "src", "width"]) in seen
    assert not {"script"} & {tag for tag, _ in seen}
    assert not any("onerror" in names for _, names in seen)
