import { describe, expect, it } from "vitest";
import { basisAfter, chosen, listed, nextSort, UNSORTED, wayOf } from "../../src/state/listing.ts";

const rows = Uint32Array.of(7, 0, 3, 9); // as sorted by some column
const held = (keys: Partial<Record<"shiftKey" | "ctrlKey" | "metaKey", boolean>>) =>
  wayOf({ shiftKey: false, ctrlKey: false, metaKey: false, ...keys });

describe("what is listed", () => {
  it("is what was selected elsewhere, and stays when a line of the list itself is selected", () => {
    const lasso = basisAfter(null, { rows, how: "lasso" });
    expect(lasso).toBe(rows);
    expect(basisAfter(lasso, { rows: Uint32Array.of(0), how: "table" })).toBe(rows);
    expect(basisAfter(lasso, { rows: new Uint32Array(0), how: "lasso" })).toBeNull();
  });

  it("is all rows without a selection, less what the filter holds back", () => {
    expect([...listed(null, null, 3)]).toEqual([0, 1, 2]);
    expect([...listed(null, Uint32Array.of(0, 2), 3)]).toEqual([0, 2]);
    expect([...listed(Uint32Array.of(0, 1), Uint32Array.of(0, 2), 3)]).toEqual([0]);
    expect([...listed(null, null, 0)]).toEqual([]);
  });
});

describe("a press on a line", () => {
  const press = (at: number, anchor: number, way: ReturnType<typeof wayOf>, before = new Uint32Array(0)) => [
    ...chosen(rows, at, anchor, way, before).rows,
  ];

  it("selects row 0 alone, wherever it stands", () => {
    expect(press(1, 0, held({}))).toEqual([0]);
  });

  it("with Shift selects from the anchor, upwards or downwards, in the order that is shown", () => {
    expect(press(3, 1, held({ shiftKey: true }))).toEqual([0, 3, 9]);
    expect(press(0, 1, held({ shiftKey: true, ctrlKey: true }))).toEqual([0, 7]);
  });

  it("with Ctrl or Cmd takes one more, or lets it go", () => {
    expect(press(1, 0, held({ ctrlKey: true }), Uint32Array.of(3))).toEqual([0, 3]);
    expect(press(1, 0, held({ metaKey: true }), Uint32Array.of(0, 3))).toEqual([3]);
  });

  it("beyond the list selects nothing", () => {
    expect(press(4, 0, "alone")).toEqual([]);
    expect([...chosen(new Uint32Array(0), 0, 0, "range", rows).rows]).toEqual([]);
  });
});

it("a press on a column's head sorts up, then down, then not at all", () => {
  const first = nextSort(UNSORTED, "price");
  expect(first).toEqual({ column: "price", descending: false });
  const second = nextSort(first, "price");
  expect(second).toEqual({ column: "price", descending: true });
  expect(nextSort(second, "price")).toEqual(UNSORTED);
  expect(nextSort(second, "text")).toEqual({ column: "text", descending: false });
  expect(nextSort(nextSort(UNSORTED, null), null)).toEqual(UNSORTED);
});
