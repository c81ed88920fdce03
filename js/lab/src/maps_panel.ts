/**
 * The list of the maps that are open, in files and in notebooks. Each view tells of itself by an event from its own element
 * (js/src/app/presence.ts), so that nothing here knows the widget's insides, and a notebook's maps are listed like a file's.
 */

import type { JupyterFrontEnd } from "@jupyterlab/application";
import { Widget } from "@lumino/widgets";
import { mapIcon } from "./icon.js";

const PRESENT = "labelatlas-view";
const GONE = "labelatlas-view-gone";

const WORDS: Readonly<Record<string, string>> = {
  saved: "saved",
  saving: "saving…",
  queued: "not saved yet: the kernel is busy",
  offline: "offline: not saved any more",
  loading: "loading…",
};

export class MapsPanel extends Widget {
  readonly #shell: JupyterFrontEnd.IShell;
  readonly #list = document.createElement("ul");
  readonly #views = new Map<HTMLElement, HTMLElement>(); // the view -> its line
  readonly #none = document.createElement("p");
  readonly #stop = new AbortController();

  constructor(shell: JupyterFrontEnd.IShell) {
    super();
    this.#shell = shell;
    this.id = "labelatlas-maps";
    this.title.caption = "Open label maps";
    this.title.icon = mapIcon;
    this.addClass("jp-LabelAtlas-maps");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Open label maps");
    const head = document.createElement("h3");
    head.textContent = "Open label maps";
    this.#none.textContent = "None. Open a .csv or .parquet file with “Label map”, or show a LabelMap in a notebook.";
    this.node.append(head, this.#none, this.#list);
    document.addEventListener(PRESENT, (event) => this.#hear(event), { signal: this.#stop.signal });
  }

  override dispose(): void {
    this.#stop.abort();
    super.dispose();
  }

  #hear(event: Event): void {
    const view = event.composedPath()[0];
    if (!(view instanceof HTMLElement)) return;
    let line = this.#views.get(view);
    if (line === undefined) {
      line = this.#addLine(view);
      this.#views.set(view, line);
      view.addEventListener(GONE, () => this.#drop(view), { once: true, signal: this.#stop.signal });
    }
    const status = view.dataset.status ?? "";
    line.dataset.status = status;
    const holder = this.#holderOf(view);
    const [name, about] = line.querySelectorAll("span");
    if (name !== undefined) name.textContent = holder?.title.label ?? "Label map";
    if (about !== undefined)
      about.textContent = [view.dataset.summary, WORDS[status] ?? status].filter(Boolean).join(" · ");
    this.#none.hidden = true;
  }

  #addLine(view: HTMLElement): HTMLElement {
    const line = document.createElement("li");
    const button = document.createElement("button");
    button.append(document.createElement("span"), document.createElement("span"));
    button.addEventListener("click", () => {
      const holder = this.#holderOf(view);
      if (holder !== null) this.#shell.activateById(holder.id);
      view.scrollIntoView({ block: "center" });
      view.focus({ preventScroll: true });
    });
    line.append(button);
    this.#list.append(line);
    return line;
  }

  #drop(view: HTMLElement): void {
    this.#views.get(view)?.remove();
    this.#views.delete(view);
    this.#none.hidden = this.#views.size > 0;
  }

  /** The tab that a view stands in. */
  #holderOf(view: HTMLElement): Widget | null {
    for (const widget of this.#shell.widgets("main")) if (holds(widget.node, view)) return widget;
    return null;
  }
}

/** Whether an element stands below another, in its page or in a shadow tree of it. */
function holds(node: Node, view: Node): boolean {
  for (let at: Node | null = view; at !== null; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
    if (at === node) return true;
  }
  return false;
}
