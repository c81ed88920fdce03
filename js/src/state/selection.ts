/** Sets of rows, as sorted uint32 positions without repeats, and the ways a drawn line changes one. */

import type { How } from "../protocol.ts";

export type Operation = "replace" | "add" | "subtract" | "intersect";

export interface Selection {
  readonly rows: Uint32Array;
  readonly how: How;
}

export const NO_ROWS: Uint32Array = new Uint32Array(0);
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
  const change = { add: union, subtract: difference, intersect: intersection }[operation];
  return { rows: change(before.rows, rows), how: before.how === how ? how : "mixed" };
}

/** Gives all rows below `n` that are not among these, less those that `skip` leaves out. */
export function inverse(rows: Uint32Array, n: number, skip: (row: number) => boolean): Uint32Array {
  const out = new Uint32Array(n);
  let [at, count] = [0, 0];
  for (let row = 0; row < n; row++) {
    if (rows[at] === row) at++;
    else if (!skip(row)) out[count++] = row;
  }
  return out.slice(0, count);
}

/** Gives the rows below `n` for which something is true. */
export function rowsWhere(n: number, test: (row: number) => boolean): Uint32Array {
  return inverse(NO_ROWS, n, (row) => !test(row));
}

export function sameRows(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
