/** Tells the map, which is plain TypeScript, what changes in the state, and does what it reports. */

import { computed, effect } from "@preact/signals";
import { toCodes } from "../kernel/decode.ts";
import type { Drawn } from "../map/gestures.ts";
import { type MapSource, MapView, type Paint } from "../map/map.ts";
import { GROUND, OUTLINE, UNLABELLED } from "../map/shades.ts";
import { FLAG_DIM, FLAG_HIDDEN } from "../protocol.ts";
import { type Colouring, EDITED_INKS, SCALE_TOP, SHOWN, standBytes } from "../state/colouring.ts";
import { ramp } from "../state/ramp.ts";
import type { Rows } from "../state/rows.ts";
import { combine, type Operation } from "../state/selection.ts";
import type { State } from "../state/state.ts";
import { FLAG_SHIFT } from "../state/words.ts";
import { focusIn } from "../ui/focus.ts";
import { plural } from "../ui/format.ts";
import { linkColours } from "./colour_link.ts";
import type { Session } from "./session.ts";
import type { ViewState } from "./view_state.ts";

const [LEAST_BRUSH, MOST_BRUSH] = [4, 240]; // CSS pixels
const SCALE = ramp(SCALE_TOP + 1);

export interface LinkProps {
  readonly session: Session;
  readonly local: ViewState;
  readonly root: HTMLElement;
}

/** Makes the map in an element and keeps it true to the state. Gives it, and what takes it away again. */
export function linkMap(host: HTMLElement, props: LinkProps): { map: MapView; unlink: () => void } {
  const { session, local } = props;
  const { state } = session;
  const stands = computed(() =>
    standBytes(local.look.hidden.value, local.look.isolated.value, null, state.meta.value.palette.length),
  );
  const map = makeMap(
    host,
    props,
    seenBy(state.rows, () => stands.value),
  );
  const stops = [
    effect(() => map.setPaint(paintOf(session, local))),
    effect(() => {
      const { hidden, isolated } = local.look;
      const { palette } = state.meta.value;
      map.setStands(standBytes(hidden.value, isolated.value, local.emphasis.value, palette.length));
    }),
    effect(() => map.follow(followed(local))),
    effect(() => {
      const { title, size, weight } = state.scored.value;
      map.setScored(title !== null && size ? 1 : 0, title !== null && weight ? 1 : 0);
    }),
    followNames(session, local, map),
    effect(() => map.setContours(local.contours.value)),
    effect(() => map.setSelecting(state.selection.value.rows.length > 0)),
    effect(() => {
      const row = state.ring.value;
      map.setRings(row === null ? new Uint32Array(0) : Uint32Array.of(row));
    }),
    followFlights(state, map),
    linkColours(session, local),
  ];
  return {
    map,
    unlink: () => {
      for (const stop of stops) stop();
      map.dispose();
    },
  };
}

function makeMap(host: HTMLElement, { session, local, root }: LinkProps, source: MapSource): MapView {
  const { state } = session;
  const select = (rows: Uint32Array, how: Drawn | "click", operation: Operation) => {
    session.select(combine(state.selection.value, rows, how, operation));
    local.said.value = `${plural(state.selection.value.rows.length, "row")} selected`;
  };
  return new MapView(
    host,
    source,
    {
      mode: () => local.mode.value,
      operation: () => local.operation.value,
      panHeld: () => local.panHeld.value,
      hasFocus: () => root.contains(focusIn(root)),
      takeFocus: () => root.focus({ preventScroll: true }),
      brush: () => local.brush.value,
      onBrush: (factor) => resizeBrush(local, factor),
      onHover: (row, [x, y]) => {
        const size = { width: host.clientWidth, height: host.clientHeight };
        local.hovered.value = row === null ? null : { row, x, y, ...size };
        session.point(row);
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
}

export function resizeBrush(local: ViewState, factor: number): void {
  local.brush.value = Math.min(MOST_BRUSH, Math.max(LEAST_BRUSH, local.brush.value * factor));
}

function paintOf(session: Session, local: ViewState): Paint {
  const { palette, colours = [] } = session.state.meta.value;
  const shade = local.shade.value;
  const { wanted, colouring } = local.colours;
  const base = { own: [], unlabelled: UNLABELLED[shade], outlines: true };
  const inks = () => {
    if (wanted.value.by === "edited") return { ...base, palette: EDITED_INKS, outlines: false };
    if (colouring.value === null) return { ...base, palette, own: colours };
    if (colouring.value.ends !== null) return { ...base, palette: SCALE, outlines: false };
    return { ...base, palette, own: colouring.value.by === "original" ? colours : [] };
  };
  return { inks: inks(), outline: OUTLINE[shade], ground: GROUND[shade], grey: UNLABELLED[shade] };
}

function followed({ colours }: ViewState) {
  if (colours.wanted.value.by === "edited") return { follows: "edited", slots: null } as const;
  const found: Colouring | null = colours.colouring.value;
  return found === null
    ? ({ follows: "label", slots: null } as const)
    : ({ follows: "ink", slots: found.slots } as const);
}

/** The names of what the colours follow stand on the map, where it has some; else those of the labels. */
function followNames(session: Session, local: ViewState, map: MapView): () => void {
  const named = computed(() => {
    const found = local.colours.colouring.value;
    return found === null || found.names.length === 0 ? null : { names: found.names, codes: toCodes(found.slots) };
  });
  return effect(() => {
    if (!local.names.value) map.setNames([]);
    else if (named.value !== null) map.setNames(named.value.names, named.value.codes);
    else map.setNames(namesOf(session, local));
  });
}

/** The names that may stand on the map: not those of labels that are hidden, or grey. */
function namesOf(session: Session, { look }: ViewState): string[] {
  const [hidden, isolated] = [look.hidden.value, look.isolated.value];
  return session.state.meta.value.labels.map((name, code) =>
    hidden.has(code) || (isolated.size > 0 && !isolated.has(code)) ? "" : name,
  );
}

/** The rows as one view sees them: those of labels that it hides or greys cannot be hit. */
function seenBy(rows: Rows, standsOf: () => Uint8Array | null): MapSource {
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
    get hasDim() {
      return rows.hasDim;
    },
    asideNow: () => {
      const stands = standsOf();
      const { words } = rows;
      const out = (FLAG_HIDDEN | FLAG_DIM) << FLAG_SHIFT;
      return stands === null
        ? (row) => ((words[row] as number) & out) !== 0
        : (row) => ((words[row] as number) & out) !== 0 || stands[(words[row] as number) & 0xffff] !== SHOWN;
    },
    onDirty: (listener) => rows.onDirty(listener),
  };
}

/** Flies where the kernel says, once there are rows; what it said before this view stood is past. */
function followFlights(state: State, map: MapView): () => void {
  let done = state.link.peek() === "live" ? state.flight.peek() : null;
  return effect(() => {
    const flight = state.flight.value;
    if (state.link.value !== "live" || flight === null || flight === done) return;
    done = flight;
    if (flight.rows === null) map.motion.fit();
    else map.motion.flyTo(flight.rows);
  });
}
