/** Asks how the mix of classes changed between two domains; one question at a time, the newest counts. */

import { KernelFailure, type Unnumbered } from "../kernel/client.ts";
import { asArray, UNLABELLED } from "../kernel/decode.ts";
import type { DomainResult, DomainsResult, DriftResult, ShiftResult } from "../protocol.ts";
import { driftOf } from "../state/drift.ts";
import { firstPair, NO_SHIFT, type Shift, type ShiftActions } from "../state/shift.ts";
import type { State } from "../state/state.ts";
import type { Reports } from "./reports.ts";
import type { Works } from "./works.ts";

const MOST_DOMAINS = 1000;
const MOST_TURNING = 1000;

export class Shifts implements ShiftActions {
  readonly #state: State;
  readonly #works: Works;
  readonly #reports: Reports;
  #asking: AbortController | null = null;
  readonly #rows = new Map<string, Promise<Uint32Array | null>>();
  /** What each row probably is, by the last answer; -1 = it had a label. */
  #guess = new Int32Array(0);

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
    this.#put({ source, target, face: "pair" });
    const { result: known } = this.#state.shift.value;
    if (known?.source === source && known.target === target && this.#isFresh(known)) return this.#rest();
    this.#ask<ShiftResult>(
      "Comparing the domains",
      { kind: "ask", topic: "shift", limit: 1, source, target },
      (result, [unlike, ...guess]) => {
        this.#learn(guess);
        this.#put({ result, unlike: unlike === undefined ? NO_SHIFT.unlike : asArray(Uint32Array, unlike) });
      },
    );
  }

  follow(): void {
    this.#put({ face: "time" });
    const { drift } = this.#state.shift.value;
    if (drift !== null && this.#isFresh(drift)) return this.#rest();
    this.#ask<DriftResult>(
      "Following the domains",
      { kind: "ask", topic: "drift", limit: MOST_TURNING },
      (result, [numbers, ...guess]) => {
        this.#learn(guess);
        this.#put({ drift: numbers === undefined ? null : driftOf(result, asArray(Float32Array, numbers)) });
      },
    );
  }

  async rowsOf(domain: string, label: number): Promise<Uint32Array | null> {
    const inside = await this.#rowsOf(domain);
    const { codes } = this.#state.rows;
    const is = (row: number) => codes[row] === label || (codes[row] === UNLABELLED && this.#guess[row] === label);
    return inside?.filter(is) ?? null;
  }

  /** Asks the newest question; an older one is not waited for any more. */
  #ask<T>(words: string, question: Unnumbered, take: (result: T, buffers: readonly DataView[]) => void): void {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#put({ working: true, refusal: null });
    this.#works
      .ask<T>(words, question, { signal: asking.signal })
      .then(({ result, buffers }) => {
        take(result, buffers);
        this.#put({ working: false });
      })
      .catch((error: unknown) => {
        if (asking.signal.aborted) return; // a newer question has taken its place
        const refusal = error instanceof KernelFailure ? { error: error.message, hint: error.hint } : null;
        if (refusal === null) this.#reports.report(error);
        const { face } = this.#state.shift.value;
        this.#put({ ...(face === "pair" ? { result: null } : { drift: null }), refusal, working: false });
      });
  }

  /** The answer is known: what is still asked is not waited for. */
  #rest(): void {
    this.#asking?.abort();
    this.#put({ working: false, refusal: null });
  }

  /** Whether the labels are still those that an answer was estimated from. */
  #isFresh({ revision }: { readonly revision: number }): boolean {
    return revision >= this.#state.status.value.revision;
  }

  #learn([rows, codes]: readonly DataView[]): void {
    if (rows === undefined || codes === undefined) return;
    const said = asArray(Uint32Array, codes);
    this.#guess = new Int32Array(this.#state.rows.codes.length).fill(UNLABELLED);
    asArray(Uint32Array, rows).forEach((row, i) => {
      this.#guess[row] = said[i] as number;
    });
  }

  #rowsOf(domain: string): Promise<Uint32Array | null> {
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
