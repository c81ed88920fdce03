/** Everything that changes labels. Each is one gesture: sent, counted as waiting until it is answered, and then tidied up after. */

import { type Answer, type Client, ConnectionLost, KernelFailure, type Unnumbered } from "../kernel/client.ts";
import { asArray, asIds, packRows } from "../kernel/decode.ts";
import type { Arm, Bulk, EditResult, How, Verdict, VerdictResult } from "../protocol.ts";
import { codeOf } from "../state/labels.ts";
import type { LabelOperation, Plan, PlannedOperation } from "../state/operations.ts";
import type { Overlay } from "../state/rows.ts";
import { fillSlots, putSlot, useSlot } from "../state/slots.ts";
import type { State, Waiting } from "../state/state.ts";
import type { Reports } from "./reports.ts";

export class Edits {
  readonly #state: State;
  readonly #client: Client;
  readonly #reports: Reports;
  #lastId = 0;
  #showing = 0; // places where suggestions are in sight

  constructor(state: State, client: Client, reports: Reports) {
    this.#state = state;
    this.#client = client;
    this.#reports = reports;
  }

  async assign(label: number | string, rows: Uint32Array, how: How): Promise<void> {
    const { rows: shown, meta, readOnly } = this.#state;
    if (rows.length === 0 || readOnly.value) return;
    const typed = typeof label === "string" ? label.trim() : label;
    const known = typeof typed === "string" ? codeOf(meta.value, typed) : typed;
    const overlay = typeof typed === "number" || known >= 0 ? shown.lay(rows, known) : null;
    if (overlay !== null) this.#noteUse(known);
    const { encoding, buffer } = packRows(rows, shown.n);
    const request: Unnumbered = {
      kind: "edit",
      base_revision: shown.revision,
      label: overlay === null ? typed : known,
      rows: encoding,
      how,
      ...this.#arm(),
    };
    const answer = await this.#await({ what: "edit", rows: rows.length }, request, [buffer]);
    if (answer instanceof Error) return this.#putBack(answer, overlay);
    if (overlay === null) return this.#noteUse(codeOf(meta.value, String(typed)));
    if (answer.result.gesture === null) shown.lift(overlay);
    else shown.settle(overlay, answer.result.revision);
  }

  /** Gives a verdict of a review: `code` is shown at once, null = nothing is known to change. Null comes back for a refusal. */
  async judge(request: Unnumbered<Verdict> | Unnumbered<Bulk>, code: number | null): Promise<VerdictResult | null> {
    const { rows: shown } = this.#state;
    const overlay = request.kind === "bulk" || code === null ? null : shown.lay(Uint32Array.of(request.row), code);
    const answer = await this.#await<VerdictResult>({ what: "edit", rows: 1 }, request);
    if (answer instanceof Error) {
      this.#putBack(answer, overlay);
      return null;
    }
    if (overlay !== null && answer.result.gesture === null) shown.lift(overlay);
    else if (overlay !== null) shown.settle(overlay, answer.result.revision);
    return answer.result;
  }

  async undo(gesture: number | null): Promise<void> {
    const how = gesture === null ? "key" : "history";
    await this.#step({ kind: "undo", gesture, how });
  }

  async redo(): Promise<void> {
    await this.#step({ kind: "redo", how: "key" });
  }

  async operate(operation: LabelOperation): Promise<boolean> {
    const { slots, meta, readOnly } = this.#state;
    if (readOnly.value) return false;
    const digit = operation.kind === "rename" ? slots.value.codes.indexOf(operation.label) : -1;
    const answer = await this.#await({ what: operation.kind, rows: this.#touched(operation) }, operation);
    if (answer instanceof Error) {
      this.#reports.report(answer);
      return false;
    }
    if (operation.kind === "rename") {
      slots.value = putSlot(slots.value, digit, codeOf(meta.value, operation.name)); // the fingers know it there
    }
    this.#fillSlots();
    const { skipped } = answer.result;
    if (operation.kind === "resolve" && skipped > 0) {
      const are = skipped === 1 ? "1 edit is" : `${skipped.toLocaleString()} edits are`;
      this.#reports.say("note", `${are} still open.`, "There is no row, or no such label, to give it to: let it go.");
    }
    return true;
  }

  async plan(operation: PlannedOperation, signal: AbortSignal): Promise<Plan | null> {
    try {
      const { result } = await this.#client.ask<EditResult>({ ...operation, plan: true }, { signal });
      return { possible: true, rows: result.rows };
    } catch (error) {
      if (error instanceof KernelFailure) return { possible: false, error: error.message, hint: error.hint };
      this.#reports.report(error);
      return null;
    }
  }

  showSuggestions(): () => void {
    this.#showing++;
    let showing = true;
    return () => {
      if (showing) this.#showing--;
      showing = false;
    };
  }

  /** What the suggestions had to do with a gesture; nothing is said before there are any. */
  #arm(): { arm?: Arm } {
    if (this.#showing > 0) return { arm: "shown" };
    return this.#state.review.value === null ? {} : { arm: "hidden" };
  }

  async #step(request: Extract<Unnumbered, { kind: "undo" | "redo" }>): Promise<void> {
    if (this.#state.readOnly.value) return;
    const answer = await this.#await({ what: request.kind, rows: 0 }, request);
    if (answer instanceof Error) return this.#reports.report(answer);
    this.#fillSlots();
    const { skipped } = answer.result;
    if (skipped > 0) {
      const were = skipped === 1 ? "1 row was" : `${skipped.toLocaleString()} rows were`;
      const cure = `Changed again since by a later gesture: ${request.kind} that one first.`;
      this.#reports.say("note", `${were} left alone.`, cure);
    }
  }

  /** Puts the true labels back, which the failure carries. What a later patch told is truer than an old failure. */
  #putBack(error: Error, overlay: Overlay | null): void {
    const { rows } = this.#state;
    if (error instanceof KernelFailure && error.revision >= rows.revision) {
      const [where, codes, flags] = error.buffers;
      if (error.width !== null && where !== undefined && codes !== undefined) {
        const known = flags === undefined ? null : asArray(Uint8Array, flags);
        rows.patch(asArray(Uint32Array, where), asIds(error.width, codes), known, null);
      }
    }
    if (overlay !== null) rows.lift(overlay);
    this.#reports.report(error);
  }

  /** Counts a gesture as waiting until it is answered. An error comes back as a value: each caller has its own cure. */
  async #await<R = EditResult>(
    what: Omit<Waiting, "id">,
    request: Unnumbered,
    buffers: ArrayBuffer[] = [],
  ): Promise<Answer<R> | Error> {
    const { waiting, lost } = this.#state;
    const entry: Waiting = { id: ++this.#lastId, ...what };
    waiting.value = [...waiting.value, entry];
    try {
      const answer = await this.#client.ask<R>(request, { buffers });
      this.#reports.clear(); // what was refused before has been answered by this one
      return answer;
    } catch (error) {
      if (error instanceof ConnectionLost) lost.value = [...lost.value, entry];
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      waiting.value = waiting.value.filter(({ id }) => id !== entry.id);
    }
  }

  /** The rows that an operation touches, as far as the page can tell. */
  #touched(operation: LabelOperation): number {
    const { rows } = this.#state;
    switch (operation.kind) {
      case "rename":
      case "delete":
        return rows.count(operation.label);
      case "merge":
        return operation.labels.reduce((sum, code) => sum + (code === operation.into ? 0 : rows.count(code)), 0);
      case "resolve":
        return operation.keys?.length ?? this.#state.conflicts.value?.total ?? 0;
      case "create":
      case "recolour":
        return 0;
    }
  }

  #noteUse(code: number): void {
    const { slots, meta } = this.#state;
    slots.value = useSlot(slots.value, code, meta.value.labels);
  }

  #fillSlots(): void {
    const { slots, meta, rows } = this.#state;
    slots.value = fillSlots(slots.value, meta.value, (code) => rows.count(code));
  }
}
