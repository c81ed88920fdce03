/** The orders that the list of labels can stand in. */

import type { LabelRow } from "./labels.ts";

export type LabelOrder = "given" | "count" | "name" | "edited" | "suspects";

/** What the orders count, by code + 1, so that the unlabelled stand at 0. */
export interface Tally {
  readonly edited: Int32Array;
  readonly suspects: Int32Array;
}

/** Counts the edited rows of each label: those that came to it and those that left it. */
export function countEdited(codes: Int32Array, original: Int32Array): Int32Array {
  let counts = new Int32Array(64);
  const add = (code: number) => {
    if (code + 1 >= counts.length) {
      const longer = new Int32Array(Math.max(code + 2, counts.length * 2));
      longer.set(counts);
      counts = longer;
    }
    counts[code + 1] = (counts[code + 1] as number) + 1;
  };
  for (let row = 0; row < codes.length; row++) {
    const [now, before] = [codes[row] as number, original[row] as number];
    if (now === before) continue;
    add(now);
    add(before);
  }
  return counts;
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Gives the labels in an order, most first; what is equal stays as it was, and the unlabelled come last. */
export function inOrder(rows: readonly LabelRow[], order: LabelOrder, tally: (code: number) => number): LabelRow[] {
  const by: Record<LabelOrder, (a: LabelRow, b: LabelRow) => number> = {
    given: () => 0,
    count: (a, b) => b.count - a.count,
    name: (a, b) => names.compare(a.name, b.name),
    edited: (a, b) => tally(b.code) - tally(a.code),
    suspects: (a, b) => tally(b.code) - tally(a.code),
  };
  return [...rows].sort((a, b) => Number(a.code < 0) - Number(b.code < 0) || by[order](a, b));
}
