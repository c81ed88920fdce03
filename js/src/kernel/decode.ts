/**
 * Buffers of the wire to typed arrays and back. A typed array is a view of what arrived wherever its alignment allows;
 * a host may hand out a `DataView` that begins at any byte, and then the bytes are copied once.
 */

import { type ColumnDtype, type LabelWidth, type RowsEncoding, UNLABELLED_U16, UNLABELLED_U32 } from "../protocol.ts";

/** The code of a row that has no label. */
export const UNLABELLED = -1;

export type Column = Float32Array | Uint8Array | Uint16Array | Uint32Array | Int32Array;

/** Brings what a host hands out as a buffer to a `DataView`. */
export function toView(buffer: unknown): DataView {
  if (buffer instanceof DataView) return buffer;
  if (buffer instanceof ArrayBuffer) return new DataView(buffer);
  if (ArrayBuffer.isView(buffer)) return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  throw new TypeError(`A buffer must be a DataView or an ArrayBuffer. Got ${typeof buffer} instead.`);
}

interface ArrayKind<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Reads a buffer as elements of one kind; refuses a length that is no whole number of them. */
export function asArray<T>(kind: ArrayKind<T>, view: DataView): T {
  const size = kind.BYTES_PER_ELEMENT;
  if (view.byteLength % size !== 0) {
    throw new RangeError(
      `A buffer of ${size}-byte numbers must be a multiple of it. Got ${view.byteLength} bytes instead.`,
    );
  }
  const length = view.byteLength / size;
  if (view.byteOffset % size === 0) return new kind(view.buffer, view.byteOffset, length);
  const copy = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return new kind(copy, 0, length);
}

/** Reads a chunk of a column as its dtype says. */
export function asColumn(dtype: ColumnDtype, view: DataView): Column {
  switch (dtype) {
    case "f32":
      return asArray(Float32Array, view);
    case "u8":
      return asArray(Uint8Array, view);
    case "u16":
      return asArray(Uint16Array, view);
    case "u32":
      return asArray(Uint32Array, view);
    case "i32":
      return asArray(Int32Array, view);
  }
}

/** Gives an empty column of a dtype, for chunks to be written into. */
export function emptyColumn(dtype: ColumnDtype, length: number): Column {
  return asColumn(dtype, new DataView(new ArrayBuffer(length * (dtype === "u8" ? 1 : dtype === "u16" ? 2 : 4))));
}

/** Turns label ids of the wire into codes: int32, -1 where unlabelled. */
export function toCodes(ids: Column): Int32Array {
  const codes = new Int32Array(ids.length);
  const none = ids instanceof Uint16Array ? UNLABELLED_U16 : UNLABELLED_U32;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    codes[i] = id === none ? UNLABELLED : id;
  }
  return codes;
}

/** Reads label ids as they came; nothing is copied. */
export function asIds(width: LabelWidth, view: DataView): Uint16Array | Uint32Array {
  return width === "u16" ? asArray(Uint16Array, view) : asArray(Uint32Array, view);
}

export function asCodes(width: LabelWidth, view: DataView): Int32Array {
  return toCodes(asColumn(width, view));
}

/** Reads a set of rows: sorted positions, uint32. */
export function asRows(encoding: RowsEncoding, view: DataView): Uint32Array {
  if (encoding === "u32") return asArray(Uint32Array, view);
  const bytes = asArray(Uint8Array, view);
  let count = 0;
  for (let at = 0; at < bytes.length; at++) count += BITS[bytes[at] as number] as number;
  const rows = new Uint32Array(count);
  let filled = 0;
  for (let at = 0; at < bytes.length; at++) {
    // the lowest bit that is set, one after the other: most bytes of a lasso have few or none
    for (let byte = bytes[at] as number; byte !== 0; byte &= byte - 1)
      rows[filled++] = at * 8 + 31 - Math.clz32(byte & -byte);
  }
  return rows;
}

/** How many bits are set in each byte. */
const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

/** Writes a sorted set of rows in the smaller of the two encodings. */
export function packRows(rows: Uint32Array, nRows: number): { encoding: RowsEncoding; buffer: ArrayBuffer } {
  if (rows.length * 32 <= nRows) return { encoding: "u32", buffer: rows.slice().buffer };
  const bytes = new Uint8Array(Math.ceil(nRows / 8));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7));
  }
  return { encoding: "bitmap", buffer: bytes.buffer };
}
