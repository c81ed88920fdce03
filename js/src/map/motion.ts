/** Where the map is looked at from, and how that changes: at once by hand, in a short flight by command. */

import * as cameras from "../geometry/camera.ts";

const FLIGHT_MS = 320;
/** A flight whose pictures come further apart, in ms, is leaps: it ends at once, and the page is free for what comes next. */
const JERKY_MS = 70;
/** The hand rests so long, in ms, before all points are drawn again. */
const SETTLE_MS = 200;
/** Free for the toolbar above and the chip below. */
const HOME_INSETS = { top: 58, right: 24, bottom: 46, left: 24 };
const AROUND_ROWS = 64; // CSS pixels around rows that are flown to

export class Motion {
  camera: cameras.Camera = { scale: 1, tx: 0, ty: 0 };
  size: cameras.Size = { width: 0, height: 0 };
  readonly #redraw: () => void;
  #xy: Float32Array = new Float32Array(0);
  #box = cameras.boundsOf(this.#xy);
  #home = 1; // the scale that shows the whole map
  #touched = false; // whether the user has moved the camera
  #moving: ReturnType<typeof setTimeout> | undefined; // runs while the hand moves the camera
  #restsAt = 0; // when it counts as resting, unless it moves on: the one timer is not made anew at each step
  #wished: Uint32Array | null = null; // rows to fly to once the size of the canvas is known
  #flight: { from: cameras.Camera; to: cameras.Camera; start: number; seen: number | null } | null = null;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** How near the map is: 1 when the whole of it is seen. */
  get zoom(): number {
    return this.camera.scale / this.#home;
  }

  /** Whether the hand moves the camera now. */
  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  get isFlying(): boolean {
    return this.#flight !== null;
  }

  /** The smallest box around all points. */
  get box(): cameras.Bounds {
    return this.#box;
  }

  /** Takes new places: the camera goes home, unless a person has moved it while the map formed. */
  place(xy: Float32Array): void {
    this.#xy = xy;
    this.#box = cameras.boundsOf(xy);
    this.#rehome();
  }

  /** Takes the size of the canvas, CSS pixels; what was seen stays in sight. */
  measure(size: cameras.Size): void {
    const before = this.size;
    this.size = size;
    if (this.#touched && before.width > 0) this.camera = cameras.resize(this.camera, before, size);
    this.#flight = null;
    this.#rehome();
    const wished = this.#wished;
    this.#wished = null;
    if (wished !== null) this.flyTo(wished);
  }

  fit(): void {
    this.#touched = false;
    this.#fly(this.#homeCamera());
  }

  zoomBy(factor: number): void {
    this.#touched = true;
    const middle: cameras.Point = [this.size.width / 2, this.size.height / 2];
    this.#fly(cameras.zoomAt(this.#flight?.to ?? this.camera, middle, factor, this.#home));
  }

  /** Zooms by hand; what lies under the pointer stays there. */
  zoomAt(at: cameras.Point, factor: number): void {
    this.#move(cameras.zoomAt(this.camera, at, factor, this.#home));
  }

  pan(dx: number, dy: number): void {
    this.#move(cameras.pan(this.camera, dx, dy));
  }

  /** Brings a place of the world into the middle, by hand. */
  centre(place: cameras.Point): void {
    this.#move(cameras.centre(this.camera, place, this.size));
  }

  /** Brings rows into sight: one row is centred and its surroundings stay visible, several are fitted. */
  flyTo(rows: Uint32Array): void {
    if (rows.length === 0) return;
    if (this.size.width === 0) {
      this.#wished = rows;
      return;
    }
    this.#touched = true;
    const box = cameras.boundsOf(this.#xy, rows);
    const fitted = cameras.fitBox(box, this.size, cameras.evenly(AROUND_ROWS));
    const most = Math.max(this.camera.scale, this.#home * 4);
    const middle: cameras.Point = [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2];
    this.#fly(cameras.centre({ ...fitted, scale: Math.min(fitted.scale, most) }, middle, this.size));
  }

  /** Ends a flight where it is. */
  halt(): void {
    this.#flight = null;
  }

  /** Goes one step of a flight; says whether there is another. */
  step(now: number): boolean {
    const flight = this.#flight;
    if (flight === null) return false;
    const jerky = flight.seen !== null && now - flight.seen > JERKY_MS;
    flight.seen = now;
    const share = jerky ? 1 : Math.min(1, Math.max(0, (now - flight.start) / FLIGHT_MS));
    this.camera = cameras.between(flight.from, flight.to, 1 - (1 - share) ** 3, this.size);
    if (share < 1) return true;
    this.camera = flight.to;
    this.#flight = null;
    return false;
  }

  /** To be called after each drawing: a slow one is no rest of the hand. */
  drawn(): void {
    if (this.isMoving) this.#settleLater();
  }

  dispose(): void {
    clearTimeout(this.#moving);
  }

  #homeCamera(): cameras.Camera {
    return cameras.fitBox(this.#box, this.size, HOME_INSETS);
  }

  #rehome(): void {
    if (this.size.width === 0) return;
    const home = this.#homeCamera();
    this.#home = home.scale;
    if (!this.#touched) this.camera = home;
  }

  #move(to: cameras.Camera): void {
    this.#touched = true;
    this.#flight = null;
    this.camera = to;
    this.#settleLater();
    this.#redraw();
  }

  #settleLater(): void {
    this.#restsAt = performance.now() + SETTLE_MS;
    this.#moving ??= setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #settle(): void {
    const left = this.#restsAt - performance.now();
    this.#moving = left > 0 ? setTimeout(() => this.#settle(), left) : undefined;
    if (left <= 0) this.#redraw();
  }

  #fly(to: cameras.Camera): void {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.camera = to;
      this.#flight = null;
    } else this.#flight = { from: this.camera, to, start: performance.now(), seen: null };
    this.#redraw();
  }
}
