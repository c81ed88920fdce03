/**
 * The nine labels that have a digit key. A label keeps its digit as long as it is among the nine, so that the fingers can learn
 * it; a newcomer takes the digit of the one unused for longest. A label whose name is a digit keeps that very key.
 */

import type { LabelNames } from "./labels.ts";

export const SLOT_COUNT = 9;

export interface Slots {
  /** The code at digit 1, 2, ... 9; null = none. */
  readonly codes: readonly (number | null)[];
  /** When each was last used, by a counter; higher = later. */
  readonly used: readonly number[];
}

const ownDigit = (name: string | undefined): number => (name !== undefined && /^[1-9]$/.test(name) ? Number(name) : 0);

export const NO_SLOTS: Slots = { codes: new Array(SLOT_COUNT).fill(null), used: new Array(SLOT_COUNT).fill(0) };

/** Fills the digits that are free: with labels named by that digit, then with the most frequent ones. */
export function fillSlots(slots: Slots, { labels, retired = [] }: LabelNames, count: (code: number) => number): Slots {
  if (!slots.codes.includes(null)) return slots;
  const codes = [...slots.codes];
  const taken = new Set<number | null>([...codes, ...retired]);
  const rest: number[] = [];
  labels.forEach((name, code) => {
    if (taken.has(code)) return;
    const digit = ownDigit(name);
    if (digit > 0 && codes[digit - 1] === null) codes[digit - 1] = code;
    else rest.push(code);
  });
  rest.sort((a, b) => count(b) - count(a) || a - b);
  for (let slot = 0; slot < SLOT_COUNT; slot++) if (codes[slot] === null) codes[slot] = rest.shift() ?? null;
  return { ...slots, codes };
}

/** Frees the digits of labels that are no longer in use. */
export function freeSlots(slots: Slots, retired: readonly number[]): Slots {
  if (!slots.codes.some((code) => code !== null && retired.includes(code))) return slots;
  return { ...slots, codes: slots.codes.map((code) => (code !== null && retired.includes(code) ? null : code)) };
}

/** Gives a free digit to a label, such as the one that a renamed label had. */
export function putSlot(slots: Slots, slot: number, code: number): Slots {
  if (slot < 0 || code < 0 || slots.codes[slot] !== null || slots.codes.includes(code)) return slots;
  return { ...slots, codes: slots.codes.with(slot, code) };
}

/** Notes that a label was used. */
export function useSlot(slots: Slots, code: number, labels: readonly string[]): Slots {
  if (code < 0) return slots;
  let slot = slots.codes.indexOf(code);
  if (slot < 0) slot = slots.codes.indexOf(null);
  if (slot < 0) slot = leastUsed(slots, labels);
  if (slot < 0) return slots;
  const clock = 1 + Math.max(0, ...slots.used);
  return { codes: slots.codes.with(slot, code), used: slots.used.with(slot, clock) };
}

function leastUsed(slots: Slots, labels: readonly string[]): number {
  let best = -1;
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const code = slots.codes[slot] ?? -1;
    if (ownDigit(labels[code]) === slot + 1) continue;
    if (best < 0 || (slots.used[slot] as number) <= (slots.used[best] as number)) best = slot;
  }
  return best;
}

/** The digit of a label, 1 to 9, or 0 when it has none. */
export function digitOf(slots: Slots, code: number): number {
  return code < 0 ? 0 : slots.codes.indexOf(code) + 1;
}
