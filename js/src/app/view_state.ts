/** What belongs to one view alone: how it looks at the map and what is open beside it. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Mode } from "../map/gestures.ts";
import type { Hovered } from "../panels/hover/hover.tsx";
import { type ColourState, createColours } from "../state/colouring.ts";
import { createLook, type Look } from "../state/look.ts";
import type { Operation } from "../state/selection.ts";
import type { Shade } from "../ui/theme.ts";

const BRUSH = 24;

export interface ViewState {
  readonly mode: Signal<Mode>;
  /** The operation that was chosen in the toolbar. */
  readonly chosen: Signal<Operation>;
  /** The operation that the held keys ask for. */
  readonly held: Signal<Operation | null>;
  readonly operation: ReadonlySignal<Operation>;
  readonly panHeld: Signal<boolean>;
  readonly hovered: Signal<Hovered | null>;
  readonly panel: Signal<string>;
  /** Whether the names of the labels stand on the map. */
  readonly names: Signal<boolean>;
  readonly emphasis: Signal<number | null>;
  readonly look: Look;
  /** The panel that is open below the map, or null. */
  readonly dock: Signal<string | null>;
  /** Whether the list of keys is open. */
  readonly help: Signal<boolean>;
  readonly colours: ColourState;
  /** The radius of the brush, CSS pixels. */
  readonly brush: Signal<number>;
  /** Whether lines of equal density stand on the map. */
  readonly contours: Signal<boolean>;
  readonly shade: Signal<Shade>;
  /** Whether no row is in sight, though there are some. */
  readonly astray: Signal<boolean>;
  /** Why the map cannot be drawn, or null. */
  readonly unable: Signal<string | null>;
  /** What a screen reader is told next. */
  readonly said: Signal<string>;
}

export function createViewState(panel: string): ViewState {
  const chosen = signal<Operation>("replace");
  const held = signal<Operation | null>(null);
  return {
    chosen,
    held,
    operation: computed(() => held.value ?? chosen.value),
    mode: signal("lasso"),
    panHeld: signal(false),
    hovered: signal(null),
    panel: signal(panel),
    names: signal(true),
    emphasis: signal(null),
    look: createLook(),
    dock: signal<string | null>(null),
    help: signal(false),
    colours: createColours(),
    brush: signal(BRUSH),
    contours: signal(false),
    shade: signal("light"),
    astray: signal(false),
    unable: signal(null),
    said: signal(""),
  };
}
