// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gestures, operationOf, pinchOf, wheelFactor } from "../../src/map/gestures.ts";

const keys = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };

describe("operationOf", () => {
  it("adds with Shift, Ctrl or Cmd, takes away with Alt, keeps the common with both, and else leaves it to the toolbar", () => {
    expect(operationOf(keys)).toBeNull();
    for (const key of ["shiftKey", "ctrlKey", "metaKey"]) expect(operationOf({ ...keys, [key]: true })).toBe("add");
    expect(operationOf({ ...keys, altKey: true })).toBe("subtract");
    expect(operationOf({ ...keys, altKey: true, shiftKey: true })).toBe("intersect");
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

describe("pinchOf", () => {
  it("gives the way of the middle and how far two fingers parted", () => {
    expect(
      pinchOf(
        [
          [0, 0],
          [10, 0],
        ],
        [
          [5, 2],
          [25, 2],
        ],
      ),
    ).toEqual({ at: [15, 2], dx: 10, dy: 2, factor: 2 });
    expect(
      pinchOf(
        [
          [3, 3],
          [3, 3],
        ],
        [
          [0, 0],
          [9, 9],
        ],
      ).factor,
    ).toBe(1);
    expect(
      pinchOf(
        [
          [0, 0],
          [2, 0],
        ],
        [
          [0, 0],
          [900, 0],
        ],
      ).factor,
    ).toBe(5);
  });
});

describe("fingers on the map", () => {
  const target = {
    mode: () => "lasso" as const,
    operation: () => "replace" as const,
    panHeld: () => false,
    hasFocus: () => true,
    takeFocus: vi.fn(),
    onPan: vi.fn(),
    onZoom: vi.fn(),
    onHover: vi.fn(),
    onDrawing: vi.fn(),
    onDrawn: vi.fn(),
    onClick: vi.fn(),
    onBrush: vi.fn(),
  };
  let element: HTMLElement;
  let gestures: Gestures;
  const touch = (type: string, pointerId: number, clientX: number, clientY: number) =>
    element.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, pointerType: "touch", bubbles: true }));

  beforeEach(() => {
    vi.clearAllMocks();
    element = document.createElement("div");
    element.setPointerCapture = () => undefined;
    gestures = new Gestures(element, target);
  });
  afterEach(() => gestures.dispose());

  it("draw with one", () => {
    touch("pointerdown", 1, 0, 0);
    for (const x of [10, 20]) touch("pointermove", 1, x, x);
    touch("pointerup", 1, 20, 20);
    expect(target.onDrawn).toHaveBeenCalledTimes(1);
    expect(target.onZoom).not.toHaveBeenCalled();
  });

  it("zoom and pan with two, and what the first began to draw is dropped", () => {
    touch("pointerdown", 1, 0, 0);
    touch("pointermove", 1, 10, 0);
    touch("pointerdown", 2, 30, 0);
    touch("pointermove", 2, 50, 0);
    expect(target.onZoom).toHaveBeenCalledWith([30, 0], 2);
    expect(target.onPan).toHaveBeenCalledWith(10, 0);
    touch("pointerup", 1, 10, 0);
    touch("pointermove", 2, 80, 80);
    touch("pointerup", 2, 80, 80);
    expect(target.onDrawn).not.toHaveBeenCalled();
    expect(target.onClick).not.toHaveBeenCalled();
    expect(target.onZoom).toHaveBeenCalledTimes(1);
  });

  it("draw again once all were lifted, also when the host took one away", () => {
    touch("pointerdown", 1, 0, 0);
    touch("pointerdown", 2, 30, 0);
    touch("pointercancel", 1, 0, 0);
    touch("pointercancel", 2, 30, 0);
    touch("pointerdown", 3, 0, 0);
    for (const x of [10, 20]) touch("pointermove", 3, x, x);
    touch("pointerup", 3, 20, 20);
    expect(target.onDrawn).toHaveBeenCalledTimes(1);
  });
});
