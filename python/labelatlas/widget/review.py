"""A review: suspects one by one, a verdict on each, every verdict a gesture.

The work stands in `review_desk`. "Keep" is a gesture too, by which no label changes (`m.labels.people.confirm`): so the journal
knows that the row was looked at, and no later review brings it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas._random import generator
from labelatlas._typing import UNLABELLED
from labelatlas.frames import build_frame
from labelatlas.widget.review_desk import Desk
from labelatlas.widget.review_reasons import Suspect, reasons_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import BoolArray, Int64Array
    from labelatlas.labels import Change
    from labelatlas.widget.error_search import ErrorSearch
    from labelatlas.widget.review_pace import Progress
    from labelatlas.widget.review_queue import Ranking
    from labelatlas.widget.session import Rows, Session

_BLIND_STREAM = 6


class Review:
    """Suspected rows, judged one by one; `m.review()` opens one, here and in every view of the map.

    Each verdict is one gesture in the journal (how "queue", arm "shown" or "hidden" for blind) and takes the row out of the queue
    for good: also a label that was kept is not asked about again, after a restart neither. While corrections come in, the
    suspects are found again in the background; the row that is looked at and the next five stay where they are then.

    Parameters
    ----------
    session : Session
        The map.
    ranking : Ranking
        The suspects.
    tell : callable
        Called when the queue changed otherwise than by a verdict given here.
    blind : bool
        Whether suggestions are hidden: the given label and the suggested one stand side by side in random order.
    search : ErrorSearch or None
        How suspects are found again as corrections come in; None = they are not, the queue stays as it was given.

    Examples
    --------
    >>> import numpy as np, labelatlas as la
    >>> labels = np.repeat(["cat", "dog"], 20).tolist()
    >>> labels[3] = "dog"
    >>> xy = np.repeat([[0.0, 0.0], [9.0, 9.0]], 20, axis=0) + np.random.default_rng(0).normal(size=(40, 2))
    >>> df = {"id": list(range(40)), "label": labels}
    >>> m = la.LabelMap(df, label="label", key="id", xy=xy, journal=None, progress=False)
    >>> review = m.review()
    >>> suspect = review.look()
    >>> suspect.row, suspect.given, suspect.suggested
    (3, 'dog', 'cat')
    >>> review.accept().rows.tolist(), len(review.queue)
    ([3], 0)
    """

    def __init__(
        self, session: Session, ranking: Ranking, *, tell: Callable[[], None], blind: bool, search: ErrorSearch | None
    ) -> None:
        self.desk = Desk(session, ranking, tell=tell, blind=blind, search=search)
        self._session = session
        self._order: BoolArray = generator(session.seed, _BLIND_STREAM).random(session.n_rows) < 0.5

    @property
    def blind(self) -> bool:
        """Return whether suggestions are hidden."""
        return self.desk.blind

    # ---- what is to be judged ----------------------------------------------------------------------------------------
    @property
    def queue(self) -> Int64Array:
        """Return what is still to be judged, the next row first: positions, int64 (m,)."""
        return self.desk.queue.copy()

    @property
    def ranking(self) -> Ranking:
        """Return the suspects of now."""
        return self.desk.ranking

    @property
    def order(self) -> BoolArray:
        """Return on which rows the suggestion stands first in blind mode: bool (n,), by the map's seed."""
        return self._order

    def look(self, row: int | None = None) -> Suspect:
        """Return what there is to know about a row of the queue.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Suspect

        Raises
        ------
        InputError
            The queue is empty, or the row is not in it.
        """
        labels, atlas, ranking = self._session.labels, self._session.atlas, self.desk.ranking
        with labels.lock:
            at = self.desk.row(row)
            given, suggested = (int(codes[at]) for codes in (ranking.given, ranking.suggested))
            return Suspect(
                row=at,
                key=atlas.keys[[at]].tolist()[0],
                given=None if given < 0 else labels.values[given],
                suggested=None if suggested in (given, UNLABELLED) else labels.values[suggested],
                suspicion=float(ranking.suspicion[at]),
                confidence=float(ranking.confidence[at]),
                reasons=reasons_of(self._session, ranking, at),
                neighbors=tuple(atlas.neighbors.indices[at].tolist()),
            )

    def choices(self, row: int | None = None) -> tuple[Any, ...]:
        """Return the labels that a row may have, in random order that depends on the map's seed alone.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        tuple
            The given and the suggested label; the given one alone when nothing is suggested.
        """
        suspect = self.look(row)
        both = [suspect.given] + ([] if suspect.suggested is None else [suspect.suggested])
        return tuple(reversed(both) if self._order[suspect.row] else both)

    # ---- verdicts ----------------------------------------------------------------------------------------------------
    def accept(self, row: int | None = None) -> Change:
        """Give a row the label that is suggested.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            Nothing is suggested, or the row is not in the queue.
        """
        return self.desk.judge("accept", row)

    def keep(self, row: int | None = None) -> Change:
        """Say that a row's label is right; it is not asked about again.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Change
            With this row, whose label stays.
        """
        return self.desk.judge("keep", row)

    def relabel(self, label: object, row: int | None = None) -> Change:
        """Give a row another label than the one suggested.

        Parameters
        ----------
        label : str, int or bool
            A label, or a new name.
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Change
        """
        return self.desk.judge("other", row, label)

    def drop(self, row: int | None = None) -> Change:
        """Say that a row belongs to no label: it is unlabelled.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Change

        Raises
        ------
        LabelTypeError
            The column cannot hold unlabelled rows.
        """
        return self.desk.judge("drop", row)

    def skip(self, row: int | None = None) -> Change:
        """Put a row off: it comes again after all others.

        Parameters
        ----------
        row : int or None
            Its position; None = the next one.

        Returns
        -------
        Change
            Without rows: no gesture is made.
        """
        return self.desk.judge("skip", row)

    def accept_all(
        self,
        label: object,
        *,
        above: float = 0.9,
        rows: Rows | None = None,
        plan: bool = False,
    ) -> Change:
        """Accept one suggestion for many rows of the queue: one gesture.

        Parameters
        ----------
        label : str, int or bool
            The label that is suggested.
        above : float
            Only suggestions with a confidence above it, in [0, 1].
        rows : sequence of int, or bool mask of shape (n,), or None
            Only these, such as `m.selection()`; None = the whole queue.
        plan : bool
            Whether only to say which rows it would touch.

        Returns
        -------
        Change

        Raises
        ------
        InputError
            There is no such label, or `above` is not in [0, 1].
        """
        return self.desk.accept_all(label, above=above, rows=rows, plan=plan)

    def undo(self) -> Change:
        """Take back the last verdict that stands; its row comes first again.

        Returns
        -------
        Change
            With the rows that it had changed; without any when there was no verdict, or when a row was skipped.
        """
        return self.desk.undo()

    # ---- how it goes -------------------------------------------------------------------------------------------------
    def progress(self) -> Progress:
        """Return how far the review has come.

        Returns
        -------
        Progress
        """
        return self.desk.progress()

    def to_frame(self) -> Any:
        """Return the verdicts of this review, one line each, oldest first.

        Returns
        -------
        frame of the caller's kind
            Columns key, row, verdict, before, after, suggested (label names, "" = unlabelled or nothing suggested), suspicion,
            confidence, arm, gesture (-1 = none), undone.
        """
        with self._session.labels.lock:
            columns = self.desk.log.columns(self._session.atlas.keys)
        return build_frame(columns, self._session.atlas.table.kind)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the search for suspects in the background is done.

        Parameters
        ----------
        seconds : float or None
            At most so long; None = as long as it takes.

        Returns
        -------
        bool
            Whether it is done.
        """
        return self.desk.refit is None or self.desk.refit.wait(seconds)
