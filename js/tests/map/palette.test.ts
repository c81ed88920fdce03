import { describe, expect, it } from "vitest";
import { alphaOf, opacityOf, sizeOf, thinOf } from "../../src/map/density.ts";
import { paletteBytes, parseHex } from "../../src/map/palette.ts";
import { randomNumbers } from "../harness/data.ts";

const texel = (bytes: Uint8Array, slot: number) => Array.from(bytes.subarray(4 * slot, 4 * slot + 4));

describe("paletteBytes", () => {
  const inks = {
    palette: ["#ff0000", "#00ff00"],
    own: [],
    unlabelled: [9, 8, 7],
    outlines: true,
  } as const;

  it("repeats the palette over the slots and keeps the last one for the unlabelled", () => {
    const bytes = paletteBytes(inks);
    expect(texel(bytes, 0)).toEqual([255, 0, 0, 255]);
    expect(texel(bytes, 65_533).slice(0, 3)).toEqual([0, 255, 0]);
    expect(texel(bytes, 65_535)).toEqual([9, 8, 7, 255]);
  });

  it("draws a label in its own colour where it has one", () => {
    const bytes = paletteBytes({ ...inks, own: ["", "#0000ff"] });
    expect([0, 1, 2, 3].map((slot) => texel(bytes, slot).slice(0, 3))).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [255, 0, 0],
      [0, 255, 0],
    ]);
  });

  it("draws colours that come again outlined, then hollow, and a colour of its own always plain", () => {
    const bytes = paletteBytes({ ...inks, own: ["", "", "", "#0000ff"] });
    expect([0, 1, 2, 4, 5, 6, 7].map((slot) => texel(bytes, slot)[3])).toEqual([255, 255, 128, 0, 0, 255, 255]);
    expect(texel(bytes, 3)).toEqual([0, 0, 255, 255]);
    expect(texel(paletteBytes({ ...inks, outlines: false }), 3)[3]).toBe(255);
  });

  it("draws in grey without a palette and for a word that is no colour", () => {
    expect(texel(paletteBytes({ ...inks, palette: [] }), 3)).toEqual([128, 128, 128, 255]);
    expect(parseHex("tomato")).toEqual([128, 128, 128]);
  });
});

describe("the size of points", () => {
  const size = { width: 800, height: 500 };

  it("is large for few and small for many, within limits", () => {
    const sizes = [0, 1, 100, 1e4, 1e6, 1e8].map((n) => sizeOf(n, size, 1));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(15);
  });

  it("grows as one comes nearer", () => {
    expect(sizeOf(1e6, size, 50)).toBeGreaterThan(sizeOf(1e6, size, 1));
  });
});

describe("the opacity of points", () => {
  const size = { width: 800, height: 500 };
  const random = randomNumbers(4);
  /** A dense heart of nine in ten points, in a thin cloud. */
  const xy = Float32Array.from({ length: 400_000 }, (_, i) => (random() - 0.5) * (i % 20 < 18 ? 0.1 : 2));
  const at = (scale: number, x = 0) => alphaOf(xy, { scale, tx: 400 - x * scale, ty: 250 }, size, 2, 1);

  it("falls with the number of layers, within limits", () => {
    const opacities = [0, 1, 4, 50, 1e9].map(opacityOf);
    expect(opacities).toEqual([...opacities].sort((a, b) => b - a));
    expect(opacities.at(-1)).toBeGreaterThan(0.1);
  });

  it("is low where the view is crowded, whatever the zoom, and high where little is in sight", () => {
    expect(at(2000)).toBeLessThan(at(2000, 0.5));
    expect(at(100_000)).toBeGreaterThan(at(2000));
    expect(at(250, 90)).toBeGreaterThan(0.8);
  });

  it("does not fall because a part of the points is left out while the map moves", () => {
    const camera = { scale: 250, tx: 400, ty: 250 };
    expect(alphaOf(xy, camera, size, 2, 4)).toBeGreaterThan(alphaOf(xy, camera, size, 2, 1));
  });

  it("is that of a single point for no points, and for points that have no place", () => {
    const camera = { scale: 1, tx: 0, ty: 0 };
    for (const none of [new Float32Array(0), new Float32Array(8).fill(Number.NaN)]) {
      expect(alphaOf(none, camera, size, 4, 1)).toBeCloseTo(0.8);
    }
  });
});

describe("thinOf", () => {
  it("draws all points of a usual map while it is moved, and at most 300,000 of a large one", () => {
    expect([0, 1, 300_000].map(thinOf)).toEqual([1, 1, 1]);
    for (const n of [300_001, 1_000_000, 5_000_000]) expect(n / thinOf(n)).toBeLessThanOrEqual(300_000);
    expect(8 * thinOf(1e9)).toBeLessThanOrEqual(255); // more no graphics context reads from one point to the next
  });
});
