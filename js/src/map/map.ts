/**
 * The map: a canvas of points, a camera, and the gestures on it. Rows in, callbacks out; it knows no kernel and no panel.
 *
 * On each draw the canvas says how it looks at the world: `data-view="sx,sy,tx,ty"`, px = x * sx + tx, py = y * sy + ty in
 * CSS pixels from its top left, so that a test can find a row with the mouse.
 */

import * as cameras from "../geometry/camera.ts";
import type { Operation } from "../state/selection.ts";
import { ContourLines } from "./contour_lines.ts";
import { alphaOf, sizeOf, thinOf } from "./density.ts";
import { type Drawn, Gestures, type GestureTarget } from "./gestures.ts";
import { Hits } from "./hits.ts";
import { Minimap } from "./minimap.ts";
import { Motion } from "./motion.ts";
import { Names } from "./names.ts";
import { Overlay } from "./overlay.ts";
import { type Inks, paletteBytes, type Rgb, SLOTS } from "./palette.ts";
import { Pointed } from "./pointed.ts";
import type { FOLLOWS } from "./renderer.ts";
import { Surface } from "./surface.ts";

const HOVER_REACH = 8; // CSS pixels beyond a point's edge
const ALL_SHOWN = new Uint8Array(SLOTS).fill(255);

/** The rows as the map reads them (state/rows.ts is one). */
export interface MapSource {
  readonly xy: Float32Array;
  readonly words: Uint32Array;
  readonly codes: Int32Array;
  /** Gives the test, good for this moment, whether a row cannot be pointed at, for it is not drawn or stands aside. */
  asideNow(): (row: number) => boolean;
  /** Whether any row is dim. */
  readonly hasDim: boolean;
  /** Tells which rows' words changed, null = of all, whether labels did, and whether more than the kernel's flags did. */
  onDirty(listener: (rows: Uint32Array | null, labels: boolean, drawn: boolean) => void): () => void;
}

type Asked = "mode" | "operation" | "panHeld" | "hasFocus" | "takeFocus" | "onBrush";

export interface MapCallbacks extends Pick<GestureTarget, Asked> {
  /** The radius of the brush, CSS pixels. */
  brush(): number;
  /** The row under the pointer and where it is drawn, CSS pixels; null = none. */
  onHover(row: number | null, at: cameras.Point): void;
  onEnclosed(rows: Uint32Array, how: Drawn, operation: Operation): void;
  onPick(row: number, operation: Operation): void;
  onAstray(astray: boolean): void; // whether no row is in sight, though there are some
  /** Says why nothing can be drawn. */
  onUnable(why: string): void;
}

export interface Paint {
  readonly inks: Inks;
  readonly outline: Rgb;
  /** The colour behind the points. */
  readonly ground: Rgb;
  readonly grey: Rgb;
}

/** What the colours follow. */
export interface Following {
  readonly follows: keyof typeof FOLLOWS;
  /** With "ink": the colour slot of each row. */
  readonly slots: Uint16Array | null;
}

export class MapView {
  readonly motion = new Motion(() => this.requestDraw());
  readonly #host: HTMLElement;
  readonly #source: MapSource;
  readonly #callbacks: MapCallbacks;
  readonly #surface: Surface;
  readonly #overlay = new Overlay();
  readonly #names = new Names(
    () => ({ xy: this.#source.xy, codes: this.#named ?? this.#source.codes, box: this.motion.box }),
    () => this.#drawNames(),
  );
  readonly #contours = new ContourLines();
  readonly #minimap = new Minimap((place) => this.motion.centre(place));
  readonly #hits: Hits;
  readonly #pointed: Pointed;
  readonly #gestures: Gestures;
  readonly #stops: (() => void)[] = [];
  #placed: Float32Array | null = null; // the places that the camera was made for
  #paint: Paint;
  #following: Following = { follows: "label", slots: null };
  #stands: Uint8Array | null = null;
  #scored: readonly [number, number] = [0, 0];
  #selecting = false;
  #named: Int32Array | null = null; // what the names stand for; null = the labels
  #frame = 0;
  #passing = false; // whether a frame is left to the page around
  #asked = false; // whether a draw was asked for meanwhile

  constructor(host: HTMLElement, source: MapSource, callbacks: MapCallbacks, paint: Paint) {
    this.#host = host;
    this.#source = source;
    this.#callbacks = callbacks;
    this.#paint = paint;
    this.#hits = new Hits(source, this.motion);
    this.#pointed = this.#point();
    this.#surface = new Surface({ onStart: () => this.#fill(), onUnable: callbacks.onUnable });
    this.#overlay.element.prepend(this.#contours.element);
    host.prepend(this.canvas, this.#names.element, this.#overlay.element, this.#minimap.element);
    this.#gestures = this.#listen();
    this.#stops.push(source.onDirty((rows, labels, drawn) => this.#onDirty(rows, labels, drawn)));
    this.#stops.push(this.#surface.followSight(host));
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(host); // it tells the first size too, once the page around has been laid out
    this.#stops.push(() => observer.disconnect());
    this.#onDirty(null, true);
  }

  get canvas(): HTMLCanvasElement {
    return this.#surface.canvas;
  }

  setPaint(paint: Paint): void {
    this.#paint = paint;
    this.#surface.renderer?.paint(paletteBytes(paint.inks));
    this.requestDraw();
  }

  /** Says what the colours follow. */
  follow(following: Following): void {
    this.#following = following;
    this.#surface.renderer?.ink(following.slots);
    this.requestDraw();
  }

  /** How each label stands, a byte a slot: 0 hidden, 128 dim, 255 shown; null = all are shown. */
  setStands(stands: Uint8Array | null): void {
    if (stands === null && this.#stands === null) return;
    this.#stands = stands;
    this.#surface.renderer?.stand(stands ?? ALL_SHOWN);
    this.requestDraw();
  }

  /** How far the scores of the rows count for size and weight, 0 to 1. */
  setScored(size: number, weight: number): void {
    this.#scored = [size, weight];
    this.requestDraw();
  }

  /** Says whether a selection stands: then what lies outside is drawn faint. */
  setSelecting(selecting: boolean): void {
    this.#selecting = selecting;
    this.requestDraw();
  }

  /** The names by code; none = no names on the map. `codes`: of each row, -1 = none; null = the labels of the rows. */
  setNames(names: readonly string[], codes: Int32Array | null = null): void {
    this.#names.setNames(names);
    if (codes !== this.#named) this.#names.refresh();
    this.#named = codes;
    this.#drawNames();
  }

  /** Whether lines of equal density stand over the points. */
  setContours(shown: boolean): void {
    this.#contours.show(shown);
    this.requestDraw();
  }

  /** Puts a ring around these rows. The points are not drawn for it: rows of a list pass under a pointer with each step. */
  setRings(rows: Uint32Array): void {
    this.#pointed.ring(rows);
  }

  /**
   * Ends a flight and leaves the next frame to the page around: where no graphics hardware helps, the page waits for the points
   * in each frame that draws them.
   */
  giveWay(): void {
    this.motion.halt();
    if (this.#passing || this.#frame < 0) return;
    this.#passing = true;
    requestAnimationFrame(() => setTimeout(() => this.#goOn()));
  }

  cancelGesture(): boolean {
    return this.#gestures.cancel();
  }

  /** Closes the polygon that is being drawn; says whether there was one. */
  closeGesture(): boolean {
    return this.#gestures.close();
  }

  requestDraw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1; // no draw is requested any more
    this.motion.dispose();
    for (const stop of this.#stops) stop();
    this.#gestures.dispose();
    this.#surface.dispose();
    this.#overlay.element.remove();
    this.#names.dispose();
    this.#minimap.dispose();
  }

  #listen(): Gestures {
    const { motion } = this;
    const callbacks = this.#callbacks;
    return new Gestures(this.canvas, {
      ...callbacks,
      onPan: (dx, dy) => motion.pan(dx, dy),
      onZoom: (at, factor) => motion.zoomAt(at, factor),
      onHover: (at) => {
        this.#pointed.pointer = at;
        this.#names.setPointer(at);
        this.#drawBrush();
      },
      onBrush: (factor) => {
        callbacks.onBrush(factor);
        this.#drawBrush();
      },
      onDrawing: (line, operation, mode) => this.#overlay.drawLine(line, operation, mode, callbacks.brush()),
      onDrawn: (line, operation, how) =>
        callbacks.onEnclosed(this.#hits.within(line, how, callbacks.brush()), how, operation),
      onClick: (at, operation) => {
        const row = this.#rowAt(at);
        if (row >= 0) callbacks.onPick(row, operation);
      },
    });
  }

  #point(): Pointed {
    const { motion } = this;
    return new Pointed(this.#overlay, {
      find: (at) => this.#rowAt(at),
      placeOf: (row) => [this.#source.xy[2 * row] as number, this.#source.xy[2 * row + 1] as number],
      camera: () => motion.camera,
      radius: () => this.#pointSize() / 2,
      onHover: (row, at) => this.#callbacks.onHover(row, at),
    });
  }

  /** Hands a new renderer all that it needs. */
  #fill(): void {
    const { renderer } = this.#surface;
    renderer?.paint(paletteBytes(this.#paint.inks));
    renderer?.stand(this.#stands ?? ALL_SHOWN);
    this.#onDirty(null, false);
  }

  #onDirty(rows: Uint32Array | null, labels: boolean, drawn = true): void {
    const { xy, words } = this.#source;
    const { renderer } = this.#surface;
    if (rows === null) {
      this.#place();
      renderer?.load(xy, words);
      renderer?.ink(this.#following.slots);
    } else renderer?.touch(rows);
    if (!drawn && this.#following.follows !== "edited") return; // the same picture: a million points are not drawn for it
    if (labels && (this.#named === null || rows === null)) this.#names.refresh();
    this.requestDraw();
  }

  /** New places: a new home for the camera. */
  #place(): void {
    if (this.#placed === this.#source.xy) return;
    this.#placed = this.#source.xy;
    this.motion.place(this.#source.xy);
  }

  #measure(): void {
    const size = { width: this.#host.clientWidth, height: this.#host.clientHeight };
    if (size.width === 0 || size.height === 0) return; // not in the page now, and nobody looks
    this.#surface.resize(size.width, size.height, window.devicePixelRatio);
    this.motion.measure(size);
    this.#draw(); // at once: a resized canvas is empty
  }

  #rowAt(at: cameras.Point): number {
    return this.#hits.nearest(at, this.#pointSize() / 2 + HOVER_REACH);
  }

  #drawBrush(): void {
    const shown = this.#callbacks.mode() === "brush" && !this.#callbacks.panHeld();
    this.#overlay.drawBrush(shown ? this.#pointed.pointer : null, this.#callbacks.brush());
  }

  #pointSize(thin = 1): number {
    return sizeOf(this.#source.words.length / thin, this.motion.size, this.motion.zoom);
  }

  get #onTheWay(): boolean {
    return this.motion.isMoving || this.motion.isFlying;
  }

  #goOn(): void {
    this.#passing = false;
    if (!this.#asked) return;
    this.#asked = false;
    this.requestDraw();
  }

  #tick(now: number): void {
    this.#frame = 0;
    if (this.#passing) {
      this.#asked = true;
      return;
    }
    if (this.motion.step(now)) this.requestDraw();
    this.#draw();
  }

  #draw(): void {
    const { motion } = this;
    const { camera, size } = motion;
    if (size.width === 0) return;
    const { xy, words } = this.#source;
    // while the hand moves a large map, it is drawn with fewer points, and with all of them once it rests
    const thin = motion.isMoving ? thinOf(words.length) : 1;
    const moving = this.#onTheWay;
    const pointSize = this.#pointSize(thin);
    this.#surface.renderer?.draw({
      camera,
      size,
      dpr: window.devicePixelRatio,
      pointSize,
      alpha: alphaOf(xy, camera, size, pointSize, thin),
      thin,
      selecting: this.#selecting,
      dims: this.#selecting || this.#stands !== null || this.#source.hasDim,
      outline: this.#paint.outline,
      ground: this.#paint.ground,
      grey: this.#paint.grey,
      follows: this.#following.follows,
      scored: this.#scored,
    });
    motion.drawn();
    this.#pointed.draw(moving);
    this.#drawNames();
    this.#contours.draw(xy, camera, size, !moving);
    this.#minimap.draw(xy, motion.box, motion.zoom, camera, size);
    if (!moving) this.#callbacks.onAstray(cameras.isAstray(xy, camera, size));
    this.canvas.dataset.view = [camera.scale, -camera.scale, camera.tx, camera.ty].join(",");
  }

  /** Without the points under them: those of a million cost more than the names. */
  #drawNames(): void {
    const { camera, size } = this.motion;
    if (size.width > 0) this.#names.draw(camera, size, !this.#onTheWay);
  }
}
