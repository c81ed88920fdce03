import { describe, expect, it } from "vitest";
import { placeAfter } from "../../src/ui/menu.tsx";

describe("a menu", () => {
  it("is walked in a ring, and leaves other keys alone", () => {
    expect(placeAfter("ArrowDown", 2, 3)).toBe(0);
    expect(placeAfter("ArrowUp", 0, 3)).toBe(2);
    expect([placeAfter("Home", 2, 3), placeAfter("End", 0, 3)]).toEqual([0, 2]);
    expect(placeAfter("x", 0, 3)).toBeNull();
    expect(placeAfter("ArrowDown", -1, 0)).toBeNull();
  });
});
