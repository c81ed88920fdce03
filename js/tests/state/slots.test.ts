import { describe, expect, it } from "vitest";
import { digitOf, firstSlots, useSlot } from "../../src/state/slots.ts";

const names = Array.from({ length: 12 }, (_, i) => `label ${i}`);

describe("slots", () => {
  it("begin with the most frequent labels", () => {
    const slots = firstSlots(names, (code) => (code === 11 ? 100 : 10 - code));
    expect(slots.codes).toEqual([11, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("give a label that is named by a digit its own key", () => {
    const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
    const slots = firstSlots(digits, () => 1);
    for (let digit = 1; digit <= 9; digit++) expect(slots.codes[digit - 1]).toBe(digit);
    expect(digitOf(useSlot(slots, 0, digits), 3)).toBe(3);
  });

  it("keep a label's digit when it is used, and give a newcomer that of the one unused for longest", () => {
    let slots = firstSlots(names, (code) => -code);
    for (const code of [0, 2, 3, 4, 5, 6, 7, 8]) slots = useSlot(slots, code, names);
    expect(digitOf(slots, 2)).toBe(3);
    slots = useSlot(slots, 10, names);
    expect(digitOf(slots, 10)).toBe(2);
    expect(digitOf(slots, 1)).toBe(0);
  });

  it("leave room when there are fewer labels, and take a newcomer in", () => {
    const slots = firstSlots(["a"], () => 1);
    expect(digitOf(slots, 0)).toBe(1);
    expect(digitOf(useSlot(slots, 1, ["a", "b"]), 1)).toBe(2);
  });

  it("have no digit for unlabelled", () => {
    const slots = firstSlots(["a"], () => 1);
    expect(digitOf(useSlot(slots, -1, ["a"]), -1)).toBe(0);
  });
});
