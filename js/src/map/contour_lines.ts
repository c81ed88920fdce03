/** The lines of equal density over the points, found anew for what is in sight when the map rests. */

import { type Bounds, type Camera, type Size, toWorld } from "../geometry/camera.ts";
import { type Contours, contoursOf } from "../geometry/contours.ts";

const NS = "http://www.w3.org/2000/svg";

export class ContourLines {
  readonly element = document.createElementNS(NS, "g");
  #shown = false;
  #lines: Contours = [];
  #xy: Float32Array | null = null;
  #made: Camera | null = null; // the camera that the lines were found for

  constructor() {
    this.element.setAttribute("class", "la-contours");
  }

  show(shown: boolean): void {
    this.#shown = shown;
    this.#made = null;
    if (!shown) this.element.replaceChildren();
  }

  /** Draws the lines; while the map moves, those of before move with it. */
  draw(xy: Float32Array, camera: Camera, size: Size, resting: boolean): void {
    if (!this.#shown) return;
    if (resting && (this.#xy !== xy || this.#made !== camera)) {
      this.#xy = xy;
      this.#made = camera;
      this.#lines = contoursOf(xy, inSight(camera, size));
      this.element.replaceChildren(...this.#lines.map((pieces) => pathOf(pieces)));
    }
    const { scale, tx, ty } = camera;
    this.element.setAttribute("transform", `matrix(${scale} 0 0 ${-scale} ${tx} ${ty})`);
  }
}

function inSight(camera: Camera, { width, height }: Size): Bounds {
  const [minX, maxY] = toWorld(camera, [0, 0]);
  const [maxX, minY] = toWorld(camera, [width, height]);
  return { minX, minY, maxX, maxY };
}

function pathOf(pieces: Float32Array): SVGPathElement {
  const path = document.createElementNS(NS, "path");
  let line = "";
  for (let i = 0; i < pieces.length; i += 4) line += `M${pieces[i]} ${pieces[i + 1]}L${pieces[i + 2]} ${pieces[i + 3]}`;
  path.setAttribute("d", line);
  return path;
}
