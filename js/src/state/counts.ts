/** Counts by label code + 1, so that the unlabelled stand at 0, and the columns that they are taken from. */

import { UNLABELLED_U16, UNLABELLED_U32 } from "../protocol.ts";

/** Labels as codes, -1 = unlabelled, or as the wire has them, where the largest number says that. */
export type LabelIds = Int32Array | Uint16Array | Uint32Array;

/** What stands for a row without a label. */
export function noneOf(ids: LabelIds): number {
  if (ids instanceof Uint16Array) return UNLABELLED_U16;
  return ids instanceof Uint32Array ? UNLABELLED_U32 : -1;
}

export function columnOf(column: ArrayLike<number> | undefined, n: number, before: Int32Array, fill: number) {
  if (column !== undefined) return column instanceof Int32Array ? column : Int32Array.from(column);
  return before.length === n ? before : new Int32Array(n).fill(fill);
}

export function mostOf(codes: Int32Array): number {
  let most = -1;
  for (let at = 0; at < codes.length; at++) if ((codes[at] as number) > most) most = codes[at] as number;
  return most;
}

export function tally(codes: Int32Array) {
  const counts = new Int32Array(mostOf(codes) + 2);
  for (let row = 0; row < codes.length; row++) {
    const at = (codes[row] as number) + 1;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

export function grown(counts: Int32Array, length: number) {
  const longer = new Int32Array(Math.max(length, counts.length * 2));
  longer.set(counts);
  return longer;
}
