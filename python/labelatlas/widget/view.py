"""How the map is looked at, from Python; to be had as `m.view`.

What the page shows of the map belongs to the page. Here it is only told: an act, such as a flight, is a message that goes
to every view that stands now; a wish about the look stands in the trait `shown`, so that a view that comes later follows it
too. Nothing comes back: a person may go on from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np

from labelatlas._progress import StageBar
from labelatlas.exceptions import InputError
from labelatlas.widget.colours import colours_of
from labelatlas.widget.encode import encode_rows
from labelatlas.widget.export_view import export_view, format_of, page_size
from labelatlas.widget.inks import Look
from labelatlas.widget.links import link
from labelatlas.widget.protocol import Rest
from labelatlas.widget.row_filter import clauses_of, find_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from labelatlas._typing import Int64Array
    from labelatlas.widget.label_map import LabelMap
    from labelatlas.widget.protocol import ColourBy, Shown
    from labelatlas.widget.session import Rows, Session

_SEARCHING = ("reading the rows", "searching the rows")
_LONG = 0.5
"""Seconds that a search may take without a word."""

NOTHING_ASKED: Shown = {
    "turn": 0,
    "by": "label",
    "column": None,
    "hidden": [],
    "isolated": [],
    "score": None,
    "score_column": None,
    "size": False,
    "weight": False,
    "linked": False,
}


class View:
    """Every view of a map, looked at from the kernel.

    Parameters
    ----------
    session : Session
        The map.
    domain : str or None
        The column that says where a row comes from.
    tell : callable
        Takes what the map is to look like.
    progress : bool
        Whether long work shows a bar.

    Examples
    --------
    >>> import numpy as np, labelatlas as la
    >>> df = {"id": [1, 2, 3], "label": ["cat", "dog", "cat"]}
    >>> m = la.LabelMap(df, label="label", key="id", xy=np.eye(3)[:, :2], journal=None, progress=False)
    >>> m.view.fly([0, 2])
    >>> m.view.fly(label="dog")
    """

    def __init__(
        self, session: Session, domain: str | None, tell: Callable[[Shown], None], *, progress: bool = True
    ) -> None:
        self._session = session
        self._domain = domain
        self._tell = tell
        self._progress = progress
        self._shown: Shown = NOTHING_ASKED

    def fly(self, rows: Rows | None = None, *, keys: Rows | None = None, label: object = ...) -> None:
        """Bring rows into sight in every view of the map; without rows, keys and label, the whole map.

        Parameters
        ----------
        rows : sequence of int, or bool mask of shape (n,), or None
            Positions.
        keys : sequence or None
            Keys instead of positions.
        label : str, int, bool or None
            All rows that hold this label now, instead; None = those without one.

        Raises
        ------
        InputError
            Rows, keys or a label that the map does not have; or more than one of the three.
        """
        given = [name for name, value in (("rows", rows), ("keys", keys)) if value is not None]
        if label is not ...:
            given.append("label")
        if len(given) > 1:
            raise InputError(f"fly takes rows, keys or a label. Got {' and '.join(given)}.", hint="m.view.fly([3, 5])")
        if not given:
            self._session.send({"kind": "view", "fly": None}, [])
            return
        found = self._rows_of(label) if label is not ... else self._session.positions(rows, keys)
        if not len(found):
            raise InputError("there is no row to fly to.", hint="m.view.fly() shows the whole map.")
        encoding, blob = encode_rows(found, self._session.n_rows)
        self._session.send({"kind": "view", "fly": encoding}, [blob])

    def filter(
        self,
        where: Mapping[str, object] | None = None,
        *,
        text: str | None = None,
        regex: bool = False,
        columns: Sequence[str] | None = None,
        rest: Rest = "grey",
    ) -> Int64Array:
        """Return the rows that pass the filter; set it first when `where` or `text` is given. All views share it.

        Parameters
        ----------
        where : dict of str to condition, or None
            By column: `(low, high)` for numbers and times, both ends within and None for no end; a list of values, None among
            them for missing; or None for missing alone. A row must meet all. An empty dict takes the filter away.
        text : str or None
            Rows must hold it too, whatever its case and accents.
        regex : bool
            Whether `text` is a regular expression.
        columns : sequence of str or None
            Where to look for `text`; None = in the text columns that are shown of a row.
        rest : "grey" or "hide"
            What becomes of the other rows on the map.

        Returns
        -------
        ndarray of shape (m,), int64
            Sorted positions.

        Raises
        ------
        InputError
            No such column, a range of texts, or a text that is no regular expression.

        Examples
        --------
        >>> import labelatlas as la
        >>> df = {"id": [1, 2, 3], "label": ["a", "b", "a"], "price": [5.0, None, 7.5], "text": ["Cafe", "card", "Café"]}
        >>> m = la.LabelMap(df, label="label", key="id", xy=[[0, 1], [1, 0], [1, 1]], journal=None, progress=False)
        >>> m.view.filter({"price": (6, None)}).tolist(), m.view.filter({"price": None, "label": ["b"]}).tolist()
        ([2], [1])
        >>> m.view.filter(text="CAFE", columns=["text"]).tolist(), m.view.filter().tolist(), m.view.filter({}).tolist()
        ([0, 2], [0, 2], [0, 1, 2])
        """
        here = self._session
        if where is None and text is None:
            return here.filter.rows.copy()
        if rest not in get_args(Rest):
            raise InputError(f"rest must be one of {get_args(Rest)}. Got {rest!r} instead.")
        clauses = clauses_of(where, text, here.columns, regex=regex, names=columns)
        here.works.replace("filter")  # one that the page asked for and that is still being looked up
        return here.set_filter(clauses, rest).copy()

    def search(
        self, text: str, *, regex: bool = False, columns: Sequence[str] | None = None, select: bool = True
    ) -> Int64Array:
        """Return the rows that hold a text, whatever its case and accents, and select them.

        Parameters
        ----------
        text : str
            What to look for.
        regex : bool
            Whether it is a regular expression.
        columns : sequence of str or None
            Where to look; None = in the text columns that are shown of a row.
        select : bool
            Whether the rows become the selection.

        Returns
        -------
        ndarray of shape (m,), int64
            Sorted positions.

        Raises
        ------
        InputError
            An empty text, one that is no regular expression, or no column to look in.

        Examples
        --------
        >>> import labelatlas as la
        >>> df = {"id": [1, 2], "label": ["a", "b"], "text": ["Straße 5", "Platz"]}
        >>> m = la.LabelMap(df, label="label", key="id", xy=[[0, 1], [1, 0]], journal=None, progress=False)
        >>> m.view.search("strasse", columns=["text"]).tolist(), m.selection().tolist()
        ([0], [0])
        """
        here = self._session
        shown = here.content.shown
        with StageBar(_SEARCHING, enabled=self._progress, after=_LONG) as bar:
            found = np.flatnonzero(
                find_text(
                    text,
                    regex=regex,
                    names=columns,
                    columns=here.columns,
                    shown=shown,
                    step=lambda stage, done, total: bar.stage(int(stage == _SEARCHING[1]), done / max(1, total)),
                )
            )
        if select:
            here.select(found, how="search", origin="kernel")
        return found

    def save(
        self,
        path: str | Path,
        *,
        width: int = 1200,
        height: int = 800,
        theme: Literal["light", "dark"] = "light",
        plan: bool = False,
    ) -> int:
        """Write the whole map into a file, and return its size in bytes. No browser is needed.

        It is coloured as `colour` says. A picture (.png, .svg) holds points, names and a legend, and heeds `hide`, `isolate` and
        `filter`. A page (.html) is for sharing: one file that any browser opens,
        read-only, with hover and text search over what the hover card shows of each row as text. It holds those texts of all
        rows: look at its size, and at what they say, before you send it.

        Parameters
        ----------
        path : str or Path
            Ends in .png, .svg or .html.
        width, height : int
            Size of a picture in CSS pixels, from 200 to 4,000; a PNG has twice as many each way.
        theme : "light" or "dark"
            Of a picture; a page follows its reader.
        plan : bool
            Whether to write nothing and only return the size; that of a page of more than 4,000 rows is an estimate.

        Returns
        -------
        int

        Raises
        ------
        InputError
            The file is to be of another kind, or cannot be written; a size or theme out of range.

        Examples
        --------
        >>> import labelatlas as la, tempfile, pathlib
        >>> df = {"id": [1, 2, 3], "label": ["a", "b", "a"]}
        >>> m = la.LabelMap(df, label="label", key="id", xy=[[0, 1], [1, 0], [1, 1]], journal=None, progress=False)
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "map.svg"
        >>> m.view.save(file, plan=True) == m.view.save(file) == file.stat().st_size
        True
        """
        kind = format_of(str(path))
        if theme not in ("light", "dark"):
            raise InputError(f"theme must be 'light' or 'dark'. Got {theme!r} instead.")
        shown = self._shown
        look = Look(shown["by"], shown["column"], tuple(shown["hidden"]), tuple(shown["isolated"]))
        if plan and kind == "html":
            return page_size(self._session, look)
        made = export_view(self._session, kind, look, width=width, height=height, shade=theme)
        if not plan:
            try:
                Path(path).write_bytes(made)
            except OSError as error:
                raise InputError(f"{path} cannot be written: {error}.", hint="Name a file you may write.") from error
        return len(made)

    def show(
        self,
        columns: Sequence[str] | None = None,
        *,
        image: Sequence[str] = (),
        audio: Sequence[str] = (),
        html: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Choose what is shown of a row under the pointer, and say which columns are pictures, sounds or HTML.

        Parameters
        ----------
        columns : sequence of str or None
            What the card shows, in this order; None = what it shows already, and the columns named below.
        image : sequence of str
            Columns of pictures: arrays, PIL images, encoded bytes or paths.
        audio : sequence of str
            Columns of sounds: encoded bytes or paths that the kernel can read.
        html : sequence of str
            Columns whose text is HTML. It is cleaned of scripts, frames and forms before it is shown; all else is shown as text.

        Returns
        -------
        tuple of str
            What the card shows now.

        Raises
        ------
        InputError
            No such column, or one that can be shown only once it is said what it is.

        Examples
        --------
        >>> import labelatlas as la
        >>> df = {"id": [1, 2], "label": ["a", "b"], "text": ["one", "two"], "note": ["<b>1</b>", None]}
        >>> m = la.LabelMap(df, label="label", key="id", xy=[[0, 1], [1, 0]], journal=None, progress=False)
        >>> m.view.show(["text"]), m.view.show(html=["note"])
        (('text',), ('text', 'note'))
        """
        for name, given in (("columns", columns), ("image", image), ("audio", audio), ("html", html)):
            if isinstance(given, str):
                raise InputError(f"{name} must be a list of columns. Got {given!r} instead.", hint=f"[{given!r}]")
        content = self._session.content
        content.show(columns, {"image": image, "audio": audio, "html": html})
        self._session.send({"kind": "content"}, [])
        return content.shown

    def colour(self, by: ColourBy | Literal["domain"] = "label", *, column: str | None = None) -> None:
        """Colour the rows by what they are, in every view of the map; without anything, by label again.

        Parameters
        ----------
        by : "label", "original", "edited", "cluster", "suspicion", "author", "agreement" or "domain"
            What the colours follow; "author" is who changed a row last, "agreement" whether several people said the same.
        column : str or None
            A column instead: a scale where it holds numbers, else a colour for each value.

        Raises
        ------
        InputError
            There is no such column, or no domain.
        NotApplicable
            There is nothing to say yet, such as suspicion where too few rows have a label.

        Examples
        --------
        >>> import numpy as np, labelatlas as la
        >>> df = {"id": [1, 2, 3], "label": ["cat", "dog", "cat"], "price": [3.5, 1.25, 9.0]}
        >>> m = la.LabelMap(df, label="label", key="id", xy=np.eye(3)[:, :2], journal=None, progress=False)
        >>> m.view.colour(column="price")
        """
        source, name = self._source(by, column)
        self._ask({"by": source, "column": name})

    def scale(
        self,
        by: ColourBy | Literal["domain"] | None = None,
        *,
        column: str | None = None,
        size: bool = True,
        weight: bool = False,
    ) -> None:
        """Draw the rows larger, or heavier, the higher a value is; without anything, all alike again.

        Parameters
        ----------
        by : "suspicion", "cluster", ... or None
            What to follow; see `colour`.
        column : str or None
            A column of numbers instead.
        size : bool
            Whether a high value makes a point large.
        weight : bool
            Whether a low value makes a point faint.

        Raises
        ------
        InputError
            There is no such column, or it holds no numbers.
        NotApplicable
            There is nothing to say yet.
        """
        if by is None and column is None:
            self._ask({"score": None, "score_column": None})
            return
        source, name = self._source(by or "label", column)
        if not colours_of(self._session, source, name).ends:
            message = f"{name or source!r} holds names, which are not large or small."
            raise InputError(message, hint='Name a column of numbers, or "suspicion".')
        self._ask({"score": source, "score_column": name, "size": size, "weight": weight})

    def hide(self, labels: Iterable[object] = ()) -> None:
        """Draw no row of some labels, in every view; without any, hide none.

        Parameters
        ----------
        labels : iterable of labels
            None among them = the unlabelled rows.

        Raises
        ------
        InputError
            There is no such label.
        """
        self._ask({"hidden": self._codes(labels), "isolated": []})

    def isolate(self, labels: Iterable[object] = ()) -> None:
        """Keep some labels in colour and make the rest grey, in every view; without any, show all in colour.

        Parameters
        ----------
        labels : iterable of labels
            None among them = the unlabelled rows.

        Raises
        ------
        InputError
            There is no such label.
        """
        self._ask({"isolated": self._codes(labels), "hidden": []})

    def link(self, other: LabelMap) -> Callable[[], None]:
        """Join another map of the same rows: what is selected, pointed at or relabelled in one is so in the other.

        The two may differ in where the rows lie and in what their colours mean.

        Parameters
        ----------
        other : LabelMap
            A map of rows with the same keys and the same labels; best over the same journal, so that an edit is one gesture.

        Returns
        -------
        callable
            Call it to part them.

        Raises
        ------
        InputError
            The maps do not hold the same rows, or it is the same map.
        """
        mine, theirs = self, other.view
        part = link(self._session, theirs._session)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - another of the same kind
        for view in (mine, theirs):
            view._ask({"linked": True})  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return part

    def _source(self, by: ColourBy | Literal["domain"], column: str | None) -> tuple[ColourBy, str | None]:
        if by == "domain":
            if self._domain is None:
                raise InputError("the map has no domain column.", hint="Name it: LabelMap(df, ..., domain='month').")
            column = self._domain
        source: ColourBy = "column" if column is not None else cast("ColourBy", by)
        if source not in {"label", "edited", "original"}:
            colours_of(self._session, source, column)  # what cannot be had is refused here, where somebody reads it
        return source, column

    def _codes(self, labels: Iterable[object]) -> list[int]:
        if isinstance(labels, str):
            raise InputError(f"labels must be a list. Got {labels!r}.", hint=f"m.view.hide([{labels!r}])")
        return sorted({self._session.code_of(label) for label in labels})

    def _ask(self, change: dict[str, object]) -> None:
        self._shown = cast("Shown", {**self._shown, **change, "turn": self._shown["turn"] + 1})
        self._tell(self._shown)

    def _rows_of(self, label: object) -> Int64Array:
        return np.flatnonzero(self._session.labels.codes == self._session.code_of(label)).astype(np.int64)
