/**
 * Which points lie inside a drawn line: exact, by the non-zero winding rule, so that a line that crosses itself encloses what
 * it goes around, and a loop drawn twice over is still inside.
 *
 * A point's winding number is counted by the edges that cross the ray to its right: +1 for an edge that goes up and has the
 * point on its left, -1 for one that goes down and has it on its right (D. Sunday, "Inclusion of a point in a polygon", 2001).
 * Only edges that can cross that ray are looked at: they are put into bands of y, and a point looks into its own band.
 */

import { type Bounds, boundsOf } from "./camera.ts";
import type { Grid } from "./grid.ts";
import { RowMarks } from "./row_marks.ts";

const MAX_BANDS = 1024;

interface Bands {
  readonly box: Bounds;
  readonly perUnit: number;
  readonly edges: readonly Float64Array[]; // of each band: x0, y0, x1, y1, ...
}

function bandOf(y: number, box: Bounds, perUnit: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((y - box.minY) * perUnit)));
}

/** Sorts the edges of a closed line (x, y, x, y, ...) into bands. */
function intoBands(line: Float64Array): Bands {
  const box = boundsOf(line);
  const n = line.length >> 1;
  const count = Math.max(1, Math.min(MAX_BANDS, n * 2));
  const perUnit = box.maxY > box.minY ? count / (box.maxY - box.minY) : 0;
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0, before = n - 1; i < n; before = i++) {
    const x0 = line[2 * before] as number;
    const y0 = line[2 * before + 1] as number;
    const x1 = line[2 * i] as number;
    const y1 = line[2 * i + 1] as number;
    if (y0 === y1) continue; // a level edge crosses no level ray
    const first = bandOf(Math.min(y0, y1), box, perUnit, count);
    const last = bandOf(Math.max(y0, y1), box, perUnit, count);
    for (let band = first; band <= last; band++) lists[band]?.push(x0, y0, x1, y1);
  }
  return { box, perUnit, edges: lists.map((list) => Float64Array.from(list)) };
}

function winding(edges: Float64Array, x: number, y: number): number {
  let turns = 0;
  for (let e = 0; e < edges.length; e += 4) {
    const y0 = edges[e + 1] as number;
    const y1 = edges[e + 3] as number;
    if (y0 <= y === y1 <= y) continue;
    const x0 = edges[e] as number;
    const x1 = edges[e + 2] as number;
    const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
    if (y1 > y0) {
      if (side > 0) turns++;
    } else if (side < 0) turns--;
  }
  return turns;
}

/**
 * Gives the rows of the points inside a closed line, sorted.
 *
 * `xy` holds x, y of each point; `line` the corners in the same coordinates, the last joined to the first. `skip(row)` leaves
 * points out that cannot be seen. Fewer than three corners enclose nothing. A grid of the same points changes nothing but the
 * time: of cells that no edge crosses, one point answers for all.
 */
export function rowsInside(
  xy: Float32Array,
  line: Float64Array,
  skip: ((row: number) => boolean) | null = null,
  grid: Grid | null = null,
): Uint32Array {
  if (line.length < 6) return new Uint32Array(0);
  const bands = intoBands(line);
  const inside = insideTest(xy, bands);
  return grid === null
    ? testEach(xy.length >> 1, inside, skip)
    : testCells(grid, line, bands.box, inside, skip, xy.length >> 1);
}

type Test = (row: number) => boolean;

function insideTest(xy: Float32Array, { box, perUnit, edges }: Bands): Test {
  return (row) => {
    const x = xy[2 * row] as number;
    const y = xy[2 * row + 1] as number;
    if (!(x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY)) return false;
    return winding(edges[bandOf(y, box, perUnit, edges.length)] as Float64Array, x, y) !== 0;
  };
}

function testEach(n: number, inside: Test, skip: Test | null): Uint32Array {
  const rows = new Uint32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) if (inside(row) && (skip === null || !skip(row))) rows[count++] = row;
  return rows.slice(0, count);
}

function testCells(
  grid: Grid,
  line: Float64Array,
  box: Bounds,
  inside: Test,
  skip: Test | null,
  n: number,
): Uint32Array {
  const { side, starts, rows } = grid;
  const crossed = crossedCells(grid, line);
  const found = new RowMarks(n);
  const [first, last] = [grid.column(box.minX), grid.column(box.maxX)];
  for (let v = grid.line(box.minY), lastLine = grid.line(box.maxY); v <= lastLine; v++) {
    let known: boolean | null = null; // whether the cells since the last crossed one are inside
    for (let u = first; u <= last; u++) {
      const cell = v * side + u;
      const begin = starts[cell] as number;
      const end = starts[cell + 1] as number;
      const open = crossed[cell] === 1;
      if (open) known = null;
      if (begin === end) continue;
      if (!open) known ??= inside(rows[begin] as number);
      if (known === false) continue;
      for (let at = begin; at < end; at++) {
        const row = rows[at] as number;
        if ((known === true || inside(row)) && (skip === null || !skip(row))) found.add(row);
      }
    }
  }
  return found.sorted();
}

/** Rounding must not take an edge out of a cell that it touches: so far, in cells, it reaches beyond itself. */
const REACH = 1e-3;

/** Marks the cells that an edge may pass through. */
function crossedCells(grid: Grid, line: Float64Array): Uint8Array {
  const { side } = grid;
  const crossed = new Uint8Array(side * side);
  const n = line.length >> 1;
  for (let i = 0, before = n - 1; i < n; before = i++) {
    const u0 = grid.across(line[2 * before] as number);
    const v0 = grid.up(line[2 * before + 1] as number);
    const u1 = grid.across(line[2 * i] as number);
    const v1 = grid.up(line[2 * i + 1] as number);
    const lastLine = grid.clamp(Math.floor(Math.max(v0, v1) + REACH));
    for (let v = grid.clamp(Math.floor(Math.min(v0, v1) - REACH)); v <= lastLine; v++) {
      // the part of the edge in this line of cells; the outermost lines go on without end
      const low = v === 0 ? -Infinity : v - REACH;
      const high = v === side - 1 ? Infinity : v + 1 + REACH;
      const [a, b] = [shareAt(v0, v1, low, 0), shareAt(v0, v1, high, 1)];
      const [from, to] = [u0 + (u1 - u0) * a, u0 + (u1 - u0) * b];
      const lastCell = v * side + grid.clamp(Math.floor(Math.max(from, to) + REACH));
      for (let cell = v * side + grid.clamp(Math.floor(Math.min(from, to) - REACH)); cell <= lastCell; cell++) {
        crossed[cell] = 1;
      }
    }
  }
  return crossed;
}

/** How far along an edge from v0 to v1 the height `v` is reached, in [0, 1]; a level edge is all there: `level`. */
function shareAt(v0: number, v1: number, v: number, level: number): number {
  return v0 === v1 ? level : Math.min(1, Math.max(0, (v - v0) / (v1 - v0)));
}

/** Gives the four corners of a box as a line. */
export function boxLine(x0: number, y0: number, x1: number, y1: number): Float64Array {
  return Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);
}
