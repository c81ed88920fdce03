/** Where one is: the whole map small, with a frame around what is in sight. It stands only while one is near; a press goes there. */

import { type Bounds, type Camera, type Point, type Size, toWorld } from "../geometry/camera.ts";
import { densityOf } from "../geometry/contours.ts";

const SIDE = 96; // pixels, as many as densities
/** It stands when the map is at least so many times nearer than home. */
const NEAR = 1.6;

export class Minimap {
  readonly element = document.createElement("div");
  readonly #picture = document.createElement("canvas");
  readonly #frame = document.createElement("i");
  readonly #stop = new AbortController();
  #box: Bounds = { minX: -1, minY: -1, maxX: 1, maxY: 1 };
  #drawn: Float32Array | null = null;
  #hidden = true;

  constructor(onGo: (place: Point) => void) {
    this.element.className = "la-minimap";
    this.element.setAttribute("aria-hidden", "true"); // the keys do the same
    this.element.hidden = true;
    this.#picture.width = SIDE;
    this.#picture.height = SIDE;
    this.element.append(this.#picture, this.#frame);
    const go = (event: PointerEvent) => {
      const at = this.element.getBoundingClientRect();
      const { minX, minY, maxX, maxY } = this.#box;
      const [across, down] = [(event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height];
      onGo([minX + across * (maxX - minX), maxY - down * (maxY - minY)]);
    };
    const options = { signal: this.#stop.signal };
    this.element.addEventListener("pointerdown", go, options);
    this.element.addEventListener("pointermove", (event) => event.buttons > 0 && go(event), options);
  }

  draw(xy: Float32Array, box: Bounds, zoom: number, camera: Camera, size: Size): void {
    const hidden = zoom < NEAR || xy.length === 0;
    if (hidden !== this.#hidden) this.element.hidden = hidden;
    this.#hidden = hidden;
    if (hidden) return;
    if (this.#drawn !== xy) {
      this.#drawn = xy;
      this.#box = square(box);
      this.#paint(xy);
    }
    const { minX, minY, maxX, maxY } = this.#box;
    const [x0, y1] = toWorld(camera, [0, 0]);
    const [x1, y0] = toWorld(camera, [size.width, size.height]);
    const share = (part: number, from: number, to: number) =>
      100 * Math.min(1, Math.max(0, (part - from) / (to - from)));
    const { style } = this.#frame;
    style.left = `${share(x0, minX, maxX)}%`;
    style.right = `${100 - share(x1, minX, maxX)}%`;
    style.top = `${100 - share(y1, minY, maxY)}%`;
    style.bottom = `${share(y0, minY, maxY)}%`;
  }

  dispose(): void {
    this.#stop.abort();
    this.element.remove();
  }

  /** Draws the density as ink that is the darker, the more rows lie there. */
  #paint(xy: Float32Array): void {
    const context = this.#picture.getContext("2d");
    if (context === null) return;
    const density = densityOf(xy, this.#box);
    let most = 0;
    for (const value of density) most = Math.max(most, value);
    const picture = context.createImageData(SIDE, SIDE);
    for (let at = 0; at < density.length; at++) {
      const [u, v] = [at % SIDE, SIDE - 1 - Math.floor(at / SIDE)];
      const to = 4 * (v * SIDE + u);
      picture.data.set([128, 132, 140, 255 * Math.min(1, 1.4 * Math.sqrt((density[at] as number) / most))], to);
    }
    context.putImageData(picture, 0, 0);
  }
}

/** The square box around a box, with a little room. */
function square({ minX, minY, maxX, maxY }: Bounds): Bounds {
  const half = Math.max(1e-9, 0.53 * Math.max(maxX - minX, maxY - minY));
  const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
  return { minX: x - half, minY: y - half, maxX: x + half, maxY: y + half };
}
