// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { sightOf } from "../../src/app/exports.ts";

function canvas(view: string | null): HTMLCanvasElement {
  const element = document.createElement("canvas");
  Object.defineProperty(element, "clientWidth", { value: 400 });
  Object.defineProperty(element, "clientHeight", { value: 300 });
  if (view !== null) element.dataset.view = view;
  return element;
}

describe("what is in sight", () => {
  it("is read from how the canvas says that it looks at the world: px = x sx + tx, py = y sy + ty", () => {
    expect(sightOf(canvas("100,-100,200,150"))).toEqual({ box: [-2, -1.5, 2, 1.5], size: [400, 300] });
  });

  it("is everything before anything was drawn", () => {
    expect(sightOf(canvas(null)).box).toBeNull();
  });
});
