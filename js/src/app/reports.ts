/** What is told to the person in words: errors with their cure, and notes. */

import { Cancelled, ConnectionLost, KernelFailure } from "../kernel/client.ts";
import type { Banner, State } from "../state/state.ts";

const MOST_BANNERS = 3;
/** A greeting goes by itself after this many ms: it covers the map and asks for nothing. */
export const GREETING_MS = 8000;

export class Reports {
  readonly #state: State;
  #lastId = 0;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  /** What the page gave up itself, and what the strip about the gone kernel says already, is no news. */
  report(error: unknown): void {
    if (error instanceof Cancelled || error instanceof ConnectionLost) return;
    if (error instanceof KernelFailure) this.say("error", error.message, error.hint);
    else this.say("error", error instanceof Error ? error.message : String(error), "");
  }

  say(tone: Banner["tone"], text: string, hint: string): void {
    const { banners } = this.#state;
    const rest = banners.value.filter((banner) => banner.text !== text).slice(1 - MOST_BANNERS);
    banners.value = [...rest, { id: ++this.#lastId, tone, text, hint }];
  }

  /** Says a note that goes by itself. */
  greet(text: string): void {
    this.say("note", text, "");
    const id = this.#lastId;
    this.#timers.push(setTimeout(() => this.dismiss(id), GREETING_MS));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  dismiss(banner: number): void {
    const { banners } = this.#state;
    banners.value = banners.value.filter(({ id }) => id !== banner);
  }

  clear(): void {
    this.#state.banners.value = [];
  }
}
