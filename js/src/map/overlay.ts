/** The few things drawn over the points: the running line, the ring around the hovered row, the rings of the ones pointed at. */

import { type Camera, type Point, toScreen } from "../geometry/camera.ts";
import type { Operation } from "../state/selection.ts";
import type { Drawn } from "./gestures.ts";

const NS = "http://www.w3.org/2000/svg";

function shape<K extends keyof SVGElementTagNameMap>(name: K, className: string): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NS, name);
  element.setAttribute("class", className);
  return element;
}

export class Overlay {
  readonly element = shape("svg", "la-overlay");
  readonly #line = shape("path", "la-lasso");
  readonly #rings = shape("g", "la-rings");
  readonly #hover = shape("circle", "la-hover-ring");
  readonly #brush = shape("circle", "la-brush-ring");

  #drawn = ""; // how the line was drawn last
  #hovering = false;
  #ringed = 0;

  constructor() {
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#rings, this.#hover, this.#brush, this.#line);
    this.#hover.style.display = "none";
    this.#brush.style.display = "none";
  }

  /** The line of a gesture: a closed one, or the way of a brush of this radius, CSS pixels. */
  drawLine(line: readonly number[] | null, operation: Operation, mode: Drawn, brush: number): void {
    let path = "";
    for (let i = 0; line !== null && i < line.length; i += 2) path += `${i === 0 ? "M" : "L"}${line[i]} ${line[i + 1]}`;
    if (line !== null && line.length === 2) path += "h0"; // where the brush was put down
    this.#line.setAttribute("d", path === "" || mode === "brush" ? path : `${path}Z`);
    const drawn = `${operation} ${mode} ${brush}`;
    if (drawn === this.#drawn) return; // the page looks for other styles after each word, new or not
    this.#drawn = drawn;
    this.#line.dataset.operation = operation;
    this.#line.dataset.mode = mode;
    this.#line.style.strokeWidth = mode === "brush" ? `${2 * brush}px` : "";
  }

  /** The brush under the pointer. */
  drawBrush(at: Point | null, radius: number): void {
    this.#brush.style.display = at === null ? "none" : "";
    if (at !== null) put(this.#brush, at, radius);
  }

  drawHover(place: Point | null, camera: Camera, radius: number): void {
    if (place === null && !this.#hovering) return;
    this.#hovering = place !== null;
    this.#hover.style.display = place === null ? "none" : "";
    if (place !== null) put(this.#hover, toScreen(camera, place), radius);
  }

  drawRings(places: readonly Point[], camera: Camera, radius: number): void {
    const wanted = places.length;
    if (wanted + this.#ringed === 0) return; // on most frames
    this.#ringed = wanted;
    while (this.#rings.childElementCount > wanted) this.#rings.lastElementChild?.remove();
    while (this.#rings.childElementCount < wanted) this.#rings.append(shape("circle", "la-ring"));
    for (let i = 0; i < wanted; i++) {
      const ring = this.#rings.children[i];
      const place = places[i];
      if (ring !== undefined && place !== undefined) put(ring, toScreen(camera, place), radius);
    }
  }
}

function put(circle: Element, [x, y]: Point, radius: number): void {
  circle.setAttribute("cx", x.toFixed(1));
  circle.setAttribute("cy", y.toFixed(1));
  circle.setAttribute("r", radius.toFixed(1));
}
