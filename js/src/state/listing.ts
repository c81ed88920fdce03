/** Which rows the table and the gallery list, and how a press or a key among them changes the selection. Pure. */

import { intersection, NO_ROWS, type Selection, toRowSet } from "./selection.ts";

/** By which column the list is sorted; null column: by the place of the row. */
export interface Sort {
  readonly column: string | null;
  readonly descending: boolean;
}

export const UNSORTED: Sort = { column: null, descending: false };

/** Gives the sort after a press on a column's head: up, then down, then none. */
export function nextSort(sort: Sort, column: string | null): Sort {
  if (sort.column !== column) return { column, descending: false };
  return sort.descending ? UNSORTED : { column, descending: true };
}

/**
 * Gives the rows to list after a selection: those that were selected elsewhere. What is selected in the list itself leaves the
 * list as it is, or it would shrink under the hand. Null = all rows.
 */
export function basisAfter(before: Uint32Array | null, { rows, how }: Selection): Uint32Array | null {
  if (how === "table") return before;
  return rows.length > 0 ? rows : null;
}

/** Gives the rows of a list before it is sorted: the basis, less what the filter holds back. */
export function listed(basis: Uint32Array | null, kept: Uint32Array | null, n: number): Uint32Array {
  if (basis !== null) return kept === null ? basis : intersection(basis, kept);
  if (kept !== null) return kept;
  const all = new Uint32Array(n);
  for (let row = 0; row < n; row++) all[row] = row;
  return all;
}

/** How a press or a key chooses: one line alone, one more or less, or all from the anchor. */
export type Way = "alone" | "toggle" | "range";

export function wayOf(held: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): Way {
  if (held.shiftKey) return "range";
  return held.ctrlKey || held.metaKey ? "toggle" : "alone";
}

/** Gives the selection after line `at` of a list was chosen. */
export function chosen(rows: Uint32Array, at: number, anchor: number, way: Way, before: Uint32Array): Selection {
  const row = rows[at];
  if (row === undefined) return { rows: NO_ROWS, how: "table" };
  switch (way) {
    case "alone":
      return { rows: Uint32Array.of(row), how: "table" };
    case "range":
      return { rows: toRowSet(rows.subarray(Math.min(at, anchor), Math.max(at, anchor) + 1)), how: "table" };
    case "toggle": {
      const without = before.filter((other) => other !== row);
      return { rows: without.length < before.length ? without : toRowSet([...before, row]), how: "table" };
    }
  }
}
