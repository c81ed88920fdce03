/** Puts the chunks of the columns together as they arrive. */

import { asColumn, type Column, emptyColumn, toCodes } from "../kernel/decode.ts";
import type { Column as ColumnMessage, ColumnName } from "../protocol.ts";
import type { Columns } from "../state/rows.ts";

export class ColumnStore {
  readonly #columns = new Map<ColumnName, Column>();

  add(message: ColumnMessage, view: DataView): void {
    const chunk = asColumn(message.dtype, view);
    let column = this.#columns.get(message.name);
    if (column === undefined) {
      // most columns come in one piece, and that piece is used as it is
      column = chunk.length === message.length ? chunk : emptyColumn(message.dtype, message.length);
      this.#columns.set(message.name, column);
    }
    if (column !== chunk) column.set(chunk, message.offset);
  }

  /** Gives what came, label ids as codes. */
  columns(): Columns {
    const columns: Columns = Object.fromEntries(this.#columns);
    for (const name of ["label", "original"] as const) {
      const ids = this.#columns.get(name);
      if (ids !== undefined) columns[name] = ids instanceof Int32Array ? ids : toCodes(ids);
    }
    return columns;
  }
}
