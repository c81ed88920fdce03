"""The journal: durable, checked, and clear about what is wrong."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.exceptions import JournalError
from labelatlas.journal import Edits, Journal, StreamKey
from python.journal.make import KEY, gesture

LABELS = st.one_of(st.none(), st.text(max_size=8), st.integers(-(2**53), 2**53), st.booleans())


@given(
    st.one_of(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.lists(st.text(max_size=8), max_size=20)),
    st.lists(LABELS, min_size=1, max_size=4),
    st.data(),
)
def test_edits_survive_the_blob(keys, values, data):
    n = len(keys)
    array = np.array(keys, dtype=object if n and isinstance(keys[0], str) else np.int64)
    places = st.lists(st.integers(0, len(values) - 1), min_size=n, max_size=n)
    old, new = (np.array(data.draw(places), dtype=np.int32) for _ in range(2))
    prints = np.array(data.draw(st.lists(st.integers(0, 2**64 - 1), min_size=n, max_size=n)), dtype=np.uint64)
    back = Edits.from_bytes(Edits(array, prints, tuple(values), old, new).to_bytes())
    assert back.keys.tolist() == array.tolist()
    assert back.fingerprints.tolist() == prints.tolist()
    assert [(type(v), v) for v in back.values] == [(type(v), v) for v in values]
    assert back.old.tolist() == old.tolist()
    assert back.new.tolist() == new.tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_never_read_as_something_else(place, mask):
    journal = Journal(None)
    stream = journal.stream(KEY)
    number = stream.append(gesture())
    with journal._database.engine.begin() as connection:
        raw = connection.connection.driver_connection
        (blob,) = raw.execute("SELECT edits FROM labelatlas_gestures").fetchone()
        damaged = bytearray(blob)
        damaged[place % len(blob)] ^= mask
        raw.execute("UPDATE labelatlas_gestures SET edits = ?", (bytes(damaged),))
    with pytest.raises(JournalError, match=r"damaged|cannot be read"):
        stream.gesture(number)


def test_gestures_come_back_in_order_with_all_they_say(tmp_path):
    stream = Journal(tmp_path / "j.sqlite").stream(KEY)
    said = [gesture(author=f"author {i}", note='ü "<b>', how="queue", arm="shown", source="head") for i in range(3)]
    numbers = [stream.append(g) for g in said]
    assert numbers == sorted(set(numbers))
    again = list(Journal(tmp_path / "j.sqlite").stream(KEY).gestures())
    assert [g.id for g in again] == numbers
    for was, now_ in zip(said, again, strict=True):
        for name in ("at", "author", "action", "source", "how", "arm", "note", "undoes"):
            assert getattr(was, name) == getattr(now_, name)
    assert [g.id for g in stream.gestures(after=numbers[0], before=numbers[2])] == [numbers[1]]
    assert stream.gesture(999) is None


def test_streams_do_not_mix(tmp_path):
    journal = Journal(tmp_path / "j.sqlite")
    other = StreamKey("default", "other label", "column:id", ("text",))
    journal.stream(KEY).append(gesture())
    assert list(journal.stream(other).gestures()) == []
    assert len(list(journal.stream(KEY).gestures())) == 1


def test_a_file_that_is_no_journal_is_named(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("this is not a database, and it is long enough to be read as a header" * 20)
    with pytest.raises(JournalError, match=r"notes\.txt.*no journal"):
        Journal(text)
    assert text.read_text().startswith("this is not")


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER)")
    with pytest.raises(JournalError, match="its tables are orders"):
        Journal(path)
    with sqlite3.connect(path) as shop:
        assert [row[0] for row in shop.execute("SELECT name FROM sqlite_master")] == ["orders"]


def test_a_newer_journal_is_refused(tmp_path):
    Journal(tmp_path / "j.sqlite").close()
    with sqlite3.connect(tmp_path / "j.sqlite") as raw:
        raw.execute("UPDATE labelatlas_about SET value = '99'")
    with pytest.raises(JournalError, match="schema 99.*Upgrade"):
        Journal(tmp_path / "j.sqlite")


def test_a_folder_or_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(JournalError, match="is a folder"):
        Journal(tmp_path)
    with pytest.raises(JournalError, match="a folder that does not exist"):
        Journal(tmp_path / "nowhere" / "j.sqlite")


def test_an_unknown_database_is_refused():
    with pytest.raises(JournalError, match="Got 'nosuch'"):
        Journal("nosuch://somewhere/x")


def test_a_read_only_folder_is_said_to_be_one(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.geteuid() == 0:  # root may write into any folder but a kernel's own
        closed = Path("/proc")
    with pytest.raises(JournalError, match="the place is not writable.*journal=None"):
        Journal(closed / "j.sqlite")


def test_a_journal_locked_by_another_process_is_said_to_be_locked(tmp_path):
    path = tmp_path / "j.sqlite"
    stream = Journal(path, busy_seconds=0.1).stream(KEY)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="another process holds it"):
        stream.append(gesture())
    holder.execute("ROLLBACK")
    holder.close()
    assert stream.append(gesture()) > 0
    assert len(list(stream.gestures())) == 1


def test_memory_can_be_used_from_every_thread():
    journal = Journal(None)
    stream = journal.stream(KEY)
    threads = [threading.Thread(target=stream.append, args=(gesture(note=str(i)),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(g.note for g in stream.gestures()) == [str(i) for i in range(8)]
    assert not journal.is_durable
    assert str(journal) == stream.journal == "memory only"
