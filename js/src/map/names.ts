/** The names of labels over the points. Those near the pointer step aside, for they cover rows; while a line is drawn all stand. */

import type { Bounds, Camera, Point, Size } from "../geometry/camera.ts";
import { type Anchor, Anchors, type Placed, placeLabels, stepsAside } from "../geometry/label_placement.ts";

const MOST_NAMES = 60;
const MOST_LETTERS = 28;
const HEIGHT = 18; // CSS pixels of a line
const LETTER = 7.2; // CSS pixels: an upper guess of a letter's width, which only keeps names apart
/** Relabels come in bursts; the places follow when they pause, in ms. */
const PAUSE_MS = 120;

export interface NamesSource {
  /** The rows, and what each is named by: a code, -1 = none. */
  readonly xy: Float32Array;
  readonly codes: Int32Array;
  /** The smallest box around the rows. */
  readonly box: Bounds;
}

export class Names {
  readonly element = document.createElement("div");
  readonly #read: () => NamesSource;
  readonly #redraw: () => void;
  #finder: Anchors | null = null;
  #found: Float32Array | null = null; // the places that the finder was made for
  #anchors: Anchor[] = [];
  #names: readonly string[] = [];
  #placed: readonly Placed[] = [];
  #texts: readonly string[] = []; // what each of them says
  #drawn: readonly unknown[] = []; // what they were drawn for, at rest
  #anyAside = false;
  #held: Camera | null = null; // the camera that they were placed for
  #pointer: Point | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  #stale = false; // whether the places are older than the labels

  /** `redraw`: asks for a `draw`, for the names have other places. */
  constructor(read: () => NamesSource, redraw: () => void) {
    this.#read = read;
    this.#redraw = redraw;
    this.element.className = "la-names";
    this.element.setAttribute("aria-hidden", "true"); // the list of labels says the same
  }

  setNames(names: readonly string[]): void {
    this.#names = names;
    if (this.#stale) this.refresh();
  }

  /** Finds the places again, soon, or once there are names. */
  refresh(): void {
    this.#stale = true;
    clearTimeout(this.#timer);
    if (this.#names.length > 0) this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
  }

  /** Draws the names. While the map is on its way at one scale, all of them move as one: the page needs not lay them out again. */
  draw(camera: Camera, size: Size, resting: boolean): void {
    const held = this.#held;
    if (!resting && held !== null && held.scale === camera.scale) {
      this.#drawn = [];
      if (this.#placed.length === 0) return;
      this.element.style.transform = `translate(${camera.tx - held.tx}px, ${camera.ty - held.ty}px)`;
      return;
    }
    const drawn = [camera, size, this.#anchors, this.#names];
    if (resting && drawn.every((one, i) => one === this.#drawn[i])) return; // an edit leaves the names where they are
    this.#drawn = resting ? drawn : [];
    this.#held = camera;
    this.element.style.transform = "";
    const named = this.#anchors.filter(({ code }) => this.#text(code) !== "");
    const placed = placeLabels(named, camera, size, (code) => this.#width(code), HEIGHT);
    const before = this.#placed;
    this.#placed = placed;
    while (this.element.childElementCount > placed.length) this.element.lastElementChild?.remove();
    while (this.element.childElementCount < placed.length) this.element.append(document.createElement("span"));
    const texts = placed.map(({ code }) => this.#text(code));
    placed.forEach(({ px, py }, i) => {
      // after an edit most say what they said, and stand where they stood
      const span = this.element.children[i] as HTMLElement;
      if (this.#texts[i] !== texts[i]) span.textContent = texts[i] as string;
      if (before[i]?.px === px && before[i]?.py === py) return;
      span.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px) translate(-50%, -50%)`;
    });
    this.#texts = texts;
    this.#stepAside();
  }

  /** Where the pointer looks for a row; null = nowhere. */
  setPointer(at: Point | null): void {
    this.#pointer = at;
    this.#stepAside();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  #find(): void {
    const { xy, codes, box } = this.#read();
    if (this.#finder === null || this.#found !== xy) this.#finder = new Anchors(xy, box);
    this.#found = xy;
    this.#anchors = this.#finder.of(codes, MOST_NAMES);
    this.#stale = false;
    this.#redraw();
  }

  #stepAside(): void {
    if (this.#pointer === null && !this.#anyAside) return; // on most draws
    this.#anyAside = false;
    this.#placed.forEach((name, i) => {
      const span = this.element.children[i] as HTMLElement;
      const aside = stepsAside(this.#pointer, name, this.#width(name.code), HEIGHT);
      this.#anyAside ||= aside;
      const visibility = aside ? "hidden" : "";
      if (span.style.visibility !== visibility) span.style.visibility = visibility;
    });
  }

  #width(code: number): number {
    return this.#text(code).length * LETTER + 12;
  }

  #text(code: number): string {
    const name = this.#names[code] ?? "";
    return name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  }
}
