import { describe, expect, it } from "vitest";
import { keepMarks, markUpTo, NO_MARKS, toggleMark } from "../../../src/panels/labels/marks.ts";

const shown = [4, 2, 0, 7];

describe("marks", () => {
  it("are set and taken away one by one, label 0 among them", () => {
    const two = toggleMark(toggleMark(NO_MARKS, 0), 7);
    expect(two.codes).toEqual([0, 7]);
    expect(toggleMark(two, 0).codes).toEqual([7]);
  });

  it("reach from the label clicked last to this one, whichever stands first", () => {
    expect(markUpTo(toggleMark(NO_MARKS, 2), 7, shown).codes).toEqual([2, 0, 7]);
    expect(markUpTo(toggleMark(NO_MARKS, 0), 4, shown).codes).toEqual([0, 4, 2]);
    expect(markUpTo(NO_MARKS, 2, shown).codes).toEqual([2]);
    expect(markUpTo(toggleMark(NO_MARKS, 9), 2, shown).codes).toEqual([9, 2]);
  });

  it("fall off labels that are gone", () => {
    const marks = toggleMark(toggleMark(NO_MARKS, 0), 7);
    expect(keepMarks(marks, [7]).codes).toEqual([7]);
    expect(keepMarks(marks, shown)).toBe(marks);
  });
});
