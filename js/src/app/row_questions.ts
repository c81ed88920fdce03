/** Everything that is asked about rows: what they hold, how they sort, which of them pass. */

import { Cancelled, type Client, KernelFailure, type Unnumbered } from "../kernel/client.ts";
import { asArray, asRows, packRows } from "../kernel/decode.ts";
import type { Clause, ColumnsResult, FacetResult, Filtered, OrderResult, Rest, SearchResult } from "../protocol.ts";
import type { Cells, Refusal, RowActions } from "../state/row_actions.ts";
import type { State } from "../state/state.ts";
import { CellCache } from "./cell_cache.ts";
import type { Reports } from "./reports.ts";
import type { Works } from "./works.ts";

export class RowQuestions implements RowActions {
  readonly #state: State;
  readonly #client: Client;
  readonly #works: Works;
  readonly #reports: Reports;
  readonly #cells: CellCache;
  #filtering = new AbortController();

  constructor(state: State, client: Client, works: Works, reports: Reports) {
    this.#state = state;
    this.#client = client;
    this.#works = works;
    this.#reports = reports;
    this.#cells = new CellCache(client);
  }

  close(): void {
    this.#cells.clear();
  }

  peek(row: number, columns: readonly string[] | null): Cells | null {
    return this.#cells.peek(row, columns);
  }

  async describe(rows: Uint32Array, columns: readonly string[] | null, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#cells.fetch(rows, columns, signal);
      return true;
    } catch (error) {
      // a cell without its content says so itself; only what is no answer at all is worth a banner
      if (!(error instanceof KernelFailure)) this.#reports.report(error);
      return false;
    }
  }

  loadColumns(): void {
    this.#client
      .ask<ColumnsResult>({ kind: "columns" })
      .then(({ result }) => {
        this.#state.columns.value = { all: result.columns, shown: result.shown };
      })
      .catch((error: unknown) => this.#reports.report(error));
  }

  async facet(column: string, signal: AbortSignal): Promise<FacetResult | Refusal | null> {
    const answer = await this.#ask<FacetResult>("Reading the column", { kind: "facet", column }, [], signal);
    return answer !== null && "result" in answer ? answer.result : answer;
  }

  async order(
    rows: Uint32Array,
    column: string,
    descending: boolean,
    signal: AbortSignal,
  ): Promise<Uint32Array | null> {
    const { encoding, buffer } = packRows(rows, this.#state.rows.n);
    const answer = await this.#ask<OrderResult>(
      "Sorting",
      { kind: "order", column, descending, rows: encoding },
      [buffer],
      signal,
    );
    if (answer === null) return null;
    if ("result" in answer) return rowsOf(answer.buffers);
    this.#reports.say("error", answer.error, answer.hint);
    return null;
  }

  async setFilter(clauses: readonly Clause[], rest: Rest): Promise<Refusal | null> {
    this.#filtering.abort(); // the newest is the one that is meant
    this.#filtering = new AbortController();
    const { signal } = this.#filtering;
    const answer = await this.#ask("Filtering", { kind: "filter", clauses: [...clauses], rest }, [], signal);
    return answer === null || "result" in answer ? null : answer;
  }

  async search(query: string, regex: boolean, signal: AbortSignal): Promise<Uint32Array | Refusal | null> {
    const answer = await this.#ask<SearchResult>(
      "Searching",
      { kind: "search", query, regex, columns: null },
      [],
      signal,
    );
    return answer !== null && "result" in answer ? rowsOf(answer.buffers) : answer;
  }

  // ---- what the kernel says ------------------------------------------------------------------------------------------

  onFiltered({ clauses, rest, rows }: Filtered, [where]: readonly DataView[]): void {
    const kept = clauses.length === 0 || where === undefined ? null : asRows(rows, where);
    this.#state.rows.keep(kept, rest);
    this.#state.filter.value = { clauses, rest, rows: kept };
  }

  onContent(): void {
    this.#cells.clear();
    this.#state.content.value++;
    if (this.#state.columns.value !== null) this.loadColumns();
  }

  /** A refusal comes back as a value, to be said where it was asked; null = given up here, or there is no kernel. */
  async #ask<R>(what: string, request: Unnumbered, buffers: ArrayBuffer[], signal: AbortSignal) {
    try {
      return await this.#works.ask<R>(what, request, { buffers, signal });
    } catch (error) {
      if (error instanceof KernelFailure) return { error: error.message, hint: error.hint };
      if (signal.aborted) return null;
      if (error instanceof Cancelled) return { error: `${what} was stopped.`, hint: "Everything stands as before." };
      this.#reports.report(error);
      return null;
    }
  }
}

function rowsOf([where]: readonly DataView[]): Uint32Array {
  return where === undefined ? new Uint32Array(0) : asArray(Uint32Array, where);
}
