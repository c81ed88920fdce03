/** What the keys mean while a row is reviewed. Pure. */

export type Verb = "accept" | "keep" | "other" | "drop" | "skip" | "undo" | "first" | "second";

export type KeyFacts = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The key of each act, as it stands beside its button. */
export const KEYS = {
  accept: "A",
  keep: "K",
  other: "O",
  drop: "D",
  skip: "S",
  undo: "U",
  first: "A",
  second: "B",
} as const;

const OPEN: Record<string, Verb> = { a: "accept", k: "keep", o: "other", d: "drop", s: "skip", u: "undo" };
/** Where the given label is not to be told, a label is chosen by its place. */
const BLIND: Record<string, Verb> = { a: "first", b: "second", o: "other", d: "drop", s: "skip", u: "undo" };

/** Gives the act of a key, or null: then the key is the map's. */
export function verbOf(event: KeyFacts, blind: boolean): Verb | null {
  if (event.altKey || event.shiftKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" ? "undo" : null;
  return (blind ? BLIND : OPEN)[key] ?? null;
}
