/**
 * The canvas and what draws on it. A browser takes graphics contexts away and gives them back; here that is lived through, so
 * that the map only ever asks for the renderer of now, or hears that there is none.
 */

import { Renderer } from "./renderer.ts";
import { watchSight } from "./sight.ts";

const NO_WEBGL = "This browser gives no WebGL2, which the map is drawn with. Turn on hardware acceleration.";

export interface SurfaceCallbacks {
  /** There is a renderer, and it holds nothing yet. */
  onStart(renderer: Renderer): void;
  /** Says why nothing can be drawn. */
  onUnable(why: string): void;
}

export class Surface {
  readonly canvas = document.createElement("canvas");
  readonly #callbacks: SurfaceCallbacks;
  readonly #stop = new AbortController();
  #renderer: Renderer | null = null;
  #resting: WEBGL_lose_context | null = null; // brings the context back that was given away out of sight
  #awake = true;

  constructor(callbacks: SurfaceCallbacks) {
    this.#callbacks = callbacks;
    this.canvas.className = "la-canvas";
    const options = { signal: this.#stop.signal };
    this.canvas.addEventListener("webglcontextlost", (event) => this.#lost(event), options);
    this.canvas.addEventListener("webglcontextrestored", () => this.start(), options);
  }

  /** What draws now; null = there is no context. */
  get renderer(): Renderer | null {
    return this.#renderer;
  }

  /** Gives the context back while nobody looks at the element; what it gives ends that. */
  restOutOfSight(element: Element): () => void {
    return watchSight(element, { rest: () => this.#rest(), wake: () => this.#wake() });
  }

  /** Makes the renderer, at first and after a lost context. */
  start(): void {
    const gl = this.canvas.getContext("webgl2", {
      antialias: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true,
    });
    if (gl === null) return this.#callbacks.onUnable(NO_WEBGL);
    this.#resting = null;
    try {
      this.#renderer = new Renderer(gl);
    } catch (error) {
      return this.#callbacks.onUnable(error instanceof Error ? error.message : String(error));
    }
    this.#callbacks.onStart(this.#renderer);
  }

  /** Gives the canvas as many pixels as the screen has for it. */
  resize(width: number, height: number, dpr: number): void {
    const [columns, lines] = [Math.round(width * dpr), Math.round(height * dpr)];
    if (this.canvas.width === columns && this.canvas.height === lines) return;
    this.canvas.width = columns;
    this.canvas.height = lines;
  }

  dispose(): void {
    this.#stop.abort();
    this.#renderer?.dispose();
    this.#renderer = null;
    this.canvas.remove();
  }

  #lost(event: Event): void {
    event.preventDefault(); // without this the context never comes back
    this.#renderer = null;
    if (this.#awake) setTimeout(() => this.#wake()); // it was looked at again before the browser had told of the loss
  }

  /** What it drew stays in the arrays that it was handed. */
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
}
