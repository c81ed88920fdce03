/** The review: the queue that the kernel tells, verdicts on it, and the reasons of the next rows, fetched before they are needed. */

import type { Client } from "../kernel/client.ts";
import { asArray } from "../kernel/decode.ts";
import type { Arm, ExplainResult, Explanation, Queue, ReviewResult } from "../protocol.ts";
import { codeOf } from "../state/labels.ts";
import {
  AHEAD,
  afterVerdict,
  type Judgement,
  LOOKING,
  type ReviewActions,
  type Suspect,
  steady,
  toFetch,
  toFront,
} from "../state/review.ts";
import type { State } from "../state/state.ts";
import type { Edits } from "./edits.ts";
import type { Reports } from "./reports.ts";
import type { Works } from "./works.ts";

const MOST_SUSPECTS = 2000;

interface Explained {
  /** Which queue it was asked for. */
  readonly turn: number;
  readonly answer: Promise<Explanation | null>;
  /** What came, or what was said of the row before. */
  found: Explanation | null;
}

export class Reviews implements ReviewActions {
  readonly #state: State;
  readonly #client: Client;
  readonly #works: Works;
  readonly #reports: Reports;
  readonly #edits: Edits;
  #looking = false;
  /** Judged here, not answered yet. */
  readonly #judged = new Map<number, Suspect>();
  /** What was judged here, the last one last; null: many at once. */
  readonly #done: (Suspect | null)[] = [];
  readonly #explained = new Map<number, Explained>();
  #turn = 0; // goes up with each queue: what was said of a row's neighbours may be so no more

  constructor(state: State, client: Client, works: Works, reports: Reports, edits: Edits) {
    this.#state = state;
    this.#client = client;
    this.#works = works;
    this.#reports = reports;
    this.#edits = edits;
  }

  open(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#works
      .ask<ReviewResult>(LOOKING, { kind: "ask", topic: "review", limit: MOST_SUSPECTS }, {}, 0)
      .catch((error: unknown) => this.#reports.report(error))
      .finally(() => {
        this.#looking = false;
      });
  }

  /** Takes over the queue that the kernel tells. */
  onQueue(message: Queue, buffers: readonly DataView[]): void {
    const [rows, given, suggested, suspicion, confidence, order] = buffers;
    if (!rows || !given || !suggested || !suspicion || !confidence || !order) return;
    const columns = {
      given: asArray(Int32Array, given),
      suggested: asArray(Int32Array, suggested),
      suspicion: asArray(Float32Array, suspicion),
      confidence: asArray(Float32Array, confidence),
      order: asArray(Uint8Array, order),
    };
    const told = Array.from(
      asArray(Uint32Array, rows),
      (row, i): Suspect => ({
        row,
        given: columns.given[i] ?? -1,
        suggested: columns.suggested[i] ?? -1,
        suspicion: columns.suspicion[i] ?? 0,
        confidence: columns.confidence[i] ?? 0,
        suggestionFirst: columns.order[i] === 1,
      }),
    );
    const { review, summons } = this.#state;
    const before = message.show ? null : review.value;
    const suspects = steady(before?.suspects ?? [], told, this.#judged);
    this.#turn++;
    const near = new Set(suspects.slice(0, 2 * AHEAD).map(({ row }) => row));
    for (const row of this.#explained.keys()) if (!near.has(row)) this.#explained.delete(row);
    review.value = { suspects, progress: message.progress, blind: before?.blind ?? message.blind };
    if (message.show) summons.value = { panel: "review" };
  }

  /** Judges the row that is looked at, or another of the queue; the next one is there at once. */
  judge(judgement: Judgement, suspect = this.#state.review.value?.suspects[0]): void {
    void this.#judge(judgement, suspect);
  }

  async #judge(judgement: Judgement, suspect: Suspect | undefined): Promise<void> {
    const { review, readOnly, meta } = this.#state;
    const before = review.value;
    if (before === null || suspect === undefined || readOnly.value) return;
    if (judgement.act !== "skip") this.#judged.set(suspect.row, suspect);
    this.#done.push(suspect);
    review.value = { ...before, suspects: afterVerdict(before.suspects, suspect, judgement.act) };
    const typed = "label" in judgement ? judgement.label : null;
    const known = typeof typed === "string" ? codeOf(meta.value, typed.trim()) : typed;
    const code = judgement.act === "drop" ? -1 : known !== null && known >= 0 ? known : null;
    const label = typed === null ? {} : { label: code ?? (typeof typed === "string" ? typed.trim() : typed) };
    const answer = await this.#edits.judge(
      { kind: "verdict", act: judgement.act, row: suspect.row, arm: this.#arm(), ...label },
      code,
    );
    this.#judged.delete(suspect.row);
    const now = review.value;
    if (now === null) return;
    if (answer !== null) {
      review.value = { ...now, progress: answer.progress };
      return;
    }
    this.#done.splice(this.#done.lastIndexOf(suspect), 1);
    review.value = { ...now, suspects: toFront(now.suspects, suspect) };
  }

  bringForward(suspect: Suspect): void {
    const { review } = this.#state;
    if (review.value !== null) review.value = { ...review.value, suspects: toFront(review.value.suspects, suspect) };
  }

  /** Takes the last verdict back: its row is looked at again. */
  undo(): void {
    void this.#undo();
  }

  async #undo(): Promise<void> {
    const { review, readOnly } = this.#state;
    if (review.value === null || readOnly.value) return;
    const last = this.#done.pop() ?? null;
    if (last !== null) {
      this.#judged.delete(last.row);
      review.value = { ...review.value, suspects: toFront(review.value.suspects, last) };
    }
    const answer = await this.#edits.judge({ kind: "verdict", act: "undo", row: -1, arm: this.#arm() }, null);
    if (answer !== null && review.value !== null) review.value = { ...review.value, progress: answer.progress };
  }

  /** Accepts one suggestion for many rows: one gesture. */
  acceptAll(label: number, above: number, selected: boolean): void {
    void this.#acceptAll(label, above, selected);
  }

  async #acceptAll(label: number, above: number, selected: boolean): Promise<void> {
    if (this.#state.readOnly.value) return;
    const answer = await this.#edits.judge({ kind: "bulk", label, above, selected, arm: this.#arm() }, null);
    if (answer !== null && answer.gesture !== null) this.#done.push(null);
  }

  setBlind(blind: boolean): void {
    const { review } = this.#state;
    if (review.value !== null) review.value = { ...review.value, blind };
  }

  explain(row: number): Promise<Explanation | null> {
    const suspects = this.#state.review.value?.suspects ?? [];
    const ahead = toFetch(suspects, (other) => this.#explained.get(other)?.turn === this.#turn);
    const rows = [row, ...ahead.filter((other) => other !== row)];
    this.#askWhy(rows.filter((each) => this.#explained.get(each)?.turn !== this.#turn));
    return this.#explained.get(row)?.answer ?? Promise.resolve(null);
  }

  explained(row: number): Explanation | null {
    return this.#explained.get(row)?.found ?? null;
  }

  #askWhy(rows: readonly number[]): void {
    if (rows.length === 0) return;
    const all = this.#client
      .ask<ExplainResult>({ kind: "explain" }, { buffers: [Uint32Array.from(rows).buffer] })
      .then(({ result }) => new Map(result.explanations.map((each) => [each.row, each])))
      .catch((error: unknown) => {
        this.#reports.report(error);
        return new Map<number, Explanation>();
      });
    for (const row of rows) {
      const answer = all.then((found) => {
        entry.found = found.get(row) ?? null;
        return entry.found;
      });
      const entry: Explained = { turn: this.#turn, answer, found: this.explained(row) };
      this.#explained.set(row, entry);
    }
  }

  #arm(): Arm {
    return this.#state.review.value?.blind === true ? "hidden" : "shown";
  }
}
