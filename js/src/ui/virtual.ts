/** Which of very many lines of one height are in sight. A browser's scroll area has a greatest height; beyond it one pixel of
 * scrolling passes over more than one pixel of lines. Pure. */

/** CSS pixels: well below the 17 million at which Firefox stops. */
const MOST = 8_000_000;
const SPARE = 6;

export interface Sight {
  readonly first: number;
  /** One past the last. */
  readonly last: number;
  /** Where the first line stands in the scroll area, CSS pixels. */
  readonly top: number;
  /** Of the scroll area, CSS pixels. */
  readonly height: number;
}

interface Lines {
  readonly count: number;
  readonly lineHeight: number;
  /** The height that is in sight. */
  readonly view: number;
}

const heightOf = ({ count, lineHeight }: Lines) => Math.min(MOST, count * lineHeight);

/** How many pixels of lines one pixel of scrolling passes over. */
function ratioOf(lines: Lines): number {
  const room = heightOf(lines) - lines.view;
  return room <= 0 ? 1 : Math.max(1, (lines.count * lines.lineHeight - lines.view) / room);
}

export function sightOf(scroll: number, lines: Lines): Sight {
  const { count, lineHeight, view } = lines;
  const start = scroll * ratioOf(lines);
  const first = Math.max(0, Math.floor(start / lineHeight) - SPARE);
  const last = Math.min(count, Math.ceil((start + view) / lineHeight) + SPARE);
  return { first, last, top: scroll - (start - first * lineHeight), height: heightOf(lines) };
}

/** Gives the scroll at which a line is in sight: the same one when it is already, else the nearest. */
export function scrollTo(line: number, scroll: number, lines: Lines): number {
  const { lineHeight, view } = lines;
  const ratio = ratioOf(lines);
  const start = scroll * ratio;
  const [top, bottom] = [line * lineHeight, (line + 1) * lineHeight];
  if (top < start) return top / ratio;
  return bottom > start + view ? Math.max(0, (bottom - view) / ratio) : scroll;
}
