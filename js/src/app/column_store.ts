/** Puts the chunks of the columns together as they arrive. */

import { asColumn, type Column, emptyColumn } from "../kernel/decode.ts";
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

  /** Gives what came, label ids as the wire has them. */
  columns(): Columns {
    return Object.fromEntries(this.#columns);
  }
}
