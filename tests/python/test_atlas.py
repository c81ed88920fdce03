"""An atlas: rows of any frame, placed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labelatlas import Atlas, _cache
from labelatlas.exceptions import ColumnNotFoundError, InputError, KeyColumnError

N = 60


def columns():
    rng = np.random.default_rng(0)
    middle = np.repeat([[0.0, 0.0], [9.0, 9.0]], N // 2, axis=0)
    points = middle + rng.normal(size=(N, 2))
    words = np.array([["apple", "pear", "plum"], ["bus", "tram", "train"]])
    return {
        "id": [f"row {i}" for i in range(N)],
        "text": [" ".join(rng.choice(words[int(i >= N // 2)], 4)) for i in range(N)],
        "vector": [row.astype(np.float32) for row in points],
        "a": points[:, 0],
        "b": points[:, 1],
        "image": [np.full((4, 4), float(i >= N // 2)) + rng.random((4, 4)) * 0.2 for i in range(N)],
    }


def atlas_of(frame, **options):
    return Atlas.from_frame(frame, progress=False, **({"key": "id"} | options))


SOURCES = {
    "text": {"text": "text"},
    "image": {"image": "image"},
    "a column of vectors": {"embedding": "vector"},
    "an array": {"embedding": np.stack(columns()["vector"])},
    "a callable": {"embedding": lambda frame: np.stack([np.asarray(v) for v in frame["vector"]])},
    "features": {"features": ["a", "b"]},
    "positions by name": {"xy": ("a", "b")},
    "positions": {"xy": np.stack([columns()["a"], columns()["b"]], axis=1)},
}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_rows_can_be_placed_by_anything_in_any_frame(make, source):
    frame = make(columns() | {"image": [picture.tolist() for picture in columns()["image"]]})
    atlas = atlas_of(frame, **source)
    assert atlas.keys.tolist() == columns()["id"]
    assert atlas.vectors.dtype == np.float32
    assert atlas.neighbors.indices.shape == (N, 15)
    assert atlas.xy.shape == (N, 2)
    assert np.isfinite(atlas.xy).all()
    same_side = (atlas.neighbors.indices < N // 2) == (np.arange(N) < N // 2)[:, None]
    assert same_side.mean() > 0.95, "the two planted groups are apart in the space"


def test_the_frame_is_not_changed_and_later_changes_do_not_reach_the_atlas():
    frame = pd.DataFrame(columns())
    before = frame.copy(deep=True)
    atlas = atlas_of(frame, features=["a", "b"])
    pd.testing.assert_frame_equal(frame, before)
    frame.loc[0, "text"] = "changed"
    assert atlas.table.values("text")[0] != "changed"


def test_the_same_seed_gives_the_same_map_and_the_cache_gives_it_again(tmp_path, monkeypatch):
    maps = []
    for folder in ("a", "b", "b"):
        monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path / folder))
        maps.append(atlas_of(columns(), embedding="vector", seed=3).xy)
    assert maps[0].tobytes() == maps[1].tobytes() == maps[2].tobytes()
    assert len(list((tmp_path / "b").rglob("*.npz"))) == 1
    other = atlas_of(columns(), embedding="vector", seed=4).xy
    assert other.tobytes() != maps[0].tobytes()
    assert _cache.cache_dir() == tmp_path / "b"


@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_tiny_frames_have_a_map_with_fewer_neighbours(n):
    frame = pd.DataFrame(columns()).head(n)
    atlas = atlas_of(frame, features=["a", "b"])
    assert atlas.neighbors.indices.shape == (n, min(15, n - 1))
    assert np.isfinite(atlas.xy).all()


def test_rows_that_are_all_equal_have_a_map():
    frame = pd.DataFrame({"id": range(40), "vector": [np.ones(3)] * 40})
    atlas = atlas_of(frame, embedding="vector")
    assert np.isfinite(atlas.xy).all()


@pytest.mark.parametrize("n", [0, 1])
def test_a_frame_of_fewer_than_two_rows_is_refused_with_the_cure(n):
    with pytest.raises(InputError, match=f"at least 2 rows. Got {n}.*Check the filter"):
        atlas_of(pd.DataFrame(columns()).head(n), text="text")


def test_missing_columns_are_named_with_those_there_are():
    with pytest.raises(ColumnNotFoundError, match="text must name a column.*Did you mean 'text'"):
        atlas_of(columns(), text="txt")
    with pytest.raises(ColumnNotFoundError, match="embedding must name"):
        atlas_of(columns(), embedding="nothing")
    with pytest.raises(ColumnNotFoundError, match="xy must name"):
        atlas_of(columns(), xy=("a", "nothing"))


def test_nothing_to_place_rows_by_is_an_error_with_the_cure():
    with pytest.raises(InputError, match="Give one of text="):
        atlas_of(columns())
    with pytest.raises(KeyColumnError, match="key='id'"):
        atlas_of(columns(), key=None, embedding="vector")


def test_vectors_that_are_not_finite_are_named_by_key():
    frame = pd.DataFrame(columns())
    vectors = np.stack(frame["vector"])
    vectors[7, 0] = np.nan
    with pytest.raises(InputError, match="'row 7'"):
        atlas_of(frame, embedding=vectors)
    with pytest.raises(InputError, match="'row 7'"):
        atlas_of(frame, xy=vectors)


def test_arrays_of_the_wrong_shape_are_refused():
    with pytest.raises(InputError, match="one vector a row. Got 3 for 60 rows"):
        atlas_of(columns(), embedding=np.zeros((3, 2)))
    with pytest.raises(InputError, match=r"xy must have shape \(60, 2\)"):
        atlas_of(columns(), xy=np.zeros((60, 3)))


def test_the_repr_is_short():
    assert repr(atlas_of(columns(), xy=("a", "b"))).startswith("Atlas(60 rows, 2 dimensions from 'vectors")
