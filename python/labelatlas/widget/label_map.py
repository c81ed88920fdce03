"""`LabelMap`: the widget over an Atlas and its Labels.

The work stands in `Session`, `Labels` and the rooms. The file is long because this is where a user reads what each call does.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import anywidget
import traitlets

from labelatlas._export import export_edits
from labelatlas._label_set import display_name
from labelatlas._payload import said_of
from labelatlas._reports import conflicts_frame, history_frame, plan_frame
from labelatlas.atlas import Atlas, EmbeddingSource, XySource
from labelatlas.exceptions import InputError
from labelatlas.frames import LabelColumn, LiveColumn, Table, read_labels
from labelatlas.journal import Journal, StreamKey, code_of
from labelatlas.labels import Labels
from labelatlas.widget.early import EarlyView, can_show_early
from labelatlas.widget.error_search import read_search
from labelatlas.widget.facts import LABEL_FACTS, UNMADE, label_facts, status_of, unmade_meta
from labelatlas.widget.findings import find_shift, find_shift_over_time
from labelatlas.widget.handlers import handle
from labelatlas.widget.palette import PALETTE
from labelatlas.widget.protocol import PROTOCOL_VERSION, Meta
from labelatlas.widget.saved import SavedRows, beside
from labelatlas.widget.selections import Selections
from labelatlas.widget.session import Session
from labelatlas.widget.still import Still, page
from labelatlas.widget.view import NOTHING_ASKED, View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Device, Int64Array, Source, Sync
    from labelatlas.label_errors import LabelErrors
    from labelatlas.label_shift import MixOverTime, ShiftEstimate
    from labelatlas.labels import Change
    from labelatlas.probe import Prior
    from labelatlas.widget.protocol import SavedSelection, SelectionSummary, Shown, Theme
    from labelatlas.widget.review import Review
    from labelatlas.widget.session import Rows

_BUNDLE = Path(__file__).parent.parent / "static" / "index.js"
_THEMES = ("auto", "light", "dark")


class LabelMap(anywidget.AnyWidget):
    """The interactive label map: see, lasso, relabel, undo; every edit is journalled and synced back.

    Everything it does can be done without a browser too, by the same road.

    Parameters
    ----------
    data : DataFrame or dict of columns
        pandas, polars (a LazyFrame is collected), pyarrow, a DuckDB relation, a `datasets.Dataset` or an AnnData object, whose
        `obs` holds the columns and whose `obsm` may be named by `embedding` and `xy`.
    label : str
        The column to correct: text, whole numbers, booleans or a category of these; missing = unlabelled.
    key : str or None
        The column that identifies a row, or "index"; None = a text index, else a hash of the content. Edits are kept by key,
        so they find their rows again in a frame that was sorted, filtered or extended.
    text, image, embedding, features, xy : see `Atlas.from_frame`
        What the rows are placed by; `text` and `image` are shown beside a row too.
    atlas : Atlas or None
        Where the rows lie already, made by `Atlas.from_frame` with any of its options, by `Atlas.load` or by `extend`: then key and
        all that says where rows lie is left out here. Rows of `data` that it does not have are not on the map.
    domain : str or None
        The column that says where a row comes from (a month, a source), for `label_shift`.
    journal : str, Path or None
        Where edits are kept: a file (default `labelatlas.sqlite` beside the notebook), a database URL, or None for memory.
    dataset : str or None
        A name that keeps the edits of this data apart from others in the same journal. Without content columns (text, image,
        features) a row whose vector is quite another than when it was edited counts as changed; a name, even "default",
        says that the keys alone are to be trusted.
    sync : "live", "manual" or None
        "live" writes each edit into the caller's own label column; "manual" leaves it alone. None = "live" for pandas and
        AnnData, "manual" for frames that cannot be changed in place.
    into : str or None
        A column of its own for the corrections, so that the label column stays as it came: live sync makes and writes it, and
        `to_frame()` adds it. None = the label column.
    author : str or None
        Who edits; None = the operating system's user.
    n_neighbors : int
        Neighbours of a row.
    device : "auto", "cpu" or "cuda"
        Where to compute.
    seed : int
        The same seed gives the same map on the same machine.
    theme : "auto", "light" or "dark"
        "auto" follows the notebook.
    height : int
        Height of the map in CSS pixels.
    progress : bool
        Whether to show a progress bar while the map is made.

    Raises
    ------
    InputError
        The data cannot be used as it is; the message says what to do. `ColumnNotFoundError`, `KeyColumnError` and
        `LabelTypeError` are kinds of it.
    JournalError
        The journal cannot be opened or belongs to other data.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> df = pd.DataFrame({"id": range(30), "label": ["cat", "dog", "cow"] * 10})
    >>> xy = np.random.default_rng(0).normal(size=(30, 2))
    >>> m = LabelMap(df, label="label", key="id", xy=xy, journal=None, progress=False)
    >>> m.relabel([0, 1], "cow").rows.tolist()
    [0, 1]
    >>> df["label"].tolist()[:3]
    ['cow', 'cow', 'cow']
    >>> m.undo().rows.tolist(), df["label"].tolist()[:3]
    ([0, 1], ['cat', 'dog', 'cow'])
    """

    _esm = _BUNDLE
    meta = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    selection_summary = traitlets.Dict({"count": 0}).tag(sync=True)
    shown = traitlets.Dict(dict(NOTHING_ASKED)).tag(sync=True)
    forming = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        data: object,
        *,
        label: str,
        key: str | None = None,
        text: str | None = None,
        image: str | None = None,
        embedding: EmbeddingSource | None = None,
        features: Sequence[str] | None = None,
        xy: XySource | None = None,
        atlas: Atlas | None = None,
        domain: str | None = None,
        journal: str | Path | None = "labelatlas.sqlite",
        dataset: str | None = None,
        sync: Sync | None = None,
        into: str | None = None,
        author: str | None = None,
        n_neighbors: int = 15,
        device: Device = "auto",
        seed: int = 0,
        theme: Theme = "auto",
        height: int = 560,
        progress: bool = True,
    ) -> None:
        if atlas is not None:
            if any(given is not None for given in (key, text, image, embedding, features, xy)) or n_neighbors != 15:
                message = "atlas says already what the rows are known and placed by. Got key, text, image, ... or n_neighbors too."
                raise InputError(message, hint="Give them to Atlas.from_frame alone.")
            atlas = atlas.on(data)
            text, image, features = atlas.sources.text, atlas.sources.image, atlas.sources.features
            embedding = atlas.sources.embedding
        if features is not None and not isinstance(features, str):
            features = list(features)  # an Index of pandas has no truth, and a generator one life
        table = Table.from_any(data) if atlas is None else atlas.table
        column = read_labels(table, label)
        named = (text, image, key, embedding, *(features or ()))
        if any(isinstance(name, type(label)) and name == label for name in named):
            message = f"the label column {label!r} cannot say what a row is too: it changes with every edit."
            raise InputError(message, hint="Leave it out of text, image, embedding, features and key.")
        if theme not in _THEMES or height <= 0:
            raise InputError(
                f"theme must be one of {_THEMES} and height above 0. Got {theme!r} and {height!r} instead."
            )
        if domain is not None:
            table.require(domain, "domain")
        self._check_sync(sync, data, table)
        early = self._early = self._show_early(column, theme, height) if atlas is None and progress else None
        with early or nullcontext():
            self.atlas = atlas or Atlas.from_frame(
                data,
                text=text,
                image=image,
                embedding=embedding,
                features=features,
                xy=xy,
                key=key,
                n_neighbors=n_neighbors,
                device=device,
                seed=seed,
                progress=early or progress,
            )
            atlas = self.atlas
            live = None
            if sync != "manual" and LiveColumn.can_write(data):
                live = LiveColumn(data, column, atlas.recipe, atlas.keys, into)
            store = Journal(journal)
            identity = StreamKey(dataset or "default", label, str(atlas.recipe), atlas.content)
            self._elsewhere = _elsewhere(store, identity)
            stream = self._stream = store.stream(identity)
            # a dataset that has a name is trusted to be the one of that name; any other must look like what was edited
            vectors = atlas.vectors if dataset is None else None
            self.labels = Labels(
                atlas.table, column, atlas.keys, atlas.content, stream, live=live, author=author, vectors=vectors
            )
            self._session = Session(
                atlas,
                self.labels,
                lambda message, buffers: self.send(message, buffers=buffers),
                image=image,
                text=text,
                domain=domain,
                features=tuple(features or ()),
                device=device,
                seed=seed,
                watched=store.is_durable,
            )
            saved = SavedRows(beside(journal), str(identity), atlas.keys)
            self._session.selections = Selections(self._session, saved, self._tell_saved)
            self._view = View(self._session, domain, self._show, progress=progress)
            self._domain = domain
            self._into = into
            self._journal = store
            if early is None:
                super().__init__()
            self.meta = cast("dict[str, Any]", self._meta(theme, height))
            self._tell_status()
            self._tell_saved()
            self.labels.listeners.append(self._on_change)
            self._session.listeners.append(self._on_selection)
            self._still = Still(lambda: page(atlas.xy, self.labels.codes, self.labels.names, repr(self)))
            self.on_msg(lambda _widget, message, buffers: handle(self._session, message, buffers))

    def _show_early(self, column: LabelColumn, theme: Theme, height: int) -> EarlyView | None:
        """Return the view in which the map forms, where the page can show one."""
        if not can_show_early():
            return None
        super().__init__()
        names = [display_name(value) for value in column.values]
        self.meta = cast("dict[str, Any]", unmade_meta(column.name, names, len(column.codes), theme, height))
        self.status = cast("dict[str, Any]", dict(UNMADE))
        return EarlyView(self, self._repr_mimebundle_, column.codes, len(names))

    @staticmethod
    def _check_sync(sync: Sync | None, data: object, table: Table) -> None:
        if sync not in (None, "live", "manual"):
            raise InputError(f'sync must be "live", "manual" or None. Got {sync!r} instead.')
        if sync == "live" and not LiveColumn.can_write(data):
            message = f'sync="live" needs a frame that can be changed in place. Got a {table.kind} frame.'
            raise InputError(message, hint="Leave sync out, and take the corrections with m.to_frame().")

    # ---- labels ------------------------------------------------------------------------------------------------------
    def relabel(
        self,
        rows: Rows | None = None,
        label: object = ...,
        *,
        keys: Rows | None = None,
        where: object = ...,
        source: Source = "human",
        note: str = "",
    ) -> Change:
        """Give rows a label: one gesture, journalled before it is true.

        Parameters
        ----------
        rows : sequence of int, or bool mask of shape (n,), or None
            Positions; None = by `keys`, or the current selection.
        label : str, int, bool or None
            The label; None = unlabelled. Never left out: a forgotten argument must not be an edit.
        keys : sequence or None
            Keys instead of positions.
        where : str, int, bool or None
            Only those of the rows that hold this label now; None = that are unlabelled; left out = all.
        source : "human", "head", "llm" or "rule"
            Who or what chose the label.
        note : str
            Free text for the journal.

        Returns
        -------
        Change
            The gesture's number, and the rows that held another label before.

        Raises
        ------
        InputError
            Rows that the map does not have; `LabelTypeError`: the column cannot hold the label.
        JournalError
            It could not be saved; nothing has changed then.
        """
        if label is ...:
            raise InputError("relabel needs a label.", hint="m.relabel([3, 5], 'a'); None makes rows unlabelled.")
        here = self._session
        found = here.selection if rows is None and keys is None else here.positions(rows, keys)
        return self.labels.assign(found, label, where=where, source=source, note=note)

    def undo(self, gesture: int | None = None) -> Change:
        """Take back a gesture; see `Labels.undo`.

        Parameters
        ----------
        gesture : int or None
            Its number in `history()`; None = this author's last one not yet undone.

        Returns
        -------
        Change
        """
        return self.labels.undo(gesture)

    def redo(self) -> Change:
        """Bring back what was undone last; see `Labels.redo`.

        Returns
        -------
        Change
        """
        return self.labels.redo()

    def to_frame(self, *, into: str | None = None, provenance: bool = False) -> Any:
        """Return a new frame of the caller's kind with the corrected labels; all else as it came in.

        Parameters
        ----------
        into : str or None
            A new column for the corrected labels; the label column is left alone then. None = as the map was made.
        provenance : bool
            Whether to add the columns edited, old_label, author and at; see `Labels.to_frame`.

        Returns
        -------
        frame of the caller's kind

        Raises
        ------
        InputError
            A new column has the name of one that is there.
        """
        return self.labels.to_frame(into=self._into if into is None else into, provenance=provenance)

    def history(self) -> Any:
        """Return the log, one line per gesture, oldest first; `rows` says how many rows a gesture touched.

        Returns
        -------
        frame of the caller's kind
            Columns gesture, at, author, action, source, how, arm, rows, before, after, undoes, undone, note.
        """
        return history_frame(self.labels)

    def plan(self) -> Any:
        """Return what the edits so far amount to.

        Returns
        -------
        frame of the caller's kind
            Columns before, after (label names; "" = unlabelled), rows; most rows first.
        """
        return plan_frame(self.labels)

    def conflicts(self) -> Any:
        """Return the edits of the journal that were not applied.

        Returns
        -------
        frame of the caller's kind
            Columns key, row (-1 = missing), frame, journal, reason: "label" (the frame holds a label that no gesture put
            there), "content" (the row's content changed), "missing" (the row is gone), "type" (the column cannot hold it).
        """
        return conflicts_frame(self.labels)

    def export(self, path: str | Path) -> int:
        """Write every edit of the journal into a file, one line for each edited row of each gesture.

        Parameters
        ----------
        path : str or Path
            Ends in .csv, .jsonl or .parquet; `labelatlas journal import` appends it to another journal.

        Returns
        -------
        int
            Number of gestures.

        Raises
        ------
        InputError
            The file is to be of another kind, or cannot be written.
        """
        return export_edits(self._stream, path)

    def to_code(self) -> str:
        """Return the edits as Python, to be read, reviewed, and run on a fresh map of the original frame.

        Returns
        -------
        str
            One call of `m.relabel` for each gesture and label that still stand, each under a comment that says whose it was.
        """
        return code_of(self._stream.gestures(), words=said_of)

    # ---- selection ---------------------------------------------------------------------------------------------------
    def selection(self, rows: Rows | None = None, *, keys: Rows | None = None) -> Int64Array:
        """Return the committed selection; set it first when rows or keys are given.

        Parameters
        ----------
        rows : sequence of int, or bool mask of shape (n,), or None
            Positions to select; an empty sequence clears.
        keys : sequence or None
            Keys instead of positions.

        Returns
        -------
        ndarray of shape (m,), int64
            Sorted positions.

        Raises
        ------
        InputError
            Rows that the map does not have.
        """
        if rows is not None or keys is not None:
            self._session.select(self._session.positions(rows, keys), how="api", origin="kernel")
        return self._session.selection.copy()

    def selected(self) -> Any:
        """Return the selected rows, with their labels of now, as a frame of the caller's kind.

        Returns
        -------
        frame of the caller's kind
        """
        return Table.from_any(self.to_frame()).take(self._session.selection).native

    def on_selection(self, callback: Callable[[Int64Array], None]) -> Callable[[], None]:
        """Call `callback(rows)` after each change of the selection.

        Parameters
        ----------
        callback : callable
            Takes sorted positions, int64.

        Returns
        -------
        callable
            Call it to end this.
        """
        self._session.listeners.append(callback)
        return lambda: self._session.listeners.remove(callback)

    @property
    def view(self) -> View:
        """How the map is looked at, in every view of it: `m.view.fly([3, 5])`."""
        return self._view

    @property
    def selections(self) -> Selections:
        """What can be done to the selection: `m.selections.grow()`, `.cohesion()`, `.save("to check")`."""
        return self._session.selections

    # ---- findings ----------------------------------------------------------------------------------------------------
    def label_errors(
        self,
        *,
        groups: str | npt.ArrayLike | None = None,
        weights: str | npt.ArrayLike | None = None,
        verified: Rows | None = None,
        prior: Prior = "given",
    ) -> LabelErrors:
        """Return suspected label errors, most suspicious first.

        Out-of-fold calibrated probabilities of a linear head and the votes of the neighbours, together. A review that is opened
        with the result, `m.review(m.label_errors(groups="author"))`, goes on searching in the same way.

        Parameters
        ----------
        groups : str, array-like of shape (n,), or None
            A column, or values: what a row belongs to (author, session, case). Rows of a group are held out together, so that no
            head judges a row by its siblings. A missing value = of no group.
        weights : str, array-like of shape (n,), or None
            A column, or values: how much a row counts while heads learn; not negative, none missing.
        verified : sequence of int, or bool mask of shape (n,), or None
            Rows that are known to be right: never suspected, and trusted as neighbours. So are those that a review kept.
        prior : "given" or "uniform"
            "uniform" answers as if all labels were equally frequent, so that a rare one is not talked out of its rows.

        Returns
        -------
        LabelErrors
            `.to_frame()` has the columns key, suspicion (in [0, 1], high = suspicious), given, suggested, decision, row.

        Raises
        ------
        InputError
            Groups, weights or rows that do not fit the map.
        NotApplicable
            There are fewer than two labels to compare, or all labelled rows are of one group.
        """
        here = self._session
        if groups is None and weights is None and verified is None and prior == "given":
            return here.find_errors()
        rows = None if verified is None else here.positions(verified, None)
        return here.find_errors(read_search(self.atlas, groups, weights, rows, prior))

    def review(self, issues: object = None, *, blind: bool = False) -> Review:
        """Open a review of suspected label errors, here and in every view: one row after the other, most suspicious first.

        Parameters
        ----------
        issues : LabelErrors, ImportedErrors, sequence of int, bool mask of shape (n,), mapping of key to score, or None
            What to judge: the flagged rows of a finding, ours or one that `label_errors.from_cleanlab` read; rows in this order; the rows of a mask; keys with their suspicion in
            [0, 1], high = suspicious; None = `label_errors()`, found again in the background as labels are corrected.
        blind : bool
            Whether to hide the suggestion: the given label and the suggested one stand in random order, and the journal says so.

        Returns
        -------
        Review
            `.accept()`, `.keep()`, `.relabel(label)`, `.drop()`, `.skip()`, `.undo()`, `.accept_all(label)`, `.progress()`,
            `.to_frame()`.

        Raises
        ------
        InputError
            Rows or keys that the map does not have, scores outside [0, 1], a finding about other rows.
        NotApplicable
            There are fewer than two labels to compare.
        """
        return self._session.open_review(issues, blind=blind)

    @overload
    def label_shift(self, source: None = None, target: None = None) -> MixOverTime: ...
    @overload
    def label_shift(self, source: object, target: object) -> ShiftEstimate: ...
    def label_shift(self, source: object = None, target: object = None) -> ShiftEstimate | MixOverTime:
        """Return the class mix of a target domain, or of every domain in order, by the labels of a source domain.

        Parameters
        ----------
        source, target : object
            Two different values of the `domain` column; dates match however they are spelt. The target's labels are not looked at.
            Without both: every domain after the first in order, by the labels of the first.

        Returns
        -------
        ShiftEstimate or MixOverTime
            `.to_frame()` has the columns label, source, target, low, high (95% interval), change, p_value, weight; `.left_out` names
            the labels of which the source has no row: nothing can be said of them; `.verdict` says whether the mix is all that
            changed, and `.verdict.new_rows` which rows resemble nothing in the source. Over all domains: basis (predictions,
            labels, corrected), period, label, rows, share, low, high.

        Raises
        ------
        InputError
            There is no domain column, no such domain, or only one of the two is given.
        NotApplicable
            The source has too few labels.
        """
        here = self._session
        if source is None and target is None:
            return find_shift_over_time(here.atlas, here.labels, self._domain, here.device, here.seed)[0]
        if source is None or target is None:
            message = "label_shift needs a source and a target, or neither. Got one of them instead."
            raise InputError(message, hint="m.label_shift('may', 'june'), or m.label_shift() for all domains in order.")
        return find_shift(here.atlas, here.labels, self._domain, source, target, here.device, here.seed)[0]

    def close(self) -> None:
        """Take the map down: every view of it, and the look-out for the gestures of others."""
        session: Session | None = self.__dict__.get("_session")  # a map that could not be made is closed too
        if session is not None:
            session.close()
        super().close()

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _meta(self, theme: Theme, height: int) -> Meta:
        meta: Meta = {
            "protocol": PROTOCOL_VERSION,
            "n_rows": self._session.n_rows,
            "labels": list(self.labels.names),
            "palette": list(PALETTE),
            "label_column": self.labels.column.name,
            "theme": theme,
            "height": height,
            "author": self.labels.author,
            "journal": str(self._journal),
            "durable": self._journal.is_durable,
            "device": self.atlas.device,
            "notice": self._notice(),
        }
        if self._domain is not None:
            meta["domain"] = self._domain
        return cast("Meta", {**meta, **label_facts(self.labels)})

    def _notice(self) -> str:
        edited = int(self.labels.edited.sum())
        came_back = f"{_count(edited, 'edited row')} came back from the journal." if edited else ""
        lost = len(self.atlas.no_vector)
        corner = f"{_count(lost, 'row')} without a vector: in the lower left corner." if lost else ""
        return " ".join(filter(None, [came_back, corner, self._elsewhere]))

    def _tell_status(self) -> None:
        self.status = cast("dict[str, Any]", status_of(self.labels))

    def _on_selection(self, _rows: Int64Array) -> None:
        self._tell_selection()

    def _show(self, shown: Shown) -> None:
        self.shown = cast("dict[str, Any]", shown)

    def _tell_saved(self) -> None:
        kept = self._session.selections.names().items()
        self._saved_lines: list[SavedSelection] = [{"name": name, "rows": rows} for name, rows in kept]
        self._tell_selection()

    def _tell_selection(self) -> None:
        summary: SelectionSummary = {"count": len(self._session.selection)}
        if self._saved_lines:
            summary["saved"] = self._saved_lines
        self.selection_summary = cast("dict[str, Any]", summary)

    def _on_change(self, change: Change) -> None:
        facts = label_facts(self.labels)
        if facts != {name: self.meta[name] for name in LABEL_FACTS if name in self.meta}:
            others = {name: fact for name, fact in self.meta.items() if name not in LABEL_FACTS}
            self.meta = others | facts  # first: the patch may speak of a new code
        width, buffers = self._session.encode_labels(change.rows)
        self.send({"kind": "patch", "revision": self.labels.revision, "width": width}, buffers=buffers)
        self._session.refresh_filter()
        self._tell_status()
        self._still.refresh()

    def _ipython_display_(self) -> None:
        from IPython.display import display

        bundle = self._repr_mimebundle_()
        in_place = self._early is not None and self._early.claim()  # the view in which it formed stands in this cell
        if bundle is not None and not in_place:  # None is anywidget's word for "no view"
            display(bundle[0], metadata=bundle[1], raw=True)
        self._still.show()

    def __repr__(self) -> str:
        """Return what the map holds, what came back from the journal, and where edits go."""
        if "labels" not in self.__dict__:
            return f"LabelMap: {_count(self.meta.get('n_rows', 0), 'row')}"  # of one that forms in its view
        labels = self.labels
        conflicts, orphans = labels.n_problems
        state, note = labels.sync
        where = {"live": f"written to df[{labels.column.name!r}] at once", "manual": "to be had with m.to_frame()"}
        used = len(labels.names) - len(labels.retired)
        edited = int(labels.edited.sum())
        problems = f"{_count(conflicts, 'conflict')}, {_count(orphans, 'orphan')}"
        parts = [
            f"LabelMap: {_count(self._session.n_rows, 'row')}, {_count(used, 'label')}, {_count(edited, 'row')} edited",
            f"{labels.n_replayed:,} replayed from the journal ({self._journal})",
            problems + (": see m.conflicts()" if conflicts or orphans else ""),
            f"sync {state}: " + (note or f"edits are {where.get(state, 'kept in the journal')}"),
            *filter(None, [self._elsewhere]),
        ]
        return "; ".join(parts)


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _elsewhere(journal: Journal, key: StreamKey) -> str:
    """Return a sentence when the journal holds edits of the same column and keys, but of a map of other content columns."""
    others = [
        other
        for other in journal.streams()
        if other.content_columns != key.content_columns
        and (other.dataset, other.label_column, other.key_recipe) == (key.dataset, key.label_column, key.key_recipe)
        and journal.stream(other).newest()
    ]
    if not others:
        return ""
    columns = " or ".join(", ".join(map(repr, other.content_columns)) or "none" for other in others)
    return (
        f"The journal holds edits that were made with other content columns ({columns}) and are not shown: "
        "give the map the same text=, image= or features= to have them back."
    )
