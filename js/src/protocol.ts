// Generated from python/labelatlas/widget/protocol.py by js/scripts/make_protocol.py. Never edit by hand.
/**
 * The words that the page and the kernel say to each other: the one source of the wire.
 *
 * `js/src/protocol.ts` is generated from this file by `python js/scripts/make_protocol.py`; a test fails when it is stale, and
 * the golden messages of `tests/protocol/` are decoded by both languages. Only the standard library is imported here, so that
 * the generator runs anywhere.
 *
 * How to read it: each TypedDict is one message, `kind` tells them apart. `id` is the asker's integer; each request with an
 * `id` gets exactly one `reply` or `failure`. Bulk travels in binary buffers, named in the comments, in this order. Numbers in
 * buffers are little-endian. Row sets are sorted and without repeats, as u32 positions or as a bitmap (bit r of byte r // 8,
 * lowest bit first), whichever is smaller: a bitmap above n/32 rows.
 */

export const PROTOCOL_VERSION = 1;
export const CHUNK_BYTES = 4_000_000; // a message over 10 MiB is refused by the server
export const UNLABELLED_U16 = 0xFFFF;
export const UNLABELLED_U32 = 0xFFFFFFFF;
export const MAX_U16_LABELS = 65_535; // with more names than this, labels travel and are stored as u32
export const FLAG_HIDDEN = 1;
export const FLAG_DIM = 2;
export const FLAG_SELECTED = 4;
export const FLAG_EDITED = 8;
export const FLAG_FLAGGED = 16;

export type RowsEncoding = "u32" | "bitmap";
export type LabelWidth = "u16" | "u32";
export type ColumnName = "xy" | "label" | "original" | "flags" | "score" | "colour";
export type ColumnDtype = "f32" | "u8" | "u16" | "u32" | "i32";
export type How = "lasso" | "box" | "brush" | "polygon" | "click" | "label" | "grow" | "saved" | "queue" | "mixed" | "api" | "menu" | "history" | "conflicts" | "people" | "key" | "table" | "search";
export type Arm = "shown" | "hidden" | "none";
export type Keep = "journal" | "frame";
export type Reason = "label" | "content" | "missing" | "type";
export type Topic = "review" | "domains" | "domain" | "shift" | "drift" | "history" | "conflicts" | "gesture" | "colours" | "cohesion" | "people" | "differences" | "confusion";
export type Act = "accept" | "keep" | "other" | "drop" | "skip" | "undo";
export type ColourBy = "label" | "original" | "edited" | "cluster" | "suspicion" | "author" | "agreement" | "column";
export type SelectionAct = "grow" | "shrink" | "stragglers" | "clusters" | "save" | "load" | "drop";
export type ColumnType = "text" | "number" | "time" | "bool" | "image" | "audio" | "html";
export type Rest = "grey" | "hide";
export type Theme = "auto" | "light" | "dark";
export type ExportFormat = "png" | "svg" | "html";
export type SyncState = "live" | "manual" | "detached" | "stopped";

/**
 * Trait `meta`: what rarely changes. A label's code is its place in `labels`; codes are append-only.
 *
 * `retired`: codes of labels that were renamed, merged, deleted or taken back, and that no row holds. They appear in no list,
 * menu, legend or completion, and their names are free to be typed as new labels; their codes stay valid, for a later undo
 * brings them back by leaving them out of `retired`. A label that some row holds is never in it.
 * `colours`: by code, "#rrggbb" where a label has a colour of its own, else "" (then the palette's holds); absent: no label
 * has one. After the last element of the list, the palette's holds too.
 */
export interface Meta {
  protocol: number;
  n_rows: number;
  labels: string[]; // display names by code
  palette: string[]; // "#rrggbb"; label code c is drawn in palette[c % len(palette)]
  label_column: string;
  theme: Theme;
  height: number; // CSS pixels
  author: string;
  journal: string; // where edits are kept, for people
  durable: boolean; // False: the journal lives in memory only
  device: string;
  notice: string; // a sentence to show on opening, such as what came back from the journal; else ""
  domain?: string; // the column that says where a row comes from; absent: none was named
  retired?: number[]; // sorted codes that no list shows; absent: none
  colours?: string[]; // by code; "" = the palette's
}

/**
 * Another author changed rows on which this one had the last word. `gesture` names the notice.
 *
 * The page shows each once, until it is dismissed, and keeps in memory which gestures were dismissed. "Show the rows" asks
 * for topic "gesture" and selects what comes back.
 */
export interface NoticeRow {
  gesture: number;
  at: string; // ISO 8601, UTC
  author: string;
  action: string; // relabel, undo, merge, ...
  rows: number; // how many of this author's rows
  labels: string[]; // display names of what they hold now, at most three; "" = unlabelled
}

/** Trait `status`: what every gesture changes. */
export interface Status {
  revision: number;
  can_undo: boolean;
  can_redo: boolean;
  n_edited: number;
  n_conflicts: number;
  n_orphans: number;
  sync: SyncState;
  sync_note: string; // a sentence when edits do not reach the caller's frame, else ""
  notices?: NoticeRow[]; // the newest five, oldest first; absent: none
  n_authors?: number; // how many people made gestures; absent: at most one
}

/** A selection that was kept under a name. */
export interface SavedSelection {
  name: string;
  rows: number;
}

/** Trait `selection_summary`: the committed selection, small, and those kept by name. */
export interface SelectionSummary {
  count: number;
  saved?: SavedSelection[]; // by name; absent: none
}

/**
 * Trait `shown`: how Python last asked the map to be drawn. The page follows, and may go on from there by itself.
 *
 * `hidden`: codes that are not drawn; `isolated`: codes that alone keep their colour, none = all do; -1 = unlabelled.
 * `size` and `weight`: whether points follow the values of `score` in size and in weight.
 */
export interface Shown {
  turn: number; // goes up with each wish, so that the same wish twice is heard twice
  by: ColourBy;
  column: string | null; // with "column"
  hidden: number[];
  isolated: number[];
  score: ColourBy | null;
  score_column: string | null;
  size: boolean;
  weight: boolean;
  linked: boolean; // whether other maps want to hear which row is pointed at
}

/**
 * Trait `forming`: how far the making of the map is; empty once it is made, as in every saved notebook.
 *
 * Until then the page shows the frames that come and asks nothing: the kernel would hear of it only when its cell ends.
 */
export interface Forming {
  stage?: string; // in words, with rate and time left
  part?: number; // of the whole making, in [0, 1]
}

/**
 * Asks for the columns. -1: the page holds nothing; else it holds xy and asks for what edits change.
 *
 * Answered by `column` messages, after -1 by a `select` too, then by a `reply` with HelloResult.
 */
export interface Hello {
  kind: "hello";
  id: number;
  revision: number;
}

/**
 * Gives rows a label. buffers: [rows].
 *
 * `arm`: "shown" while the review panel, or any other suggestion, is open; "hidden" when there are suggestions and the
 * page hides them; absent: the kernel says "none". `where`: only the rows that hold this code now (-1 = unlabelled) are
 * touched, the others of the buffer are left alone: "where the label is A and inside the selection".
 */
export interface Edit {
  kind: "edit";
  id: number;
  base_revision: number;
  label: number | string; // a code (-1 = unlabelled), or a name as typed
  rows: RowsEncoding;
  how: How;
  arm?: Arm;
  where?: number;
}

/** The committed selection, either way. buffers: [rows]. The page ignores what carries its own origin. */
export interface Select {
  kind: "select";
  rows: RowsEncoding;
  how: How;
  origin: string;
}

/** Takes back a gesture; null: this author's last one not yet undone. */
export interface Undo {
  kind: "undo";
  id: number;
  gesture: number | null;
  how?: How; // "key", or "history" from that panel
}

/** Brings back what was last undone. */
export interface Redo {
  kind: "redo";
  id: number;
  how?: How;
}

/**
 * Gives label `label` another name, on every row. Answered by EditResult; the rows come as a patch.
 *
 * The new name gets a new code, after the others; the old code turns up in `meta.retired`, and the new one takes over its
 * colour. Fails when the name is taken: offer Merge then. `plan` (in this and the next two): nothing is done, and the
 * answer's `rows` says how many rows it would touch; the menu says so before it asks to confirm.
 */
export interface Rename {
  kind: "rename";
  id: number;
  label: number; // a code that is not retired
  name: string; // as typed
  plan?: boolean;
}

/** Gives every row of some labels the label `into`. Answered by EditResult; the rows come as a patch. */
export interface Merge {
  kind: "merge";
  id: number;
  labels: number[]; // codes; `into` may be among them
  into: number | string; // a code, or a new name as typed
  plan?: boolean;
}

/** Takes a label away; its rows are unlabelled. Answered by EditResult; fails when the column must hold a label. */
export interface Delete {
  kind: "delete";
  id: number;
  label: number;
  plan?: boolean;
}

/**
 * Makes a label that no row holds yet. Answered by EditResult with 0 rows; it comes at the end of `meta.labels`.
 *
 * Unless its name is retired: then its old code comes back.
 */
export interface Create {
  kind: "create";
  id: number;
  name: string;
  colour?: string; // "#rrggbb" in small digits
}

/** Gives a label a colour of its own. Answered by EditResult with 0 rows; the colour comes in `meta.colours`. */
export interface Recolour {
  kind: "recolour";
  id: number;
  label: number;
  colour: string; // "#rrggbb" in small digits
}

/**
 * Settles conflicts: those of `keys`, or all of them (null). Answered by EditResult.
 *
 * `rows` are those settled, `skipped` those that cannot be settled that way: a line whose reason is "missing" or "type" can
 * only be let go of, with keep "frame" (the page offers no "journal" for it). Then ask for "conflicts" again.
 */
export interface Resolve {
  kind: "resolve";
  id: number;
  keep: Keep;
  keys: string[] | null; // as ConflictRow gives them
  plan?: boolean;
}

/**
 * Asks for the content of a few rows. buffers: [rows u32, in the order wanted].
 *
 * `columns`: which ones, as ColumnInfo names them; absent: those of the hover card. `length`: text is cut there.
 */
export interface Describe {
  kind: "describe";
  id: number;
  columns?: string[];
  length?: number;
}

/** Asks which columns the rows have. Answered by ColumnsResult. */
export interface AskColumns {
  kind: "columns";
  id: number;
}

/** Asks what a filter can ask of a column. Answered by TicksFacet or RangeFacet. */
export interface AskFacet {
  kind: "facet";
  id: number;
  column: string;
}

/** Asks for rows sorted by a column; missing values come last either way. buffers: [rows]. Answered by OrderResult. */
export interface Order {
  kind: "order";
  id: number;
  column: string;
  descending: boolean;
  rows: RowsEncoding;
}

/**
 * Asks for the rows that hold a text, whatever its case and accents. Answered by SearchResult.
 *
 * `columns`: where to look; null: in the text columns of the hover card.
 */
export interface Search {
  kind: "search";
  id: number;
  query: string;
  regex: boolean;
  columns: string[] | null;
}

/** Lets through the rows that have one of some values in a column. */
export interface TickClause {
  type: "ticks";
  column: string;
  values: string[]; // as TicksFacet gives them
  missing: boolean; // whether rows without a value pass too
}

/** Lets through the rows whose number, or time in ms since 1970, lies between two ends, both within; null = no end. */
export interface RangeClause {
  type: "range";
  column: string;
  low: number | null;
  high: number | null;
  missing: boolean; // whether rows without a value pass too
}

/** Lets through the rows that hold a text; as Search. */
export interface TextClause {
  type: "text";
  query: string;
  regex: boolean;
  columns: string[] | null;
}

export type Clause = TickClause | RangeClause | TextClause;

/** Sets the filter, which all views share: a row must meet every clause. Answered by FilterResult, after `filtered`. */
export interface SetFilter {
  kind: "filter";
  id: number;
  clauses: Clause[];
  rest: Rest;
}

/**
 * Asks for findings. `limit`: at most so many rows, gestures or conflicts.
 *
 * review -> ReviewResult (opens the review, or finds the suspects again; the queue itself comes as a `queue`),
 * domains -> DomainsResult, domain -> DomainResult (of `source`), shift -> ShiftResult (of `source` and `target`),
 * drift -> DriftResult,
 * history -> HistoryResult, conflicts -> ConflictsResult, gesture -> GestureResult (of `gesture`),
 * colours -> ColoursResult (of `by` and `column`), cohesion -> CohesionResult (of the committed selection),
 * people -> PeopleResult, differences -> DifferencesResult, confusion -> ConfusionResult (of two `authors`).
 */
export interface Ask {
  kind: "ask";
  id: number;
  topic: Topic;
  limit: number;
  source?: string; // with topic "domain": which; with topic "shift": the labelled one
  target?: string; // with topic "shift"
  gesture?: number; // with topic "gesture"
  authors?: string[]; // with topic "confusion": two of them
  by?: ColourBy; // with topic "colours"
  column?: string; // with topic "colours" and by "column"
  level?: number; // with topic "colours" and by "cluster": about how many; kept until another is asked for
}

/**
 * Does something to the committed selection, which then comes to every view as `select`. Answered by SelectingResult.
 *
 * grow: takes in the rows that a selected row has as a neighbour; shrink: lets go of rows that have a neighbour outside;
 * stragglers: keeps only the rows of which few neighbours are selected; clusters: takes in all rows of
 * their clusters; save, load, drop: under `name`.
 */
export interface Selecting {
  kind: "selecting";
  id: number;
  act: SelectionAct;
  name?: string;
}

/** Says which row is pointed at; null: none. Only told while `shown.linked`. */
export interface Hover {
  kind: "hover";
  row: number | null;
}

/**
 * What a reviewer says of one row of the queue. Answered by VerdictResult; the labels come as a patch.
 *
 * accept: it has the label `label`, which was the suggestion shown; keep: its label is right; other: it has `label`, a code
 * or a name as typed; drop: it belongs to no label (-1 in the patch); skip: nothing, it comes back last; undo: takes the last verdict
 * back (`row` is -1), and its row comes first again. A failure carries the true label of the row, as that of an edit.
 */
export interface Verdict {
  kind: "verdict";
  id: number;
  act: Act;
  row: number;
  arm: Arm; // "hidden" in blind mode, else "shown"
  label?: number | string;
}

/**
 * Accepts suggestion `label` for every row of the queue that it was made for with a confidence above `above`: one gesture.
 *
 * Answered by VerdictResult, after the queue was told anew.
 */
export interface Bulk {
  kind: "bulk";
  id: number;
  label: number;
  above: number;
  selected: boolean; // only rows of the committed selection
  arm: Arm;
}

/** Asks why rows of the queue are suspected. buffers: [rows u32, in the order wanted]. Answered by ExplainResult. */
export interface Explain {
  kind: "explain";
  id: number;
}

/**
 * Asks for the map as a file. Answered by ExportResult; with `plan` only its size is told.
 *
 * `box`: what a picture shows, the least x and y and the greatest; null: everything. `size`: its width and height in CSS pixels.
 * `by`, `column`, `hidden`, `isolated`: as in Shown. `names`: whether names stand on the map.
 */
export interface Export {
  kind: "export";
  id: number;
  format: ExportFormat;
  plan: boolean;
  box: number[] | null;
  size: number[];
  shade: "light" | "dark";
  by: ColourBy;
  column: string | null;
  hidden: number[];
  isolated: number[];
  names: boolean;
}

/** Stops request `target`, or drops its answer. */
export interface Cancel {
  kind: "cancel";
  target: number;
}

/** A chunk of one column. buffers: [elements]. `length` and `offset` count elements; xy has 2 n of them. */
export interface Column {
  kind: "column";
  id: number; // of the hello that it answers
  name: ColumnName;
  dtype: ColumnDtype;
  length: number;
  offset: number;
}

/** Labels that changed, whoever changed them. buffers: [rows u32, codes u16 or u32, flags u8]. */
export interface Patch {
  kind: "patch";
  revision: number;
  width: LabelWidth;
}

/**
 * How to look at the map; every view that stands does it.
 *
 * `fly`: bring rows into sight, buffers: [rows]; null: the whole map, no buffers. `ring`: the row that is pointed at in a
 * linked map; null: none.
 */
export interface View {
  kind: "view";
  fly?: RowsEncoding | null;
  ring?: number | null;
}

/** The map as it forms. buffers: [x and y in turn, f32; label codes], of all rows or of some: only to be looked at. */
export interface Frame {
  kind: "frame";
  width: LabelWidth;
}

/** The filter that holds now, whoever set it. buffers: [the rows that pass], none when there are no clauses. */
export interface Filtered {
  kind: "filtered";
  clauses: Clause[];
  rest: Rest;
  rows: RowsEncoding;
}

/** Other columns are shown of a row from now on: what was described before is stale. */
export interface Content {
  kind: "content";
}

/** How far a review has come. Rates are shares of the labelled rows, in [0, 1]. */
export interface ReviewProgress {
  judged: number;
  changed: number; // those of them whose label was wrong
  left: number;
  noise_rate: number | null; // estimated share of labels that are wrong still; null = none can be judged
  noise_interval: number[] | null; // the ends of its 95% interval
  noise_before: number | null; // noise_rate when the review began
  per_minute: number | null;
  refitting: boolean; // whether the suspects are being found again
}

/**
 * The review queue, the next row first; told when it is opened, and whenever it changed otherwise than by going on.
 *
 * buffers: [rows u32, given code i32, suggested code i32 (the given one = no suggestion), suspicion f32, confidence f32 (both in
 * [0, 1]), order u8 (1 = in blind mode the suggestion stands first)]. At most 2,000 rows; `progress.left` counts all.
 */
export interface Queue {
  kind: "queue";
  show: boolean; // whether the views are to open its panel
  blind: boolean; // how it was opened; the page may change it
  progress: ReviewProgress;
}

/** Ends the columns. */
export interface HelloResult {
  revision: number;
  n_rows: number;
}

/**
 * Result of edit, undo, redo, rename, merge, delete, create, recolour and resolve, after the commit.
 *
 * `gesture` is null when nothing had to change, and after a plan.
 */
export interface EditResult {
  revision: number;
  gesture: number | null;
  rows: number; // how many rows changed, or would
  skipped: number; // rows an undo left alone, because they were changed again since; conflicts that could not be settled
}

/** A column of text; None = missing. */
export interface TextCells {
  type: "text";
  name: string;
  values: (string | null)[]; // None = missing
}

/** A column of pictures or sounds: places in the buffers; None = missing, a text = why it cannot be shown. */
export interface MediaCells {
  type: "image" | "audio";
  name: string;
  values: (number | string | null)[]; // index of the PNG, or of the sound as it is stored, in the buffers
}

/** A column whose text is HTML: the user said so. The page cleans it before it is shown. */
export interface HtmlCells {
  type: "html";
  name: string;
  values: (string | null)[];
}

/** buffers: the pictures and sounds that MediaCells points to. */
export interface DescribeResult {
  columns: (TextCells | MediaCells | HtmlCells)[];
}

/** A column that can be shown. `label`: it is the one that is being corrected. */
export interface ColumnInfo {
  name: string;
  type: ColumnType;
  label: boolean;
}

/** All columns, and which of them the hover card shows. */
export interface ColumnsResult {
  columns: ColumnInfo[];
  shown: string[];
}

/** The values of a column, the most frequent 1,000 of `n_values`. */
export interface TicksFacet {
  topic: "ticks";
  column: string;
  values: string[];
  counts: number[];
  n_values: number;
  n_missing: number;
}

/** The histogram of a column between its ends, in bins of one width; no bin: no number at all. Infinities are in none. */
export interface RangeFacet {
  topic: "range";
  column: string;
  unit: "number" | "time"; // time: ms since 1970
  low: number;
  high: number;
  counts: number[];
  n_missing: number;
}

export type FacetResult = TicksFacet | RangeFacet;

/** buffers: [rows u32, in order]. */
export interface OrderResult {
  rows: number;
}

/** buffers: [rows u32, sorted]. */
export interface SearchResult {
  rows: number;
}

/** buffers: [the file, in parts of at most 4 MB]; none after a plan. `bytes` of a planned page is an estimate. */
export interface ExportResult {
  bytes: number;
}

/** How many rows pass. */
export interface FilterResult {
  rows: number;
}

/** One line of the history panel, newest first. `before` and `after` are display names, at most three each. */
export interface GestureRow {
  id: number;
  at: string; // ISO 8601, UTC
  author: string;
  action: string; // relabel, undo, redo, ...
  how: string;
  rows: number;
  before: string[];
  after: string[];
  undone: boolean;
  undoes: number | null;
}

/** The newest gestures, newest first, and how many there are in all. */
export interface HistoryResult {
  topic: "history";
  gestures: GestureRow[];
  total: number;
}

/**
 * One edit of the journal that was not applied.
 *
 * `reason`: "label" (the frame holds a label that no gesture put there), "content" (the row's content changed since), "missing"
 * (the row is gone), "type" (the column can no longer hold the label). `frame` and `journal` are display names, "" =
 * unlabelled.
 */
export interface ConflictRow {
  key: string; // as text, whatever the key column holds: a number of JavaScript would lose digits
  row: number; // -1 = missing
  frame: string;
  journal: string;
  reason: Reason;
}

/** The first `limit` conflicts, and how many there are in all. */
export interface ConflictsResult {
  topic: "conflicts";
  conflicts: ConflictRow[];
  total: number;
}

/** buffers: [rows u32, sorted]: what a gesture touched, of the rows that are here. At most `limit`. */
export interface GestureResult {
  topic: "gesture";
  gesture: number;
  total: number; // how many rows it touched in all, those that are not here among them
}

/**
 * Ends the `column` message named "colour" that came before it: a u16 slot a row, 0xFFFF = no value.
 *
 * `names` and `counts`: of each slot, the most frequent first; both empty where the slots are a scale of 0 to 254 from the
 * first to the second of `ends`. Names beyond the last slot are counted together in the last.
 */
export interface ColoursResult {
  topic: "colours";
  by: ColourBy;
  column: string | null;
  title: string;
  names: string[];
  counts: number[];
  missing: number;
  ends: string[]; // none, or two
  finest?: number; // with by "cluster": how many there can be
}

/**
 * How well the committed selection holds together where the rows lie in truth, not on the map.
 *
 * `inside`: the share of its rows' nearest neighbours that are selected too, in [0, 1], high = it holds together. `by_chance`:
 * what so many rows, picked blindly, would have. `stragglers`: rows of which few neighbours are selected.
 */
export interface CohesionResult {
  topic: "cohesion";
  count: number;
  inside: number;
  by_chance: number;
  stragglers: number;
}

/** How many rows are selected now. */
export interface SelectingResult {
  count: number;
}

/** The review is open: its queue has been told. */
export interface ReviewResult {
  topic: "review";
  left: number;
}

/** One value of the domain column, as text. */
export interface DomainRow {
  name: string;
  rows: number;
  labelled: number;
}

/** The values of the domain column, sorted; no more than `limit`. */
export interface DomainsResult {
  topic: "domains";
  domains: DomainRow[];
}

/** buffers: [rows u32, sorted]: those of one domain. */
export interface DomainResult {
  topic: "domain";
  total: number;
}

/** One class: its shares in [0, 1], and how sure that of the target is. */
export interface ShiftRow {
  label: number; // code
  source: number;
  target: number;
  low: number;
  high: number;
  weight: number; // target share over source share
  p_value: number; // of "it has not changed", held for all classes together
}

/**
 * How the mix of classes changed from one domain to another; the target's labels were not looked at.
 *
 * buffers: [rows u32: those of the target that resemble nothing in the source, rows u32: unlabelled ones, codes u32: what these
 * probably are]
 */
export interface ShiftResult {
  topic: "shift";
  source: string;
  target: string;
  revision: number; // of the labels that it was estimated from
  level: number; // of the intervals
  classes: ShiftRow[];
  left_out: string[]; // display names of labels that the source has no row of
  verdict: "pure label shift" | "new content" | "features changed" | null; // null: too few rows to say
  new: number; // rows of the target that resemble nothing in the source; 0 when there is no verdict
}

export type Basis = "predictions" | "labels" | "corrected";

/** From a period on the share of a class is another. */
export interface TurningRow {
  label: number; // code
  period: number; // its place in `periods`
  before: number;
  after: number;
}

/**
 * How the share of each class moved over the domains after the first, in order, by the labels of the first.
 *
 * buffers: [f32 (bases, 3, periods, classes): share, low, high, NaN where no row has a label; rows u32: unlabelled ones, codes
 * u32: what these probably are]
 */
export interface DriftResult {
  topic: "drift";
  revision: number; // of the labels that it was estimated from
  periods: string[];
  bases: Basis[];
  classes: number[]; // codes
  turning: TurningRow[]; // the surest first
}

/**
 * Result of verdict and bulk, after the commit. The fields of EditResult, and how the review goes on.
 *
 * `row`: the row that was judged, or that an undo brought back; -1 after a bulk and when there was nothing to undo.
 */
export interface VerdictResult {
  revision: number;
  gesture: number | null;
  rows: number;
  skipped: number;
  row: number;
  progress: ReviewProgress;
}

/** Why one row is suspected. */
export interface Explanation {
  row: number;
  reasons: string[]; // sentences, the strongest first
  neighbors: number[]; // the nearest rows, nearest first
}

/** One for each row that is known, in the order asked for. */
export interface ExplainResult {
  explanations: Explanation[];
}

/** What one author did: gestures, and the rows on which they have said something. */
export interface AuthorRow {
  author: string;
  gestures: number;
  rows: number;
}

/** How far two authors agree. `kappa` is Cohen's; null where it cannot be said: no row in common, or one label throughout. */
export interface PairRow {
  a: string;
  b: string;
  rows: number; // that both labelled
  agreed: number; // on which they said the same
  kappa: number | null;
}

/** Everybody in order of their first gesture, every pair of them, and all together (Fleiss; null as for a pair). */
export interface PeopleResult {
  topic: "people";
  authors: AuthorRow[];
  pairs: PairRow[];
  fleiss: number | null;
  fleiss_rows: number; // that all of them labelled
  differ: number; // rows on which authors differ, and that nobody has confirmed
}

/** buffers: [rows u32, sorted]: the rows on which authors differ. At most `limit`. */
export interface DifferencesResult {
  topic: "differences";
  total: number;
}

/** One author said `a` and the other `b`, of so many rows; display names, "" = unlabelled. */
export interface ConfusionRow {
  a: string;
  b: string;
  rows: number;
}

/** Who said what where two authors both labelled a row: the first `limit`, most rows first, and how many there are in all. */
export interface ConfusionResult {
  topic: "confusion";
  authors: string[];
  cells: ConfusionRow[];
  total: number;
}

/** The one answer to a request that could be met. */
export interface Reply {
  kind: "reply";
  id: number;
  result: HelloResult | EditResult | DescribeResult | HistoryResult | ReviewResult | DomainsResult | DomainResult | ShiftResult | DriftResult | VerdictResult | ExplainResult | ConflictsResult | GestureResult | ColoursResult | CohesionResult | SelectingResult | PeopleResult | DifferencesResult | ConfusionResult | ColumnsResult | TicksFacet | RangeFacet | OrderResult | SearchResult | FilterResult | ExportResult;
}

/** The request came to nothing. After a failed edit, buffers: [rows u32, codes, flags u8] hold the truth. */
export interface Failure {
  kind: "failure";
  id: number;
  error: string;
  hint: string;
  revision: number;
  width?: LabelWidth;
}

/** At most 10 a second. total 0: unknown. */
export interface Progress {
  kind: "progress";
  id: number;
  stage: string;
  done: number;
  total: number;
}

export type PageMessage = Hello | Edit | Select | Undo | Redo | Rename | Merge | Delete | Create | Recolour | Resolve | Verdict | Bulk | Explain | Describe | AskColumns | AskFacet | Order | Search | SetFilter | Ask | Export | Selecting | Hover | Cancel;
export type KernelMessage = Column | Patch | Select | View | Queue | Reply | Failure | Progress | Filtered | Content | Frame;
