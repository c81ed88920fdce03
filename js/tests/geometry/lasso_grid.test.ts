/** The lasso and the brush over the grid against a look at every point. */

import { describe, expect, it } from "vitest";
import { rowsAlong } from "../../src/geometry/brush.ts";
import { Grid } from "../../src/geometry/grid.ts";
import { boxLine, rowsInside } from "../../src/geometry/lasso.ts";
import { RowMarks } from "../../src/geometry/row_marks.ts";
import { randomNumbers } from "../harness/data.ts";

/** Points in clouds, some on one spot, some nowhere. */
function ugly(random: () => number, n: number): Float32Array {
  const xy = new Float32Array(2 * n);
  for (let row = 0; row < n; row++) {
    const cloud = Math.floor(random() * 4);
    xy[2 * row] = cloud + (random() + random() - 1) * 0.4;
    xy[2 * row + 1] = (cloud % 2) + (random() + random() - 1) * 0.4;
    if (random() < 0.05) xy.set([1, 1], 2 * row);
    if (random() < 0.02) xy[2 * row] = Number.NaN;
  }
  return xy;
}

describe("a lasso over the grid", () => {
  it("finds what a look at every point finds, for lines that cross themselves and leave the map", () => {
    const random = randomNumbers(17);
    for (let round = 0; round < 80; round++) {
      const xy = ugly(random, 3000);
      const grid = new Grid(xy);
      const corners = 3 + Math.floor(random() * 60);
      const line = Float64Array.from({ length: 2 * corners }, () => random() * 5 - 1);
      expect(rowsInside(xy, line, null, grid)).toEqual(rowsInside(xy, line));
    }
  });

  it("agrees on points that lie on an edge or a corner", () => {
    const random = randomNumbers(23);
    for (let round = 0; round < 80; round++) {
      const xy = Float32Array.from({ length: 4000 }, () => Math.floor(random() * 9));
      const grid = new Grid(xy);
      const line = Float64Array.from(
        { length: 2 * (3 + Math.floor(random() * 8)) },
        () => Math.floor(random() * 11) - 1,
      );
      expect(rowsInside(xy, line, null, grid)).toEqual(rowsInside(xy, line));
    }
  });

  it("agrees when all points lie on one spot or on one line", () => {
    for (const xy of [
      new Float32Array(400).fill(2),
      Float32Array.from({ length: 400 }, (_, i) => (i % 2) * (i / 400)),
    ]) {
      const grid = new Grid(xy);
      for (const line of [boxLine(-1, -1, 3, 3), boxLine(2, 2, 3, 3), boxLine(-1, 0.25, 1, 0.5), boxLine(5, 5, 6, 6)]) {
        expect(rowsInside(xy, line, null, grid)).toEqual(rowsInside(xy, line));
      }
    }
  });

  it("leaves out what is skipped, and finds row 0", () => {
    const xy = Float32Array.of(0, 0, 1, 1, 0.5, 0.5);
    const grid = new Grid(xy);
    expect(Array.from(rowsInside(xy, boxLine(-1, -1, 2, 2), (row) => row === 1, grid))).toEqual([0, 2]);
  });
});

describe("rowsAlong", () => {
  function byHand(xy: Float32Array, path: Float64Array, radius: number): number[] {
    const rows: number[] = [];
    for (let row = 0; row < xy.length / 2; row++) {
      const [x, y] = [xy[2 * row] as number, xy[2 * row + 1] as number];
      let least = Infinity; // of the distances from very many places along the path
      for (let i = 0; i < path.length; i += 2) {
        const before = Math.max(0, i - 2);
        for (let step = 0; step <= 400; step++) {
          const [px, py] = [0, 1].map((part) => {
            const [a, b] = [path[before + part] as number, path[i + part] as number];
            return a + ((b - a) * step) / 400;
          }) as [number, number];
          least = Math.min(least, Math.hypot(px - x, py - y));
        }
      }
      if (least <= radius) rows.push(row);
    }
    return rows;
  }

  it("finds the points within reach of the way", () => {
    const random = randomNumbers(31);
    for (let round = 0; round < 12; round++) {
      const xy = Float32Array.from({ length: 400 }, () => random());
      const path = Float64Array.from({ length: 2 * (1 + Math.floor(random() * 4)) }, () => random());
      const grid = new Grid(xy);
      const found = new Set(rowsAlong(xy, path, 0.1, null, grid));
      for (const row of byHand(xy, path, 0.1)) expect(found.has(row)).toBe(true);
      // the places along the path are a step apart, so that the hand may miss a hair's breadth of the rim
      const outer = new Set(byHand(xy, path, 0.1005));
      expect(Array.from(found).filter((row) => !outer.has(row))).toEqual([]);
    }
  });

  it("is a disc where the brush was put down once, with its rim", () => {
    const xy = Float32Array.of(0, 0, 0.5, 0, 0.51, 0, Number.NaN, 0);
    const found = rowsAlong(xy, Float64Array.of(0, 0), 0.5, null, new Grid(xy));
    expect(Array.from(found)).toEqual([0, 1]);
  });
});

describe("RowMarks", () => {
  it("gives any rows sorted and once, few and many", () => {
    const random = randomNumbers(5);
    for (const [many, n] of [
      [0, 1],
      [1, 1],
      [50, 40],
      [5000, 2 ** 11],
      [9000, 2 ** 20],
    ] as const) {
      const marks = new RowMarks(n);
      const rows = Array.from({ length: many }, () => Math.floor(random() * n));
      for (const row of rows) marks.add(row);
      expect(Array.from(marks.sorted())).toEqual([...new Set(rows)].sort((a, b) => a - b));
    }
  });
});
