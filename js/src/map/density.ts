/** How large and how opaque points are drawn, so that 50 are easy to hit and a million still show where they are dense. */

import type { Size } from "../geometry/camera.ts";

/** Diameters in CSS pixels: the least, the most when the whole map is seen, the most at all. */
const [LEAST, MOST_AT_HOME, MOST] = [1.6, 10, 15];
/** The share of the canvas on which the points of a usual map lie. */
const COVERED = 0.3;

/** So many points are drawn at each step of a hand that moves the map, also where no graphics hardware helps. */
const MOST_WHILE_MOVING = 300_000;

/** Of how many points one is drawn while the map is moved. */
export function thinOf(n: number): number {
  return Math.max(1, Math.ceil(n / MOST_WHILE_MOVING));
}

export interface Look {
  /** Diameter, CSS pixels. */
  readonly size: number;
  readonly alpha: number;
}

/** `zoom` is 1 when the whole map is seen. */
export function lookOf(n: number, size: Size, zoom: number): Look {
  const room = Math.sqrt((size.width * size.height * COVERED) / Math.max(1, n)); // of one point, along a side, at zoom 1
  const atHome = Math.min(MOST_AT_HOME, Math.max(LEAST, room * 0.72));
  const diameter = Math.min(MOST, atHome * Math.max(zoom, 0.5) ** 0.4);
  const crowd = (diameter / Math.max(1e-6, room * Math.max(zoom, 0.5))) ** 2;
  return { size: diameter, alpha: Math.min(0.88, Math.max(0.25, 0.8 / Math.max(1, crowd) ** 0.35)) };
}
