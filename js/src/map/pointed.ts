/**
 * The row under the pointer, and the rows that a list points at. Where the pointer rests while the map moves under it no row is
 * hovered: it would be another one at each step, and a ring that follows costs more than the points do.
 */

import { type Camera, type Point, toScreen } from "../geometry/camera.ts";
import type { Overlay } from "./overlay.ts";

const MOST_RINGS = 200;
/** CSS pixels of a ring beyond the edge of its point. */
const [HOVER_GAP, RING_GAP] = [3, 4];

export interface PointedCallbacks {
  /** Gives the row at a place, or -1. */
  find(at: Point): number;
  placeOf(row: number): Point;
  camera(): Camera;
  /** The radius of a point, CSS pixels. */
  radius(): number;
  /** Another row is under the pointer, and there it is drawn; null = none. */
  onHover(row: number | null, at: Point): void;
}

export class Pointed {
  readonly #overlay: Overlay;
  readonly #callbacks: PointedCallbacks;
  #pointer: Point | null = null;
  #moving = false;
  #hovered: number | null = null;
  #rings: Uint32Array = new Uint32Array(0);

  constructor(overlay: Overlay, callbacks: PointedCallbacks) {
    this.#overlay = overlay;
    this.#callbacks = callbacks;
  }

  /** Where the pointer is, CSS pixels; null = not over the map. */
  get pointer(): Point | null {
    return this.#pointer;
  }

  set pointer(at: Point | null) {
    this.#pointer = at;
    this.#look();
  }

  ring(rows: Uint32Array): void {
    this.#rings = rows.subarray(0, MOST_RINGS);
    this.#drawRings();
  }

  /** Draws what is pointed at. To be called with each drawing of the map. */
  draw(moving: boolean): void {
    if (moving !== this.#moving) {
      this.#moving = moving;
      this.#look(); // another row may lie there now
    }
    this.#drawHover();
    this.#drawRings();
  }

  #look(): void {
    const { find, placeOf, camera, onHover } = this.#callbacks;
    const row = this.#pointer === null || this.#moving ? -1 : find(this.#pointer);
    const hovered = row < 0 ? null : row;
    if (hovered === this.#hovered) return;
    this.#hovered = hovered;
    onHover(hovered, hovered === null ? [0, 0] : toScreen(camera(), placeOf(hovered)));
    this.#drawHover();
  }

  #drawHover(): void {
    const { placeOf, camera, radius } = this.#callbacks;
    const place = this.#hovered === null ? null : placeOf(this.#hovered);
    this.#overlay.drawHover(place, camera(), radius() + HOVER_GAP);
  }

  #drawRings(): void {
    const { placeOf, camera, radius } = this.#callbacks;
    this.#overlay.drawRings(Array.from(this.#rings, placeOf), camera(), radius() + RING_GAP);
  }
}
