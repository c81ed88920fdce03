/** What may be asked of rows: their content, their columns, and which of them hold something. */

import type { Clause, ColumnInfo, FacetResult, Rest } from "../protocol.ts";

/** One field of a row. Text is shown as text; only what the user says is HTML is shown as such, and cleaned before. */
export interface Cell {
  readonly name: string;
  readonly kind: "text" | "html" | "image" | "audio";
  /** The text, or why a picture or sound cannot be shown; null = missing, or there is an address. */
  readonly text: string | null;
  /** The object URL of a picture or a sound. */
  readonly url: string | null;
}

export type Cells = readonly Cell[];

/** Why something that was typed cannot be used. */
export interface Refusal {
  readonly error: string;
  readonly hint: string;
}

export interface Filter {
  readonly clauses: readonly Clause[];
  readonly rest: Rest;
  /** Those that pass; null = all do. */
  readonly rows: Uint32Array | null;
}

export const NO_FILTER: Filter = { clauses: [], rest: "grey", rows: null };

export interface Columns {
  readonly all: readonly ColumnInfo[];
  /** The columns of the hover card. */
  readonly shown: readonly string[];
}

export interface RowActions {
  /** Fetches the fields of rows that are not at hand; says whether they are now. Null columns: the hover card's. */
  describe(rows: Uint32Array, columns: readonly string[] | null, signal: AbortSignal): Promise<boolean>;
  /** The fields of a row, if they are at hand. */
  peek(row: number, columns: readonly string[] | null): Cells | null;
  loadColumns(): void;
  /** Asks what a column can be filtered by. */
  facet(column: string, signal: AbortSignal): Promise<FacetResult | Refusal | null>;
  /** Gives rows sorted by a column, or null when that is not to be had. */
  order(rows: Uint32Array, column: string, descending: boolean, signal: AbortSignal): Promise<Uint32Array | null>;
  /** Filters the rows in all views; what cannot be used comes back as a refusal. */
  setFilter(clauses: readonly Clause[], rest: Rest): Promise<Refusal | null>;
  /** Gives the rows that hold a text. */
  search(query: string, regex: boolean, signal: AbortSignal): Promise<Uint32Array | Refusal | null>;
}

export function isRefusal(answer: object | null): answer is Refusal {
  return answer !== null && "error" in answer && "hint" in answer;
}
