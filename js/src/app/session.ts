/**
 * One per model: brings the client and the state together. What the kernel says is written into the state here, and what a
 * person does is sent from here, whichever view it was done in.
 */

import { batch } from "@preact/signals";
import { Client, KernelFailure } from "../kernel/client.ts";
import { asArray, asIds, asRows, packRows } from "../kernel/decode.ts";
import { interrupt, watchLife } from "../kernel/lifeline.ts";
import { listen, type Model } from "../kernel/model.ts";
import type {
  CohesionResult,
  ConfusionResult,
  Forming,
  Frame,
  HelloResult,
  Meta,
  Patch,
  Select,
  SelectingResult,
  SelectionAct,
  View,
} from "../protocol.ts";
import type { Actions } from "../state/actions.ts";
import type { Colouring, Wanted } from "../state/colouring.ts";
import type { LabelOperation, Plan, PlannedOperation } from "../state/operations.ts";
import { BUSY_AFTER_MS } from "../state/saving.ts";
import { NO_SELECTION, type Selection, sameRows } from "../state/selection.ts";
import { fillSlots, freeSlots, NO_SLOTS } from "../state/slots.ts";
import { createState, type State } from "../state/state.ts";
import { linkScores } from "./colour_link.ts";
import { ColumnStore } from "./column_store.ts";
import { Edits } from "./edits.ts";
import { Exports } from "./exports.ts";
import { Questions } from "./questions.ts";
import { Reports } from "./reports.ts";
import { Reviews } from "./reviews.ts";
import { RowQuestions } from "./row_questions.ts";
import { Shifts } from "./shifts.ts";
import { Works } from "./works.ts";

interface HeldPatch {
  readonly message: Patch;
  readonly buffers: readonly DataView[];
}

export class Session implements Actions {
  readonly state: State;
  /** The elements of the mounted views. */
  readonly views = new Set<Element>();
  readonly rows: RowQuestions;
  readonly exports: Exports;
  readonly #model: Model;
  readonly #client: Client;
  readonly #origin = Math.random().toString(36).slice(2);
  readonly #reports: Reports;
  readonly #edits: Edits;
  readonly #works: Works;
  readonly #questions: Questions;
  readonly review: Reviews;
  readonly shift: Shifts;
  readonly #stops: (() => void)[];
  #busyTimer: ReturnType<typeof setTimeout> | undefined;
  #open = 0; // requests without an answer
  #fetching = false; // whether a hello waits for its answer
  #held: HeldPatch[] = []; // patches that came while the columns were on their way

  constructor(model: Model, firstId?: number) {
    this.#model = model;
    this.state = createState(model.get("meta"), model.get("status"));
    this.state.shown.value = model.get("shown") ?? null;
    this.state.saved.value = model.get("selection_summary")?.saved ?? [];
    this.#client = new Client(
      model,
      {
        patch: (message, buffers) => this.#onPatch({ message, buffers }),
        select: (message, buffers) => this.#onSelect(message, buffers),
        view: (message, buffers) => this.#onView(message, buffers),
        queue: (message, buffers) => this.review.onQueue(message, buffers),
        filtered: (message, buffers) => batch(() => this.rows.onFiltered(message, buffers)),
        content: () => this.rows.onContent(),
        frame: (message, buffers) => this.#onFrame(message, buffers),
        heard: () => this.#onHeard(),
        waiting: (count) => this.#onWaiting(count),
        gone: () => this.#onGone(),
      },
      firstId,
    );
    this.#reports = new Reports(this.state);
    this.#works = new Works(this.state, this.#client);
    this.#edits = new Edits(this.state, this.#client, this.#reports);
    this.#questions = new Questions(this.state, this.#client, this.#works, this.#reports);
    this.review = new Reviews(this.state, this.#client, this.#works, this.#reports, this.#edits);
    this.shift = new Shifts(this.state, this.#works, this.#reports);
    this.rows = new RowQuestions(this.state, this.#client, this.#works, this.#reports);
    this.exports = new Exports(this.#works, this.#reports);
    this.#stops = [
      listen(model, "change:meta", () => {
        this.#onMeta(model.get("meta"));
      }),
      listen(model, "change:shown", () => {
        this.state.shown.value = model.get("shown") ?? null;
      }),
      listen(model, "change:selection_summary", () => {
        this.state.saved.value = model.get("selection_summary").saved ?? [];
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
        () => this.#onHeard(),
      ),
    ];
    this.#stops.push(linkScores(this));
    const follow = () => this.#onForming(model.get("forming") ?? {});
    this.#stops.push(listen(model, "change:forming", follow));
    follow();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#busyTimer);
    this.#reports.close();
    this.rows.close();
    this.#client.close();
  }

  // ---- what a person does --------------------------------------------------------------------------------------------

  assign(label: number | string, rows = this.state.selection.value.rows, how = this.state.selection.value.how): void {
    void this.#edits.assign(label, rows, how);
  }

  undo(gesture: number | null): void {
    void this.#edits.undo(gesture);
  }

  redo(): void {
    void this.#edits.redo();
  }

  operate(operation: LabelOperation): Promise<boolean> {
    return this.#edits.operate(operation);
  }

  plan(operation: PlannedOperation, signal: AbortSignal): Promise<Plan | null> {
    return this.#edits.plan(operation, signal);
  }

  showSuggestions(): () => void {
    return this.#edits.showSuggestions();
  }

  select(selection: Selection): void {
    if (sameRows(selection.rows, this.state.selection.value.rows)) return;
    this.#showSelection(selection);
    const { encoding, buffer } = packRows(selection.rows, this.state.rows.n);
    this.#client.tell({ kind: "select", rows: encoding, how: selection.how, origin: this.#origin }, [buffer]);
  }

  async reselect(act: SelectionAct, name?: string): Promise<boolean> {
    const named = name === undefined ? {} : { name };
    try {
      await this.#works.ask<SelectingResult>("Changing the selection", { kind: "selecting", act, ...named });
      return true;
    } catch (error) {
      this.#reports.report(error);
      return false;
    }
  }

  measureCohesion(signal: AbortSignal): Promise<CohesionResult | null> {
    return this.#questions.cohesion(signal);
  }

  loadColours(wanted: Wanted, signal: AbortSignal): Promise<Colouring | null> {
    return this.#questions.colours(wanted, signal);
  }

  point(row: number | null): void {
    if (this.state.shown.value?.linked === true) this.#client.tell({ kind: "hover", row });
  }

  stopMaking(): void {
    if (!interrupt(this.#model)) this.#reports.say("note", "Interrupt the kernel to stop.", "This page cannot do it.");
  }

  stopWork(id: number): void {
    this.#works.stop(id);
  }

  loadHistory(): void {
    this.#questions.loadHistory();
  }

  loadConflicts(): void {
    this.#questions.loadConflicts();
  }

  loadPeople(): void {
    this.#questions.loadPeople();
  }

  rowsOfDifferences(): Promise<Uint32Array | null> {
    return this.#questions.rowsOfDifferences();
  }

  confusion(a: string, b: string, signal: AbortSignal): Promise<ConfusionResult | null> {
    return this.#questions.confusion(a, b, signal);
  }

  rowsOf(gesture: number): Promise<Uint32Array | null> {
    return this.#questions.rowsOf(gesture);
  }

  retry(): void {
    if (this.state.link.value === "refused") this.#sayHello();
  }

  dismiss(banner: number): void {
    this.#reports.dismiss(banner);
  }

  dismissNotice(gesture: number): void {
    this.state.dismissed.value = new Set([...this.state.dismissed.value, gesture]);
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
    const { rows, meta, link, lost, slots } = this.state;
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
        if (first) slots.value = fillSlots(NO_SLOTS, meta.value, (code) => rows.count(code));
        if (link.value === "refused") this.#reports.clear(); // what was refused came in the end
        link.value = "live";
        lost.value = [];
      });
      if (lostGestures > 0) {
        const were = lostGestures === 1 ? "1 gesture was" : `${lostGestures} gestures were`;
        this.#reports.say(
          "note",
          `The kernel is back. ${were} not confirmed before: the map shows what was saved.`,
          "",
        );
      }
      if (first && meta.value.notice !== "") this.#reports.greet(meta.value.notice);
    } catch (error) {
      this.#held = []; // without columns to lay them on they would only ask again
      if (first && error instanceof KernelFailure) link.value = "refused";
      this.#reports.report(error);
    }
  }

  /** Nothing is asked before the map is made: a kernel hears the page only between two cells. */
  #onForming({ stage, part = 0 }: Forming): void {
    this.state.making.value = stage === undefined ? null : { stage, part };
    if (stage === undefined) this.#sayHello();
  }

  /** Shows the map as it forms; what comes with `hello` takes its place. */
  #onFrame({ width }: Frame, [places, codes]: readonly DataView[]): void {
    const { rows, meta } = this.state;
    if (places === undefined || codes === undefined || rows.revision >= 0) return;
    const label = asIds(width, codes);
    const columns = { xy: asArray(Float32Array, places), label, original: label };
    batch(() => rows.load(columns, -1, meta.value.palette.length));
  }

  #onMeta(meta: Meta): void {
    batch(() => {
      this.state.meta.value = meta;
      this.state.slots.value = freeSlots(this.state.slots.value, meta.retired ?? []);
    });
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
    batch(() => rows.patch(asArray(Uint32Array, where), asIds(width, codes), asArray(Uint8Array, flags), revision));
  }

  #onSelect(message: Select, buffers: readonly DataView[]): void {
    if (message.origin === this.#origin) return;
    const [where] = buffers;
    const told = where === undefined ? NO_SELECTION : { rows: asRows(message.rows, where), how: message.how };
    // the same rows are no news: how they were found is known here better than where they came back from
    if (!sameRows(told.rows, this.state.selection.value.rows)) this.#showSelection(told);
  }

  #onView(message: View, buffers: readonly DataView[]): void {
    const [where] = buffers;
    if (message.ring !== undefined) this.state.ring.value = message.ring;
    if (message.fly === undefined) return;
    const rows = message.fly === null || where === undefined ? null : asRows(message.fly, where);
    this.state.flight.value = { rows };
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
}
