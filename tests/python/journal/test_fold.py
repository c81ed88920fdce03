"""Folding gestures: against a naive model that follows each row by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labelatlas.journal import GestureSummary, fold, undo_stacks, undone_gestures

N = 6
STEPS = st.lists(
    st.dictionaries(st.integers(0, N - 1), st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=N), max_size=8
)


def arrays(step):
    rows = np.array(sorted(step), dtype=np.int64)
    old, new = (np.array([step[r][i] for r in sorted(step)], dtype=np.int32) for i in range(2))
    return rows, old, new


@given(st.lists(st.integers(-1, 3), min_size=N, max_size=N), STEPS)
def test_fold_agrees_with_following_each_row_by_hand(frame, steps):
    chains = {row: [] for row in range(N)}
    for step in steps:
        for row, (old, new) in step.items():
            chains[row] += [old, new]
    done = fold(np.array(frame, dtype=np.int32), map(arrays, steps))
    for row, chain in chains.items():
        known = frame[row] in chain
        assert done.codes[row] == (chain[-1] if chain and known else frame[row])
        assert done.original[row] == (chain[0] if chain and known else frame[row])
        assert done.conflict[row] == bool(chain and not known)
        assert done.replayed[row] == (done.codes[row] != frame[row])


@given(st.lists(st.integers(-1, 3), min_size=N, max_size=N), STEPS)
def test_folding_again_onto_the_result_changes_nothing(frame, steps):
    once = fold(np.array(frame, dtype=np.int32), map(arrays, steps))
    twice = fold(once.codes, map(arrays, steps))
    assert twice.codes.tolist() == once.codes.tolist()
    assert not twice.replayed.any()
    assert twice.conflict.tolist() == once.conflict.tolist()


def line(number, action="relabel", undoes=None, author="ada"):
    words = {"at": "", "source": "human", "how": "api", "arm": "none", "note": "", "before": (), "after": (), "rows": 1}
    return GestureSummary(id=number, action=action, undoes=undoes, author=author, **words)


class NaiveEditor:
    """What every text editor does: a list of done things and a list of undone things."""

    def __init__(self):
        self.lines, self.done, self.undone = [], [], []

    def act(self, word):
        number = len(self.lines) + 1
        if word == "relabel":
            self.lines.append(line(number))
            self.done.append(number)
            self.undone = []
        elif word == "undo" and self.done:
            target = self.done.pop()
            self.lines.append(line(number, "undo", target))
            self.undone.append((target, number))
        elif word == "redo" and self.undone:
            target, undo = self.undone.pop()
            self.lines.append(line(number, "redo", undo))
            self.done.append(target)


@given(st.lists(st.sampled_from(["relabel", "relabel", "undo", "redo"]), max_size=30))
def test_undo_and_redo_follow_a_naive_editor(words):
    editor = NaiveEditor()
    for word in words:
        editor.act(word)
    stacks = undo_stacks(editor.lines, "ada")
    assert list(stacks.undo) == editor.done
    assert list(stacks.redo) == [undo for _, undo in editor.undone]
    relabels = {g.id for g in editor.lines if g.action == "relabel"}
    assert undone_gestures(editor.lines) & relabels == relabels - set(editor.done)


def test_each_author_has_a_stack_of_their_own_and_may_undo_the_gestures_of_others():
    lines = [line(1), line(2, author="bob"), line(3)]
    assert undo_stacks(lines, "ada").undo == (1, 3)
    assert undo_stacks(lines, "bob").undo == (2,)
    lines.append(line(4, "undo", 1, author="bob"))
    assert undo_stacks(lines, "ada").undo == (3,)
    assert undo_stacks(lines, "bob").redo == (4,)
    assert undo_stacks(lines, "ada").redo == ()
