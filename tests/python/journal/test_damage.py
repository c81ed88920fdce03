"""Damaged journals: never a wrong gesture, always a named error or all of it; and what can be read is saved."""

from __future__ import annotations

import shutil
import sqlite3
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelatlas.exceptions import JournalError
from labelatlas.journal import Journal, StreamKey, salvage
from python.journal.make import KEY, edits, gesture, said

OTHER = StreamKey("default", "other", "index", ())
SMALL = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fill(path):
    """Make a journal of two streams, small and large gestures among each other."""
    chance = np.random.default_rng(0)
    journal = Journal(path)
    for i in range(24):
        n = [1, 3, 40, 900][i % 4]
        keys = tuple(chance.integers(0, 10**9, n).tolist()) if i % 3 else tuple(f"key {j} {i}" for j in range(n))
        undoes = i // 2 - 1 if i % 8 == 5 else None
        new = gesture(
            at=f"2026-01-01T00:00:{i:02}", note=f"note {i}", edits=edits(keys, "a", f"label {i}"), undoes=undoes
        )
        journal.stream(KEY if i % 2 else OTHER).append(new)
    journal.close()
    return path


@cache
def sound() -> tuple[bytes, dict[StreamKey, list[tuple]]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = fill(Path(folder) / "sound.sqlite")
        journal = Journal(path)
        assert journal.verify() == []
        held = {key: [said(g) for g in journal.stream(key).gestures()] for key in (KEY, OTHER)}
        journal.close()
        return path.read_bytes(), held


def attempt(act):
    """Return what a call gives and its error, of which one is None; any error but ours fails the test."""
    try:
        return act(), None
    except JournalError as error:
        return None, error


def put(path, content):
    """Write a file that has no write-ahead log beside it."""
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    path.write_bytes(content)


def look(path, content, tmp_path):
    """Read a damaged journal in every way; fail on anything but the truth or a named error."""
    put(path, content)
    read = set()
    journal, error = attempt(lambda: Journal(path))
    complete = error is None
    assert complete or path.name in str(error)
    for key, true in sound()[1].items() if complete else ():
        lines, error = attempt(lambda k=key: [said(g) for g in journal.stream(k).gestures()])
        assert lines == (true if error is None else None)
        if error is not None:
            assert path.name in str(error)
            assert journal.verify() != []
            read |= read_one_by_one(journal, key, true)
            complete = False
    if journal is not None:
        journal.close()
    if not complete:
        save(path, content, tmp_path, read)
    return complete


def read_one_by_one(journal, key, gestures):
    """Return the gestures that can be read by their numbers; none is another than it was."""
    read = set()
    for number, true in enumerate(gestures, 1):
        held, error = attempt(lambda n=number: journal.stream(key).gesture(n))
        if error is None:
            assert said(held) == true
            read.add((key, number))
    return read


def save(path, content, tmp_path, read):
    """Salvage a damaged journal; what comes out is true, is all that the database can read, and the rest is named."""
    truth = sound()[1]
    into = tmp_path / "saved.sqlite"
    into.unlink(missing_ok=True)
    put(path, content)
    result, error = attempt(lambda: salvage(path, into))
    if error is not None:
        assert path.name in str(error)
        assert not read, "what the database can still read is saved too"
        return
    assert path.read_bytes() == content, "the damaged file is only read"
    saved = Journal(into)
    assert saved.verify() == []
    count = 0
    for key in saved.streams():
        lines = [without_undoes(said(g)) for g in saved.stream(key).gestures()]
        count += len(lines)
        owners = [key] if key in truth else list(truth)
        assert any(is_part(of=map(without_undoes, truth[owner]), part=lines) for owner in owners)
    assert count == result.gestures >= len(read)
    for key, true in truth.items():
        if not any(problem.stream == key.identity for problem in result.problems):
            assert len(list(saved.stream(key).gestures())) == len(true), "what is lost is said to be lost"
    saved.close()


def without_undoes(line):
    """Return what a gesture says but for the number that it took back, which may be another one now."""
    return line[:7] + line[8:]


def is_part(*, of, part):
    """Tell whether a list is another one with some elements left out."""
    rest = iter(of)
    return all(any(item == other for other in rest) for item in part)


@SMALL
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=3))
def test_flipped_bits_are_named_or_harmless(tmp_path, flips):
    content = bytearray(sound()[0])
    for place, mask in flips:
        content[place % len(content)] ^= mask
    look(tmp_path / "damaged.sqlite", bytes(content), tmp_path)


@SMALL
@given(st.integers(1, 10**6))
def test_a_truncated_file_is_named(tmp_path, size):
    content = sound()[0]
    size = 1 + size % (len(content) - 1)
    assert not look(tmp_path / "damaged.sqlite", content[:size], tmp_path)


@SMALL
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=6000))
def test_an_overwritten_stretch_is_named_or_harmless(tmp_path, start, other):
    content = bytearray(sound()[0])
    start %= len(content)
    content[start : start + len(other)] = other[: len(content) - start]
    look(tmp_path / "damaged.sqlite", bytes(content), tmp_path)


@pytest.mark.long
def test_bytes_all_over_the_file_may_be_flipped(tmp_path):
    content = sound()[0]
    chance = np.random.default_rng(0)
    for place in [*range(0, 4096, 3), *range(4096, len(content), 101)]:
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(chance.integers(8))
        look(tmp_path / "damaged.sqlite", bytes(damaged), tmp_path)


def test_one_flipped_bit_in_the_rows_of_a_gesture_costs_that_gesture_alone(tmp_path):
    path = fill(tmp_path / "j.sqlite")
    with sqlite3.connect(path) as raw:
        ((blob,),) = raw.execute(
            "SELECT edits FROM labelatlas_gestures WHERE number = 8 AND stream = ?", [KEY.identity]
        )
    raw.close()
    content = bytearray(path.read_bytes())
    content[bytes(content).index(blob[:40]) + 20] ^= 4
    path.write_bytes(content)
    journal = Journal(path)
    problems = journal.verify()
    assert [(p.kind, p.stream, p.gesture) for p in problems] == [("gesture", KEY.identity, 8)]
    with pytest.raises(JournalError, match=r"gesture 8 of journal .*j\.sqlite is damaged.*salvage"):
        list(journal.stream(KEY).gestures())
    journal.close()
    result = salvage(path, tmp_path / "saved.sqlite")
    assert result.gestures == 23
    assert [(p.kind, p.gesture) for p in result.problems] == [("missing", 8)]
    saved = [said(g) for g in Journal(tmp_path / "saved.sqlite").stream(KEY).gestures()]
    truth = sound()[1][KEY]
    assert [line[6] for line in saved] == [line[6] for i, line in enumerate(truth, 1) if i != 8]
    undos = {line[6]: line[7] for line in saved if line[7] is not None}
    renumbered = {i: i if i < 8 else i - 1 for i in range(1, 13) if i != 8}
    assert undos == {line[6]: renumbered[line[7]] for line in truth if line[7] is not None}


def test_a_gesture_that_was_taken_out_is_missed(tmp_path):
    path = fill(tmp_path / "j.sqlite")
    for number, what in ((5, "gesture 5 .* is missing"), (12, "damaged: its list of streams says 12 gestures")):
        copy = tmp_path / f"without_{number}.sqlite"
        shutil.copy(path, copy)
        with sqlite3.connect(copy) as raw:
            raw.execute("DELETE FROM labelatlas_gestures WHERE number = ? AND stream = ?", [number, KEY.identity])
        raw.close()
        journal = Journal(copy)
        with pytest.raises(JournalError, match=what):
            list(journal.stream(KEY).gestures())
        assert [(p.kind, p.gesture) for p in journal.verify()] == [("missing", number)]


CHANGES = {
    name: f"{name} = 'other' WHERE number = 7" for name in ("at", "author", "action", "source", "how", "arm", "note")
}
CHANGES |= {
    "undoes": "undoes = 2 WHERE number = 7",
    "number": "number = 99 WHERE number = 12",
    "stream": f"stream = '{OTHER.identity}', number = 13 WHERE number = 12",
    "n_rows": "n_rows = 8 WHERE number = 7",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_gesture_that_was_changed_is_named(tmp_path, change):
    path = fill(tmp_path / "j.sqlite")
    with sqlite3.connect(path) as raw:
        raw.execute(f"UPDATE labelatlas_gestures SET {change} AND stream = '{KEY.identity}'")  # noqa: S608
    raw.close()
    journal = Journal(path)
    with pytest.raises(JournalError, match="damaged"):
        [list(journal.stream(key).gestures()) for key in (KEY, OTHER)]
    assert journal.verify() != []


def test_gestures_in_the_write_ahead_log_are_saved_too(tmp_path):
    path = tmp_path / "j.sqlite"
    journal = Journal(path)
    stream = journal.stream(KEY)
    truth = [gesture(note=str(i)) for i in range(20)]
    stream.append_all(truth)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(path, copy)
    shutil.copy(f"{path}-wal", f"{copy}-wal")
    result = salvage(copy, tmp_path / "saved.sqlite")
    assert (result.gestures, result.streams, result.problems) == (20, (KEY,), ())
    assert [said(g) for g in Journal(tmp_path / "saved.sqlite").stream(KEY).gestures()] == [said(g) for g in truth]


def test_salvage_refuses_to_write_over_a_file_and_to_read_what_is_no_journal(tmp_path):
    path = fill(tmp_path / "j.sqlite")
    with pytest.raises(JournalError, match="must be a new file"):
        salvage(path, path)
    with pytest.raises(JournalError, match="cannot be read"):
        salvage(tmp_path / "nowhere.sqlite", tmp_path / "saved.sqlite")
    (tmp_path / "notes.txt").write_text("nothing of it" * 1000)
    with pytest.raises(JournalError, match="no gesture can be read"):
        salvage(tmp_path / "notes.txt", tmp_path / "saved.sqlite")
    assert not (tmp_path / "saved.sqlite").exists()


def test_a_stream_that_fell_off_the_list_is_no_empty_stream(where):
    journal = Journal(where)
    journal.stream(KEY).append(gesture())
    with journal._database.writing("write to") as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DELETE FROM labelatlas_streams")
        else:
            connection.exec_driver_sql(
                "ALTER TABLE labelatlas_gestures DROP CONSTRAINT labelatlas_gestures_stream_fkey"
            )
            connection.exec_driver_sql("DELETE FROM labelatlas_streams")
    with pytest.raises(JournalError, match="list of streams has lost one"):
        journal.stream(KEY)
    assert [p.kind for p in journal.verify()] == ["stream"]
