/**
 * The questions that look at every row: while the kernel works on one, every view says so, how far it is, and offers to stop it.
 * What is answered at once is not spoken of.
 */

import type { Answer, AskOptions, Client, Unnumbered } from "../kernel/client.ts";
import type { State } from "../state/state.ts";

/** Milliseconds after which a question is spoken of. */
export const SPOKEN_AFTER_MS = 400;

export class Works {
  readonly #state: State;
  readonly #client: Client;
  readonly #stops = new Map<number, () => void>();
  #lastId = 0;

  constructor(state: State, client: Client) {
    this.#state = state;
    this.#client = client;
  }

  /** Asks as the client does; `what` says to a person what is being done. Stopped by a person it ends in Cancelled. */
  async ask<R>(
    what: string,
    request: Unnumbered,
    options: AskOptions = {},
    spokenAfter = SPOKEN_AFTER_MS,
  ): Promise<Answer<R>> {
    const id = ++this.#lastId;
    const stop = new AbortController();
    const giveUp = () => stop.abort();
    options.signal?.throwIfAborted();
    options.signal?.addEventListener("abort", giveUp, { once: true });
    this.#stops.set(id, giveUp);
    let [stage, done, total] = ["", 0, 0];
    let spoken = false;
    const speak = () => {
      spoken = true;
      this.#put(id, [{ id, what, stage, done, total }]);
    };
    const timer = spokenAfter > 0 ? setTimeout(speak, spokenAfter) : undefined;
    if (timer === undefined) speak();
    try {
      return await this.#client.ask<R>(request, {
        ...options,
        signal: stop.signal,
        onProgress: (message) => {
          ({ stage, done, total } = message);
          if (spoken) speak();
        },
      });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", giveUp);
      this.#stops.delete(id);
      this.#put(id, []);
    }
  }

  stop(id: number): void {
    this.#stops.get(id)?.();
  }

  #put(id: number, now: State["working"]["value"]): void {
    const { working } = this.#state;
    const at = working.value.findIndex((one) => one.id === id);
    if (at < 0 && now.length === 0) return;
    working.value = at < 0 ? [...working.value, ...now] : working.value.toSpliced(at, 1, ...now);
  }
}
