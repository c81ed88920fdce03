/** The names of labels over the points. They step aside as soon as one points at the map (theme.css), for they cover rows. */

import type { Camera, Size } from "../geometry/camera.ts";
import { type Anchor, anchorsOf, placeLabels } from "../geometry/label_placement.ts";

const MOST_NAMES = 60;
const MOST_LETTERS = 28;
const HEIGHT = 18; // CSS pixels of a line
const LETTER = 7.2; // CSS pixels: an upper guess of a letter's width, which only keeps names apart
/** Relabels come in bursts; the places follow when they pause, in ms. */
const PAUSE_MS = 120;

export class Names {
  readonly element = document.createElement("div");
  #anchors: Anchor[] = [];
  #names: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.className = "la-names";
    this.element.setAttribute("aria-hidden", "true"); // the list of labels says the same
  }

  setNames(names: readonly string[]): void {
    this.#names = names;
  }

  /** Finds the places again, soon. */
  refresh(read: () => { xy: Float32Array; codes: Int32Array }, done: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { xy, codes } = read();
      this.#anchors = anchorsOf(xy, codes, MOST_NAMES);
      done();
    }, PAUSE_MS);
  }

  draw(camera: Camera, size: Size): void {
    const placed = placeLabels(this.#anchors, camera, size, (code) => this.#text(code).length * LETTER + 12, HEIGHT);
    while (this.element.childElementCount > placed.length) this.element.lastElementChild?.remove();
    while (this.element.childElementCount < placed.length) this.element.append(document.createElement("span"));
    placed.forEach(({ code, px, py }, i) => {
      const span = this.element.children[i] as HTMLElement;
      const text = this.#text(code);
      if (span.textContent !== text) span.textContent = text;
      span.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px) translate(-50%, -50%)`;
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  #text(code: number): string {
    const name = this.#names[code] ?? "";
    return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  }
}
