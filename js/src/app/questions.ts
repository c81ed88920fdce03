/** Everything that is only asked: the history, conflicts, the content of rows. Nothing here changes a label. */

import type { Answer, Client } from "../kernel/client.ts";
import { asArray } from "../kernel/decode.ts";
import type {
  CohesionResult,
  ColoursResult,
  ConflictsResult,
  ConfusionResult,
  DifferencesResult,
  GestureResult,
  HistoryResult,
  PeopleResult,
} from "../protocol.ts";
import type { Colouring, Wanted } from "../state/colouring.ts";
import { LOOKING } from "../state/review.ts";
import type { State } from "../state/state.ts";
import { ColumnStore } from "./column_store.ts";
import type { Reports } from "./reports.ts";
import type { Works } from "./works.ts";

const MOST_GESTURES = 500;
const MOST_CONFLICTS = 2000;
const MOST_CELLS = 200;

type Loaded = "history" | "conflicts" | "people";

export class Questions {
  readonly #state: State;
  readonly #client: Client;
  readonly #works: Works;
  readonly #reports: Reports;
  readonly #loading = new Map<Loaded, AbortController>();

  constructor(state: State, client: Client, works: Works, reports: Reports) {
    this.#state = state;
    this.#client = client;
    this.#works = works;
    this.#reports = reports;
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

  loadPeople(): void {
    this.#load<PeopleResult>("people", 0, ({ result }) => {
      this.#state.people.value = result;
    });
  }

  rowsOf(gesture: number): Promise<Uint32Array | null> {
    return this.#rows<GestureResult>({ topic: "gesture", gesture });
  }

  rowsOfDifferences(): Promise<Uint32Array | null> {
    return this.#rows<DifferencesResult>({ topic: "differences" });
  }

  async confusion(a: string, b: string, signal: AbortSignal): Promise<ConfusionResult | null> {
    return this.#orNull(async () => {
      const { result } = await this.#client.ask<ConfusionResult>(
        { kind: "ask", topic: "confusion", limit: MOST_CELLS, authors: [a, b] },
        { signal },
      );
      return result;
    });
  }

  async #rows<R>(what: { topic: "gesture" | "differences"; gesture?: number }): Promise<Uint32Array | null> {
    return this.#orNull(async () => {
      const { buffers } = await this.#client.ask<R>({ kind: "ask", limit: this.#state.rows.n, ...what });
      const [where] = buffers;
      return where === undefined ? null : asArray(Uint32Array, where);
    });
  }

  async cohesion(signal: AbortSignal): Promise<CohesionResult | null> {
    return this.#orNull(async () => {
      const { result } = await this.#works.ask<CohesionResult>(
        "Measuring the selection",
        { kind: "ask", topic: "cohesion", limit: 0 },
        { signal },
      );
      return result;
    });
  }

  async colours({ by, column, level }: Wanted, signal: AbortSignal): Promise<Colouring | null> {
    return this.#orNull(async () => {
      const store = new ColumnStore();
      const { result } = await this.#works.ask<ColoursResult>(
        by === "suspicion" ? LOOKING : "Reading the colours",
        {
          kind: "ask",
          topic: "colours",
          limit: this.#state.rows.n,
          by,
          ...(column === null ? {} : { column }),
          ...(level === undefined ? {} : { level }),
        },
        { signal, onColumn: (message, view) => store.add(message, view) },
      );
      const { colour } = store.columns();
      if (!(colour instanceof Uint16Array)) throw new Error("The kernel's answer about colours lacks its column.");
      const [low, high] = result.ends;
      const ends = low === undefined || high === undefined ? null : ([low, high] as const);
      const { title, names, counts, missing, finest } = result;
      const found = { by, column, title, names, counts, missing, ends, slots: colour };
      return finest === undefined ? found : { ...found, finest };
    });
  }

  async #orNull<R>(ask: () => Promise<R>): Promise<R | null> {
    try {
      return await ask();
    } catch (error) {
      this.#reports.report(error);
      return null;
    }
  }

  /** Asks for a list; one that was asked before and has not come is given up. */
  #load<R>(topic: Loaded, limit: number, take: (answer: Answer<R>) => void): void {
    this.#loading.get(topic)?.abort();
    const request = new AbortController();
    this.#loading.set(topic, request);
    this.#client
      .ask<R>({ kind: "ask", topic, limit }, { signal: request.signal })
      .then(take)
      .catch((error: unknown) => this.#reports.report(error));
  }
}
