/** Reads what a shared page holds (labelatlas/widget/share.py writes it): a head in JSON, then x, y and labels of all rows. */

import { asCodes } from "../kernel/decode.ts";
import type { LabelWidth } from "../protocol.ts";

/** What the rows are coloured by. */
export interface Inks {
  /** "" = the labels. */
  readonly title: string;
  /** By slot; none for the labels, whose names stand beside, and on a scale. */
  readonly names: readonly string[];
  /** "#rrggbb", repeated. */
  readonly palette: readonly string[];
  /** Colours that were chosen for labels, by slot; "" or none = the palette's. */
  readonly own: readonly string[];
  /** The values at the two ends of a scale; else empty. */
  readonly ends: readonly string[];
  /** What a row without a value is called. */
  readonly missing: string;
}

interface Head {
  readonly title: string;
  readonly n: number;
  readonly names: readonly string[];
  readonly inks: Inks;
  readonly low: readonly [number, number];
  readonly span: number;
  readonly width: LabelWidth;
  readonly columns: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
}

export interface Shared extends Head {
  /** x, y of each row, in turn. */
  readonly xy: Float32Array;
  /** -1 = unlabelled. */
  readonly codes: Int32Array;
  /** The colour of each row, -1 = no value; the labels where the colours are theirs. */
  readonly slots: Int32Array;
}

const FULL = 65_535;

export async function readShared(base64: string): Promise<Shared> {
  const packed = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpack(await new Response(stream).arrayBuffer());
}

export function unpack(bytes: ArrayBuffer): Shared {
  const view = new DataView(bytes);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as Head;
  const { n, low, span, width } = head;
  const start = 4 + length;
  const places = new Uint16Array(bytes, start, 2 * n);
  const xy = new Float32Array(2 * n);
  for (let row = 0; row < n; row++) {
    xy[2 * row] = low[0] + ((places[row] as number) / FULL) * span;
    xy[2 * row + 1] = low[1] + ((places[n + row] as number) / FULL) * span;
  }
  const labels = start + 4 * n;
  const ids = (width === "u16" ? 2 : 4) * n;
  const codes = asCodes(width, new DataView(bytes, labels, ids));
  const slots = head.inks.title === "" ? codes : asCodes(width, new DataView(bytes, labels + ids, ids));
  return { ...head, xy, codes, slots };
}
