/**
 * The colours as a 256 x 256 texture, one texel a slot: to colour by label is an edit of it. A palette is not endless; beyond it
 * the colours come again with an outline, then hollow, so that three times as many labels can be told apart.
 */

export type Rgb = readonly [number, number, number];

export const PALETTE_SIDE = 256;
export const SLOTS = PALETTE_SIDE * PALETTE_SIDE;
/** The slot of rows without a label, or without a value. */
export const EMPTY_SLOT = SLOTS - 1;

/** How a disc is drawn, in the texel's last byte. */
const WAYS = [255, 128, 0] as const;

export interface Inks {
  /** "#rrggbb" by slot, repeated. */
  readonly palette: readonly string[];
  /** "#rrggbb" of labels with a colour of their own, by slot; "" = the palette's. */
  readonly own: readonly string[];
  /** The colour of the empty slot. */
  readonly unlabelled: Rgb;
  /** Whether colours that come again are drawn in another way. */
  readonly outlines: boolean;
}

/** Reads "#rrggbb"; a word that is no such colour becomes mid grey rather than an error in the middle of a drawing. */
export function parseHex(text: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (match === null) return [128, 128, 128];
  return [match[1], match[2], match[3]].map((part) => Number.parseInt(part ?? "80", 16)) as unknown as Rgb;
}

/** Gives the RGBA bytes of all slots; the last byte says how a disc is drawn: 255 plain, 128 outlined, 0 hollow. */
export function paletteBytes({ palette, own, unlabelled, outlines }: Inks): Uint8Array<ArrayBuffer> {
  const colours = palette.length > 0 ? palette.map(parseHex) : [[128, 128, 128] as const];
  const bytes = new Uint8Array(SLOTS * 4);
  const turn = Math.min(SLOTS, colours.length * (outlines ? WAYS.length : 1));
  for (let slot = 0; slot < turn; slot++) {
    const way = WAYS[Math.floor(slot / colours.length)] as number;
    bytes.set([...(colours[slot % colours.length] as Rgb), way], 4 * slot);
  }
  for (let slot = turn; slot < SLOTS; slot *= 2) bytes.copyWithin(4 * slot, 0, 4 * slot); // it begins again, and again
  own.forEach((mine, slot) => {
    if (mine !== "" && slot < SLOTS) bytes.set([...parseHex(mine), WAYS[0]], 4 * slot);
  });
  bytes.set([...unlabelled, WAYS[0]], 4 * EMPTY_SLOT);
  return bytes;
}
