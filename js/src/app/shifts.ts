/** Asks how the mix of classes changed between two domains; one question at a time, the newest counts. */

import { KernelFailure } from "../kernel/client.ts";
import { asArray } from "../kernel/decode.ts";
import type { DomainResult, DomainsResult, ShiftResult } from "../protocol.ts";
import { firstPair, type Shift, type ShiftActions } from "../state/shift.ts";
import type { State } from "../state/state.ts";
import type { Reports } from "./reports.ts";
import type { Works } from "./works.ts";

const MOST_DOMAINS = 1000;

export class Shifts implements ShiftActions {
  readonly #state: State;
  readonly #works: Works;
  readonly #reports: Reports;
  #asking: AbortController | null = null;
  readonly #rows = new Map<string, Promise<Uint32Array | null>>();

  constructor(state: State, works: Works, reports: Reports) {
    this.#state = state;
    this.#works = works;
    this.#reports = reports;
  }

  load(): void {
    this.#works
      .ask<DomainsResult>("Reading the domains", { kind: "ask", topic: "domains", limit: MOST_DOMAINS })
      .then(({ result }) => {
        this.#put({ domains: result.domains });
        const [source, target] = firstPair(result.domains);
        if (this.#state.shift.value.result === null && source !== "" && target !== "") this.compare(source, target);
      })
      .catch((error: unknown) => this.#reports.report(error));
  }

  compare(source: string, target: string): void {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#put({ source, target, working: true, refusal: null });
    this.#works
      .ask<ShiftResult>(
        "Comparing the domains",
        { kind: "ask", topic: "shift", limit: 1, source, target },
        { signal: asking.signal },
      )
      .then(({ result }) => this.#put({ result, working: false }))
      .catch((error: unknown) => {
        if (asking.signal.aborted) return; // a newer question has taken its place
        const refusal = error instanceof KernelFailure ? { error: error.message, hint: error.hint } : null;
        if (refusal === null) this.#reports.report(error);
        this.#put({ result: null, refusal, working: false });
      });
  }

  rowsOf(domain: string): Promise<Uint32Array | null> {
    const known = this.#rows.get(domain);
    if (known !== undefined) return known;
    const rows = this.#works
      .ask<DomainResult>("Reading the domains", { kind: "ask", topic: "domain", limit: 1, source: domain })
      .then(({ buffers: [where] }) => (where === undefined ? null : asArray(Uint32Array, where)))
      .catch((error: unknown) => {
        this.#rows.delete(domain);
        this.#reports.report(error);
        return null;
      });
    this.#rows.set(domain, rows);
    return rows;
  }

  #put(part: Partial<Shift>): void {
    const { shift } = this.#state;
    shift.value = { ...shift.value, ...part };
  }
}
