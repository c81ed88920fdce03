/** One view of a session in the page. Mounting it leaves nothing behind that its dispose does not take away. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { operationOf } from "../map/gestures.ts";
import type { MapView } from "../map/map.ts";
import { filterPanel } from "../panels/filter/filter.tsx";
import type { ViewCommands } from "../panels/panel.ts";
import { basisAfter } from "../state/listing.ts";
import { NO_SELECTION } from "../state/selection.ts";
import { inverted } from "../state/selectors.ts";
import { keepFocus } from "../ui/focus.ts";
import { onHostChange, shadeOf } from "../ui/theme.ts";
import { App } from "./app.tsx";
import { type Command, commandOf, isForHost } from "./keys.ts";
import { resizeBrush } from "./map_link.ts";
import { announce } from "./presence.ts";
import type { Session } from "./session.ts";
import { STYLES } from "./styles.ts";
import { followSummons } from "./summons.ts";
import { createViewState, type ViewState } from "./view_state.ts";

const FIRST_PANEL = "labels";

/** Shows a session in an element. Gives the function that takes the view away again. */
export function mountView(session: Session, element: HTMLElement): () => void {
  const view = new View(session, element);
  return () => view.dispose();
}

class View {
  readonly #session: Session;
  readonly #element: HTMLElement;
  readonly #root = document.createElement("div");
  readonly #local: ViewState = createViewState(FIRST_PANEL);
  readonly #stops: (() => void)[] = [];
  #map: MapView | null = null;
  readonly #body: HTMLElement;
  #turn = 0; // how often the whole view was drawn

  constructor(session: Session, element: HTMLElement) {
    this.#session = session;
    this.#element = element;
    session.views.add(element);
    this.#prepareRoot();
    this.#followShade(); // before the view is in the page, whose style would have to be found first
    // the style sheet travels with the view: the element may be in a shadow tree, or in no tree yet
    const style = document.createElement("style");
    style.textContent = STYLES;
    const body = document.createElement("div");
    body.className = "la-body";
    this.#root.append(style, body);
    element.append(this.#root);
    this.#followState();
    this.#listen();
    this.#body = body;
    this.#render();
    this.#stops.push(() => render(null, body));
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#root.remove();
    this.#session.views.delete(this.#element);
  }

  #take = (map: MapView | null): void => {
    this.#map = map;
  };

  readonly #commands: ViewCommands = {
    flyTo: (rows) => this.#map?.motion.flyTo(rows),
    giveWay: () => this.#map?.giveWay(),
    ring: (rows) => this.#map?.setRings(rows),
    emphasise: (code) => {
      this.#local.emphasis.value = code;
    },
    focusMap: () => this.#root.focus({ preventScroll: true }),
  };

  #prepareRoot(): void {
    const root = this.#root;
    root.className = "la-root";
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Label map");
    this.#keepKeys();
  }

  #followState(): void {
    const { state } = this.#session;
    const { shade } = this.#local;
    this.#stops.push(
      announce(this.#root, state),
      effect(() => {
        state.version.value; // the revision of the rows is no signal of its own
        this.#root.dataset.revision = String(Math.max(state.status.value.revision, state.rows.revision));
      }),
      effect(() => {
        this.#root.style.setProperty("--la-height", `${state.meta.value.height}px`);
      }),
      effect(() => {
        this.#root.dataset.theme = shade.value;
        this.#root.dataset.source = state.meta.value.theme === "auto" ? "host" : "own";
      }),
      effect(() => {
        const { look } = this.#local;
        look.basis.value = basisAfter(look.basis.peek(), state.selection.value);
      }),
      followSummons(state, this.#local),
      keepFocus(this.#root),
    );
  }

  /** Light or dark, as it is wished or as the page around is. */
  #followShade(): void {
    const { meta } = this.#session.state;
    const { shade } = this.#local;
    const readShade = () => {
      const wanted = meta.value.theme;
      shade.value = wanted === "auto" ? shadeOf(this.#element) : wanted;
    };
    // The element is often put into the page only after this: then the colours around it are known. An observer asks for them
    // once the page is laid out, while a frame of its own would have it laid out before.
    const observer = new ResizeObserver(() => {
      observer.disconnect();
      readShade();
    });
    observer.observe(this.#root);
    this.#stops.push(effect(readShade), onHostChange(readShade), () => observer.disconnect());
  }

  #listen(): void {
    const stop = new AbortController();
    this.#stops.push(() => stop.abort());
    const options = { signal: stop.signal };
    const { held, panHeld } = this.#local;
    const readHeld = (event: KeyboardEvent) => {
      held.value = operationOf(event);
    };
    this.#root.addEventListener("keydown", (event) => this.#onKeyDown(event), options);
    this.#root.addEventListener("keydown", readHeld, options);
    this.#root.addEventListener(
      "keyup",
      (event) => {
        readHeld(event);
        if (event.key === " ") panHeld.value = false;
        event.stopPropagation();
      },
      options,
    );
    const release = () => {
      held.value = null;
      panHeld.value = false;
    };
    this.#root.addEventListener("focusout", release, options);
    window.addEventListener("blur", release, options);
  }

  #onKeyDown(event: KeyboardEvent): void {
    if (isForHost(event)) return this.#lendKeys();
    event.stopPropagation(); // the notebook's command mode must not hear it
    const origin = event.composedPath()[0];
    const typing = origin instanceof HTMLInputElement || origin instanceof HTMLSelectElement;
    if (event.key === " " && origin === this.#root) {
      this.#local.panHeld.value = true;
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && origin === this.#root && this.#map?.closeGesture() === true) {
      event.preventDefault();
      return;
    }
    if (typing && event.key !== "Escape") return;
    const command = commandOf(event);
    if (command === null) return;
    event.preventDefault();
    this.#do(command);
  }

  /** Lets the host hear the key that is on its way up to it. */
  #lendKeys(): void {
    delete this.#root.dataset.lmSuppressShortcuts;
    setTimeout(() => this.#keepKeys());
  }

  #keepKeys(): void {
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own word for "these keys are mine"
  }

  #do(command: Command): void {
    const session = this.#session;
    switch (command.kind) {
      case "escape":
        if (this.#local.help.value) this.#local.help.value = false;
        else if (this.#map?.cancelGesture() !== true) session.select(NO_SELECTION);
        return this.#commands.focusMap();
      case "undo":
        return session.undo(null);
      case "redo":
        return session.redo();
      case "fit":
        return this.#map?.motion.fit();
      case "fit-selection": {
        const { rows } = session.state.selection.value;
        return rows.length > 0 ? this.#map?.motion.flyTo(rows) : this.#map?.motion.fit();
      }
      case "invert":
        return session.select(inverted(session.state, this.#local.look));
      case "brush":
        return resizeBrush(this.#local, command.factor);
      case "contours":
        this.#local.contours.value = !this.#local.contours.value;
        return;
      case "names":
        this.#local.names.value = !this.#local.names.value;
        return;
      case "dock":
        this.#local.dock.value = this.#local.dock.value === command.panel ? null : command.panel;
        if (this.#local.dock.value === null) this.#commands.focusMap();
        return;
      case "search":
        return this.#openField(FIRST_PANEL, "[data-la-search]");
      case "find-rows":
        return this.#openField(filterPanel.id, "[data-la-row-search]");
      case "help":
        this.#local.help.value = !this.#local.help.value;
        return;
      case "zoom":
        return this.#map?.motion.zoomBy(command.factor);
      case "pan":
        return this.#map?.motion.pan(command.dx, command.dy);
      case "mode":
        this.#local.mode.value = command.mode;
        return;
      case "digit": {
        const code = session.state.slots.value.codes[command.digit - 1];
        if (code !== null && code !== undefined) session.assign(code);
        return;
      }
    }
  }

  /** Drawn and focused before the next key can come: a letter of a name must never be heard as a command of the map. */
  #openField(panel: string, field: string): void {
    this.#local.panel.value = panel;
    this.#render();
    this.#root.querySelector<HTMLInputElement>(field)?.focus();
  }

  #render(): void {
    render(
      <App
        session={this.#session}
        local={this.#local}
        root={this.#root}
        view={this.#commands}
        take={this.#take}
        turn={++this.#turn}
      />,
      this.#body,
    );
  }
}
