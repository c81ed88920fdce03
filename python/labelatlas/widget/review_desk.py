"""Where the verdicts of a review become gestures: the queue, what was said, and the search for suspects beside it.

`Review` is its public face, and the page's requests come here as well.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, get_args

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.labels import Change, Said
from labelatlas.widget.protocol import Act
from labelatlas.widget.refit import Refit
from labelatlas.widget.review_log import Verdict, VerdictLog
from labelatlas.widget.review_pace import Progress, per_minute
from labelatlas.widget.review_queue import STEADY, Ranking, pending, ranking_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Arm, Int64Array
    from labelatlas.label_errors import LabelErrors
    from labelatlas.widget.error_search import ErrorSearch
    from labelatlas.widget.session import Rows, Session

_REFIT_AFTER = 5
"""Corrections until the suspects are found again."""


class Desk:
    """The work of a review.

    Parameters
    ----------
    session, ranking, tell, blind, search
        As for `Review`.
    """

    def __init__(
        self, session: Session, ranking: Ranking, *, tell: Callable[[], None], blind: bool, search: ErrorSearch | None
    ) -> None:
        self.blind = blind
        self.ranking = ranking
        self.log = VerdictLog(session.labels)
        self.refit = Refit(lambda step: session.find_errors(search, step), self.take) if search else None
        self._session = session
        self._labels = session.labels
        self._tell = tell
        self._front: list[int] = []
        self._aside: dict[int, None] = {}
        self._ours = False  # whether a change of labels is a verdict of this review
        self._corrections = 0  # since suspects were last looked for
        self._verified = self._labels.people.verified()
        self.queue = pending(ranking, self._labels.codes, self._verified)
        self._noise_before = ranking.noise_left(self._verified)
        self._labels.listeners.append(self._on_change)

    def row(self, row: int | None) -> int:
        """Return a row of the queue; None = the next one."""
        if not len(self.queue):
            raise InputError("the queue is empty: every suspect has been judged.", hint="m.review() looks again.")
        at = int(self.queue[0]) if row is None else int(row)
        if row is not None and not (self.queue == at).any():
            message = f"row {at} is not in the queue: it was judged or relabelled, or is not suspected."
            raise InputError(message, hint="review.queue lists the rows; m.relabel changes any row.")
        return at

    def judge(self, act: Act, row: int | None = None, label: object = ..., *, arm: Arm | None = None) -> Change:
        """Give a verdict on a row; see the methods of `Review`. Each act but a skip is one gesture."""
        if act not in get_args(Act) or act == "undo":
            raise InputError(f"a verdict is accept, keep, other, drop or skip. Got {act!r}.", hint='judge("keep")')
        with self._labels.lock:
            at = self.row(row)
            rows = np.array([at], dtype=np.int64)
            change = Change(None, rows[:0]) if act == "skip" else self._say(act, rows, self._meant(act, at, label), arm)
            self._close(act, rows, change, arm)
            return change

    def accept_all(
        self,
        label: object,
        *,
        above: float,
        rows: Rows | None,
        plan: bool,
        arm: Arm | None = None,
    ) -> Change:
        """Accept one suggestion for many rows; see `Review.accept_all`."""
        if not 0 <= above <= 1:
            raise InputError(f"above must be a number from 0 to 1. Got {above!r}.", hint="above=0.9")
        with self._labels.lock:
            code, queue, ranking = self._session.code_of(label), self.queue, self.ranking
            meant = (ranking.suggested[queue] == code) & (ranking.given[queue] != code)
            meant &= ranking.confidence[queue] > above
            if rows is not None:
                meant &= np.isin(queue, self._session.positions(rows, None))
            chosen = queue[meant]
            if plan or not len(chosen):
                return Change(None, np.sort(chosen))
            change = self._say("accept", chosen, label, arm)
            self._close("accept", chosen, change, arm)
            return change

    def undo(self) -> Change:
        """Take back the last verdict that stands; see `Review.undo`."""
        with self._labels.lock:
            last = self.log.last_standing()
            if last is None:
                return Change(None, np.empty(0, dtype=np.int64))
            self._bring([v.row for v in reversed(self.log.of_act(last))])
            if last.gesture is None:
                self.log.take_back(last)
                self._aside.pop(last.row, None)
                self._renew()
                return Change(None, np.empty(0, dtype=np.int64))
            self._ours = True
            try:
                change = self._labels.undo(last.gesture, said=Said(how="queue", arm=self._arm(None)))
            finally:
                self._ours = False
            self._renew()
            return change

    def progress(self) -> Progress:
        """Return how far the review has come."""
        with self._labels.lock:
            standing = self.log.standing()
            return Progress(
                judged=sum(v.act != "skip" for v in standing),
                changed=sum(v.act in ("accept", "other", "drop") for v in standing),
                left=len(self.queue),
                noise_rate=self.ranking.noise_left(self._verified),
                noise_interval=self.ranking.interval_left(self._verified),
                noise_before=self._noise_before,
                per_minute=per_minute(self.log.times()),
                refitting=self.refit is not None and self.refit.running,
            )

    def take(self, found: LabelErrors) -> None:
        """Go on with a new finding: the row looked at and the next few stay where they are, and as they are."""
        with self._labels.lock:
            self.ranking = ranking_of(found).keeping(self.queue[:STEADY], self.ranking)
            self._renew()
            self._tell()

    def close(self) -> None:
        """End the review; what was judged stays."""
        if self._on_change in self._labels.listeners:
            self._labels.listeners.remove(self._on_change)
        if self.refit is not None:
            self.refit.end()

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _arm(self, arm: Arm | None) -> Arm:
        return arm or ("hidden" if self.blind else "shown")

    def _meant(self, act: Act, row: int, label: object) -> object:
        """Return the label that a verdict gives; ... = the one that the row has."""
        given, suggested = int(self.ranking.given[row]), int(self.ranking.suggested[row])
        if act == "keep":
            return ...
        if act == "drop":
            return None
        if label is not ...:
            return label
        if act == "other":
            raise InputError("another label needs its name.", hint='review.relabel("refund")')
        if suggested == given:
            raise InputError(f"nothing is suggested for row {row}.", hint="Keep it, drop it or name another label.")
        return self._labels.values[suggested] if suggested >= 0 else None

    def _say(self, act: Act, rows: Int64Array, label: object, arm: Arm | None) -> Change:
        """Make the gesture; a label that the rows have already is kept."""
        said = Said(how="queue", arm=self._arm(arm))
        self._ours = True
        try:
            if label is not ...:
                change = self._labels.assign(np.sort(rows), label, **said._asdict())
                if change.gesture is not None:
                    self._corrections += len(rows)
                    return change
            return self._labels.people.confirm(rows, said=said)
        finally:
            self._ours = False

    def _close(self, act: Act, rows: Int64Array, change: Change, arm: Arm | None) -> None:
        """Note the verdict and go on to the next row."""
        now, ranking = time.monotonic(), self.ranking
        for row in rows.tolist():
            before, suggested = int(ranking.given[row]), int(ranking.suggested[row])
            after = int(self._labels.codes[row])
            word: Act = "keep" if act in ("accept", "other", "drop") and after == before else act
            doubt = (float(ranking.suspicion[row]), float(ranking.confidence[row]))
            self.log.add(Verdict(row, word, before, after, suggested, *doubt, self._arm(arm), change.gesture, now))
            self._aside.pop(row, None)
            if act == "skip":
                self._aside[row] = None
        self._front = [row for row in self._front if row not in set(rows.tolist())]
        if act == "skip":
            self.queue = np.concatenate([self.queue[self.queue != rows[0]], rows])
            return
        self._verified[rows] = True
        self.queue = self.queue[~np.isin(self.queue, rows)]
        if self.refit is not None and self._corrections and (self._corrections >= _REFIT_AFTER or not len(self.queue)):
            self._corrections = 0
            self.refit.ask()

    def _bring(self, rows: list[int]) -> None:
        """Have rows come next, the last of them first; one that was to come already comes but once."""
        brought = set(rows)
        self._front = [row for row in self._front if row not in brought] + rows

    def _renew(self) -> None:
        """Work the queue out anew from what is true now."""
        self._verified = self._labels.people.verified()
        self.queue = pending(self.ranking, self._labels.codes, self._verified, front=self._front, aside=self._aside)

    def _on_change(self, change: Change) -> None:
        """Follow a change of labels that was made elsewhere; one that was taken back brings its row back."""
        if self._ours:
            return
        judged = self.log.rows()
        self._bring([row for row in change.rows.tolist() if row in judged])
        before = self.queue
        self._renew()
        if not np.array_equal(before, self.queue):
            self._tell()
