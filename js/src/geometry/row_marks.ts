/** Rows gathered in any order and given sorted and once: a bit for each row, read out a word at a time. */

export class RowMarks {
  readonly #bits: Uint32Array;
  #count = 0;

  /** `n`: all rows are below it. */
  constructor(n: number) {
    this.#bits = new Uint32Array((n >>> 5) + 1);
  }

  add(row: number): void {
    const at = row >>> 5;
    const before = this.#bits[at] as number;
    const after = (before | (1 << (row & 31))) >>> 0;
    if (after === before) return;
    this.#bits[at] = after;
    this.#count++;
  }

  sorted(): Uint32Array {
    const rows = new Uint32Array(this.#count);
    const bits = this.#bits;
    let filled = 0;
    for (let at = 0; at < bits.length; at++) {
      for (let word = bits[at] as number; word !== 0; ) {
        const low = word & -word; // the lowest bit that is set
        rows[filled++] = (at << 5) + 31 - Math.clz32(low);
        word ^= low;
      }
    }
    return rows;
  }
}
