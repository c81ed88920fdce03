/**
 * A kernel of a few dozen lines: it keeps labels, gestures and a selection in memory and answers by the protocol. The tests
 * and the demonstration page both talk to it.
 */

import { asRows, toCodes } from "../../src/kernel/decode.ts";
import type {
  Ask,
  Bulk,
  ConflictRow,
  Delete,
  Edit,
  EditResult,
  GestureRow,
  Merge,
  Meta,
  NoticeRow,
  PeopleResult,
  Rename,
  Resolve,
  ReviewProgress,
  Status,
  Verdict,
} from "../../src/protocol.ts";
import { UNLABELLED_U16 } from "../../src/protocol.ts";
import { codeOf } from "../../src/state/labels.ts";
import { FakeContent } from "./fake_content.ts";
import { FakeReview } from "./fake_review.ts";
import { MockModel, type Sent } from "./mock_model.ts";

export interface FakeData {
  readonly xy: Float32Array;
  readonly label: Uint16Array;
  readonly labels: readonly string[];
  readonly palette: readonly string[];
}

interface Gesture {
  readonly row: GestureRow;
  readonly rows: Uint32Array;
  readonly before: Uint16Array;
  readonly after: Uint16Array;
}

const nothing = () => [new Uint32Array(0), new Uint16Array(0), new Uint8Array(0)];

export class FakeKernel {
  readonly model: MockModel;
  readonly codes: Uint16Array;
  /** Set to false to let messages lie until `wake` is called, as while a cell runs. */
  awake = true;
  months: readonly string[] = ["2026-01", "2026-02"];
  /** Names that are refused. */
  refuse: ReadonlySet<string> = new Set();
  /** What the journal and the frame do not agree on. */
  conflicts: ConflictRow[] = [];
  /** The open review. */
  review: FakeReview | null = null;
  /** Who else is said to have edited, and on which rows they differ. */
  people: { authors: string[]; differ: Uint32Array } = { authors: [], differ: new Uint32Array(0) };
  /** What others are said to have changed. */
  notices: NoticeRow[] = [];
  /** What the page asked to be done to the selection. */
  readonly reselected: string[] = [];
  /** The rows that were said to be pointed at. */
  readonly pointed: (number | null)[] = [];
  #selected = 0;
  readonly content: FakeContent;
  readonly #data: FakeData;
  readonly #asleep: Sent[] = [];
  readonly #gestures: Gesture[] = [];
  readonly #undone: Gesture[] = [];
  #revision = 0;

  constructor(data: FakeData, meta: Partial<Meta> = {}) {
    this.#data = data;
    this.codes = data.label.slice();
    this.model = new MockModel({
      meta: {
        protocol: 1,
        n_rows: data.label.length,
        labels: [...data.labels],
        palette: [...data.palette],
        label_column: "label",
        theme: "auto",
        height: 560,
        author: "ada",
        journal: "labelatlas.sqlite",
        durable: true,
        device: "cpu",
        notice: "",
        ...meta,
      },
      status: this.#status(),
      selection_summary: { count: 0 },
    });
    this.content = new FakeContent(this.model, data.label.length);
    this.model.onSent = (sent) => {
      if (this.awake) this.#handle(sent);
      else this.#asleep.push(sent);
    };
  }

  wake(): void {
    this.awake = true;
    for (const sent of this.#asleep.splice(0)) this.#handle(sent);
  }

  #status(): Status {
    const n_edited = this.codes.reduce((sum, code, row) => sum + (code === this.#data.label[row] ? 0 : 1), 0);
    return {
      revision: this.#revision,
      can_undo: this.#gestures.length > 0,
      can_redo: this.#undone.length > 0,
      n_edited,
      n_conflicts: this.conflicts.filter(({ row }) => row >= 0).length,
      n_orphans: this.conflicts.filter(({ row }) => row < 0).length,
      sync: "live",
      sync_note: "",
      notices: this.notices,
      n_authors: this.people.authors.length,
    };
  }

  /** Tells the status anew, after a test changed what it is made of. */
  tellStatus(): void {
    this.model.set("status", this.#status());
  }

  #handle({ message, buffers }: Sent): void {
    switch (message.kind) {
      case "hello":
        return this.#hello(message.id, message.revision);
      case "edit":
        return this.#edit(message, buffers);
      case "undo":
        return this.#undo(message.id, message.gesture);
      case "redo":
        return this.#redo(message.id);
      case "describe":
        return this.content.answer(message, buffers);
      case "verdict":
        return this.#verdict(message);
      case "bulk":
        return this.#bulk(message);
      case "explain":
        return this.#explain(message.id, buffers);
      case "columns":
      case "facet":
      case "order":
      case "search":
      case "filter":
        return this.content.answer(message, buffers);
      case "ask":
        return this.#ask(message);
      case "rename":
      case "merge":
      case "delete":
        return this.#relabel(message);
      case "create":
        this.#codeOf(message.name);
        this.model.say({ kind: "patch", revision: ++this.#revision, width: "u16" }, nothing());
        return this.#done(message.id, this.#revision, 0);
      case "recolour": {
        const meta = this.model.get("meta");
        const colours = meta.labels.map((_, code) => meta.colours?.[code] ?? "").with(message.label, message.colour);
        this.model.set("meta", { ...meta, colours });
        this.model.say({ kind: "patch", revision: ++this.#revision, width: "u16" }, nothing());
        return this.#done(message.id, this.#revision, 0);
      }
      case "resolve":
        return this.#resolve(message);
      case "select":
        this.#selected = asRows(message.rows, new DataView(buffers[0] as ArrayBuffer)).length;
        return this.model.set("selection_summary", { count: this.#selected });
      case "selecting":
        this.reselected.push(message.name === undefined ? message.act : `${message.act} ${message.name}`);
        return this.model.say({ kind: "reply", id: message.id, result: { count: 0 } });
      case "hover":
        this.pointed.push(message.row);
        return;
      case "export": {
        const file = new TextEncoder().encode("a file");
        const result = { bytes: message.plan ? 1_234_567 : file.length };
        return this.model.say({ kind: "reply", id: message.id, result }, message.plan ? [] : [file]);
      }
      case "cancel":
        return;
    }
  }

  #hello(id: number, held: number): void {
    const n = this.codes.length;
    const column = { kind: "column", id, offset: 0 } as const;
    if (held < 0) {
      const half = n & ~1; // in two chunks, so that they are put together
      const xy = this.#data.xy;
      this.model.say({ ...column, name: "xy", dtype: "f32", length: 2 * n }, [xy.subarray(0, half)]);
      this.model.say({ ...column, name: "xy", dtype: "f32", length: 2 * n, offset: half }, [xy.subarray(half)]);
    }
    this.model.say({ ...column, name: "label", dtype: "u16", length: n }, [this.codes]);
    this.model.say({ ...column, name: "original", dtype: "u16", length: n }, [this.#data.label]);
    this.model.say({ ...column, name: "flags", dtype: "u8", length: n }, [new Uint8Array(n)]);
    this.model.say({ kind: "reply", id, result: { revision: this.#revision, n_rows: n } });
  }

  #edit(message: Edit, buffers: readonly ArrayBuffer[]): void {
    const { id, label } = message;
    const rows = asRows(message.rows, new DataView(buffers[0] as ArrayBuffer)).slice();
    if (typeof label === "string" && this.refuse.has(label)) {
      const codes = Uint16Array.from(rows, (row) => this.codes[row] as number);
      const refusal = { error: `expected a whole number. Got '${label}' instead.`, hint: "Type a number such as 10." };
      return this.model.say({ kind: "failure", id, ...refusal, revision: this.#revision, width: "u16" }, [
        rows,
        codes,
        new Uint8Array(rows.length),
      ]);
    }
    const code = this.#codeOf(label);
    const wanted = code < 0 ? UNLABELLED_U16 : code;
    const changed = rows.filter((row) => this.codes[row] !== wanted);
    if (changed.length === 0) return this.#done(id, null, 0);
    const after = new Uint16Array(changed.length).fill(wanted);
    this.#undone.length = 0;
    this.#done(id, this.#apply(changed, after, "relabel", message.how, null), changed.length);
  }

  #apply(rows: Uint32Array, after: Uint16Array, action: string, how: string, undoes: number | null): number {
    const before = Uint16Array.from(rows, (row) => this.codes[row] as number);
    rows.forEach((row, i) => {
      this.codes[row] = after[i] as number;
    });
    const names = (codes: Uint16Array) => [...new Set(toCodes(codes))].slice(0, 3).map((code) => this.#nameOf(code));
    const id = this.#gestures.length + this.#undone.length + ++this.#revision;
    const row: GestureRow = {
      id,
      at: new Date().toISOString(),
      author: "ada",
      action,
      how,
      rows: rows.length,
      before: names(before),
      after: names(after),
      undone: false,
      undoes,
    };
    this.#gestures.push({ row, rows, before, after });
    const flags = Uint8Array.from(rows, (at) => (this.codes[at] === this.#data.label[at] ? 0 : 8));
    this.model.say({ kind: "patch", revision: this.#revision, width: "u16" }, [rows, after, flags]);
    return id;
  }

  /** The code of a name; a new one is appended, one that was retired comes back. */
  #codeOf(label: number | string): number {
    if (typeof label === "number") return label;
    const meta = this.model.get("meta");
    const known = meta.labels.indexOf(label);
    if (known < 0) this.model.set("meta", { ...meta, labels: [...meta.labels, label] });
    else this.#retire(this.#retired().filter((code) => code !== known));
    return known < 0 ? meta.labels.length : known;
  }

  #retired(): readonly number[] {
    return this.model.get("meta").retired ?? [];
  }

  #retire(codes: Iterable<number>): void {
    const retired = [...new Set(codes)].sort((a, b) => a - b);
    this.model.set("meta", { ...this.model.get("meta"), retired });
  }

  #relabel(message: Rename | Merge | Delete): void {
    const { id, kind } = message;
    if (kind === "rename" && codeOf(this.model.get("meta"), message.name) >= 0) {
      const refusal = { error: `There is a label '${message.name}' already.`, hint: "Merge the two." };
      return this.model.say({ kind: "failure", id, ...refusal, revision: this.#revision });
    }
    const from = new Set(kind === "merge" ? message.labels.filter((code) => code !== message.into) : [message.label]);
    const rows = Uint32Array.from(this.codes.keys()).filter((row) => from.has(this.codes[row] as number));
    if (message.plan === true) return this.#done(id, null, rows.length);
    const wanted = kind === "merge" ? message.into : kind === "rename" ? message.name : UNLABELLED_U16;
    const code = this.#codeOf(wanted);
    this.#retire([...this.#retired(), ...from]);
    this.#done(id, this.#apply(rows, new Uint16Array(rows.length).fill(code), kind, "menu", null), rows.length);
  }

  #resolve({ id, keep, keys, plan }: Resolve): void {
    const meant = this.conflicts.filter(({ key }) => keys === null || keys.includes(key));
    const settled = meant.filter(({ row }) => keep === "frame" || row >= 0);
    if (plan !== true) {
      this.conflicts = this.conflicts.filter((conflict) => !settled.includes(conflict));
      if (keep === "journal" && settled.length > 0) {
        const rows = Uint32Array.from(settled, ({ row }) => row).sort();
        const after = Uint16Array.from(rows, (row) =>
          this.#codeOf(settled.find((conflict) => conflict.row === row)?.journal ?? 0),
        );
        this.#apply(rows, after, "resolve", "conflicts", null);
      }
    }
    this.#done(id, plan === true ? null : this.#revision, settled.length, meant.length - settled.length);
  }

  #done(id: number, gesture: number | null, rows: number, skipped = 0): void {
    this.model.set("status", this.#status());
    const result: EditResult = { revision: this.#revision, gesture, rows, skipped };
    this.model.say({ kind: "reply", id, result });
  }

  #undo(id: number, wanted: number | null): void {
    const gesture = this.#gestures.findLast(({ row }) =>
      wanted === null ? !row.undone && row.undoes === null : row.id === wanted,
    );
    if (gesture === undefined) {
      const refusal = { error: "There is nothing to undo.", hint: "Change a label first." };
      return this.model.say({ kind: "failure", id, ...refusal, revision: this.#revision });
    }
    gesture.row.undone = true;
    this.#undone.push(gesture);
    const back = new Set(gesture.before);
    this.#retire(this.#retired().filter((code) => !back.has(code)));
    this.#done(
      id,
      this.#apply(gesture.rows, gesture.before, "undo", gesture.row.how, gesture.row.id),
      gesture.rows.length,
    );
  }

  #redo(id: number): void {
    const gesture = this.#undone.pop();
    if (gesture === undefined) return this.#done(id, null, 0);
    this.#done(id, this.#apply(gesture.rows, gesture.after, "redo", gesture.row.how, null), gesture.rows.length);
  }

  /** The rows in three groups by their number; by suspicion, a scale. */
  #colours({ id, by = "label", column }: Ask): void {
    const n = this.codes.length;
    const scale = by === "suspicion";
    const slots = Uint16Array.from({ length: n }, (_, row) => (scale ? Math.floor((255 * row) / n) : row % 3));
    this.model.say({ kind: "column", id, name: "colour", dtype: "u16", length: n, offset: 0 }, [slots]);
    const counts = scale ? [] : [0, 1, 2].map((at) => Math.ceil((n - at) / 3));
    const names = counts.map((_, at) => `group ${at}`);
    const ends = scale ? ["0", "1"] : [];
    this.model.say({
      kind: "reply",
      id,
      result: { topic: "colours", by, column: column ?? null, title: column ?? by, names, counts, missing: 0, ends },
    });
  }

  #ask(message: Ask): void {
    const { id, topic, limit, gesture, authors = [] } = message;
    switch (topic) {
      case "colours":
        return this.#colours(message);
      case "cohesion": {
        const result = { topic, count: this.#selected, inside: 0.8, by_chance: 0.1, stragglers: 2 };
        return this.model.say({ kind: "reply", id, result });
      }
      case "history":
        return this.#history(id, limit);
      case "review":
        return this.#openReview(id);
      case "domains":
      case "domain":
      case "shift":
      case "drift":
        return this.#shift(message);
      case "conflicts":
        return this.model.say({
          kind: "reply",
          id,
          result: { topic, conflicts: this.conflicts.slice(0, limit), total: this.conflicts.length },
        });
      case "gesture": {
        const rows = this.#gestures.find(({ row }) => row.id === gesture)?.rows ?? Uint32Array.of(0, 1, 2);
        const result = { topic, gesture: gesture ?? 0, total: rows.length };
        return this.model.say({ kind: "reply", id, result }, [rows]);
      }
      case "differences":
        return this.model.say({ kind: "reply", id, result: { topic, total: this.people.differ.length } }, [
          this.people.differ,
        ]);
      case "people":
        return this.model.say({ kind: "reply", id, result: this.#people() });
      case "confusion": {
        const [a, b] = [this.#nameOf(0), this.#nameOf(1)];
        const cells = [
          { a, b: a, rows: 20 },
          { a, b, rows: 4 },
          { a: b, b: "", rows: 1 },
        ];
        return this.model.say({ kind: "reply", id, result: { topic, authors, cells, total: 5 } });
      }
    }
  }

  #people(): PeopleResult {
    const { authors, differ } = this.people;
    const pairs = authors.flatMap((a, i) =>
      authors
        .slice(i + 1)
        .map((b, j) => ({ a, b, rows: 25 - 25 * j, agreed: j === 0 ? 20 : 0, kappa: j === 0 ? 0.62 : null })),
    );
    return {
      topic: "people",
      authors: authors.map((author, i) => ({ author, gestures: 12 - 3 * i, rows: 1200 - 400 * i })),
      pairs,
      fleiss: null,
      fleiss_rows: 0,
      differ: differ.length,
    };
  }

  #history(id: number, limit: number): void {
    const gestures = this.#gestures.map(({ row }) => ({ ...row })).reverse();
    this.model.say({
      kind: "reply",
      id,
      result: { topic: "history", gestures: gestures.slice(0, limit), total: gestures.length },
    });
  }

  /** A row in turn for each month; the first label is said to have changed, and the last two rows to be like nothing before. */
  #shift({ id, topic, source = "", target = "" }: Ask): void {
    const { months } = this;
    const n = this.codes.length;
    const revision = this.#revision;
    if (topic === "domains") {
      const rows = n / months.length;
      const domains = months.map((name) => ({ name, rows, labelled: rows }));
      return this.model.say({ kind: "reply", id, result: { topic, domains } });
    }
    if (topic === "domain") {
      const rows = Uint32Array.from(this.codes.keys()).filter((row) => months[row % months.length] === source);
      return this.model.say({ kind: "reply", id, result: { topic, total: rows.length } }, [rows]);
    }
    const unlabelled = Uint32Array.from(this.codes.keys()).filter((row) => this.codes[row] === UNLABELLED_U16);
    const guess = [unlabelled, new Uint32Array(unlabelled.length)] as const; // all of the first label
    if (topic === "drift") {
      const [periods, classes] = [months.slice(1), Array.from(this.#data.labels.keys())];
      const shares = (off: number) =>
        periods.flatMap((_, t) => classes.map((k) => (k === 0 ? 0.1 + 0.3 * t + off : 0.3)));
      const numbers = Float32Array.from([0, -0.05, 0.05].flatMap(shares));
      const turning = [{ label: 0, period: 1, before: 0.1, after: 0.4 }];
      const result = { topic, revision, periods, bases: ["predictions" as const], classes, turning };
      return this.model.say({ kind: "reply", id, result }, [numbers, ...guess]);
    }
    const classes = this.#data.labels.map((_, label) => ({
      label,
      source: 1 / this.#data.labels.length,
      target: label === 0 ? 0.1 : 0.9 / (this.#data.labels.length - 1),
      low: 0.05,
      high: 0.5,
      weight: label === 0 ? 0.3 : 1.3,
      p_value: label === 0 ? 0.001 : 0.3,
    }));
    const shift = {
      topic: "shift",
      source,
      target,
      revision,
      level: 0.95,
      classes,
      left_out: [],
      verdict: "new content",
      new: 2,
    } as const;
    const unlike = Uint32Array.of(n - 2, n - 1);
    this.model.say({ kind: "reply", id, result: { ...shift, classes, left_out: [] } }, [unlike, ...guess]);
  }

  #openReview(id: number): void {
    this.review ??= new FakeReview(this.codes.length, this.#data.labels.length, (row) => this.codes[row] as number);
    this.model.say({ kind: "progress", id, stage: "training the probe", done: 2, total: 5 });
    this.tellQueue();
    this.model.say({ kind: "reply", id, result: { topic: "review", left: this.review.queue.length } });
  }

  /** Tells the queue anew, as after a search in the background. */
  tellQueue(show = false): void {
    if (this.review !== null) this.model.say(...this.review.message(show));
  }

  #verdict({ id, act, row, label }: Verdict): void {
    const { review } = this;
    if (review === null) return;
    if (typeof label === "string" && this.refuse.has(label)) {
      const refusal = { error: `expected a whole number. Got '${label}' instead.`, hint: "Type a number such as 10." };
      return this.model.say({ kind: "failure", id, ...refusal, revision: this.#revision, width: "u16" }, [
        Uint32Array.of(row),
        Uint16Array.of(this.codes[row] as number),
        Uint8Array.of(0),
      ]);
    }
    const before = this.codes[row];
    let back = row;
    if (act === "undo") {
      const last = review.undo();
      back = last?.row ?? -1;
      const gesture = this.#gestures.findLast(({ row: line }) => !line.undone);
      if (last !== null && last.act !== "keep" && last.act !== "skip" && gesture !== undefined) {
        gesture.row.undone = true;
        this.#apply(gesture.rows, gesture.before, "undo", "queue", gesture.row.id);
      }
      this.tellQueue();
    } else {
      review.judge(row, act);
      const code = act === "drop" ? UNLABELLED_U16 : label === undefined ? before : this.#codeOf(label);
      if (code !== before) this.#apply(Uint32Array.of(row), Uint16Array.of(code as number), "relabel", "queue", null);
    }
    this.#judged(id, back, 1);
  }

  #bulk({ id, label, above }: Bulk): void {
    const { review } = this;
    if (review === null) return;
    const rows = Uint32Array.from(review.queue.filter((row) => review.suggested(row) === label && above < 1)).sort();
    for (const row of rows) review.judge(row, "accept");
    if (rows.length > 0) this.#apply(rows, new Uint16Array(rows.length).fill(label), "relabel", "queue", null);
    this.tellQueue();
    this.#judged(id, -1, rows.length);
  }

  #judged(id: number, row: number, rows: number): void {
    this.model.set("status", this.#status());
    const progress = this.review?.progress() as ReviewProgress;
    const result = { revision: this.#revision, gesture: this.#revision, rows, skipped: 0, row, progress };
    this.model.say({ kind: "reply", id, result });
  }

  #explain(id: number, buffers: readonly ArrayBuffer[]): void {
    const explanations = Array.from(new Uint32Array(buffers[0] as ArrayBuffer), (row) => ({
      row,
      reasons: [`0 of the 15 rows nearest to ${row} are like it.`],
      neighbors: [row + 1, row + 2],
    }));
    this.model.say({ kind: "reply", id, result: { explanations } });
  }

  #nameOf(code: number): string {
    return code < 0 ? "unlabelled" : (this.model.get("meta").labels[code] ?? String(code));
  }
}
