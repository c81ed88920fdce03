/** Rows gathered in any order and given sorted: they are written down as they come, and sorted once. */

const RADIX_BITS = 11;
/** Below so many rows the engine's own sort is as quick. */
const FEW = 4096;

export class RowMarks {
  #rows = new Uint32Array(1024);
  #count = 0;

  add(row: number): void {
    if (this.#count === this.#rows.length) {
      const longer = new Uint32Array(2 * this.#count);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    this.#rows[this.#count++] = row;
  }

  /** Gives the rows in order, repeats left out. */
  sorted(): Uint32Array {
    const rows = this.#rows.subarray(0, this.#count);
    const inOrder = rows.length < FEW ? rows.slice().sort() : radixSorted(rows);
    let kept = 0;
    for (let i = 0; i < inOrder.length; i++) {
      if (i === 0 || inOrder[i] !== inOrder[i - 1]) inOrder[kept++] = inOrder[i] as number;
    }
    return inOrder.slice(0, kept);
  }
}

/** Sorts by 11 bits at a time, the lowest first. */
function radixSorted(rows: Uint32Array): Uint32Array {
  let most = 0;
  for (const row of rows) if (row > most) most = row;
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  for (let shift = 0; shift < 32 && (shift === 0 || most >>> shift > 0); shift += RADIX_BITS) {
    const places = new Uint32Array((1 << RADIX_BITS) + 1);
    const mask = (1 << RADIX_BITS) - 1;
    for (const row of from) {
      const digit = (row >>> shift) & mask;
      places[digit + 1] = (places[digit + 1] as number) + 1;
    }
    for (let digit = 1; digit < places.length; digit++) {
      places[digit] = (places[digit] as number) + (places[digit - 1] as number);
    }
    for (const row of from) {
      const digit = (row >>> shift) & mask;
      const at = places[digit] as number;
      to[at] = row;
      places[digit] = at + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}
