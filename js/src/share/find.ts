/** Text search over the rows of a shared page: case and accents are folded away, as the kernel's search does. */

const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+/g;

export function fold(text: string): string {
  return text.normalize("NFKD").replace(ACCENTS, "").toLowerCase().replaceAll("ß", "ss");
}

/** The texts of each row, folded once. */
export function foldRows(columns: readonly { readonly values: readonly (string | null)[] }[], n: number): string[] {
  return Array.from({ length: n }, (_, row) => fold(columns.map(({ values }) => values[row] ?? "").join("\n")));
}

/** Gives the rows whose text, or whose label's name, holds what is looked for. */
export function findRows(
  query: string,
  folded: readonly string[],
  names: readonly string[],
  codes: Int32Array,
): Uint32Array {
  const wanted = fold(query);
  const named = names.map((name) => fold(name).includes(wanted));
  const found: number[] = [];
  for (let row = 0; row < folded.length; row++) {
    if (named[codes[row] as number] === true || folded[row]?.includes(wanted) === true) found.push(row);
  }
  return Uint32Array.from(found);
}
