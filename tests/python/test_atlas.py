"""An atlas: rows of any frame, placed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
import torch
from PIL import Image
from safetensors.torch import save_file

from labelatlas import Atlas, _atlas_files, _cache, _remember, embed, space
from labelatlas.exceptions import (
    ColumnNotFoundError,
    InputError,
    KeyColumnError,
    MissingDependencyError,
    NotApplicable,
)

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
    assert len(list((tmp_path / "b").rglob("*.npz"))) == 3, "neighbours, map and clusters, each for itself"
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


def test_its_arrays_are_read_only_and_those_of_the_caller_are_not():
    vectors, xy = np.stack(columns()["vector"]), np.stack([columns()["a"], columns()["b"]], axis=1).astype(np.float32)
    atlas = atlas_of(columns(), embedding=vectors, xy=xy)
    for array in (atlas.keys, atlas.vectors, atlas.xy, atlas.clusters, *atlas.neighbors):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    vectors[0] = xy[0] = 7.0
    assert atlas.vectors[0].max() < 7
    assert atlas.xy[0].max() < 7


CACHED = {"text": "embed_terms_and_words", "image": "embed_pictures_by"}


def counted(monkeypatch, name):
    """Count the calls of an embedder, which does its work all the same."""
    calls = []
    whole = getattr(embed, name)

    def count(*args, **options):
        calls.append(name)
        return whole(*args, **options)

    monkeypatch.setattr(embed, name, count)
    return calls


@pytest.mark.parametrize("column", CACHED)
def test_texts_and_pictures_are_embedded_once_for_the_same_content_and_seed(column, tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    calls = counted(monkeypatch, CACHED[column])
    options = {column: column, "xy": ("a", "b")}
    first, again = atlas_of(columns(), **options), atlas_of(columns(), **options)
    assert len(calls) == 1
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert (first.metric, first.embedder) == (again.metric, again.embedder)
    other = columns()
    other[column][5] = other[column][6]
    assert atlas_of(other, **options).vectors.tobytes() != first.vectors.tobytes()
    assert len(calls) == 2


def test_an_embedder_that_draws_lots_is_asked_again_for_another_seed(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    calls = counted(monkeypatch, "embed_text")
    for seed in (0, 1, 1):
        atlas_of(columns(), text="text", embedder="tf-idf", xy=("a", "b"), seed=seed)
    assert len(calls) == 2


def test_a_file_of_the_same_name_with_another_picture_is_embedded_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path / "cache"))
    calls = counted(monkeypatch, "embed_pictures_by")
    pictures = [Image.fromarray(np.uint8(picture * 200)) for picture in columns()["image"]]
    paths = [tmp_path / f"{i}.png" for i in range(N)]
    for picture, path in zip(pictures, paths, strict=True):
        picture.save(path)
    frame = columns() | {"image": [str(path) for path in paths]}
    before = atlas_of(frame, image="image", xy=("a", "b")).vectors
    atlas_of(frame, image="image", xy=("a", "b"))
    assert len(calls) == 1
    pictures[1].save(paths[0])
    after = atlas_of(frame, image="image", xy=("a", "b")).vectors
    assert len(calls) == 2
    assert before.tobytes() != after.tobytes()


def test_opened_pictures_count_by_their_pixels(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    calls = counted(monkeypatch, "embed_pictures_by")
    for _ in range(2):
        pictures = [Image.fromarray(np.uint8(picture * 200)) for picture in columns()["image"]]
        atlas_of(columns() | {"image": pictures}, image="image", xy=("a", "b"))
    assert len(calls) == 1


def test_pictures_are_embedded_once_although_one_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    calls = counted(monkeypatch, "embed_pictures_by")
    frame = columns()
    frame["image"][7] = str(tmp_path / "nothing.png")
    first, again = (atlas_of(frame, image="image") for _ in range(2))
    assert len(calls) == 1
    assert again.no_vector.tolist() == first.no_vector.tolist() == [7]
    assert again.vectors.tobytes() == first.vectors.tobytes()


def test_a_callable_is_called_each_time():
    calls = []
    for _ in range(2):
        atlas_of(columns(), embedding=lambda frame: calls.append(1) or np.stack(list(frame["vector"])), xy=("a", "b"))
    assert len(calls) == 2


def test_what_was_made_on_one_device_or_by_other_versions_is_not_taken_for_another(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    made = []

    def make():
        made.append(1)
        return {"xy": np.zeros((1, 2))}

    for parts in (("x", "cpu"), ("x", "cuda"), ("x", "cpu")):
        _remember.remembered_place(parts, make)
    assert len(made) == 2
    whole = _remember.version
    for changed in ("numba", "numpy", "scikit-learn", "scipy", "umap-learn", "hdbscan", "torch", "labelatlas"):
        monkeypatch.setattr(_remember, "version", lambda name, c=changed: whole(name) + (".0" if name == c else ""))
        _remember.remembered_place(("x", "cpu"), make)
    assert len(made) == 10


def test_an_interrupted_build_goes_on_with_the_first_stage_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    searched = []
    whole = space.search_neighbors
    monkeypatch.setattr(space, "search_neighbors", lambda *a, **o: searched.append(1) or whole(*a, **o))
    with monkeypatch.context() as patch:

        def interrupt(*args, **options):
            raise KeyboardInterrupt

        patch.setattr(space, "layout", interrupt)
        with pytest.raises(KeyboardInterrupt):
            atlas_of(columns(), embedding="vector")
    atlas = atlas_of(columns(), embedding="vector")
    assert len(searched) == 1
    assert np.isfinite(atlas.xy).all()


def test_with_positions_given_neighbours_and_clusters_are_made_when_asked_for(monkeypatch):
    calls = []
    whole = space.search_neighbors
    monkeypatch.setattr(space, "search_neighbors", lambda *a, **o: calls.append(1) or whole(*a, **o))
    frame = columns()
    frame["a"] = frame["a"] + 1e-3  # nobody else's cache
    atlas = atlas_of(frame, xy=("a", "b"))
    assert not calls
    assert atlas.neighbors.indices.shape == (N, 15)
    assert atlas.recall == 1.0
    assert calls == [1]
    assert len(atlas.clusters) == N


def test_clusters_can_be_had_at_any_level():
    atlas = atlas_of(columns(), embedding="vector")
    assert (atlas.clusters_at("eom") == atlas.clusters).all()
    found = atlas.clusters_at(2, absorb=True)
    assert set(found.tolist()) == {0, 1}
    assert (found[: N // 2] == found[0]).all()


def test_the_space_says_how_well_it_fits_labels():
    frame = columns() | {"side": ["left"] * (N // 2) + ["right"] * (N // 2)}
    atlas = atlas_of(frame, embedding="vector")
    quality = atlas.quality("side")
    assert quality.accuracy == 1.0
    assert 0.9 < quality.low < quality.high <= 1.0
    assert quality.majority == 0.5
    assert quality.n_rows == N
    shuffled = atlas.quality(np.random.default_rng(0).permutation(N) % 2)
    assert shuffled.low < 0.5 < shuffled.high
    with pytest.raises(NotApplicable, match="no labelled row"):
        atlas.quality(np.full(N, -1))
    with pytest.raises(InputError, match="k must be a whole number"):
        atlas.quality("side", k=2.5)


@pytest.mark.parametrize("source", ["embedding", "text", "features", "image"])
def test_new_rows_find_their_place_and_known_ones_keep_theirs(source):
    value = {"embedding": "vector", "features": ["a", "b"], "text": "text", "image": "image"}[source]
    frame = pd.DataFrame(columns())
    old = atlas_of(frame.iloc[4:], **{source: value})
    mixed = frame.iloc[np.random.default_rng(0).permutation(N)]
    grown = old.extend(mixed)
    assert grown.keys.tolist() == mixed["id"].tolist()
    place = dict(zip(old.keys.tolist(), old.xy.tolist(), strict=True))
    assert all(place.get(key, xy) == xy for key, xy in zip(grown.keys.tolist(), grown.xy.tolist(), strict=True))
    new = [grown.keys.tolist().index(f"row {i}") for i in range(4)]
    left = old.xy[: N // 2 - 4].mean(axis=0), old.xy[N // 2 - 4 :].mean(axis=0)
    for i in new:
        assert np.linalg.norm(grown.xy[i] - left[0]) < np.linalg.norm(grown.xy[i] - left[1])
    assert grown.neighbors.indices.shape == (N, 15)


def test_rows_that_are_there_already_under_another_key_land_where_they_are():
    frame = pd.DataFrame(columns())
    old = atlas_of(frame, embedding="vector")
    again = old.extend(frame.assign(id=[f"new {i}" for i in range(N)]))
    assert np.abs(again.xy - old.xy).max() < 0.01


def test_an_atlas_of_an_array_asks_for_the_vectors_of_new_rows():
    vectors = columns()["vector"]
    old = atlas_of(columns(), embedding=np.stack(vectors))
    with pytest.raises(InputError, match="does not know how new rows become vectors"):
        old.extend(columns())
    grown = old.extend(columns(), embedding=np.stack(vectors))
    assert (grown.xy == old.xy).all()
    with pytest.raises(InputError, match="2 dimensions of the old"):
        old.extend(columns(), embedding=np.ones((N, 3)))


def test_an_atlas_is_saved_and_loaded_for_its_frame_in_any_order(tmp_path):
    frame = pd.DataFrame(columns())
    atlas = atlas_of(frame, embedding="vector")
    atlas.save(tmp_path / "atlas")
    atlas.save(tmp_path / "atlas")
    order = np.random.default_rng(1).permutation(N)
    for rows in (np.arange(N), order):
        loaded = Atlas.load(tmp_path / "atlas", frame.iloc[rows])
        assert loaded.keys.tolist() == atlas.keys[rows].tolist()
        assert (loaded.xy == atlas.xy[rows]).all()
        assert (loaded.vectors == atlas.vectors[rows]).all()
        assert (loaded.keys[loaded.neighbors.indices] == atlas.keys[atlas.neighbors.indices[rows]]).all()
        assert (loaded.neighbors.distances == atlas.neighbors.distances[rows]).all()
        assert (loaded.metric, loaded.embedder, str(loaded.recipe)) == ("euclidean", "vectors", "column:id")
        assert (loaded.extend(frame).xy == atlas.xy).all()
    assert {path.suffix for path in (tmp_path / "atlas").iterdir()} == {".npy", ".json"}
    with pytest.raises(KeyColumnError, match="must hold the 60 rows"):
        Atlas.load(tmp_path / "atlas", frame.iloc[:50])


def test_what_is_no_atlas_is_not_read_and_not_written_over(tmp_path):
    atlas = atlas_of(columns(), xy=("a", "b"))
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(InputError, match="must be a new folder"):
        atlas.save(tmp_path)
    with pytest.raises(InputError, match="must be the folder of an atlas"):
        Atlas.load(tmp_path, columns())
    atlas.save(tmp_path / "new")
    for name in ("vectors.npy", "atlas.json"):
        content = (tmp_path / "new" / name).read_bytes()
        (tmp_path / "new" / name).write_bytes(content[: len(content) // 2])
        with pytest.raises(InputError, match="must be the folder of an atlas"):
            Atlas.load(tmp_path / "new", columns())
        (tmp_path / "new" / name).write_bytes(content)
    (tmp_path / "new" / "atlas.json").write_text('{"version": 99}')
    with pytest.raises(InputError, match="of version 1. Got version 99"):
        Atlas.load(tmp_path / "new", columns())


def test_rows_that_cannot_be_placed_are_left_out_when_told_to_and_named(caplog, tmp_path):
    frame = columns()
    frame["vector"][7] = np.array([np.nan, 1.0], dtype=np.float32)
    frame["vector"][9] = None
    frame["image"][3] = b"no picture"
    atlas = atlas_of(frame, embedding="vector", on_invalid="drop")
    assert len(atlas.xy) == N - 2
    assert not {"row 7", "row 9"} & set(atlas.keys.tolist())
    assert "'row 7'" in caplog.text
    assert "'row 9'" in caplog.text
    assert len(atlas_of(frame, image="image", on_invalid="drop").xy) == N - 1
    matrix = np.stack(columns()["vector"])
    matrix[0] = np.inf
    assert atlas_of(columns(), embedding=matrix, on_invalid="drop").keys[0] == "row 1"
    assert atlas_of(columns(), embedding=np.stack(columns()["vector"]), xy=matrix, on_invalid="drop").keys[0] == "row 1"
    with pytest.raises(InputError, match="at least 2 rows"):
        atlas_of(columns(), embedding=np.full((N, 2), np.nan), on_invalid="drop")


def test_several_sources_are_joined_by_weight():
    frame = columns() | {"noise": np.random.default_rng(0).normal(size=N)}
    joined = atlas_of(frame, text="text", features=["noise"], weights={"text": 1.0, "features": 1e-6})
    plain = atlas_of(frame, text="text")
    same = [len(set(a) & set(b)) for a, b in zip(joined.neighbors.indices, plain.neighbors.indices, strict=True)]
    assert np.mean(same) > 13
    assert joined.embedder.startswith("joined: 1 x tf-idf + wordllama")
    for weights in ({"image": 1.0}, {}, {"text": 0.0}, {"text": np.nan}):
        with pytest.raises(InputError, match="weights must"):
            atlas_of(frame, text="text", weights=weights)


@pytest.mark.parametrize("kind", ["npy", "safetensors"])
def test_vectors_may_lie_in_a_file(kind, tmp_path):
    vectors = np.stack(columns()["vector"])
    path = tmp_path / f"z.{kind}"
    if kind == "npy":
        np.save(path, vectors)
    else:
        save_file({"z": torch.from_numpy(vectors), "bias": torch.zeros(3)}, path)
    for name in (path, str(path)):
        assert (atlas_of(columns(), embedding=name).vectors == vectors).all()
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match="cannot be read"):
        atlas_of(columns(), embedding=path)


def test_labels_and_an_earlier_map_can_lead_the_map():
    frame = columns() | {"odd": [str(i % 2) for i in range(N)]}
    told = atlas_of(frame, embedding="vector", target="odd", target_weight=0.99)
    odd = np.arange(N) % 2
    near = space.find_neighbors(told.xy, 5).indices
    assert (odd[near] == odd[:, None]).mean() > 0.8
    first = atlas_of(frame, embedding="vector")
    again = atlas_of(frame, embedding="vector", start=first.xy)
    assert np.median(np.linalg.norm(again.xy - first.xy, axis=1)) < 0.3
    assert atlas_of(frame, embedding="vector", engine="torch").xy.shape == (N, 2)


def test_the_engine_can_be_chosen_and_each_has_a_map_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    maps = {}
    for engine in ("numba", "torch", "umap-learn", "numba"):
        atlas = atlas_of(columns(), embedding="vector", engine=engine)
        assert np.isfinite(atlas.xy).all()
        assert atlas.quality(np.repeat([0, 1], N // 2)).accuracy == 1.0
        assert maps.setdefault(engine, atlas.xy.tobytes()) == atlas.xy.tobytes(), "from the cache, and not another's"
    assert len(set(maps.values())) == 3
    with pytest.raises(MissingDependencyError, match="engine='cuml' needs the package cuml"):
        atlas_of(columns(), embedding="vector", engine="cuml")
    with pytest.raises(InputError, match="engine must be one of"):
        atlas_of(columns(), embedding="vector", engine="tsne")


def test_the_device_is_the_one_that_computed(monkeypatch):
    assert atlas_of(columns(), embedding="vector", device="cpu").device == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="needs a GPU"):
        atlas_of(columns(), embedding="vector", device="cuda")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"features": "a"}, "features must be a list of columns"),
        ({"xy": ("a", "b"), "seed": "x"}, "seed must be a whole number"),
        ({"xy": ("a", "b"), "n_neighbors": 0}, "n_neighbors must be at least 1"),
        ({"embedding": scipy.sparse.csr_array(np.eye(60))}, "embedding must be a dense array"),
        ({"xy": ("a", "b"), "n_neighbors": 1.5}, "n_neighbors must be a whole number"),
        ({"xy": ("a", "b"), "sample": "few"}, "sample must be at least 1,000 rows"),
        ({"xy": ("a", "b"), "engine": "tsne"}, "engine must be one of"),
        ({"xy": ("a", "b"), "target_weight": 2.0}, r"target_weight must be in \[0, 1\]"),
        ({"embedding": "vector", "target": "lable"}, "target must name a column"),
        ({"embedding": "vector", "start": [["a", "b"]] * N}, "start must be numbers"),
        ({"embedding": "vector", "start": np.zeros((3, 2))}, r"start must have shape \(60, 2\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(options, words):
    with pytest.raises(InputError, match=words):
        atlas_of(columns(), **options)


def test_positions_may_be_named_in_a_list():
    assert atlas_of(columns(), xy=["a", "b"]).xy.tolist() == atlas_of(columns(), xy=("a", "b")).xy.tolist()


def test_an_earlier_map_may_be_a_frame_or_a_list():
    first = atlas_of(columns(), embedding="vector")
    for start in (pd.DataFrame(first.xy), first.xy.tolist()):
        assert atlas_of(columns(), embedding="vector", start=start).xy.shape == (N, 2)


def test_numbers_of_numpy_are_options_and_can_be_saved(tmp_path):
    numbers = {
        "n_neighbors": np.int64(5),
        "seed": np.int32(3),
        "sample": np.int64(2000),
        "target_weight": np.float32(0),
    }
    weights = {"text": np.float32(1), "features": np.int64(2)}
    atlas = atlas_of(columns(), text="text", features=["a"], weights=weights, **numbers)
    atlas.save(tmp_path / "atlas")
    back = Atlas.load(tmp_path / "atlas", columns())
    assert back.placement.options.n_neighbors == 5
    assert back.sources.weights == {"text": 1.0, "features": 2.0}


def test_an_atlas_that_is_mapped_from_a_folder_keeps_what_it_holds_when_another_is_saved_there(tmp_path, monkeypatch):
    monkeypatch.setattr(_atlas_files, "_MAPPED_BYTES", 0)
    vectors = np.stack(columns()["vector"])
    atlas_of(columns(), embedding=vectors).save(tmp_path / "atlas")
    first = Atlas.load(tmp_path / "atlas", columns())
    atlas_of(columns(), embedding=vectors + 1).save(tmp_path / "atlas")
    assert (first.vectors == vectors).all()
    assert (Atlas.load(tmp_path / "atlas", columns()).vectors == vectors + 1).all()
    first.save(tmp_path / "atlas")
    first.save(tmp_path / "atlas")
    assert (Atlas.load(tmp_path / "atlas", columns()).vectors == vectors).all()


FOLDERS = {
    "an array is gone": lambda folder: (folder / "vectors.npy").unlink(),
    "an array of other rows": lambda folder: np.save(folder / "xy.npy", np.zeros((3, 2))),
    "an array of another shape": lambda folder: np.save(folder / "indices.npy", np.zeros(N, dtype=np.int32)),
    "a fact is gone": lambda folder: rewrite(folder, lambda facts: facts.pop("recipe")),
    "an option of another time": lambda folder: rewrite(folder, lambda facts: facts["options"].update(shape="round")),
    "no facts": lambda folder: (folder / "atlas.json").write_text("[1]"),
}


def rewrite(folder, change):
    facts = json.loads((folder / "atlas.json").read_text())
    change(facts)
    (folder / "atlas.json").write_text(json.dumps(facts))


@pytest.mark.parametrize("damage", FOLDERS.values(), ids=FOLDERS)
def test_a_folder_that_is_not_whole_is_no_atlas(damage, tmp_path):
    atlas_of(columns(), embedding="vector").save(tmp_path / "atlas")
    damage(tmp_path / "atlas")
    with pytest.raises(InputError, match="must be the folder of an atlas. It cannot be read"):
        Atlas.load(tmp_path / "atlas", columns())


def test_an_atlas_from_a_machine_with_a_gpu_serves_on_one_without(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    atlas_of(columns(), embedding="vector").save(tmp_path / "atlas")

    def as_of_a_gpu(facts):
        facts["device"] = facts["options"]["device"] = "cuda"

    rewrite(tmp_path / "atlas", as_of_a_gpu)
    back = Atlas.load(tmp_path / "atlas", columns())
    assert back.device == "cpu"
    assert back.clusters_at(2, space="vectors").shape == (N,)
    more = columns() | {"id": [f"new {i}" for i in range(N)]}
    assert back.extend(more).neighbors.indices.shape == (N, 15)


def test_a_frame_that_shrank_to_one_row_has_no_neighbours(tmp_path):
    small = pd.DataFrame(columns()).head(1)
    atlas = atlas_of(columns(), embedding="vector").extend(small)
    assert atlas.neighbors.indices.shape == (1, 0)
    assert atlas.clusters.tolist() == [-1]
    atlas.save(tmp_path / "atlas")
    assert Atlas.load(tmp_path / "atlas", small).xy.shape == (1, 2)


def test_a_frame_without_the_key_column_is_refused_by_name():
    atlas = atlas_of(columns(), embedding="vector")
    frame = {name: values for name, values in columns().items() if name != "id"}
    with pytest.raises(ColumnNotFoundError, match="key must name a column of the frame. Got 'id'"):
        atlas.extend(frame)
