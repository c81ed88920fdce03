/** How large and how opaque points are drawn, so that 50 are easy to hit and a million still show where they are dense. */

import type { Camera, Size } from "../geometry/camera.ts";

/** Diameters in CSS pixels: the least, the most when the whole map is seen, the most at all. */
const [LEAST, MOST_AT_HOME, MOST] = [1.6, 10, 15];
/** The share of the canvas on which the points of a usual map lie. */
const COVERED = 0.3;

/** So many points are drawn at each step of a hand that moves the map, also where no graphics hardware helps. */
const MOST_WHILE_MOVING = 300_000;
/** Points lie 8 bytes apart, and a graphics context reads at most 255 bytes from one to the next. */
const MOST_THIN = 31;

/** About so many points are looked at to tell how crowded the view is. */
const SAMPLE = 6000;
/** The canvas is divided into so many cells along each side, to tell how much of it is covered. */
const CELLS = 24;
/** With fewer points of the sample in sight, nothing is crowded. */
const FEW = 40;

/** Of how many points one is drawn while the map is moved. */
export function thinOf(n: number): number {
  return Math.min(MOST_THIN, Math.max(1, Math.ceil(n / MOST_WHILE_MOVING)));
}

/** Gives the diameter of a point, CSS pixels. `zoom` is 1 when the whole map is seen. */
export function sizeOf(n: number, size: Size, zoom: number): number {
  const room = Math.sqrt((size.width * size.height * COVERED) / Math.max(1, n)); // of one point, along a side, at zoom 1
  const atHome = Math.min(MOST_AT_HOME, Math.max(LEAST, room * 0.72));
  return Math.min(MOST, atHome * Math.max(zoom, 0.5) ** 0.4);
}

/**
 * Gives the opacity of a point: the less, the more points lie on each other where this view has some. It is looked up in a fair
 * sample, so that structure shows in a dense heart as well as in a thin rim. `thin`: of so many points one is drawn.
 */
export function alphaOf(xy: Float32Array, camera: Camera, size: Size, diameter: number, thin: number): number {
  const n = xy.length >> 1;
  const step = Math.max(1, Math.floor(n / SAMPLE));
  const seen = new Uint8Array(CELLS * CELLS);
  const [perX, perY] = [CELLS / size.width, CELLS / size.height];
  let inSight = 0;
  let covered = 0;
  for (let row = 0; row < n; row += step) {
    const u = Math.floor(((xy[2 * row] as number) * camera.scale + camera.tx) * perX);
    const v = Math.floor((camera.ty - (xy[2 * row + 1] as number) * camera.scale) * perY);
    if (!(u >= 0 && u < CELLS && v >= 0 && v < CELLS)) continue;
    inSight++;
    const cell = v * CELLS + u;
    if (seen[cell] === 0) covered++;
    seen[cell] = 1;
  }
  if (inSight < FEW && step > 1) return MOST_OPAQUE;
  const area = (covered * size.width * size.height) / (CELLS * CELLS);
  const layers = (inSight * (step / thin) * diameter * diameter) / Math.max(1, area);
  return opacityOf(layers);
}

const [LEAST_OPAQUE, MOST_OPAQUE] = [0.16, 0.88];

/** Gives the opacity of one of `layers` points that lie on each other on average. */
export function opacityOf(layers: number): number {
  return Math.min(MOST_OPAQUE, Math.max(LEAST_OPAQUE, 0.8 / Math.max(1, layers) ** 0.35));
}
