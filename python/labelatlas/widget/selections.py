"""Selections from Python: larger, smaller, the others, and those kept under a name; to be had as `m.selections`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.select import Cohesion, cohesion, grow, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelatlas._typing import Int64Array
    from labelatlas.widget.saved import SavedRows
    from labelatlas.widget.session import Session


class Selections:
    """What can be done to the committed selection of a map, and those kept under a name.

    The names live in a file beside the journal's, `<journal>.selections.json`, by row key: they are there again when the map
    is made anew. Of a journal in memory or in a database of a team they are kept for as long as the map lives.

    Parameters
    ----------
    session : Session
        The map.
    saved : SavedRows
        Where names are kept.
    tell : callable
        Called after a name was kept or let go.

    Examples
    --------
    >>> import numpy as np, labelatlas as la
    >>> df = {"id": list(range(6)), "label": ["cat", "dog"] * 3}
    >>> xy = [[0, 0], [0, 1], [1, 0], [9, 9], [9, 8], [8, 9]]
    >>> m = la.LabelMap(df, label="label", key="id", xy=np.array(xy), n_neighbors=2, journal=None, progress=False)
    >>> m.selection([0]).tolist(), m.selections.grow().tolist(), m.selections.cohesion().share
    ([0], [0, 1, 2], 1.0)
    >>> m.selections.save("corner"), m.selections.invert().tolist(), m.selections.load("corner").tolist()
    (3, [3, 4, 5], [0, 1, 2])
    """

    def __init__(self, session: Session, saved: SavedRows, tell: Callable[[], None]) -> None:
        self._session = session
        self._saved = saved
        self._tell = tell

    def invert(self) -> Int64Array:
        """Select all rows but those that are selected.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.
        """
        rest = np.ones(self._session.n_rows, dtype=bool)
        rest[self._session.selection] = False
        return self._select(np.flatnonzero(rest), "mixed")

    def grow(self, times: int = 1) -> Int64Array:
        """Take in every row that a selected row has as a nearest neighbour in the original space.

        Parameters
        ----------
        times : int
            How often; at least 1.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.
        """
        return self._step(grow, times)

    def shrink(self, times: int = 1) -> Int64Array:
        """Let go of every row that has a nearest neighbour outside the selection.

        Parameters
        ----------
        times : int
            How often; at least 1.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.
        """
        return self._step(shrink, times)

    def clusters(self) -> Int64Array:
        """Take in all rows of the clusters that the selected rows are of; rows of no cluster stay as they are.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.
        """
        rows, clusters = self._session.selection, self._session.clusters()
        inside = np.isin(clusters, clusters[rows]) & (clusters >= 0)
        inside[rows] = True
        return self._select(np.flatnonzero(inside), "mixed")

    def cohesion(self) -> Cohesion:
        """Return how well the selection holds together where its rows lie in truth: a line drawn on the map may lie.

        Returns
        -------
        Cohesion
            `.share` of the nearest neighbours that are selected too, in [0, 1]; `.stragglers`, the rows that stand alone.

        Raises
        ------
        NotApplicable
            Fewer than two rows are selected.
        """
        return cohesion(self._session.selection, self._session.atlas.neighbors)

    def stragglers(self) -> Int64Array:
        """Select only those rows of the selection of which few nearest neighbours are selected.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.

        Raises
        ------
        NotApplicable
            Fewer than two rows are selected.
        """
        return self._select(self.cohesion().stragglers, "grow")

    def names(self) -> dict[str, int]:
        """Return the selections that were kept, and how many of their rows are here.

        Returns
        -------
        dict of str to int
            By name.
        """
        return {name: len(rows) for name, rows in self._saved.all().items()}

    def save(self, name: str) -> int:
        """Keep the selection under a name; another of that name is replaced.

        Parameters
        ----------
        name : str
            Not empty.

        Returns
        -------
        int
            Number of rows.

        Raises
        ------
        InputError
            The name is empty, or the file cannot be written.
        """
        if not name.strip():
            raise InputError("a selection needs a name.", hint='m.selections.save("to check")')
        self._saved.put(name.strip(), self._session.selection)
        self._tell()
        return len(self._session.selection)

    def load(self, name: str) -> Int64Array:
        """Select the rows that were kept under a name; of those, the ones that are here.

        Parameters
        ----------
        name : str
            As it was kept.

        Returns
        -------
        ndarray of shape (m,), int64
            What is selected now; sorted.

        Raises
        ------
        InputError
            There is no such name.
        """
        return self._select(self._known(name), "saved")

    def drop(self, name: str) -> None:
        """Let a name go.

        Parameters
        ----------
        name : str
            As it was kept.

        Raises
        ------
        InputError
            There is no such name, or the file cannot be written.
        """
        self._known(name)
        self._saved.put(name, None)
        self._tell()

    def _known(self, name: str) -> Int64Array:
        kept = self._saved.all()
        if name not in kept:
            there = ", ".join(map(repr, kept)) or "none"
            raise InputError(f"there is no selection named {name!r}.", hint=f"There are: {there}.")
        return kept[name]

    def _step(self, step: Callable[..., Int64Array], times: int) -> Int64Array:
        if times < 1:
            raise InputError(f"times must be at least 1. Got {times!r}.")
        rows = self._session.selection
        if not len(rows):
            raise NotApplicable("nothing is selected.", hint="m.selection([3, 5]) selects rows.")
        for _ in range(times):
            rows = step(rows, self._session.atlas.neighbors)
        return self._select(rows, "grow")

    def _select(self, rows: Int64Array, how: str) -> Int64Array:
        self._session.select(rows, how=how, origin="kernel")
        return rows.copy()
