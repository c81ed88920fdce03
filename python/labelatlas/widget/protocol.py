"""The words that the page and the kernel say to each other: the one source of the wire.

`js/src/protocol.ts` is generated from this file by `python js/scripts/make_protocol.py`; a test fails when it is stale, and
the golden messages of `tests/protocol/` are decoded by both languages. Only the standard library is imported here, so that
the generator runs anywhere.

How to read it: each TypedDict is one message, `kind` tells them apart. `id` is the asker's integer; each request with an
`id` gets exactly one `reply` or `failure`. Bulk travels in binary buffers, named in the comments, in this order. Numbers in
buffers are little-endian. Row sets are sorted and without repeats, as u32 positions or as a bitmap (bit r of byte r // 8,
lowest bit first), whichever is smaller: a bitmap above n/32 rows.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

PROTOCOL_VERSION = 1
CHUNK_BYTES = 4_000_000  # a message over 10 MiB is refused by the server
UNLABELLED_U16 = 0xFFFF
UNLABELLED_U32 = 0xFFFFFFFF
MAX_U16_LABELS = 65_535  # with more names than this, labels travel and are stored as u32

# bits of a point's flag byte; the kernel sets EDITED and FLAGGED, the page the others
FLAG_HIDDEN = 1
FLAG_DIM = 2
FLAG_SELECTED = 4
FLAG_EDITED = 8
FLAG_FLAGGED = 16

RowsEncoding = Literal["u32", "bitmap"]
LabelWidth = Literal["u16", "u32"]
ColumnName = Literal["xy", "label", "original", "flags", "score", "cluster"]
ColumnDtype = Literal["f32", "u8", "u16", "u32", "i32"]
How = Literal["lasso", "box", "click", "label", "suspects", "mixed", "api"]
Topic = Literal["errors", "history"]
Theme = Literal["auto", "light", "dark"]
SyncState = Literal["live", "manual", "detached", "stopped"]


# ---- small facts, as synced traits -----------------------------------------------------------------------------------
class Meta(TypedDict):
    """Trait `meta`: what rarely changes. A label's code is its place in `labels`; codes are append-only."""

    protocol: int
    n_rows: int
    labels: list[str]  # display names by code
    palette: list[str]  # "#rrggbb"; label code c is drawn in palette[c % len(palette)]
    label_column: str
    theme: Theme
    height: int  # CSS pixels
    author: str
    journal: str  # where edits are kept, for people
    durable: bool  # False: the journal lives in memory only
    device: str
    notice: str  # a sentence to show on opening, such as what came back from the journal; else ""


class Status(TypedDict):
    """Trait `status`: what every gesture changes."""

    revision: int
    can_undo: bool
    can_redo: bool
    n_edited: int
    n_conflicts: int
    n_orphans: int
    sync: SyncState
    sync_note: str  # a sentence when edits do not reach the caller's frame, else ""


class SelectionSummary(TypedDict):
    """Trait `selection_summary`: the committed selection, small."""

    count: int


# ---- page to kernel --------------------------------------------------------------------------------------------------
class Hello(TypedDict):
    """Asks for the columns. -1: the page holds nothing; else it holds xy and asks for what edits change.

    Answered by `column` messages, after -1 by a `select` too, then by a `reply` with HelloResult.
    """

    kind: Literal["hello"]
    id: int
    revision: int


class Edit(TypedDict):
    """Gives rows a label. buffers: [rows]."""

    kind: Literal["edit"]
    id: int
    base_revision: int
    label: int | str  # a code (-1 = unlabelled), or a name as typed
    rows: RowsEncoding
    how: How


class Select(TypedDict):
    """The committed selection, either way. buffers: [rows]. The page ignores what carries its own origin."""

    kind: Literal["select"]
    rows: RowsEncoding
    how: How
    origin: str


class Undo(TypedDict):
    """Takes back a gesture; null: this author's last one not yet undone."""

    kind: Literal["undo"]
    id: int
    gesture: int | None


class Redo(TypedDict):
    """Brings back what was last undone."""

    kind: Literal["redo"]
    id: int


class Describe(TypedDict):
    """Asks for the content of a few rows. buffers: [rows u32, in the order wanted]."""

    kind: Literal["describe"]
    id: int


class Ask(TypedDict):
    """Asks for findings. `limit`: at most so many rows or gestures."""

    kind: Literal["ask"]
    id: int
    topic: Topic
    limit: int


class Cancel(TypedDict):
    """Stops request `target`, or drops its answer."""

    kind: Literal["cancel"]
    target: int


# ---- kernel to page --------------------------------------------------------------------------------------------------
class Column(TypedDict):
    """A chunk of one column. buffers: [elements]. `length` and `offset` count elements; xy has 2 n of them."""

    kind: Literal["column"]
    id: int  # of the hello that it answers
    name: ColumnName
    dtype: ColumnDtype
    length: int
    offset: int


class Patch(TypedDict):
    """Labels that changed, whoever changed them. buffers: [rows u32, codes u16 or u32, flags u8]."""

    kind: Literal["patch"]
    revision: int
    width: LabelWidth


class HelloResult(TypedDict):
    """Ends the columns."""

    revision: int
    n_rows: int


class EditResult(TypedDict):
    """Result of edit, undo and redo, after the commit."""

    revision: int
    gesture: int | None  # None: nothing had to change
    rows: int  # how many rows changed
    skipped: int  # rows an undo left alone, because they were changed again since


class TextCells(TypedDict):
    """A column of text; None = missing."""

    type: Literal["text"]
    name: str
    values: list[str | None]  # None = missing


class ImageCells(TypedDict):
    """A column of pictures: places of PNGs in the buffers; None = missing."""

    type: Literal["image"]
    name: str
    values: list[int | None]  # index of the PNG in the buffers


class DescribeResult(TypedDict):
    """buffers: the PNG images that ImageCells points to."""

    columns: list[TextCells | ImageCells]


class GestureRow(TypedDict):
    """One line of the history panel, newest first. `before` and `after` are display names, at most three each."""

    id: int
    at: str  # ISO 8601, UTC
    author: str
    action: str  # relabel, undo, redo, ...
    how: str
    rows: int
    before: list[str]
    after: list[str]
    undone: bool
    undoes: int | None


class HistoryResult(TypedDict):
    """The newest gestures, newest first, and how many there are in all."""

    topic: Literal["history"]
    gestures: list[GestureRow]
    total: int


class ErrorsResult(TypedDict):
    """buffers: [rows u32, suspicion f32 in [0, 1], suggested code i32], most suspicious first."""

    topic: Literal["errors"]
    n_flagged: int
    noise_rate: float


class Reply(TypedDict):
    """The one answer to a request that could be met."""

    kind: Literal["reply"]
    id: int
    result: HelloResult | EditResult | DescribeResult | HistoryResult | ErrorsResult


class Failure(TypedDict):
    """The request came to nothing. After a failed edit, buffers: [rows u32, codes, flags u8] hold the truth."""

    kind: Literal["failure"]
    id: int
    error: str
    hint: str
    revision: int
    width: NotRequired[LabelWidth]


class Progress(TypedDict):
    """At most 10 a second. total 0: unknown."""

    kind: Literal["progress"]
    id: int
    stage: str
    done: int
    total: int


PageMessage = Hello | Edit | Select | Undo | Redo | Describe | Ask | Cancel
KernelMessage = Column | Patch | Select | Reply | Failure | Progress
