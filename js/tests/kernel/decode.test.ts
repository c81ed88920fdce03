import { describe, expect, it } from "vitest";
import { asArray, asCodes, asColumn, asRows, emptyColumn, packRows, toView } from "../../src/kernel/decode.ts";
import { randomNumbers } from "../harness/data.ts";

/** The same bytes at an offset that no number of more than one byte may begin at. */
function unaligned(bytes: ArrayBuffer): DataView {
  const wide = new Uint8Array(bytes.byteLength + 3);
  wide.set(new Uint8Array(bytes), 3);
  return new DataView(wide.buffer, 3);
}

describe("decode", () => {
  it("reads numbers that begin at any byte", () => {
    const floats = Float32Array.of(1.5, -2, 1e9);
    expect(asArray(Float32Array, unaligned(floats.buffer))).toEqual(floats);
    const ids = Uint16Array.of(0, 1, 0xffff);
    expect(Array.from(asCodes("u16", unaligned(ids.buffer)))).toEqual([0, 1, -1]);
  });

  it("does not copy what is aligned", () => {
    const floats = Float32Array.of(1, 2, 3);
    expect(asArray(Float32Array, new DataView(floats.buffer, 4)).buffer).toBe(floats.buffer);
  });

  it("takes u32 ids as they are, 0xFFFF among them, and 0xFFFFFFFF as unlabelled", () => {
    expect(Array.from(asCodes("u32", new DataView(Uint32Array.of(0xffff, 70_000, 0xffffffff).buffer)))).toEqual([
      0xffff, 70_000, -1,
    ]);
  });

  it("refuses half a number", () => {
    expect(() => asArray(Uint32Array, new DataView(new ArrayBuffer(6)))).toThrow("Got 6 bytes instead.");
  });

  it("takes a buffer in any of the forms of a host, and nothing else", () => {
    const bytes = Uint8Array.of(7, 8, 9);
    expect(toView(bytes.subarray(1)).getUint8(0)).toBe(8);
    expect(toView(bytes.buffer).byteLength).toBe(3);
    expect(() => toView("text")).toThrow("Got string instead.");
  });

  it("makes an empty column of each dtype", () => {
    for (const dtype of ["f32", "u8", "u16", "u32", "i32"] as const) {
      expect(emptyColumn(dtype, 3).length).toBe(3);
      expect(asColumn(dtype, new DataView(new ArrayBuffer(8))).byteLength).toBe(8);
    }
  });
});

describe("rows on the wire", () => {
  it("come back as they were, in either encoding", () => {
    const random = randomNumbers(2);
    for (const share of [0, 0.01, 0.3, 1]) {
      const n = 1003;
      const rows = Uint32Array.from({ length: n }, (_, row) => row).filter(() => random() < share);
      const { encoding, buffer } = packRows(rows, n);
      expect(encoding).toBe(rows.length > n / 32 ? "bitmap" : "u32");
      expect(asRows(encoding, unaligned(buffer))).toEqual(rows);
    }
  });

  it("put row 0 into the lowest bit of byte 0", () => {
    const { buffer } = packRows(Uint32Array.of(0, 9), 10);
    expect(Array.from(new Uint8Array(buffer))).toEqual([1, 2]);
  });

  it("do not hand out the selection's own memory", () => {
    const rows = Uint32Array.of(5);
    expect(packRows(rows, 1000).buffer).not.toBe(rows.buffer);
  });
});
