import { describe, expect, it } from "vitest";
import { operationOf, wheelFactor } from "../../src/map/gestures.ts";

const keys = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };

describe("operationOf", () => {
  it("adds with Shift, Ctrl or Cmd, takes away with Alt, and else leaves it to the toolbar", () => {
    expect(operationOf(keys)).toBeNull();
    for (const key of ["shiftKey", "ctrlKey", "metaKey"]) expect(operationOf({ ...keys, [key]: true })).toBe("add");
    expect(operationOf({ ...keys, altKey: true, shiftKey: true })).toBe("subtract");
  });
});

describe("wheelFactor", () => {
  it("zooms in when the wheel turns away, by equal factors there and back", () => {
    const away = wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false });
    const back = wheelFactor({ deltaY: 100, deltaMode: 0, ctrlKey: false });
    expect(away).toBeGreaterThan(1);
    expect(away * back).toBeCloseTo(1, 12);
  });

  it("takes lines for more than pixels, and never leaps", () => {
    const pixels = wheelFactor({ deltaY: -3, deltaMode: 0, ctrlKey: false });
    expect(wheelFactor({ deltaY: -3, deltaMode: 1, ctrlKey: false })).toBeGreaterThan(pixels);
    expect(wheelFactor({ deltaY: -1e9, deltaMode: 2, ctrlKey: false })).toBeLessThan(2);
  });
});
