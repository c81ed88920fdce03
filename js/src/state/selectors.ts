/** Sets of rows that have a name of their own: the others, the edited, those like the selected ones. */

import { FLAG_DIM, FLAG_EDITED, FLAG_FLAGGED, FLAG_HIDDEN } from "../protocol.ts";
import type { Look } from "./look.ts";
import { inverse, rowsWhere, type Selection } from "./selection.ts";
import type { State } from "./state.ts";
import { hasFlag } from "./words.ts";

/** Whether a row can be selected at all: it is drawn, and in colour. */
function outOf({ rows }: State, { hidden, isolated }: Look): (row: number) => boolean {
  const [none, alone] = [hidden.peek(), isolated.peek()];
  return (row) => {
    const code = rows.codes[row] ?? -1;
    return (
      hasFlag(rows.words[row] ?? 0, FLAG_HIDDEN | FLAG_DIM) || none.has(code) || (alone.size > 0 && !alone.has(code))
    );
  };
}

/** All rows but the selected ones. */
export function inverted(state: State, look: Look): Selection {
  const { rows } = state.selection.peek();
  return { rows: inverse(rows, state.rows.n, outOf(state, look)), how: "mixed" };
}

export type Group = "all" | "edited" | "suspects" | "unlabelled" | "labels";

/** Gives a named group of rows; "labels" are those that any selected row has. */
export function groupOf(group: Group, state: State, look: Look): Selection {
  const { rows } = state;
  const out = outOf(state, look);
  const where = (test: (row: number) => boolean) => rowsWhere(rows.n, (row) => test(row) && !out(row));
  const like = (column: Int32Array) => {
    const wanted = new Set(Array.from(state.selection.peek().rows, (row) => column[row] ?? -1));
    return where((row) => wanted.has(column[row] ?? -1));
  };
  switch (group) {
    case "all":
      return { rows: where(() => true), how: "menu" };
    case "edited":
      return { rows: where((row) => hasFlag(rows.words[row] ?? 0, FLAG_EDITED)), how: "menu" };
    case "suspects": {
      const found = new Set(state.review.peek()?.suspects.map(({ row }) => row));
      return { rows: where((row) => found.has(row) || hasFlag(rows.words[row] ?? 0, FLAG_FLAGGED)), how: "queue" };
    }
    case "unlabelled":
      return { rows: where((row) => rows.codes[row] === -1), how: "label" };
    case "labels":
      return { rows: like(rows.codes), how: "label" };
  }
}
