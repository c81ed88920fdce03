/**
 * Lines of equal density. The points are counted into a fine grid, smoothed, and each level is followed through the cells by
 * marching squares (W. Lorensen, H. Cline, "Marching cubes", 1987, in two dimensions).
 */

import type { Bounds } from "./camera.ts";

const SIDE = 96; // cells along each side
/** Times that a count is shared with its neighbours: the more often, the fewer points there are, for chance draws lines too. */
const [LEAST_SMOOTH, MOST_SMOOTH, SMOOTH_FOR] = [3, 60, 60_000];
/** About so many points are looked at. */
const ENOUGH_ROWS = 200_000;
/** Of the highest density, where lines stand. */
const LEVELS = [0.04, 0.12, 0.28, 0.5, 0.75] as const;

/** Pieces of lines, x0, y0, x1, y1 in turn, in the world's coordinates; the lowest level first. */
export type Contours = readonly Float32Array[];

/** Gives the lines of equal density of the points inside a box; none where there are none. */
export function contoursOf(xy: Float32Array, box: Bounds): Contours {
  const density = densityOf(xy, box);
  let most = 0;
  for (const value of density) most = Math.max(most, value);
  if (most === 0) return [];
  const [stepX, stepY] = [(box.maxX - box.minX) / SIDE, (box.maxY - box.minY) / SIDE];
  return LEVELS.map((level) => {
    const pieces = piecesAt(density, level * most);
    for (let i = 0; i < pieces.length; i += 2) {
      // a count stands for the middle of its cell
      pieces[i] = box.minX + ((pieces[i] as number) + 0.5) * stepX;
      pieces[i + 1] = box.minY + ((pieces[i + 1] as number) + 0.5) * stepY;
    }
    return Float32Array.from(pieces);
  });
}

/** Counts the points of a box into its cells and smooths the counts. */
export function densityOf(xy: Float32Array, box: Bounds): Float32Array {
  const counts = new Float32Array(SIDE * SIDE);
  const n = xy.length >> 1;
  const step = Math.max(1, Math.floor(n / ENOUGH_ROWS));
  let found = 0;
  const perX = SIDE / (box.maxX - box.minX);
  const perY = SIDE / (box.maxY - box.minY);
  for (let row = 0; row < n; row += step) {
    const u = Math.floor(((xy[2 * row] as number) - box.minX) * perX);
    const v = Math.floor(((xy[2 * row + 1] as number) - box.minY) * perY);
    if (!(u >= 0 && u < SIDE && v >= 0 && v < SIDE)) continue;
    counts[v * SIDE + u] = (counts[v * SIDE + u] as number) + 1;
    found++;
  }
  let from: Float32Array = counts;
  const turns = Math.min(MOST_SMOOTH, Math.max(LEAST_SMOOTH, Math.round(SMOOTH_FOR / Math.max(1, found))));
  for (let turn = 0; turn < turns; turn++) from = smoothed(smoothed(from, 1), SIDE);
  return from;
}

/** Shares each count with the two beside it; outside there is nothing. */
function smoothed(counts: Float32Array, step: number): Float32Array {
  const out = new Float32Array(counts.length);
  for (let at = 0; at < counts.length; at++) {
    const place = step === 1 ? at % SIDE : Math.floor(at / SIDE);
    const before = place === 0 ? 0 : (counts[at - step] as number);
    const after = place === SIDE - 1 ? 0 : (counts[at + step] as number);
    out[at] = 0.25 * before + 0.5 * (counts[at] as number) + 0.25 * after;
  }
  return out;
}

/** Gives the pieces of one level, in cells. */
function piecesAt(density: Float32Array, level: number): number[] {
  const pieces: number[] = [];
  for (let v = 0; v + 1 < SIDE; v++) {
    for (let u = 0; u + 1 < SIDE; u++) {
      const at = v * SIDE + u;
      const corners = [density[at], density[at + 1], density[at + SIDE + 1], density[at + SIDE]] as number[];
      const ends: number[] = [];
      for (let side = 0; side < 4; side++) {
        const [a, b] = [corners[side] as number, corners[(side + 1) % 4] as number];
        if (a < level === b < level) continue;
        const share = (level - a) / (b - a);
        ends.push(...onSide(side, share, u, v));
      }
      // two crossings are one piece; four, a saddle, are two
      for (let i = 0; i + 3 < ends.length; i += 4) pieces.push(...ends.slice(i, i + 4));
    }
  }
  return pieces;
}

/** The place on a side of a cell, the sides counted around from the lower one. */
function onSide(side: number, share: number, u: number, v: number): [number, number] {
  if (side === 0) return [u + share, v];
  if (side === 1) return [u + 1, v + share];
  return side === 2 ? [u + 1 - share, v + 1] : [u, v + 1 - share];
}
