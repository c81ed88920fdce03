import { describe, expect, it } from "vitest";
import { createLook, showAll, toggleHidden, toggleIsolated } from "../../src/state/look.ts";

const codes = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);

describe("hiding and showing alone", () => {
  it("hides label 0 and the unlabelled, and shows them again when asked again", () => {
    const look = createLook();
    toggleHidden(look, [0, -1]);
    expect(codes(look.hidden.value)).toEqual([-1, 0]);
    toggleHidden(look, [0]);
    expect(codes(look.hidden.value)).toEqual([-1]);
    expect(look.masked.value).toBe(true);
  });

  it("hides those of several that are not hidden yet, rather than turning each around", () => {
    const look = createLook();
    toggleHidden(look, [1]);
    toggleHidden(look, [1, 2]);
    expect(codes(look.hidden.value)).toEqual([1, 2]);
  });

  it("never has a label hidden and alone at once: the last word holds", () => {
    const look = createLook();
    toggleHidden(look, [3]);
    toggleIsolated(look, [3, 4]);
    expect([codes(look.hidden.value), codes(look.isolated.value)]).toEqual([[], [3, 4]]);
    toggleHidden(look, [3]);
    expect([codes(look.hidden.value), codes(look.isolated.value)]).toEqual([[3], [4]]);
    showAll(look);
    expect(look.masked.value).toBe(false);
  });
});
