"""A journal of schema 1 is brought to the one of today, with a backup; one that cannot be is left as it was."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import zlib

import numpy as np
import pytest

from labelatlas.exceptions import JournalError
from labelatlas.journal import Journal, StreamKey
from python.journal.make import KEY, edits, gesture, said

OTHER = StreamKey("default", "other", "index", ())

# the tables of labelatlas 0.1's first journals, as SQLite kept them
TABLES = """
CREATE TABLE labelatlas_about (name VARCHAR(64) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));
CREATE TABLE labelatlas_streams (id INTEGER NOT NULL, identity VARCHAR(64) NOT NULL, dataset TEXT NOT NULL,
    label_column TEXT NOT NULL, key_recipe TEXT NOT NULL, content_columns TEXT NOT NULL, created VARCHAR(32) NOT NULL,
    PRIMARY KEY (id), UNIQUE (identity));
CREATE TABLE labelatlas_gestures (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL, author TEXT NOT NULL, action VARCHAR(16) NOT NULL, source VARCHAR(16) NOT NULL,
    how VARCHAR(32) NOT NULL, arm VARCHAR(16) NOT NULL, note TEXT NOT NULL, undoes INTEGER, n_rows INTEGER NOT NULL,
    edits BLOB NOT NULL, checksum BLOB NOT NULL, FOREIGN KEY(stream) REFERENCES labelatlas_streams (id));
CREATE INDEX labelatlas_gestures_by_stream ON labelatlas_gestures (stream, id);
INSERT INTO labelatlas_about VALUES ('schema', '1');
"""


def blob_1(e):
    """Return edits as schema 1 wrote them."""
    if e.keys.dtype == object:
        parts = [k.encode("utf-8", "surrogatepass") for k in e.keys]
        raw = np.array([len(p) for p in parts], dtype="<u4").tobytes() + b"".join(parts)
    else:
        raw = np.diff(e.keys.astype("<i8"), prepend=np.int64(0)).tobytes()
    columns = [zlib.compress(raw), e.fingerprints.astype("<u8").tobytes() if e.fingerprints.any() else b""]
    columns += [zlib.compress(codes.astype("<i4").tobytes()) for codes in (e.old, e.new)]
    head = {"n": len(e), "keys": "text" if e.keys.dtype == object else "int", "values": e.values}
    header = json.dumps(head | {"sizes": [len(c) for c in columns]}).encode()
    return b"".join([b"LAE1", struct.pack("<I", len(header)), header, *columns])


def write_1(path, gestures):
    """Write a journal of schema 1: (stream key, gesture) in order."""
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.executescript(TABLES)
        for i, key in enumerate((KEY, OTHER), 1):
            facts = (key.dataset, key.label_column, key.key_recipe, json.dumps(list(key.content_columns)))
            raw.execute("INSERT INTO labelatlas_streams VALUES (?, ?, ?, ?, ?, ?, 'then')", [i, key.identity, *facts])
        for key, g in gestures:
            words = [g.at, g.author, g.action, g.source, g.how, g.arm, g.note]
            text = json.dumps([*words, g.undoes]).encode()
            blob = blob_1(g.edits)
            sum_ = hashlib.blake2b(len(text).to_bytes(8, "little") + text + blob, digest_size=16).digest()
            row = [None, 1 if key == KEY else 2, *words, g.undoes, len(g.edits), blob, sum_]
            raw.execute("INSERT INTO labelatlas_gestures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    raw.close()


GESTURES = [
    (KEY, gesture(note="one", edits=edits(("ä", "", "b\ud800"), "x", "y"))),
    (OTHER, gesture(note="other", edits=edits((5, -7), 3, None))),
    (KEY, gesture(note="two")),
    (KEY, gesture(note="back", action="undo", undoes=3)),
    (OTHER, gesture(note="other back", action="undo", undoes=2, edits=edits(()))),
]


def test_a_journal_of_schema_1_is_brought_to_today_and_a_backup_is_kept(tmp_path):
    path = tmp_path / "j.sqlite"
    write_1(path, GESTURES)
    journal = Journal(path)
    assert journal.streams() == [KEY, OTHER]
    assert journal.verify() == []
    for key in (KEY, OTHER):
        was = [said(g) for k, g in GESTURES if k == key]
        held = list(journal.stream(key).gestures())
        assert [g.id for g in held] == list(range(1, len(was) + 1)), "each stream counts its own"
        assert [said(g)[:7] + said(g)[8:] for g in held] == [line[:7] + line[8:] for line in was]
    assert [g.undoes for g in journal.stream(KEY).gestures()] == [None, None, 2]
    assert [g.undoes for g in journal.stream(OTHER).gestures()] == [None, 1]
    assert journal.stream(KEY).append(gesture()) == 4
    backup = tmp_path / "j.sqlite.schema1"
    with sqlite3.connect(backup) as raw:
        assert raw.execute("SELECT value FROM labelatlas_about").fetchall() == [("1",)]
        assert raw.execute("SELECT count(*), max(id) FROM labelatlas_gestures").fetchall() == [(5, 5)]
    raw.close()
    # the backup is a journal too, and is migrated with a backup of its own when it is opened
    again = Journal(backup)
    assert again.stream(KEY).newest() == 3
    assert (tmp_path / "j.sqlite.schema1.schema1").exists()


def test_an_older_backup_is_kept(tmp_path):
    path = tmp_path / "j.sqlite"
    (tmp_path / "j.sqlite.schema1").write_text("of another time")
    write_1(path, GESTURES)
    Journal(path)
    assert (tmp_path / "j.sqlite.schema1").read_text() == "of another time"
    assert (tmp_path / "j.sqlite.schema1.2").stat().st_size > 0


def test_a_damaged_journal_of_schema_1_is_left_as_it_was(tmp_path):
    path = tmp_path / "j.sqlite"
    write_1(path, GESTURES)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE labelatlas_gestures SET note = 'other' WHERE id = 4")
    raw.close()
    with pytest.raises(JournalError, match="gesture 4 .* is damaged"):
        Journal(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT value FROM labelatlas_about").fetchall() == [("1",)]
        assert raw.execute("SELECT count(*) FROM labelatlas_gestures").fetchall() == [(5,)]
    raw.close()


def test_a_journal_of_today_that_says_schema_1_is_damaged(where):
    journal = Journal(where)
    journal.stream(KEY).append(gesture())
    with journal._database.writing("damage") as connection:
        connection.exec_driver_sql("UPDATE labelatlas_about SET value = '1'")
    with pytest.raises(JournalError, match="says schema 1 and has other tables"):
        Journal(where)
