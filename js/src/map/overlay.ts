/** The few things drawn over the points: the running line, the ring around the hovered row, the rings of the ones pointed at. */

import { type Camera, type Point, toScreen } from "../geometry/camera.ts";
import type { Operation } from "../state/selection.ts";

const NS = "http://www.w3.org/2000/svg";
const MOST_RINGS = 200;

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

  constructor() {
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#rings, this.#hover, this.#line);
    this.#hover.style.display = "none";
  }

  drawLine(line: readonly number[] | null, operation: Operation): void {
    let path = "";
    for (let i = 0; line !== null && i < line.length; i += 2) path += `${i === 0 ? "M" : "L"}${line[i]} ${line[i + 1]}`;
    this.#line.setAttribute("d", path === "" ? "" : `${path}Z`);
    this.#line.dataset.operation = operation;
  }

  drawHover(place: Point | null, camera: Camera, radius: number): void {
    this.#hover.style.display = place === null ? "none" : "";
    if (place !== null) put(this.#hover, toScreen(camera, place), radius);
  }

  drawRings(places: readonly Point[], camera: Camera, radius: number): void {
    const wanted = Math.min(places.length, MOST_RINGS);
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
