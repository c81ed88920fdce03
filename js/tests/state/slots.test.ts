import { describe, expect, it } from "vitest";
import { digitOf, fillSlots, freeSlots, NO_SLOTS, putSlot, useSlot } from "../../src/state/slots.ts";

const names = Array.from({ length: 12 }, (_, i) => `label ${i}`);

describe("slots", () => {
  it("begin with the most frequent labels", () => {
    const slots = fillSlots(NO_SLOTS, { labels: names }, (code) => (code === 11 ? 100 : 10 - code));
    expect(slots.codes).toEqual([11, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("give a label that is named by a digit its own key", () => {
    const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
    const slots = fillSlots(NO_SLOTS, { labels: digits }, () => 1);
    for (let digit = 1; digit <= 9; digit++) expect(slots.codes[digit - 1]).toBe(digit);
    expect(digitOf(useSlot(slots, 0, digits), 3)).toBe(3);
  });

  it("keep a label's digit when it is used, and give a newcomer that of the one unused for longest", () => {
    let slots = fillSlots(NO_SLOTS, { labels: names }, (code) => -code);
    for (const code of [0, 2, 3, 4, 5, 6, 7, 8]) slots = useSlot(slots, code, names);
    expect(digitOf(slots, 2)).toBe(3);
    slots = useSlot(slots, 10, names);
    expect(digitOf(slots, 10)).toBe(2);
    expect(digitOf(slots, 1)).toBe(0);
  });

  it("leave room when there are fewer labels, and take a newcomer in", () => {
    const slots = fillSlots(NO_SLOTS, { labels: ["a"] }, () => 1);
    expect(digitOf(slots, 0)).toBe(1);
    expect(digitOf(useSlot(slots, 1, ["a", "b"]), 1)).toBe(2);
  });

  it("have no digit for unlabelled", () => {
    const slots = fillSlots(NO_SLOTS, { labels: ["a"] }, () => 1);
    expect(digitOf(useSlot(slots, -1, ["a"]), -1)).toBe(0);
  });

  it("free the digits of labels that are gone, and fill them again with what is most frequent", () => {
    const full = fillSlots(NO_SLOTS, { labels: names }, (code) => -code);
    const freed = freeSlots(full, [0, 3]);
    expect([digitOf(freed, 0), digitOf(freed, 3), digitOf(freed, 4)]).toEqual([0, 0, 5]);
    expect(fillSlots(freed, { labels: names, retired: [0, 3] }, (code) => code).codes).toEqual([
      11, 1, 2, 10, 4, 5, 6, 7, 8,
    ]);
    expect(freeSlots(full, [11])).toBe(full);
    expect(fillSlots(full, { labels: names }, () => 1)).toBe(full);
  });

  it("hand a digit on only when it is free and its heir has none", () => {
    const full = fillSlots(NO_SLOTS, { labels: names }, (code) => -code);
    expect(putSlot(full, 2, 11)).toBe(full);
    expect(putSlot(freeSlots(full, [2]), 2, 11).codes[2]).toBe(11);
    expect(putSlot(freeSlots(full, [2]), 2, 0).codes[2]).toBeNull();
    expect(putSlot(full, -1, 11)).toBe(full);
  });
});
