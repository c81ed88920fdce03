/** The list of labels: which of them a typed text means, and in which order they stand. */

import type { Meta } from "../protocol.ts";

/** The names by code, and the codes that no list shows. */
export type LabelNames = Pick<Meta, "labels" | "retired">;
export type LabelColours = Pick<Meta, "palette" | "colours">;

export interface LabelRow {
  /** -1 = unlabelled. */
  readonly code: number;
  readonly name: string;
  readonly count: number;
  /** Rows now less rows at first. */
  readonly change: number;
}

interface Counted {
  count(code: number): number;
  originalCount(code: number): number;
}

/** The name of a code; one that the page has not been told yet still gets a word. */
export function nameOf(labels: readonly string[], code: number): string {
  return code < 0 ? "unlabelled" : (labels[code] ?? `label ${code}`);
}

/** The code of the label that has this very name now; -1 = none. A retired name is free. */
export function codeOf({ labels, retired = [] }: LabelNames, name: string): number {
  for (let code = labels.indexOf(name); code >= 0; code = labels.indexOf(name, code + 1)) {
    if (!retired.includes(code)) return code;
  }
  return -1;
}

/** Gives each label in use with its count, the unlabelled rows last. */
export function labelRows({ labels, retired = [] }: LabelNames, rows: Counted): LabelRow[] {
  const row = (code: number): LabelRow => {
    const count = rows.count(code);
    return { code, name: nameOf(labels, code), count, change: count - rows.originalCount(code) };
  };
  const gone = new Set(retired);
  return [
    ...Array.from(labels.keys())
      .filter((code) => !gone.has(code))
      .map(row),
    row(-1),
  ];
}

/** Case and what stands between two words make no other name for a reader; the minus of "-1" does. */
function fold(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/(?<=[\p{L}\p{N}])[\s_-]+(?=[\p{L}\p{N}])/gu, " ");
}

/**
 * Gives the labels that a typed text may mean: the same name first, then the same but for case and separators, then names that
 * begin with it, then that hold it.
 * Without a text all labels; unlabelled is among them when there are or were such rows, else it has to be asked for.
 */
export function matching(rows: readonly LabelRow[], typed: string): LabelRow[] {
  const text = typed.trim();
  if (text === "") return rows.filter(({ code, count, change }) => code >= 0 || count > 0 || change !== 0);
  const low = fold(text);
  const begun = low.replace(/(?<=.)[\s_-]+$/, ""); // more of the name is on its way
  const ranks: LabelRow[][] = [[], [], [], []];
  for (const row of rows) {
    const name = fold(row.name);
    const holds = name.includes(begun) || row.name.includes(text);
    const rank = row.name === text ? 0 : name === low ? 1 : name.startsWith(begun) ? 2 : holds ? 3 : -1;
    if (rank >= 0) ranks[rank]?.push(row);
  }
  return ranks.flat();
}

/** Gives the label that a typed new name is much like: but for case, and for what stands between the words or does not. */
export function lookalike(rows: readonly LabelRow[], typed: string): LabelRow | null {
  const squeeze = (name: string) => fold(name).replace(/(?<=\p{L}) (?=\p{L})/gu, "");
  const text = squeeze(typed);
  return rows.find(({ code, name }) => code >= 0 && name !== typed.trim() && squeeze(name) === text) ?? null;
}

/** Whether a typed text is a name that no label has now. */
export function isNew(names: LabelNames, typed: string): boolean {
  const text = typed.trim();
  return text !== "" && codeOf(names, text) < 0;
}

/** How many of some rows have a label. */
export interface LabelShare {
  readonly code: number;
  readonly count: number;
}

/** Gives the labels of some rows, the most frequent first. */
export function mixOf(rows: Uint32Array, codes: Int32Array): LabelShare[] {
  let counts = new Uint32Array(64); // by code + 1
  for (let i = 0; i < rows.length; i++) {
    const place = (codes[rows[i] as number] ?? -1) + 1;
    if (place >= counts.length) {
      const longer = new Uint32Array(2 * place);
      longer.set(counts);
      counts = longer;
    }
    counts[place] = (counts[place] as number) + 1;
  }
  return Array.from(counts, (count, place) => ({ code: place - 1, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.code - b.code);
}

const UNLABELLED_COLOUR = "var(--la-unlabelled)";

/** The colour of a code, for a style sheet: its own, else the palette's. */
export function colourOf({ palette, colours = [] }: LabelColours, code: number): string {
  const own = colours[code] ?? "";
  if (own !== "") return own;
  return code < 0 || palette.length === 0 ? UNLABELLED_COLOUR : (palette[code % palette.length] ?? UNLABELLED_COLOUR);
}
