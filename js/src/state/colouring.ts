/** What the colours of one view mean, and how its labels stand. Pure but for the signals. */

import { type Signal, signal } from "@preact/signals";
import type { ColourBy } from "../protocol.ts";
import { NO_LABEL_SLOT, slotOf } from "./words.ts";

/** What colours can be asked to follow; `column` only with "column". */
export interface Wanted {
  readonly by: ColourBy;
  readonly column: string | null;
  /** About how many clusters there are to be, with "cluster"; without it as many as were asked for last. */
  readonly level?: number;
}

/** What the rows are coloured by, as the kernel told it. */
export interface Colouring extends Wanted {
  readonly title: string;
  /** By slot, the most frequent first; none where the colours are a scale. */
  readonly names: readonly string[];
  /** Rows of each name. */
  readonly counts: readonly number[];
  /** Rows without a value. */
  readonly missing: number;
  /** The values at the two ends of a scale, in words; null = names, not numbers. */
  readonly ends: readonly [string, string] | null;
  /** Of each row; 0xFFFF = no value. On a scale 0 to 254. */
  readonly slots: Uint16Array;
  /** How many clusters there can be, with "cluster". */
  readonly finest?: number;
}

export const BY_LABEL: Wanted = { by: "label", column: null };

/** The last slot of a scale. */
export const SCALE_TOP = 254;

export interface ColourState {
  readonly wanted: Signal<Wanted>;
  /** What was loaded for it; null = nothing has to be, or it is on its way. */
  readonly colouring: Signal<Colouring | null>;
}

export function createColours(): ColourState {
  return { wanted: signal(BY_LABEL), colouring: signal(null) };
}

export function sameWanted(a: Wanted, b: Wanted): boolean {
  return a.by === b.by && a.column === b.column && a.level === b.level;
}

/** The colours of rows as they came, and of those that were edited, where the colours say that. */
export const EDITED_INKS = ["#a9abb2", "#d7263d"] as const;

/** What the size and the weight of points follow. */
export interface Scored {
  /** What it is called; null = nothing. */
  readonly title: string | null;
  readonly wanted: Wanted;
  readonly size: boolean;
  readonly weight: boolean;
}

/** What the size and the weight of points are asked to follow; `wanted` null = nothing. */
export interface Scoring {
  readonly wanted: Wanted | null;
  readonly size: boolean;
  readonly weight: boolean;
}

export const NO_SCORING: Scoring = { wanted: null, size: true, weight: false };

export const NOT_SCORED: Scored = { title: null, wanted: BY_LABEL, size: false, weight: false };

export const [HIDDEN, DIM, SHOWN] = [0, 128, 255] as const;
const SLOTS = NO_LABEL_SLOT + 1;

/**
 * Gives how each label slot stands, a byte each: 0 hidden, 128 dim, 255 shown; null = all are shown. An emphasised label stands
 * out from all others for a moment.
 */
export function standBytes(
  hidden: ReadonlySet<number>,
  isolated: ReadonlySet<number>,
  emphasis: number | null,
  paletteLength: number,
): Uint8Array<ArrayBuffer> | null {
  if (hidden.size + isolated.size === 0 && emphasis === null) return null;
  const strong = emphasis === null ? isolated : [emphasis];
  const bytes = new Uint8Array(SLOTS).fill(emphasis === null && isolated.size === 0 ? SHOWN : DIM);
  for (const code of strong) bytes[slotOf(code, paletteLength)] = SHOWN;
  for (const code of hidden) bytes[slotOf(code, paletteLength)] = HIDDEN;
  return bytes;
}
