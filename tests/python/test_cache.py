"""The cache on disk: what is found again, and what it must not harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from labelatlas import _cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_was_stored_is_loaded(folder):
    key = _cache.digest("test")
    kept = {"xy": np.arange(6, dtype=np.float32).reshape(3, 2), "names": np.array(["a", "ß"]), "none": np.zeros((0, 2))}
    assert _cache.store(key, kept)
    loaded = _cache.load(key)
    assert loaded.keys() == kept.keys()
    for name, array in kept.items():
        assert loaded[name].dtype == array.dtype
        assert (loaded[name] == array).all()
        assert loaded[name].shape == array.shape
    assert [path.name for path in folder.iterdir()] == [f"{key}.npz"]


def test_an_unknown_key_and_a_missing_folder_are_misses(folder):
    assert _cache.load(_cache.digest("never")) is None
    assert not folder.exists()


def test_storing_again_replaces(folder):
    key = _cache.digest("test")
    _cache.store(key, {"a": np.zeros(3)})
    _cache.store(key, {"b": np.ones(2)})
    assert list(_cache.load(key)) == ["b"]


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "objects"])
def test_a_damaged_file_is_a_miss_is_removed_and_logged(folder, caplog, damage):
    key = _cache.digest("test")
    _cache.store(key, {"xy": np.random.default_rng(0).normal(size=(50, 2))})
    path = folder / f"{key}.npz"
    content = bytearray(path.read_bytes())
    if damage == "empty":
        content = bytearray()
    elif damage == "text":
        content = bytearray(b"not an archive")
    elif damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    if damage == "objects":
        with path.open("wb") as file:
            np.savez(file, xy=np.array([{}], dtype=object))
    assert _cache.load(key) is None
    assert not path.exists()
    assert "damaged" in caplog.text


def test_a_folder_that_cannot_be_made_costs_a_warning_only(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path / "file" / "cache"))
    key = _cache.digest("test")
    assert not _cache.store(key, {"a": np.zeros(2)})
    assert "uncached" in caplog.text
    assert _cache.load(key) is None


def test_a_full_disk_costs_a_warning_and_leaves_nothing_behind(folder, monkeypatch, caplog):
    def full(file, **fields):
        file.write(b"a part")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert not _cache.store(_cache.digest("test"), {"a": np.zeros(2)})
    assert "No space left" in caplog.text
    assert list(folder.iterdir()) == []


def test_objects_are_refused(folder):
    with pytest.raises(TypeError, match="must not hold objects"):
        _cache.store(_cache.digest("test"), {"a": np.array([None])})
    assert not folder.exists()


@pytest.mark.parametrize("key", ["", "../evil", "A" * 32, "0" * 31])
def test_a_key_that_is_no_digest_is_refused(key):
    for act in (_cache.load, lambda key: _cache.store(key, {})):
        with pytest.raises(ValueError, match="32 hexadecimal digits"):
            act(key)


def test_the_environment_names_the_folder(monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", "~/there")
    assert _cache.cache_dir() == Path.home() / "there"
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", "")
    assert _cache.cache_dir().name == "labelatlas"
    assert _cache.cache_dir().is_absolute()


def test_things_that_look_alike_have_different_digests():
    things = [
        1, 1.0, True, "1", b"1", None, "None", (), ((),), ("1",), {"1": 1}, {1: "1"}, 0, False, -0.0, 0.0, "",
        np.int8(2), np.array(1), np.array([1]), np.array([[1]]), np.array([1.0]), np.array([1], np.int32),
        np.array(["1"]), np.zeros((0, 2)), np.zeros((2, 0)), np.zeros(0), ("ab", "c"), ("a", "bc"), ("abc",),
    ]  # fmt: skip
    assert len({_cache.digest(thing) for thing in things}) == len(things)
    assert _cache.digest("ab", "c") != _cache.digest("a", "bc")


def test_equal_content_has_one_digest():
    base = np.arange(24.0).reshape(4, 6)
    assert _cache.digest(base) == _cache.digest(np.asfortranarray(base))
    assert _cache.digest(base[::2, ::3]) == _cache.digest(base[::2, ::3].copy())
    assert _cache.digest({"a": 1, "b": 2}) == _cache.digest({"b": 2, "a": 1})
    assert _cache.digest(np.int64(3)) == _cache.digest(3)


@given(arrays(np.int16, array_shapes(max_dims=3), elements=st.integers(0, 3)), st.data())
def test_changing_one_value_changes_the_digest(array, data):
    other = array.copy()
    other.flat[data.draw(st.integers(0, array.size - 1))] += 1
    assert _cache.digest(array) != _cache.digest(other)
    assert _cache.digest(array) == _cache.digest(array.copy())


def test_what_has_no_defined_content_is_refused():
    for thing in (object(), np.array([None]), {1, 2}):
        with pytest.raises(TypeError):
            _cache.digest(thing)


def test_a_digest_is_the_same_in_another_process():
    code = "from labelatlas._cache import digest; print(digest('layout', 1, {'a': 2.5, 'b': None}))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert outputs == {_cache.digest("layout", 1, {"a": 2.5, "b": None})}
