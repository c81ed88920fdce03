"""Frames in files, out and in again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from labelatlas.exceptions import InputError
from labelatlas.frames import read_file, write_file


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".CSV"])
def test_a_frame_comes_back_as_it_was_written(tmp_path, suffix):
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": ["007", "3", "nan"],
            "number": chance.normal(size=3) * 1e-30,
            "count": [1, 2, 3],
            "label": ["None", 'say "a",\nb', None],
        }
    )
    write_file(frame, tmp_path / f"f{suffix}")
    again = read_file(tmp_path / f"f{suffix}", text=["id", "label"])
    pd.testing.assert_frame_equal(again, frame, check_exact=True)


def test_other_kinds_and_missing_files_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        read_file(tmp_path / "f.xlsx")
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        write_file(pd.DataFrame(), tmp_path / "f.xlsx")
    for suffix in (".csv", ".parquet"):
        with pytest.raises(InputError, match="cannot be read"):
            read_file(tmp_path / f"nowhere{suffix}")
        with pytest.raises(InputError, match="cannot be written"):
            write_file(pd.DataFrame({"a": [1]}), tmp_path / "nowhere" / f"f{suffix}")
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")
    with pytest.raises(InputError, match="cannot be read as a frame"):
        read_file(tmp_path / "broken.parquet")
