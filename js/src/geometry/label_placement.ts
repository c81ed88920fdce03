/**
 * Where the names of labels stand on the map: each at the densest place of its rows, and of those that would overlap only the
 * one with more rows. Coming nearer makes room, so that more names appear.
 */

import { type Bounds, boundsOf, type Camera, type Point, type Size, toScreen } from "./camera.ts";

/** About so many rows are looked at: a name's place needs no more, and it is found again after each edit. */
const ENOUGH_ROWS = 12_000;
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

/** Finds where names stand. Made once for the places of the rows, and asked again after each edit. */
export class Anchors {
  readonly #step: number;
  /** The rows that are looked at, side by side: in the table they lie far apart. */
  readonly #xy: Float32Array;
  /** What they were named by when it was last asked. */
  readonly #codes: Int32Array;
  /** The cell of each row that is looked at; -1 = it has no place. */
  readonly #cells: Int16Array;
  /** How many of them have a code, at code + 1. */
  #counts = new Int32Array(64);
  /** Places found before, of codes whose rows are the same since; null = none of its rows has a place. */
  readonly #found = new Map<number, Point | null>();

  /** `box`: the smallest one around the rows, where it is known. */
  constructor(xy: Float32Array, box: Bounds = boundsOf(xy)) {
    const n = xy.length >> 1;
    this.#step = Math.max(1, Math.floor(n / ENOUGH_ROWS));
    const count = Math.ceil(n / this.#step);
    this.#xy = new Float32Array(2 * count);
    this.#codes = new Int32Array(count).fill(-1);
    this.#counts[0] = count;
    this.#cells = new Int16Array(count);
    const perX = box.maxX > box.minX ? SIDE / (box.maxX - box.minX) : 0;
    const perY = box.maxY > box.minY ? SIDE / (box.maxY - box.minY) : 0;
    for (let at = 0; at < this.#cells.length; at++) {
      const row = at * this.#step;
      const x = xy[2 * row] as number;
      const y = xy[2 * row + 1] as number;
      this.#xy[2 * at] = x;
      this.#xy[2 * at + 1] = y;
      const u = Math.min(SIDE - 1, Math.floor((x - box.minX) * perX));
      const v = Math.min(SIDE - 1, Math.floor((y - box.minY) * perY));
      this.#cells[at] = Number.isFinite(u + v) ? v * SIDE + u : -1;
    }
  }

  /** Gives the densest place of each of the `most` most frequent labels, most rows first. */
  of(all: Int32Array, most: number): Anchor[] {
    this.#follow(all);
    const frequent = mostFrequent(this.#counts, most);
    this.#find(frequent.filter((code) => !this.#found.has(code)));
    return frequent.flatMap((code) => {
      const place = this.#found.get(code) ?? null;
      return place === null ? [] : [{ code, count: this.#counts[code + 1] as number, x: place[0], y: place[1] }];
    });
  }

  /** Takes the codes as they are now, and forgets the places of those that won or lost a row. */
  #follow(all: Int32Array): void {
    const [codes, step] = [this.#codes, this.#step];
    let counts = this.#counts;
    for (let at = 0; at < codes.length; at++) {
      const code = all[at * step] as number;
      const before = codes[at] as number;
      if (code === before) continue;
      if (code + 1 >= counts.length) {
        counts = new Int32Array(2 * (code + 2));
        counts.set(this.#counts);
        this.#counts = counts;
      }
      counts[before + 1] = (counts[before + 1] as number) - 1;
      counts[code + 1] = (counts[code + 1] as number) + 1;
      codes[at] = code;
      if (this.#found.size === 0) continue;
      this.#found.delete(before);
      this.#found.delete(code);
    }
  }

  /** Finds the densest places of these codes. */
  #find(wanted: readonly number[]): void {
    if (wanted.length === 0) return;
    const [xy, cells, codes] = [this.#xy, this.#cells, this.#codes];
    const places = placesOf(wanted);
    const counts = new Uint32Array(wanted.length * SIDE * SIDE);
    for (let at = 0; at < cells.length; at++) {
      const place = places[(codes[at] as number) + 1] ?? -1;
      const cell = cells[at] as number;
      if (place < 0 || cell < 0) continue;
      const slot = place * SIDE * SIDE + cell;
      counts[slot] = (counts[slot] as number) + 1;
    }
    const near = new Uint8Array(counts.length); // 1 = the densest cell of a label, or one beside it
    for (let from = 0; from < counts.length; from += SIDE * SIDE) {
      markAround(near.subarray(from, from + SIDE * SIDE), densest(counts.subarray(from, from + SIDE * SIDE)));
    }
    const sums = new Float64Array(wanted.length * 3);
    for (let at = 0; at < cells.length; at++) {
      const place = places[(codes[at] as number) + 1] ?? -1;
      const cell = cells[at] as number;
      if (place < 0 || cell < 0 || near[place * SIDE * SIDE + cell] === 0) continue;
      sums[3 * place] = (sums[3 * place] as number) + (xy[2 * at] as number);
      sums[3 * place + 1] = (sums[3 * place + 1] as number) + (xy[2 * at + 1] as number);
      sums[3 * place + 2] = (sums[3 * place + 2] as number) + 1;
    }
    wanted.forEach((code, place) => {
      const rows = sums[3 * place + 2] as number;
      const middle: Point = [(sums[3 * place] as number) / rows, (sums[3 * place + 1] as number) / rows];
      this.#found.set(code, rows === 0 ? null : middle);
    });
  }
}

/** Gives the place of each code + 1 in a list; -1 = it is not in it. */
function placesOf(codes: readonly number[]): Int32Array {
  const places = new Int32Array(2 + Math.max(-1, ...codes)).fill(-1);
  codes.forEach((code, place) => {
    places[code + 1] = place;
  });
  return places;
}

/** Gives the codes of which most rows have one, from the counts by code + 1; unlabelled rows are left out. */
function mostFrequent(counts: Int32Array, most: number): number[] {
  const used: number[] = [];
  for (let code = 0; code + 1 < counts.length; code++) if ((counts[code + 1] as number) > 0) used.push(code);
  return used.sort((a, b) => (counts[b + 1] as number) - (counts[a + 1] as number) || a - b).slice(0, most);
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

/** Marks a cell and those beside it. */
function markAround(cells: Uint8Array, cell: number): void {
  const [u, v] = [cell % SIDE, Math.floor(cell / SIDE)];
  for (let line = Math.max(0, v - 1); line <= Math.min(SIDE - 1, v + 1); line++) {
    cells.fill(1, line * SIDE + Math.max(0, u - 1), line * SIDE + Math.min(SIDE - 1, u + 1) + 1);
  }
}

/**
 * Places the names in their order; what would overlap one placed before, or whose rows lie outside, is left out. A name at the
 * edge moves in, so that all of it is read.
 */
export function placeLabels(
  anchors: readonly Anchor[],
  camera: Camera,
  size: Size,
  widthOf: (code: number) => number,
  height: number,
): Placed[] {
  const placed: (Placed & { readonly half: number })[] = [];
  for (const { code, x, y } of anchors) {
    const [anchorX, anchorY] = toScreen(camera, [x, y]);
    if (anchorX < 0 || anchorY < 0 || anchorX > size.width || anchorY > size.height) continue;
    const half = widthOf(code) / 2;
    const px = within(anchorX, half, size.width);
    const py = within(anchorY, height / 2, size.height);
    const overlaps = placed.some((one) => Math.abs(one.px - px) < one.half + half && Math.abs(one.py - py) < height);
    if (!overlaps) placed.push({ code, px, py, half });
  }
  return placed.map(({ code, px, py }) => ({ code, px, py }));
}

/** Gives the place nearest to `at` that keeps `half` from both ends; the middle where there is no such place. */
function within(at: number, half: number, length: number): number {
  return 2 * half > length ? length / 2 : Math.min(length - half, Math.max(half, at));
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
