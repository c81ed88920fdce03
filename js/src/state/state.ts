/**
 * Everything that the views of one model share. One owner per fact: what the kernel owns is only ever written from its messages
 * (or laid over, see rows.ts); the camera, the hovered row and the running lasso belong to a view and are not here.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type {
  ConflictsResult,
  Forming,
  HistoryResult,
  Meta,
  NoticeRow,
  PeopleResult,
  SavedSelection,
  Shown,
  Status,
} from "../protocol.ts";
import { NO_SCORING, NOT_SCORED, type Scored, type Scoring } from "./colouring.ts";
import { countEdited } from "./label_order.ts";
import { type LabelRow, type LabelShare, labelRows, mixOf } from "./labels.ts";
import type { LabelOperation } from "./operations.ts";
import type { Review } from "./review.ts";
import { type Columns, type Filter, NO_FILTER } from "./row_actions.ts";
import { Rows } from "./rows.ts";
import { type Link, type SaveState, saveState } from "./saving.ts";
import { NO_SELECTION, type Selection } from "./selection.ts";
import { NO_SHIFT, type Shift } from "./shift.ts";
import { NO_SLOTS, type Slots } from "./slots.ts";

export interface Banner {
  readonly id: number;
  /** "note" tells what went well or came to pass; "error" what did not happen. */
  readonly tone: "error" | "note";
  readonly text: string;
  readonly hint: string;
}

/** A gesture that the kernel has not answered. */
export interface Waiting {
  readonly id: number;
  readonly what: "edit" | "undo" | "redo" | LabelOperation["kind"];
  readonly rows: number;
}

/** A piece of long work that runs in the kernel. */
export interface Working {
  readonly id: number;
  /** What is being done, for a person. */
  readonly what: string;
  /** What of it, in the kernel's words; "" = it has not said yet. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** An order to fly; each is an object of its own, so that the same order twice is two flights. */
export interface Flight {
  /** null = the whole map. */
  readonly rows: Uint32Array | null;
}

/** An order to open a panel; each is an object of its own. */
export interface Summons {
  readonly panel: string;
}

export interface State {
  readonly rows: Rows;
  readonly meta: Signal<Meta>;
  readonly status: Signal<Status>;
  readonly link: Signal<Link>;
  /** How far the making of the map is; null = it is made. */
  readonly making: Signal<Required<Forming> | null>;
  /** Goes up whenever a shown label changes. */
  readonly version: Signal<number>;
  readonly selection: Signal<Selection>;
  readonly waiting: Signal<readonly Waiting[]>;
  /** The edits that were open when the kernel went. */
  readonly lost: Signal<readonly Waiting[]>;
  /** Whether something has waited longer than BUSY_AFTER_MS. */
  readonly busy: Signal<boolean>;
  readonly banners: Signal<readonly Banner[]>;
  readonly history: Signal<HistoryResult | null>;
  readonly conflicts: Signal<ConflictsResult | null>;
  readonly people: Signal<PeopleResult | null>;
  /** The gestures of others whose notice was dismissed here. */
  readonly dismissed: Signal<ReadonlySet<number>>;
  /** What others changed that was ours, less what was dismissed. */
  readonly notices: ReadonlySignal<readonly NoticeRow[]>;
  /** Where the kernel last told every view to fly. */
  readonly flight: Signal<Flight | null>;
  /** The rows that are to be judged; null before anybody looked for them. */
  readonly review: Signal<Review | null>;
  readonly shift: Signal<Shift>;
  /** The panel that the kernel last asked every view to open. */
  readonly summons: Signal<Summons | null>;
  /** The row that is pointed at in a linked map. */
  readonly ring: Signal<number | null>;
  /** How Python last asked the map to be drawn. */
  readonly shown: Signal<Shown | null>;
  /** The selections that were kept under a name. */
  readonly saved: Signal<readonly SavedSelection[]>;
  /** What the scores of the rows hold, and what follows them. */
  readonly scored: Signal<Scored>;
  /** What they are asked to follow, by a person or by Python; all views of the model share it. */
  readonly scoring: Signal<Scoring>;
  /** What has taken so long that it is spoken of, the oldest first. */
  readonly working: Signal<readonly Working[]>;
  readonly filter: Signal<Filter>;
  /** The columns of the rows; null before they were asked for. */
  readonly columns: Signal<Columns | null>;
  /** Goes up when other columns are shown of a row. */
  readonly content: Signal<number>;
  readonly slots: Signal<Slots>;
  readonly labels: ReadonlySignal<readonly LabelRow[]>;
  /** Edited rows by code + 1; counted only while somebody reads it. */
  readonly edited: ReadonlySignal<Int32Array>;
  /** Suspects that still hold the label they were suspected with, by code. */
  readonly suspected: ReadonlySignal<ReadonlyMap<number, number>>;
  /** The labels of the selected rows, the most frequent first. */
  readonly mix: ReadonlySignal<readonly LabelShare[]>;
  readonly saving: ReadonlySignal<SaveState>;
  readonly readOnly: ReadonlySignal<boolean>;
  /** Whether edits are kept in the journal and no longer reach the caller's frame. */
  readonly unsynced: ReadonlySignal<boolean>;
}

export function createState(meta: Meta, status: Status): State {
  const rows = new Rows();
  const version = signal(0);
  rows.onDirty((_rows, labels) => {
    if (labels) version.value = version.peek() + 1;
  });
  const metaSignal = signal(meta);
  const statusSignal = signal(status);
  const selection = signal(NO_SELECTION);
  const dismissed = signal<ReadonlySet<number>>(new Set());
  const link = signal<Link>("loading");
  const waiting = signal<readonly Waiting[]>([]);
  const busy = signal(false);
  const review = signal<Review | null>(null);
  return {
    rows,
    version,
    link,
    waiting,
    busy,
    making: signal(null),
    meta: metaSignal,
    status: statusSignal,
    selection,
    dismissed,
    lost: signal([]),
    banners: signal([]),
    history: signal(null),
    conflicts: signal(null),
    people: signal(null),
    notices: computed(() => (statusSignal.value.notices ?? []).filter(({ gesture }) => !dismissed.value.has(gesture))),
    flight: signal(null),
    review,
    shift: signal(NO_SHIFT),
    summons: signal(null),
    ring: signal(null),
    shown: signal(null),
    saved: signal([]),
    scored: signal(NOT_SCORED),
    scoring: signal(NO_SCORING),
    working: signal([]),
    filter: signal(NO_FILTER),
    columns: signal(null),
    content: signal(0),
    slots: signal(NO_SLOTS),
    labels: computed(() => {
      version.value; // the counts are no signal of their own
      return labelRows(metaSignal.value, rows);
    }),
    edited: computed(() => {
      version.value;
      return countEdited(rows.codes, rows.original);
    }),
    suspected: computed(() => {
      version.value;
      const counts = new Map<number, number>();
      for (const { row, given } of review.value?.suspects ?? []) {
        if (rows.codes[row] === given) counts.set(given, (counts.get(given) ?? 0) + 1);
      }
      return counts;
    }),
    mix: computed(() => {
      version.value;
      return mixOf(selection.value.rows, rows.codes);
    }),
    saving: computed(() => saveState(link.value, waiting.value.length, busy.value)),
    readOnly: computed(() => link.value !== "live"),
    unsynced: computed(() => ["stopped", "detached"].includes(statusSignal.value.sync)),
  };
}
