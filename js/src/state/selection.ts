/** Sets of rows, as sorted uint32 positions without repeats, and the three ways a drawn line changes one. */

import type { How } from "../protocol.ts";

export type Operation = "replace" | "add" | "subtract";

export interface Selection {
  readonly rows: Uint32Array;
  readonly how: How;
}

export const NO_ROWS = new Uint32Array(0);
export const NO_SELECTION: Selection = { rows: NO_ROWS, how: "lasso" };

/** Sorts rows and drops repeats. */
export function toRowSet(rows: Iterable<number>): Uint32Array {
  const sorted = Uint32Array.from(rows).sort();
  return sorted.filter((row, i) => i === 0 || row !== sorted[i - 1]);
}

function merge(a: Uint32Array, b: Uint32Array, onlyA: boolean, both: boolean, onlyB: boolean): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  let [i, j, count] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const x = i < a.length ? (a[i] as number) : Infinity;
    const y = j < b.length ? (b[j] as number) : Infinity;
    if (x === y) {
      if (both) out[count++] = x;
      i++;
      j++;
    } else if (x < y) {
      if (onlyA) out[count++] = x;
      i++;
    } else {
      if (onlyB) out[count++] = y;
      j++;
    }
  }
  return out.slice(0, count);
}

export const union = (a: Uint32Array, b: Uint32Array): Uint32Array => merge(a, b, true, true, true);
export const difference = (a: Uint32Array, b: Uint32Array): Uint32Array => merge(a, b, true, false, false);
export const intersection = (a: Uint32Array, b: Uint32Array): Uint32Array => merge(a, b, false, true, false);

/** Gives the selection after a line was drawn around `rows`. What was built in several ways is "mixed". */
export function combine(before: Selection, rows: Uint32Array, how: How, operation: Operation): Selection {
  if (operation === "replace" || (before.rows.length === 0 && operation === "add")) return { rows, how };
  const changed = operation === "add" ? union(before.rows, rows) : difference(before.rows, rows);
  return { rows: changed, how: before.how === how ? how : "mixed" };
}

export function sameRows(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}
