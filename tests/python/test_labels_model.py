"""Any sequence of gestures of two people, with undos, redos and restarts, against a model that is too simple to be wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.exceptions import InputError
from labelatlas.journal import Journal
from labels_kit import frame_of, held, labels_of, shown

N = 5
NAMES = ["cat", "cow", "dog", "new", "odd"]


class RefusedError(Exception):
    """What the model does not allow."""


class Model:
    """Labels as a list, gestures as a list of dicts; everything is found by looking at all of it."""

    def __init__(self):
        self.now = frame_of(N)["y"].tolist()
        self.gestures = []
        self.states = {0: list(self.now)}
        self.undo_of = {"ada": [], "bob": []}
        self.redo_of = {"ada": [], "bob": []}

    def find(self, number):
        return next((g for g in self.gestures if g["id"] == number), None)

    def names(self, upto=None):
        held = set(frame_of(N)["y"])
        for g in self.gestures:
            if g["undone"] or (upto is not None and g["id"] > upto):
                continue
            if "to" in g:
                held = self.names(g["to"])
            held -= set(g["gives_up"])
            held |= set(g["makes"])
        return held

    def visible(self):
        return self.names() | {v for v in self.now if v is not None}

    def commit(self, number, author, action, after, **facts):
        edits = {row: (self.now[row], new) for row, new in after.items()}
        gesture = {"id": number, "author": author, "action": action, "edits": edits, "undone": False}
        gesture |= {"gives_up": [], "makes": []} | facts
        self.gestures.append(gesture)
        for row, new in after.items():
            self.now[row] = new
        self.states[number] = list(self.now)
        if action not in {"undo", "redo", "tag"}:
            self.undo_of[author].append(number)
            self.redo_of[author] = []

    def existing(self, *names):
        if any(name not in self.visible() for name in names):
            raise RefusedError

    def rows_of(self, *names):
        return [row for row, label in enumerate(self.now) if label in names]

    def back(self, target):
        edits = self.find(target)["edits"]
        after = {row: old for row, (old, new) in edits.items() if old != new and self.now[row] == new}
        return after, sum(old != new for old, new in edits.values()) - len(after)


def act(model, labels, author, word):  # noqa: C901 - one branch for each kind of act
    """Do one act in both; return whether the model allows it, and what it expects."""
    kind, *given_ = word
    if kind in {"assign", "split"}:
        rows, new = given_[0], given_[1]
        chosen = sorted(rows)
        if kind == "split":
            model.existing(given_[2])
            chosen = [r for r in chosen if model.now[r] == given_[2]]
        touched = [r for r in chosen if model.now[r] != new]
        change = (
            labels.assign(np.array(sorted(rows)), new)
            if kind == "assign"
            else labels.split(given_[2], np.array(sorted(rows)), new)
        )
        assert change.rows.tolist() == touched
        assert (change.gesture is None) == (not touched)
        if touched:
            model.commit(change.gesture, author, kind, dict.fromkeys(touched, new), makes=[new] if new else [])
    elif kind == "rename":
        old, new = given_
        model.existing(old)
        if new in model.visible():
            raise RefusedError
        rows = model.rows_of(old)
        assert labels.rename(old, new, plan=True).rows.tolist() == rows
        change = labels.rename(old, new)
        assert change.rows.tolist() == rows
        model.commit(change.gesture, author, kind, dict.fromkeys(rows, new), gives_up=[old], makes=[new])
    elif kind == "merge":
        names, into = given_
        others = sorted(set(names) - {into})
        model.existing(*others, *(n for n in names if n == into))
        if not others:
            raise RefusedError
        rows = model.rows_of(*others)
        assert labels.merge(names, into, plan=True).rows.tolist() == rows
        change = labels.merge(names, into)
        assert change.rows.tolist() == rows
        model.commit(change.gesture, author, kind, dict.fromkeys(rows, into), gives_up=others, makes=[into])
    elif kind == "delete":
        model.existing(given_[0])
        rows = model.rows_of(given_[0])
        change = labels.delete(given_[0])
        assert change.rows.tolist() == rows
        model.commit(change.gesture, author, kind, dict.fromkeys(rows), gives_up=[given_[0]])
    elif kind == "create":
        if given_[0] in model.visible():
            raise RefusedError
        change = labels.create(given_[0])
        model.commit(change.gesture, author, kind, {}, makes=[given_[0]])
    elif kind == "restore":
        number = [0, *(g["id"] for g in model.gestures)][given_[0] % (len(model.gestures) + 1)]
        wanted = model.states[number]
        after = {row: wanted[row] for row in range(N) if wanted[row] != model.now[row]}
        change = labels.at(number).restore()
        assert change.rows.tolist() == sorted(after)
        model.commit(change.gesture, author, kind, after, to=number)
    elif kind in {"undo", "undo one"}:
        stack = model.undo_of[author]
        if kind == "undo one" and model.gestures:
            target = model.gestures[given_[0] % len(model.gestures)]["id"]
            if model.find(target)["undone"] or model.find(target)["action"] in {"undo", "redo", "tag"}:
                labels.undo(target)  # which must refuse
                pytest.fail("an undo that makes no sense went through")
        else:
            if not stack:
                raise RefusedError
            target = stack[-1]
        after, skipped = model.back(target)
        change = labels.undo(target if kind == "undo one" else None)
        assert (change.rows.tolist(), change.skipped) == (sorted(after), skipped)
        for other in model.undo_of.values():
            if target in other:
                other.remove(target)
        model.find(target)["undone"] = True
        model.commit(change.gesture, author, "undo", after, of=target)
        model.redo_of[author].append(change.gesture)
    elif kind == "redo":
        if not model.redo_of[author]:
            raise RefusedError
        target = model.redo_of[author].pop()
        after, _ = model.back(target)
        change = labels.redo()
        assert change.rows.tolist() == sorted(after)
        again = model.find(model.find(target)["of"])
        again["undone"] = False
        if again["author"] != author:
            maker = model.undo_of[again["author"]]
            model.undo_of[again["author"]] = [
                *[g for g in maker if g < again["id"]],
                again["id"],
                *[g for g in maker if g > again["id"]],
            ]
        model.undo_of[author].append(again["id"])
        model.commit(change.gesture, author, "redo", after)


LABELS = st.sampled_from([*NAMES, None])
ROWS = st.sets(st.integers(0, N - 1), min_size=1)
WORDS = st.one_of(
    st.tuples(st.just("assign"), ROWS, LABELS),
    st.tuples(st.just("split"), ROWS, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("merge"), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.sampled_from(NAMES)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES)),
    st.tuples(st.just("create"), st.sampled_from(NAMES)),
    st.tuples(st.just("restore"), st.integers(0, 20)),
    st.tuples(st.just("undo one"), st.integers(0, 20)),
    st.just(("undo",)),
    st.just(("undo",)),
    st.just(("redo",)),
    st.just(("restart",)),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["ada", "bob"]), WORDS), max_size=14))
def test_any_sequence_of_two_people_is_what_a_naive_model_says(acts):
    journal = Journal(None)
    frame = frame_of(N)
    model = Model()
    people = {
        "ada": labels_of(frame, journal=journal, author="ada", live=True),
        "bob": labels_of(frame_of(N), journal=journal, author="bob"),
    }
    for author, word in acts:
        labels = people[author]
        labels.refresh()
        if word[0] == "restart":
            people[author] = labels_of(
                frame if author == "ada" else frame_of(N), journal=journal, author=author, live=author == "ada"
            )
        else:
            try:
                act(model, labels, author, word)
            except RefusedError:
                count = len(labels.log.gestures)
                with pytest.raises(InputError):
                    act_refused(labels, word)
                assert len(labels.log.gestures) == count
            except InputError:
                assert word[0] == "undo one", "only an undo that makes no sense may be refused here"
        labels = people[author]
        assert held(labels) == model.now
        assert shown(labels) == model.visible()
        stacks = labels.log.book.stacks(author)
        assert list(stacks.undo) == model.undo_of[author]
        assert list(stacks.redo) == model.redo_of[author]
    for author, labels in people.items():
        labels.refresh()
        assert held(labels) == model.now
        start = frame if author == "ada" else frame_of(N)
        again = labels_of(start, journal=journal, author=author)
        for one in (labels, again):
            assert one.problems == ()
            assert [one.values[c] for c in one.original] == frame_of(N)["y"].tolist()
            for number, state in model.states.items():
                assert [one.values[c] if c >= 0 else None for c in one.at(number).codes] == state
    assert [None if pd.isna(v) else v for v in frame["y"]] == model.now, "the caller's own column"


def act_refused(labels, word):
    """Do what the model does not allow."""
    kind, *rest = word
    if kind == "split":
        return labels.split(rest[2], np.array(sorted(rest[0])), rest[1])
    return labels.undo() if kind == "undo one" else getattr(labels, kind)(*rest)
