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
# how rows came to be selected, or which part of the page asked; "key" = a keyboard shortcut or a button for undo and redo
How = Literal["lasso", "box", "click", "label", "queue", "mixed", "api", "menu", "history", "conflicts", "key"]
Arm = Literal["shown", "hidden", "none"]
Keep = Literal["journal", "frame"]
Reason = Literal["label", "content", "missing", "type"]
Topic = Literal["review", "history", "conflicts", "gesture"]
Act = Literal["accept", "keep", "other", "drop", "skip", "undo"]
Theme = Literal["auto", "light", "dark"]
SyncState = Literal["live", "manual", "detached", "stopped"]


# ---- small facts, as synced traits -----------------------------------------------------------------------------------
class Meta(TypedDict):
    """Trait `meta`: what rarely changes. A label's code is its place in `labels`; codes are append-only.

    `retired`: codes of labels that were renamed, merged, deleted or taken back, and that no row holds. They appear in no list,
    menu, legend or completion, and their names are free to be typed as new labels; their codes stay valid, for a later undo
    brings them back by leaving them out of `retired`. A label that some row holds is never in it.
    `colours`: by code, "#rrggbb" where a label has a colour of its own, else "" (then the palette's holds); absent: no label
    has one. After the last element of the list, the palette's holds too.
    """

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
    retired: NotRequired[list[int]]  # sorted codes that no list shows; absent: none
    colours: NotRequired[list[str]]  # by code; "" = the palette's


class NoticeRow(TypedDict):
    """Another author changed rows on which this one had the last word. `gesture` names the notice.

    The page shows each once, until it is dismissed, and keeps in memory which gestures were dismissed. "Show the rows" asks
    for topic "gesture" and selects what comes back.
    """

    gesture: int
    at: str  # ISO 8601, UTC
    author: str
    action: str  # relabel, undo, merge, ...
    rows: int  # how many of this author's rows
    labels: list[str]  # display names of what they hold now, at most three; "" = unlabelled


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
    notices: NotRequired[list[NoticeRow]]  # the newest five, oldest first; absent: none


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
    """Gives rows a label. buffers: [rows].

    `arm`: "shown" while the review panel, or any other suggestion, is open; "hidden" when there are suggestions and the
    page hides them; absent: the kernel says "none". `where`: only the rows that hold this code now (-1 = unlabelled) are
    touched, the others of the buffer are left alone: "where the label is A and inside the selection".
    """

    kind: Literal["edit"]
    id: int
    base_revision: int
    label: int | str  # a code (-1 = unlabelled), or a name as typed
    rows: RowsEncoding
    how: How
    arm: NotRequired[Arm]
    where: NotRequired[int]


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
    how: NotRequired[How]  # "key", or "history" from that panel


class Redo(TypedDict):
    """Brings back what was last undone."""

    kind: Literal["redo"]
    id: int
    how: NotRequired[How]


class Rename(TypedDict):
    """Gives label `label` another name, on every row. Answered by EditResult; the rows come as a patch.

    The new name gets a new code, after the others; the old code turns up in `meta.retired`, and the new one takes over its
    colour. Fails when the name is taken: offer Merge then. `plan` (in this and the next two): nothing is done, and the
    answer's `rows` says how many rows it would touch; the menu says so before it asks to confirm.
    """

    kind: Literal["rename"]
    id: int
    label: int  # a code that is not retired
    name: str  # as typed
    plan: NotRequired[bool]


class Merge(TypedDict):
    """Gives every row of some labels the label `into`. Answered by EditResult; the rows come as a patch."""

    kind: Literal["merge"]
    id: int
    labels: list[int]  # codes; `into` may be among them
    into: int | str  # a code, or a new name as typed
    plan: NotRequired[bool]


class Delete(TypedDict):
    """Takes a label away; its rows are unlabelled. Answered by EditResult; fails when the column must hold a label."""

    kind: Literal["delete"]
    id: int
    label: int
    plan: NotRequired[bool]


class Create(TypedDict):
    """Makes a label that no row holds yet. Answered by EditResult with 0 rows; it comes at the end of `meta.labels`.

    Unless its name is retired: then its old code comes back.
    """

    kind: Literal["create"]
    id: int
    name: str
    colour: NotRequired[str]  # "#rrggbb" in small digits


class Recolour(TypedDict):
    """Gives a label a colour of its own. Answered by EditResult with 0 rows; the colour comes in `meta.colours`."""

    kind: Literal["recolour"]
    id: int
    label: int
    colour: str  # "#rrggbb" in small digits


class Resolve(TypedDict):
    """Settles conflicts: those of `keys`, or all of them (null). Answered by EditResult.

    `rows` are those settled, `skipped` those that cannot be settled that way: a line whose reason is "missing" or "type" can
    only be let go of, with keep "frame" (the page offers no "journal" for it). Then ask for "conflicts" again.
    """

    kind: Literal["resolve"]
    id: int
    keep: Keep
    keys: list[str] | None  # as ConflictRow gives them
    plan: NotRequired[bool]


class Describe(TypedDict):
    """Asks for the content of a few rows. buffers: [rows u32, in the order wanted]."""

    kind: Literal["describe"]
    id: int


class Ask(TypedDict):
    """Asks for findings. `limit`: at most so many rows, gestures or conflicts.

    review -> ReviewResult (opens the review, or finds the suspects again; the queue itself comes as a `queue`), history -> HistoryResult, conflicts -> ConflictsResult, gesture -> GestureResult (of `gesture`).
    """

    kind: Literal["ask"]
    id: int
    topic: Topic
    limit: int
    gesture: NotRequired[int]  # with topic "gesture"


class Verdict(TypedDict):
    """What a reviewer says of one row of the queue. Answered by VerdictResult; the labels come as a patch.

    accept: it has the label `label`, which was the suggestion shown; keep: its label is right; other: it has `label`, a code
    or a name as typed; drop: it belongs to no label (-1 in the patch); skip: nothing, it comes back last; undo: takes the last verdict
    back (`row` is -1), and its row comes first again. A failure carries the true label of the row, as that of an edit.
    """

    kind: Literal["verdict"]
    id: int
    act: Act
    row: int
    arm: Arm  # "hidden" in blind mode, else "shown"
    label: NotRequired[int | str]


class Bulk(TypedDict):
    """Accepts suggestion `label` for every row of the queue that it was made for with a confidence above `above`: one gesture.

    Answered by VerdictResult, after the queue was told anew.
    """

    kind: Literal["bulk"]
    id: int
    label: int
    above: float
    selected: bool  # only rows of the committed selection
    arm: Arm


class Explain(TypedDict):
    """Asks why rows of the queue are suspected. buffers: [rows u32, in the order wanted]. Answered by ExplainResult."""

    kind: Literal["explain"]
    id: int


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


class View(TypedDict):
    """How to look at the map; every view that stands does it.

    `fly`: bring rows into sight, buffers: [rows]; null: the whole map, no buffers.
    """

    kind: Literal["view"]
    fly: NotRequired[RowsEncoding | None]


class ReviewProgress(TypedDict):
    """How far a review has come. Rates are shares of the labelled rows, in [0, 1]."""

    judged: int
    changed: int  # those of them whose label was wrong
    left: int
    noise_rate: float  # estimated share of labels that are wrong still
    noise_before: float  # the same when the review began
    per_minute: float | None
    refitting: bool  # whether the suspects are being found again


class Queue(TypedDict):
    """The review queue, the next row first; told when it is opened, and whenever it changed otherwise than by going on.

    buffers: [rows u32, given code i32, suggested code i32 (the given one = no suggestion), suspicion f32, confidence f32 (both in
    [0, 1]), order u8 (1 = in blind mode the suggestion stands first)]. At most 2,000 rows; `progress.left` counts all.
    """

    kind: Literal["queue"]
    show: bool  # whether the views are to open its panel
    blind: bool  # how it was opened; the page may change it
    progress: ReviewProgress


class HelloResult(TypedDict):
    """Ends the columns."""

    revision: int
    n_rows: int


class EditResult(TypedDict):
    """Result of edit, undo, redo, rename, merge, delete, create, recolour and resolve, after the commit.

    `gesture` is null when nothing had to change, and after a plan.
    """

    revision: int
    gesture: int | None
    rows: int  # how many rows changed, or would
    skipped: int  # rows an undo left alone, because they were changed again since; conflicts that could not be settled


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


class ConflictRow(TypedDict):
    """One edit of the journal that was not applied.

    `reason`: "label" (the frame holds a label that no gesture put there), "content" (the row's content changed since), "missing"
    (the row is gone), "type" (the column can no longer hold the label). `frame` and `journal` are display names, "" =
    unlabelled.
    """

    key: str  # as text, whatever the key column holds: a number of JavaScript would lose digits
    row: int  # -1 = missing
    frame: str
    journal: str
    reason: Reason


class ConflictsResult(TypedDict):
    """The first `limit` conflicts, and how many there are in all."""

    topic: Literal["conflicts"]
    conflicts: list[ConflictRow]
    total: int


class GestureResult(TypedDict):
    """buffers: [rows u32, sorted]: what a gesture touched, of the rows that are here. At most `limit`."""

    topic: Literal["gesture"]
    gesture: int
    total: int  # how many rows it touched in all, those that are not here among them


class ReviewResult(TypedDict):
    """The review is open: its queue has been told."""

    topic: Literal["review"]
    left: int


class VerdictResult(TypedDict):
    """Result of verdict and bulk, after the commit. The fields of EditResult, and how the review goes on.

    `row`: the row that was judged, or that an undo brought back; -1 after a bulk and when there was nothing to undo.
    """

    revision: int
    gesture: int | None
    rows: int
    skipped: int
    row: int
    progress: ReviewProgress


class Explanation(TypedDict):
    """Why one row is suspected."""

    row: int
    reasons: list[str]  # sentences, the strongest first
    neighbors: list[int]  # the nearest rows, nearest first


class ExplainResult(TypedDict):
    """One for each row that is known, in the order asked for."""

    explanations: list[Explanation]


class Reply(TypedDict):
    """The one answer to a request that could be met."""

    kind: Literal["reply"]
    id: int
    result: (
        HelloResult
        | EditResult
        | DescribeResult
        | HistoryResult
        | ReviewResult
        | VerdictResult
        | ExplainResult
        | ConflictsResult
        | GestureResult
    )


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


PageMessage = (
    Hello
    | Edit
    | Select
    | Undo
    | Redo
    | Rename
    | Merge
    | Delete
    | Create
    | Recolour
    | Resolve
    | Verdict
    | Bulk
    | Describe
    | Explain
    | Ask
    | Cancel
)
KernelMessage = Column | Patch | Select | View | Queue | Reply | Failure | Progress
