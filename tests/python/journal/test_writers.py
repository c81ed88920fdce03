"""Several processes on one journal, and processes that are killed: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from labelatlas.exceptions import JournalError
from labelatlas.journal import Journal
from python.journal.make import KEY, gesture, naive_fold, said

WRITER = Path(__file__).with_name("writer.py")


class Writer:
    """A process of writer.py."""

    def __init__(self, where, name, count):
        self.name = name
        command = [sys.executable, str(WRITER), str(where), name, str(count)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def go(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def acknowledged(self, count=None):
        """Return (number, place) of the next `count` gestures that were acknowledged; None = of all until it ends."""
        if count is not None:
            lines = [self.process.stdout.readline() for _ in range(count)]
        else:
            # not communicate(): it reads past what readline has buffered, and those lines would be lost
            lines = self.process.stdout.read().splitlines(keepends=True)
            self.process.wait()
            self.process.stdout.close()
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        return [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]


def append_at_once(where, count):
    """Let two processes append, and read all the while; return what was acknowledged and what was read."""
    writers = [Writer(where, name, count) for name in ("ada", "bob")]
    seen, done = [], threading.Event()

    def read():
        stream = Journal(where).stream(KEY)
        while len(seen) < 2 * count and not done.is_set():
            seen.extend(stream.gestures(after=seen[-1].id if seen else 0))

    reader = threading.Thread(target=read)
    reader.start()
    for writer in writers:
        writer.go()
    acknowledged = {}
    threads = [
        threading.Thread(target=lambda w=writer: acknowledged.update({w.name: w.acknowledged()})) for writer in writers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if any(writer.process.returncode for writer in writers):
        done.set()
    reader.join()
    return acknowledged, seen


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_two_processes_append_at_once_and_nothing_is_lost(where, count):
    acknowledged, seen = append_at_once(where, count)
    numbers = sorted(number for pairs in acknowledged.values() for number, _ in pairs)
    assert numbers == list(range(1, 2 * count + 1)), "one order of all gestures, without a gap"
    held = list(Journal(where).stream(KEY).gestures())
    for name, pairs in acknowledged.items():
        assert [place for _, place in pairs] == list(range(count))
        assert [(g.id, int(g.note)) for g in held if g.author == name] == pairs
        assert all(len(g.edits) == 1 + int(g.note) % 50 for g in held)
    # who read while they were writing saw every gesture, once, in that order
    assert [g.id for g in seen] == numbers
    assert naive_fold(seen) == naive_fold(held)
    assert Journal(where).verify() == []


def test_a_later_gesture_cannot_become_visible_before_an_earlier_one(where):
    slow, quick = Journal(where), Journal(where, busy_seconds=0.2)
    first = slow.stream(KEY)
    second = quick.stream(KEY)
    with slow._database.writing("write to") as connection:
        assert first._raise_newest(connection, 1) == 1, "gesture 1 has its number and is not committed"
        with pytest.raises(JournalError, match="another process holds it"):
            second.append(gesture())
        assert list(second.gestures()) == []
        connection.rollback()
    assert second.append(gesture()) == 1, "a number that was not committed was never used"
    assert first.append(gesture()) == 2


def test_an_append_waits_for_its_turn(where):
    slow, patient = Journal(where), Journal(where, busy_seconds=60.0)
    first, second = slow.stream(KEY), patient.stream(KEY)
    numbers = []
    with slow._database.writing("write to") as connection:
        first._raise_newest(connection, 0)
        thread = threading.Thread(target=lambda: numbers.append(second.append(gesture())))
        thread.start()
        thread.join(0.3)
        assert numbers == []
    thread.join()
    assert numbers == [1]


def test_many_processes_may_make_the_journal_and_the_stream_at_once(where):
    writers = [Writer(where, f"w{i}", 2) for i in range(4)]
    for writer in writers:
        writer.go()
    numbers = [number for writer in writers for number, _ in writer.acknowledged()]
    assert sorted(numbers) == list(range(1, 9))
    assert Journal(where).streams() == [KEY]


def kill_and_look(path, after):
    """Kill a writer after some acknowledged gestures; return how many more than those are there."""
    writer = Writer(path, "loop", 10**6)
    writer.go()
    seen = writer.acknowledged(after)
    os.kill(writer.process.pid, signal.SIGKILL)
    seen += writer.acknowledged()
    journal = Journal(path)
    held = {g.id: g for g in journal.stream(KEY).gestures()}
    for number, place in seen:
        assert held[number].note == str(place)
        assert len(held[number].edits) == 1 + place % 50
    assert journal.verify() == []
    return len(held) - len(seen)


@pytest.mark.parametrize("after", range(3, 33, 3))
def test_every_acknowledged_gesture_outlives_kill_9_whole(where, after):
    assert kill_and_look(where, after) in {0, 1}, "at most the gesture in flight is more than was acknowledged"


@pytest.mark.long
def test_every_acknowledged_gesture_outlives_200_kills_at_random_moments(tmp_path):
    chance = np.random.default_rng(0)
    for kill in range(200):
        # the moment within a gesture is the scheduler's choice; that among gestures is ours
        assert kill_and_look(tmp_path / f"{kill}.sqlite", int(chance.integers(1, 60))) in {0, 1}


@pytest.mark.long
def test_one_journal_outlives_200_kills(where):
    chance = np.random.default_rng(1)
    acknowledged = 0
    for _ in range(200):
        writer = Writer(where, "loop", 10**6)
        writer.go()
        seen = writer.acknowledged(int(chance.integers(1, 6)))
        os.kill(writer.process.pid, signal.SIGKILL)
        seen += writer.acknowledged()
        acknowledged += len(seen)
        newest = Journal(where).stream(KEY).newest()
        assert seen[-1][0] <= newest <= seen[-1][0] + 1
    journal = Journal(where)
    held = list(journal.stream(KEY).gestures())
    assert acknowledged <= len(held) <= acknowledged + 200
    assert journal.verify() == []


def test_what_one_process_wrote_another_reads_as_it_was(where):
    was = gesture(author="ünï", note='ü "<b>', how="queue", arm="shown", source="head")
    assert Journal(where).stream(KEY).append(was) == 1
    assert [said(g) for g in Journal(where).stream(KEY).gestures()] == [said(was)]
