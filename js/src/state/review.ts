/** The review queue as the page holds it: what is to be judged next, and how it goes on while the kernel ranks anew. Pure. */

import type { Explanation, ReviewProgress } from "../protocol.ts";

/** What is being done while suspects are looked for. */
export const LOOKING = "Looking for suspects";

/** A row whose label is doubted. Codes; -1 = unlabelled. */
export interface Suspect {
  readonly row: number;
  readonly given: number;
  /** The given code = nothing is suggested. */
  readonly suggested: number;
  /** In [0, 1], high = suspicious. */
  readonly suspicion: number;
  /** Of the suggestion, in [0, 1]. */
  readonly confidence: number;
  /** In blind mode: whether the suggestion stands before the given label. */
  readonly suggestionFirst: boolean;
}

export interface Review {
  /** The next row first; at most as many as the kernel tells. */
  readonly suspects: readonly Suspect[];
  readonly progress: ReviewProgress;
  readonly blind: boolean;
}

/** What a person says of a row. `label`: a code, or a name as typed. */
export type Judgement =
  | { readonly act: "accept" | "other"; readonly label: number | string }
  | { readonly act: "keep" | "drop" | "skip" };

export interface ReviewActions {
  /** Looks for suspects and opens their queue, or looks again. */
  open(): void;
  /** Judges a row of the queue; left out: the next one. */
  judge(judgement: Judgement, suspect?: Suspect): void;
  /** Brings a row of the queue to its front. */
  bringForward(suspect: Suspect): void;
  /** Takes the last verdict back. */
  undo(): void;
  /** Accepts the suggestion of one label wherever its confidence is above a number; `selected`: only in the selection. */
  acceptAll(label: number, above: number, selected: boolean): void;
  /** Hides suggestions behind a random order, or shows them. */
  setBlind(blind: boolean): void;
  /** Gives the reasons for a row of the queue, or null when they are not to be had. */
  explain(row: number): Promise<Explanation | null>;
  /** Gives the reasons that are at hand, perhaps by the labels of a moment ago; null = there are none yet. */
  explained(row: number): Explanation | null;
}

/** So many rows ahead are fetched: also while the kernel is at work, the next one is there when it is wanted. */
export const AHEAD = 16;

/** Gives the next rows when one of the nearer half is not at hand yet: so they are fetched by handfuls, and long before. */
export function toFetch(suspects: readonly Suspect[], isHere: (row: number) => boolean): Uint32Array {
  const next = suspects.slice(0, AHEAD).map(({ row }) => row);
  return next.slice(0, AHEAD / 2).every(isHere) ? new Uint32Array(0) : Uint32Array.from(next);
}

/** So many rows stay in their place when the kernel tells a new order: the one that is looked at, and what was fetched. */
const STEADY = 4;

/**
 * Gives the queue that is shown after the kernel told another: the first rows stay where they are, as they are, as long as
 * they are to be judged at all. What was judged here and is not answered yet (`judged`) does not come back.
 */
export function steady(
  shown: readonly Suspect[],
  told: readonly Suspect[],
  judged: ReadonlyMap<number, Suspect>,
): Suspect[] {
  const open = told.filter(({ row }) => !judged.has(row));
  const still = new Set(open.map(({ row }) => row));
  const first = shown.slice(0, STEADY).filter(({ row }) => still.has(row));
  const kept = new Set(first.map(({ row }) => row));
  return [...first, ...open.filter(({ row }) => !kept.has(row))];
}

/** Gives the queue with one row first. */
export function toFront(suspects: readonly Suspect[], suspect: Suspect): Suspect[] {
  return [suspect, ...suspects.filter(({ row }) => row !== suspect.row)];
}

/** Gives the queue after a verdict: a row that was skipped comes last. */
export function afterVerdict(suspects: readonly Suspect[], suspect: Suspect, act: Judgement["act"]): Suspect[] {
  const rest = suspects.filter(({ row }) => row !== suspect.row);
  return act === "skip" ? [...rest, suspect] : rest;
}

/** The two labels of a row in blind mode, in their order; one alone when nothing is suggested. */
export function choicesOf({ given, suggested, suggestionFirst }: Suspect): readonly number[] {
  if (given === suggested) return [given];
  return suggestionFirst ? [suggested, given] : [given, suggested];
}

/** What it means to say that a row has a label. */
export function judgementOf({ given, suggested }: Suspect, label: number | string): Judgement {
  if (label === given) return { act: "keep" };
  return { act: label === suggested ? "accept" : "other", label };
}

/** The rows that one suggestion was made for with a confidence above `above`; `among`: only these. */
export function bulkRows(
  suspects: readonly Suspect[],
  label: number,
  above: number,
  among: Uint32Array | null,
): Uint32Array {
  const allowed = among === null ? null : new Set(among);
  const rows = suspects
    .filter(({ given, suggested, confidence }) => suggested === label && given !== label && confidence > above)
    .map(({ row }) => row)
    .filter((row) => allowed === null || allowed.has(row));
  return Uint32Array.from(rows).sort();
}
