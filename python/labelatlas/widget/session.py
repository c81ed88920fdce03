"""What a map knows while it is open, beside its Atlas and Labels: the selection, the findings, what is shown of a row.

`LabelMap` is the public face of a session and `handlers` the page's way into it; both take the same road.
"""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from labelatlas._change import row_set
from labelatlas._typing import UNLABELLED
from labelatlas._watch import running_loop
from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex, normal_keys
from labelatlas.label_errors import near_duplicates
from labelatlas.widget.cluster_names import ClusterTerms
from labelatlas.widget.encode import encode_codes, encode_rows
from labelatlas.widget.error_search import ErrorSearch, find_label_errors
from labelatlas.widget.protocol import FLAG_EDITED, FLAG_FLAGGED, LabelWidth
from labelatlas.widget.review import Review
from labelatlas.widget.review_issues import read_issues
from labelatlas.widget.review_requests import tell_queue
from labelatlas.widget.row_columns import RowColumns
from labelatlas.widget.row_content import RowContent
from labelatlas.widget.row_filter import RowFilter, asks_for_labels, fixed_rows, passing
from labelatlas.widget.work import Works, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Arm, BoolArray, Device, Int32Array, Int64Array, Level, Step, UInt8Array
    from labelatlas._watch import Watcher
    from labelatlas.atlas import Atlas
    from labelatlas.label_errors import LabelErrors
    from labelatlas.labels import Labels
    from labelatlas.widget.protocol import Clause, Rest
    from labelatlas.widget.selections import Selections

    Rows = Sequence[int] | npt.NDArray[Any]
    Send = Callable[[Any, list[bytes]], None]

log = logging.getLogger(__name__)

_TURN = 0.1  # seconds between two looks whether an answer is still wanted, while another search runs
_SHOWN_FEATURES = 6
_SHOWN_LABELS = 12


class _Found(NamedTuple):
    """What was found last: at which revision of the labels, and by which search."""

    revision: int
    search: ErrorSearch
    errors: LabelErrors


class Session:
    """An open map.

    Parameters
    ----------
    atlas : Atlas
        The rows.
    labels : Labels
        What they are called.
    send : callable
        Takes a message of `protocol.KernelMessage` and its buffers to every view.
    image, text, domain : str or None
        Columns that are shown of a row.
    features : sequence of str
        More of them; the first six are shown.
    device, seed
        For the findings.
    watched : bool
        Whether others may write to the journal, so that it is worth looking at while the map is shown.
    """

    def __init__(
        self,
        atlas: Atlas,
        labels: Labels,
        send: Send,
        *,
        image: str | None,
        text: str | None,
        domain: str | None,
        features: Sequence[str],
        device: Device,
        seed: int,
        watched: bool = False,
    ) -> None:
        self.atlas = atlas
        self.labels = labels
        self.send = send
        self.device: Device = device
        self.seed = seed
        self.domain = domain
        self.arm: Arm = "none"
        self.works = Works(lambda message, buffers: self.send(message, buffers))  # noqa: PLW0108 - `send` of then
        self.n_rows = len(atlas.keys)
        self.selection: Int64Array = np.empty(0, dtype=np.int64)
        self.selected_how = "api"
        self.selections: Selections  # made with the map that the session belongs to
        self.listeners: list[Callable[[Int64Array], None]] = []
        self.pointed: list[Callable[[int | None], None]] = []  # hear of the row under a pointer
        shown = [image, text, *atlas.recipe.columns, domain, *features[:_SHOWN_FEATURES]]
        self.review: Review | None = None
        self.columns = RowColumns(atlas.table, labels)
        names = tuple(dict.fromkeys(str(name) for name in shown if name is not None))
        self.content = RowContent(atlas.table, self.columns, names, image)
        self.filter = RowFilter((), "grey", np.arange(self.n_rows), np.ones(self.n_rows, dtype=bool))
        self.usual_search = ErrorSearch()
        self._errors: _Found | None = None
        self._errors_lock = threading.Lock()
        self.cluster_level: Level = "eom"  # one for all views, and for the selection by cluster
        self.cluster_terms = ClusterTerms(atlas.table, text, seed)
        self._loop = running_loop()  # that of the cell that makes the map: others' gestures arrive between two cells
        self._watched = watched
        self._watcher: Watcher | None = None

    def watch(self) -> None:
        """Look out for the gestures of others from now on; asked again, nothing more happens."""
        if self._watched and self._watcher is None:
            self._watcher = self.labels.people.watcher(1.0, self._loop)

    def close(self) -> None:
        """Stop looking out and working, and end the review."""
        self._watched = False
        self.works.close()
        if self.review is not None:
            self.review.desk.close()
        if self._watcher is not None:
            self._watcher.end()

    def find_errors(self, search: ErrorSearch | None = None, step: Step = quiet) -> LabelErrors:
        """Return the suspected label errors, computed once per revision and search; None = the usual search."""
        wanted = search or self.usual_search
        while not self._errors_lock.acquire(timeout=_TURN):
            step("waiting for another search", 0, 0)
        try:
            revision = self.labels.revision
            latest = self._errors
            if latest is None or latest.revision != revision or latest.search is not wanted:
                found = find_label_errors(self.atlas, self.labels, self.device, self.seed, wanted, step)
                latest = self._errors = _Found(revision, wanted, found)
            return latest.errors
        finally:
            self._errors_lock.release()

    def clusters(self) -> Int32Array:
        """Return the cluster of each row at the level that was asked for last; -1 = noise."""
        return self.atlas.clusters_at(self.cluster_level)

    def search_behind(self, found: LabelErrors) -> ErrorSearch | None:
        """Return the search that made a finding, when it is the one that was found last; else None."""
        return self._errors.search if self._errors is not None and self._errors.errors is found else None

    def open_review(self, issues: object, *, blind: bool = False) -> Review:
        """Return a review of suspects, shown in every view; see `LabelMap.review`."""
        ranking, search = read_issues(self, issues)
        with self.labels.lock:
            if self.review is not None:
                self.review.desk.close()
            opened = Review(self, ranking, tell=lambda: tell_queue(self, opened), blind=blind, search=search)
            self.review = opened
            tell_queue(self, opened, show=True)
        return opened

    @cached_property
    def near_duplicates(self) -> BoolArray:
        """Return which neighbours (n, k) are near-duplicates of their row. Every row is looked at, so it is found once."""
        return near_duplicates(self.atlas.neighbors)

    def select(self, rows: Int64Array, *, how: str, origin: str) -> None:
        """Take over a selection, and tell every view and every listener."""
        self.selection, self.selected_how = rows, how
        self.tell_selection(origin=origin)
        for listener in tuple(self.listeners):
            try:
                listener(rows.copy())
            except Exception:  # somebody's callback; it must not keep the others from hearing
                log.exception("A listener of the selection failed.")

    def tell_selection(self, *, origin: str) -> None:
        """Tell every view what is selected, and how it was."""
        encoding, blob = encode_rows(self.selection, self.n_rows)
        self.send({"kind": "select", "rows": encoding, "how": self.selected_how, "origin": origin}, [blob])

    def set_filter(self, clauses: Sequence[Clause], rest: Rest, step: Step = quiet) -> Int64Array:
        """Filter the rows, tell every view, and return those that pass, sorted."""
        fixed = fixed_rows(clauses, self.columns, self.content.shown, self.n_rows, step)
        with self.labels.lock:  # until it is told: labels may change, and a newer filter may come
            step("telling the views", 0, 0)
            return self._put_filter(clauses, rest, fixed)

    def refresh_filter(self) -> None:
        """Filter anew after labels changed, where the filter asks for labels."""
        here = self.filter
        if any(asks_for_labels(clause, self.columns) for clause in here.clauses):
            self._put_filter(here.clauses, here.rest, here.fixed)

    def _put_filter(self, clauses: Sequence[Clause], rest: Rest, fixed: BoolArray) -> Int64Array:
        rows = passing(clauses, self.columns, fixed)
        self.filter = RowFilter(tuple(clauses), rest, rows, fixed)
        self.tell_filter()
        return rows

    def tell_filter(self) -> None:
        """Tell every view which rows pass."""
        here = self.filter
        encoding, blob = encode_rows(here.rows, self.n_rows)
        message = {"kind": "filtered", "clauses": list(here.clauses), "rest": here.rest, "rows": encoding}
        self.send(message, [blob] if here.clauses else [])

    def flags(self, rows: Int64Array | None = None) -> UInt8Array:
        """Return the flag byte of some rows, or of all: edited, suspected."""
        picked = slice(None) if rows is None else rows
        flags = np.where(self.labels.codes[picked] != self.labels.original[picked], FLAG_EDITED, 0).astype(np.uint8)
        if self._errors is not None:
            flags |= np.where(self._errors.errors.flagged[picked], FLAG_FLAGGED, 0).astype(np.uint8)
        return flags

    def scores(self) -> UInt8Array:
        """Return the suspicion of each row as a byte; 0 while nothing was asked."""
        if self._errors is None:
            return np.zeros(self.n_rows, dtype=np.uint8)
        return np.round(self._errors.errors.suspicion * 255).astype(np.uint8)

    def encode_labels(self, rows: Int64Array) -> tuple[LabelWidth, list[bytes]]:
        """Return what some rows hold, as the buffers of a patch."""
        width, codes = encode_codes(self.labels.codes[rows], len(self.labels.names))
        return width, [rows.astype("<u4").tobytes(), codes.tobytes(), self.flags(rows).tobytes()]

    def code_of(self, label: object) -> int:
        """Return the code of a label; None = unlabelled, -1.

        Raises
        ------
        InputError
            There is no such label.
        """
        if label is None:
            return UNLABELLED
        values = self.labels.values
        gone = set(self.labels.retired)
        for code, value in enumerate(values):
            if code not in gone and value == label and isinstance(value, bool) == isinstance(label, bool):
                return code
        raise InputError(f"there is no label {label!r}.", hint=f"There are: {_some(self.labels.names, gone)}.")

    def positions(self, rows: Rows | None, keys: Rows | None) -> Int64Array:
        """Return sorted positions of rows that were given as positions, as a mask or by key.

        Raises
        ------
        InputError
            Rows that the map does not have, or rows and keys both.
        """
        if (rows is None) == (keys is None):
            raise InputError("give rows or keys, one of the two.", hint="m.relabel([3, 5], 'a') or keys=['x', 'y'].")
        if keys is not None:
            wanted = normal_keys(list(keys), "keys") if len(keys) else []
            found = KeyIndex(self.atlas.keys).positions(wanted)
            lost = [key for key, row in zip(keys, found, strict=True) if row < 0]
            if lost:
                message = f"keys must be those of the frame. {len(lost)} are not, among them {lost[0]!r}."
                raise InputError(message, hint="m.atlas.keys lists them.")
            return np.unique(found)
        given = np.asarray(rows)
        if given.dtype == bool:
            if given.shape != (self.n_rows,):
                message = f"a mask must have {self.n_rows} values. Got shape {given.shape}."
                raise InputError(message, hint="Make it from the frame that the map was made from.")
            return np.flatnonzero(given)
        if given.size and given.dtype.kind not in "iu":
            message = f"rows must be whole numbers or a mask. Got {given.dtype}."
            raise InputError(message, hint="Rows are positions; for keys use keys=[...].")
        found = row_set(given.astype(np.int64))
        if len(found) and (found[0] < 0 or found[-1] >= self.n_rows):
            message = f"rows must be positions from 0 to {self.n_rows - 1}. Got {found[0]} to {found[-1]}."
            raise InputError(message, hint="For keys use keys=[...].")
        return found


def _some(names: Sequence[str], gone: set[int]) -> str:
    """Return the first labels in use, in words."""
    used = [repr(name) for code, name in enumerate(names) if code not in gone]
    return ", ".join(used[:_SHOWN_LABELS]) + (", ..." if len(used) > _SHOWN_LABELS else "")
