import { describe, expect, it } from "vitest";
import { Grid } from "../../src/geometry/grid.ts";
import { randomNumbers } from "../harness/data.ts";

function byHand(xy: Float32Array, x: number, y: number, radius: number, skip: (row: number) => boolean): number {
  let best = -1;
  let least = radius * radius;
  for (let row = 0; row < xy.length / 2; row++) {
    const square = ((xy[2 * row] as number) - x) ** 2 + ((xy[2 * row + 1] as number) - y) ** 2;
    if (square <= least && !skip(row)) {
      best = row;
      least = square;
    }
  }
  return best;
}

describe("Grid", () => {
  it("finds the same row as a search through all of them", () => {
    const random = randomNumbers(5);
    for (const n of [1, 2, 17, 900]) {
      const xy = Float32Array.from({ length: 2 * n }, () => random() * 10 - 5);
      const grid = new Grid(xy);
      for (let i = 0; i < 300; i++) {
        const [x, y, radius] = [random() * 14 - 7, random() * 14 - 7, random() * 3];
        const skip = (row: number) => i % 3 === 0 && row % 2 === 0;
        expect(grid.nearest(x, y, radius, skip)).toBe(byHand(xy, x, y, radius, skip));
      }
    }
  });

  it("finds row 0", () => {
    expect(new Grid(Float32Array.of(1, 1)).nearest(1.1, 1, 0.2)).toBe(0);
  });

  it("gives the row on top where several lie in one place", () => {
    expect(new Grid(Float32Array.of(0, 0, 0, 0, 0, 0)).nearest(0, 0, 1)).toBe(2);
  });

  it("finds nothing without rows, out of reach, or at a point that is no place", () => {
    expect(new Grid(new Float32Array(0)).nearest(0, 0, 9)).toBe(-1);
    expect(new Grid(Float32Array.of(0, 0)).nearest(5, 5, 1)).toBe(-1);
    expect(new Grid(Float32Array.of(Number.NaN, 0, 3, 3)).nearest(0, 0, 1)).toBe(-1);
  });
});
