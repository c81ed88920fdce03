/**
 * The points sorted into the cells of a square grid, once: two passes, no lists. A search reads only the cells that what is
 * looked for can lie in.
 */

import { type Bounds, boundsOf } from "./camera.ts";

const MAX_SIDE = 1024;
const POINTS_PER_CELL = 4;

type Skip = (row: number) => boolean;

export class Grid {
  /** Cells along each side. */
  readonly side: number;
  /** Where each cell's rows begin in `rows`; one more at the end. Cell = line * side + column. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly #xy: Float32Array;
  readonly #box: Bounds;
  readonly #perX: number;
  readonly #perY: number;

  /** Points (x, y, x, y, ...) that are not finite are never found. `box`: the smallest one around them, where it is known. */
  constructor(xy: Float32Array, box: Bounds = boundsOf(xy)) {
    const n = xy.length >> 1;
    this.#xy = xy;
    this.#box = box;
    const { minX, minY, maxX, maxY } = this.#box;
    this.side = Math.max(1, Math.min(MAX_SIDE, Math.floor(Math.sqrt(n / POINTS_PER_CELL))));
    this.#perX = maxX > minX ? this.side / (maxX - minX) : 0;
    this.#perY = maxY > minY ? this.side / (maxY - minY) : 0;
    const cells = new Int32Array(n);
    const { side } = this;
    const [perX, perY, last] = [this.#perX, this.#perY, side - 1];
    const starts = new Uint32Array(side * side + 1);
    for (let row = 0; row < n; row++) {
      // as `column` and `line` do, written out: this is done for every row
      const u = Math.floor(((xy[2 * row] as number) - minX) * perX);
      const v = Math.floor(((xy[2 * row + 1] as number) - minY) * perY);
      const cell = Number.isFinite(u + v) ? Math.min(last, Math.max(0, v)) * side + Math.min(last, Math.max(0, u)) : -1;
      cells[row] = cell;
      if (cell >= 0) starts[cell + 1] = (starts[cell + 1] as number) + 1;
    }
    this.starts = starts;
    this.rows = intoCells(cells, this.starts);
  }

  /** How many cells x lies to the right of the leftmost point: a fraction of a cell counts, outside is below 0 or beyond `side`. */
  across(x: number): number {
    return (x - this.#box.minX) * this.#perX;
  }

  up(y: number): number {
    return (y - this.#box.minY) * this.#perY;
  }

  column(x: number): number {
    return this.clamp(Math.floor(this.across(x)));
  }

  line(y: number): number {
    return this.clamp(Math.floor(this.up(y)));
  }

  /** The outermost cells go on without end. */
  clamp(index: number): number {
    return index < 0 ? 0 : index >= this.side ? this.side - 1 : index;
  }

  /**
   * Gives the row nearest to (x, y) within `radius`, or -1. Of two at the same distance the one drawn later, which lies on
   * top, wins. `skip(row)` leaves points out.
   */
  nearest(x: number, y: number, radius: number, skip?: Skip): number {
    if (!inReach(this.#box, x, y, radius)) return -1;
    const { starts, rows, side } = this;
    const xy = this.#xy;
    let best = -1;
    let bestSquare = radius * radius;
    const lastLine = this.line(y + radius);
    const lastColumn = this.column(x + radius);
    const firstColumn = this.column(x - radius);
    for (let v = this.line(y - radius); v <= lastLine; v++) {
      const end = starts[v * side + lastColumn + 1] as number;
      for (let at = starts[v * side + firstColumn] as number; at < end; at++) {
        const row = rows[at] as number;
        const square = ((xy[2 * row] as number) - x) ** 2 + ((xy[2 * row + 1] as number) - y) ** 2;
        if (square > bestSquare || (square === bestSquare && row < best)) continue;
        if (skip?.(row)) continue;
        best = row;
        bestSquare = square;
      }
    }
    return best;
  }
}

function inReach(box: Bounds, x: number, y: number, radius: number): boolean {
  return x + radius >= box.minX && x - radius <= box.maxX && y + radius >= box.minY && y - radius <= box.maxY;
}

/** Gives the rows in the order of their cells. `starts` holds each cell's count one place on, and then where it begins. */
function intoCells(cells: Int32Array, starts: Uint32Array): Uint32Array {
  for (let cell = 1; cell < starts.length; cell++) {
    starts[cell] = (starts[cell] as number) + (starts[cell - 1] as number);
  }
  const next = starts.slice();
  const rows = new Uint32Array(starts[starts.length - 1] as number);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] as number;
    if (cell < 0) continue;
    const at = next[cell] as number;
    rows[at] = row;
    next[cell] = at + 1;
  }
  return rows;
}
