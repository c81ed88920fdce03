/**
 * The page of a shared map: the widget's own map over data that lies in the page, to look at, hover and search. It changes
 * nothing and asks nobody. All words of the data are put into the page as text.
 */

import { type MapSource, MapView, type Paint } from "../map/map.ts";
import { GROUND, OUTLINE, UNLABELLED } from "../map/shades.ts";
import { standBytes } from "../state/colouring.ts";
import { RAMP_CSS } from "../state/ramp.ts";
import { Rows } from "../state/rows.ts";
import { count, plural } from "../ui/format.ts";
import theme from "../ui/theme.css";
import { readShared, type Shared } from "./data.ts";
import { findRows, foldRows } from "./find.ts";
import own from "./share.css";

const LETTERS = 400;

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

class Page {
  readonly root = make("div", "la-root la-shared");
  readonly #shared: Shared;
  readonly #rows = new Rows();
  readonly #map: MapView;
  readonly #host = make("div", "la-map");
  readonly #said = make("p", "");
  readonly #dark = window.matchMedia("(prefers-color-scheme: dark)");
  readonly #card = make("div", "la-card");
  #folded: string[] | null = null;
  #alone: number | null = null;

  constructor(shared: Shared) {
    this.#shared = shared;
    const { slots, inks } = shared;
    // the map draws slots: here they are what the colours follow, and the labels are words
    this.#rows.load({ xy: shared.xy, label: slots, original: slots }, 0, inks.palette.length);
    const main = make("div", "la-main", this.#host, this.#side());
    const style = make("style", "", theme, own);
    this.root.append(style, make("div", "la-body", main));
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", shared.title);
    this.#host.dataset.mode = "pan";
    document.body.append(this.root);
    this.#map = this.#makeMap();
    this.#map.setNames(this.#inkNames());
    this.#host.append(this.#card);
    this.#card.hidden = true;
    this.#dark.addEventListener("change", () => this.#paint());
    this.#paint();
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    this.root.focus({ preventScroll: true });
  }

  #makeMap(): MapView {
    const rows = this.#rows;
    const source: MapSource = {
      xy: rows.xy,
      words: rows.words,
      codes: rows.codes,
      hasDim: false,
      asideNow: () => (row) => this.#alone !== null && rows.codes[row] !== this.#alone,
      onDirty: (listener) => rows.onDirty(listener),
    };
    return new MapView(
      this.#host,
      source,
      {
        mode: () => "pan",
        operation: () => "replace",
        panHeld: () => true,
        hasFocus: () => true,
        takeFocus: () => this.root.focus({ preventScroll: true }),
        brush: () => 0,
        onBrush: () => undefined,
        onHover: (row, [x, y]) => this.#hover(row, x, y),
        onEnclosed: () => undefined,
        onPick: (row) => this.#select(Uint32Array.of(row), ""),
        onAstray: () => undefined,
        onUnable: (why) => this.#host.append(make("p", "la-centre", why)),
      },
      this.#inks(),
    );
  }

  #inks(): Paint {
    const shade = this.#dark.matches ? "dark" : "light";
    const { palette, own } = this.#shared.inks;
    const inks = { palette, own, unlabelled: UNLABELLED[shade], outlines: true };
    return { inks, outline: OUTLINE[shade], ground: GROUND[shade], grey: UNLABELLED[shade] };
  }

  #paint(): void {
    this.root.dataset.theme = this.#dark.matches ? "dark" : "light";
    this.root.dataset.source = "own";
    this.#map.setPaint(this.#inks());
  }

  #side(): HTMLElement {
    const { title, n, inks } = this.#shared;
    const search = make("input", "");
    search.type = "search";
    search.placeholder = "Find in the rows";
    search.setAttribute("aria-label", "Find in the rows");
    search.addEventListener("input", () => this.#search(search.value));
    this.#said.setAttribute("role", "status");
    this.#said.textContent = plural(n, "row");
    const parts = [make("h1", "", title), search, this.#said];
    if (inks.title !== "") parts.push(make("h2", "", `Coloured by ${inks.title}`));
    const [low, high] = inks.ends;
    if (low !== undefined && high !== undefined) {
      const bar = make("div", "");
      bar.style.background = RAMP_CSS;
      parts.push(make("div", "la-scale", bar, make("span", "", low), make("span", "", high)));
    }
    return make("aside", "la-side", ...parts, this.#legend());
  }

  #inkNames(): readonly string[] {
    const { inks, names } = this.#shared;
    return inks.title === "" ? names : inks.names;
  }

  /** The names of the colours with their rows, most first; a press shows one of them alone. */
  #legend(): HTMLElement {
    const { slots, inks } = this.#shared;
    const names = this.#inkNames();
    const counts = new Int32Array(names.length + 1);
    let missing = 0;
    for (const slot of slots) {
      if (slot < 0) missing++;
      else if (slot < names.length) counts[slot] = (counts[slot] as number) + 1;
    }
    const list = make("ul", "");
    const order = Array.from(names.keys()).filter((slot) => (counts[slot] as number) > 0);
    order.sort((a, b) => (counts[b] as number) - (counts[a] as number));
    for (const slot of order) {
      const colour = inks.own[slot] || inks.palette[slot % inks.palette.length];
      list.append(this.#line(list, slot, names[slot] ?? "", counts[slot] as number, colour ?? ""));
    }
    if (missing > 0) list.append(this.#line(list, -1, inks.missing, missing, "var(--la-unlabelled)"));
    return list;
  }

  #line(list: HTMLElement, slot: number, name: string, rows: number, colour: string): HTMLElement {
    const swatch = make("i", "");
    swatch.style.background = colour;
    const button = make("button", "", swatch, make("span", "", name), make("b", "", count(rows)));
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      this.#alone = this.#alone === slot ? null : slot;
      for (const other of list.querySelectorAll("button")) {
        other.setAttribute("aria-pressed", String(other === button && this.#alone !== null));
      }
      this.#map.setStands(standBytes(new Set(), new Set(), this.#alone, this.#shared.inks.palette.length));
    });
    return make("li", "", button);
  }

  #search(query: string): void {
    const { columns, n, names, codes } = this.#shared;
    if (query.trim() === "") return this.#select(new Uint32Array(0), plural(n, "row"));
    this.#folded ??= foldRows(columns, n);
    const found = findRows(query, this.#folded, names, codes);
    this.#select(found, `${plural(found.length, "row")} found`);
  }

  #select(rows: Uint32Array, said: string): void {
    this.#rows.select(rows);
    this.#map.setSelecting(rows.length > 0);
    if (said !== "") this.#said.textContent = said;
  }

  #hover(row: number | null, x: number, y: number): void {
    this.#card.hidden = row === null;
    if (row === null) return;
    const { columns, names, codes } = this.#shared;
    const fields = make("dl", "");
    for (const { name, values } of columns) {
      const value = values[row] ?? null;
      const cell = make("dd", "", value === null ? "missing" : value.slice(0, LETTERS));
      cell.dataset.missing = String(value === null);
      fields.append(make("dt", "", name), cell);
    }
    const head = make("div", "la-card-head", make("b", "", names[codes[row] as number] ?? "unlabelled"));
    this.#card.replaceChildren(head, fields);
    const [width, height] = [this.#host.clientWidth, this.#host.clientHeight];
    this.#card.style.left = x < width / 2 ? `${x + 14}px` : "";
    this.#card.style.right = x < width / 2 ? "" : `${width - x + 14}px`;
    this.#card.style.top = y < height / 2 ? `${y + 8}px` : "";
    this.#card.style.bottom = y < height / 2 ? "" : `${height - y + 8}px`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "0" || event.key === "f") this.#map.motion.fit();
    else if (event.key === "+" || event.key === "=") this.#map.motion.zoomBy(1.5);
    else if (event.key === "-") this.#map.motion.zoomBy(1 / 1.5);
    else if (event.key === "Escape") this.#select(new Uint32Array(0), plural(this.#shared.n, "row"));
  }
}

const data = document.getElementById("labelatlas-data")?.textContent ?? "";
readShared(data).then(
  (shared) => new Page(shared),
  (error: unknown) => document.body.append(`This page cannot be read: ${String(error)}`),
);
