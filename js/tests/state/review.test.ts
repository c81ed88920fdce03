import { describe, expect, it } from "vitest";
import {
  AHEAD,
  afterVerdict,
  bulkRows,
  choicesOf,
  judgementOf,
  type Suspect,
  steady,
  toFetch,
  toFront,
} from "../../src/state/review.ts";

const suspect = (row: number, more: Partial<Suspect> = {}): Suspect => ({
  row,
  given: 0,
  suggested: 1,
  suspicion: 0.9,
  confidence: 0.8,
  suggestionFirst: false,
  ...more,
});
const list = (...rows: number[]) => rows.map((row) => suspect(row));
const rowsOf = (suspects: readonly Suspect[]) => suspects.map(({ row }) => row);
const none = new Map<number, Suspect>();

describe("a new order of the queue", () => {
  it("leaves the row that is looked at and the next three where they are, as they are", () => {
    const told = list(9, 5, 4, 3, 2, 1, 0).map((one) => ({ ...one, suggested: 7 }));
    const after = steady(list(0, 1, 2, 3, 4, 5), told, none);
    expect(rowsOf(after)).toEqual([0, 1, 2, 3, 9, 5, 4]);
    expect(after.map(({ suggested }) => suggested)).toEqual([1, 1, 1, 1, 7, 7, 7]);
  });

  it("drops what is to be judged no more, row 0 too", () => {
    expect(rowsOf(steady(list(0, 1, 2), list(2, 8), none))).toEqual([2, 8]);
  });

  it("does not bring back what was judged here and is not answered yet", () => {
    expect(rowsOf(steady(list(1, 2), list(0, 1, 2, 3), new Map([[0, suspect(0)]])))).toEqual([1, 2, 3]);
  });

  it("is taken as it is where nothing was shown", () => {
    expect(rowsOf(steady([], list(3, 0), none))).toEqual([3, 0]);
    expect(steady([], [], none)).toEqual([]);
  });
});

describe("a verdict", () => {
  it("takes its row out, and a skipped one to the end", () => {
    expect(rowsOf(afterVerdict(list(0, 1, 2), suspect(0), "keep"))).toEqual([1, 2]);
    expect(rowsOf(afterVerdict(list(0, 1, 2), suspect(0), "skip"))).toEqual([1, 2, 0]);
    expect(rowsOf(toFront(list(1, 2, 0), suspect(0)))).toEqual([0, 1, 2]);
  });

  it("is called by what it means: the given label is kept, the suggested one accepted", () => {
    expect(judgementOf(suspect(3), 0)).toEqual({ act: "keep" });
    expect(judgementOf(suspect(3), 1)).toEqual({ act: "accept", label: 1 });
    expect(judgementOf(suspect(3), "new")).toEqual({ act: "other", label: "new" });
  });
});

describe("blind mode", () => {
  it("puts the two labels in the order that the kernel drew", () => {
    expect(choicesOf(suspect(0))).toEqual([0, 1]);
    expect(choicesOf(suspect(0, { suggestionFirst: true }))).toEqual([1, 0]);
    expect(choicesOf(suspect(0, { suggested: 0, suggestionFirst: true }))).toEqual([0]);
  });
});

describe("many at once", () => {
  it("are the rows with that suggestion above that confidence, in the selection when there is one", () => {
    const suspects = [
      suspect(9),
      suspect(0, { confidence: 0.95 }),
      suspect(4, { suggested: 2, confidence: 0.99 }),
      suspect(2, { confidence: 0.9 }),
      suspect(7, { given: 1, confidence: 0.99 }),
    ];
    expect(Array.from(bulkRows(suspects, 1, 0.5, null))).toEqual([0, 2, 9]);
    expect(Array.from(bulkRows(suspects, 1, 0.9, null))).toEqual([0]);
    expect(Array.from(bulkRows(suspects, 1, 0.5, Uint32Array.of(2, 3)))).toEqual([2]);
  });
});

describe("what is fetched ahead", () => {
  const many = list(...Array.from({ length: 40 }, (_, i) => 100 + i));
  const first = (n: number) => rowsOf(many.slice(0, n));

  it("is nothing while the nearer half is at hand", () => {
    const here = new Set(first(AHEAD / 2));
    expect([...toFetch(many, (row) => here.has(row))]).toEqual([]);
  });

  it("is a handful at once, as soon as one of the nearer half is not", () => {
    const here = new Set(first(AHEAD / 2 - 1));
    expect([...toFetch(many, (row) => here.has(row))]).toEqual(first(AHEAD));
  });

  it("is no more than there is", () => {
    expect([...toFetch(list(7), () => false)]).toEqual([7]);
    expect([...toFetch([], () => false)]).toEqual([]);
  });
});
