/**
 * Everything that the views of one model share. One owner per fact: what the kernel owns is only ever written from its messages
 * (or laid over, see rows.ts); the camera, the hovered row and the running lasso belong to a view and are not here.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { HistoryResult, Meta, Status } from "../protocol.ts";
import { type LabelRow, labelRows } from "./labels.ts";
import { Rows } from "./rows.ts";
import { type Link, type SaveState, saveState } from "./saving.ts";
import { NO_SELECTION, type Selection } from "./selection.ts";
import { firstSlots, type Slots } from "./slots.ts";

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
  readonly what: "edit" | "undo" | "redo";
  readonly rows: number;
}

/** A piece of long work that runs in the kernel. */
export interface Working {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface Suspects {
  readonly rows: Uint32Array;
  readonly suspicion: Float32Array;
  readonly suggested: Int32Array;
  /** The codes that were shown when they were found. */
  readonly given: Int32Array;
  readonly nFlagged: number;
  readonly noiseRate: number;
  /** The revision they were found at. */
  readonly revision: number;
}

export interface State {
  readonly rows: Rows;
  readonly meta: Signal<Meta>;
  readonly status: Signal<Status>;
  readonly link: Signal<Link>;
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
  readonly suspects: Signal<Suspects | null>;
  readonly working: Signal<Working | null>;
  readonly slots: Signal<Slots>;
  readonly labels: ReadonlySignal<readonly LabelRow[]>;
  readonly saving: ReadonlySignal<SaveState>;
  readonly readOnly: ReadonlySignal<boolean>;
}

export function createState(meta: Meta, status: Status): State {
  const rows = new Rows();
  const version = signal(0);
  rows.onDirty(() => {
    version.value = version.peek() + 1;
  });
  const metaSignal = signal(meta);
  const link = signal<Link>("loading");
  const waiting = signal<readonly Waiting[]>([]);
  const busy = signal(false);
  return {
    rows,
    version,
    link,
    waiting,
    busy,
    meta: metaSignal,
    status: signal(status),
    selection: signal(NO_SELECTION),
    lost: signal([]),
    banners: signal([]),
    history: signal(null),
    suspects: signal(null),
    working: signal(null),
    slots: signal(firstSlots([], () => 0)),
    labels: computed(() => {
      version.value; // the counts are no signal of their own
      return labelRows(metaSignal.value.labels, rows);
    }),
    saving: computed(() => saveState(link.value, waiting.value.length, busy.value)),
    readOnly: computed(() => link.value !== "live"),
  };
}
