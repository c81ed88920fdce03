/**
 * The contract of a panel: one file in a folder of its own, one line in registry.ts. A panel reads the shared state, asks for
 * things through the actions, and points at the map through the view; it knows no kernel.
 */

import type { ComponentType } from "preact";
import type { Actions } from "../state/actions.ts";
import type { Look } from "../state/look.ts";
import type { State } from "../state/state.ts";

/** What a panel may do with the map beside it. */
export interface ViewCommands {
  /** Brings rows into sight. */
  flyTo(rows: Uint32Array): void;
  /** Ends a flight of the map and leaves the next frame to the panel: for what must be there at once. */
  giveWay(): void;
  /** Puts a ring around rows; none takes it away. */
  ring(rows: Uint32Array): void;
  /** Makes one label stand out; null = all alike. */
  emphasise(code: number | null): void;
  /** Gives the keys back to the map. */
  focusMap(): void;
}

export interface PanelProps {
  /** Shared by all views of the model. */
  readonly state: State;
  readonly actions: Actions;
  /** Of this view alone. */
  readonly view: ViewCommands;
  readonly look: Look;
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly Body: ComponentType<PanelProps>;
  /** A few characters beside the title, or null. Reads signals, so it follows them. */
  readonly badge: (state: State) => string | null;
  /** Whether there is anything to show now; left out: always. Reads signals too. */
  readonly shown?: (state: State) => boolean;
}
