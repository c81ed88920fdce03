/**
 * The map: a canvas of points, a camera, and the gestures on it. Rows in, callbacks out; it knows no kernel and no panel.
 *
 * On each draw the canvas says how it looks at the world: `data-view="sx,sy,tx,ty"`, px = x * sx + tx, py = y * sy + ty in
 * CSS pixels from its top left, so that a test can find a row with the mouse.
 */

import * as cameras from "../geometry/camera.ts";
import { buildGrid, type Grid } from "../geometry/grid.ts";
import { rowsInside } from "../geometry/lasso.ts";
import type { Operation } from "../state/selection.ts";
import { lookOf, thinOf } from "./density.ts";
import { Gestures, type Mode } from "./gestures.ts";
import { Names } from "./names.ts";
import { Overlay } from "./overlay.ts";
import { type Inks, paletteBytes, type Rgb } from "./palette.ts";
import { Renderer } from "./renderer.ts";
import { watchSight } from "./sight.ts";

const FLIGHT_MS = 320;
/** Free for the toolbar above and the chip below. */
const HOME_INSETS = { top: 58, right: 24, bottom: 46, left: 24 };
/** The hand rests so long, in ms, before all points are drawn again. */
const SETTLE_MS = 200;
const HOVER_REACH = 8; // CSS pixels beyond a point's edge

/** The rows as the map reads them (state/rows.ts is one). */
export interface MapSource {
  readonly xy: Float32Array;
  readonly words: Uint32Array;
  readonly codes: Int32Array;
  isHidden(row: number): boolean;
  onDirty(listener: (rows: Uint32Array | null) => void): () => void;
}

export interface MapCallbacks {
  mode(): Mode;
  operation(): Operation;
  panHeld(): boolean;
  hasFocus(): boolean;
  takeFocus(): void;
  /** The row under the pointer and where it is drawn, CSS pixels; null = none. */
  onHover(row: number | null, at: cameras.Point): void;
  onEnclosed(rows: Uint32Array, how: "lasso" | "box", operation: Operation): void;
  onPick(row: number, operation: Operation): void;
  onAstray(astray: boolean): void; // whether no row is in sight, though there are some
  /** Says why nothing can be drawn. */
  onUnable(why: string): void;
}

export interface Paint {
  readonly inks: Inks;
  readonly outline: Rgb;
}

export class MapView {
  readonly canvas = document.createElement("canvas");
  readonly #host: HTMLElement;
  readonly #source: MapSource;
  readonly #callbacks: MapCallbacks;
  readonly #overlay = new Overlay();
  readonly #names = new Names();
  readonly #gestures: Gestures;
  readonly #stops: (() => void)[] = [];
  #renderer: Renderer | null = null;
  #resting: WEBGL_lose_context | null = null; // brings the context back that was given away out of sight
  #grid: Grid | null = null;
  #camera: cameras.Camera = { scale: 1, tx: 0, ty: 0 };
  #home = 1; // the scale that shows the whole map
  #size: cameras.Size = { width: 0, height: 0 };
  #placed: Float32Array | null = null; // the places that camera and grid were made for
  #touched = false; // whether the user has moved the camera
  #paint: Paint;
  #selecting = false;
  #awake = true;
  #hovered: number | null = null;
  #rings: Uint32Array = new Uint32Array(0);
  #frame = 0;
  #moving: ReturnType<typeof setTimeout> | undefined; // runs while the hand moves the camera
  #flight: { from: cameras.Camera; to: cameras.Camera; start: number } | null = null;

  constructor(host: HTMLElement, source: MapSource, callbacks: MapCallbacks, paint: Paint) {
    this.#host = host;
    this.#source = source;
    this.#callbacks = callbacks;
    this.#paint = paint;
    this.canvas.className = "la-canvas";
    host.prepend(this.canvas, this.#names.element, this.#overlay.element);
    this.#gestures = this.#listen();
    this.#stops.push(source.onDirty((rows) => this.#onDirty(rows)));
    this.#watchContext();
    this.#start();
    this.#stops.push(watchSight(host, { rest: () => this.#rest(), wake: () => this.#wake() }));
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(host);
    this.#stops.push(() => observer.disconnect());
    this.#measure();
  }

  setPaint(paint: Paint): void {
    this.#paint = paint;
    this.#renderer?.paint(paletteBytes(paint.inks));
    this.requestDraw();
  }

  /** Says whether a selection stands: then what lies outside is drawn faint. */
  setSelecting(selecting: boolean): void {
    this.#selecting = selecting;
    this.requestDraw();
  }

  /** The names of the labels by code; none = no names on the map. */
  setNames(names: readonly string[]): void {
    this.#names.setNames(names);
    this.requestDraw();
  }

  /** Puts a ring around these rows. */
  setRings(rows: Uint32Array): void {
    this.#rings = rows;
    this.requestDraw();
  }

  fit(): void {
    this.#touched = false;
    this.#fly(this.#homeCamera());
  }

  zoom(factor: number): void {
    this.#touched = true;
    const middle: cameras.Point = [this.#size.width / 2, this.#size.height / 2];
    this.#fly(cameras.zoomAt(this.#flight?.to ?? this.#camera, middle, factor, this.#home));
  }

  pan(dx: number, dy: number): void {
    this.#move(cameras.pan(this.#camera, dx, dy));
  }

  /** Brings rows into sight: one row is centred and its surroundings stay visible, several are fitted. */
  flyTo(rows: Uint32Array): void {
    if (rows.length === 0) return;
    this.#touched = true;
    const box = cameras.boundsOf(this.#source.xy, rows);
    const fitted = cameras.fitBox(box, this.#size, cameras.evenly(64));
    const most = Math.max(this.#camera.scale, this.#home * 4);
    const middle: cameras.Point = [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2];
    this.#fly(cameras.centre({ ...fitted, scale: Math.min(fitted.scale, most) }, middle, this.#size));
  }

  cancelGesture(): boolean {
    return this.#gestures.cancel();
  }

  requestDraw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#moving);
    this.#frame = -1; // no draw is requested any more
    for (const stop of this.#stops) stop();
    this.#gestures.dispose();
    this.#renderer?.dispose();
    this.#renderer = null;
    this.canvas.remove();
    this.#overlay.element.remove();
    this.#names.dispose();
  }

  #listen(): Gestures {
    const callbacks = this.#callbacks;
    return new Gestures(this.canvas, {
      mode: callbacks.mode,
      operation: callbacks.operation,
      panHeld: callbacks.panHeld,
      hasFocus: callbacks.hasFocus,
      takeFocus: callbacks.takeFocus,
      onPan: (dx, dy) => this.pan(dx, dy),
      onZoom: (at, factor) => this.#move(cameras.zoomAt(this.#camera, at, factor, this.#home)),
      onHover: (at) => this.#hover(at),
      onDrawing: (line, operation) => this.#overlay.drawLine(line, operation),
      onDrawn: (line, operation, how) => {
        const world = new Float64Array(line.length);
        for (let i = 0; i < line.length; i += 2) {
          world.set(cameras.toWorld(this.#camera, [line[i] as number, line[i + 1] as number]), i);
        }
        callbacks.onEnclosed(rowsInside(this.#source.xy, world, this.#skip), how, operation);
      },
      onClick: (at, operation) => {
        const row = this.#rowAt(at);
        if (row >= 0) callbacks.onPick(row, operation);
      },
    });
  }

  #skip = (row: number): boolean => this.#source.isHidden(row);

  #watchContext(): void {
    const stop = new AbortController();
    this.#stops.push(() => stop.abort());
    this.canvas.addEventListener(
      "webglcontextlost",
      (event) => {
        event.preventDefault(); // without this the context never comes back
        this.#renderer = null;
        if (this.#awake) setTimeout(() => this.#wake()); // it was looked at again before the browser had told of the loss
      },
      { signal: stop.signal },
    );
    this.canvas.addEventListener("webglcontextrestored", () => this.#start(), { signal: stop.signal });
  }

  /** Gives the context back to the browser: nobody looks. What it drew stays in the arrays that it was handed. */
  #rest(): void {
    this.#awake = false;
    this.#resting ??= this.#renderer?.dispose() ?? null;
    this.#renderer = null;
  }

  #wake(): void {
    this.#awake = true;
    if (this.canvas.getContext("webgl2")?.isContextLost() !== true) return;
    this.#resting?.restoreContext();
  }

  /** Makes the renderer, at first and after a lost context. */
  #start(): void {
    const gl = this.canvas.getContext("webgl2", {
      antialias: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true,
    });
    if (gl === null) {
      return this.#callbacks.onUnable(
        "This browser gives no WebGL2, which the map is drawn with. Turn on hardware acceleration.",
      );
    }
    this.#resting = null;
    try {
      this.#renderer = new Renderer(gl);
    } catch (error) {
      return this.#callbacks.onUnable(error instanceof Error ? error.message : String(error));
    }
    this.#renderer.paint(paletteBytes(this.#paint.inks));
    this.#onDirty(null);
  }

  #onDirty(rows: Uint32Array | null): void {
    if (rows === null) {
      this.#place();
      this.#renderer?.load(this.#source.xy, this.#source.words);
    } else this.#renderer?.touch(rows);
    this.#names.refresh(
      () => this.#source,
      () => this.requestDraw(),
    );
    this.requestDraw();
  }

  /** New places: a new home for the camera, and the index is made when it is next needed. */
  #place(): void {
    if (this.#placed === this.#source.xy) return;
    this.#placed = this.#source.xy;
    this.#grid = null;
    this.#touched = false;
    this.#rehome();
  }

  #homeCamera(): cameras.Camera {
    return cameras.fitBox(cameras.boundsOf(this.#source.xy), this.#size, HOME_INSETS);
  }

  #rehome(): void {
    if (this.#size.width === 0) return;
    const home = this.#homeCamera();
    this.#home = home.scale;
    if (!this.#touched) this.#camera = home;
  }

  #measure(): void {
    const before = this.#size;
    const size = { width: this.#host.clientWidth, height: this.#host.clientHeight };
    if (size.width === 0 || size.height === 0) return; // not in the page now, and nobody looks
    this.#size = size;
    const dpr = window.devicePixelRatio;
    const [width, height] = [Math.round(size.width * dpr), Math.round(size.height * dpr)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    if (this.#touched && before.width > 0) this.#camera = cameras.resize(this.#camera, before, size);
    this.#flight = null;
    this.#rehome();
    this.#draw(); // at once: a resized canvas is empty
  }

  #rowAt(at: cameras.Point): number {
    this.#grid ??= buildGrid(this.#source.xy);
    const [x, y] = cameras.toWorld(this.#camera, at);
    const reach = (this.#look().size / 2 + HOVER_REACH) / this.#camera.scale;
    return this.#grid.nearest(x, y, reach, this.#skip);
  }

  #hover(at: cameras.Point | null): void {
    this.#names.setPointer(at);
    const row = at === null || this.#flight !== null ? -1 : this.#rowAt(at);
    const hovered = row < 0 ? null : row;
    if (hovered === this.#hovered) return;
    this.#hovered = hovered;
    this.#callbacks.onHover(
      hovered,
      hovered === null ? [0, 0] : cameras.toScreen(this.#camera, this.#placeOf(hovered)),
    );
    this.#drawOverlay();
  }

  #placeOf(row: number): cameras.Point {
    return [this.#source.xy[2 * row] as number, this.#source.xy[2 * row + 1] as number];
  }

  #look(thin = 1) {
    return lookOf(this.#source.words.length / thin, this.#size, this.#camera.scale / this.#home);
  }

  /** Moves as the hand moves. While it does, a large map is drawn with fewer points, and with all of them once it rests. */
  #move(to: cameras.Camera): void {
    this.#touched = true;
    this.#flight = null;
    this.#camera = to;
    if (thinOf(this.#source.words.length) > 1) this.#settleLater();
    this.requestDraw();
  }

  #settleLater(): void {
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      this.#moving = undefined;
      this.requestDraw();
    }, SETTLE_MS);
  }

  #fly(to: cameras.Camera): void {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#camera = to;
      this.#flight = null;
    } else this.#flight = { from: this.#camera, to, start: performance.now() };
    this.requestDraw();
  }

  #tick(now: number): void {
    this.#frame = 0;
    const flight = this.#flight;
    if (flight !== null) {
      const share = Math.min(1, Math.max(0, (now - flight.start) / FLIGHT_MS));
      this.#camera = cameras.between(flight.from, flight.to, 1 - (1 - share) ** 3, this.#size);
      if (share < 1) this.requestDraw();
      else {
        this.#camera = flight.to;
        this.#flight = null;
      }
    }
    this.#draw();
  }

  #draw(): void {
    if (this.#size.width === 0) return;
    const thin = this.#moving === undefined ? 1 : thinOf(this.#source.words.length);
    const look = this.#look(thin);
    this.#renderer?.draw({
      camera: this.#camera,
      size: this.#size,
      dpr: window.devicePixelRatio,
      pointSize: look.size,
      alpha: look.alpha,
      thin,
      selecting: this.#selecting,
      dims: this.#selecting,
      outline: this.#paint.outline,
      ground: this.#paint.inks.ground,
    });
    if (this.#moving !== undefined) this.#settleLater(); // a slow drawing is no rest of the hand
    this.#drawOverlay();
    this.#names.draw(this.#camera, this.#size);
    this.#callbacks.onAstray(cameras.isAstray(this.#source.xy, this.#camera, this.#size));
    const { scale, tx, ty } = this.#camera;
    this.canvas.dataset.view = [scale, -scale, tx, ty].join(",");
  }

  #drawOverlay(): void {
    const radius = this.#look().size / 2;
    this.#overlay.drawHover(this.#hovered === null ? null : this.#placeOf(this.#hovered), this.#camera, radius + 3);
    this.#overlay.drawRings(
      Array.from(this.#rings.subarray(0, 200), (row) => this.#placeOf(row)),
      this.#camera,
      radius + 4,
    );
  }
}
