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
  #renderer: Renderer | null = null;
  #way: WEBGL_lose_context | null = null; // gives the context away and brings it back; null = there was none yet
  #awake = false;
  #gone = false;

  constructor(callbacks: SurfaceCallbacks) {
    this.#callbacks = callbacks;
    this.canvas.className = "la-canvas";
    // they go with the canvas, and hear to the end: a context that a browser is bringing back is given away again
    this.canvas.addEventListener("webglcontextlost", (event) => this.#lost(event));
    this.canvas.addEventListener("webglcontextrestored", () => this.#start());
  }

  /** What draws now; null = there is no context. */
  get renderer(): Renderer | null {
    return this.#renderer;
  }

  /**
   * Takes a context when the element is first seen, and gives it back while nobody looks: of twenty maps that a reload puts into
   * one page, those in sight draw. What it gives ends that.
   */
  followSight(element: Element): () => void {
    return watchSight(element, { rest: () => this.#rest(), wake: () => this.#wake() });
  }

  /** Gives the canvas as many pixels as the screen has for it. */
  resize(width: number, height: number, dpr: number): void {
    const [columns, lines] = [Math.round(width * dpr), Math.round(height * dpr)];
    if (this.canvas.width === columns && this.canvas.height === lines) return;
    this.canvas.width = columns;
    this.canvas.height = lines;
  }

  dispose(): void {
    this.#gone = true;
    if (this.#renderer === null) this.#way?.loseContext();
    else this.#renderer.dispose();
    this.#renderer = null;
    this.canvas.remove();
  }

  /** Makes the renderer, at first and after a lost context. */
  #start(): void {
    if (this.#gone) return this.#way?.loseContext();
    const gl = this.canvas.getContext("webgl2", {
      antialias: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true,
    });
    if (gl === null) return this.#callbacks.onUnable(NO_WEBGL);
    this.#way ??= gl.getExtension("WEBGL_lose_context");
    try {
      this.#renderer = new Renderer(gl);
    } catch (error) {
      return this.#callbacks.onUnable(error instanceof Error ? error.message : String(error));
    }
    if (this.#awake) this.#callbacks.onStart(this.#renderer);
    else this.#rest(); // it came back while nobody looks
  }

  #lost(event: Event): void {
    if (this.#gone) return;
    event.preventDefault(); // without this the context never comes back
    const given = this.#renderer === null;
    this.#renderer = null;
    if (given && this.#awake) setTimeout(() => this.#wake()); // looked at again before the browser had told of the loss
  }

  /** What it drew stays in the arrays that it was handed. */
  #rest(): void {
    this.#awake = false;
    this.#renderer?.dispose();
    this.#renderer = null;
  }

  /** Whoever took the context away, we or a browser that had too many: it is asked back. */
  #wake(): void {
    this.#awake = true;
    if (this.#renderer !== null) return;
    if (this.#way === null) this.#start();
    else if (this.canvas.getContext("webgl2")?.isContextLost() === true) this.#way.restoreContext();
  }
}
