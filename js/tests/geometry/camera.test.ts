import { describe, expect, it } from "vitest";
import {
  between,
  boundsOf,
  centre,
  evenly,
  fitBox,
  isAstray,
  pan,
  resize,
  toScreen,
  toWorld,
  zoomAt,
} from "../../src/geometry/camera.ts";

const size = { width: 800, height: 500 };
const camera = { scale: 120, tx: 130, ty: 260 };

describe("camera", () => {
  it("zooms and leaves what lies under the pointer where it is", () => {
    for (const factor of [0.5, 1.3, 7]) {
      const place = toWorld(camera, [211, 93]);
      const [px, py] = toScreen(zoomAt(camera, [211, 93], factor, 120), place);
      expect(px).toBeCloseTo(211, 6);
      expect(py).toBeCloseTo(93, 6);
    }
  });

  it("stops zooming at its ends and still keeps the pointer's place", () => {
    const place = toWorld(camera, [10, 10]);
    const near = zoomAt(camera, [10, 10], 1e12, 120);
    expect(near.scale).toBe(120 * 20_000);
    expect(toScreen(near, place)[0]).toBeCloseTo(10, 3);
  });

  it("fits a box into the margin, upright, in the middle", () => {
    const fitted = fitBox({ minX: -2, minY: 0, maxX: 6, maxY: 3 }, size, evenly(20));
    const [left, bottom] = toScreen(fitted, [-2, 0]);
    const [right, top] = toScreen(fitted, [6, 3]);
    expect(left).toBeCloseTo(20, 6);
    expect(right).toBeCloseTo(780, 6);
    expect(top).toBeLessThan(bottom);
    expect((top + bottom) / 2).toBeCloseTo(250, 6);
  });

  it("leaves the insets free, each its own", () => {
    const insets = { top: 100, right: 10, bottom: 0, left: 30 };
    const fitted = fitBox({ minX: 0, minY: 0, maxX: 1, maxY: 1 }, size, insets);
    expect(toScreen(fitted, [0.5, 1])[1]).toBeCloseTo(100, 6);
    expect(toScreen(fitted, [0.5, 0])[1]).toBeCloseTo(500, 6);
    expect(toScreen(fitted, [0.5, 0])[0]).toBeCloseTo(410, 6);
  });

  it("fits one row, a row of rows, and no row at all", () => {
    for (const xy of [
      Float32Array.of(3, 4),
      Float32Array.of(3, 4, 3, 9),
      new Float32Array(0),
      Float32Array.of(NaN, 1),
    ]) {
      const fitted = fitBox(boundsOf(xy), size);
      expect(Number.isFinite(fitted.scale) && fitted.scale > 0).toBe(true);
    }
    expect(toScreen(fitBox(boundsOf(Float32Array.of(3, 4)), size), [3, 4])).toEqual([400, 250]);
  });

  it("takes the bounds of some rows, row 0 among them", () => {
    const xy = Float32Array.of(1, 2, 5, 6, 9, 9);
    expect(boundsOf(xy, Uint32Array.of(0, 1))).toEqual({ minX: 1, minY: 2, maxX: 5, maxY: 6 });
  });

  it("turns screen into world and back", () => {
    const [px, py] = toScreen(camera, toWorld(camera, [37, 481]));
    expect(px).toBeCloseTo(37, 9);
    expect(py).toBeCloseTo(481, 9);
  });

  it("pans by pixels", () => {
    expect(toScreen(pan(camera, 5, -7), [0, 0])).toEqual([135, 253]);
  });

  it("keeps the middle when the canvas changes its size", () => {
    const middle = toWorld(camera, [400, 250]);
    const after = { width: 300, height: 900 };
    const [px, py] = toScreen(resize(camera, size, after), middle);
    expect([px, py].map(Math.round)).toEqual([150, 450]);
  });

  it("flies from one camera to the other, through the middle of both", () => {
    const from = centre({ scale: 100, tx: 0, ty: 0 }, [0, 0], size);
    const to = centre({ scale: 400, tx: 0, ty: 0 }, [2, 2], size);
    expect(between(from, to, 0, size).scale).toBeCloseTo(100, 9);
    expect(between(from, to, 0.5, size).scale).toBeCloseTo(200, 9);
    expect(between(from, to, 1, size).tx).toBeCloseTo(to.tx, 9);
  });
});

describe("isAstray", () => {
  const size = { width: 100, height: 50 };
  const camera = { scale: 10, tx: 50, ty: 25 }; // shows x from -5 to 5, y from -2.5 to 2.5

  it("is not so where a row is in sight, wherever it stands in the list, row 0 and the edge too", () => {
    expect(isAstray(Float32Array.of(0, 0, 99, 99), camera, size)).toBe(false);
    expect(isAstray(Float32Array.of(99, 99, 5, -2.5), camera, size)).toBe(false);
  });

  it("is so in an empty place", () => {
    expect(isAstray(Float32Array.of(6, 0, -6, 0, 0, 3, 0, -3), camera, size)).toBe(true);
  });

  it("is never so where there is no row, or none with a place", () => {
    expect(isAstray(new Float32Array(0), camera, size)).toBe(false);
    expect(isAstray(Float32Array.of(Number.NaN, Number.NaN), camera, size)).toBe(false);
  });
});
