/** The list of labels: which of them a typed text means, and in which order they stand. */

export interface LabelRow {
  /** -1 = unlabelled. */
  readonly code: number;
  readonly name: string;
  readonly count: number;
  /** Rows now less rows at first. */
  readonly change: number;
}

interface Counted {
  count(code: number): number;
  originalCount(code: number): number;
}

/** The name of a code; one that the page has not been told yet still gets a word. */
export function nameOf(labels: readonly string[], code: number): string {
  return code < 0 ? "unlabelled" : (labels[code] ?? `label ${code}`);
}

/** Gives each label with its count, the unlabelled rows last. */
export function labelRows(labels: readonly string[], rows: Counted): LabelRow[] {
  const row = (code: number): LabelRow => {
    const count = rows.count(code);
    return { code, name: nameOf(labels, code), count, change: count - rows.originalCount(code) };
  };
  return [...labels.map((_, code) => row(code)), row(-1)];
}

/**
 * Gives the labels that a typed text may mean: the same name first, then names that begin with it, then that hold it.
 * Without a text all labels; unlabelled is among them when there are or were such rows, else it has to be asked for.
 */
export function matching(rows: readonly LabelRow[], typed: string): LabelRow[] {
  const text = typed.trim();
  if (text === "") return rows.filter(({ code, count, change }) => code >= 0 || count > 0 || change !== 0);
  const low = text.toLowerCase();
  const ranks: LabelRow[][] = [[], [], [], []];
  for (const row of rows) {
    const name = row.name.toLowerCase();
    const rank = row.name === text ? 0 : name === low ? 1 : name.startsWith(low) ? 2 : name.includes(low) ? 3 : -1;
    if (rank >= 0) ranks[rank]?.push(row);
  }
  return ranks.flat();
}

/** Whether a typed text is a name that no label has yet. */
export function isNew(labels: readonly string[], typed: string): boolean {
  const text = typed.trim();
  return text !== "" && !labels.includes(text);
}

const UNLABELLED_COLOUR = "var(--la-unlabelled)";

/** The colour of a code, for a style sheet. */
export function colourOf(palette: readonly string[], code: number): string {
  return code < 0 || palette.length === 0 ? UNLABELLED_COLOUR : (palette[code % palette.length] ?? UNLABELLED_COLOUR);
}
