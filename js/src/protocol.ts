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
export type ColumnName = "xy" | "label" | "original" | "flags" | "score" | "cluster";
export type ColumnDtype = "f32" | "u8" | "u16" | "u32" | "i32";
export type How = "lasso" | "box" | "click" | "label" | "suspects" | "mixed" | "api";
export type Topic = "errors" | "history";
export type Theme = "auto" | "light" | "dark";
export type SyncState = "live" | "manual" | "detached" | "stopped";

/** Trait `meta`: what rarely changes. A label's code is its place in `labels`; codes are append-only. */
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
}

/** Trait `selection_summary`: the committed selection, small. */
export interface SelectionSummary {
  count: number;
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

/** Gives rows a label. buffers: [rows]. */
export interface Edit {
  kind: "edit";
  id: number;
  base_revision: number;
  label: number | string; // a code (-1 = unlabelled), or a name as typed
  rows: RowsEncoding;
  how: How;
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
}

/** Brings back what was last undone. */
export interface Redo {
  kind: "redo";
  id: number;
}

/** Asks for the content of a few rows. buffers: [rows u32, in the order wanted]. */
export interface Describe {
  kind: "describe";
  id: number;
}

/** Asks for findings. `limit`: at most so many rows or gestures. */
export interface Ask {
  kind: "ask";
  id: number;
  topic: Topic;
  limit: number;
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

/** Ends the columns. */
export interface HelloResult {
  revision: number;
  n_rows: number;
}

/** Result of edit, undo and redo, after the commit. */
export interface EditResult {
  revision: number;
  gesture: number | null; // None: nothing had to change
  rows: number; // how many rows changed
  skipped: number; // rows an undo left alone, because they were changed again since
}

/** A column of text; None = missing. */
export interface TextCells {
  type: "text";
  name: string;
  values: (string | null)[]; // None = missing
}

/** A column of pictures: places of PNGs in the buffers; None = missing. */
export interface ImageCells {
  type: "image";
  name: string;
  values: (number | null)[]; // index of the PNG in the buffers
}

/** buffers: the PNG images that ImageCells points to. */
export interface DescribeResult {
  columns: (TextCells | ImageCells)[];
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

/** buffers: [rows u32, suspicion f32 in [0, 1], suggested code i32], most suspicious first. */
export interface ErrorsResult {
  topic: "errors";
  n_flagged: number;
  noise_rate: number;
}

/** The one answer to a request that could be met. */
export interface Reply {
  kind: "reply";
  id: number;
  result: HelloResult | EditResult | DescribeResult | HistoryResult | ErrorsResult;
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

export type PageMessage = Hello | Edit | Select | Undo | Redo | Describe | Ask | Cancel;
export type KernelMessage = Column | Patch | Select | Reply | Failure | Progress;
