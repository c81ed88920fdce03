/** Follows what the colours are asked to mean: by a person in this view, or by Python in all of them. */

import { batch, effect } from "@preact/signals";
import { BY_LABEL, NO_SCORING, NOT_SCORED, sameWanted, type Wanted } from "../state/colouring.ts";
import type { State } from "../state/state.ts";
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

/** What edits change, and how long after the last one, in ms, it is asked again: to find suspects is work. */
const STALE_AFTER: Partial<Record<Wanted["by"], number>> = {
  author: 300,
  agreement: 300,
  cluster: 300,
  suspicion: 2000,
};

/** Asks again once the labels have changed and then rested. Gives the function that stops it. */
function afterEdits(state: State, wanted: () => Wanted["by"] | null, ask: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = state.status.peek().revision;
  const stop = effect(() => {
    const { revision } = state.status.value;
    const by = wanted();
    const wait = by === null ? undefined : STALE_AFTER[by];
    if (revision === seen) return;
    seen = revision;
    clearTimeout(timer);
    if (wait !== undefined) timer = setTimeout(ask, wait);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function loadWanted(session: Session, { colours }: ViewState): () => void {
  const { state } = session;
  let work = new AbortController();
  const load = (wanted: Wanted) => {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    void session.loadColours(wanted, signal).then((found) => {
      if (signal.aborted) return;
      colours.colouring.value = found;
      // refused or stopped, which was said: the map does not go on waiting for it
      if (found === null && state.link.peek() === "live") colours.wanted.value = BY_LABEL;
    });
  };
  const stop = effect(() => {
    const wanted = colours.wanted.value;
    if (!KNOWN.includes(wanted.by) && state.link.value === "live") return load(wanted);
    work.abort();
    colours.colouring.value = null;
  });
  const forget = afterEdits(
    state,
    () => colours.wanted.value.by,
    () => state.link.peek() === "live" && load(colours.wanted.peek()),
  );
  return () => {
    work.abort();
    forget();
    stop();
  };
}

/** Follows what the size and the weight of points are asked to mean; all views of the model share it. */
export function linkScores(session: Session): () => void {
  const { state } = session;
  let work = new AbortController();
  let held: Wanted | null = null;
  let told = "null";
  const load = (wanted: Wanted) => {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    void session.loadColours(wanted, signal).then((found) => {
      if (signal.aborted || found === null) return;
      state.rows.score(Uint8Array.from(found.slots, (slot) => (slot === NO_LABEL_SLOT ? 0 : slot)));
      const { size, weight } = state.scoring.peek();
      state.scored.value = { title: found.title, wanted, size, weight };
    });
  };
  const hear = effect(() => {
    const shown = state.shown.value;
    if (shown === null) return;
    const { score, score_column: column, size, weight } = shown;
    const wish = JSON.stringify([score, column, size, weight]);
    if (wish === told || (score === null && told === "null")) return;
    told = wish;
    state.scoring.value = score === null ? NO_SCORING : { wanted: { by: score, column }, size, weight };
  });
  const follow = effect(() => {
    const { wanted, size, weight } = state.scoring.value;
    if (state.link.value !== "live") return;
    if (wanted === null) {
      work.abort();
      held = null;
      state.scored.value = NOT_SCORED;
      return;
    }
    const scored = state.scored.peek();
    if (scored.title !== null && held !== null && sameWanted(wanted, held)) {
      state.scored.value = { ...scored, size, weight };
      return;
    }
    held = wanted;
    load(wanted);
  });
  const forget = afterEdits(
    state,
    () => state.scoring.value.wanted?.by ?? null,
    () => held !== null && state.link.peek() === "live" && load(held),
  );
  return () => {
    work.abort();
    for (const stop of [hear, follow, forget]) stop();
  };
}
