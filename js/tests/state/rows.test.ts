import { beforeEach, describe, expect, it } from "vitest";
import { FLAG_EDITED, FLAG_HIDDEN, FLAG_SELECTED } from "../../src/protocol.ts";
import { Rows } from "../../src/state/rows.ts";
import { hasFlag, NO_LABEL_SLOT, slotOf, withFlag } from "../../src/state/words.ts";

const rowsOf = (...rows: number[]) => Uint32Array.from(rows);
const codesOf = (...codes: number[]) => Int32Array.from(codes);

let rows: Rows;
beforeEach(() => {
  rows = new Rows();
  rows.load(
    { xy: new Float32Array(10), label: [0, 0, 1, 1, -1], original: [0, 0, 1, 1, -1], score: [9, 0, 0, 0, 0] },
    4,
    10,
  );
});

describe("Rows", () => {
  it("packs label, flags and score of row 0 into its word", () => {
    rows.select(rowsOf(0));
    expect(rows.words[0]).toBe(((9 << 24) | (FLAG_SELECTED << 16) | 0) >>> 0);
    expect((rows.words[4] as number) & 0xffff).toBe(NO_LABEL_SLOT);
  });

  it("counts labels now and at first, the unlabelled rows too", () => {
    rows.lay(rowsOf(0, 4), 1);
    expect([rows.count(0), rows.count(1), rows.count(-1)]).toEqual([1, 4, 0]);
    expect([rows.originalCount(0), rows.originalCount(1), rows.originalCount(-1)]).toEqual([2, 2, 1]);
  });

  it("keeps what was at first through edits of the kernel and of the page", () => {
    rows.patch(rowsOf(0, 4), codesOf(1, 0), null, 5);
    const overlay = rows.lay(rowsOf(1), 1);
    expect(Array.from(rows.codes)).toEqual([1, 1, 1, 1, 0]);
    expect(Array.from(rows.original)).toEqual([0, 0, 1, 1, -1]);
    rows.lift(overlay);
    expect(Array.from(rows.codes)).toEqual([1, 0, 1, 1, 0]);
    expect(Array.from(rows.original)).toEqual([0, 0, 1, 1, -1]);
  });

  it("counts a code that was never seen before", () => {
    rows.lay(rowsOf(1), 70);
    expect(rows.count(70)).toBe(1);
    expect(rows.count(71)).toBe(0);
  });

  it("shows an edit at once and the truth again when it is lifted", () => {
    const overlay = rows.lay(rowsOf(0, 1), 1);
    expect(Array.from(rows.codes)).toEqual([1, 1, 1, 1, -1]);
    rows.lift(overlay);
    expect(Array.from(rows.codes)).toEqual([0, 0, 1, 1, -1]);
  });

  it("does not let the answer to an early edit wipe out a later one", () => {
    const first = rows.lay(rowsOf(0, 1), 1);
    rows.lay(rowsOf(1), 2);
    rows.patch(rowsOf(0, 1), codesOf(1, 1), null, 5);
    rows.settle(first, 5);
    expect(Array.from(rows.codes)).toEqual([1, 2, 1, 1, -1]);
  });

  it("keeps a saved edit in sight until its patch has come", () => {
    const overlay = rows.lay(rowsOf(0), 1);
    rows.settle(overlay, 6);
    rows.patch(rowsOf(2), codesOf(0), null, 5);
    expect(rows.codes[0]).toBe(1);
    rows.patch(rowsOf(0), codesOf(1), null, 6);
    expect(rows.codes[0]).toBe(1);
    rows.patch(rowsOf(0), codesOf(0), null, 7);
    expect(rows.codes[0]).toBe(0);
  });

  it("takes the true codes of a failure without moving its revision", () => {
    const overlay = rows.lay(rowsOf(0, 1), 1);
    rows.patch(rowsOf(0, 1), codesOf(0, 3), Uint8Array.of(0, FLAG_EDITED), null);
    rows.lift(overlay);
    expect(Array.from(rows.codes)).toEqual([0, 3, 1, 1, -1]);
    expect(rows.revision).toBe(4);
    expect(hasFlag(rows.words[1] as number, FLAG_EDITED)).toBe(true);
  });

  it("keeps the page's own flags when the kernel tells its own", () => {
    rows.select(rowsOf(2));
    rows.patch(rowsOf(2), codesOf(0), Uint8Array.of(FLAG_EDITED | FLAG_HIDDEN), 5);
    expect(hasFlag(rows.words[2] as number, FLAG_SELECTED)).toBe(true);
    expect(hasFlag(rows.words[2] as number, FLAG_EDITED)).toBe(true);
    expect(rows.isHidden(2)).toBe(false);
  });

  it("keeps places, scores and waiting edits when only labels are loaded again", () => {
    rows.lay(rowsOf(1), 1);
    rows.load({ label: [2, 2, 2, 2, 2] }, 9, 10);
    expect(rows.n).toBe(5);
    expect(Array.from(rows.codes)).toEqual([2, 1, 2, 2, 2]);
    expect((rows.words[0] as number) >>> 24).toBe(9);
    expect(rows.originalCount(0)).toBe(2);
  });

  it("gives the rows of a label, without the hidden ones", () => {
    expect(Array.from(rows.withCode(0))).toEqual([0, 1]);
    rows.words[0] = withFlag(rows.words[0] as number, FLAG_HIDDEN, true);
    expect(Array.from(rows.withCode(0))).toEqual([1]);
  });

  it("tells which rows changed, and stops telling when asked to", () => {
    const told: (number[] | null)[] = [];
    const stop = rows.onDirty((changed) => told.push(changed === null ? null : Array.from(changed)));
    rows.lay(rowsOf(3), 0);
    stop();
    rows.lay(rowsOf(2), 0);
    expect(told).toEqual([[3]]);
  });

  it("says that nothing is drawn otherwise when the kernel confirms what is shown, and that it is when not", () => {
    const told: boolean[] = [];
    const overlay = rows.lay(rowsOf(0, 1), 1);
    rows.onDirty((_rows, _labels, drawn) => told.push(drawn));
    rows.patch(rowsOf(0, 1), codesOf(1, 1), Uint8Array.of(FLAG_EDITED, FLAG_EDITED), 5); // the edit, then it laid over again
    rows.settle(overlay, 5);
    expect(told).toEqual([false, false, false]);
    rows.patch(rowsOf(0), codesOf(0), Uint8Array.of(0), 6);
    expect(told.at(-1)).toBe(true);
    expect(rows.codes[0]).toBe(0);
  });

  it("shows the truth again, and draws it, when an edit is lifted", () => {
    const told: boolean[] = [];
    const overlay = rows.lay(rowsOf(4), 1);
    rows.onDirty((_rows, _labels, drawn) => told.push(drawn));
    rows.lift(overlay);
    expect(told).toEqual([true]);
    expect(rows.codes[4]).toBe(-1);
  });

  it("reads labels as the wire has them, unlabelled rows and all", () => {
    const wired = new Rows();
    wired.load(
      { xy: new Float32Array(6), label: Uint16Array.of(0, 0xffff, 2), original: Uint32Array.of(1, 0xffffffff, 70_000) },
      0,
      10,
    );
    expect(Array.from(wired.codes)).toEqual([0, -1, 2]);
    expect(Array.from(wired.original)).toEqual([1, -1, 70_000]);
    expect([wired.count(-1), wired.originalCount(70_000), wired.originalCount(-1)]).toEqual([1, 1, 1]);
  });

  it("ignores rows that it does not have", () => {
    rows.patch(rowsOf(2, 99), codesOf(0, 0), Uint8Array.of(0, 0), 5);
    rows.select(rowsOf(99));
    expect(rows.codes[2]).toBe(0);
  });

  it("stands without a row", () => {
    const none = new Rows();
    none.load({ xy: [], label: [], original: [] }, 0, 10);
    expect([none.n, none.count(0), none.withCode(0).length]).toEqual([0, 0, 0]);
  });
});

describe("slotOf", () => {
  it("keeps every label's colour beyond 65,535 labels", () => {
    for (const palette of [1, 10, 12, 256]) {
      for (const code of [65_535, 65_536, 70_001, 200_003]) {
        expect(slotOf(code, palette) % palette).toBe(code % palette);
        expect(slotOf(code, palette)).toBeLessThan(NO_LABEL_SLOT);
      }
    }
  });
});
