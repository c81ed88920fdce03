import { describe, expect, it } from "vitest";
import { type Anchor, Anchors, placeLabels, stepsAside } from "../../src/geometry/label_placement.ts";
import { randomNumbers } from "../harness/data.ts";

const anchorsOf = (xy: Float32Array, codes: Int32Array, most: number) => new Anchors(xy).of(codes, most);

const camera = { scale: 100, tx: 0, ty: 500 };
const size = { width: 1000, height: 500 };

describe("Anchors", () => {
  it("asked again after edits give what new ones give", () => {
    const random = randomNumbers(8);
    const n = 30_000; // more than are looked at
    const xy = Float32Array.from({ length: 2 * n }, random);
    xy[200] = Number.NaN; // a row without a place
    const codes = Int32Array.from({ length: n }, () => Math.floor(random() * 9) - 1);
    const kept = new Anchors(xy);
    for (let turn = 0; turn < 6; turn++) {
      expect(kept.of(codes, 5)).toEqual(anchorsOf(xy, codes, 5));
      const [from, to] = [Math.floor(random() * 8), Math.floor(random() * 200)];
      for (let row = 0; row < n; row++) if (codes[row] === from && random() < 0.7) codes[row] = to;
    }
    expect(kept.of(new Int32Array(n).fill(-1), 5)).toEqual([]);
  });
});

describe("anchorsOf", () => {
  it("stands where most rows of a label are, not between two clouds of it", () => {
    const random = randomNumbers(4);
    const xy = new Float32Array(2 * 300);
    for (let row = 0; row < 300; row++) xy.set([(row < 200 ? 0 : 10) + random() * 0.5, random() * 0.5], 2 * row);
    const [anchor] = anchorsOf(xy, new Int32Array(300), 5);
    expect(anchor?.x).toBeGreaterThan(0);
    expect(anchor?.x).toBeLessThan(0.5);
  });

  it("takes the most frequent labels only, most rows first, and never the unlabelled", () => {
    const codes = Int32Array.of(-1, -1, -1, -1, 0, 2, 2, 2, 1, 1);
    const anchors = anchorsOf(
      Float32Array.from({ length: 20 }, (_, i) => i),
      codes,
      2,
    );
    expect(anchors.map(({ code, count }) => [code, count])).toEqual([
      [2, 3],
      [1, 2],
    ]);
  });

  it("stands with no row, with one, and with rows that have no place", () => {
    expect(anchorsOf(new Float32Array(0), new Int32Array(0), 5)).toEqual([]);
    expect(anchorsOf(Float32Array.of(3, 4), Int32Array.of(0), 5)).toEqual([{ code: 0, x: 3, y: 4, count: 1 }]);
    expect(anchorsOf(Float32Array.of(Number.NaN, 4), Int32Array.of(0), 5)).toEqual([]);
  });
});

describe("placeLabels", () => {
  const random = randomNumbers(6);
  const anchors: Anchor[] = Array.from({ length: 200 }, (_, code) => ({
    code,
    x: random() * 10,
    y: random() * 5,
    count: 200 - code,
  }));

  it("lets no two names overlap, and keeps the first", () => {
    const placed = placeLabels(anchors, camera, size, () => 60, 16);
    expect(placed[0]?.code).toBe(0);
    for (const a of placed) {
      for (const b of placed) {
        if (a !== b) expect(Math.abs(a.px - b.px) >= 60 || Math.abs(a.py - b.py) >= 16).toBe(true);
      }
    }
  });

  it("leaves out only names that overlap one that stands, or that lie outside", () => {
    const placed = placeLabels(anchors, camera, size, () => 60, 16);
    const shown = new Set(placed.map(({ code }) => code));
    for (const { code, x, y } of anchors) {
      if (shown.has(code)) continue;
      const [px, py] = [Math.min(970, Math.max(30, x * 100)), Math.min(492, Math.max(8, 500 - y * 100))];
      expect(placed.some((one) => Math.abs(one.px - px) < 60 && Math.abs(one.py - py) < 16)).toBe(true);
    }
  });

  it("moves a name at the edge in, so that no letter is cut off, and drops it once its rows are out of sight", () => {
    const at = (x: number, y: number) => placeLabels([{ code: 0, x, y, count: 1 }], camera, size, () => 60, 16)[0];
    expect(at(0.02, 2)).toMatchObject({ px: 30, py: 300 });
    expect(at(9.99, 4.99)).toMatchObject({ px: 970, py: 8 });
    expect(at(5, 0)).toMatchObject({ px: 500, py: 492 });
    expect(at(-0.01, 2)).toBeUndefined();
    const all = placeLabels(anchors, camera, size, () => 60, 16);
    expect(all.every(({ px, py }) => px >= 30 && px <= 970 && py >= 8 && py <= 492)).toBe(true);
  });

  it("keeps a name that is wider than the map in its middle", () => {
    const [placed] = placeLabels([{ code: 0, x: 9, y: 2, count: 1 }], camera, size, () => 1200, 16);
    expect(placed?.px).toBe(500);
  });

  it("makes room as one comes nearer", () => {
    const near = { scale: 1e4, tx: 0, ty: 500 };
    const two: Anchor[] = [
      { code: 0, x: 0.01, y: 0.01, count: 2 },
      { code: 1, x: 0.02, y: 0.02, count: 1 },
    ];
    expect(placeLabels(two, camera, size, () => 60, 16).length).toBe(1);
    expect(placeLabels(two, near, size, () => 60, 16).length).toBe(2);
  });
});

describe("stepsAside", () => {
  const name = { code: 0, px: 200, py: 100 };
  const aside = (x: number, y: number) => stepsAside([x, y], name, 60, 18);

  it("lets names stand where no pointer looks for a row, and where it is far", () => {
    expect(stepsAside(null, name, 60, 18)).toBe(false);
    expect([aside(20, 20), aside(200, 200), aside(320, 100)]).toEqual([false, false, false]);
  });

  it("takes those near the pointer away, counted from the edge of their box", () => {
    expect([aside(200, 100), aside(270, 100), aside(200, 150)]).toEqual([true, true, true]);
    expect([aside(280, 100), aside(200, 160)]).toEqual([false, false]);
  });
});
