/** How the mix of classes changed between two domains, as the page holds it. Pure. */

import type { DomainRow, ShiftResult, ShiftRow } from "../protocol.ts";
import type { Drift } from "./drift.ts";

export type Face = "pair" | "time";

export interface Shift {
  /** The values of the domain column; null before they were asked for. */
  readonly domains: readonly DomainRow[] | null;
  /** The labelled domain that is compared with, and the one that is asked about; "" = none is chosen. */
  readonly source: string;
  readonly target: string;
  readonly result: ShiftResult | null;
  /** What is shown: two domains beside each other, or all in order. */
  readonly face: Face;
  readonly drift: Drift | null;
  /** Rows of the target that resemble nothing in the source. */
  readonly unlike: Uint32Array;
  /** Why there is no result, or null. */
  readonly refusal: { readonly error: string; readonly hint: string } | null;
  readonly working: boolean;
}

export const NO_SHIFT: Shift = {
  domains: null,
  source: "",
  target: "",
  result: null,
  face: "pair",
  drift: null,
  unlike: new Uint32Array(0),
  refusal: null,
  working: false,
};

export interface ShiftActions {
  /** Asks which domains there are, and compares the first with the last. */
  load(): void;
  /** Compares two domains; the same two again: with the labels as they are now. */
  compare(source: string, target: string): void;
  /** Shows all domains in order; again: with the labels as they are now. */
  follow(): void;
  /** Gives the rows of a domain that carry a label, and the unlabelled ones that probably should; null: not to be had. */
  rowsOf(domain: string, label: number): Promise<Uint32Array | null>;
}

/** The first domain that has labels, and the last other one. */
export function firstPair(domains: readonly DomainRow[]): readonly [string, string] {
  const source = domains.find(({ labelled }) => labelled > 0)?.name ?? "";
  const target = domains.findLast(({ name }) => name !== source)?.name ?? "";
  return [source, target];
}

/** The classes, those that changed most first. */
export function byChange(classes: readonly ShiftRow[]): ShiftRow[] {
  const change = ({ source, target }: ShiftRow) => Math.abs(target - source);
  return [...classes].sort((a, b) => change(b) - change(a) || a.label - b.label);
}

/** "+3.1", "−0.4": the change of a share in percentage points. */
export function points({ source, target }: ShiftRow): string {
  const change = (target - source) * 100;
  const text = Math.abs(change).toFixed(1);
  return text === "0.0" ? "0.0" : change > 0 ? `+${text}` : `−${text}`;
}

/** A sentence about the whole, and one about whether the mix is all that changed. */
export function verdictOf({ classes, level, verdict, source, new: unlike }: ShiftResult): string {
  const changed = classes.filter(({ p_value }) => p_value < 1 - level).length;
  const mix =
    changed === 0
      ? "No class has surely changed its share."
      : changed === 1
        ? "1 class has surely changed its share."
        : `${changed} classes have surely changed their shares.`;
  switch (verdict) {
    case "pure label shift":
      return `${mix} Nothing else seems to have changed.`;
    case "new content":
      return `${mix} ${unlike === 1 ? "1 row resembles" : `${unlike} rows resemble`} nothing in ${source}.`;
    case "features changed":
      return `${mix} But rows of one class look different from before: do not rely on these shares.`;
    case null:
      return mix;
  }
}
