/** What is told to the person in words: errors with their cure, and notes. */

import { Cancelled, ConnectionLost, KernelFailure } from "../kernel/client.ts";
import type { Banner, State } from "../state/state.ts";

const MOST_BANNERS = 3;

export class Reports {
  readonly #state: State;
  #lastId = 0;

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

  dismiss(banner: number): void {
    const { banners } = this.#state;
    banners.value = banners.value.filter(({ id }) => id !== banner);
  }

  clear(): void {
    this.#state.banners.value = [];
  }
}
