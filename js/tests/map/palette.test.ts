import { describe, expect, it } from "vitest";
import { lookOf, thinOf } from "../../src/map/density.ts";
import { paletteBytes, parseHex } from "../../src/map/palette.ts";

const texel = (bytes: Uint8Array, slot: number) => Array.from(bytes.subarray(4 * slot, 4 * slot + 4));

describe("paletteBytes", () => {
  const inks = {
    palette: ["#ff0000", "#00ff00"],
    own: [],
    unlabelled: [9, 8, 7],
    ground: [255, 255, 255],
    emphasis: null,
    hidden: new Set<number>(),
    isolated: new Set<number>(),
  } as const;

  it("repeats the palette over the slots and keeps the last one for the unlabelled", () => {
    const bytes = paletteBytes(inks);
    expect(texel(bytes, 0)).toEqual([255, 0, 0, 255]);
    expect(texel(bytes, 65_533)).toEqual([0, 255, 0, 255]);
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

  it("leaves one label strong and the others faint, slot 0 among them", () => {
    const bytes = paletteBytes({ ...inks, emphasis: 0 });
    expect(texel(bytes, 0)[3]).toBe(255);
    expect(texel(bytes, 1)[3]).toBeLessThan(90);
  });

  it("does not draw a hidden label, and draws in colour only those that are shown alone", () => {
    const bytes = paletteBytes({ ...inks, hidden: new Set([0, 65_535]), isolated: new Set([1]) });
    expect([0, 65_535].map((slot) => texel(bytes, slot)[3])).toEqual([0, 0]);
    expect(texel(bytes, 1)).toEqual([0, 255, 0, 255]);
    const [red, green] = texel(bytes, 2) as [number, number];
    expect(Math.abs(red - green)).toBeLessThan(10);
    expect(texel(bytes, 2)[3]).toBeLessThan(90);
  });

  it("draws in grey without a palette and for a word that is no colour", () => {
    expect(texel(paletteBytes({ ...inks, palette: [] }), 3)).toEqual([128, 128, 128, 255]);
    expect(parseHex("tomato")).toEqual([128, 128, 128]);
  });
});

describe("lookOf", () => {
  const size = { width: 800, height: 500 };

  it("draws few points large and many small, within limits", () => {
    const sizes = [0, 1, 100, 1e4, 1e6, 1e8].map((n) => lookOf(n, size, 1).size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(15);
  });

  it("grows points and makes them more opaque as one comes nearer", () => {
    const [far, near] = [lookOf(1e6, size, 1), lookOf(1e6, size, 50)];
    expect(near.size).toBeGreaterThan(far.size);
    expect(near.alpha).toBeGreaterThan(far.alpha);
  });
});

describe("thinOf", () => {
  it("draws all points of a usual map while it is moved, and at most 300,000 of a large one", () => {
    expect([0, 1, 300_000].map(thinOf)).toEqual([1, 1, 1]);
    for (const n of [300_001, 1_000_000, 5_000_000]) expect(n / thinOf(n)).toBeLessThanOrEqual(300_000);
  });
});
