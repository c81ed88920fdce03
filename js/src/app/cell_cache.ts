/** Fetches the fields of rows and keeps those of the last few thousand, for the hover card, the table and the gallery. */

import type { Client } from "../kernel/client.ts";
import type { DescribeResult } from "../protocol.ts";
import type { Cell, Cells } from "../state/row_actions.ts";

/** Rows kept, of all sets of columns together. */
const MOST = 4000;
/** Letters of a text in a table; the hover card shows more. */
const TABLE_LENGTH = 300;

export class CellCache {
  readonly #client: Client;
  readonly #kept = new Map<string, Cells>(); // oldest first
  readonly #coming = new Map<string, Promise<void>>(); // under way, so that no row is asked for twice
  #turn = 0; // goes up when what was kept is stale

  constructor(client: Client) {
    this.#client = client;
  }

  peek(row: number, columns: readonly string[] | null): Cells | null {
    return this.#kept.get(keyOf(row, columns)) ?? null;
  }

  /** Fetches what is not kept yet and not under way, in one request, and waits for what is. */
  async fetch(rows: Uint32Array, columns: readonly string[] | null, signal: AbortSignal): Promise<void> {
    const missing = rows.filter((row) => this.#touch(keyOf(row, columns)));
    if (missing.length === 0) return;
    const wanted: number[] = [];
    const theirs = new Set<Promise<void>>();
    for (const row of missing) {
      const coming = this.#coming.get(keyOf(row, columns));
      if (coming === undefined) wanted.push(row);
      else theirs.add(coming);
    }
    const ours = wanted.length === 0 ? null : this.#ask(Uint32Array.from(wanted), columns, signal);
    const [others] = await Promise.all([Promise.allSettled(theirs), ours]);
    const givenUp = others.some(({ status }) => status === "rejected"); // by whoever asked; here it is wanted still
    if (givenUp && !signal.aborted) await this.fetch(missing, columns, signal);
  }

  #ask(wanted: Uint32Array, columns: readonly string[] | null, signal: AbortSignal): Promise<void> {
    const keys = Array.from(wanted, (row) => keyOf(row, columns));
    const asked = this.#receive(wanted, keys, columns, signal);
    for (const key of keys) this.#coming.set(key, asked);
    const end = () => {
      for (const key of keys) if (this.#coming.get(key) === asked) this.#coming.delete(key);
    };
    signal.addEventListener("abort", end, { once: true });
    asked.then(end, end);
    return asked;
  }

  async #receive(
    wanted: Uint32Array,
    keys: readonly string[],
    columns: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<void> {
    const turn = this.#turn;
    const more = columns === null ? {} : { columns: [...columns], length: TABLE_LENGTH };
    const buffers = [wanted.slice().buffer];
    const answer = await this.#client.ask<DescribeResult>({ kind: "describe", ...more }, { buffers, signal });
    if (turn !== this.#turn) return; // other columns are shown by now
    toCells(answer.result, answer.buffers, wanted.length).forEach((cells, i) => {
      this.#keep(keys[i] as string, cells);
    });
  }

  clear(): void {
    this.#turn++;
    this.#coming.clear();
    for (const cells of this.#kept.values()) release(cells);
    this.#kept.clear();
  }

  /** Makes what is kept the youngest; says whether it is missing. */
  #touch(key: string): boolean {
    const cells = this.#kept.get(key);
    if (cells === undefined) return true;
    this.#kept.delete(key);
    this.#kept.set(key, cells);
    return false;
  }

  #keep(key: string, cells: Cells): void {
    release(this.#kept.get(key) ?? []); // two views may have asked at once
    this.#kept.set(key, cells);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
      release(old);
    }
  }
}

function keyOf(row: number, columns: readonly string[] | null): string {
  return columns === null ? `${row}` : `${row}\n${columns.join("\n")}`;
}

function release(cells: Cells): void {
  for (const { url } of cells) if (url !== null) URL.revokeObjectURL(url);
}

/** Turns columns into rows. */
function toCells(result: DescribeResult, blobs: readonly DataView[], n: number): Cells[] {
  const rows = Array.from({ length: n }, (): Cell[] => []);
  for (const { name, type: kind, values } of result.columns) {
    rows.forEach((cells, i) => {
      const value = values[i] ?? null;
      const url = typeof value === "number" ? urlOf(kind, blobs[value]) : null;
      cells.push({ name, kind, text: typeof value === "string" ? value : null, url });
    });
  }
  return rows;
}

function urlOf(kind: Cell["kind"], view: DataView | undefined): string | null {
  if (view === undefined) return null;
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  const type = kind === "image" ? "image/png" : soundType(bytes);
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** The type of a sound by its first bytes; never one that a browser would run. */
export function soundType(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("RIFF")) return "audio/wav";
  if (head.startsWith("OggS")) return "audio/ogg";
  if (head.startsWith("fLaC")) return "audio/flac";
  if (head.startsWith("ftyp", 4)) return "audio/mp4";
  return "audio/mpeg";
}
