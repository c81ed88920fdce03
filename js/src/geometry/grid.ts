/**
 * Finds the point nearest to a place. Points are counted into the cells of a square grid once (two passes, no lists), and a
 * search reads only the cells that a circle touches.
 */

import { type Bounds, boundsOf } from "./camera.ts";

const MAX_SIDE = 1024;
const POINTS_PER_CELL = 4;

export interface Grid {
  /**
   * Gives the row nearest to (x, y) within `radius`, or -1. Of two at the same distance the one drawn later, which lies on
   * top, wins. `skip(row)` leaves points out.
   */
  nearest(x: number, y: number, radius: number, skip?: (row: number) => boolean): number;
}

/** Builds the index of points (x, y, x, y, ...). Points that are not finite are never found. */
export function buildGrid(xy: Float32Array): Grid {
  const n = xy.length >> 1;
  const box = boundsOf(xy);
  const side = Math.max(1, Math.min(MAX_SIDE, Math.floor(Math.sqrt(n / POINTS_PER_CELL))));
  const perX = box.maxX > box.minX ? side / (box.maxX - box.minX) : 0;
  const perY = box.maxY > box.minY ? side / (box.maxY - box.minY) : 0;
  const column = (x: number) => clamp(Math.floor((x - box.minX) * perX), side);
  const line = (y: number) => clamp(Math.floor((y - box.minY) * perY), side);
  const { starts, rows } = sortIntoCells(xy, n, side, column, line);

  return {
    nearest(x, y, radius, skip) {
      if (!inReach(box, x, y, radius)) return -1;
      let best = -1;
      let bestSquare = radius * radius;
      const lastLine = line(y + radius);
      const lastColumn = column(x + radius);
      for (let v = line(y - radius); v <= lastLine; v++) {
        for (let u = column(x - radius); u <= lastColumn; u++) {
          const end = starts[v * side + u + 1] as number;
          for (let at = starts[v * side + u] as number; at < end; at++) {
            const row = rows[at] as number;
            const square = ((xy[2 * row] as number) - x) ** 2 + ((xy[2 * row + 1] as number) - y) ** 2;
            if (square > bestSquare || (square === bestSquare && row < best)) continue;
            if (skip?.(row)) continue;
            best = row;
            bestSquare = square;
          }
        }
      }
      return best;
    },
  };
}

function clamp(index: number, side: number): number {
  return index < 0 ? 0 : index >= side ? side - 1 : index;
}

function inReach(box: Bounds, x: number, y: number, radius: number): boolean {
  return x + radius >= box.minX && x - radius <= box.maxX && y + radius >= box.minY && y - radius <= box.maxY;
}

function sortIntoCells(
  xy: Float32Array,
  n: number,
  side: number,
  column: (x: number) => number,
  line: (y: number) => number,
): { starts: Uint32Array; rows: Uint32Array } {
  const starts = new Uint32Array(side * side + 1);
  const cells = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const x = xy[2 * row] as number;
    const y = xy[2 * row + 1] as number;
    const cell = Number.isFinite(x) && Number.isFinite(y) ? line(y) * side + column(x) : -1;
    cells[row] = cell;
    if (cell >= 0) starts[cell + 1] = (starts[cell + 1] as number) + 1;
  }
  for (let cell = 0; cell < side * side; cell++) {
    starts[cell + 1] = (starts[cell + 1] as number) + (starts[cell] as number);
  }
  const next = starts.slice();
  const rows = new Uint32Array(starts[side * side] as number);
  for (let row = 0; row < n; row++) {
    const cell = cells[row] as number;
    if (cell < 0) continue;
    const at = next[cell] as number;
    rows[at] = row;
    next[cell] = at + 1;
  }
  return { starts, rows };
}
