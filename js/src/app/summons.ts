/** Opens the panel that the kernel asks every view for; what it asked before a view stood is past. */

import { effect } from "@preact/signals";
import type { State } from "../state/state.ts";
import type { ViewState } from "./view_state.ts";

export function followSummons({ summons }: State, local: ViewState): () => void {
  let done = summons.peek();
  return effect(() => {
    if (summons.value === null || summons.value === done) return;
    done = summons.value;
    local.panel.value = done.panel;
  });
}
