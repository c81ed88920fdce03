/** Everything that is only asked: the history, conflicts, the content of rows. Nothing here changes a label. */

import { type Answer, type Client, KernelFailure } from "../kernel/client.ts";
import { asArray } from "../kernel/decode.ts";
import type { ConflictsResult, GestureResult, HistoryResult } from "../protocol.ts";
import type { Cell } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import { CellCache } from "./cell_cache.ts";
import type { Reports } from "./reports.ts";

const MOST_GESTURES = 500;
const MOST_CONFLICTS = 2000;

export class Questions {
  readonly #state: State;
  readonly #client: Client;
  readonly #reports: Reports;
  readonly #cells: CellCache;
  readonly #loading = new Map<"history" | "conflicts", AbortController>();

  constructor(state: State, client: Client, reports: Reports) {
    this.#state = state;
    this.#client = client;
    this.#reports = reports;
    this.#cells = new CellCache(client);
  }

  close(): void {
    this.#cells.clear();
  }

  loadHistory(): void {
    this.#load<HistoryResult>("history", MOST_GESTURES, ({ result }) => {
      this.#state.history.value = result;
    });
  }

  loadConflicts(): void {
    this.#load<ConflictsResult>("conflicts", MOST_CONFLICTS, ({ result }) => {
      this.#state.conflicts.value = result;
    });
  }

  async rowsOf(gesture: number): Promise<Uint32Array | null> {
    const limit = this.#state.rows.n;
    try {
      const { buffers } = await this.#client.ask<GestureResult>({ kind: "ask", topic: "gesture", limit, gesture });
      const [where] = buffers;
      return where === undefined ? null : asArray(Uint32Array, where);
    } catch (error) {
      this.#reports.report(error);
      return null;
    }
  }

  async describe(row: number, signal: AbortSignal): Promise<readonly Cell[] | null> {
    try {
      return await this.#cells.get(row, signal);
    } catch (error) {
      // a card without its fields says so itself; only what is no answer at all is worth a banner
      if (!(error instanceof KernelFailure)) this.#reports.report(error);
      return null;
    }
  }

  /** Asks for a list; one that was asked before and has not come is given up. */
  #load<R>(topic: "history" | "conflicts", limit: number, take: (answer: Answer<R>) => void): void {
    this.#loading.get(topic)?.abort();
    const request = new AbortController();
    this.#loading.set(topic, request);
    this.#client
      .ask<R>({ kind: "ask", topic, limit }, { signal: request.signal })
      .then(take)
      .catch((error: unknown) => this.#reports.report(error));
  }
}
