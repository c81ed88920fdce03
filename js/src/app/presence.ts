/**
 * A view tells the page around it that it is there and how it does: by an event from its root, which leaves a shadow tree too.
 * JupyterLab's side panel lists the open maps by it (js/lab/src/maps_panel.ts); where nobody listens it costs nothing.
 */

import { effect } from "@preact/signals";
import type { State } from "../state/state.ts";
import { plural } from "../ui/format.ts";

export const PRESENT = "labelatlas-view";
export const GONE = "labelatlas-view-gone";

/** Gives the function that says goodbye. */
export function announce(root: HTMLElement, state: State): () => void {
  const tell = () => root.dispatchEvent(new CustomEvent(PRESENT, { bubbles: true, composed: true }));
  const stop = effect(() => {
    root.dataset.status = state.saving.value;
    root.dataset.summary = plural(state.meta.value.n_rows, "row");
    tell();
  });
  const frame = requestAnimationFrame(tell); // the root is often put into the page only after this
  return () => {
    cancelAnimationFrame(frame);
    stop();
    root.dispatchEvent(new CustomEvent(GONE));
  };
}
