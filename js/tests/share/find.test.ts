import { describe, expect, it } from "vitest";
import { findRows, foldRows } from "../../src/share/find.ts";

const columns = [{ values: ["Café au lait", null, "STRASSE", "the end"] }, { values: [null, "x", "Straße", "a"] }];
const rows = foldRows(columns, 4);
const find = (query: string) => Array.from(findRows(query, rows, ["refund", "Fées"], Int32Array.of(0, 1, -1, 0)));

describe("the search of a shared page", () => {
  it("folds case and accents, and finds row 0", () => {
    expect(find("CAFE")).toEqual([0]);
    expect(find("straße")).toEqual([2]);
    expect(find("strasse")).toEqual([2]);
  });

  it("finds rows by the name of their label", () => {
    expect(find("refund")).toEqual([0, 3]);
    expect(find("fee")).toEqual([1]);
  });

  it("never joins two cells, and reads a query as words, not as a pattern", () => {
    expect(find("lait null")).toEqual([]);
    expect(find("the enda")).toEqual([]);
    expect(find(".*")).toEqual([]);
  });
});
