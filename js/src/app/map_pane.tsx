/** Joins the map, which is plain TypeScript, to the signals: what changes in the state is told to it, what it reports is done. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type MapSource, MapView } from "../map/map.ts";
import type { Rgb } from "../map/palette.ts";
import { HoverCard } from "../panels/hover/hover.tsx";
import type { Rows } from "../state/rows.ts";
import { combine } from "../state/selection.ts";
import type { State } from "../state/state.ts";
import { slotOf } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { Banners } from "./notices.tsx";
import { SelectionChip } from "./selection_chip.tsx";
import type { Session } from "./session.ts";
import { Toolbar } from "./toolbar.tsx";
import type { ViewState } from "./view_state.ts";

const UNLABELLED: Record<"light" | "dark", Rgb> = { light: [150, 152, 158], dark: [118, 121, 128] };
const GROUND: Record<"light" | "dark", Rgb> = { light: [255, 255, 255], dark: [26, 27, 30] };
const OUTLINE: Record<"light" | "dark", Rgb> = { light: [28, 30, 34], dark: [245, 246, 248] };

interface MapPaneProps {
  readonly session: Session;
  readonly local: ViewState;
  readonly root: HTMLElement;
  readonly onMap: (map: MapView | null) => void;
  readonly onFit: () => void;
  /** Brings rows into sight. */
  readonly onShow: (rows: Uint32Array) => void;
}

function paintOf(session: Session, local: ViewState) {
  const { palette, colours = [] } = session.state.meta.value;
  const code = local.emphasis.value;
  const shade = local.shade.value;
  const slots = (codes: ReadonlySet<number>) => new Set(Array.from(codes, (at) => slotOf(at, palette.length)));
  return {
    inks: {
      palette,
      own: colours,
      unlabelled: UNLABELLED[shade],
      ground: GROUND[shade],
      emphasis: code === null ? null : slotOf(code, palette.length),
      hidden: slots(local.look.hidden.value),
      isolated: slots(local.look.isolated.value),
    },
    outline: OUTLINE[shade],
  };
}

function makeMap(host: HTMLElement, { session, local, root }: MapPaneProps): MapView {
  const { state } = session;
  const select = (rows: Uint32Array, how: "lasso" | "box" | "click", operation: "replace" | "add" | "subtract") => {
    session.select(combine(state.selection.value, rows, how, operation));
    local.said.value = `${plural(state.selection.value.rows.length, "row")} selected`;
  };
  const map = new MapView(
    host,
    seenBy(local, state.rows),
    {
      mode: () => local.mode.value,
      operation: () => local.operation.value,
      panHeld: () => local.panHeld.value,
      hasFocus: () => root.contains(rootFocus(root)),
      takeFocus: () => root.focus({ preventScroll: true }),
      onHover: (row, [x, y]) => {
        const size = { width: host.clientWidth, height: host.clientHeight };
        local.hovered.value = row === null ? null : { row, x, y, ...size };
      },
      onEnclosed: select,
      onPick: (row, operation) => select(Uint32Array.of(row), "click", operation),
      onAstray: (astray) => {
        local.astray.value = astray;
      },
      onUnable: (why) => {
        local.unable.value = why;
      },
    },
    paintOf(session, local),
  );
  return map;
}

/** The names that may stand on the map: not those of labels that are hidden, or grey. */
function namesOf(session: Session, { look }: ViewState): string[] {
  const [hidden, isolated] = [look.hidden.value, look.isolated.value];
  return session.state.meta.value.labels.map((name, code) =>
    hidden.has(code) || (isolated.size > 0 && !isolated.has(code)) ? "" : name,
  );
}

/** The rows as one view sees them: those of labels that it hides cannot be hit. */
function seenBy({ look }: ViewState, rows: Rows): MapSource {
  return {
    get xy() {
      return rows.xy;
    },
    get words() {
      return rows.words;
    },
    get codes() {
      return rows.codes;
    },
    isHidden: (row) => rows.isHidden(row) || look.hidden.value.has(rows.codes[row] ?? -1),
    onDirty: (listener) => rows.onDirty(listener),
  };
}

/** The element that has the focus, in the page or in the shadow tree that holds this view. */
function rootFocus(root: HTMLElement): Element | null {
  const tree = root.getRootNode();
  return tree instanceof ShadowRoot ? tree.activeElement : document.activeElement;
}

/** Flies where the kernel says, once there are rows; what it said before this view stood is past. */
function followFlights(state: State, map: MapView): () => void {
  let done = state.link.peek() === "live" ? state.flight.peek() : null;
  return effect(() => {
    const flight = state.flight.value;
    if (state.link.value !== "live" || flight === null || flight === done) return;
    done = flight;
    if (flight.rows === null) map.fit();
    else map.flyTo(flight.rows);
  });
}

export function MapPane(props: MapPaneProps) {
  const { session, local, onMap, onFit, onShow } = props;
  const { state } = session;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const map = makeMap(host.current, props);
    onMap(map);
    const stops = [
      effect(() => map.setPaint(paintOf(session, local))),
      effect(() => map.setNames(local.names.value ? namesOf(session, local) : [])),
      effect(() => map.setSelecting(state.selection.value.rows.length > 0)),
      followFlights(state, map),
    ];
    return () => {
      for (const stop of stops) stop();
      onMap(null);
      map.dispose();
    };
  }, []);

  const selected = state.selection.value.rows.length;
  const hovered = local.hovered.value;
  return (
    <div class="la-map" ref={host} data-mode={local.panHeld.value ? "pan" : local.mode.value}>
      <Toolbar state={state} actions={session} local={local} onFit={onFit} />
      <Banners state={state} actions={session} onShow={onShow} />
      {local.unable.value !== null && <p class="la-centre">{local.unable.value}</p>}
      {state.link.value === "loading" && local.unable.value === null && <p class="la-centre">Loading the map…</p>}
      {local.astray.value && (
        <div class="la-centre">
          <Button name="Fit" kind="plain" icon="fit" onClick={onFit}>
            No row is in sight: fit <kbd>F</kbd>
          </Button>
        </div>
      )}
      {state.link.value === "refused" && (
        <div class="la-centre">
          <Button name="Try again" kind="primary" icon="refresh" onClick={() => session.retry()}>
            Load the map again
          </Button>
        </div>
      )}
      {selected > 0 ? (
        <SelectionChip state={state} actions={session} />
      ) : (
        <div class="la-keys" aria-hidden="true">
          <kbd>Drag</kbd> {local.mode.value === "pan" ? "pans" : "selects"} · <kbd>Shift</kbd> adds · <kbd>Alt</kbd>{" "}
          takes away · <kbd>Space</kbd> pans
        </div>
      )}
      {hovered !== null && <HoverCard key={hovered.row} state={state} actions={session} at={hovered} />}
    </div>
  );
}
