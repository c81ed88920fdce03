/**
 * The page's copy of the rows. The kernel owns the labels; here lie what it last told (`truth`) and, over it, the edits that it
 * has not answered yet. What is shown is the truth with those edits laid over it in their order, so that an answer to an early
 * edit never wipes out a later one.
 */

import { type ColumnName, FLAG_DIM, FLAG_HIDDEN, FLAG_SELECTED, MAX_U16_LABELS, type Rest } from "../protocol.ts";
import { grown, idsOf, type LabelIds, noneOf, readCodes, sameIds } from "./counts.ts";
import { FLAG_SHIFT, hasFlag, KERNEL_BITS, packed, SLOT_BITS, slotOf, withFlag, withScore, withSlot } from "./words.ts";

export type Columns = Partial<Record<ColumnName, ArrayLike<number>>>;

/** An edit that is shown already and not yet part of the truth. */
export interface Overlay {
  readonly rows: Uint32Array;
  readonly code: number;
  /** The revision that the kernel gave it; null until it answers. */
  revision: number | null;
}

type DirtyListener = (rows: Uint32Array | null, labels: boolean, drawn: boolean) => void;

export class Rows {
  /** x, y of each row, in turn. */
  xy: Float32Array = new Float32Array(0);
  /** What is drawn, one packed word a row. */
  words: Uint32Array = new Uint32Array(0);
  /** The label codes that are shown; -1 = unlabelled. */
  codes: Int32Array = new Int32Array(0);
  original: Int32Array = new Int32Array(0);
  /** The revision of the truth; -1 before anything came. */
  revision = -1;

  #truth: Int32Array = new Int32Array(0);
  #overlays: Overlay[] = [];
  #selected: Uint32Array = new Uint32Array(0);
  #paletteLength = 1;
  #kept: { readonly rows: Uint32Array; readonly rest: Rest } | null = null;
  readonly #listeners = new Set<DirtyListener>();
  // counts by code + 1, so that the unlabelled stand at 0; they grow with the codes that are seen
  #counts: Int32Array = new Int32Array(1);
  #originalCounts: Int32Array = new Int32Array(1);

  get n(): number {
    return this.xy.length >> 1;
  }

  /**
   * Tells which rows' words changed, null = all of them and perhaps the places too, and whether labels did. `drawn` is false
   * where a patch says of labels what was shown already: only the kernel's flags may be other ones. Gives the function that
   * stops it.
   */
  onDirty(listener: DirtyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes whole columns: all of them at first, later those that edits change. Edits that wait stay laid over them. */
  load(columns: Columns, revision: number, paletteLength: number): void {
    this.#paletteLength = Math.max(1, paletteLength);
    // the places never change: what came is kept as it is
    if (columns.xy !== undefined)
      this.xy = columns.xy instanceof Float32Array ? columns.xy : Float32Array.from(columns.xy);
    const n = this.n;
    const label = idsOf(columns.label, n, this.#truth);
    const original = idsOf(columns.original, n, this.original);
    const now = readCodes(label);
    const first = sameIds(label, original) ? { codes: now.codes, counts: now.counts.slice() } : readCodes(original);
    this.#truth = now.codes;
    this.codes = now.codes;
    this.original = first.codes;
    this.#counts = now.counts;
    this.#originalCounts = first.counts;
    if (this.#overlays.length > 0) this.#part();
    this.words = packed(now.codes, columns, this.#paletteLength, this.words);
    if (this.#kept !== null) this.#showKept(); // it may have come before the rows
    this.revision = revision;
    this.#dropSettled();
    for (const overlay of this.#overlays) this.#write(overlay.rows, overlay.code);
    this.#changed(null, true);
  }

  /**
   * Takes labels that changed in the kernel, in one pass over what came. `revision` null: the truth about these rows only, as a
   * failure tells it.
   */
  patch(rows: Uint32Array, ids: LabelIds, flags: Uint8Array | null, revision: number | null): void {
    this.#partOriginal();
    const [truth, shown, words, n] = [this.#truth, this.codes, this.words, this.n];
    const none = noneOf(ids);
    const paletteLength = this.#paletteLength;
    let counts = this.#counts;
    let moved = false;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row >= n) continue;
      const before = shown[row] as number;
      const id = ids[i] as number;
      const code = id === none ? -1 : id;
      truth[row] = code;
      let word = words[row] as number;
      if (flags !== null) word = (word & ~KERNEL_BITS) | (((flags[i] as number) << FLAG_SHIFT) & KERNEL_BITS);
      if (before !== code) {
        moved = true;
        if (code + 1 >= counts.length) counts = this.#makeRoom(code);
        counts[before + 1] = (counts[before + 1] as number) - 1;
        counts[code + 1] = (counts[code + 1] as number) + 1;
        shown[row] = code;
        word = (word & ~SLOT_BITS) | (code >= 0 && code < MAX_U16_LABELS ? code : slotOf(code, paletteLength));
      }
      words[row] = word;
    }
    if (revision !== null) {
      this.revision = revision;
      this.#dropSettled();
    }
    this.#layAgain();
    this.#changed(rows, true, moved);
  }

  /** Shows an edit at once. */
  lay(rows: Uint32Array, code: number): Overlay {
    this.#part();
    const overlay: Overlay = { rows, code, revision: null };
    this.#overlays.push(overlay);
    this.#changed(rows, true, this.#write(rows, code));
    return overlay;
  }

  /** Notes that the kernel has saved an edit as `revision`: its patch makes it part of the truth, and until then it stays. */
  settle(overlay: Overlay, revision: number): void {
    overlay.revision = revision;
    if (revision <= this.revision) this.lift(overlay);
  }

  /** Takes an edit off; what was under it is shown again. */
  lift(overlay: Overlay): void {
    const at = this.#overlays.indexOf(overlay);
    if (at < 0) return;
    this.#overlays.splice(at, 1);
    this.#changed(overlay.rows, true, this.#restore(overlay.rows));
  }

  /** Marks these rows as the selected ones, and no others. */
  select(rows: Uint32Array): void {
    const before = this.#selected;
    this.#flag(before, FLAG_SELECTED, false);
    this.#flag(rows, FLAG_SELECTED, true);
    this.#selected = rows;
    this.#changed(before, false);
    this.#changed(rows, false);
  }

  /** Takes a score for each row, a byte each; null = none has any. */
  score(bytes: Uint8Array | null): void {
    const { words } = this;
    for (let row = 0; row < words.length; row++) words[row] = withScore(words[row] as number, bytes?.[row] ?? 0);
    this.#changed(null, false);
  }

  /** Lets these rows through and greys or hides the rest; null = all pass. */
  keep(rows: Uint32Array | null, rest: Rest): void {
    this.#kept = rows === null ? null : { rows, rest };
    this.#showKept();
    this.#changed(null, false);
  }

  /** Whether any row is drawn faint by its own flag. */
  get hasDim(): boolean {
    return this.#kept?.rest === "grey";
  }

  isHidden(row: number): boolean {
    return hasFlag(this.words[row] ?? 0, FLAG_HIDDEN);
  }

  /** How many rows are shown with a code now. */
  count(code: number): number {
    return this.#counts[code + 1] ?? 0;
  }

  /** How many rows had a code at first. */
  originalCount(code: number): number {
    return this.#originalCounts[code + 1] ?? 0;
  }

  /** The rows that are shown with a code, sorted. */
  withCode(code: number): Uint32Array {
    const rows = new Uint32Array(this.count(code));
    let count = 0;
    for (let row = 0; row < this.n; row++) if (this.codes[row] === code && !this.isHidden(row)) rows[count++] = row;
    return rows.slice(0, count);
  }

  /**
   * Gives what was at first, what the kernel told and what is shown arrays of their own. Until the first edit one does for all:
   * a million rows are there sooner, and many maps are only looked at.
   */
  #part(): void {
    this.#partOriginal();
    if (this.#truth === this.codes) this.#truth = this.codes.slice();
  }

  #partOriginal(): void {
    if (this.original === this.codes) this.original = this.codes.slice();
  }

  #showKept(): void {
    const clear = ~((FLAG_HIDDEN | FLAG_DIM) << FLAG_SHIFT);
    const kept = this.#kept;
    const flags = kept === null ? 0 : (kept.rest === "grey" ? FLAG_DIM : FLAG_HIDDEN) << FLAG_SHIFT;
    for (let row = 0; row < this.words.length; row++) {
      this.words[row] = (((this.words[row] as number) & clear) | flags) >>> 0;
    }
    for (const row of kept?.rows ?? []) {
      if (row < this.n) this.words[row] = ((this.words[row] as number) & clear) >>> 0;
    }
  }

  #flag(rows: Uint32Array, flag: number, on: boolean): void {
    const { words } = this;
    const n = words.length;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row < n) words[row] = withFlag(words[row] as number, flag, on);
    }
  }

  /** Says whether any row got another label. */
  #write(rows: Uint32Array, code: number): boolean {
    this.#makeRoom(code);
    let moved = false;
    const { codes, words } = this;
    const [counts, n] = [this.#counts, codes.length];
    const slot = slotOf(code, this.#paletteLength);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row >= n) continue;
      const before = codes[row] as number;
      if (before === code) continue;
      moved = true;
      counts[before + 1] = (counts[before + 1] as number) - 1;
      counts[code + 1] = (counts[code + 1] as number) + 1;
      codes[row] = code;
      words[row] = withSlot(words[row] as number, slot);
    }
    return moved;
  }

  /** Shows the truth of these rows again, with the waiting edits over it; says whether any row got another label. */
  #restore(rows: Uint32Array): boolean {
    let moved = false;
    const { codes, words } = this;
    const [truth, n, paletteLength] = [this.#truth, codes.length, this.#paletteLength];
    let counts = this.#counts;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row >= n) continue;
      const [before, code] = [codes[row] as number, truth[row] as number];
      if (before === code) continue;
      moved = true;
      if (code + 1 >= counts.length) counts = this.#makeRoom(code);
      counts[before + 1] = (counts[before + 1] as number) - 1;
      counts[code + 1] = (counts[code + 1] as number) + 1;
      codes[row] = code;
      words[row] = withSlot(words[row] as number, slotOf(code, paletteLength));
    }
    this.#layAgain();
    return moved;
  }

  /** Lays the waiting edits over the truth, in their order. */
  #layAgain(): void {
    for (const overlay of this.#overlays) {
      this.#changed(overlay.rows, true, this.#write(overlay.rows, overlay.code));
    }
  }

  /** Makes the counts long enough for a code. */
  #makeRoom(code: number): Int32Array {
    if (code + 1 >= this.#counts.length) this.#counts = grown(this.#counts, code + 2);
    return this.#counts;
  }

  #dropSettled(): void {
    this.#overlays = this.#overlays.filter((overlay) => overlay.revision === null || overlay.revision > this.revision);
  }

  #changed(rows: Uint32Array | null, labels: boolean, drawn = true): void {
    for (const listener of this.#listeners) listener(rows, labels, drawn);
  }
}
