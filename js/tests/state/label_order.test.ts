import { describe, expect, it } from "vitest";
import { countEdited, inOrder } from "../../src/state/label_order.ts";

const row = (code: number, name: string, count: number) => ({ code, name, count, change: 0 });
const ROWS = [row(0, "b10", 3), row(1, "B2", 9), row(2, "a", 3), row(-1, "unlabelled", 50)];

describe("inOrder", () => {
  it("sorts names as people do, numbers by value and whatever their case, the unlabelled last", () => {
    expect(inOrder(ROWS, "name", () => 0).map(({ name }) => name)).toEqual(["a", "B2", "b10", "unlabelled"]);
  });

  it("sorts by rows, and keeps the order of what is equal", () => {
    expect(inOrder(ROWS, "count", () => 0).map(({ code }) => code)).toEqual([1, 0, 2, -1]);
  });

  it("sorts by what is counted, and leaves the list that it was given alone", () => {
    const before = [...ROWS];
    expect(inOrder(ROWS, "suspects", (code) => code * 2).map(({ code }) => code)).toEqual([2, 1, 0, -1]);
    expect(inOrder(ROWS, "given", () => 0)).toEqual(before);
    expect(ROWS).toEqual(before);
  });
});

describe("countEdited", () => {
  it("counts a row at the label that it left and at the one that it came to", () => {
    const counts = countEdited(Int32Array.of(0, 1, 500, -1, 2), Int32Array.of(0, 0, 1, 2, 2));
    expect([-1, 0, 1, 2, 500].map((code) => counts[code + 1])).toEqual([1, 1, 2, 1, 1]);
  });

  it("counts nothing where nothing was edited, or there are no rows", () => {
    expect(countEdited(Int32Array.of(3), Int32Array.of(3)).every((n) => n === 0)).toBe(true);
    expect(countEdited(new Int32Array(0), new Int32Array(0)).every((n) => n === 0)).toBe(true);
  });
});
