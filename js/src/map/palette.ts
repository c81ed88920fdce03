/** The colours of the labels as a 256 x 256 texture, one texel a slot. Colouring or dimming by label is an edit of it. */

export type Rgb = readonly [number, number, number];

export const PALETTE_SIDE = 256;
const SLOTS = PALETTE_SIDE * PALETTE_SIDE;
const NO_LABEL_SLOT = SLOTS - 1;
const FAINT = 60; // of 255: the weight of a label that is not the emphasised one
const FADED = 0.6; // how far its colour goes towards the ground

export interface Inks {
  /** "#rrggbb" by label code, repeated. */
  readonly palette: readonly string[];
  /** "#rrggbb" of labels with a colour of their own, by slot; "" = the palette's. */
  readonly own: readonly string[];
  readonly unlabelled: Rgb;
  /** The colour behind the points. */
  readonly ground: Rgb;
  /** The slot that stands out while the others are faint; null = all alike. */
  readonly emphasis: number | null;
  /** The slots that are not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** The slots that keep their colour while the others are grey; none = all keep theirs. */
  readonly isolated: ReadonlySet<number>;
}

/** Reads "#rrggbb"; a word that is no such colour becomes mid grey rather than an error in the middle of a drawing. */
export function parseHex(text: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (match === null) return [128, 128, 128];
  return [match[1], match[2], match[3]].map((part) => Number.parseInt(part ?? "80", 16)) as unknown as Rgb;
}

/** Gives the RGBA bytes of all slots. */
export function paletteBytes(inks: Inks): Uint8Array<ArrayBuffer> {
  const colours = inks.palette.length > 0 ? inks.palette.map(parseHex) : [[128, 128, 128] as const];
  const bytes = new Uint8Array(SLOTS * 4);
  for (let slot = 0; slot < SLOTS; slot++) {
    const own = inks.own[slot] ?? "";
    const grey = slot === NO_LABEL_SLOT || (inks.isolated.size > 0 && !inks.isolated.has(slot));
    const colour = grey ? inks.unlabelled : own === "" ? (colours[slot % colours.length] as Rgb) : parseHex(own);
    const faint =
      inks.emphasis === null ? grey && !(slot === NO_LABEL_SLOT && inks.isolated.size === 0) : inks.emphasis !== slot;
    for (let part = 0; part < 3; part++) {
      const [ink, ground] = [colour[part] as number, inks.ground[part] as number];
      bytes[4 * slot + part] = faint ? ink + (ground - ink) * FADED : ink;
    }
    bytes[4 * slot + 3] = inks.hidden.has(slot) ? 0 : faint ? FAINT : 255;
  }
  return bytes;
}
