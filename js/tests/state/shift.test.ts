import { describe, expect, it } from "vitest";
import type { ShiftResult, ShiftRow } from "../../src/protocol.ts";
import { byChange, firstPair, points, verdictOf } from "../../src/state/shift.ts";

const row = (label: number, source: number, target: number, p_value = 1): ShiftRow => ({
  label,
  source,
  target,
  low: target - 0.01,
  high: target + 0.01,
  weight: target / source,
  p_value,
});
const result = (classes: ShiftRow[], verdict: ShiftResult["verdict"] = null, unlike = 0) =>
  ({
    topic: "shift",
    source: "a",
    target: "b",
    revision: 0,
    level: 0.95,
    classes,
    left_out: [],
    verdict,
    new: unlike,
  }) satisfies ShiftResult;

describe("the pair that is compared first", () => {
  it("is the first domain with labels and the last other one", () => {
    const domain = (name: string, labelled: number) => ({ name, rows: 9, labelled });
    expect(firstPair([domain("1", 0), domain("2", 5), domain("3", 0)])).toEqual(["2", "3"]);
    expect(firstPair([domain("1", 0), domain("2", 5)])).toEqual(["2", "1"]);
    expect(firstPair([domain("1", 5)])).toEqual(["1", ""]);
    expect(firstPair([])).toEqual(["", ""]);
  });
});

describe("classes", () => {
  it("stand by how much they changed, whichever way", () => {
    const rows = [row(0, 0.3, 0.29), row(1, 0.5, 0.2), row(2, 0.1, 0.6)];
    expect(byChange(rows).map(({ label }) => label)).toEqual([2, 1, 0]);
    expect(rows.map(points)).toEqual(["−1.0", "−30.0", "+50.0"]);
    expect(points(row(0, 0.3, 0.3))).toBe("0.0");
  });

  it("are counted in one sentence when their change is sure", () => {
    expect(verdictOf(result([row(0, 0.5, 0.5)]))).toBe("No class has surely changed its share.");
    expect(verdictOf(result([row(0, 0.5, 0.4, 0.01), row(1, 0.5, 0.6)]))).toBe("1 class has surely changed its share.");
    expect(verdictOf(result([row(0, 0.5, 0.4, 0.01), row(1, 0.5, 0.6, 0.04)]))).toContain("2 classes have");
  });

  it("come with a word on whether their mix is all that changed", () => {
    expect(verdictOf(result([row(0, 0.5, 0.5)], "pure label shift"))).toContain("Nothing else changed");
    expect(verdictOf(result([row(0, 0.5, 0.5)], "new content", 1))).toContain("1 row resembles nothing in a.");
    expect(verdictOf(result([row(0, 0.5, 0.5)], "new content", 12))).toContain("12 rows resemble nothing in a.");
    expect(verdictOf(result([row(0, 0.5, 0.5)], "features changed"))).toContain("do not rely");
  });
});
