/** What the rows of the fake kernel hold, and its answers about them: a text, a price, a kind, and a note that is HTML. */

import { asRows } from "../../src/kernel/decode.ts";
import type {
  AskColumns,
  AskFacet,
  Clause,
  ColumnInfo,
  Describe,
  FacetResult,
  Order,
  Search,
  SetFilter,
} from "../../src/protocol.ts";
import type { MockModel } from "./mock_model.ts";

type Question = Describe | AskColumns | AskFacet | Order | Search | SetFilter;

/** Of 6 x 6 pixels, as PNG. */
const PICTURES = [
  "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAGCAAAAADFp7CUAAAANUlEQVR42gEqANX/AEQggjz95gDxwmsw+Q4BxxYk46TtADSiDwsNBAKPzMkDZNwCOgnYaP8LbyYQysWHAWkAAAAASUVORK5CYII=",
  "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAGCAAAAADFp7CUAAAAM0lEQVR42mOWURBZ/KuIuUj0+JtOXoZ9jzuF+HYxvtsqL1bDxsz4suCF/w1mzujfnfwqAFR+EB8xeHkPAAAAAElFTkSuQmCC",
].map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
const KINDS = ["plain", "<b>bold</b>", "third"];

export class FakeContent {
  readonly #model: MockModel;
  readonly #n: number;
  /** The columns, by name. */
  columns: ColumnInfo[] = [
    { name: "text", type: "text", label: false },
    { name: "price", type: "number", label: false },
    { name: "kind", type: "text", label: false },
    { name: "note", type: "html", label: false },
    { name: "label", type: "text", label: true },
  ];
  shown = ["text"];
  /** What a column holds of a row; null = missing. */
  value = (column: string, row: number): string | null => {
    switch (column) {
      case "text":
        return `The text of row ${row}: <b>not bold</b>, since text is text.`;
      case "price":
        return row % 10 === 0 ? null : String((row * 37) % 101);
      case "kind":
        return KINDS[row % 3] ?? null;
      default:
        return `<i>note</i> ${row}<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">`;
    }
  };

  constructor(model: MockModel, n: number) {
    this.#model = model;
    this.#n = n;
  }

  answer(question: Question, buffers: readonly ArrayBuffer[]): void {
    const { id } = question;
    const buffer = buffers[0] as ArrayBuffer;
    switch (question.kind) {
      case "columns":
        return this.#model.say({ kind: "reply", id, result: { columns: this.columns, shown: this.shown } });
      case "describe": {
        const rows = Array.from(new Uint32Array(buffer));
        const pictures: Uint8Array[] = [];
        const columns = (question.columns ?? this.shown).map((name) => {
          if (name === "picture") {
            const values = rows.map((row) => pictures.push(PICTURES[row % 2] as Uint8Array) - 1);
            return { type: "image" as const, name, values };
          }
          const type = name === "note" ? ("html" as const) : ("text" as const);
          return { type, name, values: rows.map((row) => this.value(name, row)) };
        });
        return this.#model.say({ kind: "reply", id, result: { columns } }, pictures);
      }
      case "facet":
        return this.#model.say({ kind: "reply", id, result: this.#facet(question.column) });
      case "order": {
        const sign = question.descending ? -1 : 1;
        const place = (row: number) => {
          const value = this.value(question.column, row);
          return value === null ? Infinity : sign * Number(value);
        };
        const rows = asRows(question.rows, new DataView(buffer))
          .slice()
          .sort((a, b) => place(a) - place(b) || 0);
        return this.#model.say({ kind: "reply", id, result: { rows: rows.length } }, [rows]);
      }
      case "search":
        return this.#try(id, () => {
          const rows = this.#where([{ type: "text", ...question }]);
          this.#model.say({ kind: "reply", id, result: { rows: rows.length } }, [rows]);
        });
      case "filter":
        return this.#try(id, () => this.tell(question.clauses, question.rest, id));
    }
  }

  /** Filters, as the page or Python asked. */
  tell(clauses: Clause[], rest: SetFilter["rest"], id?: number): void {
    const rows = this.#where(clauses);
    this.#model.say({ kind: "filtered", clauses, rest, rows: "u32" }, clauses.length === 0 ? [] : [rows]);
    if (id !== undefined) this.#model.say({ kind: "reply", id, result: { rows: rows.length } });
  }

  #try(id: number, act: () => void): void {
    try {
      act();
    } catch {
      const refusal = { error: "'(' is no regular expression.", hint: "Search for it as plain text." };
      this.#model.say({ kind: "failure", id, ...refusal, revision: 0 });
    }
  }

  #where(clauses: readonly Clause[]): Uint32Array {
    const passes = (clause: Clause, row: number) => {
      if (clause.type === "text") {
        const text = this.value("text", row) ?? "";
        return clause.regex
          ? new RegExp(clause.query, "i").test(text)
          : text.toLowerCase().includes(clause.query.toLowerCase());
      }
      const value = this.value(clause.column, row);
      if (value === null) return clause.missing;
      if (clause.type === "ticks") return clause.values.includes(value);
      return Number(value) >= (clause.low ?? -Infinity) && Number(value) <= (clause.high ?? Infinity);
    };
    const rows = Array.from({ length: this.#n }, (_, row) => row);
    return Uint32Array.from(rows.filter((row) => clauses.every((clause) => passes(clause, row))));
  }

  #facet(column: string): FacetResult {
    const held = Array.from({ length: this.#n }, (_, row) => this.value(column, row)).filter((value) => value !== null);
    const n_missing = this.#n - held.length;
    if (column === "price") {
      const counts = new Array<number>(10).fill(0);
      for (const value of held) {
        const bin = Math.min(9, Math.floor(Number(value) / 10.1));
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
      return { topic: "range", column, unit: "number", low: 0, high: 101, counts, n_missing };
    }
    const counts = new Map<string, number>();
    for (const value of held) counts.set(value, (counts.get(value) ?? 0) + 1);
    const values = [...counts.keys()];
    return { topic: "ticks", column, values, counts: [...counts.values()], n_values: values.length, n_missing };
  }
}
