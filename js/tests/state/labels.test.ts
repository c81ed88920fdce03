import { describe, expect, it } from "vitest";
import { colourOf, isNew, labelRows, matching, nameOf } from "../../src/state/labels.ts";

const counted = {
  count: (code: number) => [4, 3, 0, 7][code + 1] ?? 0,
  originalCount: (code: number) => [4, 5, 0, 2][code + 1] ?? 0,
};
const labels = ["refund", "card", "lost card"];

describe("labels", () => {
  it("stand with their count and change, unlabelled last", () => {
    expect(labelRows(labels, counted)).toEqual([
      { code: 0, name: "refund", count: 3, change: -2 },
      { code: 1, name: "card", count: 0, change: 0 },
      { code: 2, name: "lost card", count: 7, change: 5 },
      { code: -1, name: "unlabelled", count: 4, change: 0 },
    ]);
  });

  it("match a typed text: the same name first, then its beginning, then anywhere, whatever the case", () => {
    const rows = labelRows(["Card lost", "my card", "card", "CARD"], counted);
    expect(matching(rows, " card ").map((row) => row.name)).toEqual(["card", "CARD", "Card lost", "my card"]);
    expect(matching(rows, "")).toEqual(rows);
    expect(matching(rows, "xyz")).toEqual([]);
  });

  it("offer unlabelled where such rows are, and else only when it is typed", () => {
    const none = labelRows(labels, { count: () => 0, originalCount: () => 0 });
    expect(matching(none, "").map((row) => row.code)).toEqual([0, 1, 2]);
    expect(matching(none, "unl").map((row) => row.code)).toEqual([-1]);
    expect(matching(labelRows(labels, counted), "").at(-1)?.code).toBe(-1);
  });

  it("are new only when no label has the very name", () => {
    expect(isNew(labels, "Refund")).toBe(true);
    expect(isNew(labels, " refund ")).toBe(false);
    expect(isNew(labels, "  ")).toBe(false);
  });

  it("have a name and a colour even when the page was not told of them", () => {
    expect(nameOf(labels, 0)).toBe("refund");
    expect(nameOf(labels, 9)).toBe("label 9");
    expect(colourOf(["#111111", "#222222"], 3)).toBe("#222222");
    expect(colourOf([], 3)).toContain("unlabelled");
    expect(colourOf(["#111111"], -1)).toContain("unlabelled");
  });
});
