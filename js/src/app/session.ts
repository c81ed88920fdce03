/**
 * One per model: brings the client and the state together. What the kernel says is written into the state here, and what a
 * person does is sent from here, whichever view it was done in.
 */

import { batch } from "@preact/signals";
import { type Answer, Cancelled, Client, ConnectionLost, KernelFailure } from "../kernel/client.ts";
import { asArray, asCodes, asRows, packRows } from "../kernel/decode.ts";
import { watchLife } from "../kernel/lifeline.ts";
import { listen, type Model } from "../kernel/model.ts";
import type { EditResult, ErrorsResult, HelloResult, HistoryResult, How, Patch, Select } from "../protocol.ts";
import type { Actions, Cell } from "../state/actions.ts";
import type { Overlay } from "../state/rows.ts";
import { BUSY_AFTER_MS } from "../state/saving.ts";
import { NO_SELECTION, type Selection, sameRows } from "../state/selection.ts";
import { firstSlots, useSlot } from "../state/slots.ts";
import { type Banner, createState, type State, type Waiting } from "../state/state.ts";
import { CellCache } from "./cell_cache.ts";
import { ColumnStore } from "./column_store.ts";

const MOST_SUSPECTS = 2000;
const MOST_GESTURES = 500;

interface HeldPatch {
  readonly message: Patch;
  readonly buffers: readonly DataView[];
}

export class Session implements Actions {
  readonly state: State;
  /** The elements of the mounted views. */
  readonly views = new Set<Element>();
  readonly #client: Client;
  readonly #origin = Math.random().toString(36).slice(2);
  readonly #cells: CellCache;
  readonly #stops: (() => void)[];
  #busyTimer: ReturnType<typeof setTimeout> | undefined;
  #open = 0; // requests without an answer
  #lastId = 0; // of banners and waiting gestures
  #fetching = false; // whether a hello waits for its answer
  #held: HeldPatch[] = []; // patches that came while the columns were on their way
  #historyRequest: AbortController | null = null;
  #work: AbortController | null = null;

  constructor(model: Model, firstId?: number) {
    this.state = createState(model.get("meta"), model.get("status"));
    this.#client = new Client(
      model,
      {
        patch: (message, buffers) => this.#onPatch({ message, buffers }),
        select: (message, buffers) => this.#onSelect(message, buffers),
        heard: () => this.#onHeard(),
        waiting: (count) => this.#onWaiting(count),
      },
      firstId,
    );
    this.#cells = new CellCache(this.#client);
    this.#stops = [
      listen(model, "change:meta", () => {
        this.state.meta.value = model.get("meta");
      }),
      listen(model, "change:status", () => {
        this.state.status.value = model.get("status");
        this.#onHeard();
        this.#catchUp();
      }),
      watchLife(
        model,
        () => this.views,
        () => this.#onGone(),
      ),
    ];
    this.#sayHello();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#busyTimer);
    this.#cells.clear();
    this.#client.close();
  }

  // ---- what a person does --------------------------------------------------------------------------------------------

  assign(label: number | string, rows = this.state.selection.value.rows, how = this.state.selection.value.how): void {
    if (rows.length === 0 || this.state.readOnly.value) return;
    const name = typeof label === "string" ? label.trim() : label;
    const known = typeof name === "string" ? this.state.meta.value.labels.indexOf(name) : name;
    void this.#edit(typeof name === "string" && known >= 0 ? known : name, rows, how);
  }

  undo(gesture: number | null): void {
    void this.#step("undo", { kind: "undo", gesture });
  }

  redo(): void {
    void this.#step("redo", { kind: "redo" });
  }

  select(selection: Selection): void {
    if (sameRows(selection.rows, this.state.selection.value.rows)) return;
    this.#showSelection(selection);
    const { encoding, buffer } = packRows(selection.rows, this.state.rows.n);
    this.#client.tell({ kind: "select", rows: encoding, how: selection.how, origin: this.#origin }, [buffer]);
  }

  findSuspects(): void {
    if (this.#work !== null) return;
    const work = new AbortController();
    this.#work = work;
    void this.#findSuspects(work.signal).finally(() => {
      this.#work = null;
      this.state.working.value = null;
    });
  }

  stopWork(): void {
    this.#work?.abort();
  }

  loadHistory(): void {
    this.#historyRequest?.abort();
    const request = new AbortController();
    this.#historyRequest = request;
    this.#client
      .ask<HistoryResult>({ kind: "ask", topic: "history", limit: MOST_GESTURES }, { signal: request.signal })
      .then(({ result }) => {
        this.state.history.value = result;
      })
      .catch((error: unknown) => this.#report(error));
  }

  async describe(row: number, signal: AbortSignal): Promise<readonly Cell[] | null> {
    try {
      return await this.#cells.get(row, signal);
    } catch (error) {
      // a card without its fields says so itself; only what is no answer at all is worth a banner
      if (!(error instanceof KernelFailure)) this.#report(error);
      return null;
    }
  }

  retry(): void {
    if (this.state.link.value === "refused") this.#sayHello();
  }

  dismiss(banner: number): void {
    this.state.banners.value = this.state.banners.value.filter(({ id }) => id !== banner);
  }

  // ---- gestures ------------------------------------------------------------------------------------------------------

  async #edit(label: number | string, rows: Uint32Array, how: How): Promise<void> {
    const overlay = typeof label === "number" ? this.state.rows.lay(rows, label) : null;
    if (typeof label === "number") this.#noteUse(label);
    const { encoding, buffer } = packRows(rows, this.state.rows.n);
    const request = { kind: "edit", base_revision: this.state.rows.revision, label, rows: encoding, how } as const;
    const answer = await this.#await({ what: "edit", rows: rows.length }, () =>
      this.#client.ask<EditResult>(request, { buffers: [buffer] }),
    );
    if (answer instanceof Error) return this.#editFailed(answer, overlay);
    this.state.banners.value = []; // what was refused before has been answered by this one
    const { gesture, revision } = answer.result;
    if (typeof label === "string") this.#noteUse(this.state.meta.value.labels.indexOf(label));
    if (overlay === null) return;
    if (gesture === null) this.state.rows.lift(overlay);
    else this.state.rows.settle(overlay, revision);
  }

  /** Puts the true labels back, which the failure carries. What a later patch told is truer than an old failure. */
  #editFailed(error: Error, overlay: Overlay | null): void {
    const rows = this.state.rows;
    if (error instanceof KernelFailure && error.revision >= rows.revision) {
      const [where, codes, flags] = error.buffers;
      if (error.width !== null && where !== undefined && codes !== undefined) {
        const known = flags === undefined ? null : asArray(Uint8Array, flags);
        rows.patch(asArray(Uint32Array, where), asCodes(error.width, codes), known, null);
      }
    }
    if (overlay !== null) rows.lift(overlay);
    this.#report(error);
  }

  async #step(
    what: "undo" | "redo",
    request: { kind: "undo"; gesture: number | null } | { kind: "redo" },
  ): Promise<void> {
    if (this.state.readOnly.value) return;
    const answer = await this.#await({ what, rows: 0 }, () => this.#client.ask<EditResult>(request));
    if (answer instanceof Error) return this.#report(answer);
    this.state.banners.value = [];
    const { skipped } = answer.result;
    if (skipped > 0) {
      const were = skipped === 1 ? "1 row was" : `${skipped.toLocaleString()} rows were`;
      this.#say("note", `${were} left alone.`, `Changed again since by a later gesture: ${what} that one first.`);
    }
  }

  /** Counts a gesture as waiting until it is answered. An error comes back as a value: each caller has its own cure. */
  async #await<R>(what: Omit<Waiting, "id">, ask: () => Promise<Answer<R>>): Promise<Answer<R> | Error> {
    const { waiting, lost } = this.state;
    const entry: Waiting = { id: ++this.#lastId, ...what };
    waiting.value = [...waiting.value, entry];
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ConnectionLost) lost.value = [...lost.value, entry];
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      waiting.value = waiting.value.filter(({ id }) => id !== entry.id);
    }
  }

  #noteUse(code: number): void {
    this.state.slots.value = useSlot(this.state.slots.value, code, this.state.meta.value.labels);
  }

  async #findSuspects(signal: AbortSignal): Promise<void> {
    const { working, suspects, rows } = this.state;
    working.value = { stage: "looking for suspects", done: 0, total: 0 };
    const revision = rows.revision;
    try {
      const { result, buffers } = await this.#client.ask<ErrorsResult>(
        { kind: "ask", topic: "errors", limit: MOST_SUSPECTS },
        {
          signal,
          onProgress: ({ stage, done, total }) => {
            working.value = { stage, done, total };
          },
        },
      );
      const [where, suspicion, suggested] = buffers;
      if (where === undefined || suspicion === undefined || suggested === undefined) {
        throw new Error("The kernel's answer about suspects lacks its columns.");
      }
      const found = asArray(Uint32Array, where);
      suspects.value = {
        rows: found,
        given: Int32Array.from(found, (row) => rows.codes[row] ?? -1),
        suspicion: asArray(Float32Array, suspicion),
        suggested: asArray(Int32Array, suggested),
        nFlagged: result.n_flagged,
        noiseRate: result.noise_rate,
        revision,
      };
    } catch (error) {
      this.#report(error);
    }
  }

  // ---- what the kernel says ------------------------------------------------------------------------------------------

  /** Asks for the columns: all of them at first, later those that edits change. */
  #sayHello(): void {
    if (this.#fetching) return;
    this.#fetching = true;
    void this.#fetchColumns().finally(() => {
      this.#fetching = false;
      for (const patch of this.#held.splice(0)) this.#onPatch(patch);
    });
  }

  async #fetchColumns(): Promise<void> {
    const { rows, meta, link, lost, banners } = this.state;
    const store = new ColumnStore();
    const first = rows.revision < 0;
    try {
      const { result } = await this.#client.ask<HelloResult>(
        { kind: "hello", revision: rows.revision },
        { onColumn: (message, view) => store.add(message, view) },
      );
      const lostGestures = lost.value.length;
      batch(() => {
        rows.load(store.columns(), result.revision, meta.value.palette.length);
        rows.select(this.state.selection.value.rows);
        if (first) this.state.slots.value = firstSlots(meta.value.labels, (code) => rows.count(code));
        if (link.value === "refused") banners.value = []; // what was refused came in the end
        link.value = "live";
        lost.value = [];
      });
      if (lostGestures > 0) {
        const were = lostGestures === 1 ? "1 gesture was" : `${lostGestures} gestures were`;
        this.#say("note", `The kernel is back. ${were} not confirmed before: the map shows what was saved.`, "");
      }
      if (first && meta.value.notice !== "") this.#say("note", meta.value.notice, "");
    } catch (error) {
      this.#held = []; // without columns to lay them on they would only ask again
      if (first && error instanceof KernelFailure) link.value = "refused";
      this.#report(error);
    }
  }

  #onPatch(patch: HeldPatch): void {
    const { rows } = this.state;
    const { revision, width } = patch.message;
    if (this.#fetching) {
      this.#held.push(patch);
      return;
    }
    if (revision <= rows.revision) return;
    if (revision !== rows.revision + 1) return this.#sayHello();
    const [where, codes, flags] = patch.buffers;
    if (where === undefined || codes === undefined || flags === undefined) return this.#sayHello();
    batch(() => rows.patch(asArray(Uint32Array, where), asCodes(width, codes), asArray(Uint8Array, flags), revision));
  }

  #onSelect(message: Select, buffers: readonly DataView[]): void {
    if (message.origin === this.#origin) return;
    const [where] = buffers;
    const told = where === undefined ? NO_SELECTION : { rows: asRows(message.rows, where), how: message.how };
    // the same rows are no news: how they were found is known here better than where they came back from
    if (!sameRows(told.rows, this.state.selection.value.rows)) this.#showSelection(told);
  }

  #showSelection(selection: Selection): void {
    batch(() => {
      this.state.rows.select(selection.rows);
      this.state.selection.value = selection;
    });
  }

  // ---- the line to the kernel ----------------------------------------------------------------------------------------

  #onHeard(): void {
    this.#waitAnew();
    if (this.state.link.value !== "gone") return;
    // perhaps only a last word: nothing is live before the columns are here
    this.#client.resume();
    this.#sayHello();
  }

  /** The status comes after the patches of its revision: one that is ahead of the rows tells that a patch was lost. */
  #catchUp(): void {
    const { link, status, rows } = this.state;
    if (link.value === "refused" || (link.value === "live" && status.value.revision > rows.revision)) this.#sayHello();
  }

  #onWaiting(count: number): void {
    this.#open = count;
    if (count === 0 || this.#busyTimer === undefined) this.#waitAnew();
  }

  /** The kernel is said to be busy once something has waited long enough since it was last heard. */
  #waitAnew(): void {
    clearTimeout(this.#busyTimer);
    this.#busyTimer = undefined;
    this.state.busy.value = false;
    if (this.#open === 0) return;
    this.#busyTimer = setTimeout(() => {
      this.state.busy.value = true;
    }, BUSY_AFTER_MS);
  }

  #onGone(): void {
    this.state.link.value = "gone";
    this.#client.lose();
  }

  #report(error: unknown): void {
    if (error instanceof Cancelled || error instanceof ConnectionLost) return;
    if (error instanceof KernelFailure) this.#say("error", error.message, error.hint);
    else this.#say("error", error instanceof Error ? error.message : String(error), "");
  }

  #say(tone: Banner["tone"], text: string, hint: string): void {
    const { banners } = this.state;
    const rest = banners.value.filter((banner) => banner.text !== text).slice(-2);
    banners.value = [...rest, { id: ++this.#lastId, tone, text, hint }];
  }
}
