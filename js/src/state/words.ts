/**
 * One uint32 word a point: label slot in the low 16 bits, then 8 bits of flags, then 8 bits of score. The map draws from these
 * words alone, so that a relabel, a selection or a filter is "write words, upload the blocks that changed, draw once".
 */

import { FLAG_EDITED, FLAG_FLAGGED, MAX_U16_LABELS } from "../protocol.ts";

/** The slot of a row without a label. */
export const NO_LABEL_SLOT = 0xffff;
export const FLAG_SHIFT = 16;
export const SCORE_SHIFT = 24;
const KERNEL_FLAGS = FLAG_EDITED | FLAG_FLAGGED;
/** The bits of a word that hold the slot, those of the score, and those of the flags that the kernel owns. */
export const SLOT_BITS = 0xffff;
const SCORE_BITS = 0xff << SCORE_SHIFT;
export const KERNEL_BITS = KERNEL_FLAGS << FLAG_SHIFT;

/**
 * Gives the 16-bit slot in which a label is drawn: its code, as long as all codes fit. Beyond that, slots are reused at a
 * multiple of the palette's length, which keeps every label's colour.
 */
export function slotOf(code: number, paletteLength: number): number {
  if (code < 0) return NO_LABEL_SLOT;
  if (code < MAX_U16_LABELS) return code;
  return code % (Math.floor(MAX_U16_LABELS / paletteLength) * paletteLength);
}

export function withSlot(word: number, slot: number): number {
  return ((word & 0xffff0000) | slot) >>> 0;
}

export function withScore(word: number, score: number): number {
  return ((word & 0x00ffffff) | (score << SCORE_SHIFT)) >>> 0;
}

export function withFlag(word: number, flag: number, on: boolean): number {
  return (on ? word | (flag << FLAG_SHIFT) : word & ~(flag << FLAG_SHIFT)) >>> 0;
}

export function hasFlag(word: number, flag: number): boolean {
  return (word & (flag << FLAG_SHIFT)) !== 0;
}

/** What comes of scores and flags, a byte a row each. */
interface Told {
  readonly score?: ArrayLike<number>;
  readonly flags?: ArrayLike<number>;
}

/** Packs the labels, and what came of scores and flags; the rest of each word stays as it was before, where there was one. */
export function packed(codes: Int32Array, told: Told, paletteLength: number, earlier: Uint32Array): Uint32Array {
  const { score, flags } = told;
  const before = earlier.length === codes.length ? earlier : null; // words that are new need not be read
  const words = before ?? new Uint32Array(codes.length);
  const kept = ~(SLOT_BITS | (score === undefined ? 0 : SCORE_BITS) | (flags === undefined ? 0 : KERNEL_BITS));
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    let word = code >= 0 && code < MAX_U16_LABELS ? code : slotOf(code, paletteLength);
    if (before !== null) word |= (before[row] as number) & kept;
    if (score !== undefined) word |= (score[row] as number) << SCORE_SHIFT;
    if (flags !== undefined) word |= ((flags[row] as number) << FLAG_SHIFT) & KERNEL_BITS;
    words[row] = word;
  }
  return words;
}
