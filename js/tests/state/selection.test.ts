import { describe, expect, it } from "vitest";
import { combine, difference, intersection, NO_SELECTION, toRowSet, union } from "../../src/state/selection.ts";
import { randomNumbers } from "../harness/data.ts";

const set = (...rows: number[]) => Uint32Array.from(rows);

describe("sets of rows", () => {
  it("agree with Set for random rows", () => {
    const random = randomNumbers(11);
    const draw = () => toRowSet(Array.from({ length: Math.floor(random() * 30) }, () => Math.floor(random() * 40)));
    for (let round = 0; round < 200; round++) {
      const [a, b] = [draw(), draw()];
      const [inA, inB] = [new Set(a), new Set(b)];
      const all = Array.from({ length: 40 }, (_, row) => row);
      expect(Array.from(union(a, b))).toEqual(all.filter((row) => inA.has(row) || inB.has(row)));
      expect(Array.from(difference(a, b))).toEqual(all.filter((row) => inA.has(row) && !inB.has(row)));
      expect(Array.from(intersection(a, b))).toEqual(all.filter((row) => inA.has(row) && inB.has(row)));
    }
  });

  it("hold row 0 like any other", () => {
    expect(Array.from(union(set(0), set()))).toEqual([0]);
    expect(Array.from(difference(set(0, 1), set(0)))).toEqual([1]);
  });

  it("are sorted as numbers and without repeats", () => {
    expect(Array.from(toRowSet([10, 9, 100, 9, 0]))).toEqual([0, 9, 10, 100]);
  });
});

describe("combine", () => {
  const before = { rows: set(1, 2, 3), how: "lasso" } as const;

  it("replaces, adds and subtracts", () => {
    expect(Array.from(combine(before, set(3, 4), "lasso", "replace").rows)).toEqual([3, 4]);
    expect(Array.from(combine(before, set(3, 4), "lasso", "add").rows)).toEqual([1, 2, 3, 4]);
    expect(Array.from(combine(before, set(3, 4), "lasso", "subtract").rows)).toEqual([1, 2]);
  });

  it("calls a selection made in two ways mixed, and one that begins anew by its own way", () => {
    expect(combine(before, set(9), "box", "add").how).toBe("mixed");
    expect(combine(NO_SELECTION, set(9), "box", "add").how).toBe("box");
    expect(combine(before, set(9), "click", "replace").how).toBe("click");
  });
});
