/** Follows what the colours are asked to mean: by a person in this view, or by Python in all of them. */

import { batch, effect } from "@preact/signals";
import { NOT_SCORED, sameWanted, type Wanted } from "../state/colouring.ts";
import { NO_LABEL_SLOT } from "../state/words.ts";
import type { Session } from "./session.ts";
import type { ViewState } from "./view_state.ts";

/** What the page knows by itself, without asking. */
const KNOWN: readonly Wanted["by"][] = ["label", "edited"];

/** Gives the function that stops it. */
export function linkColours(session: Session, local: ViewState): () => void {
  const stops = [followKernel(session, local), loadWanted(session, local)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Each wish of Python is heard once; a view that comes later hears the last one. */
function followKernel({ state }: Session, { colours, look }: ViewState): () => void {
  let heard = 0;
  return effect(() => {
    const shown = state.shown.value;
    if (shown === null || shown.turn === heard || shown.turn === 0) return;
    heard = shown.turn;
    batch(() => {
      const wanted: Wanted = { by: shown.by, column: shown.column };
      if (!sameWanted(wanted, colours.wanted.peek())) colours.wanted.value = wanted;
      look.hidden.value = new Set(shown.hidden);
      look.isolated.value = new Set(shown.isolated);
    });
  });
}

function loadWanted(session: Session, { colours }: ViewState): () => void {
  let work = new AbortController();
  const stop = effect(() => {
    const wanted = colours.wanted.value;
    work.abort();
    work = new AbortController();
    if (KNOWN.includes(wanted.by) || session.state.link.value !== "live") {
      colours.colouring.value = null;
      return;
    }
    const { signal } = work;
    void session.loadColours(wanted, signal).then((found) => {
      if (!signal.aborted) colours.colouring.value = found;
    });
  });
  return () => {
    work.abort();
    stop();
  };
}

/** Follows what the size and the weight of points are asked to mean; all views of the model share it. */
export function linkScores(session: Session): () => void {
  const { state } = session;
  let work = new AbortController();
  let held = "null";
  const stop = effect(() => {
    const shown = state.shown.value;
    const live = state.link.value === "live";
    if (shown === null || !live) return;
    const wish = JSON.stringify([shown.score, shown.score_column, shown.size, shown.weight]);
    if (wish === held || (shown.score === null && held === "null")) return;
    held = wish;
    work.abort();
    work = new AbortController();
    if (shown.score === null) {
      state.scored.value = NOT_SCORED;
      return;
    }
    const wanted: Wanted = { by: shown.score, column: shown.score_column };
    const { signal } = work;
    void session.loadColours(wanted, signal).then((found) => {
      if (signal.aborted || found === null) return;
      state.rows.score(Uint8Array.from(found.slots, (slot) => (slot === NO_LABEL_SLOT ? 0 : slot)));
      state.scored.value = { title: found.title, wanted, size: shown.size, weight: shown.weight };
    });
  });
  return () => {
    work.abort();
    stop();
  };
}
