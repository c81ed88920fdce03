import { describe, expect, it } from "vitest";
import { boxLine, rowsInside } from "../../src/geometry/lasso.ts";
import { randomNumbers } from "../harness/data.ts";

/** The winding number by adding up angles: slow, and written from the definition alone. */
function windingByAngles(line: Float64Array, x: number, y: number): number {
  let sum = 0;
  const n = line.length / 2;
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n;
    const [ax, ay] = [(line[2 * i] as number) - x, (line[2 * i + 1] as number) - y];
    const [bx, by] = [(line[2 * j] as number) - x, (line[2 * j + 1] as number) - y];
    sum += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
  return Math.round(sum / (2 * Math.PI));
}

function byHand(xy: Float32Array, line: Float64Array): number[] {
  const rows: number[] = [];
  for (let row = 0; row < xy.length / 2; row++) {
    if (windingByAngles(line, xy[2 * row] as number, xy[2 * row + 1] as number) !== 0) rows.push(row);
  }
  return rows;
}

describe("rowsInside", () => {
  it("finds the same rows as a sum of angles, for random lines that cross themselves", () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 60; round++) {
      const xy = Float32Array.from({ length: 600 }, () => random() * 2 - 1);
      const corners = 3 + Math.floor(random() * 40);
      const line = Float64Array.from({ length: 2 * corners }, () => random() * 2.4 - 1.2);
      expect(Array.from(rowsInside(xy, line))).toEqual(byHand(xy, line));
    }
  });

  it("keeps what a line goes around twice, as non-zero winding says", () => {
    const twice = Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 4, 0, 4, 4, 0, 4);
    expect(Array.from(rowsInside(Float32Array.of(2, 2, 5, 2), twice))).toEqual([0]);
  });

  it("keeps the middle of a five-pointed star", () => {
    const star = new Float64Array(10);
    for (let i = 0; i < 5; i++) star.set([Math.sin(i * 2 * 2.513274), Math.cos(i * 2 * 2.513274)], 2 * i);
    expect(Array.from(rowsInside(Float32Array.of(0, 0), star))).toEqual([0]);
  });

  it("does not depend on the direction in which a line is drawn", () => {
    const random = randomNumbers(8);
    const xy = Float32Array.from({ length: 400 }, () => random());
    const line = Float64Array.from({ length: 24 }, () => random());
    const back = new Float64Array(24);
    for (let i = 0; i < 12; i++) back.set(line.subarray(2 * i, 2 * i + 2), 2 * (11 - i));
    expect(rowsInside(xy, back)).toEqual(rowsInside(xy, line));
  });

  it("gives a point that lies on a common edge to exactly one of two boxes", () => {
    const xy = Float32Array.of(1, 0.5);
    const left = rowsInside(xy, boxLine(0, 0, 1, 1)).length;
    const right = rowsInside(xy, boxLine(1, 0, 2, 1)).length;
    expect(left + right).toBe(1);
  });

  it("finds row 0, leaves out what cannot be seen, and never a point that is no place", () => {
    const xy = Float32Array.of(0.5, 0.5, 0.4, 0.4, Number.NaN, 0.5);
    expect(Array.from(rowsInside(xy, boxLine(0, 0, 1, 1)))).toEqual([0, 1]);
    expect(Array.from(rowsInside(xy, boxLine(0, 0, 1, 1), (row) => row === 1))).toEqual([0]);
  });

  it("encloses nothing with no rows, with two corners, or with a flat line", () => {
    expect(rowsInside(new Float32Array(0), boxLine(0, 0, 1, 1)).length).toBe(0);
    expect(rowsInside(Float32Array.of(0, 0), Float64Array.of(-1, 0, 1, 0)).length).toBe(0);
    expect(rowsInside(Float32Array.of(0, 0), Float64Array.of(-1, 0, 1, 0, 2, 0)).length).toBe(0);
  });
});
