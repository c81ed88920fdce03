"""A map over an atlas that is there already: any option of `Atlas.from_frame` is an option of the map, said once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import labelatlas as la
from labelatlas.exceptions import InputError, KeyColumnError

N = 40


def frame(kind=pd.DataFrame):
    rng = np.random.default_rng(0)
    middle = np.repeat([0.0, 9.0], N // 2)
    columns = {"id": np.arange(N) + 100, "label": ["cat", "dog"] * (N // 2)}
    return kind({**columns, "a": middle + rng.normal(size=N), "b": rng.normal(size=N)})


def atlas_of(data, **options):
    return la.Atlas.from_frame(data, key="id", progress=False, **({"features": ["a", "b"]} | options))


def map_of(data, atlas, **options):
    return la.LabelMap(data, label="label", atlas=atlas, journal=None, progress=False, **options)


def test_the_map_lies_as_the_atlas_does():
    df = frame()
    atlas = atlas_of(df, target="label", target_weight=0.9, n_neighbors=5, weights={"features": 1.0})
    m = map_of(df, atlas)
    assert m.atlas.xy.tobytes() == atlas.xy.tobytes()
    assert m.atlas.neighbors.indices.shape == (N, 5)
    m.relabel([0, 1], "dog")
    assert df["label"].tolist()[:2] == ["dog", "dog"], "synced to the caller's own frame"


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_frame_may_have_another_order_by_now(kind):
    df = frame(kind)
    atlas = atlas_of(df)
    turned = df[::-1]
    m = map_of(turned, atlas)
    assert m.atlas.keys.tolist() == atlas.keys.tolist()
    m.relabel(keys=[100], label="cow")
    out = m.to_frame()
    labels = dict(zip(list(out["id"]), list(out["label"]), strict=True))
    assert labels[100] == "cow"
    assert labels[101] == "dog"


def test_rows_that_were_left_out_are_not_on_the_map_and_their_labels_stay_as_they_are():
    df = frame()
    vectors = np.stack([df["a"], df["b"]], axis=1)
    vectors[3] = np.nan
    m = map_of(df, atlas_of(df, features=None, embedding=vectors, on_invalid="drop"))
    assert len(m.atlas.xy) == N - 1
    m.relabel(keys=[102, 104], label="cow")
    assert df["label"].tolist()[:5] == ["cat", "dog", "cow", "dog", "cow"]


def test_the_labels_are_those_that_the_frame_holds_now():
    df = frame()
    atlas = atlas_of(df)
    df.loc[0, "label"] = "cow"
    assert "cow" in map_of(df, atlas).labels.names


def test_a_saved_and_an_extended_atlas_make_a_map(tmp_path):
    df = frame()
    atlas_of(df.iloc[: N - 5]).save(tmp_path / "atlas")
    grown = la.Atlas.load(tmp_path / "atlas", df.iloc[: N - 5]).extend(df)
    assert len(map_of(df, grown).atlas.xy) == N


def test_what_the_atlas_says_is_not_said_again():
    df = frame()
    atlas = atlas_of(df)
    for again in ({"features": ["a"]}, {"key": "id"}, {"n_neighbors": 7}, {"xy": ("a", "b")}):
        with pytest.raises(InputError, match="Give them to Atlas.from_frame alone"):
            map_of(df, atlas, **again)
    with pytest.raises(KeyColumnError, match="must hold the 40 rows of the atlas. 10 are not there"):
        map_of(df.iloc[10:], atlas)
    with pytest.raises(InputError, match="cannot say what a row is too"):
        map_of(df, atlas_of(df, features=["a", "label"]))


def test_rows_without_a_vector_are_told_of():
    df = frame()
    df["text"] = ["a card", None] + ["lost money"] * (N - 2)
    m = map_of(df, la.Atlas.from_frame(df, text="text", key="id", progress=False))
    assert "1 row without a vector" in m.meta["notice"]
