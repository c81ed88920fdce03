/** Fetches the fields of rows for the hover card and keeps the last few hundred. */

import type { Client } from "../kernel/client.ts";
import type { DescribeResult } from "../protocol.ts";
import type { Cell } from "../state/actions.ts";

const MOST = 300;

export class CellCache {
  readonly #client: Client;
  readonly #kept = new Map<number, readonly Cell[]>();

  constructor(client: Client) {
    this.#client = client;
  }

  async get(row: number, signal: AbortSignal): Promise<readonly Cell[]> {
    const kept = this.#kept.get(row);
    if (kept !== undefined) {
      this.#kept.delete(row);
      this.#kept.set(row, kept); // youngest again
      return kept;
    }
    const buffers = [Uint32Array.of(row).buffer];
    const answer = await this.#client.ask<DescribeResult>({ kind: "describe" }, { buffers, signal });
    const cells = toCells(answer.result, answer.buffers);
    this.#keep(row, cells);
    return cells;
  }

  clear(): void {
    for (const cells of this.#kept.values()) release(cells);
    this.#kept.clear();
  }

  #keep(row: number, cells: readonly Cell[]): void {
    release(this.#kept.get(row) ?? []); // two views may have asked at once
    this.#kept.set(row, cells);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
      release(old);
    }
  }
}

function release(cells: readonly Cell[]): void {
  for (const { image } of cells) if (image !== null) URL.revokeObjectURL(image);
}

function toCells(result: DescribeResult, images: readonly DataView[]): Cell[] {
  return result.columns.map((column): Cell => {
    if (column.type === "text") return { name: column.name, text: column.values[0] ?? null, image: null };
    const view = images[column.values[0] ?? -1];
    const bytes =
      view === undefined ? null : new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
    const image = bytes === null ? null : URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    return { name: column.name, text: null, image };
  });
}
