/**
 * Which points lie inside a drawn line: exact, by the non-zero winding rule, so that a line that crosses itself encloses what
 * it goes around, and a loop drawn twice over is still inside.
 *
 * A point's winding number is counted by the edges that cross the ray to its right: +1 for an edge that goes up and has the
 * point on its left, -1 for one that goes down and has it on its right (D. Sunday, "Inclusion of a point in a polygon", 2001).
 * Only edges that can cross that ray are looked at: they are put into bands of y, and a point looks into its own band.
 */

import { type Bounds, boundsOf } from "./camera.ts";

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
 * points out that cannot be seen. Fewer than three corners enclose nothing.
 */
export function rowsInside(
  xy: Float32Array,
  line: Float64Array,
  skip: ((row: number) => boolean) | null = null,
): Uint32Array {
  if (line.length < 6) return new Uint32Array(0);
  const { box, perUnit, edges } = intoBands(line);
  const n = xy.length >> 1;
  const rows = new Uint32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) {
    const x = xy[2 * row] as number;
    const y = xy[2 * row + 1] as number;
    if (!(x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY)) continue;
    const band = edges[bandOf(y, box, perUnit, edges.length)] as Float64Array;
    if (winding(band, x, y) !== 0 && (skip === null || !skip(row))) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/** Gives the four corners of a box as a line. */
export function boxLine(x0: number, y0: number, x1: number, y1: number): Float64Array {
  return Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);
}
