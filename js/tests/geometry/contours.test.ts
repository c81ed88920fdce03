import { describe, expect, it } from "vitest";
import { contoursOf, densityOf } from "../../src/geometry/contours.ts";
import { randomNumbers } from "../harness/data.ts";

const box = { minX: -4, minY: -4, maxX: 4, maxY: 4 };

function cloud(n: number): Float32Array {
  const random = randomNumbers(9);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Float32Array.from({ length: 2 * n }, normal);
}

describe("contoursOf", () => {
  it("draws rings around a round cloud, the higher the level the nearer, where the density says", () => {
    const lines = contoursOf(cloud(150_000), box);
    const reach = lines.map((pieces) => {
      let sum = 0;
      for (let i = 0; i < pieces.length; i += 2) sum += Math.hypot(pieces[i] as number, pieces[i + 1] as number);
      return sum / (pieces.length / 2);
    });
    expect(reach).toEqual([...reach].sort((a, b) => b - a));
    // a normal density falls to the share s of its peak at sqrt(-2 ln s)
    [0.04, 0.12, 0.28, 0.5, 0.75].forEach((share, i) => {
      expect(reach[i]).toBeCloseTo(Math.sqrt(-2 * Math.log(share)), 0);
      expect(Math.abs((reach[i] as number) - Math.sqrt(-2 * Math.log(share)))).toBeLessThan(0.12);
    });
  });

  it("closes its lines inside the box: each end is another piece's end too", () => {
    for (const pieces of contoursOf(cloud(20_000), box)) {
      const ends = new Map<string, number>();
      for (let i = 0; i < pieces.length; i += 2) {
        const end = `${(pieces[i] as number).toFixed(4)},${(pieces[i + 1] as number).toFixed(4)}`;
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      expect([...ends.values()].filter((count) => count % 2 === 1)).toEqual([]);
    }
  });

  it("has nothing to draw without points, or with points that have no place", () => {
    expect(contoursOf(new Float32Array(0), box)).toEqual([]);
    expect(contoursOf(new Float32Array(20).fill(Number.NaN), box)).toEqual([]);
    expect(contoursOf(Float32Array.of(9, 9), box)).toEqual([]);
  });
});

describe("densityOf", () => {
  it("keeps the number of points, however it smooths them", () => {
    const density = densityOf(Float32Array.of(0, 0, 1, 1, 9, 9), box);
    expect(density.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2, 4);
  });
});
