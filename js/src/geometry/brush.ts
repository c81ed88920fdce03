/** Which points a brush has touched: those within its radius of the way it went. */

import type { Grid } from "./grid.ts";
import { RowMarks } from "./row_marks.ts";

/**
 * Gives the rows of the points within `radius` of a path, sorted; on the rim counts as within.
 *
 * `xy` holds x, y of each point, and the grid is of these; `path` the places the brush went through, in turn, at least one.
 */
export function rowsAlong(
  xy: Float32Array,
  path: Float64Array,
  radius: number,
  skip: ((row: number) => boolean) | null,
  grid: Grid,
): Uint32Array {
  const found = new RowMarks(xy.length >> 1);
  const { starts, rows, side } = grid;
  for (let i = 0; i < path.length; i += 2) {
    const before = Math.max(0, i - 2);
    const [x0, y0] = [path[before] as number, path[before + 1] as number];
    const [x1, y1] = [path[i] as number, path[i + 1] as number];
    const first = grid.column(Math.min(x0, x1) - radius);
    const last = grid.column(Math.max(x0, x1) + radius);
    const lastLine = grid.line(Math.max(y0, y1) + radius);
    for (let v = grid.line(Math.min(y0, y1) - radius); v <= lastLine; v++) {
      const end = starts[v * side + last + 1] as number;
      for (let at = starts[v * side + first] as number; at < end; at++) {
        const row = rows[at] as number;
        const square = squareTo(xy[2 * row] as number, xy[2 * row + 1] as number, x0, y0, x1, y1);
        if (square <= radius * radius && !(skip?.(row) ?? false)) found.add(row);
      }
    }
  }
  return found.sorted();
}

/** The squared distance of a point from a piece of a line. */
export function squareTo(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return (x - x0 - share * dx) ** 2 + (y - y0 - share * dy) ** 2;
}
