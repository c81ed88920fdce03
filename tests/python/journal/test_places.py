"""Places that cannot be written, servers that cannot be reached: one clear error each, and nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import os
import subprocess

import pytest

from labelatlas.exceptions import JournalError
from labelatlas.journal import Journal
from python.journal.make import KEY, edits, gesture
from python.journal.postgres import PASSWORD

LARGE = edits(tuple(range(0, 10**9, 4001)), "a", "b")


class Quota:
    """A file that SQLite itself lets grow no further, or does not let change: its own limits, its own errors."""

    def __init__(self, folder):
        self.folder = folder

    def close(self):
        pass

    def fill(self, journal):
        with journal._database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def free(self, journal):
        with journal._database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    def protect(self, journal):
        with journal._database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")

    def open_up(self, journal):
        with journal._database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = OFF")


class SmallDisk:
    """A file system of its own, one megabyte large."""

    def __init__(self, folder):
        self.folder = folder / "disk"
        self.folder.mkdir()
        self._call("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs")

    def close(self):
        self._call("umount", "-l")

    def fill(self, _journal):
        with (self.folder / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"\0" * 4096):
                pass

    def free(self, _journal):
        (self.folder / "ballast").unlink()

    def protect(self, journal):
        journal.close()  # a file that is open for writing keeps its file system writable
        self._call("mount", "-o", "remount,ro")

    def open_up(self, _journal):
        self._call("mount", "-o", "remount,rw")

    def _call(self, *words):
        subprocess.run([*words, str(self.folder)], check=True, capture_output=True)


def may_mount(folder):
    """Tell whether this process may make file systems: root can, but for root of most containers."""
    if os.geteuid() != 0:
        return False
    try:
        SmallDisk(folder).close()
    except (subprocess.CalledProcessError, OSError):
        return False
    (folder / "disk").rmdir()
    return True


@pytest.fixture
def disks(tmp_path):
    """Every kind of small disk that this machine can have: SQLite's own limit always, a file system where we may mount."""
    made = [SmallDisk(tmp_path)] if may_mount(tmp_path) else []
    made.append(Quota(tmp_path))
    yield made
    for disk in made:
        disk.close()


def test_a_full_disk_loses_nothing_and_recovers_when_there_is_room(disks):
    for disk in disks:
        journal = Journal(disk.folder / "j.sqlite")
        stream = journal.stream(KEY)
        for i in range(5):
            stream.append(gesture(note=str(i)))
        disk.fill(journal)
        with pytest.raises(JournalError, match="no space left.*Make room"):
            stream.append(gesture(note="too much", edits=LARGE))
        assert [g.note for g in stream.gestures()] == list("01234")
        disk.free(journal)
        if isinstance(disk, Quota):
            assert stream.append(gesture(note="large", edits=LARGE)) == 6
        else:
            assert stream.append(gesture(note="small again")) == 6
        journal.close()
        again = Journal(disk.folder / "j.sqlite")
        assert [g.id for g in again.stream(KEY).gestures()] == [1, 2, 3, 4, 5, 6]
        assert again.verify() == []
        again.close()


def test_a_place_that_becomes_read_only_loses_nothing_and_recovers(disks):
    for disk in disks:
        journal = Journal(disk.folder / "j.sqlite")
        stream = journal.stream(KEY)
        stream.append(gesture(note="before"))
        disk.protect(journal)
        with pytest.raises(JournalError, match="the place is not writable"):
            stream.append(gesture(note="while"))
        disk.open_up(journal)
        assert stream.append(gesture(note="after")) == 2
        assert [g.note for g in stream.gestures()] == ["before", "after"]
        assert journal.verify() == []
        journal.close()


# ---- servers ---------------------------------------------------------------------------------------------------------
def test_a_wrong_password_is_named_and_never_shown(postgres):
    with pytest.raises(JournalError, match="refuses this user or password.*PGPASSWORD") as caught:
        Journal(postgres.url(password="wr0ng-w0rd"))  # noqa: S106
    shown = "".join(map(str, (caught.value, caught.value.__cause__, caught.value.__context__)))
    assert "wr0ng-w0rd" not in shown


def test_a_password_is_never_shown_wherever_it_stands(postgres):
    for url in (postgres.url(), postgres.url().replace(f":{PASSWORD}@", "@") + f"&password={PASSWORD}"):
        journal = Journal(url)
        assert PASSWORD not in str(journal)
        assert PASSWORD not in journal.stream(KEY).journal
        assert "postgresql" in str(journal)


def test_a_missing_database_is_named(postgres):
    with pytest.raises(JournalError, match="no such database.*createdb"):
        Journal(postgres.url("nosuch"))


def test_a_server_that_is_not_there_is_named(tmp_path):
    with pytest.raises(JournalError, match="does not answer.*Check host and port"):
        Journal(f"postgresql://ada@/x?host={tmp_path}")


@pytest.mark.parametrize("url", ["nosuch://somewhere/x", "postgresql+nosuch://somewhere/x"])
def test_an_unknown_kind_of_database_is_named(url):
    with pytest.raises(JournalError, match=f"Got '{url.split(':', maxsplit=1)[0]}'".replace("+", r"\+")):
        Journal(url)


def test_a_url_that_cannot_be_read_does_not_show_its_password():
    with pytest.raises(JournalError, match="postgresql URL that cannot be read") as caught:
        Journal("postgresql://ada:s3cret@host:port/x")
    assert "s3cret" not in str(caught.value)


def test_a_user_who_may_only_read_is_told_so(postgres):
    url = postgres.make_database()
    journal = Journal(url)
    journal.stream(KEY).append(gesture())
    postgres.execute("DROP ROLE IF EXISTS reader")
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 'r3ader'")
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", url)
    reader = Journal(url.replace(f"ada:{PASSWORD}", "reader:r3ader")).stream(KEY)
    assert len(list(reader.gestures())) == 1
    with pytest.raises(JournalError, match="not writable"):
        reader.append(gesture())
    postgres.execute("DROP OWNED BY reader", url)


def test_a_connection_that_was_cut_is_made_again(postgres):
    url = postgres.make_database()
    stream = Journal(url).stream(KEY)
    stream.append(gesture())
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()",
        url,
    )
    assert stream.append(gesture()) == 2


def test_other_tables_of_a_teams_database_are_left_alone(postgres):
    url = postgres.make_database()
    postgres.execute("CREATE TABLE orders (id INTEGER)", url)
    Journal(url).stream(KEY).append(gesture())
    assert postgres.execute("SELECT count(*) FROM orders", url) == [(0,)]


def test_a_commit_is_on_disk_even_where_the_server_would_not_wait(postgres):
    url = postgres.make_database()
    name = url.split("@/")[1].split("?")[0]
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    journal = Journal(url)
    with journal._database.reading("read") as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


# ---- words that not every database can hold --------------------------------------------------------------------------
@pytest.mark.parametrize("word", ["a\0b", "\ud800", 3])
def test_a_word_that_cannot_be_stored_is_refused_by_every_database(where, word):
    stream = Journal(where).stream(KEY)
    with pytest.raises(JournalError, match="note must be text"):
        stream.append(gesture(note=word))
    assert stream.newest() == 0


def test_a_file_name_with_signs_of_a_url_is_a_file_name(tmp_path):
    path = tmp_path / "what? #1 100%.sqlite"
    Journal(path).stream(KEY).append(gesture())
    assert path.is_file()
    assert Journal(str(path)).stream(KEY).newest() == 1
