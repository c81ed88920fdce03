/** Follows what the colours are asked to mean: by a person in this view, or by Python in all of them. */

import { batch, effect } from "@preact/signals";
import { BY_LABEL, type Colouring, NO_SCORING, NOT_SCORED, sameWanted, type Wanted } from "../state/colouring.ts";
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
/** What took long rests so many times as long before it is asked again: of many rows it takes a fifth of the kernel at most. */
const REST = 4;

/**
 * Loads what is asked for, and again once the labels have changed and then rested, for as long as it is shown. A search that runs
 * is let come to its end, or edits that go on would let none: it is asked again after it.
 */
class Reload {
  readonly #session: Session;
  readonly #take: (found: Colouring | null) => void;
  #wanted: Wanted | null = null;
  #work = new AbortController();
  #running = false;
  #stale = false; // whether labels changed since the running search was asked for
  #took = 0; // ms that the last one took
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen: number;
  readonly #stop: () => void;

  constructor(session: Session, take: (found: Colouring | null) => void) {
    const { status } = session.state;
    this.#session = session;
    this.#take = take;
    this.#seen = status.peek().revision;
    this.#stop = effect(() => {
      const { revision } = status.value;
      if (revision === this.#seen) return;
      this.#seen = revision;
      this.#stale = true;
      this.#askSoon();
    });
  }

  load(wanted: Wanted): void {
    this.forget();
    this.#wanted = wanted;
    void this.#ask(wanted);
  }

  /** Gives up what is asked for. */
  forget(): void {
    this.#work.abort();
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#running = false;
    this.#took = 0;
  }

  dispose(): void {
    this.forget();
    this.#stop();
  }

  #askSoon(): void {
    const wanted = this.#wanted;
    const wait = wanted === null ? undefined : STALE_AFTER[wanted.by];
    clearTimeout(this.#timer);
    if (wanted === null || wait === undefined || this.#running) return;
    const ask = () => {
      if (this.#session.state.link.peek() === "live") void this.#ask(wanted);
    };
    this.#timer = setTimeout(ask, Math.max(wait, REST * this.#took));
  }

  async #ask(wanted: Wanted): Promise<void> {
    const work = new AbortController();
    this.#work = work;
    this.#running = true;
    this.#stale = false;
    const began = performance.now();
    const found = await this.#session.loadColours(wanted, work.signal);
    if (work.signal.aborted) return;
    this.#running = false;
    this.#took = performance.now() - began;
    this.#take(found);
    if (this.#stale && found !== null) this.#askSoon();
  }
}

function loadWanted(session: Session, { colours }: ViewState): () => void {
  const { state } = session;
  const reload = new Reload(session, (found) => {
    colours.colouring.value = found;
    // refused or stopped, which was said: the map does not go on waiting for it
    if (found === null && state.link.peek() === "live") colours.wanted.value = BY_LABEL;
  });
  const stop = effect(() => {
    const wanted = colours.wanted.value;
    if (!KNOWN.includes(wanted.by) && state.link.value === "live") return reload.load(wanted);
    reload.forget();
    colours.colouring.value = null;
  });
  return () => {
    reload.dispose();
    stop();
  };
}

/** Follows what the size and the weight of points are asked to mean; all views of the model share it. */
export function linkScores(session: Session): () => void {
  const { state } = session;
  let held: Wanted | null = null;
  let told = "null";
  const reload = new Reload(session, (found) => {
    if (found === null) return;
    state.rows.score(Uint8Array.from(found.slots, (slot) => (slot === NO_LABEL_SLOT ? 0 : slot)));
    const { size, weight } = state.scoring.peek();
    const { title, by, column } = found;
    state.scored.value = { title, wanted: { by, column }, size, weight };
  });
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
      reload.forget();
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
    reload.load(wanted);
  });
  return () => {
    reload.dispose();
    for (const stop of [hear, follow]) stop();
  };
}
