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
ColumnName = Literal["xy", "label", "original", "flags", "score", "colour"]
ColumnDtype = Literal["f32", "u8", "u16", "u32", "i32"]
# how rows came to be selected, or which part of the page asked; "key" = a keyboard shortcut or a button for undo and redo
How = Literal[
    "lasso",
    "box",
    "brush",
    "polygon",
    "click",
    "label",
    "grow",
    "saved",
    "queue",
    "mixed",
    "api",
    "menu",
    "history",
    "conflicts",
    "people",
    "key",
    "table",
    "search",
]
Arm = Literal["shown", "hidden", "none"]
Keep = Literal["journal", "frame"]
Reason = Literal["label", "content", "missing", "type"]
Topic = Literal[
    "review",
    "domains",
    "domain",
    "shift",
    "drift",
    "history",
    "conflicts",
    "gesture",
    "colours",
    "cohesion",
    "people",
    "differences",
    "confusion",
]
Act = Literal["accept", "keep", "other", "drop", "skip", "undo"]
# what the colours of the map follow; "column" is any column of the frame
ColourBy = Literal["label", "original", "edited", "cluster", "suspicion", "author", "agreement", "column"]
# what is done to the committed selection, or to those kept by name
SelectionAct = Literal["grow", "shrink", "stragglers", "clusters", "save", "load", "drop"]
ColumnType = Literal["text", "number", "time", "bool", "image", "audio", "html"]
# what becomes of rows that a filter does not let through
Rest = Literal["grey", "hide"]
Theme = Literal["auto", "light", "dark"]
ExportFormat = Literal["png", "svg", "html"]
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
    domain: NotRequired[str]  # the column that says where a row comes from; absent: none was named
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
    n_authors: NotRequired[int]  # how many people made gestures; absent: at most one


class SavedSelection(TypedDict):
    """A selection that was kept under a name."""

    name: str
    rows: int


class SelectionSummary(TypedDict):
    """Trait `selection_summary`: the committed selection, small, and those kept by name."""

    count: int
    saved: NotRequired[list[SavedSelection]]  # by name; absent: none


class Shown(TypedDict):
    """Trait `shown`: how Python last asked the map to be drawn. The page follows, and may go on from there by itself.

    `hidden`: codes that are not drawn; `isolated`: codes that alone keep their colour, none = all do; -1 = unlabelled.
    `size` and `weight`: whether points follow the values of `score` in size and in weight.
    """

    turn: int  # goes up with each wish, so that the same wish twice is heard twice
    by: ColourBy
    column: str | None  # with "column"
    hidden: list[int]
    isolated: list[int]
    score: ColourBy | None
    score_column: str | None
    size: bool
    weight: bool
    linked: bool  # whether other maps want to hear which row is pointed at


class Forming(TypedDict):
    """Trait `forming`: how far the making of the map is; empty once it is made, as in every saved notebook.

    Until then the page shows the frames that come and asks nothing: the kernel would hear of it only when its cell ends.
    """

    stage: NotRequired[str]  # in words, with rate and time left
    part: NotRequired[float]  # of the whole making, in [0, 1]


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
    """Asks for the content of a few rows. buffers: [rows u32, in the order wanted].

    `columns`: which ones, as ColumnInfo names them; absent: those of the hover card. `length`: text is cut there.
    """

    kind: Literal["describe"]
    id: int
    columns: NotRequired[list[str]]
    length: NotRequired[int]


class AskColumns(TypedDict):
    """Asks which columns the rows have. Answered by ColumnsResult."""

    kind: Literal["columns"]
    id: int


class AskFacet(TypedDict):
    """Asks what a filter can ask of a column. Answered by TicksFacet or RangeFacet."""

    kind: Literal["facet"]
    id: int
    column: str


class Order(TypedDict):
    """Asks for rows sorted by a column; missing values come last either way. buffers: [rows]. Answered by OrderResult."""

    kind: Literal["order"]
    id: int
    column: str
    descending: bool
    rows: RowsEncoding


class Search(TypedDict):
    """Asks for the rows that hold a text, whatever its case and accents. Answered by SearchResult.

    `columns`: where to look; null: in the text columns of the hover card.
    """

    kind: Literal["search"]
    id: int
    query: str
    regex: bool
    columns: list[str] | None


class TickClause(TypedDict):
    """Lets through the rows that have one of some values in a column."""

    type: Literal["ticks"]
    column: str
    values: list[str]  # as TicksFacet gives them
    missing: bool  # whether rows without a value pass too


class RangeClause(TypedDict):
    """Lets through the rows whose number, or time in ms since 1970, lies between two ends, both within; null = no end."""

    type: Literal["range"]
    column: str
    low: float | None
    high: float | None
    missing: bool  # whether rows without a value pass too


class TextClause(TypedDict):
    """Lets through the rows that hold a text; as Search."""

    type: Literal["text"]
    query: str
    regex: bool
    columns: list[str] | None


Clause = TickClause | RangeClause | TextClause


class SetFilter(TypedDict):
    """Sets the filter, which all views share: a row must meet every clause. Answered by FilterResult, after `filtered`."""

    kind: Literal["filter"]
    id: int
    clauses: list[Clause]
    rest: Rest


class Ask(TypedDict):
    """Asks for findings. `limit`: at most so many rows, gestures or conflicts.

    review -> ReviewResult (opens the review, or finds the suspects again; the queue itself comes as a `queue`),
    domains -> DomainsResult, domain -> DomainResult (of `source`), shift -> ShiftResult (of `source` and `target`),
    drift -> DriftResult,
    history -> HistoryResult, conflicts -> ConflictsResult, gesture -> GestureResult (of `gesture`),
    colours -> ColoursResult (of `by` and `column`), cohesion -> CohesionResult (of the committed selection),
    people -> PeopleResult, differences -> DifferencesResult, confusion -> ConfusionResult (of two `authors`).
    """

    kind: Literal["ask"]
    id: int
    topic: Topic
    limit: int
    source: NotRequired[str]  # with topic "domain": which; with topic "shift": the labelled one
    target: NotRequired[str]  # with topic "shift"
    gesture: NotRequired[int]  # with topic "gesture"
    authors: NotRequired[list[str]]  # with topic "confusion": two of them
    by: NotRequired[ColourBy]  # with topic "colours"
    column: NotRequired[str]  # with topic "colours" and by "column"
    level: NotRequired[int]  # with topic "colours" and by "cluster": about how many; kept until another is asked for


class Selecting(TypedDict):
    """Does something to the committed selection, which then comes to every view as `select`. Answered by SelectingResult.

    grow: takes in the rows that a selected row has as a neighbour; shrink: lets go of rows that have a neighbour outside;
    stragglers: keeps only the rows of which few neighbours are selected; clusters: takes in all rows of
    their clusters; save, load, drop: under `name`.
    """

    kind: Literal["selecting"]
    id: int
    act: SelectionAct
    name: NotRequired[str]


class Hover(TypedDict):
    """Says which row is pointed at; null: none. Only told while `shown.linked`."""

    kind: Literal["hover"]
    row: int | None


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


class Export(TypedDict):
    """Asks for the map as a file. Answered by ExportResult; with `plan` only its size is told.

    `box`: what a picture shows, the least x and y and the greatest; null: everything. `size`: its width and height in CSS pixels.
    `by`, `column`, `hidden`, `isolated`: as in Shown. `names`: whether names stand on the map.
    """

    kind: Literal["export"]
    id: int
    format: ExportFormat
    plan: bool
    box: list[float] | None
    size: list[int]
    shade: Literal["light", "dark"]
    by: ColourBy
    column: str | None
    hidden: list[int]
    isolated: list[int]
    names: bool


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

    `fly`: bring rows into sight, buffers: [rows]; null: the whole map, no buffers. `ring`: the row that is pointed at in a
    linked map; null: none.
    """

    kind: Literal["view"]
    fly: NotRequired[RowsEncoding | None]
    ring: NotRequired[int | None]


class Frame(TypedDict):
    """The map as it forms. buffers: [x and y in turn, f32; label codes], of all rows or of some: only to be looked at."""

    kind: Literal["frame"]
    width: LabelWidth


class Filtered(TypedDict):
    """The filter that holds now, whoever set it. buffers: [the rows that pass], none when there are no clauses."""

    kind: Literal["filtered"]
    clauses: list[Clause]
    rest: Rest
    rows: RowsEncoding


class Content(TypedDict):
    """Other columns are shown of a row from now on: what was described before is stale."""

    kind: Literal["content"]


class ReviewProgress(TypedDict):
    """How far a review has come. Rates are shares of the labelled rows, in [0, 1]."""

    judged: int
    changed: int  # those of them whose label was wrong
    left: int
    noise_rate: float | None  # estimated share of labels that are wrong still; null = none can be judged
    noise_interval: list[float] | None  # the ends of its 95% interval
    noise_before: float | None  # noise_rate when the review began
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


class MediaCells(TypedDict):
    """A column of pictures or sounds: places in the buffers; None = missing, a text = why it cannot be shown."""

    type: Literal["image", "audio"]
    name: str
    values: list[int | str | None]  # index of the PNG, or of the sound as it is stored, in the buffers


class HtmlCells(TypedDict):
    """A column whose text is HTML: the user said so. The page cleans it before it is shown."""

    type: Literal["html"]
    name: str
    values: list[str | None]


class DescribeResult(TypedDict):
    """buffers: the pictures and sounds that MediaCells points to."""

    columns: list[TextCells | MediaCells | HtmlCells]


class ColumnInfo(TypedDict):
    """A column that can be shown. `label`: it is the one that is being corrected."""

    name: str
    type: ColumnType
    label: bool


class ColumnsResult(TypedDict):
    """All columns, and which of them the hover card shows."""

    columns: list[ColumnInfo]
    shown: list[str]


class TicksFacet(TypedDict):
    """The values of a column, the most frequent 1,000 of `n_values`."""

    topic: Literal["ticks"]
    column: str
    values: list[str]
    counts: list[int]
    n_values: int
    n_missing: int


class RangeFacet(TypedDict):
    """The histogram of a column between its ends, in bins of one width; no bin: no number at all. Infinities are in none."""

    topic: Literal["range"]
    column: str
    unit: Literal["number", "time"]  # time: ms since 1970
    low: float
    high: float
    counts: list[int]
    n_missing: int


FacetResult = TicksFacet | RangeFacet


class OrderResult(TypedDict):
    """buffers: [rows u32, in order]."""

    rows: int


class SearchResult(TypedDict):
    """buffers: [rows u32, sorted]."""

    rows: int


class ExportResult(TypedDict):
    """buffers: [the file, in parts of at most 4 MB]; none after a plan. `bytes` of a planned page is an estimate."""

    bytes: int


class FilterResult(TypedDict):
    """How many rows pass."""

    rows: int


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


class ColoursResult(TypedDict):
    """Ends the `column` message named "colour" that came before it: a u16 slot a row, 0xFFFF = no value.

    `names` and `counts`: of each slot, the most frequent first; both empty where the slots are a scale of 0 to 254 from the
    first to the second of `ends`. Names beyond the last slot are counted together in the last.
    """

    topic: Literal["colours"]
    by: ColourBy
    column: str | None
    title: str
    names: list[str]
    counts: list[int]
    missing: int
    ends: list[str]  # none, or two
    finest: NotRequired[int]  # with by "cluster": how many there can be


class CohesionResult(TypedDict):
    """How well the committed selection holds together where the rows lie in truth, not on the map.

    `inside`: the share of its rows' nearest neighbours that are selected too, in [0, 1], high = it holds together. `by_chance`:
    what so many rows, picked blindly, would have. `stragglers`: rows of which few neighbours are selected.
    """

    topic: Literal["cohesion"]
    count: int
    inside: float
    by_chance: float
    stragglers: int


class SelectingResult(TypedDict):
    """How many rows are selected now."""

    count: int


class ReviewResult(TypedDict):
    """The review is open: its queue has been told."""

    topic: Literal["review"]
    left: int


class DomainRow(TypedDict):
    """One value of the domain column, as text."""

    name: str
    rows: int
    labelled: int


class DomainsResult(TypedDict):
    """The values of the domain column, sorted; no more than `limit`."""

    topic: Literal["domains"]
    domains: list[DomainRow]


class DomainResult(TypedDict):
    """buffers: [rows u32, sorted]: those of one domain."""

    topic: Literal["domain"]
    total: int


class ShiftRow(TypedDict):
    """One class: its shares in [0, 1], and how sure that of the target is."""

    label: int  # code
    source: float
    target: float
    low: float
    high: float
    weight: float  # target share over source share
    p_value: float  # of "it has not changed", held for all classes together


class ShiftResult(TypedDict):
    """How the mix of classes changed from one domain to another; the target's labels were not looked at.

    buffers: [rows u32: those of the target that resemble nothing in the source, rows u32: unlabelled ones, codes u32: what these
    probably are]
    """

    topic: Literal["shift"]
    source: str
    target: str
    revision: int  # of the labels that it was estimated from
    level: float  # of the intervals
    classes: list[ShiftRow]
    left_out: list[str]  # display names of labels that the source has no row of
    verdict: Literal["pure label shift", "new content", "features changed"] | None  # null: too few rows to say
    new: int  # rows of the target that resemble nothing in the source; 0 when there is no verdict


Basis = Literal["predictions", "labels", "corrected"]


class TurningRow(TypedDict):
    """From a period on the share of a class is another."""

    label: int  # code
    period: int  # its place in `periods`
    before: float
    after: float


class DriftResult(TypedDict):
    """How the share of each class moved over the domains after the first, in order, by the labels of the first.

    buffers: [f32 (bases, 3, periods, classes): share, low, high, NaN where no row has a label; rows u32: unlabelled ones, codes
    u32: what these probably are]
    """

    topic: Literal["drift"]
    revision: int  # of the labels that it was estimated from
    periods: list[str]
    bases: list[Basis]
    classes: list[int]  # codes
    turning: list[TurningRow]  # the surest first


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


class AuthorRow(TypedDict):
    """What one author did: gestures, and the rows on which they have said something."""

    author: str
    gestures: int
    rows: int


class PairRow(TypedDict):
    """How far two authors agree. `kappa` is Cohen's; null where it cannot be said: no row in common, or one label throughout."""

    a: str
    b: str
    rows: int  # that both labelled
    agreed: int  # on which they said the same
    kappa: float | None


class PeopleResult(TypedDict):
    """Everybody in order of their first gesture, every pair of them, and all together (Fleiss; null as for a pair)."""

    topic: Literal["people"]
    authors: list[AuthorRow]
    pairs: list[PairRow]
    fleiss: float | None
    fleiss_rows: int  # that all of them labelled
    differ: int  # rows on which authors differ, and that nobody has confirmed


class DifferencesResult(TypedDict):
    """buffers: [rows u32, sorted]: the rows on which authors differ. At most `limit`."""

    topic: Literal["differences"]
    total: int


class ConfusionRow(TypedDict):
    """One author said `a` and the other `b`, of so many rows; display names, "" = unlabelled."""

    a: str
    b: str
    rows: int


class ConfusionResult(TypedDict):
    """Who said what where two authors both labelled a row: the first `limit`, most rows first, and how many there are in all."""

    topic: Literal["confusion"]
    authors: list[str]
    cells: list[ConfusionRow]
    total: int


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
        | DomainsResult
        | DomainResult
        | ShiftResult
        | DriftResult
        | VerdictResult
        | ExplainResult
        | ConflictsResult
        | GestureResult
        | ColoursResult
        | CohesionResult
        | SelectingResult
        | PeopleResult
        | DifferencesResult
        | ConfusionResult
        | ColumnsResult
        | TicksFacet
        | RangeFacet
        | OrderResult
        | SearchResult
        | FilterResult
        | ExportResult
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
    | Explain
    | Describe
    | AskColumns
    | AskFacet
    | Order
    | Search
    | SetFilter
    | Ask
    | Export
    | Selecting
    | Hover
    | Cancel
)
KernelMessage = Column | Patch | Select | View | Queue | Reply | Failure | Progress | Filtered | Content | Frame
