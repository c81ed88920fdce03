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

from labelatlas import _cache, _cache_room
from labelatlas.cli import main
from labelatlas.exceptions import InputError


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


def test_an_interrupted_write_leaves_nothing_behind(folder, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _cache.store(_cache.digest(1), {"a": np.zeros(3)})
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


def test_what_was_not_used_for_longest_goes_when_the_cache_is_full(folder, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_GB", "0.0001")  # 100 kB
    keys = [_cache.digest(i) for i in range(5)]
    for i, key in enumerate(keys[:3]):
        _cache.store(key, {"a": np.zeros(4000)})  # 32 kB each
        os.utime(folder / f"{key}.npz", (i, i))
    assert _cache.load(keys[0]) is not None, "using it makes it the youngest"
    _cache.store(keys[3], {"a": np.zeros(4000)})
    assert [_cache.load(key) is not None for key in keys[:4]] == [True, False, False, True]
    _cache.store(keys[4], {"a": np.zeros(40_000)})
    assert _cache.load(keys[4]) is not None, "the one just written stays, however large"
    assert len(list(folder.iterdir())) == 1


def test_a_limit_that_is_no_number_is_refused(folder, monkeypatch):
    for wrong in ("much", "-1", "nan", "inf"):
        monkeypatch.setenv("LABELATLAS_CACHE_GB", wrong)
        with pytest.raises(InputError, match="number of gigabytes"):
            _cache_room.cache_limit()


def test_a_result_that_another_process_removes_is_no_error(folder, monkeypatch):
    _cache.store(_cache.digest(1), {"a": np.zeros(10)})
    whole = _cache_room._results

    def meanwhile(path):
        found = whole(path)
        for _, _, file in found:
            file.unlink()
        return found

    monkeypatch.setattr(_cache_room, "_results", meanwhile)
    assert _cache_room.make_room(folder, limit=0) == 0


def test_the_command_line_tells_and_clears(folder, capsys):
    assert main(["cache", "info"]) == 0
    assert "0 results, 0.0 MB" in capsys.readouterr().out
    _cache.store(_cache.digest(1), {"a": np.zeros(250_000)})
    (folder / ".left-over.part").write_bytes(b"x" * 10)
    (folder / "notes.txt").write_text("mine")
    main(["cache", "info"])
    told = capsys.readouterr().out
    assert str(folder) in told
    assert "2 results, 2.0 MB of at most 5,000 MB" in told
    assert main(["cache", "clear"]) == 0
    assert "removed 2 results, 2.0 MB" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_two_processes_may_store_and_read_the_same_key(folder):
    code = (
        "import numpy as np, sys\n"
        "from labelatlas import _cache\n"
        "for i in range(40):\n"
        "    key = _cache.digest(i % 4)\n"
        "    _cache.store(key, {'a': np.full(2000, i % 4)})\n"
        "    held = _cache.load(key)\n"
        "    assert held is None or (held['a'] == i % 4).all()\n"
    )
    env = {**os.environ, "LABELATLAS_CACHE_GB": "0.00005"}
    running = [subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, complaint = process.communicate()
        assert process.returncode == 0, complaint.decode()


def test_where_no_file_may_grow_an_atlas_is_made_uncached_and_saving_it_says_so(tmp_path):
    code = (
        "import logging, resource, numpy as np\n"
        "from labelatlas import Atlas\n"
        "from labelatlas.exceptions import InputError\n"
        "rows = np.random.default_rng(0).normal(size=(3000, 8)).astype(np.float32)\n"
        "few = {'id': np.arange(50)}\n"
        "Atlas.from_frame(few, key='id', embedding=rows[:50], progress=False).save('few')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "atlas = Atlas.from_frame({'id': np.arange(3000)}, key='id', embedding=rows, progress=False)\n"
        "print(atlas.xy.shape, len(set(atlas.clusters.tolist())) > 0)\n"
        "for folder in ('atlas', 'few'):\n"
        "    try:\n        atlas.save(folder)\n    except InputError as error:\n        print(error)\n"
        "print('still', Atlas.load('few', few).xy.shape)\n"
    )
    env = {**os.environ, "LABELATLAS_CACHE_DIR": str(tmp_path / "cache"), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "(3000, 2) True" in done.stdout
    assert "an atlas cannot be written to atlas" in done.stdout
    assert "Is there room?" in done.stdout
    assert "cache: cannot write to" in done.stderr
    assert "work goes on uncached" in done.stderr
    assert list((tmp_path / "cache").glob(".*.part")) == []
    assert not (tmp_path / "atlas" / "atlas.json").exists(), "half a folder is no atlas"
    assert "still (50, 2)" in done.stdout, "the atlas that it could not replace is whole"
