from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from labelatlas.embed import InvalidRowsError, decode_image, embed_image, image_peak
from labelatlas.exceptions import InputError


def encoded(pixels, kind="PNG"):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def colours():
    return np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)


def test_uint8_pixels_are_kept(colours):
    assert (decode_image(colours) == colours).all()
    assert (decode_image(colours[:, :, 0]) == colours[:, :, 0]).all()


def test_a_picture_reads_the_same_as_array_pil_bytes_and_path(colours, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(colours))
    for form in (Image.fromarray(colours), encoded(colours), bytearray(encoded(colours)), path, str(path)):
        assert (decode_image(form) == colours).all()


def test_grey_pictures_stay_two_dimensional(colours):
    grey = colours[:, :, 0]
    for form in (Image.fromarray(grey), encoded(grey), grey[:, :, None]):
        assert (decode_image(form) == grey).all()


@pytest.mark.parametrize(("peak", "values"), [(1.0, [0, 0.5, 1]), (16.0, [0, 8, 16]), (255.0, [0, 127.5, 255])])
def test_usual_ranges_are_scaled_to_full_brightness(peak, values):
    image = np.array([values])
    assert decode_image(image).tolist() == [[0, 128, 255]]
    assert image_peak([image]) == peak


def test_negative_values_are_read_around_grey():
    assert decode_image(np.array([[-1.0, 0.0, 1.0]])).tolist() == [[0, 128, 255]]


def test_sixteen_bit_integers_and_larger_ranges_are_scaled():
    assert decode_image(np.array([[0, 65535]], dtype=np.uint16)).tolist() == [[0, 255]]
    assert decode_image(np.array([[0.0, 1e6]])).tolist() == [[0, 255]]


def test_booleans_are_black_and_white():
    assert decode_image(np.array([[False, True]])).tolist() == [[0, 255]]


def test_a_set_shares_one_scale():
    dark, bright = np.full((2, 2), 0.9), np.full((2, 2), 15.0)
    peak = image_peak([dark, None, "not read", bright])
    assert decode_image(dark, peak=peak).max() == 14
    assert image_peak([np.zeros((2, 2), np.uint8)]) is None


def test_transparency_is_laid_over_white():
    pixels = np.zeros((1, 2, 4), dtype=np.uint8)
    pixels[0, 0, 3] = 255
    for form in (pixels, Image.fromarray(pixels), encoded(pixels)):
        assert decode_image(form)[0, :, 0].tolist() == [0, 255]


def test_channels_first_arrays_are_turned(colours):
    assert (decode_image(np.moveaxis(colours, 2, 0)) == colours).all()


def test_nested_lists_are_pictures():
    assert decode_image([[0, 16], [8, 4]]).shape == (2, 2)
    rows = np.empty(2, dtype=object)
    rows[:] = [[0.0, 1.0], [1.0, 0.0]]
    assert decode_image(rows).tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize(
    "bad",
    [None, 3.0, b"no picture", "/nowhere/at/all.png", np.zeros(5), np.zeros((0, 3)), np.zeros((5, 5, 7)),
     np.array([[np.nan]]), [[1, 2], [3]], object(), encoded(np.zeros((9, 9), np.uint8))[:40]],
)  # fmt: skip
def test_what_is_no_picture_is_refused(bad):
    with pytest.raises(InputError):
        decode_image(bad)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(5, 9)), elements=st.floats(-1e12, 1e12)))
def test_any_finite_array_becomes_bytes_of_its_size(image):
    pixels = decode_image(image)
    assert pixels.dtype == np.uint8
    assert pixels.shape == image.shape


def test_digits_are_projected_on_the_components_that_scikit_learn_finds():
    images = load_digits().images
    z = embed_image(list(images)).vectors
    pixels = np.rint(images.reshape(len(images), -1) / 16 * 255) / 255
    reference = PCA(50, svd_solver="full").fit_transform(pixels)
    np.testing.assert_allclose(np.abs(z[:, :20]), np.abs(reference[:, :20]), atol=1e-3)
    np.testing.assert_allclose((z**2).sum(axis=1), (reference**2).sum(axis=1), rtol=1e-4)


def test_fewer_pictures_than_pixels_keep_their_distances():
    images = [np.random.default_rng(i).integers(0, 256, (16, 16), dtype=np.uint8) for i in range(12)]
    z = embed_image(images).vectors
    pixels = np.stack(images).reshape(12, -1) / 255.0
    for i in range(1, 12):
        assert np.isclose(np.linalg.norm(z[0] - z[i]), np.linalg.norm(pixels[0] - pixels[i]), rtol=1e-4)


def test_mixed_sizes_kinds_and_colours_share_one_space(colours, tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(encoded(np.zeros((50, 40), np.uint8)))
    images = [colours, path, np.eye(8), Image.new("RGBA", (64, 20)), encoded(colours, "BMP")]
    z = embed_image(images).vectors
    assert z.shape[0] == 5
    assert np.isfinite(z).all()
    assert np.allclose(z[0], z[4], atol=1e-6)


def test_one_picture_and_equal_pictures_lie_at_zero():
    assert embed_image([np.eye(4)]).vectors.tolist() == [[0.0]]
    assert (embed_image([np.eye(4)] * 30).vectors == 0).all()


def test_unreadable_pictures_have_no_vector_and_lie_far_from_all_others():
    found = embed_image([None, np.eye(4), b"broken", np.zeros((4, 4)), "missing.png", np.ones((4, 4))])
    assert found.missing.tolist() == [True, False, True, False, True, False]
    assert "NoneType" in found.reason
    assert (found.vectors[found.missing] == found.vectors[0]).all()
    others = found.vectors[~found.missing]
    apart = np.linalg.norm(others[:, None] - others[None], axis=2).max()
    assert np.linalg.norm(others - found.vectors[0], axis=1).min() >= apart


def test_where_no_picture_can_be_read_all_rows_are_named():
    with pytest.raises(InvalidRowsError, match=r"row\(s\) 0, 1, 2") as caught:
        embed_image([None, b"broken", "missing.png"])
    assert caught.value.rows == (0, 1, 2)


def test_progress_is_told_while_pictures_are_read():
    told = []
    embed_image([np.eye(4)] * 130, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 130), (64, 130), (128, 130)]


def test_dim_bounds_the_columns():
    assert embed_image(list(load_digits().images[:100]), dim=5).vectors.shape == (100, 5)
    with pytest.raises(InputError, match="dim must be at least 1"):
        embed_image([np.eye(3)], dim=0)


def test_strided_pictures_read_as_their_copies(colours):
    assert (decode_image(colours[::2, ::-1]) == colours[::2, ::-1].copy()).all()


def test_opened_pictures_that_turn_out_broken_and_open_files_are_unreadable(tmp_path, colours):
    whole = encoded(colours)
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    closed = Image.open(io.BytesIO(whole))
    closed.close()
    with Image.open(tmp_path / "cut.png") as cut:
        found = embed_image([colours, cut, closed, io.BytesIO(whole)])
    assert found.missing.tolist() == [False, True, True, True]
