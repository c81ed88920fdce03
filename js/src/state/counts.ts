/** Counts by label code + 1, so that the unlabelled stand at 0, and the labels that they are taken from. */

import { UNLABELLED_U16, UNLABELLED_U32 } from "../protocol.ts";

/** Labels as codes, -1 = unlabelled, or as the wire has them, where the largest number says that. */
export type LabelIds = Int32Array | Uint16Array | Uint32Array;

/** What stands for a row without a label. */
export function noneOf(ids: LabelIds): number {
  if (ids instanceof Uint16Array) return UNLABELLED_U16;
  return ids instanceof Uint32Array ? UNLABELLED_U32 : -1;
}

interface Counted {
  readonly codes: Int32Array;
  /** By code + 1; it may be longer than the codes need. */
  readonly counts: Int32Array;
}

/** Reads labels as codes and counts them, in one pass. */
export function readCodes(ids: LabelIds): Counted {
  const none = noneOf(ids);
  const codes = new Int32Array(ids.length);
  let counts = new Int32Array(64);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number;
    const code = id === none ? -1 : id;
    codes[row] = code;
    if (code + 1 >= counts.length) counts = grown(counts, code + 2);
    counts[code + 1] = (counts[code + 1] as number) + 1;
  }
  return { codes, counts };
}

/** Says whether two columns hold the same ids, as the wire has them. */
export function sameIds(a: LabelIds, b: LabelIds): boolean {
  if (a === b) return true;
  if (a.length !== b.length || noneOf(a) !== noneOf(b)) return false;
  for (let row = 0; row < a.length; row++) if (a[row] !== b[row]) return false;
  return true;
}

/** Brings a column to label ids; without one those of before stay, or none has a label. */
export function idsOf(column: ArrayLike<number> | undefined, n: number, before: Int32Array): LabelIds {
  if (column instanceof Int32Array || column instanceof Uint16Array || column instanceof Uint32Array) return column;
  if (column !== undefined) return Int32Array.from(column);
  return before.length === n ? before : new Int32Array(n).fill(-1);
}

export function grown(counts: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(length, counts.length * 2));
  longer.set(counts);
  return longer;
}
