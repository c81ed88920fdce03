/**
 * Where the names of labels stand on the map: each at the densest place of its rows, and of those that would overlap only the
 * one with more rows. Coming nearer makes room, so that more names appear.
 */

import { boundsOf, type Camera, type Point, type Size, toScreen } from "./camera.ts";

/** About so many rows are looked at: a name's place needs no more, and it is found again after each edit. */
const ENOUGH_ROWS = 150_000;
const SIDE = 40; // cells along each side, in which a label's rows are counted

export interface Anchor {
  readonly code: number;
  readonly x: number;
  readonly y: number;
  /** Rows looked at, for the order; of very many rows only a part is. */
  readonly count: number;
}

export interface Placed {
  readonly code: number;
  /** The middle of the name, CSS pixels. */
  readonly px: number;
  readonly py: number;
}

/** Gives the densest place of each of the `most` most frequent labels, most rows first. */
export function anchorsOf(xy: Float32Array, codes: Int32Array, most: number): Anchor[] {
  const n = codes.length;
  const step = Math.max(1, Math.floor(n / ENOUGH_ROWS));
  const frequent = mostFrequent(codes, most, step);
  const place = new Map(frequent.map(([code], i) => [code, i]));
  const box = boundsOf(xy);
  const perX = box.maxX > box.minX ? SIDE / (box.maxX - box.minX) : 0;
  const perY = box.maxY > box.minY ? SIDE / (box.maxY - box.minY) : 0;
  const cells = SIDE * SIDE;
  const counts = new Uint32Array(frequent.length * cells);
  const cellOf = (row: number): number => {
    const u = Math.min(SIDE - 1, Math.floor(((xy[2 * row] as number) - box.minX) * perX));
    const v = Math.min(SIDE - 1, Math.floor(((xy[2 * row + 1] as number) - box.minY) * perY));
    return Number.isNaN(u + v) ? -1 : v * SIDE + u;
  };
  for (let row = 0; row < n; row += step) {
    const at = place.get(codes[row] as number);
    const cell = at === undefined ? -1 : cellOf(row);
    if (at !== undefined && cell >= 0) counts[at * cells + cell] = (counts[at * cells + cell] as number) + 1;
  }
  const best = frequent.map((_, at) => densest(counts.subarray(at * cells, (at + 1) * cells)));
  const sums = new Float64Array(frequent.length * 3);
  for (let row = 0; row < n; row += step) {
    const at = place.get(codes[row] as number);
    if (at === undefined || !areNeighbours(cellOf(row), best[at] as number)) continue;
    sums[3 * at] = (sums[3 * at] as number) + (xy[2 * row] as number);
    sums[3 * at + 1] = (sums[3 * at + 1] as number) + (xy[2 * row + 1] as number);
    sums[3 * at + 2] = (sums[3 * at + 2] as number) + 1;
  }
  return frequent.flatMap(([code, count], at) => {
    const near = sums[3 * at + 2] as number;
    return near === 0
      ? []
      : [{ code, count, x: (sums[3 * at] as number) / near, y: (sums[3 * at + 1] as number) / near }];
  });
}

/** Gives the labels with the most rows, unlabelled rows left out. */
function mostFrequent(codes: Int32Array, most: number, step: number): [number, number][] {
  const counts = new Map<number, number>();
  for (let row = 0; row < codes.length; row += step) {
    const code = codes[row] as number;
    if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most);
}

/** The cell around which, its neighbours counted in, the most rows lie. */
function densest(counts: Uint32Array): number {
  let best = 0;
  let most = -1;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell] === 0) continue;
    let sum = 0;
    for (let v = -1; v <= 1; v++) {
      for (let u = -1; u <= 1; u++) {
        const column = (cell % SIDE) + u;
        if (column >= 0 && column < SIDE) sum += counts[cell + v * SIDE + u] ?? 0;
      }
    }
    if (sum > most) {
      most = sum;
      best = cell;
    }
  }
  return best;
}

function areNeighbours(a: number, b: number): boolean {
  if (a < 0) return false;
  return Math.abs((a % SIDE) - (b % SIDE)) <= 1 && Math.abs(Math.floor(a / SIDE) - Math.floor(b / SIDE)) <= 1;
}

/** Places the names in their order; what would overlap one placed before, or lies outside, is left out. */
export function placeLabels(
  anchors: readonly Anchor[],
  camera: Camera,
  size: Size,
  widthOf: (code: number) => number,
  height: number,
): Placed[] {
  const placed: (Placed & { readonly half: number })[] = [];
  for (const { code, x, y } of anchors) {
    const [px, py] = toScreen(camera, [x, y]);
    if (px < 0 || py < 0 || px > size.width || py > size.height) continue;
    const half = widthOf(code) / 2;
    const overlaps = placed.some((one) => Math.abs(one.px - px) < one.half + half && Math.abs(one.py - py) < height);
    if (!overlaps) placed.push({ code, px, py, half });
  }
  return placed.map(({ code, px, py }) => ({ code, px, py }));
}

const NEAR = 48; // CSS pixels around a name

/** Says whether a name steps aside for a pointer that looks for a row: when it is near, for a name covers rows. */
export function stepsAside(pointer: Point | null, name: Placed, width: number, height: number): boolean {
  if (pointer === null) return false;
  const [x, y] = pointer;
  const dx = Math.max(0, Math.abs(x - name.px) - width / 2);
  const dy = Math.max(0, Math.abs(y - name.py) - height / 2);
  return Math.hypot(dx, dy) < NEAR;
}
