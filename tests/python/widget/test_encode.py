"""Rows, columns and pictures as bytes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labelatlas.exceptions import InputError
from labelatlas.widget.encode import column_messages, decode_rows, encode_codes, encode_rows, png, text_cells
from labelatlas.widget.protocol import CHUNK_BYTES, UNLABELLED_U32


@given(st.integers(1, 300), st.data())
def test_a_row_set_survives_in_the_smaller_of_its_encodings(n, data):
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1)))), dtype=np.int64)
    encoding, blob = encode_rows(rows, n)
    assert decode_rows(encoding, memoryview(blob), n).tolist() == rows.tolist()
    assert len(blob) <= min(4 * len(rows), (n + 7) // 8) + 4


def test_row_sets_of_another_map_are_refused():
    with pytest.raises(InputError, match="below 3. Got 3"):
        decode_rows("u32", np.array([3], dtype="<u4").tobytes(), 3)
    with pytest.raises(InputError, match="a bitmap of 9 rows has 2 bytes. Got 1"):
        decode_rows("bitmap", b"\x00", 9)
    with pytest.raises(InputError, match="below 9. Got 15"):
        decode_rows("bitmap", b"\x00\x80", 9)
    with pytest.raises(InputError, match="4 bytes each"):
        decode_rows("u32", b"\x00", 9)


def test_codes_are_u16_until_there_are_too_many_labels():
    codes = np.array([0, 65_534, -1], dtype=np.int32)
    width, small = encode_codes(codes, 65_535)
    assert (width, small.tolist()) == ("u16", [0, 65_534, 0xFFFF])
    width, large = encode_codes(codes, 65_536)
    assert (width, large.tolist()) == ("u32", [0, 65_534, UNLABELLED_U32])


@pytest.mark.parametrize("n", [0, 1, 999_999, 1_000_001])
def test_a_column_is_cut_into_chunks_that_the_server_lets_through(n):
    values = np.arange(n, dtype=np.float32)
    chunks = list(column_messages(7, "xy", values))
    assert all(len(blob) <= CHUNK_BYTES for _, blob in chunks)
    assert b"".join(blob for _, blob in chunks) == values.tobytes()
    assert {head["length"] for head, _ in chunks} == {n}
    assert [head["offset"] for head, _ in chunks] == [i * 1_000_000 for i in range(max(1, -(-n // 1_000_000)))]


def test_cells_are_text_and_missing_stays_missing():
    assert text_cells(["<b>", None, 1.0 / 3, 7, True]) == ["<b>", None, "0.333333", "7", "True"]
    assert len(text_cells(["x" * 9999])[0] or "") == 2000


def test_an_image_becomes_a_small_png_with_its_own_pixels():
    image = np.array([[0, 255], [128, 64]], dtype=np.uint8)
    assert np.asarray(Image.open(io.BytesIO(png(image)))).tolist() == image.tolist()
    large = Image.open(io.BytesIO(png(np.zeros((100, 1000), dtype=np.uint8))))
    assert large.size == (256, 26)
