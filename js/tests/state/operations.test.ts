import { describe, expect, it } from "vitest";
import { renaming, sentenceOf } from "../../src/state/operations.ts";

const names = { labels: ["3", "8", "old"], retired: [2] };

describe("operations on whole labels", () => {
  it("say how many rows they touch before they are done", () => {
    expect(sentenceOf({ kind: "merge", labels: [0], into: 1 }, names, 1760).question).toBe(
      "Merge 1,760 rows of “3” into “8”?",
    );
    expect(sentenceOf({ kind: "merge", labels: [0, 1], into: "both" }, names, 2).question).toBe(
      "Merge 2 rows of 2 labels into a new label “both”?",
    );
    expect(sentenceOf({ kind: "merge", labels: [0, 1], into: 1 }, names, 1).question).toBe(
      "Merge 1 row of “3” into “8”?",
    );
    expect(sentenceOf({ kind: "rename", label: 0, name: "three" }, names, 1).question).toBe(
      "Rename “3” to “three” on 1 row?",
    );
    expect(sentenceOf({ kind: "delete", label: 0 }, names, 2).question).toBe(
      "Delete “3”? Its 2 rows become unlabelled.",
    );
    expect(sentenceOf({ kind: "delete", label: 0 }, names, 0).question).toBe("Delete “3”? No row has it.");
    expect(sentenceOf({ kind: "resolve", keep: "journal", keys: null }, names, 4).question).toContain("4 rows");
    expect(sentenceOf({ kind: "resolve", keep: "frame", keys: null }, names, 4).verb).toBe("Keep the frame");
  });

  it("turn a rename to a name that stands already into a merge, and to a retired one into a rename", () => {
    expect(renaming(names, 0, " 8 ")).toEqual({ kind: "merge", labels: [0], into: 1 });
    expect(renaming(names, 0, "old")).toEqual({ kind: "rename", label: 0, name: "old" });
    expect(renaming(names, 0, "new")).toEqual({ kind: "rename", label: 0, name: "new" });
    expect(renaming(names, 0, "3")).toBeNull();
    expect(renaming(names, 0, "  ")).toBeNull();
  });
});
