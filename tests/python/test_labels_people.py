"""Several people on one journal: words, adjudication, notices, and seeing each other soon."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import numpy as np
import pytest

from labelatlas._watch import Watcher
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.journal import Journal, code_of
from labels_kit import frame_of, held, labels_of

ROWS = [np.array([i]) for i in range(6)]


def pair(path=None):
    journal = Journal(path)
    return [labels_of(frame_of(), journal=journal, author=name) for name in ("ada", "bob")]


def said(labels, author):
    return [labels.values[c] if c >= 0 else {-1: None, -2: "..."}[c] for c in labels.people.by_author(author)]


def test_an_authors_words_are_their_last_on_each_row_without_what_they_took_back():
    ada, bob = pair()
    ada.assign(np.array([0, 1, 2]), "new")
    bob.assign(ROWS[1], "dog")
    bob.undo(1)
    ada.assign(ROWS[3], None)
    ada.assign(ROWS[4], "cow")
    ada.undo()
    assert said(ada, "ada") == ["new", "new", "new", None, "...", "..."]
    ada.refresh()
    assert said(ada, "bob") == ["...", "dog", "...", "...", "...", "..."]
    assert ada.people.authors() == ("ada", "bob")
    with pytest.raises(InputError, match="no gesture is by 'eve'.*'ada', 'bob'"):
        ada.people.by_author("eve")


def test_a_label_that_was_renamed_or_merged_is_so_in_everybodys_words():
    ada, bob = pair()
    ada.assign(np.array([0, 1]), "new")
    bob.assign(np.array([0, 1]), "other")
    assert ada.refresh() == 1
    assert ada.people.disagreements().tolist() == [0, 1]
    ada.merge(["new"], "other")
    assert ada.people.disagreements().tolist() == []
    ada.undo()
    assert ada.people.disagreements().tolist() == [0, 1]


def test_the_adjudication_list_is_where_authors_differ():
    ada, bob = pair()
    ada.assign(np.array([0, 2, 4]), "dog")
    bob.assign(np.array([0, 1]), "cow")
    ada.refresh()
    assert ada.people.disagreements().tolist() == [0]
    agreement = ada.people.agreement()
    assert agreement.columns()["rows"].tolist() == [1]
    assert ada.people.confirm(ROWS[0]).rows.tolist() == [0]
    assert said(ada, "ada")[0] == "cow", "who differed agrees now with what stands"
    assert ada.people.disagreements().tolist() == []
    ada.undo()
    assert (said(ada, "ada")[0], ada.people.disagreements().tolist()) == ("dog", [0])
    assert ada.people.disagreements(["bob"]).tolist() == []


def test_a_third_person_closes_a_case_by_confirming_and_a_new_word_opens_it():
    journal = Journal(None)
    ada, bob, cy = (labels_of(frame_of(), journal=journal, author=name) for name in ("ada", "bob", "cy"))
    ada.assign(ROWS[0], "dog")
    bob.assign(ROWS[0], "cow")
    cy.refresh()
    cy.people.confirm(cy.people.disagreements())
    assert cy.people.disagreements().tolist() == []
    assert cy.people.confirm(np.empty(0, dtype=np.int64)).gesture is None
    ada.assign(ROWS[0], "dog")
    cy.refresh()
    assert cy.people.disagreements().tolist() == [0]
    assert [n.author for n in cy.people.notices()] == ["ada"]
    assert held(labels_of(frame_of(), journal=journal)) == held(cy)


def test_words_that_anybody_rolled_back_open_no_case():
    ada, bob = pair()
    ada.assign(np.array([0, 1]), "dog")
    theirs = bob.assign(np.array([0, 1]), "cow")
    ada.refresh()
    assert ada.people.disagreements().tolist() == [0]
    ada.undo(theirs.gesture)
    assert ada.people.disagreements().tolist() == []
    assert said(ada, "bob")[0] == "cow", "they said it all the same"
    ada.redo()
    assert ada.people.disagreements().tolist() == [0]
    ada.at(theirs.gesture - 1).restore()
    assert ada.people.disagreements().tolist() == []
    ada.undo()
    assert ada.people.disagreements().tolist() == [0]


def test_one_author_alone_has_nobody_to_agree_with():
    ada, _ = pair()
    ada.assign(ROWS[0], "dog")
    with pytest.raises(NotApplicable, match="needs two authors. There are 1"):
        ada.people.agreement()


def test_who_is_overwritten_is_told_once_and_the_last_gesture_wins():
    ada, bob = pair()
    ada.assign(np.array([0, 1]), "new")
    bob.assign(np.array([1, 2]), "cow")
    assert held(bob)[:3] == ["new", "cow", "cow"]
    ada.refresh()
    [notice] = ada.people.notices()
    assert (notice.author, notice.rows.tolist(), notice.labels, notice.action) == ("bob", [1], ("cow",), "relabel")
    bob.assign(ROWS[1], "dog")
    ada.refresh()
    assert len(ada.people.notices()) == 1, "row 1 was bob's already"
    assert bob.people.notices() == ()
    bob.undo(1)
    ada.refresh()
    assert ada.people.notices()[-1].rows.tolist() == [0]


def test_who_comes_back_is_told_what_was_overwritten_meanwhile():
    journal = Journal(None)
    ada = labels_of(frame_of(), journal=journal, author="ada")
    ada.assign(np.array([0, 1]), "new")
    bob = labels_of(frame_of(), journal=journal, author="bob")
    bob.assign(ROWS[1], "cow")
    again = labels_of(frame_of(), journal=journal, author="ada")
    assert [(n.gesture, n.rows.tolist()) for n in again.people.notices()] == [(2, [1])]
    again.assign(ROWS[5], "new")
    assert labels_of(frame_of(), journal=journal, author="ada").people.notices() == (), "they went on since"


def test_a_watch_sees_the_gestures_of_another_process(tmp_path):
    ada, bob = (labels_of(frame_of(), tmp_path / "j.sqlite", author=name) for name in ("ada", "bob"))
    seen = threading.Event()
    ada.listeners.append(lambda _: seen.set())
    end = ada.people.watch(0.01)
    bob.assign(ROWS[0], "cow")
    assert seen.wait(20)
    assert held(ada)[0] == "cow"
    end()


def test_in_a_notebook_a_watch_takes_over_between_two_cells(tmp_path):
    ada, bob = (labels_of(frame_of(), tmp_path / "j.sqlite", author=name) for name in ("ada", "bob"))
    threads = []
    ada.listeners.append(lambda _: threads.append(threading.current_thread()))

    async def kernel():
        watcher = ada.people.watcher(60, asyncio.get_running_loop())
        bob.assign(ROWS[0], "cow")
        watcher.look(ada._ledger)
        assert threads == [], "not while a cell runs"
        await asyncio.sleep(0)
        watcher.end()

    asyncio.run(kernel())
    assert threads == [threading.main_thread()]


def test_a_watch_ends_with_the_labels_and_keeps_no_process_alive(tmp_path):
    labels = labels_of(frame_of(), tmp_path / "j.sqlite")
    watcher = labels.people.watcher(0.01, None)
    assert watcher.daemon
    gone = weakref.ref(labels._ledger)
    del labels
    gc.collect()
    watcher.join(20)
    assert not watcher.is_alive()
    assert gone() is None


def test_a_watch_asks_for_the_same_gesture_once(tmp_path):
    ada, bob = (labels_of(frame_of(), tmp_path / "j.sqlite", author=name) for name in ("ada", "bob"))
    asked = []

    class Loop:
        def is_closed(self):
            return False

        def call_soon_threadsafe(self, act):
            asked.append(act)

    watcher = Watcher(ada._ledger, 1.0, Loop())
    watcher.look(ada._ledger)
    bob.assign(ROWS[0], "cow")
    watcher.look(ada._ledger)
    watcher.look(ada._ledger)
    assert len(asked) == 1
    with pytest.raises(InputError, match="above 0"):
        ada.people.watch(0)


def test_who_confirms_a_label_is_not_its_author(tmp_path):
    path = tmp_path / "j.sqlite"
    ada = labels_of(frame_of(), path, author="ada")
    ada.assign(np.array([0]), "cow")
    bob = labels_of(frame_of(), path, author="bob")
    bob.people.confirm(np.array([0, 1]))
    told = bob.to_frame(provenance=True)
    assert told["author"].tolist()[:1] == ["ada"]
    assert told["author"].isna().tolist()[1]
    assert "ada" in code_of(bob._ledger.stream.gestures())
    assert "bob" not in code_of(bob._ledger.stream.gestures())
